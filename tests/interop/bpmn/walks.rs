//! Random walks of every map of some atlases, by the core that runs cases: what is done, when, and where the case then stands. One
//! JSON value a line, for `walks.py`. Maps that a map leads to are stood in for by stubs with the outcomes that it waits for.
//! The same atlases always give the same walks.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a program of the tests stops at what it does not expect")]
#![allow(clippy::print_stdout, reason = "the walks are what it prints")]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use mapcase_case::{
    Act, Attachment, CaseNumber, CaseState, Command, Event, EventBody, Family, Library, Opening, Stop, TimerKind,
};
use mapcase_map::machine::Transition;
use mapcase_map::model::{Anchor, FieldType, LinkMode, Map, MapId, Role, Step, StepKind};
use mapcase_map::time::Calendar;
use mapcase_map::{CheckedAtlas, Machine, check};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// Walks of a map at least; more follow until every way is walked.
const WALKS: usize = 30;
/// Walks of a map at most.
const MOST_WALKS: usize = 400;
/// A walk ends after so many moves, wherever the case stands.
const LONGEST: usize = 60;

fn main() {
    for folder in std::env::args().skip(1) {
        let files = mapcase_engine::files::read_atlas_files(Path::new(&folder)).unwrap();
        let atlas = check(&files).atlas.unwrap();
        for machine in atlas.machines().values() {
            // What a map opens by itself stands beside the chart, in words.
            let map = Map { rounds: BTreeMap::new(), ..machine.map().clone() };
            walk_map(&folder, &atlas, &Arc::new(Machine::new(map)));
        }
    }
}

fn walk_map(folder: &str, atlas: &CheckedAtlas, machine: &Arc<Machine>) {
    let map = machine.map();
    // A case that comes to a link to a map in error goes no further, so there is nothing to compare.
    if let Some(lost) = leads_to(map).into_iter().find(|id| atlas.machine(id).is_none()) {
        println!("{}", json!({ "skipped": map.id, "why": format!("it leads to `{lost}`, which has errors") }));
        return;
    }
    let (mut ways, mut limits, mut never) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for step in &map.steps {
        for (transition, _) in machine.transitions(&step.id) {
            let list = match transition {
                Transition::Overdue(Some(_)) => &mut limits,
                _ if never_comes(step, transition) => &mut never,
                _ => &mut ways,
            };
            list.insert(way(&step.id, transition));
        }
        if let Some(due) = step.due.as_ref().filter(|due| due.overdue.go.is_none()) {
            let list = if due.within.is_some() { &mut ways } else { &mut never };
            list.insert((step.id.clone(), "late".to_string()));
        }
    }
    println!("{}", json!({ "atlas": folder, "map": map.id, "ways": ways, "limits": limits, "never": never }));
    let mut left = ways;
    let mut dice = Dice::new(&map.id);
    for count in 0..MOST_WALKS {
        if count >= WALKS && left.is_empty() {
            break;
        }
        let house = House::new(atlas, machine);
        let walk = Walk::begin(&house, map, &mut dice);
        if let Some(mut walk) = walk {
            walk.go(&mut dice, &mut left);
            println!("{}", walk.told(folder, count));
        }
    }
}

/// The dates of the record from which waits of ten years and more count, each with the days that they last.
fn long_waits<'m>(map: &'m Map, calendar: &'m Calendar) -> impl Iterator<Item = (&'m String, TimeDelta)> {
    let from = day(2016, 1, 1);
    map.steps.iter().filter_map(move |step| match &step.kind {
        StepKind::WaitUntil { after: Some(after), anchor: Anchor::Field(field), .. } => {
            let date = mapcase_map::time::Anchor::Date(from);
            let due = mapcase_map::time::until(after, date, map.zone, calendar).ok()?;
            Some((field, due.due_on - from)).filter(|(_, lasts)| *lasts > TimeDelta::days(3650))
        }
        _ => None,
    })
}

/// Whether a time that is `TBC` is all that leads there.
fn never_comes(step: &Step, transition: &Transition) -> bool {
    match (&step.kind, transition) {
        (StepKind::WaitFor { timeout: Some(timeout), .. }, Transition::Lapsed) => timeout.within.is_none(),
        (StepKind::WaitUntil { after: None, anchor, .. }, _) => !matches!(anchor, Anchor::Field(_)),
        (_, Transition::Overdue(None)) => step.due.as_ref().is_some_and(|due| due.within.is_none()),
        _ => false,
    }
}

