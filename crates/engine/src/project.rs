//! The projections: what the tables beside the events say of one case. Writing them after a command, rebuilding them from the
//! events and verifying them is the same code.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use mapcase_case::possible::{awaited_field, missing};
use mapcase_case::{CaseState, Kept, Status, Timer, Value as Typed};
use mapcase_map::Machine;
use mapcase_map::model::{StepKind, TO_BE_CONFIRMED};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use crate::error::Error;
use crate::stamp;
use crate::store::number;

/// A row, column by column.
pub(crate) type Cells = Vec<Value>;

/// The columns of a case's row.
pub(crate) const CASE_NOW: [&str; 18] = [
    "number",
    "reference",
    "map",
    "revision",
    "digest",
    "status",
    "outcome",
    "step",
    "step_title",
    "since",
    "root",
    "came_from",
    "opened_at",
    "assigned",
    "seq",
    "hash",
    "record",
    "subject",
];

/// Those that nearly every command changes; none has an index.
const OFTEN: [&str; 5] = ["step", "step_title", "since", "seq", "hash"];

/// Those that few commands change. The others stay as they were when the case was opened.
const SELDOM: [&str; 5] = ["status", "outcome", "assigned", "record", "subject"];

/// The columns of a timer's row.
pub(crate) const TIMER: [&str; 8] = ["case_number", "kind", "id", "rule", "due_at", "due_on", "fires_at", "passed"];

/// The columns of a row of the worklist.
pub(crate) const WORKLIST: [&str; 4] = ["role", "case_number", "why", "about"];

/// How many of these tell the rows of a case apart: what stands before them in a row is its key.
const KEY_OF_TIMER: usize = 3;
const KEY_OF_WORKLIST: usize = 4;

/// Writes what the projections say of a case. `before` is the state of which they speak until now; none, where there are no rows yet.
pub(crate) fn write(
    db: &Connection,
    before: Option<&CaseState>,
    state: &CaseState,
    machine: &Machine,
    hash: &str,
) -> Result<(), Error> {
    let there = before.map(|before| update(db, before, state, machine, hash)).transpose()?.unwrap_or(false);
    if !there {
        let row = case_now(state, machine, hash);
        db.prepare_cached(&STATEMENTS.insert_case)?.execute(params_from_iter(&row))?;
    }
    let old = before.map(|before| (timers(before), worklist(before, machine)));
    let (old_timers, old_worklist) = old.unwrap_or_default();
    let case = number(state.case);
    let table = |name, columns, key| Table { db, case, name, columns, key };
    table("timer", &TIMER[..], KEY_OF_TIMER).replace(old_timers, timers(state))?;
    table("worklist", &WORKLIST[..], KEY_OF_WORKLIST).replace(old_worklist, worklist(state, machine))
}

/// Brings the row of a case up to date, and says whether there was one. Columns that stay are left alone: some have an index.
fn update(
    db: &Connection,
    before: &CaseState,
    state: &CaseState,
    machine: &Machine,
    hash: &str,
) -> Result<bool, Error> {
    let same = before.status == state.status && before.assigned == state.assigned && before.record == state.record;
    if !same {
        let row = case_now(state, machine, hash);
        let of = |columns: &[&str]| -> Vec<Value> {
            let cells = columns.iter().filter_map(|column| CASE_NOW.iter().position(|one| one == column));
            cells.filter_map(|at| row.get(at).cloned()).collect()
        };
        let values = [of(&SELDOM), of(&CASE_NOW[..1])].concat();
        db.prepare_cached(&STATEMENTS.update_seldom)?.execute(params_from_iter(values))?;
    }
    let values = params![
        state.step,
        machine.step(&state.step).map_or("", |step| step.title.as_str()),
        stamp::write(state.entered_at),
        i64::try_from(state.seq).unwrap_or(i64::MAX),
        hash,
        number(state.case)
    ];
    Ok(db.prepare_cached(&STATEMENTS.update_often)?.execute(values)? > 0)
}

struct Statements {
    insert_case: String,
    update_often: String,
    update_seldom: String,
}

