//! Inventing stories: what somebody could do to a case as it stands, in time and late, rightly and wrongly.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::{Act, CaseNumber, CaseState, Command, Opening};
use mapcase_engine::Engine;
use mapcase_map::model::{FieldType, Step, StepKind};
use mapcase_map::{CheckedAtlas, Machine};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::common::{Book, Fields, answer, at, attachment, command, done, note, opening, receive, withdraw};
use crate::live::{Lived, Names, outcome, tell};

/// What somebody does.
#[derive(Clone, Debug)]
pub enum Deed {
    Open(Opening),
    Act(String, Command),
}

/// What somebody does at a time.
#[derive(Clone, Debug)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub deed: Deed,
}

/// What people do, in order, and the time at which everything is looked at.
#[derive(Clone, Debug)]
pub struct Story {
    pub moments: Vec<Moment>,
    pub end: DateTime<Utc>,
}

impl fmt::Display for Story {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for moment in &self.moments {
            writeln!(out, "{} {:?}", moment.now, moment.deed)?;
        }
        write!(out, "{} the end", self.end)
    }
}

/// Lists of numbers of which stories are made, the same in every run.
pub fn with_words(count: u32, seed: u8, test: impl Fn(Vec<Vec<u32>>) -> Result<(), TestCaseError>) {
    let config = Config { cases: count, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let words = prop::collection::vec(prop::collection::vec(any::<u32>(), 24), 4..22);
    if let Err(error) = runner.run(&words, test) {
        let told = error.to_string();
        panic!("{}", told.split("minimal failing input").next().unwrap_or(&told));
    }
}

/// Numbers from a list of words, and when it has run out from the words again.
pub struct Dice {
    state: u64,
    words: Vec<u32>,
    next: usize,
}

impl Dice {
    pub fn new(words: Vec<u32>) -> Dice {
        Dice { state: 0, words, next: 0 }
    }

    pub fn below(&mut self, end: u32) -> u32 {
        let word = self.words.get(self.next % self.words.len().max(1)).copied().unwrap_or(0);
        let used_up = self.next >= self.words.len();
        self.next += 1;
        // A simple step keeps small words small, so that a failing story shrinks to a plain one.
        if !used_up {
            return word % end.max(1);
        }
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(u64::from(word) + self.next as u64);
        ((self.state >> 33) as u32) % end.max(1)
    }

    pub fn one<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() { None } else { list.get(self.below(list.len() as u32) as usize) }
    }

    /// Whether, so many times of a hundred.
    pub fn of_100(&mut self, times: u32) -> bool {
        self.below(100) >= 100 - times
    }

    pub fn between(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        let seconds = (to - from).num_seconds().max(0);
        from + TimeDelta::seconds(i64::from(self.below(u32::try_from(seconds).unwrap() + 1)))
    }
}

/// What people open: a map, and what is known then.
pub type Openings = &'static [(&'static str, &'static [(&'static str, &'static str)])];

pub const REAL: Openings = &[
    (
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-03-31")],
    ),
    (
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-02-28")],
    ),
    (
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-04-10")],
    ),
    ("transfer-out", &[("ics_number", "123456"), ("child_name", "A Child")]),
    ("transfer-in", &[("ics_number", "123456")]),
    ("service-uplift-request", &[("ics_number", "123456")]),
    ("direct-payment-closure", &[("ics_number", "123456"), ("date_ending", "2022-12-24")]),
    (
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "no"), ("review_anchor", "2022-04-10")],
    ),
    ("escalation-to-dct-csm", &[("ics_number", "123456")]),
];

/// Invents a story and lives it with a tick before each command.
pub fn invent(atlas: &Arc<CheckedAtlas>, openings: Openings, words: &[Vec<u32>]) -> (Story, Lived) {
    let mut now = at("2022-10-03 09:00");
    let book = Book::new(atlas, now);
    let mut moments = Vec::new();
    let mut answers = Vec::new();
    let mut run = book.on(now);
    let mut last = None;
    for (index, words) in words.iter().enumerate() {
        let mut dice = Dice::new(words.clone());
        now += gap(&mut dice, &run);
        run.set_time(Some(now)).unwrap();
        let report = run.tick(|_, _| {}).unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        let deed = if index == 0 || dice.of_100(3) {
            let (map, record) = dice.one(openings).unwrap();
            let mut opening = opening(map, record);
            // Another child each time: cases of one would be one family.
            opening
                .record
                .entry("ics_number".to_string())
                .and_modify(|number| *number = format!("{}", 100_000 + index));
            if dice.of_100(30) {
                opening.at = Some(now - TimeDelta::hours(i64::from(dice.below(300))));
            }
            Deed::Open(opening)
        } else {
            let (case, command) = act(&mut dice, &run, last, now);
            last = Some(case);
            Deed::Act(Names::of(&book).name(case).to_string(), command)
        };
        let result = match &deed {
            Deed::Open(opening) => run.open(opening, None),
            Deed::Act(name, command) => run.command(Names::of(&book).number(&book, name).unwrap(), command, None),
        };
        answers.push(outcome(&run, &result));
        moments.push(Moment { now, deed });
    }
    let end = now + TimeDelta::days(80);
    (Story { moments, end }, tell(&book, &mut run, end, answers, true))
}