fn way(step: &str, transition: &Transition) -> (String, String) {
    let word = match transition {
        Transition::Done => "done".to_string(),
        Transition::Answered(answer) => format!("answered {answer}"),
        Transition::Received => "received".to_string(),
        Transition::Lapsed => "lapsed".to_string(),
        Transition::Overdue(None) => "overdue".to_string(),
        Transition::Overdue(Some(limit)) => format!("limit {limit}"),
        Transition::Returned(outcome) => format!("returned {outcome}"),
    };
    (step.to_string(), word)
}

/// A seeded source of choices.
struct Dice {
    runner: TestRunner,
}

impl Dice {
    fn new(seed: &str) -> Self {
        let mut bytes = [7; 32];
        bytes.iter_mut().zip(seed.bytes()).for_each(|(byte, letter)| *byte = letter);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self { runner: TestRunner::new_with_rng(proptest::test_runner::Config::default(), rng) }
    }

    fn take<S: Strategy>(&mut self, strategy: S) -> S::Value {
        strategy.new_tree(&mut self.runner).unwrap().current()
    }

    fn below(&mut self, end: usize) -> usize {
        self.take(0..end.max(1))
    }

    fn one<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A value that a field can hold.
    fn value(&mut self, field: &FieldType, today: NaiveDate) -> String {
        match field {
            FieldType::Text { pattern: Some(pattern) } => self.take(proptest::string::string_regex(pattern).unwrap()),
            FieldType::Text { pattern: None } => "something".to_string(),
            FieldType::Number | FieldType::Money => "12".to_string(),
            FieldType::Date => (today + TimeDelta::days(self.take(-40..150_i64))).to_string(),
            FieldType::YesNo => (*self.one(&["yes", "no"])).to_string(),
            FieldType::Choice(choices) => self.one(choices).clone(),
        }
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The map under test and the stubs of those to which it leads.
struct House<'a> {
    atlas: &'a CheckedAtlas,
    real: Arc<Machine>,
    stubs: BTreeMap<MapId, Arc<Machine>>,
    is_open: Cell<bool>,
}

impl<'a> House<'a> {
    fn new(atlas: &'a CheckedAtlas, real: &Arc<Machine>) -> Self {
        let mut stubs = BTreeMap::new();
        let mut outcomes: BTreeMap<&MapId, BTreeSet<&String>> =
            leads_to(real.map()).into_iter().map(|id| (id, BTreeSet::new())).collect();
        for step in &real.map().steps {
            if let StepKind::Link { to, mode: LinkMode::Call { outcomes: awaited }, .. } = &step.kind {
                outcomes.entry(to).or_default().extend(awaited.keys());
            }
        }
        for (id, outcomes) in outcomes {
            let target = atlas.machine(id).unwrap();
            stubs.insert(id.clone(), Arc::new(Machine::new(stub(target.map(), &outcomes))));
        }
        Self { atlas, real: real.clone(), stubs, is_open: Cell::new(false) }
    }
}

/// The maps to which a map's links and deadlines lead.
fn leads_to(map: &Map) -> BTreeSet<&MapId> {
    let links = map.steps.iter().filter_map(|step| match &step.kind {
        StepKind::Link { to, .. } => Some(to),
        _ => None,
    });
    let deadlines = map.steps.iter().filter_map(|step| step.due.as_ref()).map(|due| &due.overdue);
    let late = deadlines.chain(map.limits.values().map(|limit| &limit.overdue));
    links.chain(late.filter_map(|overdue| overdue.start.as_ref())).collect()
}

/// A map with the other's starts and one question: with which outcome it ends.
fn stub(map: &Map, outcomes: &BTreeSet<&String>) -> Map {
    let step = |id: String, kind: StepKind| Step {
        title: id.clone(),
        id,
        kind,
        roles: Vec::new(),
        needs: Vec::new(),
        evidence: Vec::new(),
        checklist: Vec::new(),
        not_by: Vec::new(),
        due: None,
        sends: None,
        receives: None,
        controls: Vec::new(),
        origin: None,
        quote: None,
        inferred: None,
        note: None,
    };
    let mut steps = Vec::new();
    for start in map.starts() {
        if let StepKind::Start { from, .. } = &start.kind {
            let next = "stub".to_string();
            steps.push(step(start.id.clone(), StepKind::Start { from: from.clone(), next }));
        }
    }
    let answers = outcomes.iter().map(|outcome| ((*outcome).clone(), format!("stub-{outcome}"))).collect();
    steps.push(step("stub".to_string(), StepKind::Decision { on: None, answers }));
    for outcome in outcomes {
        steps.push(step(format!("stub-{outcome}"), StepKind::End { outcome: (*outcome).clone() }));
    }
    Map { steps, limits: BTreeMap::new(), rounds: BTreeMap::new(), record: BTreeMap::new(), ..map.clone() }
}

impl Library for House<'_> {
    fn current(&self, map: &str) -> Result<Arc<Machine>, String> {
        if !self.is_open.replace(true) {
            return Ok(self.real.clone());
        }
        self.stubs.get(map).cloned().ok_or_else(|| format!("`{map}` has no stub"))
    }

