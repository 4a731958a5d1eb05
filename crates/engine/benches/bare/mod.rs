//! The reference: what SQLite and petgraph do by themselves with the same rows.

use std::hint::black_box;
use std::path::Path;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

const SCHEMA: &str = "
CREATE TABLE event (
    case_number INTEGER NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, step TEXT, actor TEXT, role TEXT,
    occurred_at TEXT NOT NULL, recorded_at TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (case_number, seq)
) STRICT;
CREATE TABLE case_now (number INTEGER PRIMARY KEY, step TEXT NOT NULL, since TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE timer (case_number INTEGER PRIMARY KEY, due_at TEXT NOT NULL, passed INTEGER NOT NULL) STRICT;
CREATE INDEX timer_due ON timer (due_at) WHERE passed = 0;
";

const NOW: &str = "2022-10-03T08:00:00Z";

/// A bare casebook.
pub struct Bare {
    db: Connection,
    graph: DiGraph<String, ()>,
}

/// The ring of the benchmark's map.
fn ring() -> DiGraph<String, ()> {
    let mut graph = DiGraph::new();
    let nodes: Vec<NodeIndex> = ["first", "second", "again"].map(|step| graph.add_node(step.to_string())).to_vec();
    for at in 0..nodes.len() {
        graph.add_edge(nodes[at], nodes[(at + 1) % nodes.len()], ());
    }
    graph
}

impl Bare {
    pub fn make(path: &Path, cases: usize) -> Self {
        let mut db = Connection::open(path).unwrap();
        let _: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).unwrap();
        db.pragma_update(None, "synchronous", "FULL").unwrap();
        db.execute_batch(SCHEMA).unwrap();
        let tx = db.transaction().unwrap();
        for case in (0..).take(cases) {
            let due = if case % 10 == 0 { "2022-10-05T23:00:00Z" } else { "2023-07-30T23:00:00Z" };
            event(&tx, case, 1, "case-opened", "first");
            tx.prepare_cached("INSERT INTO case_now VALUES (?1, 'first', ?2, 1)")
                .unwrap()
                .execute(params![case, NOW])
                .unwrap();
            tx.prepare_cached("INSERT INTO timer VALUES (?1, ?2, 0)").unwrap().execute(params![case, due]).unwrap();
        }
        tx.commit().unwrap();
        Self { db, graph: ring() }
    }

    /// An advance in a transaction of its own.
    pub fn alone(&mut self, case: i64) {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        advance(&tx, &self.graph, case);
        tx.commit().unwrap();
    }

    /// Advances in one transaction.
    pub fn together(&mut self, cases: impl Iterator<Item = i64>) {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        cases.for_each(|case| advance(&tx, &self.graph, case));
        tx.commit().unwrap();
    }

    /// Marks what is due as passed, 1,000 in a transaction, and says how many there were.
    pub fn tick(&mut self) -> usize {
        let due: Vec<i64> = {
            let mut query = self
                .db
                .prepare("SELECT case_number FROM timer WHERE passed = 0 AND due_at <= '2022-10-07T08:00:00Z'")
                .unwrap();
            query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        for some in due.chunks(1_000) {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
            for case in some {
                let (step, seq) = standing(&tx, *case);
                event(&tx, *case, seq + 1, "deadline-passed", &step);
                tx.prepare_cached("UPDATE case_now SET seq = ?2 WHERE number = ?1")
                    .unwrap()
                    .execute(params![case, seq + 1])
                    .unwrap();
                tx.prepare_cached("UPDATE timer SET passed = 1 WHERE case_number = ?1")
                    .unwrap()
                    .execute([case])
                    .unwrap();
            }
            tx.commit().unwrap();
        }
        due.len()
    }

    /// Reads every event, one query a case, its JSON too, and walks them over the graph; says how many there were.
    pub fn walk(&self) -> usize {
        let cases: Vec<i64> = {
            let mut query = self.db.prepare("SELECT number FROM case_now ORDER BY number").unwrap();
            query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let mut query = self
            .db
            .prepare("SELECT seq, name, step, actor, role, occurred_at, recorded_at, content FROM event WHERE case_number = ?1 ORDER BY seq")
            .unwrap();
        let mut events = 0;
        for case in cases {
            let mut stands: Option<NodeIndex> = None;
            let mut rows = query.query([case]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let step: String = row.get(2).unwrap();
                let content: serde_json::Value =
                    serde_json::from_str(row.get_ref(7).unwrap().as_str().unwrap()).unwrap();
                black_box(&content);
                let node = match stands {
                    None => self.graph.node_indices().find(|node| self.graph[*node] == step).unwrap(),
                    Some(at) => {
                        self.graph.edges(at).map(|edge| edge.target()).find(|to| self.graph[*to] == step).unwrap()
                    }
                };
                stands = Some(node);
                events += 1;
            }
        }
        events
    }
}

fn standing(tx: &Transaction<'_>, case: i64) -> (String, i64) {
    let mut query = tx.prepare_cached("SELECT step, seq FROM case_now WHERE number = ?1").unwrap();
    query.query_row([case], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn event(tx: &Transaction<'_>, case: i64, seq: i64, name: &str, step: &str) {
    let content =
        serde_json::json!({ name: { "timers": [{ "due_at": "2022-10-05T23:00:00Z", "rule": "2 days of entering" }] } });
    tx.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, 'ann', 'Worker', ?5, ?5, ?6)")
        .unwrap()
        .execute(params![case, seq, name, step, NOW, content.to_string()])
        .unwrap();
}

fn advance(tx: &Transaction<'_>, graph: &DiGraph<String, ()>, case: i64) {
    let (step, seq) = standing(tx, case);
    let at = graph.node_indices().find(|node| graph[*node] == step).unwrap();
    let to = graph.edges(at).next().unwrap().target();
    event(tx, case, seq + 1, "step-done", &graph[to]);
    tx.prepare_cached("UPDATE case_now SET step = ?2, since = ?3, seq = ?4 WHERE number = ?1")
        .unwrap()
        .execute(params![case, graph[to], NOW, seq + 1])
        .unwrap();
    tx.prepare_cached("INSERT OR REPLACE INTO timer VALUES (?1, '2022-10-05T23:00:00Z', 0)")
        .unwrap()
        .execute([case])
        .unwrap();
}

/// A walk over the graph, with the way kept.
pub fn walk_in_memory(advances: usize) -> Vec<NodeIndex> {
    let graph = ring();
    let mut at = graph.node_indices().next().unwrap();
    let mut way = Vec::with_capacity(advances);
    for _ in 0..advances {
        at = graph.edges(black_box(at)).next().unwrap().target();
        way.push(at);
    }
    way
}
