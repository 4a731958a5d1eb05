//! Inventing what somebody could do to a case as it stands, in time and late, rightly and wrongly.

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::{Act, CaseState, Command};
use mapcase_map::Machine;
use mapcase_map::model::{FieldType, Step, StepKind};

use super::{Fields, answer, attachment, command, done, note, receive, withdraw};

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

/// Something that somebody could do to a case as it stands.
pub fn deed(dice: &mut Dice, state: &CaseState, machine: &Machine, supervisor: &str, now: DateTime<Utc>) -> Command {
    let kind = dice.below(100);
    let mut deed = match kind {
        0..=39 if !state.before.is_empty() => in_time_after_all(dice, state, machine),
        40..=43 if !state.moved.is_empty() => too_late(dice, state, machine),
        0..=12 => set_something(dice, state, machine, now),
        13..=15 => note("somebody rang"),
        16..=17 => command(Act::Assign(Some("bob".to_string()))),
        18..=19 => attach_or_tick(dice, state, machine),
        20 => withdraw(supervisor),
        21..=34 => wrong(dice, state, machine, now),
        _ => forward(dice, state, machine, now),
    };
    if deed.actor == "ann" {
        deed.actor = ["ann", "bob", "cay"][dice.below(3) as usize].to_string();
    }
    deed
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
        FieldType::Text { pattern: Some(pattern) } if pattern.contains("a-z") => "abc".to_string(),
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