    fn revision(&self, digest: &str) -> Result<Arc<Machine>, String> {
        let mut all = self.stubs.values().chain([&self.real]);
        all.find(|machine| machine.digest() == digest).cloned().ok_or_else(|| "no such revision".to_string())
    }

    fn calendar(&self, id: &str) -> Result<Arc<Calendar>, String> {
        self.atlas.calendars().get(id).cloned().ok_or_else(|| "no such calendar".to_string())
    }

    fn supervisors(&self) -> &[Role] {
        self.atlas.supervisors()
    }

    fn is_simulated(&self) -> bool {
        true
    }
}

/// Something that can happen next.
#[derive(Clone)]
enum Next {
    /// The step is done.
    Do,
    /// A question is answered.
    Answer(String),
    /// What a wait waits for comes.
    Receive,
    /// A called case comes to an outcome.
    Return(CaseNumber, String),
    /// Time passes until the next timer but a limit's.
    Time,
}

struct Walk<'a> {
    house: &'a House<'a>,
    now: DateTime<Utc>,
    states: Vec<CaseState>,
    root: CaseNumber,
    start: String,
    record: BTreeMap<String, String>,
    opened: Value,
    moves: Vec<Value>,
    people: usize,
}

impl<'a> Walk<'a> {
    fn begin(house: &'a House<'a>, map: &Map, dice: &mut Dice) -> Option<Self> {
        let starts: Vec<&Step> = map.starts().collect();
        let start = dice.one(&starts).id.clone();
        // In a month that the map's calendar covers, and for as long after as can be.
        let calendar = &house.atlas.calendars()[&map.calendar];
        let year = (2015..=2026).rev().find(|year| calendar.covers(day(*year, 1, 1))).unwrap();
        let year = if calendar.covers(day(year + 1, 1, 1)) { year } else { year - 1 };
        // What counts so long ends while the calendar still covers what follows.
        let long: Vec<_> = long_waits(map, calendar).collect();
        let year = if long.is_empty() { year } else { year - 2 };
        let morning = day(year, 3, 2).and_hms_opt(9, 30, 0).unwrap().and_utc();
        let now = morning + TimeDelta::minutes(dice.take(0..40_000_i64));
        let mut record: BTreeMap<String, String> =
            map.record.iter().map(|(id, field)| (id.clone(), dice.value(&field.kind, now.date_naive()))).collect();
        for (field, lasts) in long {
            let ends = TimeDelta::days(dice.take(1..100_i64));
            record.insert(field.clone(), (now.date_naive() - lasts + ends).to_string());
        }
        let mut family = Family::new(house, Vec::new(), 1, now);
        let opening = Opening {
            map: map.id.clone(),
            entry: Some(start.clone()),
            record: record.clone(),
            actor: "opener".to_string(),
            role: None,
            at: None,
        };
        let root = family.open(&opening).unwrap_or_else(|stop| panic!("{} at {start}: {stop}", map.id));
        let states = family.states().cloned().collect();
        let mut walk =
            Self { house, now, states, root, start, record, opened: Value::Null, moves: Vec::new(), people: 0 };
        walk.opened = json!({ "at": walk.clock(), "events": walk.events(family.events()), "stands": walk.stands() });
        Some(walk)
    }

