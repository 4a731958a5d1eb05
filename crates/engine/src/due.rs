//! In which families a timer is due, by the index of timers.

use std::collections::HashSet;

use mapcase_case::CaseNumber;
use rusqlite::Connection;

use crate::error::Error;
use crate::store;

/// In the order of the index: nothing is sorted, however many there are.
pub(crate) const DUE: &str = "SELECT timer.fires_at, case_now.root
    FROM timer JOIN case_now ON case_now.number = timer.case_number
    WHERE timer.passed = 0 AND timer.fires_at <= ?1 ORDER BY timer.fires_at";

/// The families in which a timer is due at `now`, by their first; of those that are due together, by number.
pub(crate) fn families(db: &Connection, now: &str) -> Result<Vec<CaseNumber>, Error> {
    let mut query = db.prepare_cached(DUE)?;
    let mut rows = query.query([now])?;
    let (mut families, mut seen) = (Vec::new(), HashSet::new());
    let (mut at, mut from) = (String::new(), 0);
    while let Some(row) = rows.next()? {
        let fires_at = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        if fires_at != at {
            sort(&mut families, from);
            (at, from) = (fires_at.to_string(), families.len());
        }
        let root = store::case_number(row.get(1)?)?;
        if seen.insert(root) {
            families.push(root);
        }
    }
    sort(&mut families, from);
    Ok(families)
}

fn sort(families: &mut [CaseNumber], from: usize) {
    if let Some(together) = families.get_mut(from..) {
        together.sort_unstable();
    }
}
