//! Any title gives a drawing that is well formed and, read back, says the title.

use std::collections::HashSet;

use proptest::prelude::*;
use regex_lite::Regex;

use super::super::words::{APART, clean};
use super::super::{dot, mermaid, svg};
use super::{atlas, machine};
use crate::machine::Machine;
use crate::model::{Map, StepKind};

/// What a hostile or an unlucky author might write.
const PIECES: [&str; 46] = [
    "\"",
    "#",
    "#quot;",
    "#35;",
    "&",
    "&amp;",
    "<",
    ">",
    "<b>",
    "</b>",
    "<br/>",
    "<!--",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "(",
    ")",
    "|",
    ";",
    "\\",
    "\\n",
    "\\N",
    "\\\"",
    "\n",
    "\r\n",
    "\t",
    "%%",
    "%%{init: {}}%%",
    "end",
    "subgraph",
    "style x:#a;",
    "classDef",
    "1. ",
    "- ",
    "`",
    "$$x$$",
    "fa:fa-user",
    "https://a.b/c",
    "\u{202e}",
    "\u{1}",
    "\u{7f}",
    "\u{fb02}\u{b0}",
    "\u{b6}\u{df}",
    "]]>",
];

fn title() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(PIECES.as_slice()).prop_map(str::to_string),
        3 => "[a-zA-Z0-9 .,:;'/+-]{1,12}",
        2 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

/// The map of every kind with other words in it.
fn reworded(map: &Map, words: &[String]) -> Machine {
    let mut map = map.clone();
    let mut next = words.iter().cycle().cloned();
    let mut word = || next.next().unwrap_or_default();
    map.title = word();
    for step in &mut map.steps {
        step.title = word();
        if let StepKind::WaitFor { what, .. } = &mut step.kind {
            *what = word();
        }
        for flow in step.sends.iter_mut().chain(&mut step.receives) {
            flow.party = word();
        }
    }
    map.record.values_mut().for_each(|field| field.title = word());
    map.limits.values_mut().for_each(|limit| limit.title = word());
    Machine::new(map)
}

/// Text without its line ends, white space and what only keeps characters apart: wrapping may change these.
fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != APART).collect()
}

/// What a label says: tags must pair, every `&` or `#` must begin a number, and no quote may be left.
fn said(label: &str, mark: &str) -> String {
    let mut open = Vec::new();
    let mut out = String::new();
    let mut rest = label;
    while let Some(letter) = rest.chars().next() {
        if letter == '<' {
            let (tag, after) = rest[1..].split_once('>').expect("a tag that ends");
            let name = tag.split(' ').next().unwrap_or(tag);
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{label}"),
                None if name.ends_with('/') => {}
                None => open.push(name),
            }
            let known = ["b", "i", "br/", "font", "table", "tr", "td"];
            assert!(known.contains(&name.trim_start_matches('/')), "{label}");
            rest = after;
        } else if let Some(after) = rest.strip_prefix(mark) {
            let (number, after) = after.split_once(';').expect("an escape that ends");
            out.extend(number.parse::<u32>().ok().and_then(char::from_u32));
            rest = after;
        } else {
            assert!(!matches!(letter, '"' | '>' | '&' | '\\'), "{letter} in {label}");
            assert!(!letter.is_control(), "{letter:?} in {label}");
            out.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    assert!(open.is_empty(), "{label}");
    out
}

fn assert_says(labels: &[(String, String)], name: &str, text: &str) {
    let (_, label) = labels.iter().find(|(known, _)| known == name).expect("a shape");
    let (label, text) = (squeezed(label), squeezed(&clean(text)));
    assert!(label.contains(&text), "{label} does not say {text}");
}

fn assert_names_are_unique(labels: &[(String, String)]) {
    let names: HashSet<&String> = labels.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), labels.len());
}

