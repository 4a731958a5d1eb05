//! The work of `examples/peers` in mapcase, by its library, on the two maps in `examples/peers/maps`. One command from the shell is
//! measured with the program itself, on the casebook that `fill` makes.

mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::{Act, CaseNumber, Command, Family, Library, Opening};
use mapcase_engine::{Casebook, Engine, Making, files};
use mapcase_map::model::Role;
use mapcase_map::time::{Calendar, parse_when};
use mapcase_map::{CheckedAtlas, Machine, check};
use rusqlite::Connection;
use serde_json::{Value, json};
use work::{Any, END, LETTERS, Measured, STEPS, TOGETHER, asked, count, data, timed, wipe};

/// As many states as `mapcase batch` keeps between commands.
const KEPT: usize = 20_000;

/// The maps, for cases that no casebook keeps.
struct Maps<'a>(&'a CheckedAtlas);

impl Library for Maps<'_> {
    fn current(&self, map: &str) -> Result<Arc<Machine>, String> {
        self.0.machine(map).cloned().ok_or_else(|| "no such map".to_string())
    }

    fn revision(&self, digest: &str) -> Result<Arc<Machine>, String> {
        self.0.machines().values().find(|machine| machine.digest() == digest).cloned().ok_or_else(|| "gone".to_string())
    }

    fn calendar(&self, id: &str) -> Result<Arc<Calendar>, String> {
        self.0.calendars().get(id).cloned().ok_or_else(|| "no such calendar".to_string())
    }

    fn supervisors(&self) -> &[Role] {
        self.0.supervisors()
    }

    fn is_simulated(&self) -> bool {
        true
    }
}

struct Book {
    engine: Engine,
    path: PathBuf,
    begun: DateTime<Utc>,
}

fn atlas() -> Any<Arc<CheckedAtlas>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/maps");
    Ok(Arc::new(check(&files::read_atlas_files(&folder)?).atlas.ok_or("the maps have errors")?))
}

fn opening(map: &str) -> Opening {
    let role = Some("Worker".to_string());
    Opening { map: map.to_string(), entry: None, record: Default::default(), actor: "ann".to_string(), role, at: None }
}

fn done() -> Command {
    let act = Act::Do { step: None, set: Default::default(), check_off: Vec::new(), attach: Vec::new() };
    Command { act, actor: "ann".to_string(), role: Some("Worker".to_string()), at: None, expect: None }
}

fn begins(atlas: &CheckedAtlas) -> Any<DateTime<Utc>> {
    Ok(parse_when("2026-11-23 10:00", atlas.zone())?)
}

impl Book {
    /// A fresh casebook with so many open cases. Each case is loaded from its events for each command: no states are kept.
    fn fill(name: &str, map: &str, cases: usize) -> Any<Self> {
        let (path, atlas) = (data(name), atlas()?);
        wipe(&path);
        let begun = begins(&atlas)?;
        let book = Casebook::make(&path, Making { simulated: true, now: begun })?;
        let mut engine = Engine::new(book, Some(atlas), Some(begun))?;
        engine.keep_up_to(0);
        let opening = opening(map);
        engine.together(|engine| (0..cases).try_for_each(|_| engine.open(&opening, None).map(drop)))?;
        Ok(Self { engine, path, begun })
    }

    fn advance(engine: &mut Engine, case: usize, command: &Command) -> Result<(), mapcase_engine::Error> {
        engine.command(CaseNumber(case as u64), command, None).map(drop)
    }

    /// So many cases stand at the step, so many such events are in the log, and everything verifies.
    fn checked(&self, (cases, step): (usize, &str), (events, name): (usize, &str)) -> Any<Value> {
        let db = Connection::open(&self.path)?;
        let journal: String = db.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        let there = count(&db, &format!("SELECT count(*) FROM case_now WHERE step = '{step}'"))?;
        let written = count(&db, &format!("SELECT count(*) FROM event WHERE name = '{name}'"))?;
        let all = count(&db, "SELECT count(*) FROM event")?;
        let verified = self.engine.verify(None, |_, _| {})?;
        assert!(verified.findings.is_empty(), "{:?}", verified.findings);
        assert_eq!((journal.as_str(), there, written, verified.events), ("wal", cases, events, all));
        Ok(json!({ "cases": there, "events": all, "verified": verified.events }))
    }
}

