//! The front of the book: what it is, as of when, how to read it, the chart of all maps, the contents.

use std::collections::BTreeMap;

use super::html::Html;
use super::map::{fact, figure};
use super::{Book, anchor, count, table};
use crate::draw::{self, Within};
use crate::links::links;
use crate::machine::Machine;
use crate::model::Reading;
use crate::written::day;

/// The readings, each with what it means.
const READINGS: [(Reading, &str); 3] = [
    (Reading::Transcribed, "every step can be traced to a fragment of the source"),
    (Reading::Reconstructed, "a draft from what is known; its owner has not confirmed it"),
    (Reading::Placeholder, "not drawn yet: a single step stands for it"),
];

const HOW_TO_READ: [(&str, &str); 7] = [
    ("A map", "is one process. Each has a page: its drawing, its steps one by one, and what leads to and from it."),
    ("A case", "is one matter that goes through a map, step by step. A role does each step, in the time that it says."),
    ("A drawing", "has a lane a role. Its legend stands below it. A shape leads to its step in the table."),
    (
        "A deadline",
        "makes the case late when it passes, and whoever it says is told. A limit is a deadline over several steps.",
    ),
    ("A link", "hands the case over to another map, waits for its outcome (a call), or opens a case beside."),
    ("A control", "is what an audit asks for. The last part says which map, step or limit carries each."),
    (
        "[?]",
        "marks what the owner has yet to confirm. In print, every note has room for the answer, every map for a signature.",
    ),
];

