//! What must hold of a casebook, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use mapcase_case::event::{Event, EventBody};
use mapcase_case::{CaseNumber, CaseState, TimerKind};
use mapcase_engine::{Casebook, Engine};

use super::rows::{self, Row};
use super::world::{Kind, World};
use crate::common::dump;

/// A firing: of which timer, and when that was due.
type Fired = (TimerKind, String, Option<DateTime<Utc>>);

impl World {
    /// The rows of the file against those that were acknowledged, byte for byte.
    pub fn hold_against(&mut self, there: &[Row]) {
        self.count("checked: each acknowledged event is there, unchanged, in order", self.kept.len() as u64);
        let by_key = |rows: &[Row]| -> BTreeMap<(u64, u64), Row> {
            rows.iter().map(|row| ((row.line.case, row.line.seq), row.clone())).collect()
        };
        let (found, kept) = (by_key(there), by_key(&self.kept));
        let texts: BTreeSet<&String> = kept.values().map(|row| &row.line.text).collect();
        let mut wrong = Vec::new();
        for (key, row) in &kept {
            match found.get(key) {
                None => wrong.push((Kind::Lost, format!("it was acknowledged, and is gone: {:?}", row.line))),
                Some(other) if other.whole == row.whole => {}
                Some(other) if other.line != row.line && texts.contains(&other.line.text) => {
                    wrong.push((Kind::Order, format!("{:?} stands where {:?} stood", other.line, row.line)));
                }
                Some(other) => wrong.push((Kind::Changed, format!("{:?} became {:?}", row.line, other.line))),
            }
        }
        for (key, row) in &found {
            if !kept.contains_key(key) {
                wrong.push((Kind::Unacknowledged, format!("nobody was told of {:?}", row.line)));
            }
        }
        let places = |rows: &[Row]| rows.iter().map(|row| (row.line.case, row.line.seq)).collect::<Vec<_>>();
        if wrong.is_empty() && places(there) != places(&self.kept) {
            wrong.push((Kind::Order, "the rows stand in another order".to_string()));
        }
        if there.windows(2).any(|pair| pair[1].recorded < pair[0].recorded) {
            wrong.push((Kind::Order, "something was recorded earlier than what was recorded before it".to_string()));
        }
        wrong.into_iter().take(4).for_each(|(kind, what)| self.find(kind, what));
    }

    /// Everything that must hold while nothing is under way.
    pub fn audit(&mut self) {
        self.count("audits", 1);
        match rows::after(self.look(), 0) {
            Ok(rows) => self.hold_against(&rows),
            Err(error) => self.find(Kind::Torn, format!("the events cannot be read: {error}")),
        }
        self.mirror();
        let atlas = self.ground.atlas.clone();
        let fresh = Casebook::open(&self.path).and_then(|book| Engine::new(book, Some(atlas), None));
        let mut fresh = match fresh {
            Ok(fresh) => fresh,
            Err(error) => return self.find(Kind::Torn, format!("the casebook does not open: {error}")),
        };
        fresh.keep_up_to(0);
        self.verify(&fresh);
        for case in fresh.cases().unwrap_or_default() {
            self.replay(&fresh, case);
            self.states(&fresh, case);
        }
    }

    fn verify(&mut self, fresh: &Engine) {
        match fresh.verify(None, |_, _| {}) {
            Err(error) => self.find(Kind::Torn, format!("it cannot be verified: {error}")),
            Ok(report) => {
                self.count("checked: chains and projections verify (events)", report.events as u64);
                for finding in report.findings.into_iter().take(4) {
                    let kind = if finding.what.contains("casebook rebuild") { Kind::Projection } else { Kind::Chain };
                    let kind = if finding.what.contains("SQLite says") { Kind::Torn } else { kind };
                    self.find(kind, format!("verify: {:?} {:?} {}", finding.case, finding.seq, finding.what));
                }
            }
        }
    }

    /// The events of a case add up to its state, move for move by its map, and its timers fire once, when they are due.
    fn replay(&mut self, fresh: &Engine, case: CaseNumber) {
        let replay = match fresh.replay(case, None) {
            Ok(replay) => replay,
            Err(error) => return self.find(Kind::Torn, format!("{case} cannot be replayed: {error}")),
        };
        self.count("checked: a replay is the live state", 1);
        for row in replay.rows.iter().filter(|row| row.fault.is_some()) {
            self.find(Kind::State, format!("{case} {}: {:?}", row.row.event.seq, row.fault));
        }
        let live = fresh.view(case).map(|view| view.state.as_ref().clone());
        if !matches!(&live, Ok(live) if *live == replay.state) {
            self.find(Kind::State, format!("{case}: a replay comes to another state"));
        }
        let events: Vec<Event> = replay.rows.into_iter().map(|row| row.row.event).collect();
        self.timers(case, &events);
    }

