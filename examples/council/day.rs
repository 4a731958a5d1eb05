//! A day of a council on one casebook: several workers at once, each with a connection of its own, as fast as they can, while the clock goes
//! through 24 hours and what is due fires.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::{Act, CaseNumber, Command, Kept, Opening};
use mapcase_engine::query::{ListFilter, View};
use mapcase_engine::{Casebook, Engine};
use mapcase_map::CheckedAtlas;

use crate::answers::Answers;
use crate::child::{Child, Filling};
use crate::deed::deed;
use crate::diary::Diary;
use crate::dice::Dice;
use crate::hands::openable;
use crate::staff;
use crate::year::{Plan, invent, live};

/// A day that is worked.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// What was lived before it: the children, and the days up to it.
    pub before: Plan,
    /// How many work at once.
    pub workers: usize,
    /// How many hours the clock goes on.
    pub hours: usize,
    /// How long each of them takes here.
    pub an_hour: Duration,
}

/// What one worker did.
#[derive(Clone, Debug, Default)]
pub struct Busy {
    /// Commands that were done, hour by hour.
    pub done: Vec<usize>,
    /// How long each command took, in microseconds, also those that were refused.
    pub took: Vec<u64>,
    /// Refusals by their reason: another worker was first, or something was missing.
    pub refused: BTreeMap<String, usize>,
    /// Lists that were read.
    pub read: usize,
    /// The longest time from one command that was done to the next, in microseconds.
    pub longest_gap: u64,
    /// What should not be: that the casebook was in use for too long, or damaged.
    pub failed: Vec<String>,
}

/// A day that was worked.
#[derive(Debug)]
pub struct Worked {
    /// The workers.
    pub workers: Vec<Busy>,
    /// Timers that fired on their own.
    pub fired: usize,
    /// How long each tick took, in microseconds.
    pub ticks: Vec<u64>,
    /// Cases and events at the end.
    pub cases: usize,
    /// Events at the end.
    pub events: usize,
    /// What `verify` found; there should be nothing.
    pub findings: Vec<String>,
}

/// Works a day on a casebook, which is made at a path.
pub fn work(atlas: &Arc<CheckedAtlas>, load: Load, path: &Path) -> Result<Worked, Box<dyn Error>> {
    let lived = live(atlas, load.before)?;
    lived.engine.book().copy_to(path)?;
    let calendar = atlas.calendars().get(atlas.default_calendar()).ok_or("the atlas has no calendar")?;
    let diary = Diary::new(atlas.zone(), calendar.clone());
    let begin = diary.midnight(load.before.last + chrono::Days::new(1));
    let office = Office {
        atlas: atlas.clone(),
        diary,
        answers: Answers::read()?,
        children: invent(load.before, &mut Dice::new(load.before.seed)),
        child_of: lived.child_of,
        load,
        began: Instant::now(),
    };
    drop(lived.engine);
    let (workers, clock) = std::thread::scope(|scope| {
        let office = &office;
        let work = |number: usize| Worker::begin(office, path, number as u64).map(Worker::work);
        let threads: Vec<_> = (0..load.workers).map(|number| scope.spawn(move || work(number))).collect();
        let clock = office.clock(path, begin).map_err(|error| error.to_string());
        let workers: Vec<_> =
            threads.into_iter().map(|thread| thread.join().map_err(|_| "a worker ended".to_string())).collect();
        (workers, clock)
    });
    let (fired, ticks) = clock?;
    let workers = workers.into_iter().collect::<Result<Result<Vec<Busy>, String>, String>>()??;
    let engine = Engine::new(Casebook::open(path)?, Some(atlas.clone()), None)?;
    let verified = engine.verify(None, |_, _| {})?;
    let findings = verified.findings.iter().map(|finding| format!("{:?}: {}", finding.case, finding.what)).collect();
    Ok(Worked { workers, fired, ticks, cases: verified.cases, events: verified.events, findings })
}

/// What all workers have in common.
struct Office {
    atlas: Arc<CheckedAtlas>,
    diary: Diary,
    answers: Answers,
    children: Vec<Child>,
    child_of: BTreeMap<u64, u64>,
    load: Load,
    began: Instant,
}

impl Office {
    /// The hour that it is; none when the day is over.
    fn hour(&self) -> Option<usize> {
        let hour = self.began.elapsed().as_nanos() / self.load.an_hour.as_nanos().max(1);
        usize::try_from(hour).ok().filter(|hour| *hour < self.load.hours)
    }

    /// Moves the clock on at each hour, and fires what is due, beside the workers.
    fn clock(&self, path: &Path, begin: DateTime<Utc>) -> Result<(usize, Vec<u64>), Box<dyn Error>> {
        let mut engine = Engine::new(Casebook::open(path)?, Some(self.atlas.clone()), None)?;
        let (mut fired, mut ticks) = (0, Vec::new());
        let (_kept, never) = channel::<()>();
        for hour in 0..self.load.hours {
            let from = Instant::now();
            engine.set_time(Some(begin + TimeDelta::hours(hour as i64)))?;
            let report = engine.tick(|_, _| {})?;
            ticks.push(micros(from));
            fired += report.fired.len();
            if let Some(fault) = report.faults.into_iter().next() {
                return Err(fault.into());
            }
            let next = self.load.an_hour * u32::try_from(hour + 1)?;
            let _ = never.recv_timeout(next.saturating_sub(self.began.elapsed()));
        }
        Ok((fired, ticks))
    }
}

