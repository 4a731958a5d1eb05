//! What happens in a seed: time goes by, workers give commands one by one and in groups, tickers tick, casebooks are closed and opened, the
//! disk fails, programs are killed, the power is cut.

use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use mapcase_case::{CaseNumber, Opening};
use mapcase_engine::{Error, TickReport};

use super::disk::{AUDITOR, Fault, disk};
use super::give::obey;
use super::paper::{Deed, Given, Try};
use super::world::{Kind, Lived, Ways, World};
use crate::common::deeds::{Dice, deed};
use crate::common::note;

/// Longer than this, and the calendars of some atlases end.
const LONGEST_DAYS: i64 = 280;

/// Lives a seed.
pub fn live(seed: u64, ways: Ways) -> Lived {
    with(seed, ways, World::live)
}

/// Does something in a fresh world, in which nothing else happens.
pub fn alone(seed: u64, act: impl FnOnce(&mut World)) -> Lived {
    with(seed, Ways::default(), act)
}

/// There is one disk, and one seed at a time is lived on it.
fn with(seed: u64, ways: Ways, act: impl FnOnce(&mut World)) -> Lived {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut world = World::new(seed, ways);
    act(&mut world);
    let struck = disk().struck.clone();
    let changes = disk().changes;
    for (fault, times) in struck {
        world.count(&format!("fault: {fault}"), times);
    }
    let (log, stats, findings) =
        (std::mem::take(&mut world.log), std::mem::take(&mut world.stats), std::mem::take(&mut world.findings));
    Lived { log, stats, findings, changes }
}

impl World {
    fn live(&mut self) {
        let faulty = self.ways.cut_at.is_none() && self.numbers.of_100(80);
        let steps = 20 + self.numbers.below(25);
        for step in 0..steps {
            self.go_on(step, faulty);
            if let Some(sabotage) = self.ways.sabotage.filter(|_| step > 8 && !self.sabotaged) {
                self.sabotage(sabotage);
            }
            if !self.findings.is_empty() {
                return;
            }
        }
        self.end();
    }

    fn go_on(&mut self, step: usize, faulty: bool) {
        self.pass_time();
        if faulty && self.numbers.of_100(18) {
            self.go_wrong();
        }
        let worker = self.numbers.below(self.workers.len());
        if self.workers[worker].is_none()
            && let Err(error) = self.open(worker)
        {
            self.say(&format!("worker {worker} cannot open the casebook: {error}"));
            return self.if_stopped(worker);
        }
        match self.numbers.below(100) {
            _ if step == 0 => self.command(worker),
            0..=54 => self.command(worker),
            55..=71 => self.tick(worker),
            72..=79 => self.group(worker),
            80..=86 => self.repeat(worker),
            87..=89 => self.reuse(worker),
            90..=92 => self.close(worker),
            93..=95 => self.checkpoint(),
            96..=97 => self.close_all(),
            _ => self.read(worker),
        }
    }