static STATEMENTS: LazyLock<Statements> = LazyLock::new(|| {
    let update = |columns: &[&str]| {
        let set: Vec<String> = columns.iter().map(|column| format!("{column} = ?")).collect();
        format!("UPDATE case_now SET {} WHERE number = ?", set.join(", "))
    };
    Statements {
        insert_case: insert("case_now", &CASE_NOW),
        update_often: update(&OFTEN),
        update_seldom: update(&SELDOM),
    }
});

fn insert(table: &str, columns: &[&str]) -> String {
    let places = vec!["?"; columns.len()].join(", ");
    format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "))
}

/// A table that has several rows a case.
struct Table<'a> {
    db: &'a Connection,
    case: i64,
    name: &'a str,
    columns: &'a [&'a str],
    key: usize,
}

impl Table<'_> {
    /// Puts rows in the place of others. Of those that stay as they are, as most do, and of columns that stay nothing is written: each has
    /// entries in several indexes. Where the table does not have what it should, somebody else has changed it: then all the rows of the
    /// case are written anew.
    fn replace(&self, mut old: Vec<Cells>, mut new: Vec<Cells>) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        let all = new.clone();
        old.retain(|row| match new.iter().position(|other| other == row) {
            Some(at) => {
                new.swap_remove(at);
                false
            }
            None => true,
        });
        // Rows of one key first: what is left then has keys that the table does not have.
        let mut pairs = Vec::new();
        for row in std::mem::take(&mut old) {
            match new.iter().position(|other| other[..self.key] == row[..self.key]) {
                Some(at) => pairs.push((row, new.swap_remove(at))),
                None => old.push(row),
            }
        }
        while !old.is_empty() && !new.is_empty() {
            pairs.extend(old.pop().zip(new.pop()));
        }
        let mut right = true;
        for (row, other) in pairs {
            right &= self.update(row, other)? == 1;
        }
        for row in old {
            right &= self.delete(&row)? == 1;
        }
        for row in &new {
            right &= self.insert(row)?;
        }
        if right { Ok(()) } else { self.write_anew(&all) }
    }

    fn of_key(&self) -> String {
        let key: Vec<String> = self.columns[..self.key].iter().map(|column| format!("{column} = ?")).collect();
        format!("WHERE {}", key.join(" AND "))
    }

    fn update(&self, old: Cells, new: Cells) -> Result<usize, Error> {
        let (mut set, mut values) = (Vec::new(), Vec::new());
        for ((column, old), new) in self.columns.iter().zip(&old).zip(new) {
            if *old != new {
                set.push(format!("{column} = ?"));
                values.push(new);
            }
        }
        values.extend(old.into_iter().take(self.key));
        let sql = format!("UPDATE OR IGNORE {} SET {} {}", self.name, set.join(", "), self.of_key());
        Ok(self.db.prepare_cached(&sql)?.execute(params_from_iter(values))?)
    }

    fn delete(&self, row: &Cells) -> Result<usize, Error> {
        let sql = format!("DELETE FROM {} {}", self.name, self.of_key());
        Ok(self.db.prepare_cached(&sql)?.execute(params_from_iter(&row[..self.key]))?)
    }

    /// Whether there was no row with that key.
    fn insert(&self, row: &Cells) -> Result<bool, Error> {
        let sql = format!("{} ON CONFLICT DO NOTHING", insert(self.name, self.columns));
        Ok(self.db.prepare_cached(&sql)?.execute(params_from_iter(row))? == 1)
    }

    fn write_anew(&self, rows: &[Cells]) -> Result<(), Error> {
        self.db.execute(&format!("DELETE FROM {} WHERE case_number = ?1", self.name), [self.case])?;
        let sql = insert(self.name, self.columns);
        for row in rows {
            self.db.prepare_cached(&sql)?.execute(params_from_iter(row))?;
        }
        Ok(())
    }
}

