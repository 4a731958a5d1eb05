//! The controls, register by register, each with what carries it.

use std::collections::BTreeSet;

use super::html::Html;
use super::{Book, Carrier, Place, anchor, count, listed, map::place_link, table};
use crate::atlas::Control;
use crate::model::Map;

impl Book<'_> {
    /// Writes the part on controls.
    pub(super) fn controls(&self, html: &mut Html) {
        html.element(
            "section",
            &[("class", "page"), ("id", "controls"), ("aria-labelledby", "controls/title")],
            |html| {
                html.put("h2", &[("id", "controls/title")], "Controls");
                if self.atlas.controls().is_empty() {
                    html.put("p", &[], "This atlas has no register of controls.");
                    return;
                }
                html.put("p", &[], "What audits ask for, and which map, step or limit carries it.");
                // A reference stands in one register; where a second has it too, its place is the first.
                let mut seen = BTreeSet::new();
                for (id, register) in self.atlas.registers() {
                    html.put("h3", &[("id", &anchor::of("register", id))], &register.title);
                    let carried =
                        register.controls.iter().filter(|control| self.carriers.contains_key(control.as_str()));
                    let carried = carried.count();
                    let all = count(register.controls.len(), "control");
                    html.put(
                        "p",
                        &[],
                        &format!("{all}: {carried} carried, {} not.", register.controls.len() - carried),
                    );
                    table(html, "register", &["Control", "What is asked for", "Carried by"], |html| {
                        for reference in &register.controls {
                            if let Some(control) =
                                self.atlas.controls().get(reference).filter(|_| seen.insert(reference))
                            {
                                self.control(html, reference, control);
                            }
                        }
                    });
                }
            },
        );
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
                html.element("td", &[], |html| self.carried_by(html, reference));
            });
        });
    }

    fn carried_by(&self, html: &mut Html, reference: &str) {
        let Some(carriers) = self.carriers.get(reference) else {
            html.put("b", &[("class", "open")], "Nothing carries it.");
            return;
        };
        if carriers.len() == self.maps.len() && carriers.iter().all(|carrier| matches!(carrier.place, Place::Map)) {
            html.text("Every map, as a whole.");
            return;
        }
        html.element("ul", &[], |html| {
            for group in carriers.chunk_by(|one, other| one.map.id == other.map.id) {
                let Some(map) = group.first().map(|carrier| carrier.map) else { continue };
                html.element("li", &[], |html| {
                    html.link(&anchor::map(&map.id), &map.title);
                    html.text(": ");
                    self.places(html, map, group);
                });
            }
        });
    }

    fn places(&self, html: &mut Html, map: &Map, carriers: &[Carrier<'_>]) {
        listed(html, carriers, "and", |html, carrier| place_link(html, map, carrier.place));
    }
}
