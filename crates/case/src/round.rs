//! What comes round: a case of another map is opened when it is due, and what is to follow is counted from when it was done.
//! It all follows from the events of the family, so no history depends on how often `tick` runs.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mapcase_map::Machine;
use mapcase_map::model::{Round, StepKind};
use mapcase_map::time::{self, Anchor as From, Due, TimeError};

use crate::command::Fault;
use crate::event::{EventBody, Met};
use crate::family::Family;
use crate::number::CaseNumber;
use crate::possible::missing;
use crate::state::{CaseState, Status};
use crate::timer::{Timer, TimerKind, Times};
use crate::turn::{Over, Turn};
use crate::value::{Kept, Value};

impl Times<'_> {
    /// When a case is due to start; none where what that counts from is not known.
    fn start_due(&self, state: &CaseState, round: &Round) -> Result<Option<Due>, TimeError> {
        let Some(from) = self.anchor(state, &round.anchor, state.opened_at) else { return Ok(None) };
        let zone = self.machine.map().zone;
        match (&round.after, from) {
            (Some(after), from) => time::until(after, from, zone, self.calendar).map(Some),
            (None, From::Date(date)) => {
                Ok(Some(Due { due_at: time::start_of_day(date, zone)?, due_on: date, skipped: Vec::new() }))
            }
            (None, From::Instant(_)) => Ok(None),
        }
    }

    /// The timers of all that comes round, but for what has come or was done.
    pub fn of_rounds(&self, state: &CaseState) -> Result<Vec<Timer>, TimeError> {
        let map = self.machine.map();
        let mut timers = Vec::new();
        for (id, round) in &map.rounds {
            let timer = |kind, due, rule, tell: &[String]| {
                let (id, tell) = (id.clone(), tell.to_vec());
                Timer { kind, id, due, rule, set_at: state.opened_at, tell, passed: false }
            };
            if let Some(due) = self.start_due(state, round)? {
                let came = state.came.contains(&(id.clone(), due.due_at));
                let rule = format!("opens {}: {}", round.map, round.anchor.until(round.after.as_ref()));
                timers.extend((!came).then(|| timer(TimerKind::Start, due, rule, &[])));
            }
            let Some(by) = &round.by else { continue };
            let Some((within, from)) = by.within.as_ref().zip(self.anchor(state, &by.anchor, state.opened_at)) else {
                continue;
            };
            let due = time::due(within, from, map.zone, self.calendar)?;
            let met = state.met.contains(&(id.clone(), due.due_at));
            let rule = format!("by {}", by.anchor.within(Some(within)));
            timers.extend((!met).then(|| timer(TimerKind::By, due, rule, &by.overdue.tell)));
        }
        Ok(timers)
    }
}