fn micros(from: Instant) -> u64 {
    u64::try_from(from.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Somebody who works.
struct Worker<'o> {
    office: &'o Office,
    engine: Engine,
    dice: Dice,
    /// The open cases, as they were listed last.
    open: Vec<CaseNumber>,
    busy: Busy,
    last_done: Instant,
}

/// What came of an attempt.
type Tried = Result<(), mapcase_engine::Error>;

impl<'o> Worker<'o> {
    fn begin(office: &'o Office, path: &Path, number: u64) -> Result<Self, String> {
        let open = || -> Result<Engine, mapcase_engine::Error> {
            Engine::new(Casebook::open(path)?, Some(office.atlas.clone()), None)
        };
        let engine = open().map_err(|error| error.to_string())?;
        let busy = Busy { done: vec![0; office.load.hours], ..Busy::default() };
        let dice = Dice::new(office.load.before.seed * 1_000 + number);
        Ok(Self { office, engine, dice, open: Vec::new(), busy, last_done: Instant::now() })
    }

    fn work(mut self) -> Busy {
        let mut listed = None;
        while let Some(hour) = self.office.hour() {
            let tried = if listed.replace(hour) == Some(hour) { self.one() } else { self.list() };
            if let Err(error) = tried {
                self.busy.failed.push(error.to_string());
            }
        }
        self.busy
    }

    fn list(&mut self) -> Tried {
        let open = ListFilter { status: Some("open".to_string()), ..ListFilter::default() };
        self.open = self.engine.list(&open)?.into_iter().map(|row| row.case).collect();
        self.busy.read += 1;
        Ok(())
    }

    /// Somebody comes, writes something down, looks for what is to do, or goes on with a case.
    fn one(&mut self) -> Tried {
        self.engine.set_time(None)?;
        match self.dice.below(100) {
            0..8 => self.receive_somebody(),
            8..18 => self.note(),
            18..20 => {
                self.busy.read += 1;
                self.engine.work(Some("ASW"), None).map(drop)
            }
            _ => self.go_on(),
        }
    }

    fn receive_somebody(&mut self) -> Tried {
        let starts = openable(&self.office.atlas);
        let number = self.dice.below(self.office.children.len() as u64);
        let (Some((machine, start)), Some(child)) =
            (self.dice.one(&starts).cloned(), self.office.children.get(number as usize))
        else {
            return Ok(());
        };
        let now = self.engine.now();
        let (diary, answers) = (&self.office.diary, &self.office.answers);
        let filling = Filling { machine: &machine, state: None, child: Some(child), diary, answers, now };
        let mut fields = start.needs.clone();
        fields.extend(machine.map().record.contains_key("ics_number").then(|| "ics_number".to_string()));
        let dice = &mut self.dice;
        let record = fields.into_iter().filter_map(|name| Some((name.clone(), filling.value(&name, dice)?))).collect();
        let role = start.roles.first().cloned();
        let actor = staff::name(role.as_deref().unwrap_or("Admin"), number);
        let opening = Opening { map: machine.map().id.clone(), entry: Some(start.id), record, actor, role, at: None };
        let from = Instant::now();
        let done = self.engine.open(&opening, None).map(drop);
        self.count(from, done)
    }

    fn note(&mut self) -> Tried {
        let Some(case) = self.dice.one(&self.open).copied() else { return Ok(()) };
        let act = Act::Note(format!("spoke to the family, {}", self.busy.took.len()));
        self.give(case, Command { act, actor: "admin-01".to_string(), role: None, at: None, expect: None })
    }

    fn go_on(&mut self) -> Tried {
        let Some(case) = self.dice.one(&self.open).copied() else { return Ok(()) };
        let view = self.engine.view(case)?;
        let child = self.child(&view);
        let step = view.machine.step(&view.state.step).filter(|_| view.state.is_open()).cloned();
        let Some(step) = step else { return self.note() };
        let Some((actor, role)) = staff::who(&view.state, &step, child.map_or(0, |child| child.number)) else {
            return self.note();
        };
        let (diary, answers, now) = (&self.office.diary, &self.office.answers, self.engine.now());
        let state = Some(view.state.as_ref());
        let filling = Filling { machine: &view.machine, state, child, diary, answers, now };
        match deed(&self.engine, &view, &step, &filling, &mut self.dice)? {
            None => self.note(),
            Some(act) => self.give(case, Command { act, actor, role, at: None, expect: Some(view.state.seq) }),
        }
    }

    /// The child whom a case is about, if it is known.
    fn child(&self, view: &View) -> Option<&'o Child> {
        let known = self.office.child_of.get(&view.state.case.0).copied();
        let said = || -> Option<u64> {
            let number = view.state.record.get("ics_number").and_then(Kept::value)?.display();
            number.parse::<u64>().ok()?.checked_sub(100_000)
        };
        self.office.children.get(known.or_else(said)? as usize)
    }

    fn give(&mut self, case: CaseNumber, command: Command) -> Tried {
        let from = Instant::now();
        let done = self.engine.command(case, &command, None).map(drop);
        self.count(from, done)
    }

    fn count(&mut self, from: Instant, done: Tried) -> Tried {
        self.busy.took.push(micros(from));
        match done {
            Ok(()) => {
                self.busy.longest_gap = self.busy.longest_gap.max(micros(self.last_done));
                self.last_done = Instant::now();
                let hour = self.office.hour().unwrap_or(self.office.load.hours - 1);
                self.busy.done.get_mut(hour).into_iter().for_each(|done| *done += 1);
                Ok(())
            }
            Err(mapcase_engine::Error::Refused(refusal)) => {
                *self.busy.refused.entry(refusal.kind.word().to_string()).or_default() += 1;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
