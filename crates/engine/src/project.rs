//! The projections: what the tables beside the events say of one case. Writing them after a command, rebuilding them from the
//! events and verifying them is the same code.

use std::collections::BTreeSet;

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

/// The columns of a timer's row.
pub(crate) const TIMER: [&str; 8] = ["case_number", "kind", "id", "rule", "due_at", "due_on", "fires_at", "passed"];

/// The columns of a row of the worklist.
pub(crate) const WORKLIST: [&str; 4] = ["role", "case_number", "why", "about"];

/// Replaces what the projections say of a case.
pub(crate) fn write(db: &Connection, state: &CaseState, machine: &Machine, hash: &str) -> Result<(), Error> {
    let case = number(state.case);
    for table in ["timer", "worklist"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE case_number = ?1"))?.execute([case])?;
    }
    let news: Vec<String> = CASE_NOW.iter().skip(1).map(|column| format!("{column} = excluded.{column}")).collect();
    let ending = format!(" ON CONFLICT (number) DO UPDATE SET {}", news.join(", "));
    insert(db, "case_now", &CASE_NOW, &ending, vec![case_now(state, machine, hash)])?;
    insert(db, "timer", &TIMER, "", timers(state))?;
    insert(db, "worklist", &WORKLIST, "", worklist(state, machine))
}

fn insert(db: &Connection, table: &str, columns: &[&str], ending: &str, rows: Vec<Cells>) -> Result<(), Error> {
    let places = vec!["?"; columns.len()].join(", ");
    let sql = format!("INSERT INTO {table} ({}) VALUES ({places}){ending}", columns.join(", "));
    let mut insert = db.prepare_cached(&sql)?;
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
