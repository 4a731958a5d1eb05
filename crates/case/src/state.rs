//! The state of a case: what its events add up to. Live running and replay share the one `apply`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use mapcase_map::model::{FieldId, MapId, StepId};
use thiserror::Error;

use crate::event::{Event, EventBody, Left, Linked, Opened, Origin};
use crate::number::CaseNumber;
use crate::timer::{Timer, TimerKind};
use crate::value::Kept;

/// How a case stands as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It runs.
    Open,
    /// It came to an end.
    Ended {
        /// How.
        outcome: String,
    },
    /// It goes on as another case.
    HandedOver {
        /// The other case.
        case: CaseNumber,
        /// Its map.
        map: MapId,
    },
    /// It was withdrawn.
    Withdrawn,
}

impl Status {
    /// The word in reports: `open`, `ended`, `handed-over` or `withdrawn`.
    pub fn word(&self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Ended { .. } => "ended",
            Status::HandedOver { .. } => "handed-over",
            Status::Withdrawn => "withdrawn",
        }
    }
}

/// The latest doing of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom; none where the engine did it.
    pub actor: Option<String>,
}

/// A case that was opened from this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The event that opened it.
    pub seq: u64,
    /// The case.
    pub case: CaseNumber,
    /// Its map.
    pub map: MapId,
    /// `hand-over`, `call` or `start`.
    pub mode: &'static str,
    /// Whether a limit that passed and did not move the case started it: that holds wherever the case stands.
    pub stays: bool,
    /// Whether it was called and its outcome has come back.
    pub returned: bool,
}

/// The case as it stood before a timer moved it, or the outcome of a called case.
#[derive(Clone, Debug, PartialEq)]
pub struct Before {
    /// The event of the timer or the outcome.
    pub seq: u64,
    /// When the timer fired, or the outcome came.
    pub fired_at: DateTime<Utc>,
    /// The state just before.
    pub state: Box<CaseState>,
}

/// What the events of a case add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseState {
    /// The case's number.
    pub case: CaseNumber,
    /// How it was opened.
    pub opened: Opened,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// How it stands as a whole.
    pub status: Status,
    /// The step at which it stands, or stood last.
    pub step: StepId,
    /// Since when.
    pub entered_at: DateTime<Utc>,
    /// The record.
    pub record: BTreeMap<FieldId, Kept>,
    /// Items ticked at this step.
    pub checked: BTreeSet<String>,
    /// References attached at this step.
    pub attached: BTreeMap<String, String>,
    /// The latest doing of each step.
    pub done: BTreeMap<StepId, Done>,
    /// Timers that run, and deadlines that have passed and are not met.
    pub timers: Vec<Timer>,
    /// The person to whom it is given.
    pub assigned: Option<String>,
    /// The case it waits for.
    pub waits_for: Option<CaseNumber>,
    /// The cases opened from it.
    pub children: Vec<Child>,
    /// Whether a person has acted on it since it was opened.
    pub acted: bool,
    /// How it stood before each timer or outcome that moved it since a person last acted on it.
    pub before: Vec<Before>,
    /// The steps from which a timer moved it, and when it last did.
    pub moved: BTreeMap<StepId, DateTime<Utc>>,
    /// Deadlines that span steps, have passed and did not move it, with the time at which each was due.
    pub passed: BTreeSet<(TimerKind, String, DateTime<Utc>)>,
    /// What came round, with the time at which it was due to start.
    pub came: BTreeSet<(String, DateTime<Utc>)>,
    /// What came round and was done, with the time at which it had been due to start.
    pub did: BTreeSet<(String, DateTime<Utc>)>,
    /// Deadlines of what comes round that were met, with the time at which each was due.
    pub met: BTreeSet<(String, DateTime<Utc>)>,
    /// The number of its last event.
    pub seq: u64,
}

