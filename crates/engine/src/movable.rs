//! Which open cases run on another meaning of their map than the atlas has, and whether each could be moved there.

use std::collections::HashMap;

use mapcase_case::movable::{Caller, obstacles};
use mapcase_case::{CaseNumber, CaseState, TimerKind};
use mapcase_map::diff::{self, Change, Renames};

use crate::engine::Engine;
use crate::error::Error;
use crate::query::ListFilter;
use crate::store;

/// An open case on another meaning of its map.
#[derive(Clone, Debug)]
pub struct Movable {
    /// The case.
    pub case: CaseNumber,
    /// Its map.
    pub map: String,
    /// The revision on which it runs, as the owner counts.
    pub revision: u32,
    /// The step at which it stands.
    pub step: String,
    /// Whether it stands on what has changed: its step is otherwise, a field that this needs, or a limit that runs.
    pub touched: bool,
    /// What keeps it from being moved; nothing, where it can be.
    pub obstacles: Vec<String>,
}

impl Engine {
    /// The open cases that run on another meaning of their map than the atlas at hand has, of one map or of all, by number.
    pub fn movable(&self, only: Option<&str>) -> Result<Vec<Movable>, Error> {
        let _snapshot = self.book.snapshot()?;
        let Some(atlas) = self.shelf.atlas() else { return Ok(Vec::new()) };
        let filter = ListFilter { status: Some("open".into()), map: only.map(str::to_string), ..ListFilter::default() };
        let mut differences: HashMap<String, (Renames, Vec<Change>)> = HashMap::new();
        let mut found = Vec::new();
        for row in self.list(&filter)? {
            let state = store::load_state(&self.book.db, row.case)?;
            let before = self.shelf.machine(&self.book.db, &state.opened.digest)?;
            let after = atlas.machine(&row.map);
            if after.is_some_and(|after| after.digest() == before.digest()) {
                continue;
            }
            let mut movable = Movable {
                case: row.case,
                map: row.map,
                revision: state.opened.revision,
                step: state.step.clone(),
                touched: true,
                obstacles: Vec::new(),
            };
            let Some(after) = after else {
                movable.obstacles.push("its map is not there any more, or has errors".to_string());
                found.push(movable);
                continue;
            };
            let (old, new) = (before.map(), after.map());
            let (renames, changes) = differences
                .entry(state.opened.digest.clone())
                .or_insert_with(|| (Renames::between(old, new), diff::maps(old, new)));
            let limits = state.timers.iter().filter(|timer| timer.kind == TimerKind::Limit);
            let limits: Vec<&str> = limits.map(|timer| timer.id.as_str()).collect();
            let step = before.step(&state.step);
            movable.touched = step.is_none_or(|step| changes.iter().any(|change| diff::touches(change, step, &limits)));
            match atlas.calendars().get(&new.calendar) {
                Some(calendar) => {
                    let caller = self.caller(&state)?;
                    let list = obstacles(&state, &before, after, renames, calendar, caller.as_ref());
                    movable.obstacles = list.iter().map(ToString::to_string).collect();
                }
                None => movable.obstacles.push(format!("there is no calendar `{}`", new.calendar)),
            }
            found.push(movable);
        }
        Ok(found)
    }

    /// The case that waits for the outcome of another.
    fn caller(&self, state: &CaseState) -> Result<Option<Caller>, Error> {
        let Some(caller) = state.opened.returns_to else { return Ok(None) };
        let caller = store::load_state(&self.book.db, caller)?;
        let machine = self.shelf.machine(&self.book.db, &caller.opened.digest)?;
        Ok(caller.waits_for.and_then(|_| Caller::of(&caller, &machine)))
    }
}
