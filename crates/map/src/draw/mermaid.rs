//! A sheet as Mermaid text. Only shapes that Mermaid has long had, so that a wiki's older copy draws them too.

use std::fmt::Write as _;

use super::words::Line;
use super::{Shape, Sheet, Way, sheet::sheet, words};
use crate::atlas::CheckedAtlas;
use crate::machine::Machine;

const SETTINGS: &str = r#"%%{init: {"fontFamily": "Arial, Helvetica, sans-serif", "flowchart": {"htmlLabels": true, "wrappingWidth": 640, "nodeSpacing": 45, "rankSpacing": 45}}}%%"#;

/// One map as a Mermaid flow chart.
pub fn mermaid(machine: &Machine, atlas: &CheckedAtlas) -> String {
    let sheet = sheet(machine, atlas, words::Widths::COUNTED);
    let mut text = format!("{SETTINGS}\nflowchart TB\n");
    let spoken = spoken(&machine.map().title);
    // Without a title, Mermaid would take the next line for one.
    if !spoken.is_empty() {
        put(&mut text, format_args!("  accTitle: {spoken}"));
    }
    for node in &sheet.nodes {
        let (open, close) = brackets(node.shape);
        let label = label(&node.lines);
        put(&mut text, format_args!("  {}{open}\"{label}\"{close}:::{}", node.name, node.shape.word()));
    }
    let mut styled: Vec<(Way, Vec<usize>)> = Vec::new();
    let mut count = head(&mut text, &sheet);
    for edge in &sheet.edges {
        let (Some(from), Some(to)) = (sheet.nodes.get(edge.from), sheet.nodes.get(edge.to)) else { continue };
        let arrow = if edge.way == Way::Case { "-->" } else { "-.->" };
        let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", label(&edge.label)) };
        put(&mut text, format_args!("  {} {arrow}{label} {}", from.name, to.name));
        match styled.iter_mut().find(|(way, _)| *way == edge.way) {
            Some((_, edges)) => edges.push(count),
            None => styled.push((edge.way, vec![count])),
        }
        count += 1;
    }
    styles(&mut text, &sheet, &styled);
    text
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

/// The head of the drawing: boxes above the starts, held there by lines that are not seen. Returns how many.
fn head(text: &mut String, sheet: &Sheet) -> usize {
    let head = [sheet.title.as_slice(), &sheet.about, &sheet.roles].concat();
    put(text, format_args!("  head[\"{}\"]:::head", label(&head)));
    let mut last = "head";
    let mut count = 0;
    if !sheet.warning.is_empty() {
        put(text, format_args!("  warning[\"{}\"]:::warning", label(&sheet.warning)));
        put(text, format_args!("  head ~~~ warning"));
        last = "warning";
        count += 1;
    }
    for node in sheet.nodes.iter().filter(|node| matches!(node.shape, Shape::Start | Shape::Incoming)) {
        put(text, format_args!("  {last} ~~~ {}", node.name));
        count += 1;
    }
    count
}

fn brackets(shape: Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Start | Shape::End => ("([", "])"),
        Shape::Incoming => (">", "]"),
        Shape::Step => ("[", "]"),
        Shape::Decision => ("{", "}"),
        Shape::Wait => ("{{", "}}"),
        Shape::Flow => ("[/", "/]"),
        Shape::LinkWithin => ("[[", "]]"),
        Shape::LinkAcross => ("[/", "\\]"),
        Shape::Limit => ("(", ")"),
    }
}

fn styles(text: &mut String, sheet: &Sheet, styled: &[(Way, Vec<usize>)]) {
    for (way, edges) in styled {
        let dashes = match way {
            // The reader's own theme draws it, dark on light or light on dark.
            Way::Case => continue,
            Way::Lapsed | Way::Overdue => ",stroke-dasharray:2 5",
            Way::Flow | Way::Limit => ",stroke-dasharray:8 4",
        };
        let edges: Vec<String> = edges.iter().map(usize::to_string).collect();
        let colour = way.colour();
        put(text, format_args!("  linkStyle {} stroke:{colour},stroke-width:2px{dashes}", edges.join(",")));
    }
    put(text, format_args!("  classDef head fill:none,stroke:none"));
    if !sheet.warning.is_empty() {
        put(text, format_args!("  classDef warning fill:#ffd9a8,stroke:#a04a00,stroke-width:2px,color:#111111"));
    }
    for shape in Shape::ALL.into_iter().filter(|shape| sheet.nodes.iter().any(|node| node.shape == *shape)) {
        let (inside, outline) = shape.colours();
        let more = match shape {
            Shape::End => ",stroke-width:3px",
            Shape::Flow | Shape::Limit => ",stroke-dasharray:6 3",
            _ => "",
        };
        put(text, format_args!("  classDef {} fill:{inside},stroke:{outline},color:#111111{more}", shape.word()));
    }
}

pub(super) fn label(lines: &[Line]) -> String {
    let written = lines.iter().map(|line| {
        let (bold, rest) = line.text.split_at(line.bold);
        let bold = if bold.is_empty() { String::new() } else { format!("<b>{}</b>", escape(bold, true)) };
        let rest = escape(rest, line.bold == 0);
        if line.aside { format!("<i>{bold}{rest}</i>") } else { format!("{bold}{rest}") }
    });
    written.collect::<Vec<_>>().join("<br/>")
}

/// Every character that Mermaid, Markdown or HTML might take for its own becomes Mermaid's `#number;`. What stays as it
/// is, is known to be harmless; so are letters and digits of any script.
pub(super) fn escape(text: &str, begins: bool) -> String {
    let mut out = String::new();
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let gap = letters.get(at + 1).is_none_or(|next| *next == ' ');
        // A list's mark in Markdown stands at the beginning of a line.
        let mark = begins && gap && letters[..at].iter().all(char::is_ascii_digit);
        let kept = match letter {
            ' ' | ',' | '?' | '!' | '\'' | '/' => true,
            '(' | ')' | '.' | '-' | '+' => !mark && (gap || letter != '.') && before != Some(&letter),
            ':' => gap,
            // Mermaid's own marks for an escaped character begin with these.
            '\u{fb02}' | '\u{b0}' | '\u{b6}' | '\u{df}' => false,
            _ => {
                letter.is_alphanumeric() || matches!(letter, '\u{b7}' | '\u{a3}' | '\u{2013}' | '\u{2018}' | '\u{2019}')
            }
        };
        if kept {
            out.push(letter);
        } else {
            let _ = write!(out, "#{};", u32::from(letter));
        }
        if letters.get(at + 1).is_some_and(|next| meant(letter, *next)) {
            let _ = write!(out, "#{};", u32::from(words::APART));
        }
    }
    // Mermaid takes these two words, followed by an escaped character, for its own statements.
    out.replace("style", "#115;tyle").replace("classDef", "#99;lassDef")
}

/// Pairs that Mermaid takes for its own even when they are escaped: formulas, line breaks, its own marks, icons.
fn meant(letter: char, next: char) -> bool {
    matches!((letter, next), ('$', '$') | ('\\', 'n') | ('\u{b6}', '\u{df}') | ('\u{fb02}', '\u{b0}'))
        || letter == ':' && (next.is_alphanumeric() || matches!(next, '_' | '-'))
}

/// A title for those who listen: plain text, because nothing can be escaped there.
pub(super) fn spoken(title: &str) -> String {
    let plain = |letter: char| {
        if letter.is_alphanumeric() || matches!(letter, ',' | '.' | '\'' | '(' | ')' | '?') { letter } else { ' ' }
    };
    words::clean(&words::clean(title).chars().map(plain).collect::<String>())
}