impl Turn<'_> {
    /// Works out anew what comes round, where that has changed. A deadline that has passed stays so, unless it is due later
    /// now.
    pub fn reset_rounds(&mut self, at: DateTime<Utc>) -> Result<(), Fault> {
        if self.machine.map().rounds.is_empty() || !self.state.is_open() {
            return Ok(());
        }
        let case = self.case();
        let mut fresh = self.times().of_rounds(self.state).map_err(|source| Fault::Time { case, source })?;
        let at = at.max(self.state.opened_at);
        let old: Vec<&Timer> = self.state.timers.iter().filter(|timer| timer.kind.is_of_round()).collect();
        for timer in &mut fresh {
            match old.iter().find(|old| old.kind == timer.kind && old.id == timer.id) {
                Some(old) if old.due == timer.due => *timer = Timer::clone(old),
                old => {
                    timer.set_at = at;
                    let known = self.state.passed.contains(&(timer.kind, timer.id.clone(), timer.due.due_at));
                    timer.passed = known || (timer.is_late(at) && old.is_some_and(|old| old.passed));
                }
            }
        }
        if old.into_iter().ne(&fresh) {
            self.emit(EventBody::StartsSet { timers: fresh }, &None, at)?;
        }
        Ok(())
    }

    /// The time has come at which a case of another map is due to start.
    pub fn come_round(&mut self, timer: &Timer, already: Option<CaseNumber>) -> Result<(), Fault> {
        let at = timer.fires_at();
        let Some(round) = self.machine.map().rounds.get(&timer.id).cloned() else {
            let what = format!("a start runs for `{}`, which its map does not have", timer.id);
            return Err(Fault::Inconsistent { case: self.case(), what });
        };
        let started = match already {
            Some(_) => None,
            None => Some(self.birth(&round.map, round.carries, round.entry, &timer.id, "start", None, at)),
        };
        let (id, due_at) = (timer.id.clone(), timer.due.due_at);
        self.emit(EventBody::StartCame { id, due_at, started, already }, &None, at)
    }

    /// What comes round was done: a case is over.
    fn was_done(&mut self, id: &str, round: &Round, over: &Over) -> Result<(), Fault> {
        let (case, at) = (self.case(), over.at.max(self.state.opened_at));
        let wrong = |source| Fault::Time { case, source };
        let day = time::local_date(over.at, self.machine.map().zone).map_err(wrong)?;
        let mut due_at = None;
        match &round.sets {
            // What was done earlier than what is known already changes nothing.
            Some(sets) => {
                let known = self.state.record.get(sets).and_then(Kept::value);
                if matches!(known, Some(Value::Date(known)) if *known >= day) {
                    return Ok(());
                }
            }
            // Without a date that moves on, it counts once, and not before it was due to start.
            None => {
                let due = self.times().start_due(self.state, round).map_err(wrong)?;
                let key = due.map(|due| (id.to_string(), due.due_at));
                match key.filter(|key| self.state.came.contains(key) && !self.state.did.contains(key)) {
                    Some((_, at)) => due_at = Some(at),
                    None => return Ok(()),
                }
            }
        }
        let by = self.state.timers.iter().find(|timer| timer.kind == TimerKind::By && timer.id == id).cloned();
        if let Some(by) = by.as_ref().filter(|by| by.passed && !by.is_late(over.at)) {
            let (kind, id, due_at) = (by.kind, by.id.clone(), by.due.due_at);
            self.emit(EventBody::DeadlineRetracted { kind, id, due_at }, &None, at)?;
        }
        let met = by.map(|by| Met { late: by.is_late(over.at), kind: by.kind, id: by.id, due_at: by.due.due_at });
        self.emit(EventBody::StartDone { id: id.to_string(), case: over.case, due_at, met }, &None, at)?;
        let field = round.sets.as_ref().and_then(|sets| self.machine.map().record.get_key_value(sets));
        if let Some((name, field)) = field {
            let fields = BTreeMap::from([(name.clone(), Some(Kept::new(field, Value::Date(day))))]);
            self.emit(EventBody::FieldsSet { fields }, &None, at)?;
        }
        self.refresh(at)
    }

    /// What the case waits for is the end of another, which has come.
    fn receive_end(&mut self, over: &Over) -> Result<(), Fault> {
        let machine = self.machine.clone();
        let step = self.here(&machine)?;
        let at = over.at.max(self.state.entered_at);
        let StepKind::WaitFor { received, .. } = &step.kind else { return Ok(()) };
        if !missing(&self.machine, self.state, step).is_empty() {
            // Somebody has to say what else is known of it.
            let (case, outcome) = (over.case, over.outcome.clone().unwrap_or_default());
            return self.emit(EventBody::OutcomeNoted { case, outcome }, &None, at);
        }
        let mut left = self.left(at, &None)?;
        left.ended = Some(over.case);
        self.emit(EventBody::ResponseReceived(left), &None, at)?;
        self.enter(received, at)
    }
}

/// Whether a step of the map waits for such an end.
fn waits_for_end(machine: &Machine, step: &str, over: &Over) -> bool {
    let Some(step) = machine.step(step) else { return false };
    let StepKind::WaitFor { comes_from: Some(from), .. } = &step.kind else { return false };
    from.map == over.map && over.outcome.as_ref().is_some_and(|outcome| from.outcomes.contains(outcome))
}

/// Whether a case that is over is the doing of what comes round.
fn counts(round: &Round, over: &Over) -> bool {
    let way = over.outcome.as_ref().or(over.handed_to.as_ref());
    round.done == over.map && (round.done_when.is_empty() || way.is_some_and(|way| round.done_when.contains(way)))
}

