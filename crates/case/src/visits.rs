//! The way that a case has taken: each time that it came to a step, and which of its deadlines passed or were met. What was taken
//! back is not in it.

use chrono::{DateTime, Utc};
use mapcase_map::model::StepId;

use crate::event::{Event, EventBody, Left, Met};
use crate::timer::TimerKind;

/// One time that a case came to a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The step.
    pub step: StepId,
    /// When the case came.
    pub came_at: DateTime<Utc>,
    /// When it left, and why; nothing as long as it has not.
    pub left: Option<(DateTime<Utc>, Leaving)>,
    came_seq: u64,
    left_seq: u64,
}

/// Why a case left a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// It was done, answered or received, or its time came.
    Done,
    /// The time of a wait ran out.
    Lapsed,
    /// A deadline passed that moves the case.
    Overdue,
}

/// A deadline that passed before it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// A step's deadline or a limit.
    pub kind: TimerKind,
    /// The step's or the limit's id.
    pub id: String,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    seq: u64,
    /// Whether a limit passed and did not move the case: that holds wherever the case stands.
    stays: bool,
}

/// The way of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Its visits, in order.
    pub visits: Vec<Visit>,
    /// The deadlines that passed, in order.
    pub late: Vec<Late>,
    /// The deadlines that were met in time, in order.
    pub kept: Vec<InTime>,
}

/// A deadline that was met in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InTime {
    /// A step's deadline or a limit.
    pub kind: TimerKind,
    /// The step's or the limit's id.
    pub id: String,
    seq: u64,
}

/// The way that a case has taken, by its events.
pub fn walk<'a>(events: impl IntoIterator<Item = &'a Event>) -> Walk {
    let mut walk = Walk::default();
    events.into_iter().for_each(|event| walk.add(event));
    walk
}

impl Walk {
    fn add(&mut self, event: &Event) {
        match &event.body {
            EventBody::StepEntered { .. } => {
                self.leave_last(event, Leaving::Done);
                self.come(event);
            }
            EventBody::StepDone(left)
            | EventBody::ResponseReceived(left)
            | EventBody::WaitEnded(left)
            | EventBody::DecisionAnswered { left, .. }
            | EventBody::CallReturned { left, .. } => self.leave(event, Leaving::Done, left),
            EventBody::WaitLapsed(left) => self.leave(event, Leaving::Lapsed, left),
            EventBody::CaseEnded { .. } | EventBody::CaseHandedOver(_) => self.leave_last(event, Leaving::Done),
            EventBody::DeadlinePassed { kind, id, due_at, go, .. } => {
                self.mark(event, *kind, id, *due_at);
                if go.is_some() {
                    self.leave_last(event, Leaving::Overdue);
                }
            }
            EventBody::DeadlineRetracted { kind, id, due_at } => {
                self.late.retain(|late| (late.kind, &late.id, late.due_at) != (*kind, id, *due_at));
            }
            EventBody::StartDone { met: Some(met), .. } => self.meet(event, met),
            EventBody::TimeoutRetracted { of_seq } => self.take_back(*of_seq),
            _ => {}
        }
    }

    fn come(&mut self, event: &Event) {
        let step = event.step.clone().unwrap_or_default();
        self.visits.push(Visit { step, came_at: event.occurred_at, left: None, came_seq: event.seq, left_seq: 0 });
    }

    /// A start is left without having been come to: opening the case does it.
    fn leave(&mut self, event: &Event, why: Leaving, left: &Left) {
        let is_there = |visit: &Visit| visit.left.is_none() && Some(&visit.step) == event.step.as_ref();
        if !self.visits.last().is_some_and(is_there) {
            self.come(event);
        }
        self.leave_last(event, why);
        left.met.iter().for_each(|met| self.meet(event, met));
    }

    fn meet(&mut self, event: &Event, met: &Met) {
        match met.late {
            true => self.mark(event, met.kind, &met.id, met.due_at),
            false => self.kept.push(InTime { kind: met.kind, id: met.id.clone(), seq: event.seq }),
        }
    }

    fn leave_last(&mut self, event: &Event, why: Leaving) {
        if let Some(last) = self.visits.last_mut().filter(|visit| visit.left.is_none()) {
            last.left = Some((event.occurred_at, why));
            last.left_seq = event.seq;
        }
    }

    fn mark(&mut self, event: &Event, kind: TimerKind, id: &str, due_at: DateTime<Utc>) {
        let known = |late: &Late| late.kind == kind && late.id == id && late.due_at == due_at;
        if !self.late.iter().any(known) {
            let stays = matches!(
                event.body,
                EventBody::DeadlinePassed { kind: TimerKind::Limit | TimerKind::By, go: None, .. }
            );
            self.late.push(Late { kind, id: id.to_string(), due_at, seq: event.seq, stays });
        }
    }

    /// What a timer did is taken back with all that followed; only limits that passed meanwhile without moving the case have
    /// passed, and what comes round was done wherever the case stands.
    fn take_back(&mut self, of_seq: u64) {
        self.visits.retain(|visit| visit.came_seq < of_seq);
        for visit in self.visits.iter_mut().filter(|visit| visit.left_seq >= of_seq) {
            (visit.left, visit.left_seq) = (None, 0);
        }
        self.late.retain(|late| late.seq < of_seq || late.stays);
        self.kept.retain(|kept| kept.seq < of_seq || kept.kind == TimerKind::By);
    }
}
