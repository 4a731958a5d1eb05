//! The links of a map, out and in.

use super::html::Html;
use super::{Book, anchor, table};
use crate::links::{Link, links};
use crate::model::{LinkMode, Map};

impl Book<'_> {
    /// The maps that a map leads to and those that lead to it.
    pub(super) fn links(&self, html: &mut Html, map: &Map) {
        html.put("h3", &[], "Maps it leads to");
        let out = links(map);
        if out.is_empty() {
            html.put("p", &[], "None.");
        } else {
            table(html, "links", &["Map", "How", "Where, on this map"], |html| {
                html.element("tbody", &[], |html| {
                    for link in &out {
                        html.element("tr", &[], |html| {
                            html.element("th", &[("scope", "row")], |html| self.map_link(html, link.to));
                            html.put("td", &[], out_words(link));
                            html.element("td", &[], |html| at(html, map, link));
                        });
                    }
                });
            });
        }
        html.put("h3", &[], "Maps that lead here");
        let Some(led_from) = self.led_from.get(map.id.as_str()) else {
            html.put("p", &[], "None: a person opens its cases.");
            return;
        };
        table(html, "links", &["Map", "How", "Where, on that map"], |html| {
            html.element("tbody", &[], |html| {
                for (from, link) in led_from {
                    html.element("tr", &[], |html| {
                        html.element("th", &[("scope", "row")], |html| self.map_link(html, &from.id));
                        html.put("td", &[], in_words(link));
                        html.element("td", &[], |html| at(html, from, link));
                    });
                }
            });
        });
    }
}

/// A link to the step, or the limit, from which a link leads.
fn at(html: &mut Html, map: &Map, link: &Link<'_>) {
    match (map.step(link.at), map.limits.get(link.at)) {
        (Some(step), _) if link.mode.is_some() || step.due.is_some() => {
            html.link(&anchor::step(&map.id, &step.id), &step.title);
        }
        (_, Some(limit)) => html.link(&anchor::limit(&map.id, link.at), &limit.title),
        _ => html.text(link.at),
    }
}

fn out_words(link: &Link<'_>) -> &'static str {
    match link.mode {
        Some(LinkMode::HandOver) => "the case is handed over",
        Some(LinkMode::Call { .. }) => "the case waits for its outcome",
        Some(LinkMode::Start { .. }) => "opened beside; the case goes on",
        None => "opened beside when a time passes",
    }
}

fn in_words(link: &Link<'_>) -> &'static str {
    match link.mode {
        Some(LinkMode::HandOver) => "hands its case over",
        Some(LinkMode::Call { .. }) => "waits for the outcome of this one",
        Some(LinkMode::Start { .. }) => "opens this one beside and goes on",
        None => "opens this one beside when a time passes",
    }
}
