//! The events as they stand in the file, read past the engine.

use rusqlite::Connection;

use super::paper::{Line, text};

/// A row of the table of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place in the file: rows are appended.
    pub place: i64,
    /// When it was recorded.
    pub recorded: String,
    /// What is held against the ledger.
    pub line: Line,
    /// All columns, with what was drawn by lot and the hashes.
    pub whole: String,
}

/// The rows behind a place, in order.
pub fn after(db: &Connection, place: i64) -> rusqlite::Result<Vec<Row>> {
    let sql = "SELECT rowid, case_number, seq, name, step, actor, role, occurred_at, recorded_at, content, previous_hash, hash
        FROM event WHERE rowid > ?1 ORDER BY rowid";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([place], |row| {
        let option = |at: usize| row.get::<_, Option<String>>(at);
        let must = |at: usize| row.get::<_, String>(at);
        let (name, step, actor, role) = (must(3)?, option(4)?, option(5)?, option(6)?);
        let (times, content) = ((must(7)?, must(8)?), must(9)?);
        let line = Line {
            case: row.get::<_, i64>(1)?.unsigned_abs(),
            seq: row.get::<_, i64>(2)?.unsigned_abs(),
            text: text(&name, step.as_deref(), actor.as_deref(), role.as_deref(), &times, &content),
        };
        let whole = format!("{} {} {} {content} {} {}", line.case, line.seq, line.text, must(10)?, must(11)?);
        Ok(Row { place: row.get(0)?, recorded: times.1, line, whole })
    })?;
    rows.collect()
}
