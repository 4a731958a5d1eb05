//! Verifying a casebook: the chain of each case, the commitments, the revisions, the projections. Each finding names the case
//! and the event.

use std::collections::{BTreeMap, BTreeSet};

use mapcase_case::event::Event;
use mapcase_case::{CaseNumber, CaseState, Kept};
use mapcase_map::Map;
use rusqlite::{OptionalExtension, params};

use crate::engine::Engine;
use crate::error::Error;
use crate::store::Stored;
use crate::{hash, project, stamp, store};

/// Something that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The case.
    pub case: Option<CaseNumber>,
    /// The event.
    pub seq: Option<u64>,
    /// What cannot be right.
    pub what: String,
}

/// What was verified.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// How many cases.
    pub cases: usize,
    /// How many events.
    pub events: usize,
    /// Personal values that were erased; their commitments stand.
    pub erased: usize,
    /// What cannot be right.
    pub findings: Vec<Finding>,
}

impl Verification {
    fn find(&mut self, case: Option<CaseNumber>, seq: Option<u64>, what: impl Into<String>) {
        self.findings.push(Finding { case, seq, what: what.into() });
    }
}

impl Engine {
    /// Verifies the casebook, or one case. `progress` is told how many cases are done, and how many there are.
    pub fn verify(
        &self,
        only: Option<CaseNumber>,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Verification, Error> {
        let mut report = Verification::default();
        let rows = self.projected()?;
        let mut cases: BTreeSet<CaseNumber> = self.cases()?.into_iter().collect();
        cases.extend(rows.keys());
        if let Some(only) = only {
            if !cases.contains(&only) {
                return Err(Error::NoCase(only));
            }
            cases = BTreeSet::from([only]);
        } else {
            self.verify_file(&mut report)?;
            self.verify_revisions(&mut report)?;
            // Numbers are given without gaps: one that is missing was taken out.
            let last = cases.last().map_or(0, |case| case.0);
            for missing in (1..=last).map(CaseNumber).filter(|case| !cases.contains(case)) {
                report.find(Some(missing), None, "the whole case is missing: numbers are given without gaps");
            }
        }
        let total = cases.len();
        for (done, case) in cases.into_iter().enumerate() {
            progress(done, total);
            self.verify_case(case, rows.get(&case), &mut report)?;
        }
        progress(total, total);
        Ok(report)
    }

    fn verify_file(&self, report: &mut Verification) -> Result<(), Error> {
        let mut query = self.book.db.prepare("PRAGMA integrity_check")?;
        for line in query.query_map([], |row| row.get::<_, String>(0))? {
            let line = line?;
            if line != "ok" {
                report.find(None, None, format!("SQLite says of the file: {line}"));
            }
        }
        let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'";
        let guards: i64 = self.book.db.query_row(sql, [], |row| row.get(0))?;
        if guards < 2 {
            report.find(None, None, "the triggers that keep events from being changed or deleted were taken out");
        }
        Ok(())
    }

    fn verify_revisions(&self, report: &mut Verification) -> Result<(), Error> {
        let mut query = self.book.db.prepare("SELECT digest, map, meaning FROM map_revision ORDER BY digest")?;
        let rows = query
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        for (digest, id, meaning) in rows {
            let right = Map::from_meaning(&meaning).is_ok_and(|map| map.digest() == digest && map.id == id);
            if !right {
                report.find(None, None, format!("the kept revision {digest} of the map `{id}` was changed"));
            }
        }
        Ok(())
    }

    /// The projected rows: number, last event, its hash.
    fn projected(&self) -> Result<BTreeMap<CaseNumber, (u64, String)>, Error> {
        let mut query = self.book.db.prepare("SELECT number, seq, hash FROM case_now")?;
        let rows = query
            .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter()
            .map(|(number, seq, hash)| Ok((store::case_number(number)?, (u64::try_from(seq).unwrap_or(0), hash))))
            .collect()
    }

    fn verify_case(
        &self,
        case: CaseNumber,
        row: Option<&(u64, String)>,
        report: &mut Verification,
    ) -> Result<(), Error> {
        report.cases += 1;
        let before = report.findings.len();
        let mut previous = hash::FIRST.to_string();
        let mut expected = 1;
        let mut events = Vec::new();
        for stored in store::load_each(&self.book.db, case)? {
            report.events += 1;
            match stored {
                Err(error) => report.find(Some(case), Some(expected), error.to_string()),
                Ok(stored) => {
                    check_link(&stored, expected, &previous, report);
                    expected = stored.event.seq;
                    previous = stored.hash.clone();
                    events.push(stored.event);
                }
            }
            expected += 1;
        }
        self.verify_end(case, row, expected - 1, &previous, report);
        self.verify_personal(case, &events, report)?;
        // What the events add up to says nothing once they were tampered with.
        if report.findings.len() == before {
            self.verify_state(case, events, report)?;
        }
        Ok(())
    }

    /// Whether the last event is the one that the case's row names: a history that was cut off, or grew by hand, is not.
    fn verify_end(
        &self,
        case: CaseNumber,
        row: Option<&(u64, String)>,
        last: u64,
        head: &str,
        report: &mut Verification,
    ) {
        match row {
            None => {
                report.find(Some(case), None, "it has events and no row in case_now (see `mapcase casebook rebuild`)")
            }
            Some((seq, _)) if *seq > last => {
                let missing = last + 1;
                report.find(
                    Some(case),
                    Some(missing),
                    format!("event {missing} is missing: the case had {seq} events"),
                );
            }
            Some((seq, _)) if *seq < last => {
                let added = seq + 1;
                report.find(
                    Some(case),
                    Some(added),
                    format!("event {added} was added behind the last, which was event {seq}"),
                );
            }
            Some((seq, hash)) if hash != head => {
                report.find(Some(case), Some(*seq), "the last event is not the one that was recorded");
            }
            Some(_) => {}
        }
    }

    fn verify_personal(&self, case: CaseNumber, events: &[Event], report: &mut Verification) -> Result<(), Error> {
        let personal = store::load_personal(&self.book.db, case)?;
        let mut committed = BTreeSet::new();
        for event in events {
            let mut body = event.body.clone();
            for (field, kept) in hash::values(&mut body) {
                let Kept::Personal { commitment, .. } = kept else { continue };
                committed.insert((event.seq, field.clone()));
                match personal.get(&(event.seq, field.clone())) {
                    Some((salt, Some(value))) if hash::commitment(salt, value) != *commitment => {
                        report.find(Some(case), Some(event.seq), format!("the personal value `{field}` was changed"));
                    }
                    Some((_, None)) => report.erased += 1,
                    Some(_) => {}
                    None => {
                        report.find(Some(case), Some(event.seq), format!("the personal value `{field}` is missing"))
                    }
                }
            }
        }
        for (seq, field) in personal.keys().filter(|key| !committed.contains(key)) {
            report.find(Some(case), Some(*seq), format!("a personal value `{field}` is there that no event holds"));
        }
        Ok(())
    }

    /// Whether the events add up, every move is one of the map's, and the projections say the same.
    fn verify_state(&self, case: CaseNumber, mut events: Vec<Event>, report: &mut Verification) -> Result<(), Error> {
        let personal = store::load_personal(&self.book.db, case)?;
        events.iter_mut().for_each(|event| store::fill_in(event, &personal));
        let state = match CaseState::replay(&events) {
            Ok(state) => state,
            Err(broken) => {
                report.find(Some(case), None, broken.to_string());
                return Ok(());
            }
        };
        match self.replay(case, None) {
            Ok(replay) => {
                for row in replay.rows {
                    if let Some(fault) = row.fault {
                        report.find(Some(case), Some(row.row.event.seq), fault);
                    }
                }
            }
            Err(error) => report.find(Some(case), None, error.to_string()),
        }
        self.verify_projection(&state, report)
    }

    fn verify_projection(&self, state: &CaseState, report: &mut Verification) -> Result<(), Error> {
        let help = "see `mapcase casebook rebuild`";
        let number = store::number(state.case);
        let sql = "SELECT status || '|' || step || '|' || since || '|' || coalesce(outcome, '') || '|' || coalesce(assigned, '')
            || '|' || root || '|' || digest FROM case_now WHERE number = ?1";
        let row: Option<String> = self.book.db.query_row(sql, [number], |row| row.get(0)).optional()?;
        let right = format!(
            "{}|{}|{}|{}|{}|{}|{}",
            state.status.word(),
            state.step,
            stamp::write(state.entered_at),
            project::outcome(&state.status).unwrap_or_default(),
            state.assigned.clone().unwrap_or_default(),
            store::number(state.opened.root),
            state.opened.digest
        );
        if row.as_deref() != Some(right.as_str()) {
            report.find(
                Some(state.case),
                None,
                format!("its row in case_now does not say what its events add up to ({help})"),
            );
        }
        let mut query = self.book.db.prepare_cached(
            "SELECT kind || '|' || id || '|' || due_at || '|' || fires_at || '|' || passed FROM timer WHERE case_number = ?1 ORDER BY 1",
        )?;
        let rows = query.query_map(params![number], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        let mut right: Vec<String> = state
            .timers
            .iter()
            .map(|timer| {
                let (due, fires) = (stamp::write(timer.due.due_at), stamp::write(timer.fires_at()));
                format!("{}|{}|{due}|{fires}|{}", timer.kind.word(), timer.id, i32::from(timer.passed))
            })
            .collect();
        right.sort();
        if rows != right {
            report.find(Some(state.case), None, format!("its timers are not those of its events ({help})"));
        }
        let machine = self.shelf.machine(&self.book.db, &state.opened.digest)?;
        let mut query = self
            .book
            .db
            .prepare_cached("SELECT role || '|' || why || '|' || about FROM worklist WHERE case_number = ?1")?;
        let rows =
            query.query_map(params![number], |row| row.get::<_, String>(0))?.collect::<Result<BTreeSet<_>, _>>()?;
        let right: BTreeSet<String> = project::worklist(state, &machine)
            .into_iter()
            .map(|(role, why, about)| format!("{role}|{why}|{about}"))
            .collect();
        if rows != right {
            report.find(Some(state.case), None, format!("its worklist rows are not those of its events ({help})"));
        }
        Ok(())
    }
}

/// Whether an event stands where it must, in the chain and in the log, and its columns say what its hash covers.
fn check_link(stored: &Stored, expected: u64, previous: &str, report: &mut Verification) {
    let (case, seq) = (Some(stored.case), Some(stored.event.seq));
    if stored.event.seq != expected {
        let missing = expected;
        report.find(case, Some(missing), format!("event {missing} is missing"));
        return;
    }
    if stored.name != stored.event.body.name() {
        report.find(
            case,
            seq,
            format!("its name column says `{}` and its content `{}`", stored.name, stored.event.body.name()),
        );
    }
    if hash::event(&stored.previous_hash, stored.case, &stored.event) != stored.hash {
        report.find(case, seq, "it was changed: its hash is not that of its content");
    } else if stored.previous_hash != previous {
        report.find(case, seq, "it does not follow the event before it: one of the two was replaced");
    }
}
