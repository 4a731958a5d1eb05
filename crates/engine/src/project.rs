//! The projections: what the tables beside the events say of one case. Writing them after a command and rebuilding them from
//! the events is the same code.

use mapcase_case::{CaseState, Status};
use mapcase_map::Machine;
use mapcase_map::model::{StepKind, TO_BE_CONFIRMED};
use rusqlite::{Connection, params};

use crate::error::Error;
use crate::stamp;
use crate::store::number;

/// Replaces what the projections say of a case.
pub(crate) fn write(db: &Connection, state: &CaseState, machine: &Machine, hash: &str) -> Result<(), Error> {
    let case = number(state.case);
    for table in ["timer", "worklist"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE case_number = ?1"))?.execute([case])?;
    }
    let step = machine.step(&state.step);
    let sql = "INSERT INTO case_now (number, reference, map, revision, digest, status, outcome, step, step_title, since, root,
            came_from, opened_at, assigned, seq, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        ON CONFLICT (number) DO UPDATE SET status = excluded.status, outcome = excluded.outcome, step = excluded.step,
            step_title = excluded.step_title, since = excluded.since, assigned = excluded.assigned, seq = excluded.seq,
            hash = excluded.hash";
    db.prepare_cached(sql)?.execute(params![
        case,
        state.case.to_string(),
        state.opened.map,
        state.opened.revision,
        state.opened.digest,
        state.status.word(),
        outcome(&state.status),
        state.step,
        step.map_or("", |step| step.title.as_str()),
        stamp::write(state.entered_at),
        number(state.opened.root),
        state.opened.origin.as_ref().map(|origin| number(origin.case)),
        stamp::write(state.opened_at),
        state.assigned,
        i64::try_from(state.seq).unwrap_or(i64::MAX),
        hash,
    ])?;
    write_timers(db, state)?;
    write_worklist(db, state, machine)
}

/// The outcome column: how the case ended, or to which case it was handed over.
pub(crate) fn outcome(status: &Status) -> Option<String> {
    match status {
        Status::Ended { outcome } => Some(outcome.clone()),
        Status::HandedOver { map, .. } => Some(map.clone()),
        Status::Open | Status::Withdrawn => None,
    }
}

fn write_timers(db: &Connection, state: &CaseState) -> Result<(), Error> {
    let sql = "INSERT INTO timer (case_number, kind, id, rule, due_at, due_on, fires_at, passed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let mut insert = db.prepare_cached(sql)?;
    for timer in &state.timers {
        insert.execute(params![
            number(state.case),
            timer.kind.word(),
            timer.id,
            timer.rule,
            stamp::write(timer.due.due_at),
            timer.due.due_on.to_string(),
            stamp::write(timer.fires_at()),
            timer.passed,
        ])?;
    }
    Ok(())
}

fn write_worklist(db: &Connection, state: &CaseState, machine: &Machine) -> Result<(), Error> {
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO worklist (role, case_number, why, about) VALUES (?1, ?2, ?3, ?4)")?;
    for (role, why, about) in worklist(state, machine) {
        insert.execute(params![role, number(state.case), why, about])?;
    }
    Ok(())
}

/// Who has something to do with a case: role, `act` or `told`, and the step or the deadline it is about.
pub(crate) fn worklist(state: &CaseState, machine: &Machine) -> Vec<(String, &'static str, String)> {
    if !state.is_open() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    if let Some(step) = machine.step(&state.step) {
        let acts = match &step.kind {
            StepKind::Start { .. } | StepKind::Step { .. } | StepKind::WaitFor { .. } => true,
            StepKind::Decision { on, .. } => {
                on.is_none() || mapcase_case::possible::awaited_field(state, step).is_some()
            }
            StepKind::WaitUntil { .. } => mapcase_case::possible::awaited_field(state, step).is_some(),
            StepKind::Link { .. } | StepKind::End { .. } => false,
        };
        if acts {
            let unsettled = [TO_BE_CONFIRMED.to_string()];
            let roles = if step.roles.is_empty() { &unsettled[..] } else { &step.roles[..] };
            rows.extend(roles.iter().map(|role| (role.clone(), "act", step.id.clone())));
        }
    }
    for timer in state.timers.iter().filter(|timer| timer.passed) {
        rows.extend(timer.tell.iter().map(|role| (role.clone(), "told", timer.id.clone())));
    }
    rows
}
