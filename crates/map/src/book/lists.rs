//! What all maps share: roles, documents, calendars, and what comes first.

use super::html::Html;
use super::map::roles_in;
use super::{Book, anchor, count, listed, table};
use crate::model::Map;
use crate::time::Calendar;

impl<'a> Book<'a> {
    /// Writes the roles, the documents and the calendars.
    pub(super) fn lists(&self, html: &mut Html) {
        html.element("section", &[("class", "page"), ("aria-labelledby", "roles")], |html| {
            html.put("h2", &[("id", "roles")], "Roles");
            self.role_table(html);
            html.put("h2", &[("id", "documents")], "Documents");
            self.document_table(html);
            html.put("h2", &[("id", "calendars")], "Calendars");
            self.calendar_table(html);
            self.risk(html);
        });
    }

    fn role_table(&self, html: &mut Html) {
        table(html, "roles", &["Role", "Title", "Maps that name it"], |html| {
            for (role, title) in self.atlas.roles() {
                let id = anchor::of("role", role);
                html.element("tbody", &[("id", &id), ("data-find", "Role"), ("tabindex", "-1")], |html| {
                    html.element("tr", &[], |html| {
                        html.put("th", &[("scope", "row"), ("class", "name")], role);
                        html.element("td", &[], |html| {
                            html.text(title);
                            if self.atlas.supervisors().contains(role) {
                                html.put("p", &[("class", "hint")], "Supervises: may withdraw cases.");
                            }
                        });
                        html.element("td", &[], |html| self.maps_where(html, |map| roles_in(map).contains(role)));
                    });
                });
            }
        });
    }

    fn document_table(&self, html: &mut Html) {
        table(html, "documents", &["Document", "Maps taken from it"], |html| {
            for (id, document) in self.atlas.documents() {
                html.element("tbody", &[("id", &anchor::of("document", id)), ("tabindex", "-1")], |html| {
                    html.element("tr", &[], |html| {
                        html.put("th", &[("scope", "row")], document);
                        html.element("td", &[], |html| self.maps_where(html, |map| map.about.document == *id));
                    });
                });
            }
        });
    }

    fn calendar_table(&self, html: &mut Html) {
        table(html, "calendars", &["Calendar", "What it knows", "Maps that count by it"], |html| {
            for (id, calendar) in self.atlas.calendars() {
                html.element("tbody", &[("id", &anchor::of("calendar", id)), ("tabindex", "-1")], |html| {
                    html.element("tr", &[], |html| {
                        html.put("th", &[("scope", "row")], &calendar.title);
                        html.element("td", &[], |html| calendar_words(html, calendar));
                        html.element("td", &[], |html| self.maps_where(html, |map| map.calendar == *id));
                    });
                });
            }
        });
    }

    /// The maps of which something is so; where it is so of all, that alone.
    fn maps_where(&self, html: &mut Html, is_so: impl Fn(&Map) -> bool) {
        let maps: Vec<&Map> = self.maps.iter().map(|machine| machine.map()).filter(|map| is_so(map)).collect();
        match maps.len() {
            0 => html.text("none"),
            number if number == self.maps.len() && number > 1 => html.text(&format!("all {number}")),
            _ => listed(html, maps, "and", |html, map| html.link(&anchor::map(&map.id), &map.title)),
        }
    }
}

fn calendar_words(html: &mut Html, calendar: &Calendar) {
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let name = |day: &chrono::Weekday| days.get(day.num_days_from_monday() as usize).copied().unwrap_or_default();
    if calendar.weekend.is_empty() {
        html.text("No day of the week is free. ");
    } else {
        html.text("Free: ");
        listed(html, &calendar.weekend, "and", |html, day| html.text(name(day)));
        html.text(". ");
    }
    let holidays = count(calendar.holidays.len(), "holiday");
    html.text(&format!("{holidays}, of the years {} to {}.", calendar.first_year, calendar.last_year));
}
