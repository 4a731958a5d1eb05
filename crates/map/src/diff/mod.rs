//! The difference in meaning between two maps or two atlases, step by step: what a case meets, not what a line says.
//! Comments, layout, quotes and notes are no difference. A rename is recognised where all else is the same.

mod atlas;
mod facts;
mod rename;
mod words;

#[cfg(test)]
mod tests;

pub use atlas::{AtlasDiff, MapDiff, State, atlases, pair};
pub use facts::Aspect;
pub use rename::Renames;

use std::collections::BTreeMap;

use facts::{Facts, field_facts, limit_facts, map_facts, round_facts, step_facts};

use crate::model::{Map, Step};

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The map itself.
    Map,
    /// A step.
    Step,
    /// A field of the record.
    Field,
    /// A limit.
    Limit,
    /// What comes round.
    Round,
    /// The atlas itself.
    Atlas,
    /// A role of the atlas.
    Role,
    /// A theme of the atlas.
    Theme,
    /// A calendar.
    Calendar,
    /// A control.
    Control,
}

impl Of {
    /// The word: `map`, `step`, `field`, ...
    pub fn word(self) -> &'static str {
        match self {
            Of::Map => "map",
            Of::Step => "step",
            Of::Field => "field",
            Of::Limit => "limit",
            Of::Round => "start",
            Of::Atlas => "atlas",
            Of::Role => "role",
            Of::Theme => "theme",
            Of::Calendar => "calendar",
            Of::Control => "control",
        }
    }
}

/// For whom a change matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Cases run otherwise.
    Runs,
    /// People read other words; cases run as before.
    Wording,
    /// No case depends on it: controls, themes, sources.
    About,
}

impl Weight {
    /// The word: `runs`, `wording` or `about`.
    pub fn word(self) -> &'static str {
        match self {
            Weight::Runs => "runs",
            Weight::Wording => "wording",
            Weight::About => "about",
        }
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another id, and all else is the same.
    Renamed {
        /// The id it had.
        from: String,
    },
    /// Something of it is otherwise. A list holds its items, a single value itself, nothing nothing.
    Changed {
        /// What of it.
        aspect: Aspect,
        /// As it was.
        before: Vec<String>,
        /// As it is.
        after: Vec<String>,
    },
}

impl What {
    /// The word: `added`, `removed`, `renamed` or `changed`.
    pub fn word(&self) -> &'static str {
        match self {
            What::Added => "added",
            What::Removed => "removed",
            What::Renamed { .. } => "renamed",
            What::Changed { .. } => "changed",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is about.
    pub of: Of,
    /// The id of that; of what was renamed, the new one.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub what: What,
    /// For whom it matters.
    pub weight: Weight,
}

/// Everything in which two maps differ, but for what no case and no control depends on. Names that were only renamed count as the
/// same everywhere.
pub fn maps(before: &Map, after: &Map) -> Vec<Change> {
    let renames = Renames::between(before, after);
    let before = renames.apply(before);
    let mut changes = Vec::new();
    compare(&mut changes, (Of::Map, &after.id, &after.title), &map_facts(&before), &map_facts(after));
    let old = before.steps.iter().map(|step| (&step.id, &step.title, step_facts(step)));
    let new = after.steps.iter().map(|step| (&step.id, &step.title, step_facts(step)));
    group(&mut changes, Of::Step, old.collect(), new.collect(), &renames.steps);
    let old = before.record.iter().map(|(id, field)| (id, &field.title, field_facts(field)));
    let new = after.record.iter().map(|(id, field)| (id, &field.title, field_facts(field)));
    group(&mut changes, Of::Field, old.collect(), new.collect(), &renames.fields);
    let old = before.limits.iter().map(|(id, limit)| (id, &limit.title, limit_facts(limit)));
    let new = after.limits.iter().map(|(id, limit)| (id, &limit.title, limit_facts(limit)));
    group(&mut changes, Of::Limit, old.collect(), new.collect(), &renames.limits);
    let old = before.rounds.iter().map(|(id, round)| (id, &round.title, round_facts(round)));
    let new = after.rounds.iter().map(|(id, round)| (id, &round.title, round_facts(round)));
    group(&mut changes, Of::Round, old.collect(), new.collect(), &renames.rounds);
    changes
}

/// Whether a case is touched by a change of its map: at the step where it stands, in a field that this needs, or in one of the limits
/// that run.
pub fn touches(change: &Change, step: &Step, limits: &[&str]) -> bool {
    let is = |id: &str| change.id == id || matches!(&change.what, What::Renamed { from } if from == id);
    change.weight == Weight::Runs
        && match change.of {
            Of::Step => is(&step.id),
            Of::Limit => limits.iter().any(|limit| is(limit)),
            Of::Field => step.needs.iter().any(|field| is(field)),
            _ => false,
        }
}

type Thing<'a> = (&'a String, &'a String, Facts);

/// Compares things of one kind by their ids.
fn group(
    changes: &mut Vec<Change>,
    of: Of,
    before: Vec<Thing<'_>>,
    after: Vec<Thing<'_>>,
    renamed: &BTreeMap<String, String>,
) {
    let known = |things: &[Thing<'_>]| -> BTreeMap<String, usize> {
        things.iter().enumerate().map(|(at, (id, ..))| ((*id).clone(), at)).collect()
    };
    let (old, new) = (known(&before), known(&after));
    let mut change = |id: &str, title: &str, what| {
        changes.push(Change { of, id: id.to_string(), title: title.to_string(), what, weight: Weight::Runs });
    };
    for (from, to) in renamed {
        let title = new.get(to).and_then(|at| after.get(*at)).map_or("", |(_, title, _)| title.as_str());
        change(to, title, What::Renamed { from: from.clone() });
    }
    before.iter().filter(|(id, ..)| !new.contains_key(*id)).for_each(|(id, title, _)| change(id, title, What::Removed));
    after.iter().filter(|(id, ..)| !old.contains_key(*id)).for_each(|(id, title, _)| change(id, title, What::Added));
    for (id, title, facts) in &after {
        if let Some((_, _, before)) = old.get(*id).and_then(|at| before.get(*at)) {
            compare(changes, (of, id, title), before, facts);
        }
    }
}

/// Compares two things fact by fact.
fn compare(changes: &mut Vec<Change>, (of, id, title): (Of, &str, &str), before: &Facts, after: &Facts) {
    let value = |facts: &Facts, aspect: &Aspect| {
        facts.iter().find(|(known, _)| known == aspect).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let gone = before.iter().map(|(aspect, _)| aspect);
    let new = after.iter().map(|(aspect, _)| aspect).filter(|aspect| !before.iter().any(|(old, _)| old == *aspect));
    for aspect in gone.chain(new) {
        let (before, after) = (value(before, aspect), value(after, aspect));
        if before != after {
            let weight = aspect.weight(!before.is_empty() && !after.is_empty());
            let what = What::Changed { aspect: aspect.clone(), before, after };
            changes.push(Change { of, id: id.to_string(), title: title.to_string(), what, weight });
        }
    }
}
