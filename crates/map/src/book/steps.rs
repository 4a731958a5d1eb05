//! The steps of a map as a table: who does each, what it needs and by when, and where it leads.

use super::html::Html;
use super::times::{counted, line, step_link};
use super::{Book, anchor, listed, table};
use crate::machine::{Machine, Transition};
use crate::model::{Flow, LinkMode, Map, Step, StepKind, TO_BE_CONFIRMED};

impl Book<'_> {
    /// The table of a map's steps.
    pub(super) fn steps(&self, html: &mut Html, machine: &Machine) {
        let heads = ["Step", "Who", "What it needs, and by when", "Where it leads"];
        table(html, "steps", &heads, |html| {
            for step in &machine.map().steps {
                self.step(html, machine, step);
            }
        });
    }

    fn step(&self, html: &mut Html, machine: &Machine, step: &Step) {
        let map = machine.map();
        let id = anchor::step(&map.id, &step.id);
        let has_more =
            !step.controls.is_empty() || step.quote.is_some() || step.inferred.is_some() || step.note.is_some();
        html.element("tbody", &[("id", &id), ("data-find", "Step"), ("tabindex", "-1")], |html| {
            html.element("tr", &[], |html| {
                let rows: &[(&str, &str)] =
                    if has_more { &[("scope", "rowgroup"), ("rowspan", "2")] } else { &[("scope", "row")] };
                html.element("th", rows, |html| {
                    html.put("span", &[("class", &format!("kind {}-kind", step.kind_word()))], step.kind_word());
                    html.text(" ");
                    html.put("span", &[("class", "name")], &step.title);
                    html.text(" ");
                    html.put("code", &[], &step.id);
                });
                html.element("td", &[("class", "who")], |html| self.who(html, map, step));
                html.element("td", &[], |html| {
                    self.kind(html, map, step);
                    self.demands(html, map, step);
                });
                html.element("td", &[("class", "ways")], |html| self.ways(html, machine, step));
            });
            if has_more {
                html.element("tr", &[("class", "more")], |html| {
                    html.element("td", &[("colspan", "3")], |html| self.provenance(html, step));
                });
            }
        });
    }

    fn who(&self, html: &mut Html, map: &Map, step: &Step) {
        match &step.kind {
            StepKind::Decision { on: Some(field), .. } => {
                if !step.roles.is_empty() {
                    self.roles(html, &step.roles, "or");
                    html.text("; ");
                }
                html.text(&format!("answered by the record: {}", map.field_title(field)));
            }
            _ if !step.roles.is_empty() => self.roles(html, &step.roles, "or"),
            StepKind::Step { .. } | StepKind::Decision { .. } | StepKind::WaitFor { .. } => {
                html.put("span", &[("class", "open")], &format!("to be confirmed ({TO_BE_CONFIRMED})"));
            }
            StepKind::Start { from, .. } if from.is_empty() => html.text("anyone"),
            _ => html.text("by itself"),
        }
    }

    /// What only steps of its kind have.
    fn kind(&self, html: &mut Html, map: &Map, step: &Step) {
        match &step.kind {
            StepKind::Start { from, .. } if !from.is_empty() => {
                line(html, "From", |html| listed(html, from, "or", |html, from| self.map_link(html, from)));
            }
            StepKind::WaitFor { what, timeout, comes_from, .. } => {
                line(html, "Waits for", |html| html.text(what));
                if let Some(from) = comes_from {
                    line(html, "Comes from", |html| {
                        self.map_link(html, &from.map);
                        html.text(", when a case of it ends: ");
                        listed(html, &from.outcomes, "or", |html, outcome| html.text(outcome));
                    });
                }
                if let Some(timeout) = timeout {
                    line(html, "At most", |html| counted(html, map, timeout.within.as_ref(), &timeout.anchor, "from"));
                }
            }
            StepKind::WaitUntil { after, anchor, .. } => line(html, "Waits until", |html| match (after, anchor) {
                (None, crate::model::Anchor::Field(field)) => {
                    html.text(&format!("the date in \u{201c}{}\u{201d}", map.field_title(field)));
                }
                _ => counted(html, map, after.as_ref(), anchor, "after"),
            }),
            StepKind::Link { to, carries, mode, entry } => {
                line(html, mode_label(mode), |html| self.map_link(html, to));
                if let Some(entry) = entry {
                    line(html, "At its start", |html| match self.atlas.machine(to) {
                        Some(other) => step_link(html, other.map(), entry),
                        None => html.text(entry),
                    });
                }
                fields(html, map, "Takes along", carries);
            }
            StepKind::End { outcome } => line(html, "Outcome", |html| html.text(outcome)),
            StepKind::Start { .. } | StepKind::Step { .. } | StepKind::Decision { .. } => {}
        }
    }

    /// What must be so before the step is done, and by when.
    fn demands(&self, html: &mut Html, map: &Map, step: &Step) {
        fields(html, map, "Fill in", &step.needs);
        if !step.evidence.is_empty() {
            line(html, "Attach", |html| listed(html, &step.evidence, "and", |html, each| html.text(each)));
        }
        if !step.checklist.is_empty() {
            line(html, "Tick", |_| {});
            html.element("ul", &[("class", "ticks")], |html| {
                step.checklist.iter().for_each(|(_, title)| html.put("li", &[], title));
            });
        }
        if !step.not_by.is_empty() {
            line(html, "Not by", |html| {
                html.text("whoever did ");
                listed(html, &step.not_by, "or", |html, other| step_link(html, map, other));
            });
        }
        if let Some(due) = &step.due {
            line(html, "Due within", |html| counted(html, map, due.within.as_ref(), &due.anchor, "of"));
            self.overdue(html, map, &due.overdue);
        }
        self.origin(html, step.origin.as_deref());
        for (id, limit) in &map.limits {
            for (at, word) in [(&limit.from, "Starts the limit"), (&limit.to, "Stops the limit")] {
                if *at == step.id {
                    line(html, word, |html| html.link(&anchor::limit(&map.id, id), &limit.title));
                }
            }
        }
        flow(html, map, "Sends", "to", step.sends.as_ref());
        flow(html, map, "Gets", "from", step.receives.as_ref());
    }

    fn ways(&self, html: &mut Html, machine: &Machine, step: &Step) {
        let mut ways: Vec<_> = machine.transitions(&step.id).collect();
        // petgraph gives the last edge first.
        ways.reverse();
        if ways.is_empty() {
            html.text(if matches!(step.kind, StepKind::End { .. }) {
                "The case ends."
            } else {
                "The case is handed over."
            });
        }
        for (why, to) in ways {
            html.element("p", &[], |html| {
                html.put("b", &[], &way_word(machine.map(), why));
                html.text(" ");
                html.link(&anchor::step(&machine.map().id, &to.id), &to.title);
            });
        }
    }

    fn provenance(&self, html: &mut Html, step: &Step) {
        if let Some(quote) = &step.quote {
            line(html, "Source", |html| html.put("q", &[], quote));
        }
        if let Some(why) = &step.inferred {
            line(html, "Inferred", |html| html.text(why));
        }
        if let Some(note) = &step.note {
            line(html, "Note", |html| html.text(note));
        }
        self.controls_line(html, &step.controls);
    }

    /// The controls that something carries; nothing where it carries none.
    pub(super) fn controls_line(&self, html: &mut Html, controls: &[String]) {
        if !controls.is_empty() {
            let put = |html: &mut Html, control: &String| self.control_link(html, control);
            line(html, "Controls", |html| listed(html, controls, "and", put));
        }
    }
}

