//! Whether a case can be moved to another revision of its map. Nothing is moved here: the answer is what stands in the way.

use std::collections::BTreeSet;

use mapcase_map::diff::Renames;
use mapcase_map::model::{Anchor, LinkMode, Step, StepKind};
use mapcase_map::time::{Calendar, TimeError};
use mapcase_map::{Machine, Map};
use thiserror::Error;

use crate::state::CaseState;
use crate::timer::{TimerKind, Times};
use crate::value::{Kept, Value};

/// Something that keeps a case from being moved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Obstacle {
    /// The new map does not have the step.
    #[error("the step `{0}`, at which it stands, is gone")]
    StepGone(String),
    /// The step is of another kind.
    #[error("`{step}`, at which it stands, is a {after} now; it was a {before}")]
    OtherKind {
        /// The step.
        step: String,
        /// What it was.
        before: &'static str,
        /// What it is.
        after: &'static str,
    },
    /// A field that the case holds is gone.
    #[error("it holds `{0}`, which the record no longer has")]
    FieldGone(String),
    /// A field that the case holds cannot hold its value.
    #[error("what it holds in `{field}` does not fit any more: {why}")]
    ValueDoesNotFit {
        /// The field.
        field: String,
        /// What a value must look like.
        why: String,
    },
    /// A time of the step counts from what the case has not done or does not hold.
    #[error("a time of `{step}` counts from `{anchor}`, which this case does not have")]
    NoAnchor {
        /// The step.
        step: String,
        /// The step or the field.
        anchor: String,
    },
    /// A time cannot be worked out.
    #[error("a time cannot be worked out: {0}")]
    Time(TimeError),
    /// It waits for another case, and the link leads elsewhere.
    #[error("it waits for a case of `{before}`, and `{step}` leads to `{after}` now")]
    WaitsElsewhere {
        /// The link.
        step: String,
        /// The map that was called.
        before: String,
        /// The map that the link calls now.
        after: String,
    },
    /// It waits for another case, and the link has no way on for an outcome.
    #[error("it waits at `{step}`, which has no way on for the outcome `{outcome}` any more")]
    NoWayFor {
        /// The link.
        step: String,
        /// The outcome.
        outcome: String,
    },
    /// Another case waits for an outcome, and has no way on for one of the new map.
    #[error("case {caller} waits for its outcome and has no way on for `{outcome}`")]
    CallerHasNoWayFor {
        /// The case that waits.
        caller: String,
        /// An outcome of the new map.
        outcome: String,
    },
}

/// The case that waits for the outcome of this one, and what it has a way on for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Its number.
    pub case: String,
    /// The outcomes for which its link has a way on.
    pub outcomes: BTreeSet<String>,
}

impl Caller {
    /// A case that waits at the link where it stands; none where it stands at no link that calls.
    pub fn of(state: &CaseState, machine: &Machine) -> Option<Caller> {
        match &machine.step(&state.step)?.kind {
            StepKind::Link { mode: LinkMode::Call { outcomes }, .. } => {
                Some(Caller { case: state.case.to_string(), outcomes: outcomes.keys().cloned().collect() })
            }
            _ => None,
        }
    }
}

/// What stands in the way of moving an open case from the map on which it runs to another revision of it: nothing, where it can
/// be moved. Steps and fields that were only renamed are followed. `renames` are those between the two maps, and `calendar` is
/// the new map's.
pub fn obstacles(
    state: &CaseState,
    before: &Machine,
    after: &Machine,
    renames: &Renames,
    calendar: &Calendar,
    caller: Option<&Caller>,
) -> Vec<Obstacle> {
    let mut found = fields(state, renames, after.map());
    match (before.step(&state.step), after.step(&renames.step_id(&state.step))) {
        (Some(old), Some(new)) if kind(old) != kind(new) => {
            let (before, after) = (kind(old), kind(new));
            found.push(Obstacle::OtherKind { step: new.id.clone(), before, after });
        }
        (Some(old), Some(new)) => {
            found.extend(call(state, old, new));
            found.extend(times(state, old, new, renames, after, calendar));
        }
        _ => found.push(Obstacle::StepGone(state.step.clone())),
    }
    if let Some(caller) = caller {
        let outcomes = after.map().steps.iter().filter_map(|step| match &step.kind {
            StepKind::End { outcome } => Some(outcome),
            _ => None,
        });
        let unknown: BTreeSet<&String> = outcomes.filter(|outcome| !caller.outcomes.contains(*outcome)).collect();
        found.extend(
            unknown
                .into_iter()
                .map(|outcome| Obstacle::CallerHasNoWayFor { caller: caller.case.clone(), outcome: outcome.clone() }),
        );
    }
    found
}

