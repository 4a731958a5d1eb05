//! The chart of an atlas: every map, by theme, and the links between them.

mod dot;
mod mermaid;

use std::collections::{BTreeMap, BTreeSet};

pub use dot::dot;
pub use mermaid::mermaid;

use super::words::{Line, aside, heading};
use crate::atlas::CheckedAtlas;
use crate::links::{self, Why};
use crate::model::{LinkMode, Map, Reading};

/// The chart of an atlas before it is written in any notation.
#[derive(Debug)]
pub(super) struct Chart {
    /// The title of the atlas.
    pub(super) title: String,
    /// The line below it.
    pub(super) about: String,
    /// The themes that have maps, with their titles.
    pub(super) themes: Vec<(String, String)>,
    /// The maps; those of one theme stand together.
    pub(super) maps: Vec<MapBox>,
    /// The links.
    pub(super) links: Vec<Link>,
}

/// A map in the chart.
#[derive(Debug)]
pub(super) struct MapBox {
    /// Its theme, by its place in the chart.
    pub(super) theme: usize,
    /// Its id.
    pub(super) id: String,
    /// Its title.
    pub(super) title: String,
    /// What it claims of itself.
    pub(super) kind: Kind,
    /// What is said below its title.
    pub(super) more: String,
}

/// What a map in the chart claims of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Transcribed,
    Reconstructed,
    Placeholder,
    /// Errors keep it from running.
    Stopped,
}

impl Kind {
    /// The word for it in the text of a drawing.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Transcribed => "transcribed",
            Kind::Reconstructed => "reconstructed",
            Kind::Placeholder => "placeholder",
            Kind::Stopped => "stopped",
        }
    }

    /// Its colours: inside and outline.
    pub(super) fn colours(self) -> (&'static str, &'static str) {
        match self {
            Kind::Transcribed => ("#e2f0e3", "#2e6b34"),
            Kind::Reconstructed => ("#ffe7c7", "#a04a00"),
            Kind::Placeholder => ("#ffffff", "#555555"),
            Kind::Stopped => ("#fbdedb", "#b3261e"),
        }
    }
}

/// A link in the chart, by the places of its maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) mode: Mode,
}

/// What becomes of a case at a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    HandOver,
    Call,
    Start,
    /// What a deadline that passed opens.
    Overdue,
}

impl Mode {
    /// Every mode, for styles.
    pub(super) const ALL: [Mode; 4] = [Mode::HandOver, Mode::Call, Mode::Start, Mode::Overdue];

    /// The word for it in the text of a drawing.
    pub(super) fn word(self) -> &'static str {
        match self {
            Mode::HandOver => "handover",
            Mode::Call => "call",
            Mode::Start => "beside",
            Mode::Overdue => "overdue",
        }
    }

    /// What it means.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Mode::HandOver => "hands the case over",
            Mode::Call => "waits for its outcome",
            Mode::Start => "opens a case beside",
            Mode::Overdue => "opens a case when a deadline passes",
        }
    }
}

/// The group of maps that errors keep from running; no theme of an atlas has this name, for a name has no blanks.
const STOPPED: &str = "maps in error";

