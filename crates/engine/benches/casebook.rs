//! What the casebook costs beside what SQLite itself does with the same rows, measured in turn in one run.
//!
//! The reference is a bare loop over rusqlite: one table of events, one of cases, one of timers; for each advance it reads the case's row,
//! adds an event with JSON, updates the case's row and replaces its timer, in the write-ahead log with `synchronous = FULL`, as the
//! casebook has it. It writes no hashes, keeps no roles, checks nothing and knows no map.
//!
//! `cargo bench -p mapcase-engine` prints the table; `-- 1000 10000` measures with so many cases, `-- memory advance verify tick` only these.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![allow(clippy::disallowed_methods, reason = "a benchmark writes to a folder of its own")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on stops here"
)]

mod bare;
#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bare::Bare;
use common::{Maps, answer, at, done, map, opening, small_atlas};
use mapcase_case::{CaseNumber, Command, Family};
use mapcase_engine::{Casebook, Engine, Making};
use mapcase_map::CheckedAtlas;

/// Each is measured so often, in turn with its reference.
const RUNS: usize = 5;
/// Advances that are written one at a time, in each run.
const ALONE: usize = 1_000;
/// Advances that are written together, in each run.
const BULK: usize = 10_000;
/// How many are written together.
const TOGETHER: usize = 1_000;

const BEGINS: &str = "2022-10-03 09:00";
/// Three steps in a ring, each with a deadline: an advance meets one and sets the next.
const RING: &str = "steps:
  begun: { kind: start, title: Begun, role: Worker, next: first }
  first: { role: Worker, title: First, due: DAYS days, overdue: { tell: Boss }, next: second }
  second: { role: Worker, title: Second, due: DAYS days, overdue: { tell: Boss }, next: again }
  again:
    kind: decision
    role: Worker
    title: Again?
    due: DAYS days
    overdue: { tell: Boss }
    answers: { yes: first, no: done }
  done: { kind: end, outcome: done }
";

fn atlas() -> Arc<CheckedAtlas> {
    small_atlas(&[map("soon", &RING.replace("DAYS", "2")), map("later", &RING.replace("DAYS", "300"))])
}

/// What is done at the nth step of a case's way round.
fn deed(nth: usize) -> Command {
    if nth % 3 == 2 { answer("yes") } else { done() }
}

/// A casebook with so many cases: one of ten is due in two days, the others in 300. The engine keeps no states between commands, so
/// that each case is loaded first.
fn casebook(path: &Path, atlas: &Arc<CheckedAtlas>, cases: usize) -> Engine {
    let book = Casebook::make(path, Making { simulated: true, now: at(BEGINS) }).unwrap();
    let mut engine = Engine::new(book, Some(atlas.clone()), Some(at(BEGINS))).unwrap();
    engine.keep_up_to(0);
    let (soon, later) = (opening("soon", &[]), opening("later", &[]));
    for begin in (0..cases).step_by(TOGETHER) {
        let open = |engine: &mut Engine| {
            for case in begin..cases.min(begin + TOGETHER) {
                engine.open(if case % 10 == 0 { &soon } else { &later }, None)?;
            }
            Ok(())
        };
        engine.together(open).unwrap();
    }
    engine
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    black_box(work());
    begun.elapsed()
}

/// What is done a second, run by run.
#[derive(Default)]
struct Row {
    ours: Vec<f64>,
    bare: Vec<f64>,
}

impl Row {
    fn add(&mut self, (ours, took): (usize, Duration), (bare, took_bare): (usize, Duration)) {
        self.ours.push(ours as f64 / took.as_secs_f64());
        self.bare.push(bare as f64 / took_bare.as_secs_f64());
    }

    /// Prints the medians, with the least and the most.
    fn print(&self, what: &str, cases: usize) {
        let spread = |list: &[f64], places: usize| {
            let mut sorted = list.to_vec();
            sorted.sort_by(f64::total_cmp);
            let [low, middle, high] = [0, sorted.len() / 2, sorted.len() - 1].map(|at| sorted[at]);
            format!("{middle:.places$} ({low:.places$} to {high:.places$})")
        };
        let ratios: Vec<f64> = self.ours.iter().zip(&self.bare).map(|(ours, bare)| ours / bare).collect();
        let (ours, bare) = (spread(&self.ours, 0), spread(&self.bare, 0));
        println!("| {what} | {cases} | {ours} | {bare} | {} |", spread(&ratios, 3));
    }
}

fn main() {
    let (sizes, parts): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).filter(|text| !text.starts_with('-')).partition(|text| text.parse::<usize>().is_ok());
    let sizes =
        if sizes.is_empty() { vec![1_000, 10_000] } else { sizes.iter().map(|text| text.parse().unwrap()).collect() };
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|one| one == part);
    println!("| work | cases | mapcase, a second | reference, a second | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    let atlas = atlas();
    if wanted("memory") {
        in_memory(&atlas);
    }
    for cases in sizes {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        if wanted("advance") || wanted("verify") {
            advances(&atlas, folder.path(), cases, [wanted("advance"), wanted("verify")]);
        }
        if wanted("tick") {
            tick(&atlas, folder.path(), cases);
        }
    }
}

