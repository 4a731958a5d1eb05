//! Replaying a case for an auditor: event by event through the same `apply` that live running uses, each move against the
//! machine of the revision on which the case runs.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_case::event::{Event, EventBody};
use mapcase_case::{CaseNumber, CaseState};
use mapcase_map::{Machine, Transition};

use crate::engine::Engine;
use crate::error::Error;
use crate::query::HistoryRow;

/// One event of a replay.
#[derive(Debug)]
pub struct ReplayRow {
    /// The event and its hash.
    pub row: HistoryRow,
    /// The step at which the case stands after it.
    pub step: String,
    /// The status after it.
    pub status: &'static str,
    /// What is wrong with it, by the map.
    pub fault: Option<String>,
}

/// A replay.
#[derive(Debug)]
pub struct Replay {
    /// The events, in order.
    pub rows: Vec<ReplayRow>,
    /// The state to which they add up.
    pub state: CaseState,
    /// The map.
    pub machine: Arc<Machine>,
    /// Events that were recorded later than asked for and left out.
    pub later: usize,
}

impl Engine {
    /// Replays a case, as far as was recorded by `as_of`.
    pub fn replay(&self, case: CaseNumber, as_of: Option<DateTime<Utc>>) -> Result<Replay, Error> {
        let _snapshot = self.book.snapshot()?;
        let all = self.history(case)?;
        let count = all.len();
        let known: Vec<HistoryRow> =
            all.into_iter().take_while(|row| as_of.is_none_or(|as_of| row.event.recorded_at <= as_of)).collect();
        let later = count - known.len();
        let first = known.first().ok_or_else(|| Error::NoCase(case))?;
        let damaged = |broken| Error::Damaged(format!("case {case}: {broken}"));
        let mut state = CaseState::open(&first.event).map_err(damaged)?;
        let machine = self.shelf.machine(&self.book.db, &state.opened.digest)?;
        let mut rows = Vec::with_capacity(known.len());
        let mut way = Way::default();
        for row in known {
            if row.event.seq > 1 {
                state.apply(&row.event).map_err(damaged)?;
            }
            let fault = way.check(&machine, &row.event);
            rows.push(ReplayRow { step: state.step.clone(), status: state.status.word(), fault, row });
        }
        Ok(Replay { rows, state, machine, later })
    }
}

/// What is wrong with the events of a case, by the map: each fault with the event's number.
pub(crate) fn faults(machine: &Machine, events: &[Event]) -> Vec<(u64, String)> {
    let mut way = Way::default();
    events.iter().filter_map(|event| Some((event.seq, way.check(machine, event)?))).collect()
}

/// The way of a case over the edges of its machine: what was left and why, until the next step is entered.
#[derive(Default)]
struct Way {
    left: Option<(String, Transition)>,
}

impl Way {
    /// What is wrong with an event, by the map.
    fn check(&mut self, machine: &Machine, event: &Event) -> Option<String> {
        let step = event.step.clone().unwrap_or_default();
        if let EventBody::StepEntered { .. } = event.body {
            return self.arrive(machine, &step);
        }
        let transition = event.body.leaves_by()?;
        self.left = Some((step.clone(), transition.clone()));
        match machine.target(&step, &transition) {
            Some(_) => None,
            None => Some(format!("`{step}` has no way on by {transition:?} in the map")),
        }
    }

    fn arrive(&mut self, machine: &Machine, step: &str) -> Option<String> {
        let Some((from, transition)) = self.left.take() else {
            return Some(format!("the case came to `{step}` without leaving a step"));
        };
        let allowed = machine.transitions(&from).any(|(way, target)| *way == transition && target.id == step);
        (!allowed).then(|| format!("the map does not lead from `{from}` to `{step}`"))
    }
}
