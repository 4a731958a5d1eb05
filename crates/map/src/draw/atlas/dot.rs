//! The chart of an atlas as Graphviz text.

use std::fmt::Write as _;

use super::super::dot::{escape, label};
use super::super::words::aside;
use super::super::words::clean;
use super::{Kind, Mode, chart};
use crate::atlas::CheckedAtlas;

const SETTINGS: &str = r##"  graph [rankdir=LR, fontname="Arial", fontsize=12, labelloc=t, ranksep=0.8, nodesep=0.25, pad=0.3, bgcolor=white]
  node [fontname="Arial", fontsize=11, fontcolor="#111111", shape=box, style=filled, penwidth=1.4, margin="0.15,0.08"]
  edge [penwidth=1.4, arrowsize=0.8, color="#333333"]
"##;

/// All maps and the links between them as a Graphviz chart.
pub fn dot(atlas: &CheckedAtlas) -> String {
    let chart = chart(atlas);
    let mut text = format!("digraph atlas {{\n{SETTINGS}");
    let mut put = |line: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line}");
    };
    let head = [aside(&chart.title, usize::MAX), aside(&chart.about, usize::MAX)].concat();
    put(format_args!("  label=<{}>", label(&head, None)));
    for (theme, (id, title)) in chart.themes.iter().enumerate() {
        let title = Some(clean(title)).filter(|title| !title.is_empty()).unwrap_or_else(|| id.to_string());
        put(format_args!("  subgraph cluster_{theme} {{"));
        put(format_args!(
            "    label=<<b>{}</b>>; style=\"rounded,filled\"; fillcolor=\"#f6f8fa\"; color=\"#9aa5b1\"",
            escape(&title)
        ));
        for (at, map) in chart.maps.iter().enumerate().filter(|(_, map)| map.theme == theme) {
            let (inside, outline) = map.kind.colours();
            let style = match map.kind {
                Kind::Transcribed => ", penwidth=2.6",
                Kind::Reconstructed => "",
                Kind::Placeholder => ", style=\"filled,dashed\"",
                Kind::Stopped => ", peripheries=2",
            };
            let label = label(&map.words(28), Some(9));
            put(format_args!("    m{at} [label=<{label}>, fillcolor=\"{inside}\", color=\"{outline}\"{style}]"));
        }
        put(format_args!("  }}"));
    }
    for link in &chart.links {
        let style = match link.mode {
            Mode::HandOver => "",
            Mode::Call => " [dir=both, arrowtail=empty, color=\"#1d4f91\"]",
            Mode::Start => " [style=dashed, color=\"#555555\"]",
            Mode::Overdue => " [style=dotted, penwidth=2, color=\"#b3261e\"]",
        };
        put(format_args!("  m{} -> m{}{style}", link.from, link.to));
    }
    text.push_str("}\n");
    text
}