fn advance(engine: &mut Engine, (case, round): (usize, usize)) {
    engine.command(CaseNumber(case as u64 + 1), &deed(round), None).unwrap();
}

fn advances(atlas: &Arc<CheckedAtlas>, folder: &Path, cases: usize, [advance_too, verify_too]: [bool; 2]) {
    let mut engine = casebook(&folder.join("casebook.db"), atlas, cases);
    let mut bare = Bare::make(&folder.join("bare.db"), cases);
    let mut done = 0;
    // Every case in its turn.
    let mut work = |number: usize| -> Vec<(usize, usize)> {
        done += number;
        (done - number..done).map(|nth| (nth % cases, nth / cases)).collect()
    };
    let [mut alone, mut bulk, mut verified] = [Row::default(), Row::default(), Row::default()];
    for _ in 0..RUNS {
        let list = work(ALONE);
        let ours = timed(|| list.iter().for_each(|deed| advance(&mut engine, *deed)));
        let theirs = timed(|| list.iter().for_each(|(case, _)| bare.alone(*case as i64)));
        alone.add((ALONE, ours), (ALONE, theirs));
        // As `mapcase batch` gives them: states are kept from one command to the next.
        engine.keep_up_to(20_000);
        let list = work(BULK);
        let ours = timed(|| {
            for group in list.chunks(TOGETHER) {
                let give = |engine: &mut Engine| {
                    group.iter().for_each(|deed| advance(engine, *deed));
                    Ok(())
                };
                engine.together(give).unwrap();
            }
        });
        let theirs =
            timed(|| list.chunks(TOGETHER).for_each(|group| bare.together(group.iter().map(|(case, _)| *case as i64))));
        bulk.add((BULK, ours), (BULK, theirs));
        engine.keep_up_to(0);
    }
    for _ in 0..if verify_too { RUNS } else { 0 } {
        let (mut events, mut rows) = (0, 0);
        let ours = timed(|| events = engine.verify(None, |_, _| {}).unwrap().events);
        let theirs = timed(|| rows = bare.walk());
        verified.add((events, ours), (rows, theirs));
    }
    if advance_too {
        alone.print("durable advance, one at a time, the case loaded first", cases);
        bulk.print("advance, 1,000 in a transaction, as `batch` gives them", cases);
    }
    if verify_too {
        verified.print("events verified: hashes, what they add up to, projections", cases);
    }
}

/// One of ten cases has a timer that is due; each run is on a casebook of its own.
fn tick(atlas: &Arc<CheckedAtlas>, folder: &Path, cases: usize) {
    let mut row = Row::default();
    for run in 0..RUNS {
        let run = folder.join(run.to_string());
        std::fs::create_dir(&run).unwrap();
        let mut engine = casebook(&run.join("casebook.db"), atlas, cases);
        engine.set_time(Some(at("2022-10-07 09:00"))).unwrap();
        let mut bare = Bare::make(&run.join("bare.db"), cases);
        let (mut fired, mut passed) = (0, 0);
        let ours = timed(|| fired = engine.tick(|_, _| {}).unwrap().fired.len());
        let theirs = timed(|| passed = bare.tick());
        assert_eq!((fired, passed), (cases.div_ceil(10), cases.div_ceil(10)));
        row.add((fired, ours), (passed, theirs));
        drop((engine, bare));
        std::fs::remove_dir_all(&run).unwrap();
    }
    row.print("timers fired by `tick`, of one case in ten", cases);
}

/// Deciding and applying alone, each command in a family of its own as on a casebook; the reference is a walk over a petgraph graph
/// with the way kept in a list.
fn in_memory(atlas: &Arc<CheckedAtlas>) {
    const ADVANCES: usize = 100_000;
    let (library, now) = (Maps(atlas), at(BEGINS));
    let work: Vec<Command> = (0..ADVANCES).map(deed).collect();
    let mut row = Row::default();
    for _ in 0..RUNS {
        let mut family = Family::new(&library, Vec::new(), 1, now);
        let case = family.open(&opening("soon", &[])).unwrap();
        let mut states = family.into_states();
        let ours = timed(|| {
            for command in &work {
                let mut family = Family::new(&library, std::mem::take(&mut states), 2, now);
                family.command(case, command).unwrap();
                black_box(family.events());
                states = family.into_states();
            }
        });
        let theirs = timed(|| bare::walk_in_memory(ADVANCES));
        row.add((ADVANCES, ours), (ADVANCES, theirs));
    }
    row.print("decided and applied in memory, one case; a petgraph walk", 1);
}
