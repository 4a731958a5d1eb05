//! What a client of the program keeps: each request that it made, what was answered, and what a kill left of it.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use crate::stage::{look, rows};

/// Where a kill struck, by what was found afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Struck {
    /// Nothing had been written.
    Before,
    /// Pages had been written, and none of the command is there.
    Within,
    /// The command is there, and its answer was not out.
    Committed,
    /// The answer was out.
    Answered,
    /// The program ended before the kill came.
    Missed,
}

/// A request that is over.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The request's id.
    pub id: String,
    /// The answer; nothing where it was refused.
    pub answer: Option<Value>,
    /// The text of a note that it made, if it made one.
    pub note: Option<String>,
    /// The plate of a case that it opened, if it opened one.
    pub plate: Option<String>,
}

/// What is counted over a whole run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The kills, by where they struck.
    pub struck: BTreeMap<Struck, u64>,
    /// The kills by the kind of command.
    pub kinds: BTreeMap<&'static str, u64>,
    /// How often the program was run.
    pub runs: u64,
    /// The requests that are over.
    pub entries: Vec<Entry>,
    /// Requests that were sent again after a kill.
    pub again: u64,
}

impl Tally {
    /// Counts a run that was to be killed.
    pub fn count(&mut self, kind: &'static str, struck: Struck) {
        *self.struck.entry(struck).or_default() += 1;
        if struck != Struck::Missed {
            *self.kinds.entry(kind).or_default() += 1;
        }
    }

    /// How many were killed.
    pub fn kills(&self) -> u64 {
        self.struck.iter().filter(|(struck, _)| **struck != Struck::Missed).map(|(_, number)| number).sum()
    }

    /// Adds what another counted.
    pub fn add(&mut self, other: Tally) {
        other.struck.into_iter().for_each(|(struck, number)| *self.struck.entry(struck).or_default() += number);
        other.kinds.into_iter().for_each(|(kind, number)| *self.kinds.entry(kind).or_default() += number);
        self.runs += other.runs;
        self.again += other.again;
        self.entries.extend(other.entries);
    }

    /// The summary.
    pub fn say(&self, seed: u64, seconds: f64) {
        let of = |struck: Struck| self.struck.get(&struck).copied().unwrap_or_default();
        let done = self.entries.iter().filter(|entry| entry.answer.is_some()).count();
        let kinds: Vec<String> = self.kinds.iter().map(|(kind, number)| format!("{kind} {number}")).collect();
        println!("{} kills in {seconds:.0} s, seed {seed}; {} runs of the program", self.kills(), self.runs);
        println!("  of {}", kinds.join(", "));
        println!("  before anything was written       {}", of(Struck::Before));
        println!("  while the command was written     {}: none of it was there", of(Struck::Within));
        println!("  committed, the answer not out     {}: all of it was there", of(Struck::Committed));
        println!("  the answer out, not at its end    {}", of(Struck::Answered));
        println!("  (ended by itself before the kill  {})", of(Struck::Missed));
        println!(
            "{done} acknowledged: none lost, none done twice; {} refused: nothing there",
            self.entries.len() - done
        );
        println!("{} sent again after a kill: each answered as if once", self.again);
    }
}

/// What the casebook keeps of a request: its answer.
fn kept(db: &Connection, id: &str) -> Option<Value> {
    let sql = "SELECT answer FROM request WHERE id = ?1";
    let answer = db.query_row(sql, [id], |row| row.get::<_, String>(0)).optional().unwrap();
    answer.map(|text| serde_json::from_str(&text).unwrap())
}

/// Which of some requests are there, at one moment.
pub fn there(path: &Path, wants: &[Entry]) -> Vec<bool> {
    let db = look(path);
    let moment = db.unchecked_transaction().unwrap();
    wants.iter().map(|entry| kept(&moment, &entry.id).is_some()).collect()
}

/// Holds a casebook against the ledger: what was acknowledged is there, once; what was refused is not.
#[track_caller]
pub fn hold(path: &Path, entries: &[Entry]) {
    let db = look(path);
    let texts = |sql: &str| -> BTreeMap<String, u64> {
        let mut query = db.prepare(sql).unwrap();
        let mut counts = BTreeMap::new();
        for text in query.query_map([], |row| row.get::<_, String>(0)).unwrap() {
            *counts.entry(text.unwrap()).or_default() += 1;
        }
        counts
    };
    let notes = texts("SELECT json_extract(content, '$.note-added.text') FROM event WHERE name = 'note-added'");
    let plates = texts("SELECT json_extract(record, '$.plate') FROM case_now WHERE map = 'permit'");
    let events =
        texts("SELECT case_now.reference || ' ' || event.seq FROM event JOIN case_now ON number = case_number");
    for entry in entries {
        let (id, kept) = (&entry.id, kept(&db, &entry.id));
        let Some(answer) = &entry.answer else {
            assert_eq!(kept, None, "{id} was refused and is there");
            let notes = entry.note.as_ref().and_then(|note| notes.get(note));
            assert_eq!(notes, None, "{id} was refused and its note is there");
            continue;
        };
        let kept = kept.unwrap_or_else(|| panic!("{id} was acknowledged and is lost"));
        for key in ["case", "map", "step", "status", "seq"] {
            assert_eq!(kept[key], answer[key], "{id}: {key}");
        }
        let event = format!("{} {}", answer["case"].as_str().unwrap(), answer["seq"]);
        assert_eq!(events.get(&event), Some(&1), "{id} was acknowledged and its event {event} is not there once");
        for (what, there) in [(&entry.note, &notes), (&entry.plate, &plates)] {
            let times = what.as_ref().map(|what| there.get(what).copied().unwrap_or_default());
            assert!(times.is_none_or(|times| times == 1), "{id} was done {times:?} times");
        }
    }
    let fired = "SELECT case_number, name, step, json_extract(content, '$.' || name || '.kind'), json_extract(content, '$.' || name || '.id')
        FROM event WHERE name IN ('deadline-passed', 'wait-lapsed', 'wait-ended') GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1";
    assert_eq!(rows(&db, fired), Vec::<String>::new(), "timers that fired twice");
}
