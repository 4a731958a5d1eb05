//! The way of a case: the steps it came to and why it left them, without what was taken back. When it went is no part of its
//! way; what was late stands beside.

use chrono::{DateTime, Utc};
use mapcase_map::diff::Renames;
use mapcase_map::model::{MapId, StepId};

use crate::event::{Event, EventBody};
use crate::timer::TimerKind;

/// One move on a case's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// It came to a step.
    Came(StepId),
    /// The step was done: by somebody, or by itself.
    Done,
    /// The question was answered.
    Answered(String),
    /// What it waited for came.
    Received,
    /// The time of a wait ran out.
    Lapsed,
    /// The time came that a wait held it to.
    TimeCame,
    /// A deadline passed and moved it: the step's own, or the limit's that is named.
    Overdue(Option<String>),
    /// A called case came back.
    Returned(String),
    /// It called a case of a map.
    Called(MapId),
    /// It started a case of a map beside.
    Started(MapId),
    /// It was handed over to a map.
    HandedOver(MapId),
    /// It ended.
    Ended(String),
    /// It was withdrawn.
    Withdrawn,
}

impl Move {
    /// The move in words, after `it`: `came to …`, `was answered: yes`.
    pub fn words(&self) -> String {
        match self {
            Move::Came(step) => format!("came to `{step}`"),
            Move::Done => "was done".to_string(),
            Move::Answered(answer) => format!("was answered: {answer}"),
            Move::Received => "received what it waited for".to_string(),
            Move::Lapsed => "waited until its time ran out".to_string(),
            Move::TimeCame => "waited until its time came".to_string(),
            Move::Overdue(None) => "was moved on by its deadline".to_string(),
            Move::Overdue(Some(limit)) => format!("was moved on by the limit `{limit}`"),
            Move::Returned(outcome) => format!("went on with the outcome `{outcome}`"),
            Move::Called(map) => format!("called a case of `{map}`"),
            Move::Started(map) => format!("started a case of `{map}`"),
            Move::HandedOver(map) => format!("was handed over to `{map}`"),
            Move::Ended(outcome) => format!("ended: {outcome}"),
            Move::Withdrawn => "was withdrawn".to_string(),
        }
    }
}

/// A deadline or a limit that passed, and was not met in time after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// The step's deadline or a limit.
    pub kind: TimerKind,
    /// The step's or the limit's id.
    pub id: String,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// When it passed.
    pub passed_at: DateTime<Utc>,
}

/// A case's way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    /// Each move, with its time and the number of its event.
    pub moves: Vec<(Move, DateTime<Utc>, u64)>,
    /// What was late.
    pub late: Vec<(Late, u64)>,
}

impl Way {
    /// Adds an event, with the names that the new map has for things.
    pub fn add(&mut self, event: &Event, renames: &Renames) {
        let at_step = |step: &Option<StepId>| renames.step_id(step.as_deref().unwrap_or_default());
        let spanning = |kind: TimerKind, id: &String| match kind {
            TimerKind::Limit => renames.limits.get(id).unwrap_or(id).clone(),
            TimerKind::By => renames.rounds.get(id).unwrap_or(id).clone(),
            _ => renames.step_id(id),
        };
        let found = match &event.body {
            EventBody::CaseOpened(_) | EventBody::StepEntered { .. } => Move::Came(at_step(&event.step)),
            EventBody::StepDone(_) => Move::Done,
            EventBody::DecisionAnswered { answer, .. } => Move::Answered(answer.clone()),
            EventBody::ResponseReceived(_) => Move::Received,
            EventBody::WaitLapsed(_) => Move::Lapsed,
            EventBody::WaitEnded(_) => Move::TimeCame,
            EventBody::CallReturned { outcome, .. } => Move::Returned(outcome.clone()),
            EventBody::CaseCalled(linked) => Move::Called(linked.map.clone()),
            EventBody::CaseStarted(linked) | EventBody::StartCame { started: Some(linked), .. } => {
                Move::Started(linked.map.clone())
            }
            EventBody::CaseHandedOver(linked) => Move::HandedOver(linked.map.clone()),
            EventBody::CaseEnded { outcome } => Move::Ended(outcome.clone()),
            EventBody::CaseWithdrawn { .. } => Move::Withdrawn,
            EventBody::DeadlinePassed { kind, id, due_at, go, .. } => {
                let is_limit = *kind == TimerKind::Limit;
                let id = spanning(*kind, id);
                let late = Late { kind: *kind, id: id.clone(), due_at: *due_at, passed_at: event.occurred_at };
                self.late.push((late, event.seq));
                if go.is_none() {
                    return;
                }
                Move::Overdue(is_limit.then_some(id))
            }
            EventBody::DeadlineRetracted { kind, id, due_at } => {
                let id = spanning(*kind, id);
                let met = |late: &Late| late.kind == *kind && late.id == id && late.due_at == *due_at;
                if let Some(at) = self.late.iter().rposition(|(late, _)| met(late)) {
                    self.late.remove(at);
                }
                return;
            }
            EventBody::TimeoutRetracted { of_seq } => {
                // A limit that passed without moving the case has passed, wherever the case stands.
                let moved = |seq: &u64| self.moves.iter().any(|(.., other)| other == seq);
                self.late.retain(|(late, seq)| seq < of_seq || (late.kind.spans_steps() && !moved(seq)));
                self.moves.retain(|(.., seq)| seq < of_seq);
                return;
            }
            _ => return,
        };
        self.moves.push((found, event.occurred_at, event.seq));
    }

    /// Where two ways part: the number of moves that they have in common, if that is not all of both.
    pub fn parts_from(&self, other: &Way) -> Option<usize> {
        let same = self.moves.iter().zip(&other.moves).take_while(|(one, other)| one.0 == other.0).count();
        (same < self.moves.len() || same < other.moves.len()).then_some(same)
    }

    /// The last step to which it came within so many moves.
    pub fn step_at(&self, moves: usize) -> StepId {
        let before = self.moves.iter().take(moves).rev();
        let mut steps = before.filter_map(|(found, ..)| match found {
            Move::Came(step) => Some(step.clone()),
            _ => None,
        });
        steps.next().unwrap_or_default()
    }
}

/// What of one way was late by `until` and is not in the other; each counts once for each time.
pub(super) fn late_without(one: &Way, other: &Way, until: Option<DateTime<Utc>>) -> Vec<Late> {
    let mut rest: Vec<(TimerKind, &String)> = other.late.iter().map(|(late, _)| (late.kind, &late.id)).collect();
    let mut found = Vec::new();
    for (late, _) in &one.late {
        if until.is_some_and(|until| late.passed_at > until) {
            continue;
        }
        match rest.iter().position(|known| *known == (late.kind, &late.id)) {
            Some(at) => drop(rest.remove(at)),
            None => found.push(late.clone()),
        }
    }
    found
}
