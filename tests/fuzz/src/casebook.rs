//! A casebook that somebody has changed past the program: any cell, with the hashes mended or not, or any byte of the file. The
//! program says what is wrong, or goes on; it never stops with a panic.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

use mapcase_case::event::{Event, EventBody};
use mapcase_case::{Act, CaseNumber, Command, Opening};
use mapcase_engine::describe::describe;
use mapcase_engine::query::ListFilter;
use mapcase_engine::{Casebook, Engine, Error, Making, hash};
use mapcase_map::time::parse_when;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use crate::lines::folder;
use crate::{Bytes, scene};

/// A casebook with cases in several states, its guards taken off.
struct Room {
    folder: tempfile::TempDir,
    /// The file as it was.
    whole: Vec<u8>,
    /// The events of each case.
    events: Vec<Vec<Event>>,
}

const NOW: &str = "2022-10-20 09:00";

fn at(text: &str) -> chrono::DateTime<chrono::Utc> {
    parse_when(text, chrono_tz::Europe::London).unwrap()
}

fn by(act: Act) -> Command {
    Command { act, actor: "ann".to_string(), role: None, at: None, expect: None }
}

fn fields(list: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    list.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn room() -> &'static Mutex<Room> {
    static ROOM: OnceLock<Mutex<Room>> = OnceLock::new();
    ROOM.get_or_init(|| Mutex::new(furnish()))
}

fn furnish() -> Room {
    let folder = folder();
    let path = folder.path().join("casebook.db");
    let start = at("2022-10-03 09:00");
    let book = Casebook::make(&path, Making { simulated: true, now: start }).unwrap();
    let mut engine = Engine::new(book, Some(scene::atlas()), Some(start)).unwrap();
    let opening = |child: &str| Opening {
        map: "review".to_string(),
        entry: None,
        record: fields(&[("child", child), ("sort", "odd"), ("sum", "12.50")]),
        actor: "ann".to_string(),
        role: None,
        at: None,
    };
    for child in ["Ada", "Bo", "Cy"] {
        engine.open(&opening(child), Some(child)).unwrap();
    }
    let letter = mapcase_case::Attachment { name: "letter".to_string(), reference: "L-1".to_string(), sha256: None };
    for case in [1, 2] {
        let act = Act::Do {
            step: None,
            set: fields(&[("number", &format!("12345{case}")), ("met_on", "2022-10-01")]),
            check_off: vec!["signed".to_string()],
            attach: vec![letter.clone()],
        };
        engine.command(CaseNumber(case), &by(act), None).unwrap();
    }
    let receive = Act::Receive { step: None, set: fields(&[]), attach: Vec::new() };
    engine.command(CaseNumber(1), &by(receive), None).unwrap();
    let (set, check_off, attach) = (fields(&[]), Vec::new(), Vec::new());
    let yes = Act::Answer { step: None, answer: "yes".to_string(), set, check_off, attach };
    engine.command(CaseNumber(1), &by(yes), None).unwrap();
    engine.command(CaseNumber(2), &by(Act::Note("a note".to_string())), None).unwrap();
    engine.set_time(Some(at(NOW))).unwrap();
    assert!(engine.tick(|_, _| {}).unwrap().faults.is_empty());
    let cases = engine.cases().unwrap();
    let events =
        cases.iter().map(|case| engine.history(*case).unwrap().into_iter().map(|row| row.event).collect::<Vec<_>>());
    let events: Vec<Vec<Event>> = events.collect();
    drop(engine);
    let db = Connection::open(&path).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = DELETE; DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted;
        DROP TRIGGER event_is_appended;",
    )
    .unwrap();
    drop(db);
    Room { whole: std::fs::read(&path).unwrap(), folder, events }
}

impl Room {
    fn path(&self) -> PathBuf {
        self.folder.path().join("casebook.db")
    }

    fn put(&self, bytes: &[u8]) {
        for end in ["-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(self.folder.path().join(format!("casebook.db{end}")));
        }
        std::fs::write(self.path(), bytes).unwrap();
    }
}