/// The shapes of a Mermaid drawing; every other line must be one of the few kinds there are.
fn mermaid_labels(text: &str) -> Vec<(String, String)> {
    let shape = Regex::new(r#"^  ([A-Za-z0-9_]+)(?:\(\[|\[\[|\[/|\[|>|\{\{|\{|\()"([^"]+)"(?:\]\)|\]\]|/\]|\\\]|\]|\}\}|\}|\)):::[a-zA-Z]+$"#)
        .expect("a pattern");
    let line = Regex::new(r#"^  [A-Za-z0-9_]+ (?:-->|-\.->|~~~)(?:\|"([^"]+)"\|)? [A-Za-z0-9_]+$"#).expect("a pattern");
    let style = Regex::new(r"^  (?:linkStyle [0-9,]+|classDef [a-zA-Z]+) [a-z0-9:#,. -]+$").expect("a pattern");
    let mut labels = Vec::new();
    for row in text.lines().skip(2) {
        if let Some(found) = shape.captures(row) {
            labels.push((found[1].to_string(), said(&found[2], "#")));
        } else if let Some(found) = line.captures(row) {
            found.get(1).iter().for_each(|label| drop(said(label.as_str(), "#")));
        } else {
            assert!(style.is_match(row) || row.trim_end().starts_with("  accTitle: "), "{row}");
        }
    }
    labels
}

/// The shapes of a Graphviz drawing, in the same way.
fn dot_labels(text: &str) -> Vec<(String, String)> {
    let shape = Regex::new(r#"^  ([A-Za-z0-9_]+) \[label=<(.+)>, shape=[a-z]+[^<>]*\]$"#).expect("a pattern");
    let line = Regex::new(r#"^  [A-Za-z0-9_]+ -> [A-Za-z0-9_]+ \[[^<>]+(?:label=< (.+) >)?\]$"#).expect("a pattern");
    let same = Regex::new(r"^  \{ rank=same; [A-Za-z0-9_]+; [A-Za-z0-9_]+ \}$").expect("a pattern");
    let mut labels = Vec::new();
    for row in text.lines().skip(4) {
        if let Some(label) = row.strip_prefix("  label=<").and_then(|row| row.strip_suffix('>')) {
            labels.push(("head".to_string(), said(label, "&#")));
        } else if let Some(found) = shape.captures(row) {
            labels.push((found[1].to_string(), said(&found[2], "&#")));
        } else if let Some(found) = line.captures(row) {
            found.get(1).iter().for_each(|label| drop(said(label.as_str(), "&#")));
        } else {
            assert!(same.is_match(row) || row == "}", "{row}");
        }
    }
    labels
}

/// An SVG drawing must be well-formed XML that says every title, in what is seen and in what is read aloud.
fn assert_svg_says(text: &str, machine: &Machine) {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error} in {text}"));
    let known = ["svg", "title", "desc", "style", "g", "rect", "path", "text", "tspan"];
    assert!(document.descendants().all(|node| !node.is_element() || known.contains(&node.tag_name().name())));
    let shapes = document.descendants().filter(|node| node.attribute("class") == Some("shape"));
    let said: Vec<(String, String)> = shapes
        .map(|shape| {
            let text_of = |name: &str| {
                let nodes = shape.children().filter(|child| child.has_tag_name(name));
                let all = nodes.flat_map(|node| node.descendants()).filter(|node| node.is_text());
                squeezed(&all.filter_map(|node| node.text()).collect::<String>())
            };
            (text_of("title"), text_of("text"))
        })
        .collect();
    for step in &machine.map().steps {
        let title = squeezed(&clean(&step.title));
        assert!(said.iter().any(|(aloud, seen)| aloud.contains(&title) && seen.contains(&title)), "{title}: {said:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_title_gives_a_sound_drawing(words in prop::collection::vec(title(), 1..9)) {
        let atlas = atlas();
        let machine = reworded(machine(&atlas, "every-kind").map(), &words);
        assert_svg_says(&svg(&machine, &atlas, None), &machine);
        for labels in [mermaid_labels(&mermaid(&machine, &atlas)), dot_labels(&dot(&machine, &atlas))] {
            assert_names_are_unique(&labels);
            assert_says(&labels, "head", &machine.map().title);
            for step in &machine.map().steps {
                assert_says(&labels, &format!("s_{}", step.id.replace('-', "_")), &step.title);
            }
        }
    }

    #[test]
    fn names_are_unique_whatever_the_ids(ids in prop::collection::hash_set("[a-z_.-]{1,4}", 14)) {
        let atlas = atlas();
        let mut map = machine(&atlas, "every-kind").map().clone();
        map.steps.iter_mut().zip(ids).for_each(|(step, id)| step.id = id);
        let machine = Machine::new(map);
        assert_names_are_unique(&mermaid_labels(&mermaid(&machine, &atlas)));
        assert_names_are_unique(&dot_labels(&dot(&machine, &atlas)));
    }
}

#[test]
fn a_title_in_which_nothing_is_seen_still_gives_a_label() {
    let atlas = atlas();
    let machine = reworded(machine(&atlas, "every-kind").map(), &["\u{200b} \n".to_string()]);
    assert!(mermaid_labels(&mermaid(&machine, &atlas)).iter().all(|(_, label)| !label.trim().is_empty()));
    assert!(dot_labels(&dot(&machine, &atlas)).iter().all(|(_, label)| !label.trim().is_empty()));
    assert_svg_says(&svg(&machine, &atlas, None), &machine);
}

#[test]
fn what_each_renderer_would_take_for_its_own() {
    // Each was seen to go wrong, or to be safe, in Mermaid 10.9 and 11.17 and in Graphviz 2.43.
    for (text, in_mermaid, in_dot) in [
        ("C+F (45 days): why?", "C+F (45 days): why?", "C+F (45 days): why?"),
        ("a \"b\" & <c>", "a #34;b#34; #38; #60;c#62;", "a &#34;b&#34; &#38; &#60;c&#62;"),
        ("#35; end;", "#35;35#59; end#59;", "#35; end;"),
        ("1. first", "1#46; first", "1. first"),
        ("- first", "#45; first", "- first"),
        ("%%{init}%%", "#37;#37;#123;init#125;#37;#37;", "%%&#123;init&#125;%%"),
        ("style x:#a;", "#115;tyle x#58;#35;a#59;", "style x:#a;"),
        ("fa:fa-user", "fa#58;#8203;fa-user", "fa:fa-user"),
        ("$$x$$", "#36;#8203;#36;x#36;#8203;#36;", "$$x$$"),
        ("\\n \\N", "#92;#8203;n #92;N", "&#92;&#8203;n &#92;&#8203;N"),
        ("`*_~", "#96;#42;#95;#126;", "`*_~"),
    ] {
        assert_eq!(super::super::mermaid::escape(text, true), in_mermaid);
        assert_eq!(super::super::dot::escape(text), in_dot);
    }
}

#[test]
fn a_title_or_a_name_is_not_taken_for_a_statement() {
    let atlas = atlas();
    let mut map = machine(&atlas, "every-kind").map().clone();
    map.title = "--- %%".to_string();
    map.steps.iter_mut().for_each(|step| step.id = format!("style-{}", step.id));
    let text = mermaid(&Machine::new(map), &atlas);
    // Without a title the next line would be taken for one, and `style` would cost its line the last escape.
    assert!(!text.contains("accTitle: \n") && !text.contains("_style"), "{text}");
}
