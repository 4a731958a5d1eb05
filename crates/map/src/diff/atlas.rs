//! The difference between two atlases: what they share, and each map.

use std::collections::{BTreeMap, BTreeSet};

use crate::atlas::CheckedAtlas;
use crate::controls::Control;
use crate::model::{Map, MapId};

use super::facts::{Aspect, Facts, calendar_facts};
use super::{Change, Of, Weight, compare, group, maps};

/// Everything in which two atlases differ.
#[derive(Clone, Debug, Default)]
pub struct AtlasDiff {
    /// In what the maps share: roles, themes, calendars, controls.
    pub shared: Vec<Change>,
    /// In the maps, by their ids; those that do not differ are left out.
    pub maps: Vec<MapDiff>,
    /// Maps that errors keep from being compared, in the one atlas or the other.
    pub stopped: Vec<MapId>,
}

/// Everything in which a map differs.
#[derive(Clone, Debug)]
pub struct MapDiff {
    /// Its id; of one that was renamed, the new one.
    pub id: MapId,
    /// Its title.
    pub title: String,
    /// The revision that its owner gave it, before and after.
    pub revisions: (Option<u32>, Option<u32>),
    /// What became of it.
    pub state: State,
    /// The differences, where it is in both.
    pub changes: Vec<Change>,
}

/// What became of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another id; its meaning is the same but for that.
    Renamed {
        /// The id it had.
        from: MapId,
    },
    /// It is in both.
    Compared,
}

impl State {
    /// The word: `added`, `removed`, `renamed` or `changed`.
    pub fn word(&self) -> &'static str {
        match self {
            State::Added => "added",
            State::Removed => "removed",
            State::Renamed { .. } => "renamed",
            State::Compared => "changed",
        }
    }
}

/// Compares two maps that are taken for the same one; on one side there may be none. Nothing, where they do not differ.
pub fn pair(before: Option<&Map>, after: Option<&Map>) -> Option<MapDiff> {
    let state = match (before, after) {
        (Some(before), Some(after)) if before.id == after.id => State::Compared,
        (Some(before), Some(_)) => State::Renamed { from: before.id.clone() },
        (Some(_), None) => State::Removed,
        (None, _) => State::Added,
    };
    let changes = before.zip(after).map_or_else(Vec::new, |(before, after)| maps(before, after));
    let map = after.or(before).filter(|_| state != State::Compared || !changes.is_empty())?;
    let revisions = (before.map(|map| map.revision), after.map(|map| map.revision));
    Some(MapDiff { id: map.id.clone(), title: map.title.clone(), revisions, state, changes })
}

fn map_of<'a>(atlas: &'a CheckedAtlas, id: &str) -> Option<&'a Map> {
    atlas.machine(id).map(|machine| machine.map())
}

/// Compares two atlases.
pub fn atlases(before: &CheckedAtlas, after: &CheckedAtlas) -> AtlasDiff {
    let mut diff = AtlasDiff { shared: shared(before, after), ..AtlasDiff::default() };
    let stopped: BTreeSet<&MapId> = before.stopped().keys().chain(after.stopped().keys()).collect();
    diff.stopped = stopped.iter().map(|id| (*id).clone()).collect();
    let renamed = renamed(before, after);
    let old: BTreeSet<&MapId> = before.machines().keys().filter(|id| !stopped.contains(id)).collect();
    let new: BTreeSet<&MapId> = after.machines().keys().filter(|id| !stopped.contains(id)).collect();
    for id in old.union(&new) {
        let after = map_of(after, id);
        // It is told under the id that it has now.
        if after.is_none() && renamed.contains_key(*id) {
            continue;
        }
        let from = renamed.iter().find(|(_, to)| to == id).map_or(*id, |(from, _)| from);
        diff.maps.extend(pair(map_of(before, from), after));
    }
    diff
}

/// Maps that have another id while their meaning is the same but for that.
fn renamed(before: &CheckedAtlas, after: &CheckedAtlas) -> BTreeMap<MapId, MapId> {
    let nameless = |map: &Map| Map { id: String::new(), ..map.clone() }.meaning();
    let only = |of: &CheckedAtlas, other: &CheckedAtlas| -> Vec<(MapId, String)> {
        let is_in = |id: &str| other.machine(id).is_some() || other.stopped().contains_key(id);
        let found = of.machines().iter().filter(|(id, _)| !is_in(id));
        found.map(|(id, machine)| (id.clone(), nameless(machine.map()))).collect()
    };
    let (gone, new) = (only(before, after), only(after, before));
    let alone =
        |meaning: &str, list: &[(MapId, String)]| list.iter().filter(|(_, other)| other == meaning).count() == 1;
    let pairs = gone.iter().filter_map(|(from, meaning)| {
        let (to, _) = new.iter().find(|(_, other)| other == meaning)?;
        (alone(meaning, &gone) && alone(meaning, &new)).then(|| (from.clone(), to.clone()))
    });
    pairs.collect()
}

fn shared(before: &CheckedAtlas, after: &CheckedAtlas) -> Vec<Change> {
    let mut changes = Vec::new();
    let own = |atlas: &CheckedAtlas| -> Facts {
        vec![
            (Aspect::Title, vec![atlas.title().to_string()]),
            (Aspect::Zone, vec![atlas.zone().name().to_string()]),
            (Aspect::Calendar, vec![atlas.default_calendar().to_string()]),
            (Aspect::Supervisors, atlas.supervisors().to_vec()),
        ]
    };
    compare(&mut changes, (Of::Atlas, after.id(), after.title()), &own(before), &own(after));
    let titled = |titles: &BTreeMap<String, String>| -> Vec<Thing> {
        let thing =
            |(id, title): (&String, &String)| (id.clone(), title.clone(), vec![(Aspect::Title, vec![title.clone()])]);
        titles.iter().map(thing).collect()
    };
    let calendars = |atlas: &CheckedAtlas| -> Vec<Thing> {
        let all = atlas.calendars().iter();
        all.map(|(id, calendar)| (id.clone(), calendar.title.clone(), calendar_facts(calendar))).collect()
    };
    let controls = |atlas: &CheckedAtlas| -> Vec<Thing> {
        let facts = |control: &Control| {
            vec![(Aspect::Title, vec![control.title.clone()]), (Aspect::Binds, control.binds.clone())]
        };
        let all = atlas.controls().iter();
        all.map(|(id, control)| (id.clone(), control.title.clone(), facts(control))).collect()
    };
    let pairs = [
        (Of::Role, titled(before.roles()), titled(after.roles())),
        (Of::Theme, titled(before.themes()), titled(after.themes())),
        (Of::Calendar, calendars(before), calendars(after)),
        (Of::Control, controls(before), controls(after)),
    ];
    for (of, before, after) in pairs {
        group(&mut changes, of, borrowed(&before), borrowed(&after), &BTreeMap::new());
    }
    // No case depends on which controls a register lists, or on how themes are called.
    for change in changes.iter_mut().filter(|change| matches!(change.of, Of::Control | Of::Theme)) {
        change.weight = Weight::About;
    }
    changes
}

type Thing = (String, String, Facts);

fn borrowed(things: &[Thing]) -> Vec<(&String, &String, Facts)> {
    things.iter().map(|(id, title, facts)| (id, title, facts.clone())).collect()
}