/// Asks the casebook for everything. Errors are answers.
fn all(path: &std::path::Path) -> Option<usize> {
    let engine = Casebook::open(path).and_then(|book| Engine::new(book, Some(scene::atlas()), Some(at(NOW))));
    let mut engine = engine.ok()?;
    let found = engine.verify(None, |_, _| {}).map(|verified| verified.findings.len());
    for case in engine.cases().unwrap_or_default() {
        if let Ok(view) = engine.view(case) {
            let _ = mapcase_case::possible::possible(&view.machine, &view.state);
            let _ = mapcase_case::possible::waits_for(&view.machine, &view.state);
        }
        for row in engine.history(case).unwrap_or_default() {
            let _ = describe(&row.event, None, chrono_tz::Europe::London);
        }
        let _ = engine.replay(case, None);
        let _ = engine.family(case);
    }
    let _ = engine.list(&ListFilter::default());
    let _ = engine.work(None, None);
    let _ = engine.due(None, None);
    let _ = engine.count_controls();
    let _ = engine.movable(None);
    let _ = engine.what_if(|_, _| {}, |_| {});
    let undone = engine.together(|engine| {
        for case in engine.cases()?.into_iter().take(8) {
            let set = fields(&[("number", "99999")]);
            let done = Act::Do { step: None, set: fields(&[]), check_off: Vec::new(), attach: Vec::new() };
            for act in [Act::Set(set), done, Act::Note("n".to_string())] {
                let _ = engine.command(case, &by(act), None);
            }
        }
        engine.set_time(Some(at("2023-01-20 09:00")))?;
        let _ = engine.tick(|_, _| {});
        Err::<(), _>(Error::Damaged("to be undone".to_string()))
    });
    assert!(undone.is_err());
    let _ = engine.rebuild(|_, _| {});
    found.ok()
}

const TABLES: [&str; 8] =
    ["event", "personal_value", "case_now", "timer", "worklist", "map_revision", "request", "casebook"];

/// A cell of the casebook holds something else: bytes 0 and 1 say which table and column, 2 and 3 which row, 4 of which type and
/// whether the hashes are mended, the rest is the value.
pub fn casebook_cell(bytes: &[u8]) {
    let room = room().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    room.put(&room.whole);
    let mut bytes = Bytes(bytes);
    let table = TABLES[(bytes.byte() % 12).saturating_sub(4) as usize % 8];
    let (column, row, how) = (bytes.byte(), bytes.below(200), bytes.byte());
    let text = String::from_utf8_lossy(bytes.0).into_owned();
    {
        let db = Connection::open(room.path()).unwrap();
        db.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            .unwrap();
        match serde_json::from_str::<EventBody>(&text) {
            Ok(body) if table == "event" && how & 1 == 1 => forge(&db, &room, row, &body),
            _ => change(&db, table, column, row, &value(how, &text, bytes.0)),
        }
    }
    let _ = all(&room.path());
}

fn value(how: u8, text: &str, bytes: &[u8]) -> Value {
    match how / 2 % 8 {
        0 => Value::Null,
        1 => Value::Integer(bytes.iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))),
        2 => Value::Blob(bytes.to_vec()),
        3 => Value::Integer(i64::MIN),
        _ => Value::Text(text.to_string()),
    }
}

fn change(db: &Connection, table: &str, column: u8, row: usize, value: &Value) {
    let columns: Vec<String> =
        db.prepare(&format!("SELECT * FROM {table}")).unwrap().column_names().map(str::to_string).collect();
    let column = &columns[usize::from(column) % columns.len()];
    let rows: usize =
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0)).unwrap() as usize;
    let sql = format!(
        "UPDATE {table} SET {column} = ?1 WHERE ({0}) = (SELECT {0} FROM {table} LIMIT 1 OFFSET {1})",
        columns.join(", "),
        row % rows.max(1)
    );
    // What the types of the schema forbid is not what this is about.
    let _ = db.execute(&sql, params_from_iter([value]));
}

/// Another body for an event, with every later hash of its case, and the case's row, mended to match.
fn forge(db: &Connection, room: &Room, row: usize, body: &EventBody) {
    let total: usize = room.events.iter().map(Vec::len).sum();
    let mut left = row % total;
    let at = room.events.iter().position(|events| {
        let here = left < events.len();
        if !here {
            left -= events.len();
        }
        here
    });
    let at = at.unwrap();
    let case = CaseNumber(at as u64 + 1);
    let mut previous = hash::FIRST.to_string();
    for (place, event) in room.events[at].iter().enumerate() {
        let mut event = event.clone();
        if place == left {
            event.body = body.clone();
        }
        let hash = hash::event(&previous, case, &event);
        let sql = "UPDATE event SET name = ?1, content = ?2, previous_hash = ?3, hash = ?4 WHERE case_number = ?5 AND seq = ?6";
        let content = hash::canonical(&event.body);
        db.execute(sql, params![event.body.name(), content, previous, hash, case.0 as i64, event.seq as i64]).unwrap();
        previous = hash;
    }
    let _ = db.execute("UPDATE case_now SET hash = ?1 WHERE number = ?2", params![previous, case.0 as i64]);
}

/// Bytes of the file are others: four bytes say where, one what. What is cut off at the end is said by the first byte.
pub fn casebook_file(bytes: &[u8]) {
    let room = room().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut file = room.whole.clone();
    let mut bytes = Bytes(bytes);
    if bytes.byte() & 7 == 7 {
        let length = file.len();
        file.truncate((bytes.below(1 << 16) * length) >> 16);
    }
    while !bytes.0.is_empty() && !file.is_empty() {
        let place = (bytes.below(1 << 16) << 8 | usize::from(bytes.byte())) % file.len();
        file[place] = bytes.byte();
    }
    room.put(&file);
    let _ = all(&room.path());
}
