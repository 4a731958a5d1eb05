//! Making the projections anew from the events.

use std::collections::BTreeSet;

use rusqlite::TransactionBehavior;

use crate::engine::Engine;
use crate::error::Error;
use crate::verify::{Verification, check_chain, heads};
use crate::{project, store};

impl Engine {
    /// Makes the projections anew, in one transaction. `progress` is told how many cases are done, and how many there are.
    ///
    /// The rows that go hold the hash of each case's last event: where the events do not lead there, nothing is made anew,
    /// because that would hide what was done to them.
    pub fn rebuild(&mut self, mut progress: impl FnMut(usize, usize)) -> Result<usize, Error> {
        let shelf = &self.shelf;
        let tx = self.book.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let heads = heads(&tx)?;
        let mut cases: BTreeSet<_> = store::cases(&tx)?.into_iter().collect();
        cases.extend(heads.keys());
        tx.execute_batch("DELETE FROM worklist; DELETE FROM timer; DELETE FROM case_now;")?;
        for (done, case) in cases.iter().enumerate() {
            progress(done, cases.len());
            let mut report = Verification::default();
            let events = check_chain(&tx, *case, heads.get(case), &mut report)?;
            if let Some(finding) = report.findings.first() {
                let seq = finding.seq.map_or(String::new(), |seq| format!(", event {seq}"));
                return Err(Error::Damaged(format!(
                    "case {case}{seq}: {}; rebuilding would hide that (see `mapcase audit verify`)",
                    finding.what
                )));
            }
            let state = store::add_up(&tx, *case, events)?;
            let machine = shelf.machine(&tx, &state.opened.digest)?;
            project::write(&tx, None, &state, &machine, &store::head(&tx, *case)?)?;
        }
        progress(cases.len(), cases.len());
        tx.commit()?;
        Ok(cases.len())
    }
}