/// What a link does with the case, as a label before the map's title.
fn mode_label(mode: &LinkMode) -> &'static str {
    match mode {
        LinkMode::HandOver => "Hands over to",
        LinkMode::Call { .. } => "Calls, and waits for the outcome of",
        LinkMode::Start { .. } => "Opens beside, and goes on",
    }
}

/// The titles of fields, behind a label; nothing where there are none.
pub(super) fn fields(html: &mut Html, map: &Map, label: &str, fields: &[String]) {
    if !fields.is_empty() {
        line(html, label, |html| listed(html, fields, "and", |html, field| html.text(map.field_title(field))));
    }
}

fn flow(html: &mut Html, map: &Map, label: &str, joint: &str, flow: Option<&Flow>) {
    if let Some(flow) = flow {
        line(html, label, |html| {
            listed(html, &flow.what, "and", |html, field| html.text(map.field_title(field)));
            html.text(&format!(" {joint} {}", flow.party));
        });
    }
}

fn way_word(map: &Map, why: &Transition) -> String {
    match why {
        Transition::Done => "Then".to_string(),
        Transition::Answered(answer) => format!("If {answer}:"),
        Transition::Received => "If it comes:".to_string(),
        Transition::Lapsed => "If not:".to_string(),
        Transition::Overdue(None) => "If late:".to_string(),
        Transition::Overdue(Some(limit)) => {
            let title = map.limits.get(limit).map_or(limit, |limit| &limit.title);
            format!("If \u{201c}{title}\u{201d} is late:")
        }
        Transition::Returned(outcome) => format!("If {outcome}:"),
    }
}
