//! What the rules look at: every draft of the atlas, and what follows from all of them together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::chart::{Chart, is_final};
use crate::read::{
    AtlasDraft, CalendarDraft, ControlsDraft, Draft, KindWord, MapDraft, ScenariosDraft, StepDraft, Word,
};
use crate::text::{Place, Span};

/// The drafts of an atlas.
pub struct Atlas<'a> {
    /// `atlas.yaml`; the first, where there are several.
    pub atlas: Option<&'a AtlasDraft>,
    /// Every further `atlas.yaml`.
    pub more_atlases: Vec<&'a AtlasDraft>,
    /// The maps, in the order of the files.
    pub maps: Vec<MapView<'a>>,
    /// The calendars.
    pub calendars: Vec<&'a CalendarDraft>,
    /// The registers of controls.
    pub controls: Vec<&'a ControlsDraft>,
    /// The scenarios.
    pub scenarios: Vec<&'a ScenariosDraft>,
    by_id: HashMap<&'a str, usize>,
    unread: BTreeSet<String>,
    outcomes: Vec<BTreeSet<String>>,
}

/// A map's draft and its chart.
pub struct MapView<'a> {
    /// The draft.
    pub draft: &'a MapDraft,
    /// Its chart.
    pub chart: Chart,
}

impl<'a> MapView<'a> {
    /// A place in the map's file.
    pub fn place(&self, span: Span) -> Place {
        self.draft.source.place(span)
    }

    /// Whether the map stands for one that is not drawn yet.
    pub fn is_placeholder(&self) -> bool {
        self.draft.reading.as_ref().is_some_and(|reading| reading.text == "placeholder")
    }

    /// The steps of one kind, with their numbers.
    pub fn of_kind(&self, kind: KindWord) -> impl Iterator<Item = (usize, &'a StepDraft)> + '_ {
        self.draft.steps.iter().enumerate().filter(move |(_, step)| step.kind == kind && step.kind_known)
    }

    /// Steps that end the case.
    pub fn finals(&self) -> impl Iterator<Item = usize> + '_ {
        self.draft.steps.iter().enumerate().filter(|(_, step)| is_final(step)).map(|(at, _)| at)
    }

    /// Every word that names another map a case goes to from here: links, and what a deadline starts beside.
    pub fn links_out(&self) -> Vec<LinkOut<'a>> {
        let mut links = Vec::new();
        for step in &self.draft.steps {
            if let Some(to) = &step.to {
                let mode = step.mode.as_ref().map_or("hand-over", |mode| mode.text.as_str());
                links.push(LinkOut { to, entry: step.entry.as_ref(), step: Some(step), mode });
            }
            let beside = step.overdue.iter().flat_map(|overdue| &overdue.start);
            links.extend(beside.map(|to| LinkOut { to, entry: None, step: None, mode: "start" }));
        }
        for limit in &self.draft.limits {
            let beside = limit.overdue.iter().flat_map(|overdue| &overdue.start);
            links.extend(beside.map(|to| LinkOut { to, entry: None, step: None, mode: "start" }));
        }
        links
    }
}

/// A word that names another map a case goes to.
pub struct LinkOut<'a> {
    /// The map's name.
    pub to: &'a Word,
    /// The start it names.
    pub entry: Option<&'a Word>,
    /// The link; none for what a deadline starts beside.
    pub step: Option<&'a StepDraft>,
    /// `hand-over`, `call` or `start`.
    pub mode: &'a str,
}

impl<'a> Atlas<'a> {
    pub(super) fn new(drafts: &'a [Draft], unread: BTreeSet<String>) -> Self {
        let mut atlas = Self {
            atlas: None,
            more_atlases: Vec::new(),
            maps: Vec::new(),
            calendars: Vec::new(),
            controls: Vec::new(),
            scenarios: Vec::new(),
            by_id: HashMap::new(),
            unread,
            outcomes: Vec::new(),
        };
        for draft in drafts {
            match draft {
                Draft::Atlas(draft) if atlas.atlas.is_none() => atlas.atlas = Some(draft),
                Draft::Atlas(draft) => atlas.more_atlases.push(draft),
                Draft::Map(draft) => {
                    atlas.by_id.entry(&draft.id.text).or_insert(atlas.maps.len());
                    atlas.maps.push(MapView { draft, chart: Chart::new(draft) });
                }
                Draft::Calendar(draft) => atlas.calendars.push(draft),
                Draft::Controls(draft) => atlas.controls.push(draft),
                Draft::Scenarios(draft) => atlas.scenarios.push(draft),
            }
        }
        atlas.outcomes = outcomes(&atlas);
        atlas
    }

    /// The map of an id.
    pub fn map(&self, id: &str) -> Option<&MapView<'a>> {
        self.by_id.get(id).map(|at| &self.maps[*at])
    }

    /// The number of the map of an id.
    pub fn map_number(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Whether a map of this id may exist in a file that could not be read.
    pub fn may_exist(&self, id: &str) -> bool {
        self.by_id.contains_key(id) || self.unread.contains(id)
    }

    /// The ids of all maps.
    pub fn map_ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().copied()
    }

    /// Every outcome with which a case that is opened in the map can end: of its own ends, and of the maps it hands over to.
    pub fn outcomes_of(&self, map: usize) -> &BTreeSet<String> {
        &self.outcomes[map]
    }

    /// The start of `target` at which a case from the map `from` arrives.
    pub fn entry_of(&self, from: &MapView<'a>, target: &MapView<'a>, entry: Option<&Word>) -> Option<usize> {
        let mut starts = target.of_kind(KindWord::Start);
        if let Some(entry) = entry {
            return starts.find(|(_, start)| start.id.text == entry.text).map(|(at, _)| at);
        }
        let named = starts.find(|(_, start)| start.from.iter().any(|word| word.text == from.draft.id.text));
        named
            .or_else(|| (target.is_placeholder()).then(|| target.of_kind(KindWord::Start).next()).flatten())
            .map(|(at, _)| at)
    }

    /// The calendars by their ids.
    pub fn calendar_ids(&self) -> BTreeMap<&str, &CalendarDraft> {
        self.calendars.iter().filter_map(|calendar| Some((calendar.id.as_ref()?.text.as_str(), *calendar))).collect()
    }
}

fn outcomes(atlas: &Atlas<'_>) -> Vec<BTreeSet<String>> {
    let mut all: Vec<BTreeSet<String>> = atlas
        .maps
        .iter()
        .map(|map| map.of_kind(KindWord::End).filter_map(|(_, end)| Some(end.outcome.as_ref()?.text.clone())).collect())
        .collect();
    loop {
        let mut changed = false;
        for (at, map) in atlas.maps.iter().enumerate() {
            for link in map.links_out().iter().filter(|link| link.mode == "hand-over") {
                let Some(to) = atlas.map_number(&link.to.text) else { continue };
                let more: Vec<String> = all[to].difference(&all[at]).cloned().collect();
                changed |= !more.is_empty();
                all[at].extend(more);
            }
        }
        if !changed {
            return all;
        }
    }
}
