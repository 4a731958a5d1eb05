//! The page of a map.

use std::collections::BTreeSet;

use super::html::Html;
use super::times::{length, line, step_link};
use super::{Book, anchor, count, listed, table};
use crate::controls::{Carrier, carried};
use crate::draw::{self, Within};
use crate::machine::Machine;
use crate::model::{FieldType, Map, Reading};
use crate::written::day;

/// Wider drawings get a page of their own that is printed across, in pixels.
const WIDE: i32 = 760;

impl Book<'_> {
    /// Writes the page of a map.
    pub(super) fn map(&self, html: &mut Html, machine: &Machine) {
        let map = machine.map();
        let id = anchor::map(&map.id);
        let title = anchor::part(&map.id, "title");
        html.element("section", &[("class", "page"), ("id", &id), ("aria-labelledby", &title)], |html| {
            self.head_of(html, machine, &title);
            notes(html, map);
            self.drawing(html, machine);
            html.put("h3", &[("id", &anchor::part(&map.id, "steps"))], "Steps");
            self.steps(html, machine);
            self.limits(html, map);
            self.rounds(html, map);
            record(html, map);
            self.links(html, map);
            self.controls_of(html, map);
            self.roles_of(html, map);
            self.sign_off(html, machine);
        });
    }

    fn head_of(&self, html: &mut Html, machine: &Machine, id: &str) {
        let (map, about) = (machine.map(), &machine.map().about);
        let theme = self.atlas.themes().get(&about.theme).unwrap_or(&about.theme);
        html.element("header", &[("id", &anchor::part(&map.id, "head")), ("data-find", "Map")], |html| {
            html.element("p", &[("class", "theme")], |html| {
                html.link_if(self.theme_id(&about.theme).as_deref(), theme);
            });
            html.put("h2", &[("id", id), ("class", "name")], &map.title);
            html.element("dl", &[("class", "facts")], |html| {
                fact(html, "Map", |html| html.put("code", &[], &map.id));
                fact(html, "Revision", |html| html.text(&map.revision.to_string()));
                fact(html, "Owner", |html| self.role_titled(html, &map.owner));
                if let Some(date) = about.review_by {
                    fact(html, "Review by", |html| self.review_by(html, date));
                }
                fact(html, "Reading", |html| {
                    html.text(about.reading.word());
                    html.text(", from ");
                    let document = self.atlas.documents().get(&about.document);
                    let id = document.map(|_| anchor::of("document", &about.document));
                    html.link_if(id.as_deref(), document.unwrap_or(&about.document));
                });
                fact(html, "Working days", |html| {
                    let calendar = self.atlas.calendars().get(&map.calendar);
                    let id = calendar.map(|_| anchor::of("calendar", &map.calendar));
                    html.link_if(id.as_deref(), calendar.map_or(&map.calendar, |calendar| &calendar.title));
                    html.text(&format!("; times of {}", map.zone.name()));
                });
                if let Some(subject) = &map.subject {
                    fact(html, "Subject", |html| {
                        html.text(&format!("{}: cases of the same are kept together", map.field_title(subject)));
                    });
                }
                fact(html, "Digest of its meaning", |html| html.put("code", &[("class", "digest")], machine.digest()));
            });
        });
        let banner = match about.reading {
            Reading::Transcribed => return,
            Reading::Reconstructed => {
                ("Reconstructed.", " A draft that its owner has not confirmed: read it as a proposal, not as a rule.")
            }
            Reading::Placeholder => ("Placeholder.", " This map is not drawn yet: a single step stands for it."),
        };
        html.element("p", &[("class", "banner")], |html| {
            html.put("b", &[], banner.0);
            html.text(banner.1);
        });
    }

    /// When a map must be read again, and whether that day has passed.
    pub(super) fn review_by(&self, html: &mut Html, date: chrono::NaiveDate) {
        html.text(&day(date));
        if self.today.is_some_and(|today| today > date) {
            html.text(" ");
            html.put("b", &[("class", "open")], "(passed)");
        }
    }

    /// A role with its title.
    pub(super) fn role_titled(&self, html: &mut Html, role: &str) {
        self.role(html, role);
        if let Some(title) = self.atlas.roles().get(role).filter(|title| *title != role) {
            html.text(&format!(", {title}"));
        }
    }

    fn drawing(&self, html: &mut Html, machine: &Machine) {
        let map = machine.map();
        let within = Within {
            name: &anchor::part(&map.id, "drawing"),
            leads_to: &|step| format!("#{}", anchor::step(&map.id, step)),
        };
        let drawn = draw::svg_within(machine, self.atlas, &within);
        html.put("h3", &[("class", "drawn")], "Drawing");
        figure(html, &drawn, &format!("Drawing of the map: {}", map.title));
    }

    fn limits(&self, html: &mut Html, map: &Map) {
        if map.limits.is_empty() {
            return;
        }
        html.put("h3", &[], "Limits that span steps");
        table(html, "limits", &["Limit", "From, to", "How long"], |html| {
            for (number, (id, limit)) in map.limits.iter().enumerate() {
                let (id, letter) = (anchor::limit(&map.id, id), draw::limit_letter(number));
                html.element("tbody", &[("id", &id), ("data-find", "Limit"), ("tabindex", "-1")], |html| {
                    html.element("tr", &[], |html| {
                        html.element("th", &[("scope", "row")], |html| {
                            html.put("span", &[("class", "kind")], &format!("limit {letter}"));
                            html.text(" ");
                            html.put("span", &[("class", "name")], &limit.title);
                        });
                        html.element("td", &[], |html| {
                            line(html, "From", |html| step_link(html, map, &limit.from));
                            line(html, "To", |html| step_link(html, map, &limit.to));
                        });
                        html.element("td", &[], |html| {
                            line(html, "Within", |html| length(html, limit.within.as_ref()));
                            self.overdue(html, map, &limit.overdue);
                            self.origin(html, limit.origin.as_deref());
                            limit.quote.iter().for_each(|quote| line(html, "Source", |html| html.put("q", &[], quote)));
                            self.controls_line(html, &limit.controls);
                        });
                    });
                });
            }
        });
    }

    fn controls_of(&self, html: &mut Html, map: &Map) {
        let mut all: Vec<(&str, Carrier<'_>)> = carried(map).collect();
        if all.is_empty() {
            return;
        }
        all.sort_by_key(|(control, _)| *control);
        html.put("h3", &[], "Controls that it carries");
        table(html, "carried", &["Control", "What is asked for", "Carried by"], |html| {
            html.element("tbody", &[], |html| {
                for group in all.chunk_by(|one, other| one.0 == other.0) {
                    let Some((control, _)) = group.first() else { continue };
                    html.element("tr", &[], |html| {
                        html.element("th", &[("scope", "row")], |html| self.control_link(html, control));
                        html.put("td", &[], self.atlas.controls().get(*control).map_or("", |control| &control.title));
                        html.element("td", &[], |html| {
                            listed(html, group, "and", |html, (_, place)| place_link(html, place));
                        });
                    });
                }
            });
        });
    }

    fn roles_of(&self, html: &mut Html, map: &Map) {
        html.put("h3", &[], "Roles");
        html.element("dl", &[("class", "facts")], |html| {
            for role in roles_in(map) {
                fact(html, role, |html| html.text(self.atlas.roles().get(role).map_or(role, |title| title)));
            }
        });
    }

    fn sign_off(&self, html: &mut Html, machine: &Machine) {
        let map = machine.map();
        let digest = machine.digest();
        html.element("div", &[("class", "sign-off")], |html| {
            html.put("h3", &[], "Sign-off");
            html.text(&format!(
                "I have read revision {} of \u{201c}{}\u{201d} (digest {}\u{2026}) and confirm that it says how we work, \
                 but for what I have written above.",
                map.revision,
                map.title,
                digest.get(..12).unwrap_or(digest)
            ));
            html.element("table", &[("class", "lines")], |html| {
                html.element("tbody", &[], |html| {
                    for labels in [["Name", "Role"], ["Signature", "Date"]] {
                        html.element("tr", &[], |html| {
                            for label in labels {
                                html.put("th", &[("scope", "row")], label);
                                html.put("td", &[], "");
                            }
                        });
                    }
                });
            });
        });
    }
}

