//! A family: a case and all cases that came from the same first one. A command on one case, or a timer of one, can open,
//! end or move others; all of that happens here, in one go, or not at all. Timers of the whole family fire in the order in
//! which they are due, so that no history depends on how often `tick` runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_map::Machine;
use mapcase_map::model::{LinkMode, Role, StepKind};
use mapcase_map::time::Calendar;

use crate::command::{Act, Command, Fault, Opening, Refusal, RefusalKind, Stop};
use crate::decide::{too_early, unknown_field};
use crate::event::{Event, EventBody, Opened};
use crate::number::CaseNumber;
use crate::possible::missing;
use crate::state::CaseState;
use crate::timer::{Timer, TimerKind};
use crate::turn::{Birth, By, Effects, Return, Turn};
use crate::value::{Kept, Value};

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
    library: &'l dyn Library,
    now: DateTime<Utc>,
    states: BTreeMap<CaseNumber, CaseState>,
    free: u64,
    events: Vec<(CaseNumber, Event)>,
    fired: Vec<Fired>,
}

/// More timers than any family fires at once; a map that needs more goes round a loop without time passing.
const MOST_TIMERS_AT_ONCE: usize = 100_000;

impl<'l> Family<'l> {
    /// A family of cases. `free` is the first number that no case of the casebook has.
    pub fn new(library: &'l dyn Library, states: Vec<CaseState>, free: u64, now: DateTime<Utc>) -> Self {
        let states = states.into_iter().map(|state| (state.case, state)).collect();
        Self { library, now, states, free, events: Vec::new(), fired: Vec::new() }
    }

    /// The state of a case of the family.
    pub fn state(&self, case: CaseNumber) -> Option<&CaseState> {
        self.states.get(&case)
    }

