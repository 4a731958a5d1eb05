//! The bare loop: the work of `examples/peers` over rusqlite and a petgraph graph, with nothing else: no hashes, roles, worklist or checks.
//!
//! An advance reads the case's row, adds an event with JSON of about 200 bytes, writes the case's row and its timer. What the others reach is
//! given as a part of this.

mod work;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};
use serde_json::{Value, json};
use work::{Any, END, LETTERS, Measured, STEPS, TOGETHER, asked, count, data, timed, wipe};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS cases (id INTEGER PRIMARY KEY, step TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events (case_id INTEGER NOT NULL, seq INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (case_id, seq)) STRICT;
CREATE TABLE IF NOT EXISTS timers (case_id INTEGER PRIMARY KEY, due INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS due ON timers (due) WHERE due IS NOT NULL;
";
/// Of a clock in hours that begins at 0.
const TWO_WEEKS: i64 = 336;

/// A process of `work.json`: its steps, the ways between them, and the hours that each gives.
struct Map {
    graph: DiGraph<Step, &'static str>,
    start: NodeIndex,
}

struct Step {
    id: String,
    hours: Option<i64>,
    end: bool,
}

impl Map {
    #[expect(clippy::disallowed_methods, reason = "the bare loop has nobody to read a file for it")]
    fn read(name: &str) -> Any<Self> {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/work.json"))?;
        let all: Value = serde_json::from_str(&text)?;
        let process = &all["processes"][name];
        let steps = process["steps"].as_object().ok_or("no steps")?;
        let mut graph = DiGraph::new();
        let mut nodes: BTreeMap<&str, NodeIndex> = BTreeMap::new();
        for (id, step) in steps {
            let hours = step["deadline_hours"].as_i64().or(step["timeout_hours"].as_i64());
            let end = step["end"].as_bool() == Some(true);
            nodes.insert(id, graph.add_node(Step { id: id.clone(), hours, end }));
        }
        let named = |step: &Value| step.as_str().and_then(|id| nodes.get(id).copied());
        for (id, step) in steps {
            for way in ["done", "lapsed"] {
                if let (Some(from), Some(to)) = (nodes.get(id.as_str()), named(&step[way])) {
                    graph.add_edge(*from, to, way);
                }
            }
        }
        Ok(Self { start: named(&process["start"]).ok_or("no start")?, graph })
    }

    fn find(&self, id: &str) -> Any<NodeIndex> {
        Ok(self.graph.node_indices().find(|node| self.graph[*node].id == id).ok_or("no such step")?)
    }

    fn to(&self, from: NodeIndex, way: &str) -> Any<NodeIndex> {
        let edge = self.graph.edges(from).find(|edge| *edge.weight() == way);
        Ok(edge.ok_or("the map has no such way")?.target())
    }
}

struct Store {
    db: Connection,
    map: Map,
}

impl Store {
    fn open(path: &Path, map: &str) -> Any<Self> {
        let db = Connection::open(path)?;
        let journal: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        db.pragma_update(None, "synchronous", "FULL")?;
        assert_eq!((journal.as_str(), count(&db, "PRAGMA synchronous")?), ("wal", 2));
        db.execute_batch(SCHEMA)?;
        Ok(Self { db, map: Map::read(map)? })
    }

    /// A fresh one with so many open cases, their first times set.
    fn fill(path: &Path, map: &str, cases: usize) -> Any<Self> {
        wipe(path);
        let mut store = Self::open(path, map)?;
        let tx = store.db.transaction()?;
        for case in 1..=cases as i64 {
            let first = &store.map.graph[store.map.start];
            event(&tx, case, 0, "start", &first.id)?;
            tx.prepare_cached("INSERT INTO cases VALUES (?1, ?2, 0)")?.execute(params![case, first.id])?;
            tx.prepare_cached("INSERT INTO timers VALUES (?1, ?2)")?.execute(params![case, first.hours])?;
        }
        tx.commit()?;
        Ok(store)
    }

    fn begin(&mut self) -> Any<(Transaction<'_>, &Map)> {
        Ok((self.db.transaction_with_behavior(TransactionBehavior::Immediate)?, &self.map))
    }

    fn checked(&self, cases: usize, events: usize, step: &str) -> Any<Value> {
        let there = count(&self.db, &format!("SELECT count(*) FROM cases WHERE step = '{step}'"))?;
        let written = count(&self.db, "SELECT count(*) FROM events")?;
        assert_eq!((there, written), (cases, events));
        Ok(json!({ "cases": there, "events": written }))
    }
}

fn event(tx: &Transaction<'_>, case: i64, seq: i64, from: &str, to: &str) -> Any<()> {
    let mut content = format!(
        r#"{{"type":"step-done","case":{case},"seq":{seq},"from":"{from}","to":"{to}","actor":"ann","role":"Worker","at":"2026-11-23T10:00:00Z","note":""#
    );
    content.extend(std::iter::repeat_n('x', 198_usize.saturating_sub(content.len())));
    content.push_str("\"}");
    tx.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3)")?.execute(params![case, seq, content])?;
    Ok(())
}

/// Loads a case, goes on by the way, and writes the event, the case and its timer.
fn advance(tx: &Transaction<'_>, map: &Map, case: i64, way: &str) -> Any<NodeIndex> {
    let mut query = tx.prepare_cached("SELECT step, seq FROM cases WHERE id = ?1")?;
    let (step, seq): (String, i64) = query.query_row([case], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let at = map.to(map.find(&step)?, way)?;
    let to = &map.graph[at];
    event(tx, case, seq + 1, &step, &to.id)?;
    tx.prepare_cached("UPDATE cases SET step = ?2, seq = ?3 WHERE id = ?1")?.execute(params![case, to.id, seq + 1])?;
    let due = to.hours.map(|hours| if way == "lapsed" { TWO_WEEKS + hours } else { hours });
    tx.prepare_cached("UPDATE timers SET due = ?2 WHERE case_id = ?1")?.execute(params![case, due])?;
    Ok(at)
}

fn durable(measure: &str, cases: usize, together: usize) -> Any<()> {
    let mut store = Store::fill(&data("bare.db"), "transfer-out", cases)?;
    let work: Vec<i64> = STEPS.iter().flat_map(|_| 1..=cases as i64).collect();
    let took = timed(|| {
        for some in work.chunks(together) {
            let (tx, map) = store.begin()?;
            for case in some {
                advance(&tx, map, *case, "done")?;
            }
            tx.commit()?;
        }
        Ok(())
    })?;
    let checked = store.checked(cases, cases * 4, END)?;
    say(measure, "one row read, three written", work.len(), took, checked);
    Ok(())
}

fn decide(cases: usize) -> Any<()> {
    let map = Map::read("transfer-out")?;
    let mut stands = vec![(map.start, None, Vec::with_capacity(4)); cases];
    let took = timed(|| {
        for _ in STEPS {
            for (at, due, way) in &mut stands {
                way.push(*at);
                *at = map.to(*at, black_box("done"))?;
                *due = map.graph[*at].hours;
            }
        }
        Ok(())
    })?;
    assert!(stands.iter().all(|(at, due, way)| map.graph[*at].end && due.is_none() && way.len() == 3));
    say("decide", "a walk over petgraph, the way kept", cases * 3, took, json!({ "cases": cases }));
    Ok(())
}

fn timers(cases: usize) -> Any<()> {
    let mut store = Store::fill(&data("bare.db"), "letters", cases)?;
    let took = timed(|| {
        let due: Vec<i64> = {
            let mut query = store.db.prepare("SELECT case_id FROM timers WHERE due <= ?1 ORDER BY due")?;
            query.query_map([TWO_WEEKS], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        for some in due.chunks(TOGETHER) {
            let (tx, map) = store.begin()?;
            for case in some {
                advance(&tx, map, *case, "lapsed")?;
            }
            tx.commit()?;
        }
        Ok(())
    })?;
    let checked = store.checked(cases, cases * 2, LETTERS[1])?;
    say("timers", "1,000 in a transaction", cases, took, checked);
    Ok(())
}

/// One query a case, its events walked over the graph.
fn replay(cases: usize) -> Any<()> {
    let mut store = Store::fill(&data("bare.db"), "transfer-out", cases)?;
    let (tx, map) = store.begin()?;
    for case in STEPS.iter().flat_map(|_| 1..=cases as i64) {
        advance(&tx, map, case, "done")?;
    }
    tx.commit()?;
    let map = &store.map;
    let mut events = 0;
    let took = timed(|| {
        let mut query = store.db.prepare("SELECT content FROM events WHERE case_id = ?1 ORDER BY seq")?;
        for case in 1..=cases as i64 {
            let (mut rows, mut at) = (query.query([case])?, map.start);
            while let Some(row) = rows.next()? {
                let content: Value = serde_json::from_str(row.get_ref(0)?.as_str()?)?;
                if content["seq"] != 0 {
                    assert!(content["from"] == map.graph[at].id.as_str());
                    at = map.to(at, "done")?;
                }
                assert!(content["to"] == map.graph[at].id.as_str());
                events += 1;
            }
            assert!(map.graph[at].end);
        }
        Ok(())
    })?;
    let checked = store.checked(cases, events, END)?;
    say("replay", "one query a case, JSON walked over the graph", events, took, checked);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "where the case now stands")]
fn one(path: &Path, case: i64) -> Any<()> {
    // No file is made here: `fill` did.
    drop(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?);
    let mut store = Store::open(path, "transfer-out")?;
    let (tx, map) = store.begin()?;
    let at = advance(&tx, map, case, "done")?;
    tx.commit()?;
    println!("{}", store.map.graph[at].id);
    Ok(())
}

fn say(measure: &str, how: &str, number: usize, took: std::time::Duration, checked: Value) {
    let version = format!("SQLite {}", rusqlite::version());
    Measured { peer: ("bare", &version), measure, how, number, took, checked }.say();
}

fn main() -> Any<()> {
    let (measure, number) = asked()?;
    let cold: PathBuf = data("bare-cold.db");
    match measure.as_str() {
        "advance" => durable("advance", number, 1),
        "bulk" => durable("bulk", number, TOGETHER),
        "decide" => decide(number),
        "timers" => timers(number),
        "replay" => replay(number),
        "fill" => Store::fill(&cold, "transfer-out", number).map(drop),
        "one" => one(&cold, number as i64),
        other => Err(format!("no measure `{other}`").into()),
    }
}
