//! Making the projections anew from the events.

use rusqlite::TransactionBehavior;

use crate::engine::Engine;
use crate::error::Error;
use crate::{hash, project, store};

impl Engine {
    /// Makes the projections anew, in one transaction. `progress` is told how many cases are done, and how many there are.
    pub fn rebuild(&mut self, mut progress: impl FnMut(usize, usize)) -> Result<usize, Error> {
        let cases = self.cases()?;
        let shelf = &self.shelf;
        let tx = self.book.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch("DELETE FROM worklist; DELETE FROM timer; DELETE FROM case_now;")?;
        for (done, case) in cases.iter().enumerate() {
            progress(done, cases.len());
            let state = store::load_state(&tx, *case)?;
            let machine = shelf.machine(&tx, &state.opened.digest)?;
            let head = store::load(&tx, *case)?.last().map_or(hash::FIRST.to_string(), |stored| stored.hash.clone());
            project::write(&tx, &state, &machine, &head)?;
        }
        progress(cases.len(), cases.len());
        tx.commit()?;
        Ok(cases.len())
    }
}
