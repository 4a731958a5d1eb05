//! A small atlas with every way of going on in it, stories on it, and dumps of a casebook's contents.
#![allow(dead_code, reason = "each test package uses its own part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_case::{Act, Attachment, CaseNumber, Command, Opening};
use mapcase_engine::engine::Answer;
use mapcase_engine::verify::Finding;
use mapcase_engine::{Casebook, Engine, Error, Making};
use mapcase_map::time::parse_when;
use mapcase_map::{AtlasFile, CheckedAtlas};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tempfile::TempDir;

pub const ATLAS: &str = "
atlas: small
title: A small atlas
time_zone: Europe/London
calendar: plain
supervisors: [MGR]
roles: { CW: Case worker, MGR: Manager }
themes: { only: The only theme }
documents: { none: { title: None, version: v1, date: '2022' } }
";

pub const CALENDAR: &str = "
calendar: plain
title: Plain
weekend: [saturday, sunday]
covers: 2020..2030
holidays: { 2022-12-26: Boxing Day }
";

/// A deadline, a limit that starts a case beside, a wait with a timeout, a call, a hand-over, personal values.
pub const REVIEW: &str = "
map: review
title: A review
revision: 1
theme: only
owner: MGR
review_by: 2030-01-01
source: { document: none, reading: reconstructed }
record:
  number: { type: text, title: Number, pattern: '[0-9]{5,9}' }
  child: { type: text, title: Name, personal: true }
  home: { type: text, title: Home, personal: true }
  met_on: { type: date, title: Met on }
steps:
  begin: { kind: start, role: CW, title: Begin, next: prepare }
  prepare:
    role: CW
    title: Prepare
    needs: [number]
    evidence: [letter]
    checklist: { signed: Signed }
    due: 2 days
    overdue: { tell: MGR }
    next: reply
  reply:
    kind: wait
    role: CW
    title: Wait for the reply
    for: The reply
    within: 1 week of prepare
    received: decide
    lapsed: chase
  chase: { role: CW, title: Chase, next: decide }
  decide:
    kind: decision
    role: MGR
    title: Is it in order?
    answers: { yes: ask, no: pass-on }
  ask:
    kind: link
    title: Ask for a check
    to: check
    mode: call
    carries: [number, child]
    outcomes: { fine: closed, bad: pass-on }
  pass-on: { kind: link, title: Pass on, to: after, carries: [number, child] }
  closed: { kind: end, title: Closed, outcome: done }
limits:
  whole:
    title: Decided within 10 days
    from: prepare
    to: decide
    within: 10 days
    overdue: { tell: MGR, start: alarm }
";

fn linked(map: &str, steps: &str) -> String {
    format!(
        "
map: {map}
title: The map {map}
revision: 1
theme: only
owner: MGR
review_by: 2030-01-01
source: {{ document: none, reading: reconstructed }}
record:
  number: {{ type: text, title: Number, pattern: '[0-9]{{5,9}}' }}
  child: {{ type: text, title: Name, personal: true }}
steps:
  begin: {{ kind: start, from: review, title: Begin, next: work }}
{steps}"
    )
}

const CHECK: &str = "
  work:
    kind: decision
    role: MGR
    title: Fine?
    answers: { yes: fine, no: bad }
  fine: { kind: end, title: Fine, outcome: fine }
  bad: { kind: end, title: Bad, outcome: bad }
";

const PLAIN: &str = "
  work:
    role: MGR
    title: Work
    due: 1 day
    overdue: { tell: MGR }
    next: over
  over: { kind: end, title: Over, outcome: over }
";

pub fn files(review: &str) -> Vec<AtlasFile> {
    let maps = [
        ("atlas.yaml", ATLAS.to_string()),
        ("plain.yaml", CALENDAR.to_string()),
        ("review.yaml", review.to_string()),
        ("check.yaml", linked("check", CHECK)),
        ("after.yaml", linked("after", PLAIN)),
        ("alarm.yaml", linked("alarm", PLAIN)),
    ];
    maps.into_iter().map(|(path, text)| AtlasFile { path: path.to_string(), bytes: text.into_bytes() }).collect()
}

pub fn atlas_of(review: &str) -> Arc<CheckedAtlas> {
    let checked = mapcase_map::check(&files(review));
    assert!(!checked.has_errors(), "{:#?}", checked.findings);
    Arc::new(checked.atlas.unwrap())
}