    /// All states.
    pub fn states(&self) -> impl Iterator<Item = &CaseState> {
        self.states.values()
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
            let (states, free, events) = (self.states.clone(), self.free, self.events.len());
            if let Err(fault) = self.fire(case, at) {
                self.states = states;
                self.free = free;
                self.events.truncate(events);
                return Err(fault);
            }
        }
        let case = self.states.keys().next().copied().unwrap_or(CaseNumber(0));
        Err(Fault::Endless { case })
    }

    fn fire(&mut self, case: CaseNumber, at: DateTime<Utc>) -> Result<(), Fault> {
        let mut turn = self.turn(case)?;
        let Some(timer) = turn.state.next_timer().filter(|timer| timer.fires_at() == at).cloned() else {
            return Ok(());
        };
        let step = turn.state.step.clone();
        turn.fire(&timer)?;
        let effects = turn.effects;
        self.fired.push(Fired { case, step, timer });
        self.spread(effects)
    }

    fn turn(&mut self, case: CaseNumber) -> Result<Turn<'_>, Fault> {
        let missing = || Fault::Inconsistent { case, what: "it is not in the casebook".to_string() };
        let state = self.states.get_mut(&case).ok_or_else(missing)?;
        let map = state.opened.map.clone();
        let no_map = |why: String| Fault::Map { case, map: map.clone(), why };
        let machine = self.library.revision(&state.opened.digest).map_err(no_map)?;
        let calendar = self.library.calendar(&machine.map().calendar).map_err(no_map)?;
        Ok(Turn {
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
    fn spread(&mut self, effects: Effects) -> Result<(), Fault> {
        for birth in effects.births {
            self.bear(birth)?;
        }
        for back in effects.returns {
            self.come_back(&back)?;
        }
        Ok(())
    }

    fn bear(&mut self, birth: Birth) -> Result<(), Fault> {
        let from = birth.origin.case;
        let no_map = |why: String| Fault::Map { case: from, map: birth.map.clone(), why };
        let machine = self.library.current(&birth.map).map_err(no_map)?;
        let calendar = self.library.calendar(&machine.map().calendar).map_err(no_map)?;
        let start = machine.map().entry_for(&birth.origin.map, birth.entry.as_deref());
        let start =
            start.cloned().ok_or_else(|| no_map(format!("it has no start for cases from `{}`", birth.origin.map)))?;
        let record: BTreeMap<String, Kept> = birth
            .record
            .iter()
            .filter_map(|(name, kept)| {
                // The other map keeps what it has a field for, as that field asks.
                let field = machine.map().record.get(name)?;
                let value = Value::parse(field, &kept.value()?.display()).ok()?;
                Some((name.clone(), Kept::new(field, value)))
            })
            .collect();
        let root = self.states.get(&from).map_or(from, |state| state.opened.root);
        let opened = Opened {
            case: birth.case,
            map: birth.map.clone(),
            revision: machine.map().revision,
            digest: machine.digest().to_string(),
            root,
            origin: Some(birth.origin),
            returns_to: birth.returns_to,
            record,
        };
        self.begin(opened, &start.id, &None, birth.at)?;
        let ready = self.states.get(&birth.case).is_some_and(|state| missing(&machine, state, &start).is_empty());
        // A start that needs more than was carried stands until somebody supplies it.
        if !ready {
            return Ok(());
        }
        self.do_start(birth.case, &machine, &calendar, &None, birth.at)
    }

    fn begin(&mut self, opened: Opened, start: &str, by: &By, at: DateTime<Utc>) -> Result<(), Fault> {
        let case = opened.case;
        let event = Event {
            seq: 1,
            body: EventBody::CaseOpened(opened),
            step: Some(start.to_string()),
            actor: by.as_ref().map(|(actor, _)| actor.clone()),
            role: by.as_ref().and_then(|(_, role)| role.clone()),
            occurred_at: at,
            recorded_at: self.now,
        };
        let state = CaseState::open(&event).map_err(|source| Fault::Broken { case, source })?;
        self.states.insert(case, state);
        self.events.push((case, event));
        Ok(())
    }

    fn do_start(
        &mut self,
        case: CaseNumber,
        machine: &Arc<Machine>,
        calendar: &Arc<Calendar>,
        by: &By,
        at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let missing = || Fault::Inconsistent { case, what: "it is not in the casebook".to_string() };
        let mut turn = Turn {
            machine: machine.clone(),
            calendar: calendar.clone(),
            state: self.states.get_mut(&case).ok_or_else(missing)?,
            now: self.now,
            free: &mut self.free,
            events: &mut self.events,
            effects: Effects::default(),
        };
        let start = turn.step(&turn.state.step.clone())?;
        let StepKind::Start { next, .. } = &start.kind else { return Ok(()) };
        let left = turn.left(at, by)?;
        turn.emit(EventBody::StepDone(left), by, at)?;
        turn.enter(next, at)?;
        let effects = turn.effects;
        self.spread(effects)
    }

    /// A called case came back: the caller goes on, if it still waits for it.
    fn come_back(&mut self, back: &Return) -> Result<(), Fault> {
        let awaited = self.is_awaited(back);
        let mut turn = self.turn(back.to)?;
        let step = turn.step(&turn.state.step.clone())?;
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

    /// Whether the case that came back is the one that was called, or one to which that was handed over.
    fn is_awaited(&self, back: &Return) -> bool {
        let Some(called) = self.states.get(&back.to).and_then(|state| state.waits_for) else { return false };
        let mut case = back.from;
        for _ in 0..self.states.len() {
            if case == called {
                return true;
            }
            match self.states.get(&case).and_then(|state| state.origin()) {
                Some(origin) if origin.mode == "hand-over" => case = origin.case,
                _ => return false,
            }
        }
        false
    }

    /// Opens a case for a person.
    pub fn open(&mut self, opening: &Opening) -> Result<CaseNumber, Stop> {
        let at = self.occurred(opening.at)?;
        let machine = self.library.current(&opening.map).map_err(|why| {
            Refusal::new(
                RefusalKind::NoMap,
                format!("no case can be opened in `{}`: {why}", opening.map),
                "see `mapcase map list`",
            )
        })?;
        let case = CaseNumber(self.free);
        let calendar = self.library.calendar(&machine.map().calendar);
        let calendar = calendar.map_err(|why| Fault::Map { case, map: opening.map.clone(), why })?;
        let start = entry(&machine, opening)?;
        let by = opener(opening, start)?;
        let mut record = BTreeMap::new();
        for (name, text) in &opening.record {
            let Some(field) = machine.map().record.get(name) else {
                return Err(unknown_field(&machine.map().record, name).into());
            };
            let value = Value::parse(field, text).map_err(|help| {
                Refusal::new(RefusalKind::WrongValue, format!("`{name}` ({}) cannot be `{text}`", field.title), help)
            })?;
            record.insert(name.clone(), Kept::new(field, value));
        }
        self.free += 1;
        let opened = Opened {
            case,
            map: opening.map.clone(),
            revision: machine.map().revision,
            digest: machine.digest().to_string(),
            root: case,
            origin: None,
            returns_to: None,
            record,
        };
        self.begin(opened, &start.id, &by, at)?;
        let lacking = self.states.get(&case).map(|state| missing(&machine, state, start)).unwrap_or_default();
        if !lacking.is_empty() {
            let message = format!("a case of `{}` cannot be opened at `{}` yet", opening.map, start.id);
            let mut refusal = Refusal::new(RefusalKind::Missing, message, "give these when opening, as in field=value");
            refusal.missing = lacking.iter().map(|missing| format!("{} ({}=…)", missing.title, missing.id)).collect();
            refusal.may_act = start.roles.clone();
            return Err(refusal.into());
        }
        self.do_start(case, &machine, &calendar, &by, at)?;
        self.settle()?;
        Ok(case)
    }

    /// When something occurred: now, or the time that is given, which cannot be in the future.
    fn occurred(&self, at: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Refusal> {
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
        self.settle()?;
        let at = self.occurred(command.at)?;
        let seq = self.turn(case)?.state.seq;
        if let Some(expect) = command.expect.filter(|expect| *expect != seq) {
            let message = format!("case {case} has moved: you saw event {expect}, and it now has {seq}");
            let help = format!("look at it again: mapcase show {case}");
            return Err(Refusal::new(RefusalKind::Moved, message, help).into());
        }
        if let Some(of_seq) = self.to_take_back(case, command, at)? {
            self.take_back(case, of_seq, command)?;
        }
        let supervisors = self.library.supervisors();
        let mut turn = self.turn(case)?;
        turn.command(command, at, supervisors)?;
        let effects = turn.effects;
        self.spread(effects)?;
        Ok(self.settle()?)
    }

    /// The timer that a command takes back, if it occurred before that timer moved the case and nobody has acted since.
    fn to_take_back(&mut self, case: CaseNumber, command: &Command, at: DateTime<Utc>) -> Result<Option<u64>, Stop> {
        let (named, verb) = match &command.act {
            Act::Do { step, .. } => (step.as_deref(), "do"),
            Act::Answer { step, .. } => (step.as_deref(), "answer"),
            Act::Receive { step, .. } => (step.as_deref(), "receive"),
            _ => return Ok(None),
        };
        let turn = self.turn(case)?;
        let machine = turn.machine.clone();
        let state = turn.state.clone();
        if state.is_open() && at >= state.entered_at {
            return Ok(None);
        }
        let fits = |step: &str| {
            named.is_none_or(|named| named == step)
                && machine.step(step).is_some_and(|step| {
                    matches!(
                        (&step.kind, verb),
                        (StepKind::Step { .. }, "do")
                            | (StepKind::Decision { on: None, .. }, "answer")
                            | (StepKind::WaitFor { .. }, "receive")
                    )
                })
        };
        let before = state
            .before
            .iter()
            .rev()
            .find(|before| fits(&before.state.step) && before.state.entered_at <= at && at < before.fired_at);
        if let Some(before) = before {
            let acted = |case: &CaseNumber| self.states.get(case).is_some_and(|state| state.acted);
            if let Some(case) = self.came_of(&state, before.seq).into_iter().find(acted) {
                let why = format!("somebody has acted on case {case}, which it opened");
                return Err(too_late(&before.state.step, &why, self.library.supervisors()).into());
            }
            return Ok(Some(before.seq));
        }
        let lapsed = state.done.iter().find(|(step, done)| done.actor.is_none() && fits(step) && at < done.at);
        if let Some((step, _)) = lapsed {
            return Err(too_late(step, "somebody has acted since", self.library.supervisors()).into());
        }
        if state.is_open() {
            return Err(too_early(&format!("the case came to `{}`", state.step), state.entered_at).into());
        }
        Ok(None)
    }

    /// The cases that were opened because a timer moved this one, at that event or since, and all that came from those. What
    /// a limit that passed started holds wherever the case stands, and is not among them.
    fn came_of(&self, state: &CaseState, of_seq: u64) -> Vec<CaseNumber> {
        let direct = state.children.iter().filter(|child| child.seq >= of_seq && !child.by_limit);
        let mut found: Vec<CaseNumber> = direct.map(|child| child.case).collect();
        let mut at = 0;
        while let Some(case) = found.get(at).copied() {
            let children = self.states.get(&case).into_iter().flat_map(|state| &state.children);
            found.extend(children.map(|child| child.case));
            at += 1;
        }
        found
    }

    /// Takes back the timer of an event, and withdraws the cases that were opened because of it.
    fn take_back(&mut self, case: CaseNumber, of_seq: u64, command: &Command) -> Result<(), Fault> {
        let by: By = Some((command.actor.clone(), command.role.clone()));
        let now = self.now;
        let state = self.turn(case)?.state.clone();
        let step = state.before.iter().find(|before| before.seq == of_seq).map(|before| before.state.step.clone());
        let opened = self.came_of(&state, of_seq);
        self.turn(case)?.emit_about(EventBody::TimeoutRetracted { of_seq }, step, &by, now)?;
        for child in opened {
            let mut turn = self.turn(child)?;
            if turn.state.is_open() {
                let reason = format!("the timeout of case {case} that led here was taken back");
                turn.emit(EventBody::CaseWithdrawn { reason }, &None, now)?;
            }
        }
        Ok(())
    }

    /// Timers of the family that are due by now and have not fired.
    pub fn due_now(&self) -> Vec<(CaseNumber, TimerKind)> {
        let timers = self.states.values().filter_map(|state| Some((state.next_timer()?, state.case)));
        timers.filter(|(timer, _)| timer.fires_at() <= self.now).map(|(timer, case)| (case, timer.kind)).collect()
    }
}

fn too_late(step: &str, why: &str, supervisors: &[Role]) -> Refusal {
    let mut refusal = Refusal::new(
        RefusalKind::TooLate,
        format!("the time of `{step}` ran out before this was recorded, and that cannot be taken back: {why}"),
        "the way out is that a supervisor rewinds the case, which this version cannot do yet: add a note that says what came when",
    );
    refusal.may_act = supervisors.to_vec();
    refusal
}

/// The start of an opening: the one that is named, or the one to which no map leads, or the only one.
fn entry<'m>(machine: &'m Machine, opening: &Opening) -> Result<&'m mapcase_map::model::Step, Refusal> {
    let starts: Vec<_> = machine.map().starts().collect();
    let list = || starts.iter().map(|start| format!("--entry {}", start.id)).collect::<Vec<_>>().join(" or ");
    if let Some(entry) = &opening.entry {
        let found = starts.iter().find(|start| start.id == *entry).copied();
        return found.ok_or_else(|| {
            Refusal::new(
                RefusalKind::Unknown,
                format!("`{}` has no start `{entry}`", opening.map),
                format!("say {}", list()),
            )
        });
    }
    let plain: Vec<_> =
        starts.iter().filter(|start| matches!(&start.kind, StepKind::Start { from, .. } if from.is_empty())).collect();
    match (&plain[..], &starts[..]) {
        ([start], _) => Ok(start),
        ([], [start]) => Ok(start),
        _ => {
            let message = format!("`{}` has several starts", opening.map);
            Err(Refusal::new(RefusalKind::Unknown, message, format!("say which: {}", list())))
        }
    }
}

fn opener(opening: &Opening, start: &mapcase_map::model::Step) -> Result<By, Refusal> {
    match &opening.role {
        Some(role) if !start.roles.is_empty() && !start.roles.contains(role) => {
            let message = format!("{role} may not open a case at `{}` ({})", start.id, start.title);
            let help = format!("it is for {}", start.roles.join(" or "));
            let mut refusal = Refusal::new(RefusalKind::WrongRole, message, help);
            refusal.may_act = start.roles.clone();
            Err(refusal)
        }
        Some(role) => Ok(Some((opening.actor.clone(), Some(role.clone())))),
        None => Ok(Some((opening.actor.clone(), start.roles.first().cloned()))),
    }
}
