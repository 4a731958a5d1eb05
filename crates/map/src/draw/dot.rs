//! A sheet as Graphviz text, for `dot`.

use std::fmt::Write as _;

use super::words::Line;
use super::{Edge, Node, Shape, Sheet, Way, sheet::sheet, words};
use crate::atlas::CheckedAtlas;
use crate::machine::Machine;

const SETTINGS: &str = r##"  graph [rankdir=TB, fontname="Arial", fontsize=11, labelloc=t, ranksep=0.4, nodesep=0.35, pad=0.3, bgcolor=white]
  node [fontname="Arial", fontsize=11, fontcolor="#111111", style=filled, penwidth=1.2, margin="0.15,0.08"]
  edge [fontname="Arial", fontsize=10, penwidth=1.2, arrowsize=0.8]
"##;

/// One map as a Graphviz flow chart.
pub fn dot(machine: &Machine, atlas: &CheckedAtlas) -> String {
    let sheet = sheet(machine, atlas, words::Widths::COUNTED);
    let mut text = format!("digraph \"{}\" {{\n{SETTINGS}", quoted(&sheet.map));
    put(&mut text, format_args!("  label=<{}>", head(&sheet)));
    for node in &sheet.nodes {
        put(&mut text, format_args!("  {} [label=<{}>, {}]", node.name, label(&node.lines, Some(9)), look(node)));
    }
    for edge in &sheet.edges {
        let (Some(from), Some(to)) = (sheet.nodes.get(edge.from), sheet.nodes.get(edge.to)) else { continue };
        put(&mut text, format_args!("  {} -> {} [{}]", from.name, to.name, line(edge)));
        if edge.way == Way::Flow {
            put(&mut text, format_args!("  {{ rank=same; {}; {} }}", from.name, to.name));
        }
    }
    text.push_str("}\n");
    text
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

/// The head of the drawing: title, revision, how the map was read, roles.
fn head(sheet: &Sheet) -> String {
    let mut rows = String::new();
    let mut row = |attributes: &str, size: u8, lines: &[Line]| {
        if !lines.is_empty() {
            let _ =
                write!(rows, "<tr><td{attributes}><font point-size=\"{size}\">{}</font></td></tr>", label(lines, None));
        }
    };
    row("", 16, &sheet.title);
    row("", 11, &sheet.about);
    row(" bgcolor=\"#ffd9a8\" border=\"1\" color=\"#a04a00\"", 12, &sheet.warning);
    row("", 9, &sheet.roles);
    format!("<table border=\"0\" cellspacing=\"4\">{rows}</table>")
}

fn look(node: &Node) -> String {
    let (inside, outline) = node.shape.colours();
    let shape = match node.shape {
        Shape::Start => "shape=box, style=\"filled,rounded\"",
        Shape::End => "shape=box, style=\"filled,rounded\", penwidth=2.5",
        Shape::Incoming => "shape=house, margin=\"0.02,0.02\"",
        Shape::Step => "shape=box",
        Shape::Decision => "shape=diamond, margin=\"0.04,0.15\"",
        Shape::Wait => "shape=hexagon, margin=\"0.02,0.05\"",
        Shape::Flow => "shape=parallelogram, style=\"filled,dashed\", margin=\"0,0.02\"",
        Shape::LinkWithin => "shape=box, peripheries=2",
        Shape::LinkAcross => "shape=invhouse, margin=\"0.02,0.02\"",
        Shape::Limit => "shape=note, style=\"filled,dashed\"",
    };
    format!("{shape}, fillcolor=\"{inside}\", color=\"{outline}\"")
}

fn line(edge: &Edge) -> String {
    let colour = edge.way.colour();
    let style = match edge.way {
        Way::Case => "",
        Way::Lapsed | Way::Overdue => ", style=dotted, penwidth=1.8",
        Way::Flow => ", style=dashed",
        Way::Limit => ", style=dashed, arrowhead=empty",
    };
    let label = if edge.label.is_empty() { String::new() } else { format!(", label=< {} >", label(&edge.label, None)) };
    format!("color=\"{colour}\", fontcolor=\"{colour}\"{style}{label}")
}

/// Lines as Graphviz's own HTML; what is said beside the title in this size.
pub(super) fn label(lines: &[Line], small: Option<u8>) -> String {
    let written = lines.iter().map(|line| {
        let (bold, rest) = line.text.split_at(line.bold);
        let bold = if bold.is_empty() { String::new() } else { format!("<b>{}</b>", escape(bold)) };
        let all = format!("{bold}{}", escape(rest));
        match small {
            Some(size) if line.aside => format!("<font point-size=\"{size}\">{all}</font>"),
            _ => all,
        }
    });
    written.collect::<Vec<_>>().join("<br/>")
}

/// Every character that Graphviz or its HTML might take for its own becomes an entity.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if matches!(letter, '&' | '<' | '>' | '"' | '\'' | '\\' | '[' | ']' | '{' | '}' | '|') {
            let _ = write!(out, "&#{};", u32::from(letter));
        } else {
            out.push(letter);
        }
        // `\N` would become the node's name, escaped or not.
        if letter == '\\' {
            let _ = write!(out, "&#{};", u32::from(words::APART));
        }
    }
    out
}

fn quoted(id: &str) -> String {
    id.replace('\\', "\\\\").replace('"', "\\\"")
}