    /// Minutes, hours, days, weeks; to just before, at or after something is due; and, where there is one clock, back.
    fn pass_time(&mut self) {
        let most = self.ground.begin + TimeDelta::days(LONGEST_DAYS);
        let small = i64::try_from(self.numbers.below(600)).unwrap();
        let by = match self.numbers.below(20) {
            0..=6 => TimeDelta::minutes(small),
            7..=9 => TimeDelta::minutes(small * 10),
            10..=11 => TimeDelta::days(1 + small % 4),
            12 => {
                self.count("days off: the clock goes on by a week and more", 1);
                TimeDelta::days(7 + small % 20)
            }
            13 if self.one_clock && !self.kept.is_empty() => {
                self.count("clocks set back", 1);
                -TimeDelta::minutes(1 + small * small / 60)
            }
            14 => {
                self.count("clock jumps", 1);
                TimeDelta::seconds(small * small)
            }
            _ => {
                let due = self.paper.due_after(self.now);
                match due.get(self.numbers.below(due.len().clamp(1, 3))) {
                    Some(at) => *at - self.now + TimeDelta::seconds(small % 3 - 1),
                    None => TimeDelta::hours(1),
                }
            }
        };
        let mut to = self.now + by;
        // Nobody works on a night on which clocks change, but tickers tick.
        if to > most {
            to = self.now + TimeDelta::minutes(small % 60);
        }
        let zone = self.ground.atlas.zone();
        let offset = |at: &chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).naive_local() - at.naive_utc();
        if offset(&self.now) != offset(&to) {
            self.count("clock changes lived through", 1);
        }
        match self.one_clock {
            // By more than that nothing is recorded: the tests of real faults show it.
            true => self.set_clock(to.max(self.recorded())),
            false => self.now = to.max(self.paper.clock),
        }
    }

    fn go_wrong(&mut self) {
        let after = u32::try_from(self.numbers.below(50)).unwrap();
        let times = 1 + u32::try_from(self.numbers.below(3)).unwrap();
        let fault = match self.numbers.below(20) {
            0..=3 => Fault::Write(times),
            4..=5 => Fault::Full,
            6..=7 => Fault::Sync,
            8..=9 => Fault::Read(times),
            10..=12 => Fault::Kill,
            13..=14 => Fault::KillAll,
            15..=17 => Fault::Power,
            _ => {
                self.say("there is room again");
                return disk().calm();
            }
        };
        self.fault(fault, after);
    }

    /// After something that is no command: was it the end of a worker, or of all?
    fn if_stopped(&mut self, worker: usize) {
        disk().worker = AUDITOR;
        if disk().down().is_some() {
            return self.recover();
        }
        if disk().is_dead(worker) {
            self.workers[worker] = None;
            disk().bury(worker);
        }
    }

    fn invent(&mut self) -> Deed {
        let cases: Vec<CaseNumber> = self.paper.states.keys().copied().collect();
        let open = self.paper.open_cases();
        if cases.is_empty() || (cases.len() < 12 && self.numbers.of_100(12)) {
            let opening = self.numbers.one(&self.ground.openings).cloned().unwrap();
            let at = self.numbers.of_100(30).then(|| self.now - TimeDelta::hours(self.numbers.below(300) as i64));
            return Deed::Open(Opening { at, ..opening });
        }
        let some = if open.is_empty() || self.numbers.of_100(8) { cases } else { open };
        let case = *self.numbers.one(&some[some.len().saturating_sub(4)..]).unwrap();
        let state = self.paper.states[&case].clone();
        let machine = self.ground.atlas.machine(&state.opened.map).unwrap().clone();
        let words = (0..12).map(|_| self.numbers.next() as u32).collect();
        let supervisor = self.ground.atlas.supervisors()[0].clone();
        Deed::Act(case, deed(&mut Dice::new(words), &state, &machine, &supervisor, self.now.max(state.opened_at)))
    }

    pub fn given(&mut self) -> Given {
        let deed = self.invent();
        let request = self.numbers.of_100(60).then(|| format!("request-{}", self.given.len()));
        let given = Given { deed, request };
        if given.request.is_some() {
            self.given.push(given.clone());
        }
        given
    }

    fn command(&mut self, worker: usize) {
        let given = self.given();
        self.say(&format!("worker {worker}: {given:?}"));
        // Now and then somebody's own clock is behind.
        let now = self.now;
        if !self.one_clock && self.numbers.of_100(6) {
            self.count("commands by a clock that is behind", 1);
            self.now -= TimeDelta::seconds(1 + self.numbers.below(100_000) as i64);
        }
        self.give(worker, given);
        self.now = self.now.max(now);
    }

    /// Somebody who had no answer asks again, or somebody who had one.
    fn repeat(&mut self, worker: usize) {
        let last: Vec<Given> = self.given.iter().rev().take(6).cloned().collect();
        let Some(given) = self.numbers.one(&last).cloned() else { return };
        self.say(&format!("worker {worker} again: {given:?}"));
        self.count("requests repeated", 1);
        self.give(worker, given);
    }

    /// A request id that was used for another command.
    fn reuse(&mut self, worker: usize) {
        let used: Vec<String> = self.paper.answers.keys().cloned().collect();
        let Some(id) = self.numbers.one(&used).cloned() else { return };
        self.say(&format!("worker {worker} uses {id} for another command"));
        let given = Given { deed: Deed::Act(CaseNumber(1), note("another command")), request: Some(id) };
        let (said, attempt) = (self.said(), Try::Deeds(Vec::new(), self.now));
        let done = self.attempt(worker, attempt, |engine, _| {
            engine.set_time(said)?;
            obey(engine, &given)
        });
        match done {
            None | Some((Err(Error::RequestReused(_)), _)) => {}
            Some((Err(error), true)) if error.is_of_the_casebook() => {}
            Some((other, _)) => self.find(Kind::Answer, format!("a request id was used twice: {other:?}")),
        }
        self.accept(&[]);
    }

    fn tick(&mut self, worker: usize) {
        self.say(&format!("worker {worker} ticks"));
        let (said, now) = (self.said(), self.now);
        let done = self.attempt(worker, Try::Tick(now), |engine, _| {
            engine.set_time(said)?;
            engine.tick(|_, _| {})
        });
        let Some((result, struck)) = done else { return };
        match result {
            Ok(TickReport { fired, faults }) if faults.is_empty() => {
                self.say(&format!("  {} timers fired", fired.len()));
                self.count("ticks", 1);
                self.count("timers fired by ticks", fired.len() as u64);
                let lines = self.paper.tick(now);
                match lines {
                    Ok(lines) => {
                        if !lines.is_empty() {
                            self.sure();
                        }
                        self.accept(&lines);
                    }
                    Err(stop) => self.find(Kind::Answer, format!("the tick should have stopped: {stop}")),
                }
            }
            Err(error) if struck && error.is_of_the_casebook() => {
                self.say(&format!("  failed: {error}"));
                self.count("ticks failed", 1);
                self.accept(&[]);
            }
            other => self.find(Kind::Answer, format!("a tick came to {other:?}")),
        }
    }

    fn close(&mut self, worker: usize) {
        self.say(&format!("worker {worker} closes the casebook"));
        disk().worker = worker;
        self.workers[worker] = None;
        self.if_stopped(worker);
    }

    /// All close: the last one puts the log into the file, if nothing goes wrong.
    fn close_all(&mut self) {
        self.say("all close the casebook");
        self.count("times that all had closed it", 1);
        self.auditor = None;
        for worker in 0..self.workers.len() {
            disk().worker = worker;
            self.workers[worker] = None;
            self.if_stopped(worker);
        }
        if self.workers.iter().all(Option::is_none) && self.auditor.is_none() {
            let armed = disk().set_aside();
            self.connect(1);
            disk().put_back(armed);
            let rows = self.new_rows();
            self.resolve(rows);
            self.maybes.clear();
        }
    }

    /// Some other program puts the log into the file.
    fn checkpoint(&mut self) {
        let mode = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"][self.numbers.below(4)];
        self.say(&format!("a checkpoint: {mode}"));
        self.count("checkpoints", 1);
        let helper = self.workers.len();
        disk().worker = helper;
        let done = rusqlite::Connection::open(&self.path)
            .and_then(|db| db.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(())));
        if let Err(error) = done {
            self.say(&format!("  failed: {error}"));
        }
        disk().worker = AUDITOR;
        if disk().down().is_some() {
            return self.recover();
        }
        disk().bury(helper);
        self.accept(&[]);
    }

    /// What a worker sees is what is written; where the disk cannot be read, that is said.
    fn read(&mut self, worker: usize) {
        let Some(engine) = self.workers[worker].take() else { return };
        let before = disk().struck();
        disk().worker = worker;
        let mut wrong = Vec::new();
        for (case, state) in &self.paper.states {
            match engine.view(*case) {
                Ok(view) if view.state.seq == state.seq && view.state.step == state.step => {}
                Err(error) if error.is_of_the_casebook() && disk().struck() > before => {}
                other => wrong.push(format!("{case}: {:?}", other.map(|view| view.state.seq))),
            }
        }
        self.workers[worker] = Some(engine);
        self.count("reads", 1);
        wrong.into_iter().for_each(|what| self.find(Kind::State, what));
        self.if_stopped(worker);
    }

    /// The faults end: everything that is due fires, every worker gets something done, and all is looked at.
    fn end(&mut self) {
        disk().calm();
        self.connect(self.workers.len());
        if self.one_clock {
            self.set_clock(self.latest);
        }
        self.tick(0);
        for worker in 0..self.workers.len() {
            let before = self.kept.len();
            // Where a test says when the power is cut, that may be now.
            for _ in 0..2 {
                self.say_something(worker, before);
            }
            self.count("checked: a worker goes on when the faults have ended", 1);
            if self.kept.len() == before {
                self.find(Kind::Stuck, format!("worker {worker} cannot go on"));
            }
        }
        // What that came to may be due at once, and a tick may have been cut off.
        self.tick(0);
        self.tick(0);
        self.audit();
        self.rebuild();
    }

    fn say_something(&mut self, worker: usize, before: usize) {
        if self.kept.len() > before {
            return;
        }
        // After a cut only one has opened the casebook again.
        self.connect(self.workers.len());
        let deed = match self.paper.states.keys().next() {
            Some(case) => Deed::Act(*case, note("at the end")),
            None => Deed::Open(Opening { at: None, ..self.ground.openings[0].clone() }),
        };
        self.give(worker, Given { deed, request: None });
    }
}