/// Minutes, days, weeks, or just before, at and after the time at which something is due.
fn gap(dice: &mut Dice, run: &Engine) -> TimeDelta {
    match dice.below(10) {
        0..=4 => TimeDelta::minutes(i64::from(dice.below(600))),
        5 => TimeDelta::hours(i64::from(dice.below(240))),
        6 => TimeDelta::days(i64::from(dice.below(40))),
        _ => {
            let due: Vec<_> = run.due(None, None).unwrap().into_iter().filter(|row| row.due_at > run.now()).collect();
            let Some(row) = dice.one(&due) else { return TimeDelta::hours(1) };
            row.due_at - run.now() + TimeDelta::seconds(i64::from(dice.below(3)) - 1)
        }
    }
}

fn act(dice: &mut Dice, run: &Engine, last: Option<CaseNumber>, now: DateTime<Utc>) -> (CaseNumber, Command) {
    let cases = run.cases().unwrap();
    let open: Vec<CaseNumber> = cases.iter().copied().filter(|case| run.view(*case).unwrap().state.is_open()).collect();
    let some = if dice.of_100(8) || open.is_empty() { &cases } else { &open };
    // Mostly the case that somebody acted on last: a story should get somewhere.
    let last = last.filter(|last| some.contains(last) && dice.of_100(70));
    let case = last.unwrap_or_else(|| *dice.one(some).unwrap());
    let view = run.view(case).unwrap();
    let (state, machine) = (&view.state, &*view.machine);
    let kind = dice.below(100);
    let mut deed = match kind {
        0..=39 if !state.before.is_empty() => in_time_after_all(dice, state, machine),
        40..=43 if !state.moved.is_empty() => too_late(dice, state, machine),
        0..=12 => set_something(dice, state, machine, now),
        13..=15 => note("somebody rang"),
        16..=17 => command(Act::Assign(Some("bob".to_string()))),
        18..=19 => attach_or_tick(dice, state, machine),
        20 => withdraw(&run.shelf().atlas().unwrap().supervisors()[0]),
        21..=34 => wrong(dice, state, machine, now),
        _ => forward(dice, state, machine, now),
    };
    if deed.actor == "ann" {
        deed.actor = ["ann", "bob", "cay"][dice.below(3) as usize].to_string();
    }
    (case, deed)
}

/// What the step at which the case stands needs, with all that is missing.
pub fn forward(dice: &mut Dice, state: &CaseState, machine: &Machine, now: DateTime<Utc>) -> Command {
    let step = machine.step(&state.step).unwrap();
    // Mostly nothing comes.
    if matches!(step.kind, StepKind::WaitFor { .. }) && dice.of_100(60) {
        return note("nothing has come");
    }
    let Some(mut command) = act_at(dice, state, machine, step, true) else {
        return set_something(dice, state, machine, now);
    };
    if dice.of_100(55) {
        return command;
    }
    // Recorded late; perhaps from just before something was due.
    let due: Vec<_> = state.deadlines().map(|timer| timer.due.due_at - TimeDelta::seconds(1)).collect();
    let just_in_time = dice.one(&due).copied().filter(|at| (state.entered_at..=now).contains(at));
    let some_time = dice.between(state.entered_at, now);
    command.at = Some(just_in_time.filter(|_| dice.of_100(60)).unwrap_or(some_time));
    command
}

fn act_at(dice: &mut Dice, state: &CaseState, machine: &Machine, step: &Step, whole: bool) -> Option<Command> {
    let mut command = match &step.kind {
        StepKind::Start { .. } | StepKind::Step { .. } => done(),
        StepKind::Decision { on: None, answers } => {
            let list: Vec<&String> = answers.keys().collect();
            answer(dice.one(&list)?)
        }
        StepKind::WaitFor { .. } => receive(),
        _ => return None,
    };
    if whole {
        let needs = step.needs.iter().filter(|field| !state.record.contains_key(*field));
        let fields: Fields = needs
            .map(|field| (field.clone(), value(dice, &machine.map().record[field].kind, machine, state)))
            .collect();
        let evidence = step.evidence.iter().map(|name| attachment(name)).collect();
        let ticks = step.checklist.iter().map(|(item, _)| item.clone()).collect();
        match &mut command.act {
            Act::Do { set, attach, check_off, .. } | Act::Answer { set, attach, check_off, .. } => {
                (*set, *attach, *check_off) = (fields, evidence, ticks);
            }
            Act::Receive { set, attach, .. } => (*set, *attach) = (fields, evidence),
            _ => {}
        }
    }
    command.role = dice.one(&step.roles).cloned().filter(|_| dice.of_100(50));
    Some(command)
}

