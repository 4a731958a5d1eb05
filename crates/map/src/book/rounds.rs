//! What comes round in a map: the cases of other maps that it opens by itself.

use super::html::Html;
use super::steps::fields;
use super::times::{counted, line, step_link};
use super::{Book, anchor, listed, table};
use crate::model::{Anchor, Map, Round};

impl Book<'_> {
    /// The table of what comes round; nothing where nothing does.
    pub(super) fn rounds(&self, html: &mut Html, map: &Map) {
        if map.rounds.is_empty() {
            return;
        }
        html.put("h3", &[], "What comes round: cases it opens by itself");
        table(html, "limits", &["What", "Opens", "When, and by when it is done"], |html| {
            for (id, round) in &map.rounds {
                let id = anchor::round(&map.id, id);
                html.element("tbody", &[("id", &id), ("data-find", "Round"), ("tabindex", "-1")], |html| {
                    html.element("tr", &[], |html| self.round(html, map, round));
                });
            }
        });
    }

    fn round(&self, html: &mut Html, map: &Map, round: &Round) {
        html.element("th", &[("scope", "row")], |html| html.put("span", &[("class", "name")], &round.title));
        html.element("td", &[], |html| {
            line(html, "Opens beside", |html| self.map_link(html, &round.map));
            if let Some(entry) = &round.entry {
                line(html, "At its start", |html| match self.atlas.machine(&round.map) {
                    Some(other) => step_link(html, other.map(), entry),
                    None => html.text(entry),
                });
            }
            fields(html, map, "Takes along", &round.carries);
            line(html, "Done when", |html| {
                html.text("a case is over of ");
                self.map_link(html, &round.done);
                if !round.done_when.is_empty() {
                    html.text(": ");
                    listed(html, &round.done_when, "or", |html, way| self.way_of_ending(html, way));
                }
            });
            if let Some(field) = &round.sets {
                line(html, "Then sets", |html| html.text(&format!("{} to that day", map.field_title(field))));
            }
        });
        html.element("td", &[], |html| {
            line(html, "When", |html| match (&round.after, &round.anchor) {
                (None, Anchor::Field(field)) => {
                    html.text(&format!("on the date in \u{201c}{}\u{201d}", map.field_title(field)));
                }
                _ => counted(html, map, round.after.as_ref(), &round.anchor, "after"),
            });
            if let Some(by) = &round.by {
                line(html, "Done within", |html| counted(html, map, by.within.as_ref(), &by.anchor, "of"));
                self.overdue(html, map, &by.overdue);
            }
            self.origin(html, round.origin.as_deref());
            round.quote.iter().for_each(|quote| line(html, "Source", |html| html.put("q", &[], quote)));
            round.note.iter().for_each(|note| line(html, "Note", |html| html.text(note)));
            self.controls_line(html, &round.controls);
        });
    }

    /// An outcome, or a map to which a case is handed over.
    fn way_of_ending(&self, html: &mut Html, way: &str) {
        if self.map_id(way).is_some() {
            html.text("handed over to ");
            self.map_link(html, way);
        } else {
            html.text(way);
        }
    }
}
