//! The links of a checked map: every place from which it leads cases to another map.

use crate::model::{LinkMode, Map, MapId, StepKind};

/// A place in a map from which cases go to another map.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// The step, the limit, or what comes round.
    pub at: &'a str,
    /// The other map.
    pub to: &'a MapId,
    /// Why a case goes there.
    pub why: Why<'a>,
}

/// Why a case goes to another map.
#[derive(Clone, Copy, Debug)]
pub enum Why<'a> {
    /// It comes to a link, which says what becomes of it.
    Step(&'a LinkMode),
    /// A deadline has passed, and another case is opened beside.
    Late,
    /// The time has come at which another case is due to start.
    Round,
}

impl Why<'_> {
    /// The word: `hand-over`, `call`, `start`, `overdue` or `starts`.
    pub fn word(&self) -> &'static str {
        match self {
            Why::Step(mode) => mode.word(),
            Why::Late => "overdue",
            Why::Round => "starts",
        }
    }
}

/// The links of a map: those of its steps, in the file's order, then those of its limits, then what comes round.
pub fn links(map: &Map) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    for step in &map.steps {
        if let StepKind::Link { to, mode, .. } = &step.kind {
            links.push(Link { at: &step.id, to, why: Why::Step(mode) });
        }
        let beside = step.due.as_ref().and_then(|due| due.overdue.start.as_ref());
        links.extend(beside.map(|to| Link { at: &step.id, to, why: Why::Late }));
    }
    let late = map.limits.iter().filter_map(|(id, limit)| Some((id, limit.overdue.start.as_ref()?)));
    links.extend(late.map(|(id, to)| Link { at: id, to, why: Why::Late }));
    for (id, round) in &map.rounds {
        links.push(Link { at: id, to: &round.map, why: Why::Round });
        let beside = round.by.as_ref().and_then(|by| by.overdue.start.as_ref());
        links.extend(beside.map(|to| Link { at: id, to, why: Why::Late }));
    }
    links
}
