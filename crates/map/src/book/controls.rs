//! The controls, register by register, each with what carries it.

use std::collections::BTreeSet;

use super::html::Html;
use super::map::place_link;
use super::{Book, anchor, count, listed, table};
use crate::controls::{Carrier, Control, LateOf, Register, Report};
use crate::model::Map;

impl<'a> Book<'a> {
    /// Writes the part on controls.
    pub(super) fn controls(&self, html: &mut Html) {
        let place = [("class", "page"), ("id", "controls"), ("aria-labelledby", "controls/title")];
        html.element("section", &place, |html| {
            html.put("h2", &[("id", "controls/title")], "Controls");
            if self.atlas.controls().is_empty() {
                html.put("p", &[], "This atlas has no register of controls.");
                return;
            }
            html.put("p", &[], "What audits ask for, and which map, step, limit or report carries it.");
            // A reference stands in one register; where a second has it too, its place is the first.
            let mut seen = BTreeSet::new();
            for register in self.atlas.registers() {
                self.register(html, register, &mut seen);
            }
        });
    }

    fn register(&self, html: &mut Html, register: &'a Register, seen: &mut BTreeSet<&'a str>) {
        let items = register.items.iter().filter(|reference| seen.insert(reference));
        let items: Vec<(&String, &Control)> =
            items.filter_map(|reference| Some((reference, self.atlas.controls().get(reference)?))).collect();
        let is_carried = |(reference, _): &&(&String, &Control)| !self.atlas.carriers(reference).is_empty();
        let carried = items.iter().filter(is_carried).count();
        html.put("h3", &[("id", &anchor::of("register", &register.id))], &register.title);
        let all = count(items.len(), "control");
        html.put("p", &[], &format!("{all}: {carried} carried, {} not.", items.len() - carried));
        table(html, "register", &["Control", "What is asked for", "Carried by"], |html| {
            for (reference, control) in items {
                self.control(html, reference, control);
            }
        });
    }

    fn control(&self, html: &mut Html, reference: &str, control: &Control) {
        let id = anchor::of("control", reference);
        html.element("tbody", &[("id", &id), ("data-find", "Control"), ("tabindex", "-1")], |html| {
            html.element("tr", &[], |html| {
                html.put("th", &[("scope", "row")], reference);
                html.element("td", &[], |html| {
                    html.put("span", &[("class", "name")], &control.title);
                    html.element("p", &[("class", "hint")], |html| {
                        html.text("Binds as ");
                        listed(html, &control.binds, "and", |html, word| html.text(word));
                    });
                });
                html.element("td", &[], |html| self.carried_by(html, reference, control));
            });
        });
    }

    fn carried_by(&self, html: &mut Html, reference: &str, control: &Control) {
        // In the order of the book; a map as a whole before the places in it.
        let order = |map: &Map| self.maps.iter().position(|machine| machine.map().id == map.id);
        let mut carriers = self.atlas.carriers(reference);
        carriers.retain(|carrier| carrier.map().is_some());
        carriers.sort_by_key(|carrier| carrier.map().and_then(order));
        let is_everywhere =
            carriers.len() == self.maps.len() && carriers.iter().all(|carrier| matches!(carrier, Carrier::Map(_)));
        if carriers.is_empty() && control.reports.is_empty() {
            html.put("b", &[("class", "open")], "Nothing carries it.");
            return;
        }
        html.element("ul", &[], |html| {
            if is_everywhere {
                html.put("li", &[], "Every map, as a whole.");
            } else {
                for group in
                    carriers.chunk_by(|one, other| one.map().map(|map| &map.id) == other.map().map(|map| &map.id))
                {
                    carrying_map(html, group);
                }
            }
            control.reports.iter().for_each(|report| html.element("li", &[], |html| self.report(html, report)));
        });
    }