    /// What time it is by the atlas's clock: an engine counts days and months from the day there.
    fn clock(&self) -> DateTime<Tz> {
        self.now.with_timezone(&self.house.real.map().zone)
    }

    fn state(&self) -> &CaseState {
        self.states.iter().find(|state| state.case == self.root).unwrap()
    }

    /// Where the case stands; how it ended, where it does not.
    fn stands(&self) -> Value {
        let state = self.state();
        json!({ "step": state.step, "status": state.status.word() })
    }

    /// What is told of the events of the case under test.
    fn events(&self, events: &[(CaseNumber, Event)]) -> Vec<Value> {
        let events = events.iter().filter(|(case, _)| *case == self.root);
        events
            .filter_map(|(_, event)| {
                let what = match &event.body {
                    EventBody::StepEntered { timers } => {
                        let timers = timers.iter().map(|timer| (timer.kind.word(), json!(timer.due.due_at)));
                        json!({ "entered": timers.collect::<BTreeMap<_, _>>() })
                    }
                    EventBody::StepDone(_) | EventBody::WaitEnded(_) => json!({ "left": "done" }),
                    EventBody::DecisionAnswered { answer, .. } => json!({ "left": format!("answered {answer}") }),
                    EventBody::ResponseReceived(_) => json!({ "left": "received" }),
                    EventBody::WaitLapsed(_) => json!({ "left": "lapsed" }),
                    EventBody::CallReturned { outcome, .. } => json!({ "left": format!("returned {outcome}") }),
                    EventBody::DeadlinePassed { kind: TimerKind::Deadline, tell, started, go, .. } => {
                        let left = if go.is_some() { "overdue" } else { "late" };
                        json!({ "left": left, "tells": !tell.is_empty(), "starts": started.is_some() })
                    }
                    EventBody::DeadlinePassed { id, go: Some(_), .. } => json!({ "left": format!("limit {id}") }),
                    EventBody::CaseEnded { .. } => json!({ "left": "ended" }),
                    EventBody::CaseHandedOver(_) => json!({ "left": "handed over" }),
                    _ => return None,
                };
                let told = json!({ "step": event.step, "at": event.occurred_at });
                Some(merged(told, what))
            })
            .collect()
    }

    fn go(&mut self, dice: &mut Dice, left: &mut BTreeSet<(String, String)>) {
        let passed = self.opened["events"].clone();
        self.count(&passed, left);
        for _ in 0..LONGEST {
            let all = self.possible();
            if all.is_empty() {
                return;
            }
            // What was never walked comes first, mostly.
            let fresh: Vec<_> = all.iter().filter(|(_, word)| self.is_fresh(word, left)).cloned().collect();
            let from = if fresh.is_empty() || dice.below(4) == 0 { &all } else { &fresh };
            let (next, word) = dice.one(from).clone();
            if self.step_by(&next, &word, dice).is_err() {
                return;
            }
            let passed = self.moves.last().unwrap()["events"].clone();
            // BPMN cannot follow a limit that moves the case: the walk is compared up to here.
            if passed.as_array().unwrap().iter().any(|event| event["left"].as_str().is_some_and(is_of_limit)) {
                return;
            }
            self.count(&passed, left);
        }
    }

    fn is_fresh(&self, word: &str, left: &BTreeSet<(String, String)>) -> bool {
        left.contains(&(self.state().step.clone(), word.to_string()))
    }

    fn count(&self, events: &Value, left: &mut BTreeSet<(String, String)>) {
        for event in events.as_array().unwrap() {
            if let (Some(step), Some(word)) = (event["step"].as_str(), event["left"].as_str()) {
                left.remove(&(step.to_string(), word.to_string()));
            }
        }
    }

