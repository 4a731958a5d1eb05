//! What the tables beside the events say of a case, against what its events add up to.

use mapcase_case::CaseState;
use mapcase_map::Machine;
use rusqlite::types::Value;
use rusqlite::{Connection, Row};

use super::Verification;
use crate::error::Error;
use crate::project::{self, Cells};
use crate::store;

const HELP: &str = "see `mapcase casebook rebuild`";

pub(super) fn verify(
    db: &Connection,
    state: &CaseState,
    machine: &Machine,
    hash: &str,
    report: &mut Verification,
) -> Result<(), Error> {
    let case = Some(state.case);
    let number = store::number(state.case);
    let right = project::case_now(state, machine, hash);
    each(db, "case_now", "number", &project::CASE_NOW, number, |row| {
        let columns = project::CASE_NOW.iter().zip(&right).enumerate();
        let wrong = columns.filter(|(at, (_, right))| !is(row, *at, right)).map(|(_, (column, _))| *column);
        let wrong: Vec<&str> = wrong.collect();
        if !wrong.is_empty() {
            let what = format!("its row in case_now does not say what its events do: {} ({HELP})", wrong.join(", "));
            report.find(case, None, what);
        }
    })?;
    if !are(db, "timer", &project::TIMER, number, project::timers(state))? {
        report.find(case, None, format!("its timers are not those of its events ({HELP})"));
    }
    if !are(db, "worklist", &project::WORKLIST, number, project::worklist(state, machine))? {
        report.find(case, None, format!("its worklist rows are not those of its events ({HELP})"));
    }
    Ok(())
}

/// Whether the rows of a case are these, in whatever order: no table has one.
fn are(db: &Connection, table: &str, columns: &[&str], number: i64, mut rows: Vec<Cells>) -> Result<bool, Error> {
    let mut right = true;
    each(db, table, "case_number", columns, number, |row| {
        let same = |cells: &Cells| cells.iter().enumerate().all(|(at, cell)| is(row, at, cell));
        match rows.iter().position(same) {
            Some(at) => drop(rows.swap_remove(at)),
            None => right = false,
        }
    })?;
    Ok(right && rows.is_empty())
}

fn is(row: &Row<'_>, column: usize, value: &Value) -> bool {
    row.get_ref(column).is_ok_and(|found| found == value.into())
}

fn each(
    db: &Connection,
    table: &str,
    key: &str,
    columns: &[&str],
    number: i64,
    mut look: impl FnMut(&Row<'_>),
) -> Result<(), Error> {
    let sql = format!("SELECT {} FROM {table} WHERE {key} = ?1", columns.join(", "));
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query([number])?;
    while let Some(row) = rows.next()? {
        look(row);
    }
    Ok(())
}
