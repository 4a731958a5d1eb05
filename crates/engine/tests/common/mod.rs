//! What the engine's tests share: casebooks that live as long as a test, the real atlas, small atlases, commands in few words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, dead_code)]

pub mod deeds;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use mapcase_case::event::Event;
use mapcase_case::{Act, Attachment, CaseNumber, Command, Library, Opening, Refusal, RefusalKind};
use mapcase_engine::{Casebook, Engine, Error, Making, files::read_atlas_files};
use mapcase_map::check::AtlasFile;
use mapcase_map::model::Role;
use mapcase_map::time::{Calendar, parse_when};
use mapcase_map::{CheckedAtlas, Machine};

pub type Fields = BTreeMap<String, String>;

/// The maps of this repository.
pub fn real_atlas() -> Arc<CheckedAtlas> {
    static ATLAS: OnceLock<Arc<CheckedAtlas>> = OnceLock::new();
    let read = || {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../processes");
        let checked = mapcase_map::check(&read_atlas_files(&folder).unwrap());
        assert!(!checked.has_errors(), "{:#?}", checked.findings);
        Arc::new(checked.atlas.unwrap())
    };
    ATLAS.get_or_init(read).clone()
}

pub const SMALL: &str = "atlas: small
title: Small
time_zone: Europe/London
calendar: plain
supervisors: [Boss]
roles: { Worker: Worker, Second: Second worker, Boss: Boss }
themes: { t: Theme }
documents: { d: { title: Document, version: '1', date: '2022-11' } }
";

/// The calendar of small atlases, where a test asks for no other years.
pub const CALENDAR: &str = "calendar: plain\ntitle: Plain\nweekend: [saturday, sunday]\ncovers: 2021..2023\nholidays: { 2022-06-01: The holiday }\n";

/// Maps without the lines that every map has alike.
pub fn map(id: &str, body: &str) -> (String, String) {
    let head = format!(
        "map: {id}\ntitle: Map {id}\nrevision: 1\ntheme: t\nowner: Boss\nreview_by: 2099-01-01\nsource: {{ document: d, reading: reconstructed }}\n"
    );
    (format!("{id}.yaml"), head + body)
}

/// An atlas of the maps that are given, with a calendar that covers 2021 to 2023 and has one holiday, 1 June 2022.
pub fn small_atlas(maps: &[(String, String)]) -> Arc<CheckedAtlas> {
    small_atlas_covering("2021..2023", maps)
}

pub fn small_atlas_covering(years: &str, maps: &[(String, String)]) -> Arc<CheckedAtlas> {
    let calendar = CALENDAR.replace("2021..2023", years);
    let mut files = vec![("atlas.yaml".to_string(), SMALL.to_string()), ("plain.yaml".to_string(), calendar)];
    files.extend(maps.iter().cloned());
    let files: Vec<AtlasFile> =
        files.into_iter().map(|(path, text)| AtlasFile { path, bytes: text.into_bytes() }).collect();
    let checked = mapcase_map::check(&files);
    let errors = checked.findings.iter().filter(|finding| finding.severity == mapcase_map::diagnostic::Severity::Error);
    let errors: Vec<_> = errors.collect();
    assert!(errors.is_empty(), "{errors:#?}");
    Arc::new(checked.atlas.unwrap())
}

/// The atlas, for cases that no casebook keeps.
pub struct Maps<'a>(pub &'a CheckedAtlas);

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

    fn is_simulated(&self) -> bool {
        true
    }

    fn supervisors(&self) -> &[Role] {
        self.0.supervisors()
    }
}

/// A time as a user writes it, of London where it has no offset.
pub fn at(text: &str) -> DateTime<Utc> {
    parse_when(text, chrono_tz::Europe::London).unwrap()
}

/// Where tests keep their casebooks: in memory, where the machine has such a folder.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    dir.or_else(|_| tempfile::tempdir()).unwrap()
}

/// A simulated casebook that lives as long as the test.
pub struct Book {
    pub path: PathBuf,
    pub atlas: Arc<CheckedAtlas>,
    _dir: tempfile::TempDir,
}

impl Book {
    pub fn new(atlas: &Arc<CheckedAtlas>, now: DateTime<Utc>) -> Book {
        let dir = folder();
        let path = dir.path().join("casebook.db");
        Casebook::make(&path, Making { simulated: true, now }).unwrap();
        Book { path, atlas: atlas.clone(), _dir: dir }
    }