/// A fact of a list: what it is called, and what `what` writes.
pub(super) fn fact(html: &mut Html, name: &str, what: impl FnOnce(&mut Html)) {
    html.element("div", &[], |html| {
        html.put("dt", &[], name);
        html.element("dd", &[], what);
    });
}

/// A drawing in a frame that can be moved under it.
pub(super) fn figure(html: &mut Html, drawn: &draw::Drawn, label: &str) {
    let class = if drawn.width > WIDE { "drawing wide" } else { "drawing" };
    html.element("figure", &[("class", class), ("tabindex", "0"), ("aria-label", label)], |html| html.raw(&drawn.svg));
}

/// A link to what carries a control.
pub(super) fn place_link(html: &mut Html, place: &Carrier<'_>) {
    match place {
        Carrier::Map(map) => html.link(&anchor::map(&map.id), "the whole map"),
        Carrier::Step(map, step) => html.link(&anchor::step(&map.id, &step.id), &step.title),
        Carrier::Limit(map, id, limit) => html.link(&anchor::limit(&map.id, id), &limit.title),
        Carrier::Starts(map, id, round) => html.link(&anchor::round(&map.id, id), &round.title),
        Carrier::Report(report) => html.text(&report.title),
    }
}

/// The roles that a map names: its owner, who acts and who is told.
pub(super) fn roles_in(map: &Map) -> BTreeSet<&String> {
    let acts = map.steps.iter().flat_map(|step| &step.roles);
    let told = map.steps.iter().flat_map(|step| &step.due).flat_map(|due| &due.overdue.tell);
    let told_of_limits = map.limits.values().flat_map(|limit| &limit.overdue.tell);
    let told_of_rounds = map.rounds.values().flat_map(|round| &round.by).flat_map(|by| &by.overdue.tell);
    std::iter::once(&map.owner).chain(acts).chain(told).chain(told_of_limits).chain(told_of_rounds).collect()
}

