//! Which family a case joins that a person opens: that of the open cases of its subject.

use chrono::{DateTime, Utc};
use mapcase_case::{CaseNumber, Family, Library, Opening, Value};
use rusqlite::Connection;

use crate::engine::{save, states};
use crate::error::Error;
use crate::kept::Kept;
use crate::library::Reading;
use crate::store;

/// The families in which an open case has this subject, the one with the oldest such case first, by their index.
pub(crate) const ROOTS: &str =
    "SELECT root FROM case_now WHERE subject = ?1 AND status = 'open' GROUP BY root ORDER BY min(number)";

/// The open cases of a subject, oldest first, by their index.
const CASES: &str = "SELECT number, root, digest FROM case_now WHERE subject = ?1 AND status = 'open' ORDER BY number";

/// The family that a new case joins: of those with an open case of its subject, the one with the oldest open case of a map by
/// which cases come round, and otherwise the one with the oldest open case. None where the subject is not given.
///
/// The timers of those families fire first, so that it does not depend on how often `tick` runs which cases are open.
pub(crate) fn root_for(
    tx: &Connection,
    library: &Reading<'_>,
    kept: &mut Kept,
    opening: &Opening,
    now: DateTime<Utc>,
) -> Result<Option<CaseNumber>, Error> {
    let Some(subject) = subject_of(library, opening) else { return Ok(None) };
    for root in store::numbers(tx, ROOTS, [&subject])? {
        let before = kept.family(tx, root)?;
        let mut family = Family::new(library, states(&before), kept.free_number(tx)?, now);
        // Where a timer cannot fire, what fired before it stands; the family may still be the one to join.
        let _ = family.settle();
        if !family.events().is_empty() {
            // Not kept: what this command comes to may still be refused.
            kept.forget(root);
            save(tx, library.shelf, kept, &before, &family)?;
        }
    }
    let mut query = tx.prepare_cached(CASES)?;
    let rows = query.query_map([&subject], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))?;
    let mut oldest = None;
    for row in rows {
        let (root, digest) = row?;
        if !library.shelf.machine(tx, &digest)?.map().rounds.is_empty() {
            return store::case_number(root).map(Some);
        }
        oldest = oldest.or(Some(root));
    }
    oldest.map(store::case_number).transpose()
}

/// The subject that is given when a case is opened, as the record will hold it.
fn subject_of(library: &Reading<'_>, opening: &Opening) -> Option<String> {
    let machine = library.current(&opening.map).ok()?;
    let name = machine.map().subject.as_ref()?;
    let field = machine.map().record.get(name)?;
    Value::parse(field, opening.record.get(name)?).ok().map(|value| value.display())
}