    pub fn real(now: &str) -> Book {
        Book::new(&real_atlas(), at(now))
    }

    pub fn small(now: &str, maps: &[(String, String)]) -> Book {
        Book::new(&small_atlas(maps), at(now))
    }

    /// The engine at a time.
    pub fn on(&self, now: DateTime<Utc>) -> Engine {
        self.with(&self.atlas, now)
    }

    /// The engine at a time, with another atlas.
    pub fn with(&self, atlas: &Arc<CheckedAtlas>, now: DateTime<Utc>) -> Engine {
        Engine::new(Casebook::open(&self.path).unwrap(), Some(atlas.clone()), Some(now)).unwrap()
    }

    /// Opens a case; gives its number.
    pub fn open(&self, now: &str, map: &str, record: &[(&str, &str)]) -> CaseNumber {
        let answer = self.on(at(now)).open(&opening(map, record), None).unwrap();
        answer.case.parse().unwrap()
    }

    /// Does something and says at which step the case then stands.
    pub fn act(&self, now: &str, case: CaseNumber, command: Command) -> String {
        self.on(at(now)).command(case, &command, None).unwrap_or_else(|error| panic!("{error}: {command:?}")).step
    }

    /// Does something that is refused.
    pub fn refuse(&self, now: &str, case: CaseNumber, command: Command) -> Refusal {
        let before = dump(&self.path);
        let refusal = refusal(self.on(at(now)).command(case, &command, None));
        assert_eq!(dump(&self.path), before, "a refused command changed something: {command:?}");
        refusal
    }

    /// Fires what is due, without faults.
    pub fn tick(&self, now: &str) -> usize {
        let report = self.on(at(now)).tick(|_, _| {}).unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        report.fired.len()
    }

    /// The engine at the time that was said last.
    pub fn read(&self) -> Engine {
        Engine::new(Casebook::open(&self.path).unwrap(), Some(self.atlas.clone()), None).unwrap()
    }

    pub fn state(&self, case: u64) -> mapcase_case::CaseState {
        self.read().view(CaseNumber(case)).unwrap().state.as_ref().clone()
    }

    pub fn events(&self, case: u64) -> Vec<Event> {
        self.read().history(CaseNumber(case)).unwrap().into_iter().map(|row| row.event).collect()
    }

    /// The events of a case as `when name step`, times in UTC to the minute.
    pub fn story(&self, case: u64) -> Vec<String> {
        self.events(case).iter().map(line).collect()
    }

    /// The names of the events of a case.
    pub fn names(&self, case: u64) -> Vec<&'static str> {
        self.events(case).iter().map(|event| event.body.name()).collect()
    }

    /// The rows of a role's worklist, as `case why about`.
    pub fn work(&self, role: &str) -> Vec<String> {
        let rows = self.read().work(Some(role), None).unwrap();
        rows.into_iter().map(|row| format!("{} {} {}", row.case.case.0, row.why, row.about)).collect()
    }

    pub fn sound(&self) {
        sound(&mut self.read(), &self.path);
    }
}

/// Nothing is wrong, and making the projections anew changes nothing.
pub fn sound(run: &mut Engine, path: &Path) {
    let found = run.verify(None, |_, _| {}).unwrap().findings;
    assert!(found.is_empty(), "{found:#?}");
    let before = dump(path);
    run.rebuild(|_, _| {}).unwrap();
    assert_eq!(dump(path), before, "rebuilding changed something");
}

pub fn line(event: &Event) -> String {
    let when = event.occurred_at.format("%Y-%m-%dT%H:%M");
    format!("{when} {} {}", event.body.name(), event.step.as_deref().unwrap_or("-"))
}

pub fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => *refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Every row of every table of a casebook, and its header.
pub fn dump(path: &Path) -> Vec<String> {
    let db = rusqlite::Connection::open(path).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut query = db.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let mut lines = Vec::new();
    for pragma in ["application_id", "user_version", "schema_version"] {
        let value: i64 = db.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
        lines.push(format!("{pragma} {value}"));
    }
    for table in names("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
        let mut query = db.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = query.column_count();
        let mut rows = query.query([]).unwrap();
        let mut of_table = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let value = |column| match row.get_ref(column).unwrap() {
                rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                other => format!("{other:?}"),
            };
            let values: Vec<String> = (0..columns).map(value).collect();
            of_table.push(format!("{table}: {}", values.join(" | ")));
        }
        of_table.sort();
        lines.extend(of_table);
    }
    lines
}

