//! What the tables beside the events say of a case, against what its events add up to.

use mapcase_case::CaseState;
use mapcase_map::Machine;
use rusqlite::Connection;

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
    for row in rows(db, "case_now", "number", &project::CASE_NOW, number)? {
        let columns = project::CASE_NOW.iter().zip(row.iter().zip(&right));
        let wrong: Vec<&str> =
            columns.filter(|(_, (found, right))| found != right).map(|(column, _)| *column).collect();
        if !wrong.is_empty() {
            let what = format!("its row in case_now does not say what its events do: {} ({HELP})", wrong.join(", "));
            report.find(case, None, what);
        }
    }
    let found = rows(db, "timer", "case_number", &project::TIMER, number)?;
    if sorted(found) != sorted(project::timers(state)) {
        report.find(case, None, format!("its timers are not those of its events ({HELP})"));
    }
    let found = rows(db, "worklist", "case_number", &project::WORKLIST, number)?;
    if sorted(found) != sorted(project::worklist(state, machine)) {
        report.find(case, None, format!("its worklist rows are not those of its events ({HELP})"));
    }
    Ok(())
}

fn rows(db: &Connection, table: &str, key: &str, columns: &[&str], number: i64) -> Result<Vec<Cells>, Error> {
    let sql = format!("SELECT {} FROM {table} WHERE {key} = ?1", columns.join(", "));
    let mut query = db.prepare_cached(&sql)?;
    let rows =
        query.query_map([number], |row| (0..columns.len()).map(|at| row.get(at)).collect::<Result<Cells, _>>())?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Rows in an order of their own: no table has one.
fn sorted(rows: Vec<Cells>) -> Vec<String> {
    let mut rows: Vec<String> = rows.into_iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}
