//! Personal values against the commitments that the events hold.

use std::collections::BTreeSet;

use mapcase_case::event::Event;
use mapcase_case::{CaseNumber, Kept};
use rusqlite::Connection;

use super::Verification;
use crate::error::Error;
use crate::{hash, store};

pub(super) fn verify(
    db: &Connection,
    case: CaseNumber,
    events: &[Event],
    report: &mut Verification,
) -> Result<(), Error> {
    let personal = store::load_each_personal(db, case)?;
    let mut committed = BTreeSet::new();
    for event in events {
        let mut body = event.body.clone();
        for (field, kept) in hash::values(&mut body) {
            let Kept::Personal { commitment, .. } = kept else { continue };
            let key = (event.seq, field.clone());
            match personal.get(&key) {
                None => report.find(Some(case), Some(event.seq), format!("the personal value `{field}` is missing")),
                Some(Err(error)) => report.find(Some(case), Some(event.seq), error.to_string()),
                Some(Ok(None)) => report.erased += 1,
                Some(Ok(Some((salt, value)))) if hash::commitment(salt, value) != *commitment => {
                    report.find(Some(case), Some(event.seq), format!("the personal value `{field}` was changed"));
                }
                Some(Ok(Some(_))) => {}
            }
            committed.insert(key);
        }
    }
    for (seq, field) in personal.keys().filter(|key| !committed.contains(key)) {
        report.find(Some(case), Some(*seq), format!("a personal value `{field}` is there that no event holds"));
    }
    Ok(())
}
