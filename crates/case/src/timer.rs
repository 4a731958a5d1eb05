//! Timers: what a case waits for in time. A deadline marks the case late, a timeout moves it, a wait holds it to a date.

use chrono::{DateTime, Utc};
use mapcase_map::Machine;
use mapcase_map::model::{Anchor, Step, StepKind};
use mapcase_map::time::{self, Anchor as From, Calendar, Due, TimeError};
use serde::{Deserialize, Serialize};

use crate::state::CaseState;
use crate::value::Value;

/// What a timer is for. They are never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerKind {
    /// The deadline of the step at which the case stands.
    Deadline,
    /// A deadline that spans steps.
    Limit,
    /// The end of a wait for something that comes.
    Timeout,
    /// The end of a wait for a time.
    Until,
    /// When a case of another map is due to start.
    Start,
    /// By when what comes round must be done.
    By,
}

impl TimerKind {
    /// The word in reports: `deadline`, `limit`, `timeout`, `until`, `start` or `by`.
    pub fn word(self) -> &'static str {
        match self {
            TimerKind::Deadline => "deadline",
            TimerKind::Limit => "limit",
            TimerKind::Timeout => "timeout",
            TimerKind::Until => "until",
            TimerKind::Start => "start",
            TimerKind::By => "by",
        }
    }

    /// Whether it is one that something must be done by: when it passes, the case is late.
    pub fn is_deadline(self) -> bool {
        matches!(self, TimerKind::Deadline | TimerKind::Limit | TimerKind::By)
    }

    /// Whether it belongs to what comes round.
    pub fn is_of_round(self) -> bool {
        matches!(self, TimerKind::Start | TimerKind::By)
    }

    /// Whether it runs on when the case leaves its step.
    pub fn spans_steps(self) -> bool {
        self == TimerKind::Limit || self.is_of_round()
    }
}

/// A timer of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// When it is due, on which day, and which days were passed over.
    pub due: Due,
    /// The limit's id, or that of what comes round; for the others the step's.
    pub id: String,
    /// What it is for.
    pub kind: TimerKind,
    /// Whether it has passed: a deadline that was missed stays until the step is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub passed: bool,
    /// What it is counted from, in words: `72 hours of agree-crossover`.
    pub rule: String,
    /// When it was set; it cannot fire before that.
    pub set_at: DateTime<Utc>,
    /// Roles that are told when it passes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tell: Vec<String>,
}

impl Timer {
    /// When it fires: when it is due, or at once if it was due before it was set.
    pub fn fires_at(&self) -> DateTime<Utc> {
        self.due.due_at.max(self.set_at)
    }

    /// Whether something done, or not done, at `at` is late by it. At `due_at` it is late; before, it is not.
    pub fn is_late(&self, at: DateTime<Utc>) -> bool {
        at >= self.due.due_at
    }
}

/// Works out times of a case on its map.
#[derive(Clone, Copy)]
pub(crate) struct Times<'a> {
    pub machine: &'a Machine,
    pub calendar: &'a Calendar,
}

impl Times<'_> {
    /// What a step's timer is counted from; none where the anchor has not happened or is not set.
    pub fn anchor(&self, state: &CaseState, anchor: &Anchor, entered_at: DateTime<Utc>) -> Option<From> {
        match anchor {
            Anchor::Entering => Some(From::Instant(entered_at)),
            Anchor::Step(step) => state.done.get(step).map(|done| From::Instant(done.at)),
            Anchor::Field(field) => match state.record.get(field).and_then(|kept| kept.value()) {
                Some(Value::Date(date)) => Some(From::Date(*date)),
                _ => None,
            },
        }
    }

    /// The timers of entering a step at `entered_at`.
    pub fn of_step(&self, state: &CaseState, step: &Step, entered_at: DateTime<Utc>) -> Result<Vec<Timer>, TimeError> {
        let deadline =
            step.due.as_ref().and_then(|due| Some((due.within.as_ref()?, &due.anchor, due.overdue.tell.clone())));
        let timeout = match &step.kind {
            StepKind::WaitFor { timeout: Some(timeout), .. } => {
                timeout.within.as_ref().map(|within| (within, &timeout.anchor, Vec::new()))
            }
            _ => None,
        };
        let mut timers = Vec::new();
        for (kind, word, timed) in [(TimerKind::Deadline, "due", deadline), (TimerKind::Timeout, "within", timeout)] {
            let Some((within, anchor, tell)) = timed else { continue };
            let Some(from) = self.anchor(state, anchor, entered_at) else { continue };
            timers.push(Timer {
                kind,
                id: step.id.clone(),
                due: time::due(within, from, self.machine.map().zone, self.calendar)?,
                rule: rule(word, within, anchor),
                set_at: entered_at,
                tell,
                passed: false,
            });
        }
        timers.extend(self.until(state, step, entered_at)?);
        Ok(timers)
    }

    fn until(&self, state: &CaseState, step: &Step, entered_at: DateTime<Utc>) -> Result<Option<Timer>, TimeError> {
        let StepKind::WaitUntil { after, anchor, .. } = &step.kind else { return Ok(None) };
        let Some(from) = self.anchor(state, anchor, entered_at) else { return Ok(None) };
        let zone = self.machine.map().zone;
        let (due, rule) = match (after, from) {
            (Some(after), from) => {
                let words = match anchor {
                    Anchor::Entering => format!("until {after} after entering"),
                    Anchor::Step(name) | Anchor::Field(name) => format!("until {after} after {name}"),
                };
                (time::until(after, from, zone, self.calendar)?, words)
            }
            (None, From::Date(date)) => {
                let due_at = time::start_of_day(date, zone)?;
                (Due { due_at, due_on: date, skipped: Vec::new() }, format!("until {}", anchor_name(anchor)))
            }
            // A wait whose length is `TBC` holds the case until somebody settles the map.
            (None, From::Instant(_)) => return Ok(None),
        };
        let (kind, id) = (TimerKind::Until, step.id.clone());
        Ok(Some(Timer { kind, id, due, rule, set_at: entered_at, tell: Vec::new(), passed: false }))
    }

    /// The limits that doing `step` at `at` starts.
    pub fn limits_from(&self, step: &str, at: DateTime<Utc>) -> Result<Vec<Timer>, TimeError> {
        let map = self.machine.map();
        let mut timers = Vec::new();
        for (id, limit) in map.limits.iter().filter(|(_, limit)| limit.from == step) {
            let Some(within) = &limit.within else { continue };
            timers.push(Timer {
                kind: TimerKind::Limit,
                id: id.clone(),
                due: time::due(within, From::Instant(at), map.zone, self.calendar)?,
                rule: format!("{within} from {} to {}", limit.from, limit.to),
                set_at: at,
                tell: limit.overdue.tell.clone(),
                passed: false,
            });
        }
        Ok(timers)
    }
}

fn anchor_name(anchor: &Anchor) -> &str {
    match anchor {
        Anchor::Entering => "entering",
        Anchor::Step(name) | Anchor::Field(name) => name,
    }
}

fn rule(word: &str, within: &time::Duration, anchor: &Anchor) -> String {
    match anchor {
        Anchor::Entering => format!("{word} {within} of entering"),
        Anchor::Step(name) | Anchor::Field(name) => format!("{word} {within} of {name}"),
    }
}
