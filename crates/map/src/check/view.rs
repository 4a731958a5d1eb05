//! What the rules look at: every draft of the atlas, and what follows from all of them together.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::chart::{Chart, is_final};
use super::stem;
use crate::bounds::Plans;
use crate::diagnostic::surely;
use crate::read::{
    AtlasDraft, CalendarDraft, ControlsDraft, Draft, FieldDraft, KindWord, MapDraft, OverdueDraft, ScenariosDraft,
    StepDraft, Word,
};
use crate::text::{Place, Span};

/// What is known of files that could not be read: enough to leave out what would follow from that alone.
#[derive(Debug, Default)]
pub(super) struct Unread {
    names: BTreeSet<String>,
    register: bool,
}

impl Unread {
    /// Remembers a file by its name, and by what its first line says.
    pub fn add(&mut self, path: &str, text: &str) {
        self.names.insert(stem(path).to_string());
        let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        if let Some((key, value)) = first.and_then(|line| line.split_once(':')) {
            self.register |= key == "controls";
            self.names.extend(value.split_whitespace().next().map(str::to_string));
        }
    }
}

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
    /// The day on which the atlas is checked, where it matters to the caller.
    pub today: Option<NaiveDate>,
    by_id: HashMap<&'a str, usize>,
    guessed: HashMap<&'a str, usize>,
    unread: Unread,
    outcomes: Vec<Outcomes>,
    plans: OnceCell<Option<Plans<'a>>>,
}

/// A map's draft, its chart, and what rules look up in it.
pub struct MapView<'a> {
    /// The draft.
    pub draft: &'a MapDraft,
    /// Its chart.
    pub chart: Chart,
    number: usize,
    fields: HashMap<&'a str, &'a FieldDraft>,
    starts: Vec<usize>,
    links: Vec<LinkOut<'a>>,
}

/// How many misspelt maps of one atlas are guessed; each is compared with every map.
const MOST_GUESSES: usize = 50;

impl<'a> MapView<'a> {
    fn new(number: usize, draft: &'a MapDraft) -> Self {
        let is_start = |step: &StepDraft| step.kind == KindWord::Start && step.kind_known;
        Self {
            draft,
            chart: Chart::new(draft),
            number,
            fields: draft.record.iter().map(|field| (field.id.text.as_str(), field)).collect(),
            starts: (0..draft.steps.len()).filter(|at| is_start(&draft.steps[*at])).collect(),
            links: links_out(draft),
        }
    }

    /// The field of an id.
    pub fn field(&self, id: &str) -> Option<&'a FieldDraft> {
        self.fields.get(id).copied()
    }

    /// Every word that names a control which the map, a step, a limit or what comes round carries.
    pub fn controls(&self) -> impl Iterator<Item = &'a Word> + '_ {
        let steps = self.draft.steps.iter().flat_map(|step| &step.controls);
        let limits = self.draft.limits.iter().flat_map(|limit| &limit.controls);
        let rounds = self.draft.rounds.iter().flat_map(|round| &round.controls);
        self.draft.controls.iter().chain(steps).chain(limits).chain(rounds)
    }

    /// Every word that names a role which answers for the map, acts in it or is told.
    pub fn roles(&self) -> impl Iterator<Item = &'a Word> + '_ {
        let tell = |overdue: &'a Option<OverdueDraft>| overdue.iter().flat_map(|overdue| &overdue.tell);
        let steps = self.draft.steps.iter().flat_map(move |step| step.role.iter().chain(tell(&step.overdue)));
        let limits = self.draft.limits.iter().flat_map(move |limit| tell(&limit.overdue));
        let rounds = self.draft.rounds.iter().flat_map(move |round| tell(&round.overdue));
        self.draft.owner.iter().chain(steps).chain(limits).chain(rounds)
    }

    /// The ids of what can be late wherever a case stands: limits, and what comes round with `by`.
    pub fn spanning(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let rounds = self.draft.rounds.iter().filter(|round| round.by.is_some()).map(|round| round.id.text.as_str());
        self.draft.limits.iter().map(|limit| limit.id.text.as_str()).chain(rounds)
    }

    /// The starts, with their numbers.
    pub fn starts(&self) -> impl Iterator<Item = (usize, &'a StepDraft)> + '_ {
        self.starts.iter().map(|at| (*at, &self.draft.steps[*at]))
    }

    /// A place in the map's file.
    pub fn place(&self, span: Span) -> Place {
        self.draft.source.place(span)
    }

    /// Whether nothing that stands in its record and its steps was left unread.
    pub fn is_all_read(&self) -> bool {
        let is_read = |step: &StepDraft| step.kind_known && step.lost.is_empty();
        self.draft.record_whole && self.draft.steps_whole && self.draft.steps.iter().all(is_read)
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

    /// Every word that names another map of which a case's end is waited for, or is the doing of what comes round.
    pub fn named_maps(&self) -> impl Iterator<Item = &'a Word> + '_ {
        let waits = self.draft.steps.iter().filter_map(|step| step.comes_from.as_ref()?.map.as_ref());
        waits.chain(self.draft.rounds.iter().filter_map(|round| round.done.as_ref()))
    }

    /// Every word that names another map a case goes to from here: links, what a deadline starts beside, what comes round.
    pub fn links_out(&self) -> &[LinkOut<'a>] {
        &self.links
    }
}

fn links_out(draft: &MapDraft) -> Vec<LinkOut<'_>> {
    let mut links = Vec::new();
    for step in &draft.steps {
        if let Some(to) = &step.to {
            let mode = step.mode.as_ref().map_or("hand-over", |mode| mode.text.as_str());
            links.push(LinkOut { to, entry: step.entry.as_ref(), carries: Some(&step.carries), mode });
        }
        let beside = step.overdue.iter().flat_map(|overdue| &overdue.start);
        links.extend(beside.map(|to| LinkOut { to, entry: None, carries: None, mode: "start" }));
    }
    for limit in &draft.limits {
        let beside = limit.overdue.iter().flat_map(|overdue| &overdue.start);
        links.extend(beside.map(|to| LinkOut { to, entry: None, carries: None, mode: "start" }));
    }
    for round in &draft.rounds {
        let (entry, carries) = (round.entry.as_ref(), Some(&round.carries[..]));
        links.extend(round.map.iter().map(|to| LinkOut { to, entry, carries, mode: "start" }));
        let beside = round.overdue.iter().flat_map(|overdue| &overdue.start);
        links.extend(beside.map(|to| LinkOut { to, entry: None, carries: None, mode: "start" }));
    }
    links
}

