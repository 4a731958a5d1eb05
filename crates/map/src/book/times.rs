//! Times and what happens when they pass, in words with links.

use super::html::Html;
use super::{Book, anchor};
use crate::draw::words;
use crate::model::{Anchor, Map, Overdue};
use crate::time::Duration;

/// A label, and behind it what `what` writes.
pub(super) fn line(html: &mut Html, label: &str, what: impl FnOnce(&mut Html)) {
    html.element("p", &[], |html| {
        html.put("b", &[], label);
        html.text(" ");
        what(html);
    });
}

/// A link to a step of a map, by its title in quotes.
pub(super) fn step_link(html: &mut Html, map: &Map, step: &str) {
    let id = map.step(step).map(|step| anchor::step(&map.id, &step.id));
    html.link_if(id.as_deref(), &words::quoted(map, step));
}

/// How long: `72 hours`.
pub(super) fn length(html: &mut Html, length: Option<&Duration>) {
    match length {
        Some(length) => html.put("span", &[("class", "long")], &length.to_string()),
        None => html.put("span", &[("class", "long open")], "a time to be confirmed (TBC)"),
    }
}

/// How long, and from what it counts: `72 hours of “Agree the date” being done`.
pub(super) fn counted(html: &mut Html, map: &Map, long: Option<&Duration>, from: &Anchor, joint: &str) {
    length(html, long);
    match from {
        Anchor::Entering => html.text(&format!(" {joint} coming here")),
        Anchor::Step(step) => {
            html.text(&format!(" {joint} "));
            step_link(html, map, step);
            html.text(" being done");
        }
        Anchor::Field(field) => html.text(&format!(" {joint} the date in \u{201c}{}\u{201d}", map.field_title(field))),
    }
}

impl Book<'_> {
    /// Where a time comes from.
    pub(super) fn origin(&self, html: &mut Html, origin: Option<&str>) {
        let Some(origin) = origin else { return };
        line(html, "Time from", |html| match self.atlas.origins().get(origin) {
            Some(title) => html.text(&format!("{title} ({origin})")),
            None => html.text(origin),
        });
    }

    /// What happens when a deadline passes.
    pub(super) fn overdue(&self, html: &mut Html, map: &Map, overdue: &Overdue) {
        if !overdue.tell.is_empty() {
            line(html, "If late", |html| {
                html.text("tell ");
                self.roles(html, &overdue.tell, "and");
            });
        }
        if let Some(to) = &overdue.start {
            line(html, "If late", |html| {
                html.text("open beside: ");
                self.map_link(html, to);
            });
        }
        if let Some(step) = &overdue.go {
            line(html, "If late", |html| {
                html.text("the case goes to ");
                step_link(html, map, step);
            });
        }
    }
}
