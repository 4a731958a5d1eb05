//! A family: a case and all cases that came from the same first one. A command on one case, or a timer of one, can open,
//! end or move others; all of that happens here, in one go, or not at all. Timers of the whole family fire in the order in
//! which they are due, so that no history depends on how often `tick` runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_map::Machine;
use mapcase_map::model::{LinkMode, Role, StepKind};
use mapcase_map::time::Calendar;

use crate::command::{Act, Command, Fault, Refusal, RefusalKind, Stop};
use crate::decide::named_actor;
use crate::event::{Event, EventBody};
use crate::number::CaseNumber;
use crate::state::CaseState;
use crate::timer::{Timer, TimerKind};
use crate::turn::{Effects, Return, Turn};

/// Where maps and calendars come from.
pub trait Library {
    /// The machine of a map as it is now; the error says why there is none.
    fn current(&self, map: &str) -> Result<Arc<Machine>, String>;
    /// The machine of a map's meaning by its digest: the one a case began on.
    fn revision(&self, digest: &str) -> Result<Arc<Machine>, String>;
    /// A calendar.
    fn calendar(&self, id: &str) -> Result<Arc<Calendar>, String>;
    /// Roles that may do what a supervisor may.
    fn supervisors(&self) -> &[Role];
    /// Whether time is what commands say. Each case says so of itself, so that practice never passes for the real thing.
    fn is_simulated(&self) -> bool;
}

/// A timer that fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// The case.
    pub case: CaseNumber,
    /// The step at which it stood.
    pub step: String,
    /// The timer.
    pub timer: Timer,
}

/// The cases of one family, as they stand at `now`, and the events that were added.
pub struct Family<'l> {
    pub(crate) library: &'l dyn Library,
    pub(crate) now: DateTime<Utc>,
    /// Shared until one changes: a timer that cannot fire leaves them all as they were.
    pub(crate) states: BTreeMap<CaseNumber, Arc<CaseState>>,
    pub(crate) free: u64,
    pub(crate) events: Vec<(CaseNumber, Event)>,
    fired: Vec<Fired>,
    depth: usize,
}

/// More timers than any family fires at once; a map that needs more goes round a loop without time passing.
const MOST_TIMERS_AT_ONCE: usize = 100_000;

/// More links than any sensible atlas follows one after another without anybody acting; the checker finds the loops that
/// would need more.
const DEEPEST_LINKS: usize = 50;

impl<'l> Family<'l> {
    /// A family of cases. `free` is the first number that no case of the casebook has.
    pub fn new(library: &'l dyn Library, states: Vec<Arc<CaseState>>, free: u64, now: DateTime<Utc>) -> Self {
        let states = states.into_iter().map(|state| (state.case, state)).collect();
        Self { library, now, states, free, events: Vec::new(), fired: Vec::new(), depth: 0 }
    }

    /// The state of a case of the family.
    pub fn state(&self, case: CaseNumber) -> Option<&CaseState> {
        self.states.get(&case).map(Arc::as_ref)
    }

    /// All states.
    pub fn states(&self) -> impl Iterator<Item = &CaseState> {
        self.states.values().map(Arc::as_ref)
    }

    /// All states, shared as they are, when nothing more is to happen.
    pub fn into_states(self) -> Vec<Arc<CaseState>> {
        self.states.into_values().collect()
    }

    /// The events that were added, in the order in which they were made.
    pub fn events(&self) -> &[(CaseNumber, Event)] {
        &self.events
    }

    /// The timers that fired.
    pub fn fired(&self) -> &[Fired] {
        &self.fired
    }