pub fn atlas() -> Arc<CheckedAtlas> {
    atlas_of(REVIEW)
}

pub fn at(text: &str) -> DateTime<Utc> {
    parse_when(text, chrono_tz::Europe::London).unwrap()
}

/// A folder with a casebook in it.
pub struct Bench {
    pub folder: TempDir,
    pub atlas: Arc<CheckedAtlas>,
}

pub const MADE: &str = "2022-10-03 08:00";

impl Bench {
    /// A simulated casebook, empty.
    pub fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap(), atlas: atlas() };
        drop(Casebook::make(&bench.path(), Making { simulated: true, now: at(MADE) }).unwrap());
        bench
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("casebook.db")
    }

    pub fn at(&self, now: &str) -> Engine {
        engine(&self.path(), &self.atlas, now).unwrap()
    }

    /// A connection past the engine, as somebody with the `sqlite3` client has it.
    pub fn rogue(&self) -> Connection {
        let db = Connection::open(self.path()).unwrap();
        // Nobody pulls the plug here: what the tests do to casebooks need not wait for the disk.
        db.pragma_update(None, "synchronous", "OFF").unwrap();
        db
    }
}

pub fn engine(path: &Path, atlas: &Arc<CheckedAtlas>, now: &str) -> Result<Engine, Error> {
    Engine::new(Casebook::open(path)?, Some(atlas.clone()), Some(at(now)))
}