pub fn fields(list: &[(&str, &str)]) -> Fields {
    list.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

pub fn opening(map: &str, record: &[(&str, &str)]) -> Opening {
    let (map, record, actor) = (map.to_string(), fields(record), "ann".to_string());
    Opening { map, entry: None, record, actor, role: None, at: None }
}

pub fn command(act: Act) -> Command {
    Command { act, actor: "ann".to_string(), role: None, at: None, expect: None }
}

/// Does the step at which the case stands.
pub fn done() -> Command {
    command(Act::Do { step: None, set: Fields::new(), check_off: Vec::new(), attach: Vec::new() })
}

pub fn answer(answer: &str) -> Command {
    command(Act::Answer {
        step: None,
        answer: answer.to_string(),
        set: Fields::new(),
        check_off: Vec::new(),
        attach: Vec::new(),
    })
}

pub fn receive() -> Command {
    command(Act::Receive { step: None, set: Fields::new(), attach: Vec::new() })
}

pub fn set(list: &[(&str, &str)]) -> Command {
    command(Act::Set(fields(list)))
}

pub fn note(text: &str) -> Command {
    command(Act::Note(text.to_string()))
}

pub fn withdraw(role: &str) -> Command {
    command(Act::Withdraw { reason: "opened in error".to_string() }).role(role)
}

pub fn attachment(name: &str) -> Attachment {
    Attachment { name: name.to_string(), reference: format!("{name}-1"), sha256: None }
}

/// More words for a command.
pub trait With: Sized {
    fn by(self, actor: &str) -> Self;
    fn role(self, role: &str) -> Self;
    fn at(self, when: &str) -> Self;
    fn step(self, named: &str) -> Self;
    fn with(self, list: &[(&str, &str)]) -> Self;
    fn attach(self, names: &[&str]) -> Self;
    fn check(self, items: &[&str]) -> Self;
    fn expect(self, seq: u64) -> Self;
}

impl With for Command {
    fn by(mut self, actor: &str) -> Self {
        self.actor = actor.to_string();
        self
    }

    fn role(mut self, role: &str) -> Self {
        self.role = Some(role.to_string());
        self
    }

    fn at(mut self, when: &str) -> Self {
        self.at = Some(at(when));
        self
    }

    fn step(mut self, named: &str) -> Self {
        match &mut self.act {
            Act::Do { step, .. } | Act::Answer { step, .. } | Act::Receive { step, .. } => {
                *step = Some(named.to_string())
            }
            other => panic!("{other:?} names no step"),
        }
        self
    }

    fn with(mut self, list: &[(&str, &str)]) -> Self {
        match &mut self.act {
            Act::Do { set, .. } | Act::Answer { set, .. } | Act::Receive { set, .. } => *set = fields(list),
            other => panic!("{other:?} sets no fields"),
        }
        self
    }

    fn attach(mut self, names: &[&str]) -> Self {
        match &mut self.act {
            Act::Do { attach, .. } | Act::Answer { attach, .. } | Act::Receive { attach, .. } => {
                *attach = names.iter().map(|name| attachment(name)).collect();
            }
            other => panic!("{other:?} attaches nothing"),
        }
        self
    }

    fn check(mut self, items: &[&str]) -> Self {
        match &mut self.act {
            Act::Do { check_off, .. } => *check_off = items.iter().map(|item| item.to_string()).collect(),
            other => panic!("{other:?} ticks nothing"),
        }
        self
    }

    fn expect(mut self, seq: u64) -> Self {
        self.expect = Some(seq);
        self
    }
}

/// What a refusal must say: why, and something to do about it.
pub fn helps(refusal: &Refusal, kind: RefusalKind, words: &[&str]) {
    assert_eq!(refusal.kind, kind, "{refusal:?}");
    assert!(!refusal.help.is_empty(), "{refusal:?}");
    let all = format!(
        "{} | {} | {} | {}",
        refusal.message,
        refusal.missing.join(", "),
        refusal.may_act.join(", "),
        refusal.help
    );
    for word in words {
        assert!(all.contains(word), "`{word}` is not in: {all}");
    }
}