/// Something that occurred before a timer moved the case, recorded now.
fn in_time_after_all(dice: &mut Dice, state: &CaseState, machine: &Machine) -> Command {
    let before = dice.one(&state.before).unwrap();
    let step = machine.step(&before.state.step).unwrap();
    let mut command = act_at(dice, &before.state, machine, step, true).unwrap_or_else(|| note("nothing to take back"));
    let just = before.fired_at - TimeDelta::seconds(1);
    let at = dice.between(before.state.entered_at, just.max(before.state.entered_at));
    command.at = Some(if dice.of_100(50) { just.max(before.state.entered_at) } else { at });
    named(dice, &mut command, &before.state.step);
    command
}

/// The same, after somebody may have acted.
fn too_late(dice: &mut Dice, state: &CaseState, machine: &Machine) -> Command {
    let moved: Vec<_> = state.moved.iter().collect();
    let (step, fired_at) = dice.one(&moved).unwrap();
    let found = machine.step(step).unwrap();
    let mut command = act_at(dice, state, machine, found, true).unwrap_or_else(|| note("nothing to take back"));
    command.at = Some(**fired_at - TimeDelta::seconds(i64::from(dice.below(100_000))));
    named(dice, &mut command, step);
    command
}

fn named(dice: &mut Dice, command: &mut Command, to: &str) {
    if let Act::Do { step, .. } | Act::Answer { step, .. } | Act::Receive { step, .. } = &mut command.act {
        *step = Some(to.to_string()).filter(|_| dice.of_100(50));
    }
}

fn value(dice: &mut Dice, kind: &FieldType, machine: &Machine, state: &CaseState) -> String {
    match kind {
        FieldType::Text { pattern: Some(_) } => "123456".to_string(),
        FieldType::Text { pattern: None } => "Testshire".to_string(),
        FieldType::Number => "12.5".to_string(),
        FieldType::Money => "£12.50".to_string(),
        FieldType::YesNo => ["yes", "no"][dice.below(2) as usize].to_string(),
        FieldType::Choice(choices) => dice.one(choices).unwrap().clone(),
        FieldType::Date => {
            // Some days or months before, so that what counts from it is due about now.
            let day = mapcase_map::time::local_date(state.entered_at, machine.map().zone).unwrap();
            let most = [12, 240][dice.below(2) as usize];
            (day - TimeDelta::days(i64::from(dice.below(most)) - 4)).to_string()
        }
    }
}

pub fn set_something(dice: &mut Dice, state: &CaseState, machine: &Machine, now: DateTime<Utc>) -> Command {
    let fields: Vec<_> = machine.map().record.iter().collect();
    // Dates move timers.
    let dates: Vec<_> = fields.iter().copied().filter(|(_, field)| field.kind == FieldType::Date).collect();
    let list = if dice.of_100(70) && !dates.is_empty() { &dates } else { &fields };
    let Some((name, field)) = dice.one(list).copied() else { return note("no field") };
    let text = if dice.of_100(10) { String::new() } else { value(dice, &field.kind, machine, state) };
    let mut set = command(Act::Set([(name.clone(), text)].into()));
    if dice.of_100(40) {
        set.at = Some(dice.between(state.opened_at, now));
    }
    set
}

fn attach_or_tick(dice: &mut Dice, state: &CaseState, machine: &Machine) -> Command {
    let step = machine.step(&state.step).unwrap();
    match dice.one(&step.checklist) {
        Some((item, _)) => command(Act::CheckOff(item.clone())),
        None => command(Act::Attach(attachment(step.evidence.first().map_or("letter", String::as_str)))),
    }
}

/// Something that is refused, or mostly is.
fn wrong(dice: &mut Dice, state: &CaseState, machine: &Machine, now: DateTime<Utc>) -> Command {
    let step = machine.step(&state.step).unwrap();
    let right = act_at(dice, state, machine, step, true).unwrap_or_else(done);
    match dice.below(9) {
        0 => Command { role: Some("Family".to_string()), ..right },
        1 => Command { at: Some(now + TimeDelta::seconds(1)), ..right },
        2 => Command { at: Some(state.entered_at - TimeDelta::seconds(1)), ..right },
        3 => Command { expect: Some(state.seq.saturating_sub(1)), ..right },
        4 => answer("perhaps"),
        5 => act_at(dice, state, machine, step, false).unwrap_or_else(done),
        6 => command(Act::Set([("no_such_field".to_string(), "1".to_string())].into())),
        7 => command(Act::CheckOff("no-such-item".to_string())),
        _ => {
            let other = dice.one(&machine.map().steps).unwrap().id.clone();
            let mut command = right;
            named(dice, &mut command, &other);
            command
        }
    }
}
