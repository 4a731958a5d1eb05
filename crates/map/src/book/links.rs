//! The links of a map, out and in.

use super::html::Html;
use super::{Book, anchor, table};
use crate::links::{Link, Why, links};
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

/// A link to the step, the limit or what comes round, from which a link leads.
fn at(html: &mut Html, map: &Map, link: &Link<'_>) {
    let step = || map.step(link.at).map(|step| (anchor::step(&map.id, link.at), &step.title));
    let limit = || map.limits.get(link.at).map(|limit| (anchor::limit(&map.id, link.at), &limit.title));
    let round = || map.rounds.get(link.at).map(|round| (anchor::round(&map.id, link.at), &round.title));
    // A deadline, a limit and what comes round may share an id: the kind of link says which is meant.
    let found = match link.why {
        Why::Step(_) => step(),
        Why::Round => round(),
        Why::Late => late_step(map, link).and_then(|()| step()).or_else(limit).or_else(round),
    };
    match found {
        Some((id, title)) => html.link(&id, title),
        None => html.text(link.at),
    }
}

/// Whether it is a step's deadline that opens the case.
fn late_step(map: &Map, link: &Link<'_>) -> Option<()> {
    let opens = map.step(link.at)?.due.as_ref()?.overdue.start.as_ref()?;
    (opens == link.to).then_some(())
}

fn out_words(link: &Link<'_>) -> &'static str {
    match link.why {
        Why::Step(LinkMode::HandOver) => "the case is handed over",
        Why::Step(LinkMode::Call { .. }) => "the case waits for its outcome",
        Why::Step(LinkMode::Start { .. }) => "opened beside; the case goes on",
        Why::Late => "opened beside when a time passes",
        Why::Round => "opened by itself when it is due",
    }
}

fn in_words(link: &Link<'_>) -> &'static str {
    match link.why {
        Why::Step(LinkMode::HandOver) => "hands its case over",
        Why::Step(LinkMode::Call { .. }) => "waits for the outcome of this one",
        Why::Step(LinkMode::Start { .. }) => "opens this one beside and goes on",
        Why::Late => "opens this one beside when a time passes",
        Why::Round => "opens this one by itself when it is due",
    }
}
