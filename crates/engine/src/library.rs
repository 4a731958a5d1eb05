//! Where cases find their maps: the atlas for what is opened now, the casebook for what a case began on.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use mapcase_case::Library;
use mapcase_map::model::{MapId, Role};
use mapcase_map::time::Calendar;
use mapcase_map::{CheckedAtlas, Machine, Map};
use rusqlite::{Connection, OptionalExtension};

use crate::error::Error;

/// The maps that are at hand. Revisions are read from the casebook once.
#[derive(Debug, Default)]
pub struct Shelf {
    atlas: Option<Arc<CheckedAtlas>>,
    /// The atlas's maps by the digests of their meanings.
    current: HashMap<String, MapId>,
    revisions: RefCell<HashMap<String, Arc<Machine>>>,
}

impl Shelf {
    /// A shelf with an atlas, or with none: then histories can be read and nothing can be opened.
    pub fn new(atlas: Option<Arc<CheckedAtlas>>) -> Self {
        let digests = atlas.iter().flat_map(|atlas| atlas.digests());
        let current = digests.map(|(map, digest)| (digest.clone(), map.clone())).collect();
        Self { atlas, current, revisions: RefCell::default() }
    }

    /// The atlas.
    pub fn atlas(&self) -> Option<&Arc<CheckedAtlas>> {
        self.atlas.as_ref()
    }

    /// The atlas's own machine of a digest.
    fn current(&self, digest: &str) -> Option<&Arc<Machine>> {
        self.atlas.as_ref()?.machine(self.current.get(digest)?)
    }

    /// The machine of a digest: the atlas's own, where its meaning is the same, or the one that the casebook keeps.
    pub fn machine(&self, db: &Connection, digest: &str) -> Result<Arc<Machine>, Error> {
        if let Some(machine) = self.revisions.borrow().get(digest) {
            return Ok(machine.clone());
        }
        let mut query = db.prepare_cached("SELECT map, meaning FROM map_revision WHERE digest = ?1")?;
        let row: Option<(String, String)> =
            query.query_row([digest], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let damaged = |what: String| Error::Damaged(what);
        let (id, meaning) = row.ok_or_else(|| damaged(format!("the map revision {digest} is missing")))?;
        let machine = match self.current(digest) {
            Some(machine) => machine.clone(),
            None => {
                let map = Map::from_meaning(&meaning);
                let map = map
                    .map_err(|error| damaged(format!("the map revision {digest} of `{id}` cannot be read: {error}")))?;
                Arc::new(Machine::new(map))
            }
        };
        if machine.digest() != digest {
            return Err(damaged(format!("the map revision {digest} of `{id}` is not what its digest says")));
        }
        self.revisions.borrow_mut().insert(digest.to_string(), machine.clone());
        Ok(machine)
    }
}

/// The shelf together with the casebook it reads from.
pub(crate) struct Reading<'a> {
    pub shelf: &'a Shelf,
    pub db: &'a Connection,
    pub simulated: bool,
}

impl Library for Reading<'_> {
    fn current(&self, map: &str) -> Result<Arc<Machine>, String> {
        let atlas = self.shelf.atlas.as_ref().ok_or("no atlas is at hand (see --atlas)")?;
        match atlas.machine(map) {
            Some(machine) => Ok(machine.clone()),
            None => Err(match atlas.stopped().get(map) {
                Some(file) => format!("it has errors; `mapcase check {file}` names them"),
                None => match mapcase_map::diagnostic::nearest(map, atlas.map_ids().map(String::as_str)) {
                    Some(near) => format!("there is no such map; did you mean `{near}`?"),
                    None => "there is no such map in the atlas".to_string(),
                },
            }),
        }
    }

    fn revision(&self, digest: &str) -> Result<Arc<Machine>, String> {
        // A case that was opened in this very command runs on a map of the atlas that the casebook may not have yet.
        match self.shelf.current(digest) {
            Some(machine) => Ok(machine.clone()),
            None => self.shelf.machine(self.db, digest).map_err(|error| error.to_string()),
        }
    }

    fn calendar(&self, id: &str) -> Result<Arc<Calendar>, String> {
        let atlas = self.shelf.atlas.as_ref().ok_or("no atlas is at hand (see --atlas)")?;
        atlas.calendars().get(id).cloned().ok_or_else(|| format!("the atlas has no calendar `{id}`"))
    }

    fn is_simulated(&self) -> bool {
        self.simulated
    }

    fn supervisors(&self) -> &[Role] {
        self.shelf.atlas.as_ref().map_or(&[], |atlas| atlas.supervisors())
    }
}