/// Events that cannot follow one another.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Broken {
    /// The first event does not open a case.
    #[error("event 1 is `{0}` and does not open the case")]
    NotOpened(&'static str),
    /// There is no event at all.
    #[error("the case has no events")]
    Empty,
    /// A number is missing or stands twice.
    #[error("event {found} stands where event {expected} must stand")]
    Gap {
        /// The number that is due.
        expected: u64,
        /// The number that stands there.
        found: u64,
    },
    /// A second opening.
    #[error("event {0} opens the case a second time")]
    OpenedAgain(u64),
    /// A retraction of what is not there.
    #[error("event {seq} takes back event {of_seq}, which moved nothing that can be taken back")]
    NothingToRetract {
        /// The retraction.
        seq: u64,
        /// What it names.
        of_seq: u64,
    },
}

impl CaseState {
    /// Adds up a case's events.
    pub fn replay<'e>(events: impl IntoIterator<Item = &'e Event>) -> Result<CaseState, Broken> {
        let mut events = events.into_iter();
        let mut state = CaseState::open(events.next().ok_or(Broken::Empty)?)?;
        for event in events {
            state.apply(event)?;
        }
        Ok(state)
    }

    /// The state after the event that opens a case.
    pub fn open(event: &Event) -> Result<CaseState, Broken> {
        let EventBody::CaseOpened(opened) = &event.body else { return Err(Broken::NotOpened(event.body.name())) };
        if event.seq != 1 {
            return Err(Broken::Gap { expected: 1, found: event.seq });
        }
        Ok(CaseState {
            case: opened.case,
            opened_at: event.occurred_at,
            status: Status::Open,
            step: event.step.clone().unwrap_or_default(),
            entered_at: event.occurred_at,
            record: opened.record.clone(),
            checked: BTreeSet::new(),
            attached: BTreeMap::new(),
            done: BTreeMap::new(),
            timers: Vec::new(),
            assigned: None,
            waits_for: None,
            children: Vec::new(),
            acted: false,
            before: Vec::new(),
            moved: BTreeMap::new(),
            passed: BTreeSet::new(),
            came: BTreeSet::new(),
            did: BTreeSet::new(),
            met: BTreeSet::new(),
            seq: 1,
            opened: opened.clone(),
        })
    }

    /// Adds one event.
    pub fn apply(&mut self, event: &Event) -> Result<(), Broken> {
        if event.seq != self.seq + 1 {
            return Err(Broken::Gap { expected: self.seq + 1, found: event.seq });
        }
        let by_timer = matches!(event.body, EventBody::WaitLapsed(_) | EventBody::DeadlinePassed { go: Some(_), .. });
        if by_timer || matches!(event.body, EventBody::CallReturned { .. }) {
            let before = std::mem::take(&mut self.before);
            let state = Box::new(self.clone());
            self.before = before;
            self.before.push(Before { seq: event.seq, fired_at: event.occurred_at, state });
        }
        if by_timer {
            self.moved.insert(self.step.clone(), event.occurred_at);
        }
        if event.actor.is_some() && event.body.is_an_act() && !matches!(event.body, EventBody::TimeoutRetracted { .. })
        {
            self.acted = true;
            self.before.clear();
        }
        self.seq = event.seq;
        self.apply_body(event)
    }

    fn apply_body(&mut self, event: &Event) -> Result<(), Broken> {
        match &event.body {
            EventBody::CaseOpened(_) => return Err(Broken::OpenedAgain(event.seq)),
            EventBody::StepEntered { timers } => self.enter(event, timers),
            EventBody::StepDone(left)
            | EventBody::ResponseReceived(left)
            | EventBody::WaitLapsed(left)
            | EventBody::WaitEnded(left)
            | EventBody::DecisionAnswered { left, .. } => self.leave(event, left),
            EventBody::CallReturned { left, .. } => {
                let called = self.waits_for.take();
                let child = self.children.iter_mut().find(|child| Some(child.case) == called);
                child.into_iter().for_each(|child| child.returned = true);
                self.leave(event, left);
            }
            EventBody::DeadlinePassed { kind, id, started, go, due_at, .. } => {
                self.mark(*kind, id, true);
                let stays = kind.spans_steps() && go.is_none();
                self.children.extend(started.as_ref().map(|linked| Child { stays, ..child(event, linked, "start") }));
                if stays {
                    self.passed.insert((*kind, id.clone(), *due_at));
                }
                if go.is_some() {
                    self.waits_for = None;
                    self.timers.retain(|timer| timer.kind.spans_steps());
                }
            }
            EventBody::DeadlineRetracted { kind, id, due_at } => {
                self.mark(*kind, id, false);
                self.passed.remove(&(*kind, id.clone(), *due_at));
            }
            EventBody::TimeoutRetracted { of_seq } => self.take_back(event.seq, *of_seq)?,
            EventBody::TimersSet { timers } => {
                self.timers.retain(|timer| timer.kind.spans_steps());
                self.timers.extend(timers.iter().cloned());
            }
            EventBody::StartsSet { .. } | EventBody::StartCame { .. } | EventBody::StartDone { .. } => {
                self.apply_round(event);
            }
            EventBody::FieldsSet { fields } => self.set(fields, event.actor.is_none()),
            EventBody::ItemChecked { item } => {
                self.checked.insert(item.clone());
            }
            EventBody::EvidenceAttached { name, reference, .. } => {
                self.attached.insert(name.clone(), reference.clone());
            }
            EventBody::NoteAdded { .. } | EventBody::OutcomeNoted { .. } => {}
            EventBody::CaseAssigned { to } => self.assigned = to.clone(),
            EventBody::CaseCalled(linked) => {
                self.waits_for = Some(linked.case);
                self.children.push(child(event, linked, "call"));
            }
            EventBody::CaseStarted(linked) => self.children.push(child(event, linked, "start")),
            EventBody::CaseHandedOver(linked) => {
                self.children.push(child(event, linked, "hand-over"));
                self.close(Status::HandedOver { case: linked.case, map: linked.map.clone() });
            }
            EventBody::CaseEnded { outcome } => self.close(Status::Ended { outcome: outcome.clone() }),
            EventBody::CaseWithdrawn { .. } => self.close(Status::Withdrawn),
        }
        Ok(())
    }

    /// What an event says of what comes round.
    fn apply_round(&mut self, event: &Event) {
        match &event.body {
            EventBody::StartsSet { timers } => {
                self.timers.retain(|timer| !timer.kind.is_of_round());
                self.timers.extend(timers.iter().cloned());
            }
            EventBody::StartCame { id, due_at, started, .. } => {
                self.came.insert((id.clone(), *due_at));
                self.timers.retain(|timer| timer.kind != TimerKind::Start || timer.id != *id);
                let started = started.as_ref().map(|linked| Child { stays: true, ..child(event, linked, "start") });
                self.children.extend(started);
            }
            EventBody::StartDone { id, due_at, met, .. } => {
                self.did.extend(due_at.map(|due_at| (id.clone(), due_at)));
                self.met.extend(met.as_ref().map(|met| (id.clone(), met.due_at)));
                self.timers.retain(|timer| met.is_none() || timer.kind != TimerKind::By || timer.id != *id);
            }
            _ => {}
        }
    }

    fn enter(&mut self, event: &Event, timers: &[Timer]) {
        self.step = event.step.clone().unwrap_or_default();
        self.entered_at = event.occurred_at;
        self.checked.clear();
        self.attached.clear();
        self.timers.retain(|timer| timer.kind.spans_steps());
        self.timers.extend(timers.iter().cloned());
    }

    fn leave(&mut self, event: &Event, left: &Left) {
        let done = Done { at: event.occurred_at, actor: event.actor.clone() };
        self.done.insert(event.step.clone().unwrap_or_default(), done);
        self.timers.retain(|timer| {
            let met = left.met.iter().any(|met| met.kind == timer.kind && met.id == timer.id);
            let again = left.started.iter().any(|started| started.kind == timer.kind && started.id == timer.id);
            timer.kind.spans_steps() && !met && !again
        });
        self.timers.extend(left.started.iter().cloned());
    }

    fn mark(&mut self, kind: TimerKind, id: &str, passed: bool) {
        let timer = self.timers.iter_mut().find(|timer| timer.kind == kind && timer.id == id);
        timer.into_iter().for_each(|timer| timer.passed = passed);
    }

    /// Sets fields. What the end of another case sets holds wherever this one stands, also if a timer of it is taken back.
    fn set(&mut self, fields: &BTreeMap<FieldId, Option<Kept>>, from_outside: bool) {
        let before = self.before.iter_mut().filter(|_| from_outside).map(|before| &mut before.state.record);
        for record in before.chain(std::iter::once(&mut self.record)) {
            for (field, value) in fields {
                match value {
                    Some(value) => record.insert(field.clone(), value.clone()),
                    None => record.remove(field),
                };
            }
        }
    }

    fn close(&mut self, status: Status) {
        self.status = status;
        self.timers.clear();
        self.waits_for = None;
    }

    /// Stands again as before the timer of an event. What was opened meanwhile, and to whom the case is given, stays known.
    fn take_back(&mut self, seq: u64, of_seq: u64) -> Result<(), Broken> {
        let found = self.before.iter().position(|before| before.seq == of_seq);
        let at = found.ok_or(Broken::NothingToRetract { seq, of_seq })?;
        let mut earlier = std::mem::take(&mut self.before);
        earlier.truncate(at + 1);
        let Some(back) = earlier.pop() else { return Err(Broken::NothingToRetract { seq, of_seq }) };
        let mut children = std::mem::take(&mut self.children);
        let awaited = children.iter_mut().find(|child| Some(child.case) == back.state.waits_for);
        awaited.into_iter().for_each(|child| child.returned = false);
        let passed = std::mem::take(&mut self.passed);
        let (came, did, met) =
            (std::mem::take(&mut self.came), std::mem::take(&mut self.did), std::mem::take(&mut self.met));
        let assigned = self.assigned.take();
        *self = CaseState { before: earlier, children, passed, came, did, met, assigned, seq, ..*back.state };
        // A limit that has passed meanwhile has passed, wherever the case stands, and does not pass a second time. One that
        // moved the case is taken back with all that followed; if it still holds, it passes again.
        for timer in self.timers.iter_mut().filter(|timer| timer.kind.spans_steps()) {
            timer.passed |= self.passed.contains(&(timer.kind, timer.id.clone(), timer.due.due_at));
        }
        Ok(())
    }

    /// Whether it runs.
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// The deadlines that run or have passed: the step's own, limits, and those of what comes round.
    pub fn deadlines(&self) -> impl Iterator<Item = &Timer> {
        self.timers.iter().filter(|timer| timer.kind.is_deadline())
    }

    /// The timer that will move the case: a timeout, or the end of a wait for a time.
    pub fn moving_timer(&self) -> Option<&Timer> {
        self.timers.iter().find(|timer| matches!(timer.kind, TimerKind::Timeout | TimerKind::Until))
    }

    /// The timer that fires next. Those of one instant fire as limits, deadlines, what comes round, then what moves the case; so a case that
    /// is late at the instant at which it moves is marked late first.
    pub fn next_timer(&self) -> Option<&Timer> {
        let order = |kind: TimerKind| match kind {
            TimerKind::Limit => 0,
            TimerKind::By => 1,
            TimerKind::Deadline => 2,
            TimerKind::Start => 3,
            TimerKind::Timeout | TimerKind::Until => 4,
        };
        let running = self.timers.iter().filter(|timer| !timer.passed);
        running.min_by(|one, other| {
            (one.fires_at(), order(one.kind), &one.id).cmp(&(other.fires_at(), order(other.kind), &other.id))
        })
    }

    /// Where it came from.
    pub fn origin(&self) -> Option<&Origin> {
        self.opened.origin.as_ref()
    }
}

fn child(event: &Event, linked: &Linked, mode: &'static str) -> Child {
    let (case, map) = (linked.case, linked.map.clone());
    Child { seq: event.seq, case, map, mode, stays: false, returned: false }
}
