//! A turn: the events that one command or one timer adds to one case, each applied as it is made.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_map::Machine;
use mapcase_map::model::{FieldId, LinkMode, MapId, Overdue, Step, StepKind};
use mapcase_map::time::Calendar;

use crate::command::Fault;
use crate::event::{Event, EventBody, Left, Linked, Met, Origin};
use crate::family::Library;
use crate::number::CaseNumber;
use crate::state::CaseState;
use crate::timer::{Timer, TimerKind, Times};
use crate::value::Kept;

/// More steps by itself than any sensible map has in a row; the checker finds the loops that would need more.
const MOST_SILENT_STEPS: usize = 10_000;

/// A case that must be opened because of this turn.
#[derive(Clone, Debug)]
pub(crate) struct Birth {
    pub case: CaseNumber,
    pub map: MapId,
    pub entry: Option<String>,
    pub origin: Origin,
    pub returns_to: Option<CaseNumber>,
    pub record: BTreeMap<FieldId, Kept>,
    pub at: DateTime<Utc>,
}

/// An outcome that must be told to the case that waits for it.
#[derive(Clone, Debug)]
pub(crate) struct Return {
    pub to: CaseNumber,
    pub from: CaseNumber,
    pub outcome: String,
    pub at: DateTime<Utc>,
}

/// A case that is over: it ended, or was handed over.
#[derive(Clone, Debug)]
pub(crate) struct Over {
    pub case: CaseNumber,
    pub map: MapId,
    /// How it ended; none where it was handed over.
    pub outcome: Option<String>,
    /// The map to which it was handed over.
    pub handed_to: Option<MapId>,
    pub at: DateTime<Utc>,
}

/// What a turn asks of the rest of the family.
#[derive(Default)]
pub(crate) struct Effects {
    pub over: Vec<Over>,
    pub births: Vec<Birth>,
    pub returns: Vec<Return>,
}

/// Who does something and in which role; nobody, where the engine does.
pub(crate) type By = Option<(String, Option<String>)>;

pub(crate) struct Turn<'a> {
    pub library: &'a dyn Library,
    pub machine: Arc<Machine>,
    pub calendar: Arc<Calendar>,
    pub state: &'a mut CaseState,
    pub now: DateTime<Utc>,
    pub free: &'a mut u64,
    pub events: &'a mut Vec<(CaseNumber, Event)>,
    pub effects: Effects,
}