    /// Follows the events of a case: what a timer did, it did because it ran then, and did not before.
    fn timers(&mut self, case: CaseNumber, events: &[Event]) {
        let Some(Ok(mut state)) = events.first().map(CaseState::open) else { return };
        let mut fired: BTreeSet<Fired> = BTreeSet::new();
        let mut last = events[0].recorded_at;
        for event in &events[1..] {
            if let Some(firing) = firing(event) {
                self.count("checked: a timer fired once, and when it was due", 1);
                let what = format!("{case} {} {firing:?}", event.seq);
                let runs = state.timers.iter().find(|timer| !timer.passed && is_of(&firing, timer.kind, &timer.id));
                match runs.map(|timer| (timer.fires_at(), timer.due.due_at)) {
                    None if fired.contains(&firing) => self.find(Kind::Timer, format!("{what} fired twice")),
                    None => self.find(Kind::Timer, format!("{what} fired and did not run")),
                    Some((fires_at, due_at)) => {
                        let due = firing.2.is_none_or(|at| at == due_at) && event.recorded_at >= fires_at;
                        if !due || event.occurred_at != fires_at {
                            self.find(Kind::Timer, format!("{what} fired at another time than {fires_at}"));
                        }
                    }
                }
                fired.insert(firing);
            }
            if event.recorded_at < last {
                self.find(Kind::Order, format!("{case} {} was recorded before the event before it", event.seq));
            }
            let leaves = event.body.leaves_by().is_some();
            if leaves && event.occurred_at < state.entered_at {
                self.find(Kind::Order, format!("{case} {} left a step before it came there", event.seq));
            }
            self.count("checked: no event before what it follows", 1);
            last = event.recorded_at;
            if let Err(broken) = state.apply(event) {
                return self.find(Kind::State, format!("{case}: {broken}"));
            }
        }
    }

    /// What each worker keeps in memory is what loading gives.
    fn states(&mut self, fresh: &Engine, case: CaseNumber) {
        let Ok(right) = fresh.view(case) else { return };
        let mut wrong = Vec::new();
        for (worker, engine) in self.workers.iter().enumerate() {
            let Some(engine) = engine else { continue };
            if !engine.view(case).is_ok_and(|view| *view.state == *right.state) {
                wrong.push(format!("worker {worker} has another state of {case} in memory"));
            }
        }
        self.count("checked: states in memory are those of the file", self.workers.len() as u64);
        wrong.into_iter().for_each(|what| self.find(Kind::State, what));
        let ours = self.paper.states.get(&case);
        if ours.is_none_or(|ours| {
            (ours.seq, &ours.step, &ours.timers) != (right.state.seq, &right.state.step, &right.state.timers)
        }) {
            self.find(Kind::State, format!("{case} stands elsewhere than in the ledger"));
        }
    }

    /// At the end: nothing that was due has not fired, and projections made anew are the same.
    pub fn rebuild(&mut self) {
        let late: Vec<String> = self
            .paper
            .states
            .values()
            .flat_map(|state| state.timers.iter().map(move |timer| (state, timer)))
            .filter(|(_, timer)| !timer.passed && timer.fires_at() <= self.now)
            .map(|(state, timer)| format!("{} {:?} {}", state.case, timer.kind, timer.id))
            .collect();
        self.count("checked: nothing that is due has not fired", 1);
        late.into_iter().for_each(|what| self.find(Kind::Timer, format!("{what} is due and has not fired")));
        if !self.findings.is_empty() {
            return;
        }
        let before = dump(&self.path);
        self.mirror();
        let atlas = self.ground.atlas.clone();
        let made = Casebook::open(&self.path)
            .and_then(|book| Engine::new(book, Some(atlas), None))
            .and_then(|mut engine| engine.rebuild(|_, _| {}));
        if let Err(error) = made {
            self.find(Kind::Projection, format!("projections cannot be made anew: {error}"));
        }
        self.count("checked: projections made anew are the same", 1);
        if dump(&self.path) != before {
            self.find(Kind::Projection, "projections made anew are others".to_string());
        }
    }
}

/// What fired, where an event says so.
fn firing(event: &Event) -> Option<Fired> {
    let step = || event.step.clone().unwrap_or_default();
    Some(match &event.body {
        EventBody::WaitLapsed(_) => (TimerKind::Timeout, step(), None),
        EventBody::WaitEnded(_) => (TimerKind::Until, step(), None),
        EventBody::DeadlinePassed { kind, id, due_at, .. } => (*kind, id.clone(), Some(*due_at)),
        EventBody::StartCame { id, due_at, .. } => (TimerKind::Start, id.clone(), Some(*due_at)),
        _ => return None,
    })
}

fn is_of(firing: &Fired, kind: TimerKind, id: &str) -> bool {
    firing.0 == kind && firing.1 == id
}