/// A word that names another map a case goes to.
pub struct LinkOut<'a> {
    /// The map's name.
    pub to: &'a Word,
    /// The start it names.
    pub entry: Option<&'a Word>,
    /// The fields that go along; none for what a deadline starts beside, which is given all.
    pub carries: Option<&'a [Word]>,
    /// `hand-over`, `call` or `start`.
    pub mode: &'a str,
}

impl<'a> Atlas<'a> {
    pub(super) fn new(drafts: &'a [Draft], unread: Unread, today: Option<NaiveDate>) -> Self {
        let mut atlas = Self {
            atlas: None,
            more_atlases: Vec::new(),
            maps: Vec::new(),
            calendars: Vec::new(),
            controls: Vec::new(),
            scenarios: Vec::new(),
            today,
            by_id: HashMap::new(),
            guessed: HashMap::new(),
            unread,
            outcomes: Vec::new(),
            plans: OnceCell::new(),
        };
        for draft in drafts {
            match draft {
                Draft::Atlas(draft) if atlas.atlas.is_none() => atlas.atlas = Some(draft),
                Draft::Atlas(draft) => atlas.more_atlases.push(draft),
                Draft::Map(draft) => {
                    atlas.by_id.entry(&draft.id.text).or_insert(atlas.maps.len());
                    atlas.maps.push(MapView::new(atlas.maps.len(), draft));
                }
                Draft::Calendar(draft) => atlas.calendars.push(draft),
                Draft::Controls(draft) => atlas.controls.push(draft),
                Draft::Scenarios(draft) => atlas.scenarios.push(draft),
            }
        }
        atlas.know_by_file_names();
        atlas.guess_maps();
        atlas.outcomes = outcomes(&atlas);
        atlas
    }

    /// A map whose id is wrong is known by its file's name too: that its id is wrong is one fault, not one in each map
    /// that leads to it.
    fn know_by_file_names(&mut self) {
        for view in &self.maps {
            self.by_id.entry(stem(view.draft.source.path())).or_insert(view.number);
        }
    }

    fn guess_maps(&mut self) {
        let mut guessed = HashMap::new();
        for map in &self.maps {
            let from = map.starts.iter().flat_map(|at| &map.draft.steps[*at].from);
            for word in map.links.iter().map(|link| link.to).chain(from).chain(map.named_maps()) {
                if !self.may_exist(&word.text) && guessed.len() < MOST_GUESSES && !guessed.contains_key(&*word.text) {
                    let near = surely(&word.text, self.map_ids()).and_then(|near| self.map_number(near));
                    guessed.insert(word.text.as_str(), near);
                }
            }
        }
        self.guessed = guessed.into_iter().filter_map(|(word, near)| Some((word, near?))).collect();
    }