impl Family<'_> {
    /// The open case for which none need be started: one of the map in which one is due, or of the map in which it is done.
    pub(crate) fn already_open(&self, of: CaseNumber, round: &Round) -> Option<CaseNumber> {
        let counts = |map: &str| map == round.map || map == round.done;
        let other = self.states.values().filter(|state| state.case != of && state.is_open());
        other.map(|state| (state.case, &state.opened.map)).find(|(_, map)| counts(map)).map(|(case, _)| case)
    }

    /// A case is over: the others of the family in which that is the doing of what comes round, or which wait for it, go on.
    pub(crate) fn tell_of_end(&mut self, over: &Over) -> Result<(), Fault> {
        let others: Vec<CaseNumber> = self.states.keys().copied().filter(|case| *case != over.case).collect();
        for case in others {
            let machine = self.machine(case)?;
            for (id, round) in machine.map().rounds.iter().filter(|(_, round)| counts(round, over)) {
                let mut turn = self.turn(case)?;
                if turn.state.is_open() {
                    turn.was_done(id, round, over)?;
                    let effects = turn.effects;
                    self.spread(effects)?;
                }
            }
            self.end_comes(case, over)?;
        }
        Ok(())
    }

    /// The end of another case comes to one that waits for it, or was moved away by a timer after that end and on which nobody
    /// has acted since.
    fn end_comes(&mut self, case: CaseNumber, over: &Over) -> Result<(), Fault> {
        let (machine, state) = (self.machine(case)?, self.shared(case)?);
        let waits = state.is_open() && waits_for_end(&machine, &state.step, over);
        if !waits {
            let moved = state.before.iter().rev().find(|before| {
                let state = &before.state;
                waits_for_end(&machine, &state.step, over) && state.entered_at <= over.at && over.at < before.fired_at
            });
            let Some(of_seq) = moved.map(|before| before.seq).filter(|seq| self.may_take_back(case, *seq)) else {
                return Ok(());
            };
            self.take_back(case, of_seq, &None)?;
        }
        drop(state);
        let mut turn = self.turn(case)?;
        turn.receive_end(over)?;
        let effects = turn.effects;
        self.spread(effects)
    }

    /// Cases that have come to wait for an end that is there already receive it.
    pub(crate) fn meet_ends(&mut self) -> Result<(), Fault> {
        let open: Vec<CaseNumber> =
            self.states.values().filter(|state| state.is_open()).map(|state| state.case).collect();
        for case in open {
            let Some(over) = self.end_that_came(case)? else { continue };
            let mut turn = self.turn(case)?;
            turn.receive_end(&over)?;
            let effects = turn.effects;
            self.spread(effects)?;
        }
        Ok(())
    }

    /// The first end since a case was opened, and since it last had one, for which it waits and for which nothing is missing.
    fn end_that_came(&mut self, case: CaseNumber) -> Result<Option<Over>, Fault> {
        let machine = self.machine(case)?;
        let state = self.shared(case)?;
        let Some(step) = machine.step(&state.step) else { return Ok(None) };
        let StepKind::WaitFor { comes_from: Some(from), .. } = &step.kind else { return Ok(None) };
        if !missing(&machine, &state, step).is_empty() {
            return Ok(None);
        }
        let since =
            |at: DateTime<Utc>| at >= state.opened_at && state.done.get(&state.step).is_none_or(|done| at > done.at);
        let ended = self.states.values().filter(|other| other.case != case && other.opened.map == from.map);
        let mut ends: Vec<Over> = ended
            .filter_map(|other| match &other.status {
                Status::Ended { outcome } if from.outcomes.contains(outcome) && since(other.entered_at) => Some(Over {
                    case: other.case,
                    map: from.map.clone(),
                    outcome: Some(outcome.clone()),
                    handed_to: None,
                    at: other.entered_at,
                }),
                _ => None,
            })
            .collect();
        ends.sort_by_key(|over| (over.at, over.case));
        Ok(ends.into_iter().next())
    }
}