/// What the row of a case says: the order is that of the columns.
pub(crate) fn case_now(state: &CaseState, machine: &Machine, hash: &str) -> Cells {
    let step = machine.step(&state.step);
    vec![
        number(state.case).into(),
        state.case.to_string().into(),
        state.opened.map.clone().into(),
        i64::from(state.opened.revision).into(),
        state.opened.digest.clone().into(),
        state.status.word().to_string().into(),
        outcome(&state.status).into(),
        state.step.clone().into(),
        step.map_or(String::new(), |step| step.title.clone()).into(),
        stamp::write(state.entered_at).into(),
        number(state.opened.root).into(),
        state.opened.origin.as_ref().map(|origin| number(origin.case)).into(),
        stamp::write(state.opened_at).into(),
        state.assigned.clone().into(),
        i64::try_from(state.seq).unwrap_or(i64::MAX).into(),
        hash.to_string().into(),
        record(state).into(),
        subject(state, machine).into(),
    ]
}

/// The record column: the values that are not personal, as JSON. Money is a number of pence; the rest is text.
pub(crate) fn record(state: &CaseState) -> String {
    let plain = |kept: &Kept| match kept {
        Kept::Plain(Typed::Pence(pence)) => Some(serde_json::Value::from(*pence)),
        Kept::Plain(value) => Some(serde_json::Value::from(value.display())),
        Kept::Personal { .. } => None,
    };
    let fields = state.record.iter().filter_map(|(field, kept)| Some((field.clone(), plain(kept)?)));
    serde_json::Value::Object(fields.collect()).to_string()
}

/// The subject column: the value that ties the cases of one subject together.
pub(crate) fn subject(state: &CaseState, machine: &Machine) -> Option<String> {
    match state.record.get(machine.map().subject.as_ref()?)? {
        Kept::Plain(value) => Some(value.display()),
        Kept::Personal { .. } => None,
    }
}

/// The outcome column: how the case ended, or to which map it was handed over.
fn outcome(status: &Status) -> Option<String> {
    match status {
        Status::Ended { outcome } => Some(outcome.clone()),
        Status::HandedOver { map, .. } => Some(map.clone()),
        Status::Open | Status::Withdrawn => None,
    }
}

/// What the timers of a case say.
pub(crate) fn timers(state: &CaseState) -> Vec<Cells> {
    let row = |timer: &Timer| {
        vec![
            number(state.case).into(),
            timer.kind.word().to_string().into(),
            timer.id.clone().into(),
            timer.rule.clone().into(),
            stamp::write(timer.due.due_at).into(),
            timer.due.due_on.to_string().into(),
            stamp::write(timer.fires_at()).into(),
            timer.passed.into(),
        ]
    };
    state.timers.iter().map(row).collect()
}

/// Who has something to do with a case: role, `act` or `told`, and the step or the deadline it is about.
pub(crate) fn worklist(state: &CaseState, machine: &Machine) -> Vec<Cells> {
    if !state.is_open() {
        return Vec::new();
    }
    let unsettled = [TO_BE_CONFIRMED.to_string()];
    let mut rows = BTreeSet::new();
    if let Some(step) = machine.step(&state.step) {
        let acts = match &step.kind {
            // What another case brings by itself is nobody's to do, unless something is missing for it.
            StepKind::WaitFor { comes_from: Some(_), .. } => !missing(machine, state, step).is_empty(),
            StepKind::Start { .. } | StepKind::Step { .. } | StepKind::WaitFor { .. } => true,
            StepKind::Decision { on, .. } => on.is_none() || awaited_field(state, step).is_some(),
            StepKind::WaitUntil { .. } => awaited_field(state, step).is_some(),
            StepKind::Link { .. } | StepKind::End { .. } => false,
        };
        if acts {
            let roles = if step.roles.is_empty() { &unsettled[..] } else { &step.roles[..] };
            rows.extend(roles.iter().map(|role| (role, "act", &step.id)));
        }
    }
    for timer in state.timers.iter().filter(|timer| timer.passed) {
        rows.extend(timer.tell.iter().map(|role| (role, "told", &timer.id)));
    }
    let row = |(role, why, about): (&String, &str, &String)| {
        vec![role.clone().into(), number(state.case).into(), why.to_string().into(), about.clone().into()]
    };
    rows.into_iter().map(row).collect()
}