    /// Whether a word means this map, perhaps misspelt.
    pub fn means(&self, word: &Word, map: &MapView<'_>) -> bool {
        let number = self.map_number(&word.text).or_else(|| self.guessed.get(word.text.as_str()).copied());
        word.text == map.draft.id.text || number == Some(map.number)
    }

    /// Whether a register of controls could not be read, so that nobody knows what it lists.
    pub fn has_unread_register(&self) -> bool {
        self.unread.register
    }

    /// Whether any file could not be read at all.
    pub fn has_unread_file(&self) -> bool {
        !self.unread.names.is_empty()
    }

    /// Whether a file that could not be read has this name, or says at its head that it is this.
    pub fn is_unread(&self, name: &str) -> bool {
        self.unread.names.contains(name)
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
        self.by_id.contains_key(id) || self.is_unread(id)
    }

    /// The ids of all maps.
    pub fn map_ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().copied()
    }

    /// Every outcome with which a case that is opened in the map can end: of its own ends, and of the maps it hands over to.
    pub fn outcomes_of(&self, map: usize) -> &BTreeSet<String> {
        &self.outcomes[map].known
    }

    /// Whether these are all: a map that hands over to one that does not exist, or could not be read, may end as nobody
    /// knows.
    pub fn knows_outcomes_of(&self, map: usize) -> bool {
        self.outcomes[map].whole
    }

    /// What the maps say of time; none where the atlas's zone is not known. The maps have the same numbers there.
    pub fn plans(&self) -> Option<&Plans<'a>> {
        self.plans.get_or_init(|| Plans::of_drafts(self)).as_ref()
    }

    /// The start of `target` at which a case from the map `from` arrives.
    pub fn entry_of(&self, from: &MapView<'_>, target: &MapView<'_>, entry: Option<&Word>) -> Option<usize> {
        if let Some(entry) = entry {
            return target.starts().find(|(_, start)| start.id.text == entry.text).map(|(at, _)| at);
        }
        let named = target.starts().find(|(_, start)| start.from.iter().any(|word| self.means(word, from)));
        named.or_else(|| target.starts().next().filter(|_| target.is_placeholder())).map(|(at, _)| at)
    }

    /// The calendars by their ids.
    pub fn calendar_ids(&self) -> BTreeMap<&str, &CalendarDraft> {
        self.calendars.iter().filter_map(|calendar| Some((calendar.id.as_ref()?.text.as_str(), *calendar))).collect()
    }
}

/// How a case can end that is opened in a map.
struct Outcomes {
    known: BTreeSet<String>,
    whole: bool,
}

/// A map's outcomes are those of its ends, and those of the maps it hands over to. Maps that hand over to each other in a
/// circle have the same.
fn outcomes(atlas: &Atlas<'_>) -> Vec<Outcomes> {
    let mut graph = DiGraph::<(), ()>::with_capacity(atlas.maps.len(), atlas.maps.len());
    for _ in &atlas.maps {
        graph.add_node(());
    }
    let mut all: Vec<Outcomes> = Vec::with_capacity(atlas.maps.len());
    for map in &atlas.maps {
        let mut whole = map.draft.steps_whole && map.draft.steps.iter().all(StepDraft::has_all_ways);
        whole &= !map.draft.steps.iter().any(|step| step.is_lost("to") || step.is_lost("outcome"));
        for link in map.links_out().iter().filter(|link| link.mode == "hand-over") {
            match atlas.map_number(&link.to.text) {
                Some(to) => drop(graph.update_edge(NodeIndex::new(map.number), NodeIndex::new(to), ())),
                None => whole = false,
            }
        }
        all.push(Outcomes { known: BTreeSet::new(), whole });
    }
    // A circle comes after those that it leads to.
    for circle in kosaraju_scc(&graph) {
        let mut together = BTreeSet::new();
        let mut whole = true;
        for node in &circle {
            let ends = atlas.maps[node.index()].of_kind(KindWord::End);
            together.extend(ends.filter_map(|(_, end)| Some(end.outcome.as_ref()?.text.clone())));
            for to in graph.neighbors(*node).filter(|to| !circle.contains(to)) {
                together.extend(all[to.index()].known.iter().cloned());
                whole &= all[to.index()].whole;
            }
            whole &= all[node.index()].whole;
        }
        for node in &circle {
            all[node.index()] = Outcomes { known: together.clone(), whole };
        }
    }
    all
}