/// Collects the maps and links of an atlas.
pub(super) fn chart(atlas: &CheckedAtlas) -> Chart {
    let mut boxes: Vec<(String, MapBox)> = Vec::new();
    for machine in atlas.machines().values() {
        let map = machine.map();
        boxes.push((map.about.theme.clone(), of_map(map)));
    }
    for id in atlas.stopped().keys() {
        let (id, title, more) = (id.clone(), id.clone(), "has errors and cannot be used".to_string());
        boxes.push((STOPPED.to_string(), MapBox { theme: 0, id, title, kind: Kind::Stopped, more }));
    }
    let known: BTreeSet<String> = boxes.iter().map(|(theme, _)| theme.clone()).collect();
    let links = links(atlas);
    let order = order(&boxes, &links, known);
    boxes.sort_by_key(|(theme, _)| order.iter().position(|known| known == theme));
    let mut maps: Vec<MapBox> = Vec::with_capacity(boxes.len());
    for (theme, map) in boxes {
        maps.push(MapBox { theme: order.iter().position(|known| *known == theme).unwrap_or(0), ..map });
    }
    let ids: BTreeMap<&str, usize> = maps.iter().enumerate().map(|(at, map)| (map.id.as_str(), at)).collect();
    let title_of = |theme: &String| atlas.themes().get(theme).unwrap_or(theme).clone();
    let count = |kind: Kind| maps.iter().filter(|map| map.kind == kind).count();
    let counted = [Kind::Transcribed, Kind::Reconstructed, Kind::Placeholder, Kind::Stopped]
        .into_iter()
        .filter(|kind| count(*kind) > 0)
        .map(|kind| match (kind, count(kind)) {
            (Kind::Stopped, number) => format!("{number} in error"),
            (Kind::Placeholder, number @ 2..) => format!("{number} placeholders"),
            (_, number) => format!("{number} {}", kind.word()),
        });
    let counted = counted.collect::<Vec<_>>().join(", ");
    let about = format!("{} {}: {counted}", maps.len(), if maps.len() == 1 { "map" } else { "maps" });
    let place =
        |(from, to, mode): &(&str, &str, Mode)| Some(Link { from: *ids.get(from)?, to: *ids.get(to)?, mode: *mode });
    let links: BTreeSet<Link> = links.iter().filter_map(place).collect();
    let links = links.into_iter().collect();
    let themes = order.iter().map(|theme| (theme.clone(), title_of(theme))).collect();
    Chart { title: atlas.title().to_string(), about, themes, maps, links }
}

fn of_map(map: &Map) -> MapBox {
    let kind = match map.about.reading {
        Reading::Transcribed => Kind::Transcribed,
        Reading::Reconstructed => Kind::Reconstructed,
        Reading::Placeholder => Kind::Placeholder,
    };
    let more = match kind {
        Kind::Placeholder => "placeholder: not drawn yet".to_string(),
        _ => format!("{}, {} steps", kind.word(), map.steps.len()),
    };
    MapBox { theme: 0, id: map.id.clone(), title: map.title.clone(), kind, more }
}

/// Every link of the atlas once: from which map to which.
fn links(atlas: &CheckedAtlas) -> BTreeSet<(&str, &str, Mode)> {
    let of_map = |map| {
        links::links(map).into_iter().map(|link| {
            let mode = match link.why {
                Why::Step(LinkMode::HandOver) => Mode::HandOver,
                Why::Step(LinkMode::Call { .. }) => Mode::Call,
                Why::Step(LinkMode::Start { .. }) | Why::Round => Mode::Start,
                Why::Late => Mode::Overdue,
            };
            (map.id.as_str(), link.to.as_str(), mode)
        })
    };
    atlas.machines().values().flat_map(|machine| of_map(machine.map())).collect()
}

/// The themes in an order in which links are short.
fn order(boxes: &[(String, MapBox)], links: &BTreeSet<(&str, &str, Mode)>, themes: BTreeSet<String>) -> Vec<String> {
    let mut order: Vec<String> = themes.into_iter().collect();
    let themes: BTreeMap<&str, &String> = boxes.iter().map(|(theme, map)| (map.id.as_str(), theme)).collect();
    let pairs: Vec<(&String, &String)> =
        links.iter().filter_map(|(from, to, _)| Some((*themes.get(from)?, *themes.get(to)?))).collect();
    let cost = |order: &[String]| -> usize {
        let place: BTreeMap<&String, usize> = order.iter().enumerate().map(|(at, theme)| (theme, at)).collect();
        let at = |theme| place.get(theme).copied().unwrap_or(0);
        pairs.iter().map(|(from, to)| at(from).abs_diff(at(to))).sum()
    };
    let mut best = cost(&order);
    // Each theme is moved to where it shortens the links most, until none does; a round more for each theme is enough.
    for _ in 0..order.len() {
        let before = best;
        for from in 0..order.len() {
            for to in 0..order.len() {
                let mut other = order.clone();
                let theme = other.remove(from);
                other.insert(to, theme);
                let now = cost(&other);
                if now < best {
                    (order, best) = (other, now);
                }
            }
        }
        if best == before {
            break;
        }
    }
    order
}

impl MapBox {
    /// What stands in its box, in lines of about that many characters.
    pub(super) fn words(&self, width: usize) -> Vec<Line> {
        let mut lines = heading(&self.title, width);
        lines.extend(aside(&self.more, width));
        lines
    }
}
