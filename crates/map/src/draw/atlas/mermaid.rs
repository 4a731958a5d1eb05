//! The chart of an atlas as Mermaid text.

use std::fmt::Write as _;

use super::super::mermaid::{escape, label, spoken};
use super::super::words::clean;
use super::{Kind, Mode, chart};
use crate::atlas::CheckedAtlas;

/// All maps and the links between them as a Mermaid chart.
pub fn mermaid(atlas: &CheckedAtlas) -> String {
    let chart = chart(atlas);
    let mut text = "flowchart LR\n".to_string();
    let mut put = |line: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line}");
    };
    let title = spoken(&chart.title);
    // Without a title, Mermaid would take the next line for one.
    if !title.is_empty() {
        put(format_args!("  accTitle: {title}"));
    }
    for (theme, (id, title)) in chart.themes.iter().enumerate() {
        let title = escape(&clean(title), true);
        let title = if title.is_empty() { escape(id, true) } else { title };
        put(format_args!("  subgraph t{theme}[\"{title}\"]"));
        for (at, map) in chart.maps.iter().enumerate().filter(|(_, map)| map.theme == theme) {
            put(format_args!("    m{at}[\"{}\"]:::{}", label(&map.words(28)), map.kind.word()));
        }
        put(format_args!("  end"));
    }
    for link in &chart.links {
        let arrow = match link.mode {
            Mode::HandOver => "-->",
            Mode::Call => "<-->",
            Mode::Start | Mode::Overdue => "-.->",
        };
        put(format_args!("  m{} {arrow} m{}", link.from, link.to));
    }
    for mode in Mode::ALL {
        let these = chart.links.iter().enumerate().filter(|(_, link)| link.mode == mode);
        let these: Vec<String> = these.map(|(at, _)| at.to_string()).collect();
        let style = match mode {
            Mode::HandOver => continue,
            Mode::Call => "stroke:#1d4f91,stroke-width:2px",
            Mode::Start => "stroke:#767676,stroke-width:2px,stroke-dasharray:8 4",
            Mode::Overdue => "stroke:#d1362b,stroke-width:2px,stroke-dasharray:2 5",
        };
        if !these.is_empty() {
            put(format_args!("  linkStyle {} {style}", these.join(",")));
        }
    }
    for kind in [Kind::Transcribed, Kind::Reconstructed, Kind::Placeholder, Kind::Stopped] {
        let (inside, outline) = kind.colours();
        let more = match kind {
            Kind::Transcribed => ",stroke-width:3px",
            Kind::Placeholder => ",stroke-dasharray:6 3",
            Kind::Reconstructed | Kind::Stopped => "",
        };
        if chart.maps.iter().any(|map| map.kind == kind) {
            put(format_args!("  classDef {} fill:{inside},stroke:{outline},color:#111111{more}", kind.word()));
        }
    }
    text
}