impl Book<'_> {
    /// Writes the front.
    pub(super) fn front(&self, html: &mut Html) {
        html.element("section", &[("class", "front"), ("aria-labelledby", "title")], |html| {
            html.put("h1", &[("id", "title")], self.atlas.title());
            html.put("p", &[("class", "theme")], "The atlas book: every map, its steps, links and controls");
            self.as_of(html);
            html.put("h2", &[], "How its maps came about");
            self.readings(html);
            self.stopped(html);
            self.origins(html);
            html.put("h2", &[], "How to read it");
            html.element("dl", &[("class", "facts")], |html| {
                for (name, what) in HOW_TO_READ {
                    fact(html, name, |html| html.text(what));
                }
            });
        });
        html.element("section", &[("class", "page"), ("aria-labelledby", "chart")], |html| {
            html.put("h2", &[("id", "chart"), ("class", "drawn")], "Chart of all maps");
            let leads_to = |map: &str| format!("#{}", anchor::map(map));
            let drawn = draw::atlas_svg_within(self.atlas, &Within { name: "chart/drawing", leads_to: &leads_to });
            figure(html, &drawn, "Chart of all maps, by theme, with the links between them");
        });
        html.element("section", &[("class", "page"), ("aria-labelledby", "contents")], |html| {
            html.put("h2", &[("id", "contents")], "Contents");
            self.contents(html);
        });
        self.lists(html);
    }

    fn as_of(&self, html: &mut Html) {
        let maps = || self.maps.iter().map(|machine| machine.map());
        html.element("dl", &[("class", "facts")], |html| {
            if let Some(today) = self.today {
                fact(html, "As of", |html| html.text(&day(today)));
            }
            fact(html, "Atlas", |html| html.put("code", &[], self.atlas.id()));
            fact(html, "Fingerprint", |html| {
                html.put("code", &[("class", "digest")], &self.fingerprint());
                html.put(
                    "p",
                    &[("class", "hint")],
                    "Of the id, revision and meaning of every map: it changes when any step, time, role or link does, and \
                     not when a note or a quote does.",
                );
            });
            let steps: usize = maps().map(|map| map.steps.len()).sum();
            let deadlines: usize = maps().map(|map| map.steps.iter().filter(|step| step.due.is_some()).count()).sum();
            let limits: usize = maps().map(|map| map.limits.len()).sum();
            let links: usize = maps().map(|map| links(map).len()).sum();
            fact(html, "It holds", |html| {
                html.text(&format!(
                    "{}, {}, {}, {}, {}, {}, {}",
                    count(self.maps.len(), "map"),
                    count(steps, "step"),
                    count(deadlines, "deadline"),
                    count(limits, "limit"),
                    count(links, "link"),
                    count(self.atlas.roles().len(), "role"),
                    count(self.atlas.controls().len(), "control"),
                ));
            });
        });
    }

    fn readings(&self, html: &mut Html) {
        table(html, "readings", &["Reading", "Maps", "What it means"], |html| {
            html.element("tbody", &[], |html| {
                for (reading, meaning) in READINGS {
                    let number = self.maps.iter().filter(|machine| machine.map().about.reading == reading).count();
                    html.element("tr", &[], |html| {
                        html.put("th", &[("scope", "row")], reading.word());
                        html.put("td", &[], &number.to_string());
                        html.put("td", &[], meaning);
                    });
                }
            });
        });
    }

    /// How many times come from where; nothing where no origin is known.
    fn origins(&self, html: &mut Html) {
        if self.atlas.origins().is_empty() {
            return;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for map in self.maps.iter().map(|machine| machine.map()) {
            let steps = map.steps.iter().flat_map(|step| &step.origin);
            let limits = map.limits.values().flat_map(|limit| &limit.origin);
            let rounds = map.rounds.values().flat_map(|round| &round.origin);
            steps.chain(limits).chain(rounds).for_each(|origin| *counts.entry(origin).or_default() += 1);
        }
        html.put("h2", &[], "Where its times come from");
        table(html, "readings", &["Origin", "Times", "What it means"], |html| {
            html.element("tbody", &[], |html| {
                for (origin, title) in self.atlas.origins() {
                    html.element("tr", &[], |html| {
                        html.put("th", &[("scope", "row")], origin);
                        html.put("td", &[], &counts.get(origin.as_str()).copied().unwrap_or_default().to_string());
                        html.put("td", &[], title);
                    });
                }
            });
        });
    }

    /// Maps that errors keep from running are named, so that nobody takes the book for whole.
    fn stopped(&self, html: &mut Html) {
        if self.atlas.stopped().is_empty() {
            return;
        }
        html.element("div", &[("class", "banner")], |html| {
            html.put("b", &[], "Left out, because they have errors:");
            html.element("ul", &[], |html| {
                for (map, file) in self.atlas.stopped() {
                    let file = file.rsplit('/').next().unwrap_or(file);
                    let id = anchor::map(map);
                    let place: &[(&str, &str)] = if self.atlas.machine(map).is_some() { &[] } else { &[("id", &id)] };
                    html.put("li", place, &format!("{map} ({file})"));
                }
            });
        });
    }

    /// The id of a theme's place in the contents.
    pub(super) fn theme_id(&self, theme: &str) -> Option<String> {
        self.maps.iter().any(|machine| machine.map().about.theme == theme).then(|| anchor::of("theme", theme))
    }

    fn contents(&self, html: &mut Html) {
        let theme = |machine: &Machine| machine.map().about.theme.clone();
        for maps in self.maps.chunk_by(|one, other| theme(one) == theme(other)) {
            let Some(id) = maps.first().map(|machine| theme(machine)) else { continue };
            let title = self.atlas.themes().get(&id).unwrap_or(&id);
            html.put("h3", &[("id", &anchor::of("theme", &id))], title);
            table(html, "contents", &["Map", "Reading", "Revision", "Owner", "Review by"], |html| {
                html.element("tbody", &[], |html| maps.iter().for_each(|machine| self.contents_row(html, machine)));
            });
        }
        html.element("p", &[("class", "hint")], |html| {
            html.text("After the contents: ");
            html.link("roles", "roles");
            html.text(", ");
            html.link("documents", "documents");
            html.text(" and ");
            html.link("calendars", "calendars");
            html.text("; after the maps: ");
            html.link("controls", "controls");
            html.text(".");
        });
    }

    fn contents_row(&self, html: &mut Html, machine: &Machine) {
        let map = machine.map();
        html.element("tr", &[], |html| {
            html.element("th", &[("scope", "row")], |html| html.link(&anchor::map(&map.id), &map.title));
            html.put("td", &[], map.about.reading.word());
            html.put("td", &[], &map.revision.to_string());
            html.element("td", &[], |html| self.role(html, &map.owner));
            html.element("td", &[], |html| {
                if let Some(date) = map.about.review_by {
                    self.review_by(html, date);
                }
            });
        });
    }
}
