//! Verifying a casebook: the file and its schema, the chain of each case, the personal values, what the events add up to, the
//! projections, and that linked cases name each other. Each finding names the case and the event.
//!
//! What a casebook cannot show by itself: who rewrites a case from some event on *and* all that follows from it (every later
//! hash, the case's row, the cases that name it), or puts the whole file back to an earlier day, leaves a casebook that
//! verifies. Against that stands a seal: the heads of all cases, signed and kept elsewhere. Nor do any hashes cover when the
//! casebook was made, the answers to request ids, the text of the maps (their meaning is covered), and the time that was said to a
//! simulated casebook, as long as it is not before an event.

mod chain;
mod file;
mod lineage;
mod personal;
mod projection;

use std::collections::{BTreeMap, BTreeSet};

use mapcase_case::event::{Event, EventBody};
use mapcase_case::{CaseNumber, CaseState};

use crate::engine::Engine;
use crate::error::Error;
use crate::replay::faults;
use crate::store;

pub(crate) use chain::{Head, check as check_chain, heads};

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
    pub(crate) fn find(&mut self, case: Option<CaseNumber>, seq: Option<u64>, what: impl Into<String>) {
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
        let _snapshot = self.book.snapshot()?;
        let db = &self.book.db;
        let mut report = Verification::default();
        let heads = heads(db)?;
        let mut cases: BTreeSet<CaseNumber> = self.cases()?.into_iter().collect();
        cases.extend(heads.keys());
        match only {
            Some(only) if !cases.contains(&only) => return Err(Error::NoCase(only)),
            Some(only) => cases = BTreeSet::from([only]),
            None => {
                file::verify(db, &mut report)?;
                missing_cases(&cases, &mut report);
            }
        }
        let total = cases.len();
        let mut sound = BTreeMap::new();
        for (done, case) in cases.iter().enumerate() {
            progress(done, total);
            if let Some(events) = self.verify_case(*case, heads.get(case), &mut report)? {
                sound.insert(*case, events);
            }
        }
        if only.is_none() {
            lineage::verify(&cases, &sound, &mut report);
        }
        progress(total, total);
        Ok(report)
    }

    /// Verifies a case, and gives back what its events say of other cases, unless they were tampered with.
    fn verify_case(
        &self,
        case: CaseNumber,
        head: Option<&Head>,
        report: &mut Verification,
    ) -> Result<Option<lineage::Links>, Error> {
        let db = &self.book.db;
        report.cases += 1;
        let before = report.findings.len();
        let events = check_chain(db, case, head, report)?;
        if head.is_none() {
            let what = "it has events and no row in case_now (see `mapcase casebook rebuild`)";
            report.find(Some(case), Some(1), what);
        }
        personal::verify(db, case, &events, report)?;
        // What the events add up to says nothing once they were tampered with.
        if report.findings.len() > before {
            return Ok(None);
        }
        self.verify_clock(case, &events, report);
        let links = lineage::Links::of(&events);
        self.verify_state(case, events, head, report)?;
        Ok(Some(links))
    }

    /// Whether the case and the casebook say the same of their clock: practice does not pass for the real thing.
    fn verify_clock(&self, case: CaseNumber, events: &[Event], report: &mut Verification) {
        let Some(EventBody::CaseOpened(opened)) = events.first().map(|event| &event.body) else { return };
        let clock = |simulated| if simulated { "simulated" } else { "real" };
        let (own, book) = (clock(opened.simulated), clock(self.book.is_simulated()));
        if own != book {
            let what = format!("it was opened by a {own} clock, and the casebook says that its clock is {book}");
            report.find(Some(case), Some(1), what);
        }
    }

    /// Whether the events add up, every move is one of the map's, and the projections say the same.
    fn verify_state(
        &self,
        case: CaseNumber,
        mut events: Vec<Event>,
        head: Option<&Head>,
        report: &mut Verification,
    ) -> Result<(), Error> {
        let personal = store::load_personal(&self.book.db, case)?;
        events.iter_mut().for_each(|event| store::fill_in(event, &personal));
        let state = match CaseState::replay(&events) {
            Ok(state) => state,
            Err(broken) => {
                report.find(Some(case), None, broken.to_string());
                return Ok(());
            }
        };
        let machine = match self.shelf.machine(&self.book.db, &state.opened.digest) {
            Ok(machine) => machine,
            Err(error) => {
                report.find(Some(case), None, error.to_string());
                return Ok(());
            }
        };
        for (seq, fault) in faults(&machine, &events) {
            report.find(Some(case), Some(seq), fault);
        }
        let hash = head.map_or("", |head| head.hash.as_str());
        projection::verify(&self.book.db, &state, &machine, hash, report)
    }
}

/// Numbers are given without gaps: one that is missing was taken out.
fn missing_cases(cases: &BTreeSet<CaseNumber>, report: &mut Verification) {
    let mut next = 1;
    for case in cases {
        let (first, last) = (CaseNumber(next), CaseNumber(case.0.saturating_sub(1)));
        match case.0.saturating_sub(next) {
            0 => {}
            1 => report.find(Some(first), None, "the whole case is missing: numbers are given without gaps"),
            _ => {
                let what = format!("all cases from {first} to {last} are missing: numbers are given without gaps");
                report.find(Some(first), None, what);
            }
        }
        next = case.0.saturating_add(1);
    }
}
