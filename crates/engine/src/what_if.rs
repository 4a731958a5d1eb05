//! Past cases on the maps of the atlas at hand: each family is read, replayed in memory and judged. Nothing is written.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use mapcase_case::event::{Event, EventBody, Opened};
use mapcase_case::what_if::{Judged, judge, replay};
use mapcase_case::{CaseNumber, CaseState, Family, Library};
use mapcase_map::Machine;
use mapcase_map::diff::Renames;
use mapcase_map::model::Role;
use mapcase_map::time::Calendar;
use rusqlite::OptionalExtension;

use crate::engine::Engine;
use crate::error::Error;
use crate::library::Reading;
use crate::store;

impl Engine {
    /// Replays every family of the casebook on the maps of the atlas at hand, one after the other, and hands over each case as it
    /// was judged. `progress` is told how many families are done, and how many there are.
    pub fn what_if(&self, mut progress: impl FnMut(usize, usize), mut each: impl FnMut(Judged)) -> Result<(), Error> {
        let _snapshot = self.book.snapshot()?;
        let db = &self.book.db;
        let free = store::free_number(db)?;
        let library = Reading { shelf: &self.shelf, db, simulated: self.book.is_simulated() };
        let mut renames = HashMap::new();
        let roots = store::roots(db)?;
        for (done, root) in roots.iter().enumerate() {
            progress(done, roots.len());
            let mut log = store::load_log(db, *root)?;
            self.know_renames(&log, &mut renames)?;
            log.extend(self.until_now(&log, free)?);
            let names = |opened: &Opened| renames.get(&opened.digest).cloned().unwrap_or_default();
            let replayed = replay(&library, &log, &names, free, self.now);
            judge(&log, &replayed, &names).into_iter().for_each(&mut each);
        }
        progress(roots.len(), roots.len());
        Ok(())
    }

    /// What was only renamed between each revision on which a case of the log runs and the atlas at hand.
    fn know_renames(
        &self,
        log: &[(CaseNumber, Event)],
        known: &mut HashMap<String, Arc<Renames>>,
    ) -> Result<(), Error> {
        for (_, event) in log {
            let EventBody::CaseOpened(opened) = &event.body else { continue };
            if known.contains_key(&opened.digest) {
                continue;
            }
            let before = self.shelf.machine(&self.book.db, &opened.digest)?;
            let after = self.shelf.atlas().and_then(|atlas| atlas.machine(&opened.map));
            let renames = after.map(|after| Renames::between(before.map(), after.map())).unwrap_or_default();
            known.insert(opened.digest.clone(), Arc::new(renames));
        }
        Ok(())
    }

    /// The events of timers that are due and have not been recorded, on the maps on which the cases run: without them a casebook in
    /// which `tick` has not run would seem to have gone another way.
    fn until_now(&self, log: &[(CaseNumber, Event)], free: u64) -> Result<Vec<(CaseNumber, Event)>, Error> {
        let mut cases: BTreeMap<CaseNumber, Vec<&Event>> = BTreeMap::new();
        log.iter().for_each(|(case, event)| cases.entry(*case).or_default().push(event));
        let states = cases.into_iter().map(|(case, events)| {
            CaseState::replay(events).map_err(|broken| Error::Damaged(format!("case {case}: {broken}")))
        });
        let states = states.collect::<Result<Vec<_>, _>>()?;
        let is_due = |state: &CaseState| state.next_timer().is_some_and(|timer| timer.fires_at() <= self.now);
        if !states.iter().any(is_due) {
            return Ok(Vec::new());
        }
        let library = Past(Reading { shelf: &self.shelf, db: &self.book.db, simulated: self.book.is_simulated() });
        let mut family = Family::new(&library, states.into_iter().map(Arc::new).collect(), free, self.now);
        // What cannot fire has not: so it is in the casebook, too.
        let _ = family.settle();
        Ok(family.events().to_vec())
    }
}

/// The maps as they were: those that the casebook keeps. Calendars are those of the atlas at hand, for the casebook keeps none.
struct Past<'a>(Reading<'a>);

impl Library for Past<'_> {
    fn current(&self, map: &str) -> Result<Arc<Machine>, String> {
        let sql = "SELECT digest FROM map_revision WHERE map = ?1 ORDER BY first_used_at DESC, revision DESC LIMIT 1";
        let query = self.0.db.prepare_cached(sql);
        let found: rusqlite::Result<Option<String>> =
            query.and_then(|mut query| query.query_row([map], |row| row.get(0)).optional());
        match found.map_err(|error| error.to_string())? {
            Some(digest) => self.revision(&digest),
            None => self.0.current(map),
        }
    }

    fn revision(&self, digest: &str) -> Result<Arc<Machine>, String> {
        self.0.revision(digest)
    }

    fn calendar(&self, id: &str) -> Result<Arc<Calendar>, String> {
        self.0.calendar(id)
    }

    fn supervisors(&self) -> &[Role] {
        self.0.supervisors()
    }

    fn is_simulated(&self) -> bool {
        self.0.is_simulated()
    }
}