fn kind(step: &Step) -> &'static str {
    match &step.kind {
        StepKind::Decision { on: Some(_), .. } => "decision that the record answers",
        StepKind::Decision { on: None, .. } => "decision",
        StepKind::WaitFor { .. } => "wait for something",
        StepKind::WaitUntil { .. } => "wait for a time",
        StepKind::Link { mode: LinkMode::Call { .. }, .. } => "link that calls",
        _ => step.kind_word(),
    }
}

fn fields(state: &CaseState, renames: &Renames, after: &Map) -> Vec<Obstacle> {
    let mut found = Vec::new();
    for (name, kept) in &state.record {
        let Some(field) = after.record.get(&renames.field_id(name)) else {
            found.push(Obstacle::FieldGone(name.clone()));
            continue;
        };
        // An erased value fits anywhere: nobody will read it again.
        let Some(value) = kept.value() else { continue };
        match Value::parse(field, &value.display()) {
            Ok(same) if same == *value => {}
            Ok(_) => {
                let why = "the field is of another type".to_string();
                found.push(Obstacle::ValueDoesNotFit { field: name.clone(), why });
            }
            Err(why) => found.push(Obstacle::ValueDoesNotFit { field: name.clone(), why }),
        }
    }
    found
}

/// What a case that waits for the outcome of another needs of the link.
fn call(state: &CaseState, old: &Step, new: &Step) -> Vec<Obstacle> {
    let (StepKind::Link { to: before, mode: LinkMode::Call { outcomes }, .. }, Some(_)) = (&old.kind, state.waits_for)
    else {
        return Vec::new();
    };
    let StepKind::Link { to: after, mode: LinkMode::Call { outcomes: ways }, .. } = &new.kind else {
        return Vec::new();
    };
    let step = new.id.clone();
    if before != after {
        return vec![Obstacle::WaitsElsewhere { step, before: before.clone(), after: after.clone() }];
    }
    let lost = outcomes.keys().filter(|outcome| !ways.contains_key(*outcome));
    lost.map(|outcome| Obstacle::NoWayFor { step: step.clone(), outcome: outcome.clone() }).collect()
}

/// Whether the times of the step, and of limits that would run, can be worked out.
fn times(
    state: &CaseState,
    old: &Step,
    new: &Step,
    renames: &Renames,
    after: &Machine,
    calendar: &Calendar,
) -> Vec<Obstacle> {
    let mut moved = state.clone();
    moved.step = new.id.clone();
    moved.done = state.done.iter().map(|(step, done)| (renames.step_id(step), done.clone())).collect();
    moved.record = state.record.iter().map(|(field, kept)| (renames.field_id(field), kept.clone())).collect();
    let mut found = Vec::new();
    // What the old map could not work out either is no reason to stay on it.
    let known_before: BTreeSet<String> = old.anchors().map(|anchor| renamed(anchor, renames)).collect();
    for anchor in new.anchors() {
        let there = match anchor {
            Anchor::Entering => true,
            Anchor::Step(step) => moved.done.contains_key(step),
            Anchor::Field(field) => moved.record.get(field).and_then(Kept::value).is_some(),
        };
        let name = renamed(anchor, &Renames::default());
        if !there && !known_before.contains(&name) {
            found.push(Obstacle::NoAnchor { step: new.id.clone(), anchor: name });
        }
    }
    let times = Times { machine: after, calendar };
    found.extend(times.of_step(&moved, new, state.entered_at).err().map(Obstacle::Time));
    let running = |id: &str| state.timers.iter().any(|timer| timer.kind == TimerKind::Limit && timer.id == id);
    let begun = after.map().limits.iter().filter(|(id, limit)| !running(id) && !moved.done.contains_key(&limit.to));
    for (_, limit) in begun {
        let Some(done) = moved.done.get(&limit.from) else { continue };
        found.extend(times.limits_from(&limit.from, done.at).err().map(Obstacle::Time));
    }
    found.extend(times.of_rounds(&moved).err().map(Obstacle::Time));
    found.dedup();
    found
}

fn renamed(anchor: &Anchor, renames: &Renames) -> String {
    match anchor {
        Anchor::Entering => String::new(),
        Anchor::Step(step) => renames.step_id(step),
        Anchor::Field(field) => renames.field_id(field),
    }
}