    /// What can happen next to the case under test.
    fn possible(&self) -> Vec<(Next, String)> {
        let state = self.state();
        if !state.is_open() {
            return Vec::new();
        }
        let step = self.house.real.step(&state.step).unwrap();
        let mut all = Vec::new();
        match &step.kind {
            StepKind::Start { .. } | StepKind::Step { .. } => all.push((Next::Do, "done".to_string())),
            StepKind::Decision { on: None, answers } => {
                all.extend(answers.keys().map(|answer| (Next::Answer(answer.clone()), format!("answered {answer}"))));
            }
            StepKind::WaitFor { .. } => all.push((Next::Receive, "received".to_string())),
            StepKind::Link { mode: LinkMode::Call { outcomes }, .. } => {
                let called = state.waits_for.unwrap();
                let back = |outcome: &String| (Next::Return(called, outcome.clone()), format!("returned {outcome}"));
                all.extend(outcomes.keys().map(back));
            }
            _ => {}
        }
        let timer = state.timers.iter().find(|timer| timer.kind != TimerKind::Limit && !timer.passed);
        all.extend(timer.map(|timer| match timer.kind {
            TimerKind::Timeout => (Next::Time, "lapsed".to_string()),
            TimerKind::Until => (Next::Time, "done".to_string()),
            _ if step.due.as_ref().is_some_and(|due| due.overdue.go.is_some()) => (Next::Time, "overdue".to_string()),
            _ => (Next::Time, "late".to_string()),
        }));
        all
    }

    /// Lets one thing happen. Fails where the calendar ends.
    fn step_by(&mut self, next: &Next, word: &str, dice: &mut Dice) -> Result<(), Stop> {
        let state = self.state().clone();
        let step = self.house.real.step(&state.step).unwrap().clone();
        let due = state.next_timer().map(|timer| timer.fires_at());
        let (mut case, mut act) = (self.root, None);
        let attach = |names: &[String]| {
            let attachment =
                |name: &String| Attachment { name: name.clone(), reference: "REF-1".to_string(), sha256: None };
            names.iter().map(attachment).collect::<Vec<_>>()
        };
        let check_off: Vec<String> = step.checklist.iter().map(|(id, _)| id.clone()).collect();
        let (attach, set) = (attach(&step.evidence), BTreeMap::new());
        match next {
            Next::Do => act = Some(Act::Do { step: None, set, check_off, attach }),
            Next::Answer(answer) => {
                act = Some(Act::Answer { step: None, answer: answer.clone(), set, check_off, attach });
            }
            Next::Receive => act = Some(Act::Receive { step: None, set, attach }),
            Next::Return(called, outcome) => {
                case = *called;
                let (set, attach) = (BTreeMap::new(), Vec::new());
                let check_off = Vec::new();
                act = Some(Act::Answer { step: None, answer: outcome.clone(), set, check_off, attach });
            }
            Next::Time => {
                let timer = state.timers.iter().find(|timer| timer.kind != TimerKind::Limit && !timer.passed);
                self.now = timer.unwrap().fires_at();
            }
        }
        if act.is_some() {
            // Soon, and before any timer.
            let soon = self.now + TimeDelta::minutes(dice.take(0..50_i64));
            self.now = if due.is_some_and(|due| due <= soon) { self.now } else { soon };
        }
        let mut family =
            Family::new(self.house, self.states.iter().cloned().map(Arc::new).collect(), self.free(), self.now);
        match act {
            None => family.settle()?,
            Some(act) => {
                let command = self.by(act, &step);
                family.command(case, &command)?;
            }
        }
        let (events, states) = (family.events().to_vec(), family.states().cloned().collect());
        self.states = states;
        self.people += 1;
        let events = self.events(&events);
        self.moves.push(json!({
            "step": step.id, "does": word, "at": self.clock(), "events": events, "stands": self.stands(),
        }));
        Ok(())
    }

    /// A command by somebody who has done nothing yet.
    fn by(&self, act: Act, step: &Step) -> Command {
        let settled = |role: &&Role| self.house.atlas.roles().contains_key(*role);
        let role = step.roles.iter().find(settled).cloned();
        Command { act, actor: format!("person {}", self.people), role, at: None, expect: None }
    }

    fn free(&self) -> u64 {
        self.states.iter().map(|state| state.case.0).max().unwrap() + 1
    }

    fn told(&self, folder: &str, count: usize) -> Value {
        json!({
            "atlas": folder, "map": self.house.real.map().id, "walk": count, "start": self.start, "record": self.record,
            "opened": self.opened, "moves": self.moves,
        })
    }
}

fn is_of_limit(word: &str) -> bool {
    word.starts_with("limit ")
}

fn merged(mut one: Value, other: Value) -> Value {
    one.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    one
}
