//! States that the last commands left, so that the next one need not add up the same events again.
//!
//! What is kept is what loading would give, or nothing: it is put here when its command is committed, it goes when another connection
//! has written to the casebook (SQLite says so: `PRAGMA data_version`), and states are put in and taken out by whole families.

use std::collections::HashMap;
use std::sync::Arc;

use mapcase_case::event::EventBody;
use mapcase_case::{CaseNumber, CaseState, Family, Kept as Value};
use rusqlite::Connection;

use crate::error::Error;
use crate::store;

/// How many states are kept, unless somebody asks for more; some kilobytes each.
const USUAL: usize = 2_000;

/// What a command left of a family.
pub(crate) struct Left {
    states: Vec<Arc<CaseState>>,
    /// Whether it wrote personal values: they were sealed on their way to the casebook, and the states do not have the seals.
    personal: bool,
}

impl From<Family<'_>> for Left {
    fn from(family: Family<'_>) -> Self {
        let is_personal = |kept: &Value| matches!(kept, Value::Personal { .. });
        let personal = family.events().iter().any(|(_, event)| match &event.body {
            EventBody::CaseOpened(opened) => opened.record.values().any(is_personal),
            EventBody::FieldsSet { fields } => fields.values().flatten().any(is_personal),
            _ => false,
        });
        Self { states: family.into_states(), personal }
    }
}

/// The states of families, by the first case of each.
#[derive(Debug)]
pub(crate) struct Kept {
    families: HashMap<CaseNumber, Vec<Arc<CaseState>>>,
    cases: usize,
    most: usize,
    /// What SQLite said when they were put in.
    version: i64,
}

impl Default for Kept {
    fn default() -> Self {
        Self { families: HashMap::new(), cases: 0, most: USUAL, version: 0 }
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
        self.families.clear();
        self.cases = 0;
    }

    /// The states of the family of a case. To be asked within the transaction that uses them.
    pub fn family(&mut self, db: &Connection, root: CaseNumber) -> Result<Vec<Arc<CaseState>>, Error> {
        self.look_round(db)?;
        match self.families.get(&root) {
            Some(states) => Ok(states.clone()),
            None => Ok(store::load_family(db, root)?.into_iter().map(Arc::new).collect()),
        }
    }

    /// The state of one case.
    pub fn state(&mut self, db: &Connection, case: CaseNumber) -> Result<Arc<CaseState>, Error> {
        self.look_round(db)?;
        let root = store::root_of(db, case)?;
        let kept = self.families.get(&root).and_then(|states| states.iter().find(|state| state.case == case));
        kept.cloned().map_or_else(|| store::load_state(db, case).map(Arc::new), Ok)
    }

    /// Forgets a family: something is about to be written of it, and may not be committed.
    pub fn forget(&mut self, root: CaseNumber) {
        if let Some(states) = self.families.remove(&root) {
            self.cases -= states.len();
        }
    }

    /// Keeps what a command left. To be called when it is committed.
    pub fn put(&mut self, left: Left) {
        let Left { states, personal } = left;
        let Some(root) = states.first().map(|state| state.opened.root) else { return };
        self.forget(root);
        if personal || states.len() > self.most {
            return;
        }
        if self.cases + states.len() > self.most {
            self.clear();
        }
        self.cases += states.len();
        self.families.insert(root, states);
    }

    /// Forgets all when somebody else has written.
    fn look_round(&mut self, db: &Connection) -> Result<(), Error> {
        let version = db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if std::mem::replace(&mut self.version, version) != version {
            self.clear();
        }
        Ok(())
    }
}