    /// Fires every timer of the family that is due by now, in order. On a fault, what fired before it stands.
    pub fn settle(&mut self) -> Result<(), Fault> {
        for _ in 0..MOST_TIMERS_AT_ONCE {
            let due = self.states.values().filter_map(|state| Some((state.next_timer()?.fires_at(), state.case)));
            let Some((at, case)) = due.min().filter(|(at, _)| *at <= self.now) else { return Ok(()) };
            let (states, free) = (self.states.clone(), self.free);
            let (events, fired) = (self.events.len(), self.fired.len());
            if let Err(fault) = self.fire(case, at) {
                self.states = states;
                self.free = free;
                self.events.truncate(events);
                self.fired.truncate(fired);
                return Err(fault);
            }
        }
        let case = self.states.keys().next().copied().unwrap_or(CaseNumber(0));
        Err(Fault::Endless { case })
    }

    fn fire(&mut self, case: CaseNumber, at: DateTime<Utc>) -> Result<(), Fault> {
        let next = |state: &CaseState| state.next_timer().filter(|timer| timer.fires_at() == at).cloned();
        let Some(timer) = self.state(case).and_then(next) else { return Ok(()) };
        let step = self.shared(case)?.step.clone();
        let machine = self.machine(case)?;
        let round = machine.map().rounds.get(&timer.id).filter(|_| timer.kind == TimerKind::Start);
        let already = round.and_then(|round| self.already_open(case, round));
        let mut turn = self.turn(case)?;
        turn.fire(&timer, already)?;
        let effects = turn.effects;
        self.fired.push(Fired { case, step, timer });
        self.spread(effects)
    }

    /// The machine of a case: that of the meaning on which it began.
    pub(crate) fn machine(&self, case: CaseNumber) -> Result<Arc<Machine>, Fault> {
        let state = self.shared(case)?;
        self.library.revision(&state.opened.digest).map_err(|why| no_map(&state, why))
    }

    /// The state of a case, to look at: a turn would make one of its own of a state that is shared.
    pub(crate) fn shared(&self, case: CaseNumber) -> Result<Arc<CaseState>, Fault> {
        self.states.get(&case).cloned().ok_or_else(|| not_there(case))
    }

