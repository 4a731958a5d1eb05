//! The projections: what the tables beside the events say of one case. Writing them after a command, rebuilding them from the
//! events and verifying them is the same code.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use mapcase_case::possible::{awaited_field, missing};
use mapcase_case::{CaseState, Kept, Status, Timer, Value as Typed};
use mapcase_map::Machine;
use mapcase_map::model::{StepKind, TO_BE_CONFIRMED};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

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

/// Those that stay as they were when the case was opened: a command leaves them, and the indexes on them, alone.
const NEVER_CHANGED: [&str; 8] = ["number", "reference", "map", "revision", "digest", "root", "came_from", "opened_at"];

/// The columns of a timer's row.
pub(crate) const TIMER: [&str; 8] = ["case_number", "kind", "id", "rule", "due_at", "due_on", "fires_at", "passed"];

/// The columns of a row of the worklist.
pub(crate) const WORKLIST: [&str; 4] = ["role", "case_number", "why", "about"];

/// Replaces what the projections say of a case.
pub(crate) fn write(db: &Connection, state: &CaseState, machine: &Machine, hash: &str) -> Result<(), Error> {
    let (case, cells) = (number(state.case), case_now(state, machine, hash));
    let said = &*STATEMENTS;
    let changing =
        cells.iter().zip(CASE_NOW).filter(|(_, column)| !NEVER_CHANGED.contains(column)).map(|(cell, _)| cell);
    let there = db.prepare_cached(&said.update_case)?.execute(params_from_iter(changing.chain(cells.first())))?;
    if there == 0 {
        db.prepare_cached(&said.insert_case)?.execute(params_from_iter(&cells))?;
    }
    replace(db, &said.timers, case, timers(state))?;
    replace(db, &said.worklist, case, worklist(state, machine))
}

struct Statements {
    insert_case: String,
    /// Of the columns that change; the last value is the case's number.
    update_case: String,
    timers: Rows,
    worklist: Rows,
}

/// What is said to a table that has several rows a case.
struct Rows {
    select: String,
    delete: String,
    insert: String,
}

static STATEMENTS: LazyLock<Statements> = LazyLock::new(|| {
    let insert = |table: &str, columns: &[&str]| {
        let places = vec!["?"; columns.len()].join(", ");
        format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "))
    };
    let rows = |table: &str, columns: &[&str]| Rows {
        select: format!("SELECT {}, rowid FROM {table} WHERE case_number = ?1", columns.join(", ")),
        delete: format!("DELETE FROM {table} WHERE rowid = ?1"),
        insert: insert(table, columns),
    };
    let changing = CASE_NOW.iter().filter(|column| !NEVER_CHANGED.contains(column));
    let set: Vec<String> = changing.map(|column| format!("{column} = ?")).collect();
    Statements {
        insert_case: insert("case_now", &CASE_NOW),
        update_case: format!("UPDATE case_now SET {} WHERE number = ?", set.join(", ")),
        timers: rows("timer", &TIMER),
        worklist: rows("worklist", &WORKLIST),
    }
});

/// Puts rows in the place of those that a table has of a case. Those that stay as they are, as most do, are left alone: each has entries
/// in several indexes.
fn replace(db: &Connection, say: &Rows, case: i64, mut rows: Vec<Cells>) -> Result<(), Error> {
    let mut select = db.prepare_cached(&say.select)?;
    let mut old = select.query([case])?;
    let mut gone: Vec<i64> = Vec::new();
    while let Some(row) = old.next()? {
        let rowid = row.as_ref().column_count() - 1;
        let same = |new: &Cells| {
            new.iter().enumerate().all(|(column, value)| row.get_ref(column).is_ok_and(|old| old == value.into()))
        };
        match rows.iter().position(same) {
            Some(at) => drop(rows.swap_remove(at)),
            None => gone.push(row.get(rowid)?),
        }
    }
    let mut delete = db.prepare_cached(&say.delete)?;
    for rowid in gone {
        delete.execute([rowid])?;
    }
    let mut insert = db.prepare_cached(&say.insert)?;
    for row in rows {
        insert.execute(params_from_iter(row))?;
    }
    Ok(())
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