fn notes(html: &mut Html, map: &Map) {
    let notes = &map.about.notes;
    if notes.is_empty() {
        return;
    }
    html.put("h3", &[], "Notes and questions for the owner");
    html.put(
        "p",
        &[("class", "hint")],
        &format!("{}. [?] marks what the owner has yet to confirm.", count(notes.len(), "note")),
    );
    html.element("ol", &[("class", "notes")], |html| {
        for (number, note) in notes.iter().enumerate() {
            let id = anchor::note(&map.id, number + 1);
            html.element("li", &[("id", &id), ("data-find", "Note"), ("tabindex", "-1")], |html| {
                html.put("span", &[("class", "name")], note);
                html.element("div", &[("class", "answer")], |html| html.text("The owner\u{2019}s answer:"));
            });
        }
    });
}

fn record(html: &mut Html, map: &Map) {
    if map.record.is_empty() {
        return;
    }
    html.put("h3", &[], "Record of a case");
    table(html, "record", &["Field", "What it holds", "Name in the file"], |html| {
        html.element("tbody", &[], |html| {
            for (id, field) in &map.record {
                html.element("tr", &[], |html| {
                    html.put("th", &[("scope", "row")], &field.title);
                    html.element("td", &[], |html| {
                        type_words(html, &field.kind);
                        html.text(if field.personal { "; personal: kept apart, and can be erased" } else { "" });
                    });
                    html.element("td", &[], |html| html.put("code", &[], id));
                });
            }
        });
    });
}

fn type_words(html: &mut Html, kind: &FieldType) {
    match kind {
        FieldType::Text { pattern: Some(pattern) } => {
            html.text("text like ");
            html.put("code", &[], pattern);
        }
        FieldType::Text { pattern: None } => html.text("text"),
        FieldType::Number => html.text("a number"),
        FieldType::Money => html.text("money"),
        FieldType::Date => html.text("a date"),
        FieldType::YesNo => html.text("yes or no"),
        FieldType::Choice(values) => {
            html.text("one of: ");
            listed(html, values, "or", |html, value| html.text(value));
        }
    }
}