    pub(crate) fn turn(&mut self, case: CaseNumber) -> Result<Turn<'_>, Fault> {
        let machine = self.machine(case)?;
        let state = Arc::make_mut(self.states.get_mut(&case).ok_or_else(|| not_there(case))?);
        let calendar = self.library.calendar(&machine.map().calendar).map_err(|why| no_map(state, why))?;
        Ok(Turn {
            library: self.library,
            machine,
            calendar,
            state,
            now: self.now,
            free: &mut self.free,
            events: &mut self.events,
            effects: Effects::default(),
        })
    }

    /// Does what a turn asked of the rest of the family.
    pub(crate) fn spread(&mut self, effects: Effects) -> Result<(), Fault> {
        if self.depth >= DEEPEST_LINKS {
            let case = self.events.last().map_or(CaseNumber(0), |(case, _)| *case);
            return Err(Fault::Endless { case });
        }
        self.depth += 1;
        let mut done = effects.births.into_iter().try_for_each(|birth| self.bear(birth));
        for back in effects.returns {
            done = done.and_then(|()| self.come_back(&back));
        }
        for over in effects.over {
            done = done.and_then(|()| self.tell_of_end(&over));
        }
        self.depth -= 1;
        if self.depth == 0 { done.and_then(|()| self.meet_ends()) } else { done }
    }

    /// A called case came back: the caller goes on, if it still waits for it, or was moved away by a timer after the time of
    /// the outcome and nobody has acted since.
    fn come_back(&mut self, back: &Return) -> Result<(), Fault> {
        let called = self.called(back.from);
        let state = self.shared(back.to)?;
        let mut awaited = state.waits_for == Some(called);
        if let Some(of_seq) = self.moved_from_call(&state, called, back.at).filter(|_| !awaited) {
            self.take_back(back.to, of_seq, &None)?;
            awaited = true;
        }
        let mut turn = self.turn(back.to)?;
        let machine = turn.machine.clone();
        let step = turn.here(&machine)?;
        let next = match &step.kind {
            StepKind::Link { mode: LinkMode::Call { outcomes }, .. } if awaited => outcomes.get(&back.outcome),
            _ => None,
        };
        let (case, outcome) = (back.from, back.outcome.clone());
        let Some(next) = next else {
            return turn.emit(EventBody::OutcomeNoted { case, outcome }, &None, back.at);
        };
        let left = turn.left(back.at, &None)?;
        turn.emit(EventBody::CallReturned { case, outcome, left }, &None, back.at)?;
        turn.enter(next, back.at)?;
        let effects = turn.effects;
        self.spread(effects)
    }

    /// The case that was called, of which this one came by being handed over; itself, where it was not.
    pub(crate) fn called(&self, mut case: CaseNumber) -> CaseNumber {
        for _ in 0..self.states.len() {
            match self.states.get(&case).and_then(|state| state.origin()) {
                Some(origin) if origin.mode == "hand-over" => case = origin.case,
                _ => break,
            }
        }
        case
    }

    /// Refuses to withdraw a case that another waits for: that one would wait for ever, and nothing would say so.
    fn nobody_waits_for(&self, case: CaseNumber) -> Result<(), Refusal> {
        let called = self.called(case);
        let caller = self.states.get(&case).and_then(|state| self.states.get(&state.opened.returns_to?));
        let Some(caller) = caller.filter(|caller| caller.is_open() && caller.waits_for == Some(called)) else {
            return Ok(());
        };
        let message = format!("case {} waits for the outcome of case {case}", caller.case);
        let help = format!("bring it to an outcome, or withdraw case {} first", caller.case);
        Err(Refusal::new(RefusalKind::Awaited, message, help))
    }

    /// The number of the last event of a case.
    fn seq(&self, case: CaseNumber) -> Result<u64, Fault> {
        self.states.get(&case).map(|state| state.seq).ok_or_else(|| not_there(case))
    }

    /// When something occurred: now, or the time that is given, which cannot be in the future.
    pub(crate) fn occurred(&self, at: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Refusal> {
        let at = at.unwrap_or(self.now);
        if at > self.now {
            let (at, now) = (at.to_rfc3339(), self.now.to_rfc3339());
            let message = format!("{at} is in the future: it is {now}");
            return Err(Refusal::new(RefusalKind::InTheFuture, message, "record it when it has happened"));
        }
        Ok(at)
    }

    /// Does what a person wants to do with a case. Every timer that is due fires first, and those that then are due after.
    pub fn command(&mut self, case: CaseNumber, command: &Command) -> Result<(), Stop> {
        let stored = self.seq(case)?;
        self.settle()?;
        named_actor(&command.actor)?;
        let at = self.occurred(command.at)?;
        let seq = self.seq(case)?;
        if let Some(expect) = command.expect.filter(|expect| *expect != seq) {
            return Err(moved(case, expect, stored, seq).into());
        }
        if let Some(of_seq) = self.timer_to_take_back(case, command, at)? {
            self.take_back(case, of_seq, &Some((command.actor.clone(), command.role.clone())))?;
        }
        let supervisors = self.library.supervisors();
        let mut turn = self.turn(case)?;
        turn.command(command, at, supervisors)?;
        let effects = turn.effects;
        if matches!(command.act, Act::Withdraw { .. }) {
            self.nobody_waits_for(case)?;
        }
        self.spread(effects)?;
        Ok(self.settle()?)
    }
}

fn not_there(case: CaseNumber) -> Fault {
    Fault::Inconsistent { case, what: "it is not in the casebook".to_string() }
}

fn no_map(state: &CaseState, why: String) -> Fault {
    Fault::Map { case: state.case, map: state.opened.map.clone(), why }
}

fn moved(case: CaseNumber, expect: u64, stored: u64, seq: u64) -> Refusal {
    let message = format!("case {case} has moved: you saw event {expect}, and it now has {seq}");
    // Looking again would show the same: what has fired since is not in the casebook before `tick` or a command puts it there.
    let help = match expect == stored {
        true => format!("timers have fired since: run `mapcase tick`, then look at it again: mapcase show {case}"),
        false => format!("look at it again: mapcase show {case}"),
    };
    Refusal::new(RefusalKind::Moved, message, help)
}