    /// A report: of which cases, and what makes one an exception.
    fn report(&self, html: &mut Html, report: &Report) {
        html.text(&format!("Report \u{201c}{}\u{201d}: every open case of ", report.title));
        listed(html, &report.cases, "and", |html, map| self.map_link(html, map));
        let title = |field: &str| {
            let maps = report.cases.iter().filter_map(|map| self.atlas.machine(map));
            let found = maps.filter_map(|machine| machine.map().record.get(field)).next();
            found.map_or_else(|| field.to_string(), |field| field.title.clone())
        };
        if !report.without.is_empty() {
            html.text(" without ");
            listed(html, &report.without, "or", |html, field| html.text(&title(field)));
        }
        let joint = if report.without.is_empty() { " that is late" } else { ", or late" };
        match &report.late {
            LateOf::Nothing => {}
            LateOf::Anything => html.text(&format!("{joint} by any deadline")),
            LateOf::These(these) => {
                html.text(&format!("{joint} by "));
                listed(html, these, "or", |html, id| self.late_of(html, report, id));
            }
        }
        html.text(".");
    }

    /// What is late, by its title: a step or a limit of the first of the report's maps that has it.
    fn late_of(&self, html: &mut Html, report: &Report, id: &str) {
        let mut maps = report.cases.iter().filter_map(|map| self.atlas.machine(map)).map(|machine| machine.map());
        let place = maps.find_map(|map| {
            let step = map.step(id).map(|step| Carrier::Step(map, step));
            let limit = || map.limits.get_key_value(id).map(|(id, limit)| Carrier::Limit(map, id, limit));
            let round = || map.rounds.get_key_value(id).map(|(id, round)| Carrier::Starts(map, id, round));
            step.or_else(limit).or_else(round)
        });
        match place {
            Some(place) => place_link(html, &place),
            None => html.text(id),
        }
    }

    /// Writes by what the worklist is ordered before time; nothing where the atlas does not say.
    pub(super) fn risk(&self, html: &mut Html) {
        if self.atlas.risk().is_empty() {
            return;
        }
        html.put("h2", &[("id", "risk")], "What comes first");
        html.put("p", &[], "Work is ordered by the first of these that holds of a case, and then by time.");
        table(html, "risk", &["Rank", "Which cases"], |html| {
            html.element("tbody", &[], |html| {
                for risk in self.atlas.risk() {
                    html.element("tr", &[], |html| {
                        html.put("th", &[("scope", "row")], &risk.title);
                        html.element("td", &[], |html| self.ranked(html, risk));
                    });
                }
            });
        });
    }

    fn ranked(&self, html: &mut Html, risk: &crate::risk::Risk) {
        let maps = || self.maps.iter().map(|machine| machine.map());
        html.text(if risk.late { "late cases" } else { "cases" });
        if !risk.maps.is_empty() {
            html.text(" of ");
            listed(html, &risk.maps, "or", |html, map| self.map_link(html, map));
        }
        if !risk.themes.is_empty() {
            html.text(" of the theme ");
            let title = |theme: &String| self.atlas.themes().get(theme).unwrap_or(theme).clone();
            listed(html, &risk.themes, "or", |html, theme| {
                html.link_if(self.theme_id(theme).as_deref(), &title(theme))
            });
        }
        for (number, (field, values)) in risk.fields.iter().enumerate() {
            let map = maps().find(|map| map.record.contains_key(field));
            let title = map.map_or(field.as_str(), |map| map.field_title(field));
            html.text(&format!("{}\u{201c}{title}\u{201d} is ", if number == 0 { " where " } else { " and " }));
            listed(html, values, "or", |html, value| html.text(value));
        }
    }
}

/// A map, with the places in it that carry a control.
fn carrying_map(html: &mut Html, carriers: &[Carrier<'_>]) {
    let Some(map) = carriers.first().and_then(Carrier::map) else { return };
    html.element("li", &[], |html| {
        html.link(&anchor::map(&map.id), &map.title);
        html.text(": ");
        listed(html, carriers, "and", place_link);
    });
}
