//! What the tests of faults share: a casebook with cases, dice, and what is looked at afterwards.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use crate::common::{Ran, Sandbox};

/// The time at which simulated casebooks begin here.
pub const BEGIN: &str = "2022-10-03T09:00:00+01:00";

/// How many of something a test does: what the environment says, or few.
pub fn many(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// Dice with a seed: the same one throws the same.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides.max(1)
    }
}

/// A sandbox with the small atlas and a new simulated casebook.
pub fn begun() -> Sandbox {
    let sandbox = Sandbox::small();
    sandbox.done([format!("init --simulated --now {BEGIN}")]);
    sandbox
}

/// The words that open a case of the small atlas; `plate` tells it from others.
pub fn opening(plate: &str) -> Vec<String> {
    let words =
        format!("open permit plate={plate} resident=Someone zone=north moved_in=2022-01-01 disabled=no --as RES");
    words.split(' ').map(str::to_string).collect()
}

/// Runs words.
pub fn run(sandbox: &Sandbox, words: &[String]) -> Ran {
    sandbox.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Opens cases that must be opened, one with each plate.
pub fn open(sandbox: &Sandbox, plates: impl IntoIterator<Item = String>) {
    for plate in plates {
        let ran = run(sandbox, &opening(&plate));
        assert_eq!(ran.code, 0, "{}", ran.shown());
    }
}

/// The casebook, to look at.
pub fn look(path: &Path) -> Connection {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    db.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
    db
}

/// The rows of a query, as text.
pub fn rows(db: &Connection, sql: &str) -> Vec<String> {
    let mut query = db.prepare(sql).unwrap();
    let columns = query.column_count();
    let rows =
        query.query_map([], |row| (0..columns).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>()).unwrap();
    rows.map(|row| format!("{:?}", row.unwrap())).collect()
}

/// All that a casebook holds, table by table.
pub fn all(path: &Path) -> Vec<String> {
    let db = look(path);
    let mut all = rows(&db, "SELECT * FROM event ORDER BY case_number, seq");
    all.extend(rows(&db, "SELECT * FROM personal_value ORDER BY 1, 2, 3"));
    all.extend(rows(&db, "SELECT * FROM map_revision ORDER BY 1"));
    all.extend(rows(&db, "SELECT * FROM request ORDER BY 1"));
    all.extend(rows(&db, "SELECT * FROM casebook ORDER BY 1"));
    all.extend(projections(path));
    all
}

/// What follows from the events.
pub fn projections(path: &Path) -> Vec<String> {
    let db = look(path);
    let mut all = rows(&db, "SELECT * FROM case_now ORDER BY 1");
    all.extend(rows(&db, "SELECT * FROM timer ORDER BY 1, 2, 3"));
    all.extend(rows(&db, "SELECT * FROM worklist ORDER BY 1, 2, 3, 4"));
    all
}

/// How many rows a query counts.
pub fn count(path: &Path, sql: &str) -> i64 {
    look(path).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The casebook verifies, and making the projections anew changes nothing.
#[track_caller]
pub fn assert_sound(sandbox: &Sandbox) {
    let verified = sandbox.line("audit verify");
    assert_eq!(verified.code, 0, "{}", verified.shown());
    let before = projections(&sandbox.path("casebook.db"));
    sandbox.done(["casebook rebuild"]);
    let after = projections(&sandbox.path("casebook.db"));
    assert!(before == after, "rebuilding changed what follows from the events");
}

/// The cases replay: each move is one of its map.
#[track_caller]
pub fn assert_replays(sandbox: &Sandbox, most: usize) {
    let references = rows(&look(&sandbox.path("casebook.db")), "SELECT reference FROM case_now ORDER BY number");
    for reference in references.iter().take(most) {
        let case = reference.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let case = case.strip_prefix("Text(\"").unwrap_or(case);
        let ran = sandbox.line(&format!("audit replay {case}"));
        assert_eq!(ran.code, 0, "{}", ran.shown());
    }
}