pub fn fields(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

pub fn opening(record: &[(&str, &str)]) -> Opening {
    Opening {
        map: "review".to_string(),
        entry: None,
        record: fields(record),
        actor: "ann".to_string(),
        role: None,
        at: None,
    }
}

pub fn by(actor: &str, act: Act) -> Command {
    Command { act, actor: actor.to_string(), role: None, at: None, expect: None }
}

pub fn evidence(name: &str) -> Attachment {
    Attachment { name: name.to_string(), reference: format!("{name}-1"), sha256: None }
}

/// Do `prepare` with all that it asks for.
pub fn prepare() -> Act {
    Act::Do {
        step: None,
        set: fields(&[("number", "123456"), ("home", "Elm Street 1"), ("met_on", "2022-10-01")]),
        check_off: vec!["signed".to_string()],
        attach: vec![evidence("letter"), evidence("extra")],
    }
}

pub fn receive() -> Act {
    Act::Receive { step: None, set: BTreeMap::new(), attach: Vec::new() }
}

pub fn answer(answer: &str) -> Act {
    Act::Answer {
        step: None,
        answer: answer.to_string(),
        set: BTreeMap::new(),
        check_off: Vec::new(),
        attach: Vec::new(),
    }
}

pub fn plain_do() -> Act {
    Act::Do { step: None, set: BTreeMap::new(), check_off: Vec::new(), attach: Vec::new() }
}

pub fn run(engine: &mut Engine, case: u64, act: Act) -> Answer {
    engine.command(CaseNumber(case), &by("ann", act), None).unwrap()
}

/// Several cases in every state: 1 called 4, which came back, and has ended; 2 was handed over to 5, which is late; 3 lapsed, and
/// its limit started 7, which is late too; 6 was withdrawn; 8 is at its beginning. Of personal values, 8's last was cleared.
pub fn populate(bench: &Bench) {
    let mut engine = bench.at("2022-10-03 09:00");
    for (number, child) in [(1, "Ada One"), (2, "Bo Two"), (3, "Cy Three")] {
        let answer = engine.open(&opening(&[("child", child)]), Some(&format!("open-{number}"))).unwrap();
        assert_eq!(answer.case, CaseNumber(number).to_string());
    }
    for case in [1, 2, 3] {
        assert_eq!(run(&mut engine, case, prepare()).step, "reply");
    }
    let mut engine = bench.at("2022-10-04 09:00");
    for case in [1, 2] {
        assert_eq!(run(&mut engine, case, receive()).step, "decide");
    }
    assert_eq!(run(&mut engine, 1, answer("yes")).step, "ask");
    assert_eq!(run(&mut engine, 4, answer("yes")).status, "ended");
    assert_eq!(engine.view(CaseNumber(1)).unwrap().state.status.word(), "ended");
    assert_eq!(run(&mut engine, 2, answer("no")).status, "handed-over");
    run(&mut engine, 2, Act::Note("passed on; the family knows".to_string()));
    assert_eq!(engine.open(&opening(&[]), None).unwrap().case, CaseNumber(6).to_string());
    run(&mut engine, 6, Act::Assign(Some("bob".to_string())));
    let withdraw = Act::Withdraw { reason: "opened twice".to_string() };
    let command = Command { role: Some("MGR".to_string()), ..by("eve", withdraw) };
    engine.command(CaseNumber(6), &command, None).unwrap();
    let mut engine = bench.at("2022-10-20 09:00");
    let report = engine.tick(|_, _| {}).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert_eq!(engine.open(&opening(&[("child", "Di Eight")]), None).unwrap().case, CaseNumber(8).to_string());
    run(&mut engine, 8, Act::Set(fields(&[("child", "Di Ate"), ("number", "99999")])));
    run(&mut engine, 8, Act::Set(fields(&[("child", "")])));
    assert_eq!(engine.view(CaseNumber(3)).unwrap().state.step, "chase");
    assert_eq!(engine.view(CaseNumber(7)).unwrap().state.opened.map, "alarm");
}

/// All rows of all tables, as text.
pub type Dump = BTreeMap<String, Vec<String>>;

pub const TABLES: [&str; 8] =
    ["casebook", "map_revision", "event", "personal_value", "request", "case_now", "timer", "worklist"];

/// The contents of a casebook, byte for byte.
pub fn dump(path: &Path) -> Dump {
    dump_without(path, |_, _| false)
}

/// The contents of a casebook, without what is drawn by lot: salts, and the commitments and hashes that follow from them.
pub fn dump_but_for_salts(path: &Path) -> Dump {
    let drawn = |table: &str, column: &str| {
        matches!(
            (table, column),
            ("event" | "case_now", "hash" | "previous_hash")
                | ("personal_value" | "request", "salt")
                | ("request", "command")
        )
    };
    let mut dump = dump_without(path, drawn);
    for rows in dump.values_mut() {
        rows.iter_mut().for_each(|row| *row = without_commitments(row));
    }
    dump
}

fn without_commitments(row: &str) -> String {
    const KEY: &str = "\"commitment\":\"";
    let mut parts = row.split(KEY);
    let mut text = parts.next().unwrap_or("").to_string();
    for part in parts {
        text.push_str(KEY);
        text.push_str(part.get(64..).unwrap_or(""));
    }
    text
}

fn dump_without(path: &Path, skip: impl Fn(&str, &str) -> bool) -> Dump {
    let db = Connection::open(path).unwrap();
    let mut dump = Dump::new();
    for table in TABLES {
        let mut query = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns: Vec<String> = query.column_names().map(str::to_string).collect();
        let mut rows = query.query([]).unwrap();
        let mut list = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells = columns.iter().enumerate().filter(|(_, column)| !skip(table, column));
            let cells: Vec<String> = cells
                .map(|(at, column)| {
                    let value = match row.get_ref(at).unwrap() {
                        ValueRef::Null => "NULL".to_string(),
                        ValueRef::Integer(number) => number.to_string(),
                        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                        other => format!("{other:?}"),
                    };
                    format!("{column}={value}")
                })
                .collect();
            list.push(cells.join(" | "));
        }
        list.sort();
        dump.insert(table.to_string(), list);
    }
    dump
}

/// What differs between two dumps, for messages.
pub fn difference(one: &Dump, other: &Dump) -> String {
    let mut text = String::new();
    for table in TABLES {
        let (one, other) = (&one[table], &other[table]);
        one.iter().filter(|row| !other.contains(row)).for_each(|row| text.push_str(&format!("- {table}: {row}\n")));
        other.iter().filter(|row| !one.contains(row)).for_each(|row| text.push_str(&format!("+ {table}: {row}\n")));
    }
    text
}

pub fn findings(engine: &Engine) -> Vec<Finding> {
    engine.verify(None, |_, _| {}).unwrap().findings
}

#[track_caller]
pub fn assert_sound(engine: &Engine) {
    let found = findings(engine);
    assert!(found.is_empty(), "{found:#?}");
}