impl Turn<'_> {
    pub fn case(&self) -> CaseNumber {
        self.state.case
    }

    pub fn times(&self) -> Times<'_> {
        Times { machine: &self.machine, calendar: &self.calendar }
    }

    /// The step at which the case stands, in its machine: a caller holds that itself, and need not copy a step to change the case.
    pub fn here<'m>(&self, machine: &'m Machine) -> Result<&'m Step, Fault> {
        self.step(machine, &self.state.step)
    }

    fn step<'m>(&self, machine: &'m Machine, id: &str) -> Result<&'m Step, Fault> {
        machine.step(id).ok_or_else(|| Fault::Inconsistent {
            case: self.case(),
            what: format!("it stands at `{id}`, which its map `{}` does not have", machine.map().id),
        })
    }

    /// Adds one event about the step at which the case stands.
    pub fn emit(&mut self, body: EventBody, by: &By, at: DateTime<Utc>) -> Result<(), Fault> {
        let step = self.state.step.clone();
        self.emit_about(body, Some(step), by, at)
    }

    pub fn emit_about(
        &mut self,
        body: EventBody,
        step: Option<String>,
        by: &By,
        at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let event = Event {
            seq: self.state.seq + 1,
            body,
            step,
            actor: by.as_ref().map(|(actor, _)| actor.clone()),
            role: by.as_ref().and_then(|(_, role)| role.clone()),
            occurred_at: at,
            recorded_at: self.now,
        };
        self.state.apply(&event).map_err(|source| Fault::Broken { case: self.case(), source })?;
        self.events.push((self.case(), event));
        Ok(())
    }

    /// What leaving the step at `at` does to the deadlines. Late marks that do not hold are taken back first.
    pub fn left(&mut self, at: DateTime<Utc>, by: &By) -> Result<Left, Fault> {
        let step = self.state.step.clone();
        let machine = self.machine.clone();
        let met: Vec<Timer> = self
            .state
            .deadlines()
            .filter(|timer| match timer.kind {
                TimerKind::Limit => machine.map().limits.get(&timer.id).is_some_and(|limit| limit.to == step),
                _ => timer.id == step,
            })
            .cloned()
            .collect();
        for timer in met.iter().filter(|timer| timer.passed && !timer.is_late(at)) {
            let body =
                EventBody::DeadlineRetracted { kind: timer.kind, id: timer.id.clone(), due_at: timer.due.due_at };
            self.emit(body, by, at)?;
        }
        let started = self.times().limits_from(&step, at);
        let started = started.map_err(|source| Fault::Time { case: self.case(), source })?;
        let met = met.into_iter().map(|timer| Met {
            late: timer.is_late(at),
            kind: timer.kind,
            id: timer.id,
            due_at: timer.due.due_at,
        });
        Ok(Left { met: met.collect(), started, ended: None })
    }

    /// Enters a step at `at` and goes on as far as the case goes by itself.
    pub fn enter(&mut self, id: &str, at: DateTime<Utc>) -> Result<(), Fault> {
        self.arrive(id, at)?;
        self.go_on(at)
    }

    /// Comes to stand at a step at `at`, with the timers of that step.
    fn arrive(&mut self, id: &str, at: DateTime<Utc>) -> Result<(), Fault> {
        let step = self.step(&self.machine, id)?;
        let timers = self.times().of_step(self.state, step, at);
        let timers = timers.map_err(|source| Fault::Time { case: self.case(), source })?;
        self.emit_about(EventBody::StepEntered { timers }, Some(id.to_string()), &None, at)?;
        self.reset_rounds(at)
    }

    /// Goes on from the step at which the case stands, as far as it goes by itself.
    pub fn go_on(&mut self, at: DateTime<Utc>) -> Result<(), Fault> {
        let machine = self.machine.clone();
        for _ in 0..MOST_SILENT_STEPS {
            if !self.state.is_open() {
                return Ok(());
            }
            let step = self.here(&machine)?;
            let Some(next) = self.silent_step(step, at)? else { return Ok(()) };
            self.arrive(&next, at)?;
        }
        Err(Fault::Endless { case: self.case() })
    }

    /// Does what the engine does by itself at a step, and says where the case goes; nowhere, where somebody must act or time
    /// must pass.
    fn silent_step(&mut self, step: &Step, at: DateTime<Utc>) -> Result<Option<String>, Fault> {
        match &step.kind {
            StepKind::Decision { on: Some(field), answers } => {
                let value = self.state.record.get(field).and_then(|kept| kept.value());
                let Some(answer) = value.and_then(|value| value.answer()).map(str::to_string) else { return Ok(None) };
                let Some(next) = answers.get(&answer).cloned() else { return Ok(None) };
                let left = self.left(at, &None)?;
                self.emit(EventBody::DecisionAnswered { answer, on: Some(field.clone()), left }, &None, at)?;
                Ok(Some(next))
            }
            StepKind::WaitUntil { next, .. } => {
                let over = self.state.moving_timer().is_some_and(|timer| timer.due.due_at <= at);
                if !over {
                    return Ok(None);
                }
                let left = self.left(at, &None)?;
                self.emit(EventBody::WaitEnded(left), &None, at)?;
                Ok(Some(next.clone()))
            }
            StepKind::Link { to, carries, entry, mode } => {
                self.follow_link(step, to, carries, entry.as_ref(), mode, at)
            }
            StepKind::End { outcome } => {
                self.emit(EventBody::CaseEnded { outcome: outcome.clone() }, &None, at)?;
                self.is_over(Some(outcome), None, at);
                if let Some(to) = self.state.opened.returns_to {
                    let from = self.case();
                    self.effects.returns.push(Return { to, from, outcome: outcome.clone(), at });
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn follow_link(
        &mut self,
        step: &Step,
        to: &MapId,
        carries: &[FieldId],
        entry: Option<&String>,
        mode: &LinkMode,
        at: DateTime<Utc>,
    ) -> Result<Option<String>, Fault> {
        if self.state.waits_for.is_some() {
            return Ok(None);
        }
        let (word, returns_to) = match mode {
            LinkMode::HandOver => ("hand-over", self.state.opened.returns_to),
            LinkMode::Call { .. } => ("call", Some(self.case())),
            LinkMode::Start { .. } => ("start", None),
        };
        let linked = self.birth(to, carries.to_vec(), entry.cloned(), &step.id, word, returns_to, at);
        match mode {
            LinkMode::HandOver => {
                self.emit(EventBody::CaseHandedOver(linked), &None, at)?;
                self.is_over(None, Some(to), at);
                Ok(None)
            }
            LinkMode::Call { .. } => {
                self.emit(EventBody::CaseCalled(linked), &None, at)?;
                Ok(None)
            }
            LinkMode::Start { next } => {
                self.emit(EventBody::CaseStarted(linked), &None, at)?;
                let left = self.left(at, &None)?;
                self.emit(EventBody::StepDone(left), &None, at)?;
                Ok(Some(next.clone()))
            }
        }
    }

    fn is_over(&mut self, outcome: Option<&String>, to: Option<&MapId>, at: DateTime<Utc>) {
        let (case, map) = (self.case(), self.machine.map().id.clone());
        self.effects.over.push(Over { case, map, outcome: outcome.cloned(), handed_to: to.cloned(), at });
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "each is one word of the new case's opening, and there is one caller a mode"
    )]
    pub fn birth(
        &mut self,
        map: &MapId,
        fields: Vec<FieldId>,
        entry: Option<String>,
        step: &str,
        mode: &str,
        returns_to: Option<CaseNumber>,
        at: DateTime<Utc>,
    ) -> Linked {
        let case = CaseNumber(*self.free);
        *self.free += 1;
        // Where the map cannot run, opening the case says so.
        let target = self.library.current(map).ok();
        let known = |name: &FieldId| target.as_ref().and_then(|machine| machine.map().record.get(name));
        let record: BTreeMap<FieldId, Kept> = fields
            .into_iter()
            .filter_map(|name| Some((self.state.record.get(&name)?.carried(known(&name)?)?, name)))
            .map(|(kept, name)| (name, kept))
            .collect();
        let linked = Linked { case, map: map.clone(), carried: record.keys().cloned().collect() };
        let origin = Origin {
            case: self.case(),
            map: self.machine.map().id.clone(),
            step: step.to_string(),
            mode: mode.to_string(),
        };
        self.effects.births.push(Birth { case, map: map.clone(), entry, origin, returns_to, record, at });
        linked
    }

    /// Opens the case that `overdue: { start }` names. It is given every field of the record; the other map keeps those
    /// that it has too.
    pub fn start_overdue(&mut self, overdue: &Overdue, id: &str, at: DateTime<Utc>) -> Option<Linked> {
        let map = overdue.start.as_ref()?;
        let all = self.state.record.keys().cloned().collect();
        Some(self.birth(map, all, None, id, "start", None, at))
    }

    /// Works the times of the step out anew, after the record changed, and goes on if the case now can.
    pub fn refresh(&mut self, at: DateTime<Utc>) -> Result<(), Fault> {
        self.retime(at)?;
        self.go_on(at.max(self.state.entered_at))
    }

    /// Works the times of the step out anew. A deadline that has passed stays so, unless it is due later now.
    pub fn retime(&mut self, at: DateTime<Utc>) -> Result<(), Fault> {
        let step = self.here(&self.machine)?;
        let timers = self.times().of_step(self.state, step, self.state.entered_at);
        let mut fresh = timers.map_err(|source| Fault::Time { case: self.case(), source })?;
        let at = at.max(self.state.entered_at);
        let old: Vec<&Timer> = self.state.timers.iter().filter(|timer| !timer.kind.spans_steps()).collect();
        for timer in &mut fresh {
            match old.iter().find(|old| old.kind == timer.kind) {
                Some(old) if old.due == timer.due => *timer = Timer::clone(old),
                old => {
                    timer.set_at = at;
                    timer.passed = timer.is_late(at) && old.is_some_and(|old| old.passed);
                }
            }
        }
        if old.into_iter().ne(&fresh) {
            self.emit(EventBody::TimersSet { timers: fresh }, &None, at)?;
        }
        self.reset_rounds(at)
    }
}