fn advance(cases: usize) -> Any<()> {
    let mut book = Book::fill("mapcase.db", "transfer-out", cases)?;
    let command = done();
    let took = timed(|| {
        for case in STEPS.iter().flat_map(|_| 1..=cases) {
            Book::advance(&mut book.engine, case, &command)?;
        }
        Ok(())
    })?;
    // The start is done by opening.
    let checked = book.checked((cases, END), (cases * 4, "step-done"))?;
    say("advance", "the case loaded from its events", cases * 3, took, checked);
    Ok(())
}

fn bulk(cases: usize) -> Any<()> {
    let mut book = Book::fill("mapcase.db", "transfer-out", cases)?;
    book.engine.keep_up_to(KEPT);
    let (command, work) = (done(), STEPS.iter().flat_map(|_| 1..=cases).collect::<Vec<usize>>());
    let took = timed(|| {
        for some in work.chunks(TOGETHER) {
            book.engine.together(|engine| some.iter().try_for_each(|case| Book::advance(engine, *case, &command)))?;
        }
        Ok(())
    })?;
    let checked = book.checked((cases, END), (cases * 4, "step-done"))?;
    say("bulk", "1,000 in a transaction, states kept, as `batch` does", work.len(), took, checked);
    Ok(())
}

fn decide(cases: usize) -> Any<()> {
    let atlas = atlas()?;
    let (library, now, command) = (Maps(&atlas), begins(&atlas)?, done());
    let mut families = Vec::with_capacity(cases);
    for _ in 0..cases {
        let mut family = Family::new(&library, Vec::new(), 1, now);
        family.open(&opening("transfer-out"))?;
        families.push(family.into_states());
    }
    let mut events = 0;
    let took = timed(|| {
        for _ in STEPS {
            for states in &mut families {
                let mut family = Family::new(&library, std::mem::take(states), 2, now);
                family.command(CaseNumber(1), &command).map_err(|stop| format!("{stop:?}"))?;
                events += family.events().len();
                *states = family.into_states();
            }
        }
        Ok(())
    })?;
    assert!(families.iter().all(|states| states.iter().all(|state| state.step == END)));
    say("decide", "events decided and applied, nothing written", cases * 3, took, json!({ "events": events }));
    Ok(())
}

fn timers(cases: usize) -> Any<()> {
    let mut book = Book::fill("mapcase.db", "letters", cases)?;
    book.engine.set_time(Some(book.begun + TimeDelta::hours(337)))?;
    let mut fired = 0;
    let took = timed(|| {
        let report = book.engine.tick(|_, _| {})?;
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        fired = report.fired.len();
        Ok(())
    })?;
    let checked = book.checked((cases, LETTERS[1]), (cases, "wait-lapsed"))?;
    say("timers", "`tick`, the case loaded from its events", fired, took, checked);
    Ok(())
}

fn replay(cases: usize) -> Any<()> {
    let mut book = Book::fill("mapcase.db", "transfer-out", cases)?;
    let command = done();
    for _ in STEPS {
        book.engine.together(|engine| (1..=cases).try_for_each(|case| Book::advance(engine, case, &command)))?;
    }
    let mut events = 0;
    let took = timed(|| {
        let verified = book.engine.verify(None, |_, _| {})?;
        assert!(verified.findings.is_empty(), "{:?}", verified.findings);
        events = verified.events;
        Ok(())
    })?;
    let checked = book.checked((cases, END), (cases * 4, "step-done"))?;
    say("replay", "`audit verify`: hashes, states, projections", events, took, checked.clone());
    let mut replayed = 0;
    let took = timed(|| {
        for case in 1..=cases {
            let replay = book.engine.replay(CaseNumber(case as u64), None)?;
            assert!(replay.rows.iter().all(|row| row.fault.is_none()) && replay.state.step == END);
            replayed += replay.rows.len();
        }
        Ok(())
    })?;
    assert_eq!(replayed, events);
    say("replay", "`audit replay`, case by case", replayed, took, checked);
    Ok(())
}

fn say(measure: &str, how: &str, number: usize, took: Duration, checked: Value) {
    Measured { peer: ("mapcase", env!("CARGO_PKG_VERSION")), measure, how, number, took, checked }.say();
}

fn main() -> Any<()> {
    let (measure, number) = asked()?;
    match measure.as_str() {
        "advance" => advance(number),
        "bulk" => bulk(number),
        "decide" => decide(number),
        "timers" => timers(number),
        "replay" => replay(number),
        "fill" => Book::fill("mapcase-cold.db", "transfer-out", number).map(drop),
        other => Err(format!("no measure `{other}`").into()),
    }
}
