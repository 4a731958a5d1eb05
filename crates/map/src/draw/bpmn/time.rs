//! Times in BPMN: an ISO 8601 duration, where one says nearly the same, and otherwise the map's own words.

use petgraph::Direction;
use petgraph::visit::EdgeRef;

use super::super::words;
use crate::machine::{Machine, Transition};
use crate::model::{Anchor, Deadline, Limit, TO_BE_CONFIRMED, Timeout};
use crate::time::{Duration, Family, Unit};
use crate::written::written;

/// When something happens.
#[derive(Debug)]
pub(super) struct Timing {
    /// What people read.
    pub(super) label: String,
    /// The ISO 8601 duration from coming to the step; none where there is no such.
    pub(super) iso: Option<String>,
    /// The map's own words.
    pub(super) words: String,
    /// Whether it counts in days: then the ISO duration is up to a day out.
    pub(super) in_days: bool,
}

/// The time by which a step is due.
pub(super) fn due(machine: &Machine, step: &str, deadline: &Deadline) -> Timing {
    let label = words::due(machine.map(), deadline);
    let words = deadline.anchor.within(deadline.within.as_ref());
    timing(machine, step, label, deadline.within.as_ref(), &deadline.anchor, words)
}

/// The time for which a wait waits.
pub(super) fn timeout(machine: &Machine, step: &str, timeout: &Timeout) -> Timing {
    let label = words::within(machine.map(), timeout);
    let words = timeout.anchor.within(timeout.within.as_ref());
    timing(machine, step, label, timeout.within.as_ref(), &timeout.anchor, words)
}

/// The time until which a wait holds the case.
pub(super) fn until(machine: &Machine, step: &str, after: Option<&Duration>, anchor: &Anchor) -> Timing {
    let label = words::until(machine.map(), after, anchor);
    let words = anchor.until(after);
    timing(machine, step, label, after, anchor, words)
}

/// The time that a limit gives.
pub(super) fn limit(id: &str, limit: &Limit) -> Timing {
    let label = format!("{}: {}", limit.title, written(limit.within.as_ref()));
    let words = format!("limit {id}: {} from {} to {}", written(limit.within.as_ref()), limit.from, limit.to);
    Timing { label, iso: None, words, in_days: false }
}

fn timing(
    machine: &Machine,
    step: &str,
    (what, whence): (String, String),
    length: Option<&Duration>,
    anchor: &Anchor,
    words: String,
) -> Timing {
    let from_here = match anchor {
        Anchor::Entering => true,
        Anchor::Step(before) => only_leads_from(machine, step, before),
        Anchor::Field(_) => false,
    };
    let label = format!("{what} {whence}").trim_end().to_string();
    let in_days = length.is_some_and(|length| length.family() == Family::Calendar);
    Timing { label, iso: length.filter(|_| from_here).and_then(iso), words, in_days }
}

/// Whether a case comes to `step` only at the instant at which it did `before`.
fn only_leads_from(machine: &Machine, step: &str, before: &str) -> bool {
    let graph = machine.graph();
    let Some(node) = graph.node_indices().find(|node| machine.map().steps[graph[*node]].id == step) else {
        return false;
    };
    graph.edges_directed(node, Direction::Incoming).all(|edge| {
        machine.map().steps[graph[edge.source()]].id == before && !matches!(edge.weight(), Transition::Overdue(_))
    })
}

/// The duration as ISO 8601 writes it; none for working days, which it does not know.
fn iso(length: &Duration) -> Option<String> {
    let part = |amount: u32, letter: &str| if amount == 0 { String::new() } else { format!("{amount}{letter}") };
    match length.family() {
        Family::Elapsed => {
            Some(format!("PT{}{}", part(length.amount(Unit::Hours), "H"), part(length.amount(Unit::Minutes), "M")))
        }
        Family::Calendar => {
            let (years, months) = (length.amount(Unit::Years), length.amount(Unit::Months));
            Some(format!("P{}{}{}", part(years, "Y"), part(months, "M"), part(length.days(), "D")))
        }
        Family::Working => None,
    }
}

/// Whether how long it is, is settled.
pub(super) fn is_settled(timing: &Timing) -> bool {
    !timing.words.split(' ').any(|word| word == TO_BE_CONFIRMED)
}
