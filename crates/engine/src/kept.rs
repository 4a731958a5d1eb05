//! States that the last commands left, so that the next one need not add up the same events again.
//!
//! What is kept is what loading would give, or nothing: it is put here when its command is committed, it goes when another connection
//! has written to the casebook (SQLite says so: `PRAGMA data_version`), and states are put in and taken out by whole families.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mapcase_case::{CaseNumber, CaseState, Family};
use rusqlite::Connection;

use crate::error::Error;
use crate::store::{self, Heads};

/// How many states are kept, unless somebody asks for more; some kilobytes each.
const USUAL: usize = 2_000;

/// A case as the casebook has it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub state: Arc<CaseState>,
    /// The hash of its last event.
    pub head: String,
}

/// What a command left of a family.
pub(crate) struct Left {
    cases: Vec<Known>,
    /// Whether it wrote personal values: they were sealed on their way to the casebook, and the states do not have the seals.
    personal: bool,
}

impl Left {
    pub fn of(family: Family<'_>, heads: &Heads) -> Self {
        let personal = family.events().iter().any(|(_, event)| event.body.is_personal());
        let known = |state: Arc<CaseState>| Some(Known { head: heads.get(&state.case)?.clone(), state });
        Self { cases: family.into_states().into_iter().filter_map(known).collect(), personal }
    }
}

/// The states of families, by the first case of each.
#[derive(Debug)]
pub(crate) struct Kept {
    families: HashMap<CaseNumber, Vec<Known>>,
    /// The first case of the family of each case in them.
    roots: HashMap<CaseNumber, CaseNumber>,
    most: usize,
    /// The map revisions that the casebook is known to have, by their digests.
    revisions: HashSet<String>,
    /// The first number that no case has.
    free: Option<u64>,
    /// What SQLite said when they were put in.
    version: i64,
}

impl Default for Kept {
    fn default() -> Self {
        let (families, roots, revisions) = Default::default();
        Self { families, roots, most: USUAL, revisions, free: None, version: 0 }
    }
}

impl Kept {
    /// Keeps so many states at the most.
    pub fn keep_up_to(&mut self, cases: usize) {
        self.most = cases;
        self.clear();
    }

    /// Keeps nothing any more.
    pub fn clear(&mut self) {
        self.forget_states();
        self.revisions.clear();
        self.free = None;
    }

    fn forget_states(&mut self) {
        self.families.clear();
        self.roots.clear();
    }

    /// Forgets all when somebody else has written. To be asked once within the transaction that uses what is kept, before it is used.
    pub fn look_round(&mut self, db: &Connection) -> Result<(), Error> {
        let version = db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if std::mem::replace(&mut self.version, version) != version {
            self.clear();
        }
        Ok(())
    }

    /// The cases of the family of a case.
    pub fn family(&self, db: &Connection, root: CaseNumber) -> Result<Vec<Known>, Error> {
        match self.families.get(&root) {
            Some(cases) => Ok(cases.clone()),
            None => {
                let known = |(state, head)| Known { state: Arc::new(state), head };
                Ok(store::load_family(db, root)?.into_iter().map(known).collect())
            }
        }
    }

    /// The first case of the family of a case.
    pub fn root_of(&self, db: &Connection, case: CaseNumber) -> Result<CaseNumber, Error> {
        self.roots.get(&case).map_or_else(|| store::root_of(db, case), |root| Ok(*root))
    }

    /// The state of one case.
    pub fn state(&self, db: &Connection, case: CaseNumber) -> Result<Arc<CaseState>, Error> {
        let kept = self.roots.get(&case).and_then(|root| self.families.get(root));
        let state = kept.and_then(|cases| cases.iter().find(|known| known.state.case == case));
        state.map_or_else(|| store::load_state(db, case).map(Arc::new), |known| Ok(known.state.clone()))
    }

    /// The first number that no case has.
    pub fn free_number(&mut self, db: &Connection) -> Result<u64, Error> {
        let free = self.free.map_or_else(|| store::free_number(db), Ok)?;
        self.free = Some(free);
        Ok(free)
    }

    /// Whether the casebook is known to have the map revision of a digest.
    pub fn has_revision(&self, digest: &str) -> bool {
        self.revisions.contains(digest)
    }

    /// Forgets a family: something is about to be written of it, and may not be committed.
    pub fn forget(&mut self, root: CaseNumber) {
        self.take_out(root);
        self.free = None;
    }

    fn take_out(&mut self, root: CaseNumber) {
        for known in self.families.remove(&root).unwrap_or_default() {
            self.roots.remove(&known.state.case);
        }
    }

    /// Keeps what a command left. To be called when it is committed.
    pub fn put(&mut self, left: Left) {
        let Left { cases, personal } = left;
        let Some(root) = cases.first().map(|known| known.state.opened.root) else { return };
        for known in &cases {
            self.free = self.free.map(|free| free.max(known.state.case.0 + 1));
            if !self.revisions.contains(&known.state.opened.digest) {
                self.revisions.insert(known.state.opened.digest.clone());
            }
        }
        self.take_out(root);
        if personal || cases.len() > self.most {
            return;
        }
        if self.roots.len() + cases.len() > self.most {
            self.forget_states();
        }
        self.roots.extend(cases.iter().map(|known| (known.state.case, root)));
        self.families.insert(root, cases);
    }
}
