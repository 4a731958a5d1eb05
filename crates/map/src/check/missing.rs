//! Which fields of the record may be missing when a case comes to a step: over all ways of a map, and over links.
//!
//! What sets a field for certain: the `needs` of what was done; the `on` of a decision and the date of a wait that is
//! over, without which the case would not have gone on; the date of a deadline or a timeout that has passed; and what
//! a link carries, where it was set there. A called map gives back an outcome and no fields. Whoever opens a case
//! by hand comes in by a start without `from` and gives what that start needs.
//!
//! A field is never missing again once it is set (a person can clear one by hand; that is not reckoned with). So at each
//! step in which a limit may pass there is at least what there was when it began, and it is enough to let the limit's ways
//! begin where the limit does.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet, VecDeque};

use super::chart::{EdgeKind, is_final, ways};
use super::spread::Spread;
use super::view::{Atlas, MapView};
use crate::read::{FieldDraft, KindWord, LimitDraft, OverdueDraft, RoundDraft, StepDraft, Word};

/// A step that reads a field.
pub(crate) struct Read<'a> {
    /// The map's number.
    pub map: usize,
    /// The step's number in its map.
    pub step: usize,
    /// The field, as the step names it.
    pub word: &'a Word,
    /// What reads it.
    pub by: Reader,
}

/// What reads a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// `on` of a decision.
    On,
    /// What a wait `until` counts from.
    Until,
    /// What a deadline counts from.
    Due,
    /// What a timeout counts from.
    Within,
}

/// A way on which a field is missing: steps, each by its map and its number, and why the case goes to it.
pub(crate) struct Trail {
    /// The steps; the first is a start that is opened by hand, or a link that does not carry the field.
    pub steps: Vec<(usize, usize, Option<EdgeKind>)>,
}

/// Fields, by their numbers.
enum Fields {
    These(Vec<usize>),
    /// All there are: what was written could not be read, which was reported.
    All,
}

impl Fields {
    fn mask(&self, batch: usize) -> u64 {
        match self {
            Fields::All => u64::MAX,
            Fields::These(list) => list.iter().filter(|id| **id / BATCH == batch).fold(0, |mask, id| mask | bit(*id)),
        }
    }

    fn has(&self, id: usize) -> bool {
        match self {
            Fields::All => true,
            Fields::These(list) => list.contains(&id),
        }
    }
}

/// A way from a step to another, perhaps of another map.
struct Way {
    to: usize,
    kind: Option<EdgeKind>,
    /// What is set for certain on it, as a place in `Ways::fields`.
    sets: usize,
    /// What goes along to another map; none for a way inside a map, on which everything does.
    carries: Option<usize>,
}

/// From a node the next one on the way to the goal, and why the case goes there.
type OnFrom = HashMap<usize, (usize, Option<EdgeKind>)>;

/// How many fields are looked at in one walk.
const BATCH: usize = 64;

fn bit(id: usize) -> u64 {
    1 << (id % BATCH)
}

/// How many steps are looked at for the trails of one atlas; further findings go without.
const MOST_LOOKED_AT: usize = 3_000_000;

/// Finds each read of a field that may be missing there, with the shortest trail that shows it, where one was looked for:
/// `wanted` says for which.
pub(crate) fn missing_reads<'a>(
    atlas: &Atlas<'a>,
    mut wanted: impl FnMut(&Read<'a>) -> bool,
) -> Vec<(Read<'a>, Option<Trail>)> {
    let reads = reads(atlas);
    let mut ids = HashMap::new();
    for read in &reads {
        let next = ids.len();
        ids.entry(read.word.text.as_str()).or_insert(next);
    }
    let graph = Ways::new(atlas, &ids);
    let mut by_batch: Vec<Vec<Read<'a>>> = Vec::new();
    by_batch.resize_with(ids.len().div_ceil(BATCH), Vec::new);
    for read in reads {
        by_batch[ids[read.word.text.as_str()] / BATCH].push(read);
    }
    let mut spread = Spread::over(graph.ways.len());
    let mut found = Vec::new();
    let mut left = MOST_LOOKED_AT;
    for (batch, reads) in by_batch.into_iter().enumerate() {
        graph.walk(batch, &mut spread);
        for read in reads {
            let (node, id) = (graph.node(read.map, read.step), ids[read.word.text.as_str()]);
            if spread.at(node) & bit(id) != 0 {
                let trail = if wanted(&read) { graph.trail(node, id, &spread, &mut left) } else { None };
                found.push((read, trail));
            }
        }
        spread.clear();
    }
    found
}

/// Whether a map could be read well enough to say what is set where.
fn is_whole(map: &MapView<'_>) -> bool {
    map.chart.whole && map.draft.record_whole
}

fn reads<'a>(atlas: &Atlas<'a>) -> Vec<Read<'a>> {
    let mut reads = Vec::new();
    for (number, map) in atlas.maps.iter().enumerate().filter(|(_, map)| is_whole(map)) {
        for (at, step) in map.draft.steps.iter().enumerate() {
            let mut add = |word: Option<&'a Word>, by, kinds: &[&str]| {
                let field = word.and_then(|word| Some((word, map.field(&word.text)?)));
                let Some((word, field)) = field else { return };
                if field.kind.as_ref().is_some_and(|kind| kinds.contains(&kind.text.as_str())) {
                    reads.push(Read { map: number, step: at, word, by });
                }
            };
            add(step.on.as_ref(), Reader::On, &["yes-no", "choice"]);
            add(dated(map, step.until.as_ref().and_then(|until| until.anchor.as_ref())), Reader::Until, &["date"]);
            add(dated(map, step.due.as_ref().and_then(|due| due.anchor.as_ref())), Reader::Due, &["date"]);
            add(dated(map, step.within.as_ref().and_then(|within| within.anchor.as_ref())), Reader::Within, &["date"]);
        }
    }
    reads
}

/// An anchor, where it is no step.
fn dated<'w>(map: &MapView<'_>, anchor: Option<&'w Word>) -> Option<&'w Word> {
    anchor.filter(|word| map.chart.step(&word.text).is_none())
}

/// The fields that go along from a map to what a deadline starts beside: every one that the other map can hold.
pub(crate) fn given<'a>(map: &MapView<'a>, target: &MapView<'_>) -> impl Iterator<Item = &'a FieldDraft> {
    let held = |field: &&FieldDraft| target.field(&field.id.text).is_some_and(|other| fits(field, other));
    map.draft.record.iter().filter(held)
}

/// Whether every value of one field can stand in the other. What is `personal` stays so.
fn fits(own: &FieldDraft, other: &FieldDraft) -> bool {
    let text = |word: &Option<Word>| word.as_ref().map(|word| word.text.clone());
    let choices: HashSet<&str> = other.choices.iter().map(|choice| choice.text.as_str()).collect();
    text(&own.kind) == text(&other.kind)
        && own.choices.iter().all(|choice| choices.contains(choice.text.as_str()))
        && (other.pattern.is_none() || text(&own.pattern) == text(&other.pattern))
}

/// Every way of every map, and what is set on it.
struct Ways<'m, 'a> {
    atlas: &'m Atlas<'a>,
    ids: &'m HashMap<&'a str, usize>,
    /// The first node of each map.
    offsets: Vec<usize>,
    /// The ways out of each node.
    ways: Vec<Vec<Way>>,
    fields: Vec<Fields>,
    /// The maps that have each field.
    holders: Vec<Vec<usize>>,
    /// The starts that are opened by hand, by map.
    opened: Vec<Vec<usize>>,
    /// The ways from other maps, by map: the node, and which of its ways.
    arrivals: Vec<Vec<(usize, usize)>>,
    reached: Vec<bool>,
    /// The ways into each node, once they are asked for: the node they come from, and which of its ways.
    back: OnceCell<Vec<Vec<(usize, usize)>>>,
}

/// The place of no fields in `Ways::fields`.
const NONE: usize = 0;
/// The place of all fields in `Ways::fields`.
const ALL: usize = 1;

impl<'m, 'a> Ways<'m, 'a> {
    fn new(atlas: &'m Atlas<'a>, ids: &'m HashMap<&'a str, usize>) -> Self {
        let mut holders = vec![Vec::new(); ids.len()];
        let (mut offsets, mut nodes) = (Vec::new(), 0);
        for (number, map) in atlas.maps.iter().enumerate() {
            offsets.push(nodes);
            nodes += map.draft.steps.len();
            let known: HashSet<usize> =
                map.draft.record.iter().filter_map(|field| ids.get(field.id.text.as_str()).copied()).collect();
            known.into_iter().for_each(|id| holders[id].push(number));
        }
        let mut graph = Self {
            atlas,
            ids,
            offsets,
            ways: Vec::new(),
            fields: vec![Fields::These(Vec::new()), Fields::All],
            holders,
            opened: vec![Vec::new(); atlas.maps.len()],
            arrivals: vec![Vec::new(); atlas.maps.len()],
            reached: vec![false; nodes],
            back: OnceCell::new(),
        };
        graph.ways.resize_with(nodes, Vec::new);
        for (number, map) in atlas.maps.iter().enumerate().filter(|(_, map)| is_whole(map)) {
            for (at, step) in map.draft.steps.iter().enumerate() {
                graph.ways_of_step(number, map, at, step);
            }
            for limit in &map.draft.limits {
                graph.ways_of_limit(number, map, limit);
            }
            map.draft.rounds.iter().for_each(|round| graph.ways_of_round(number, map, round));
            let by_hand = |(_, start): &(usize, &StepDraft)| start.from.is_empty() && !start.is_lost("from");
            graph.opened[number] = map.starts().filter(by_hand).map(|(at, _)| graph.node(number, at)).collect();
        }
        graph.reach();
        graph
    }

    fn node(&self, map: usize, step: usize) -> usize {
        self.offsets[map] + step
    }

    /// The map and the step of a node.
    fn step(&self, node: usize) -> (usize, usize) {
        let map = self.offsets.partition_point(|offset| *offset <= node) - 1;
        // Maps without steps begin where the next one does.
        (map, node - self.offsets[map])
    }

    /// Keeps fields by their names; names that the record does not have were reported, and stand for everything.
    fn keep<'w>(&mut self, map: &MapView<'_>, lost: bool, words: impl IntoIterator<Item = &'w Word>) -> usize {
        let mut list = Vec::new();
        for word in words {
            if map.field(&word.text).is_none() {
                return ALL;
            }
            list.extend(self.ids.get(word.text.as_str()));
        }
        match (lost, list.is_empty()) {
            (true, _) => ALL,
            (false, true) => NONE,
            (false, false) => {
                self.fields.push(Fields::These(list));
                self.fields.len() - 1
            }
        }
    }

    fn ways_of_step(&mut self, number: usize, map: &MapView<'a>, at: usize, step: &'a StepDraft) {
        let until = dated(map, step.until.as_ref().and_then(|until| until.anchor.as_ref()));
        let done = self.keep(map, !step.lost.is_empty(), step.needs.iter().chain(&step.on).chain(until));
        let within = dated(map, step.within.as_ref().and_then(|within| within.anchor.as_ref()));
        let lapsed = self.keep(map, false, within);
        let due = dated(map, step.due.as_ref().and_then(|due| due.anchor.as_ref()));
        let late = self.keep(map, false, due);
        let node = self.node(number, at);
        for (word, kind) in ways(step) {
            let sets = match kind {
                EdgeKind::Next | EdgeKind::Answer | EdgeKind::Received => done,
                EdgeKind::Lapsed => lapsed,
                EdgeKind::Go => late,
                EdgeKind::Outcome | EdgeKind::LimitGo => NONE,
            };
            let Some(to) = map.chart.guess(&word.text) else { continue };
            let to = self.node(number, to);
            self.ways[node].push(Way { to, kind: Some(kind), sets, carries: None });
        }
        self.way_of_link(number, map, at, step);
        self.way_beside(number, map, at, step.overdue.as_ref(), late);
    }

    fn way_of_link(&mut self, number: usize, map: &MapView<'a>, at: usize, step: &'a StepDraft) {
        let Some(to) = step.to.as_ref().and_then(|to| self.atlas.map_number(&to.text)) else { return };
        if step.kind != KindWord::Link || step.is_lost("entry") || step.is_lost("mode") {
            return;
        }
        let target = &self.atlas.maps[to];
        let lost = !step.lost.is_empty() || step.carries.iter().any(|word| target.field(&word.text).is_none());
        let carries = self.keep(map, lost, &step.carries);
        let sets = if carries == ALL { ALL } else { NONE };
        self.cross(self.node(number, at), map, to, step.entry.as_ref(), sets, carries);
    }

    /// The way to what a deadline starts beside.
    fn way_beside(&mut self, number: usize, map: &MapView<'a>, at: usize, over: Option<&OverdueDraft>, sets: usize) {
        let Some(to) = over.and_then(|over| self.atlas.map_number(&over.start.as_ref()?.text)) else { return };
        let target = &self.atlas.maps[to];
        let carries = self.keep(map, false, given(map, target).map(|field| &field.id));
        self.cross(self.node(number, at), map, to, None, sets, carries);
    }

    fn cross(&mut self, node: usize, map: &MapView<'a>, to: usize, entry: Option<&Word>, sets: usize, carries: usize) {
        let target = &self.atlas.maps[to];
        let Some(entry) = self.atlas.entry_of(map, target, entry).filter(|_| is_whole(target)) else { return };
        self.arrivals[to].push((node, self.ways[node].len()));
        let to = self.node(to, entry);
        self.ways[node].push(Way { to, kind: None, sets, carries: Some(carries) });
    }

    /// The ways that a case goes, and the maps that are started, when a limit passes. It begins to run with every way out of
    /// `from` but that of a deadline.
    fn ways_of_limit(&mut self, number: usize, map: &MapView<'a>, limit: &'a LimitDraft) {
        let Some(from) = limit.from.as_ref().and_then(|from| map.chart.guess(&from.text)) else { return };
        let node = self.node(number, from);
        let begins = |way: &&Way| {
            let inside = way.kind.is_some_and(|kind| !matches!(kind, EdgeKind::Go | EdgeKind::LimitGo));
            inside && !is_final(&map.draft.steps[way.to - self.offsets[number]])
        };
        let mut sets: Vec<usize> = self.ways[node].iter().filter(begins).map(|way| way.sets).collect();
        sets.sort_unstable();
        sets.dedup();
        let go = limit.overdue.as_ref().and_then(|overdue| map.chart.guess(&overdue.go.as_ref()?.text));
        for sets in sets {
            if let Some(go) = go {
                let (to, kind) = (self.node(number, go), Some(EdgeKind::LimitGo));
                self.ways[node].push(Way { to, kind, sets, carries: None });
            }
            self.way_beside(number, map, from, limit.overdue.as_ref(), sets);
        }
    }

    /// The way to what comes round: at the earliest it starts as soon as a case is open and the date it counts from is known.
    fn ways_of_round(&mut self, number: usize, map: &MapView<'a>, round: &'a RoundDraft) {
        let Some(to) = round.map.as_ref().and_then(|to| self.atlas.map_number(&to.text)) else { return };
        let lost = round.carries.iter().any(|word| self.atlas.maps[to].field(&word.text).is_none());
        let carries = self.keep(map, lost || !round.lost.is_empty(), &round.carries);
        let anchor = dated(map, round.at.as_ref().and_then(|at| at.anchor.as_ref()));
        for (at, start) in map.starts() {
            let sets = self.keep(map, carries == ALL, start.needs.iter().chain(anchor));
            self.cross(self.node(number, at), map, to, round.entry.as_ref(), sets, carries);
        }
    }

    /// Finds the steps to which some case comes.
    fn reach(&mut self) {
        let mut open: Vec<usize> = self.opened.iter().flatten().copied().collect();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut self.reached[node], true) {
                open.extend(self.ways[node].iter().map(|way| way.to));
            }
        }
    }

    /// Marks each node with the fields of a batch that may be missing there.
    fn walk(&self, batch: usize, spread: &mut Spread) {
        let mut held: HashMap<usize, u64> = HashMap::new();
        for id in batch * BATCH..((batch + 1) * BATCH).min(self.holders.len()) {
            self.holders[id].iter().for_each(|map| *held.entry(*map).or_default() |= bit(id));
        }
        for (map, mask) in &held {
            self.opened[*map].iter().for_each(|node| spread.add(*node, *mask));
            for (node, at) in self.arrivals[*map].iter().filter(|(node, _)| self.reached[*node]) {
                let way = &self.ways[*node][*at];
                spread.add(way.to, mask & !self.carried(way, batch));
            }
        }
        while let Some((node, marks)) = spread.next() {
            for way in &self.ways[node] {
                spread.add(way.to, marks & self.carried(way, batch) & !self.fields[way.sets].mask(batch));
            }
        }
    }

    fn carried(&self, way: &Way, batch: usize) -> u64 {
        way.carries.map_or(u64::MAX, |carries| self.fields[carries].mask(batch))
    }

    /// The shortest way on which a field is missing at a node.
    fn trail(&self, goal: usize, id: usize, spread: &Spread, left: &mut usize) -> Option<Trail> {
        let back = self.back.get_or_init(|| self.backwards());
        let mut on_from = OnFrom::new();
        let mut open = VecDeque::from([goal]);
        while let Some(node) = open.pop_front() {
            if self.is_opened(node) {
                return Some(self.follow((node, None), goal, &on_from));
            }
            for (from, at) in back[node].iter().filter(|(from, _)| self.reached[*from]) {
                *left = left.checked_sub(1)?;
                let way = &self.ways[*from][*at];
                if way.carries.is_some_and(|carries| !self.fields[carries].has(id)) {
                    let mut trail = self.follow((node, way.kind), goal, &on_from);
                    let (map, step) = self.step(*from);
                    trail.steps.insert(0, (map, step, None));
                    return Some(trail);
                }
                let is_missing = spread.at(*from) & bit(id) != 0 && !self.fields[way.sets].has(id);
                if is_missing && *from != goal && !on_from.contains_key(from) {
                    on_from.insert(*from, (node, way.kind));
                    open.push_back(*from);
                }
            }
        }
        None
    }

    /// The steps from a node to the goal, the first with why the case goes to it.
    fn follow(&self, first: (usize, Option<EdgeKind>), goal: usize, on_from: &OnFrom) -> Trail {
        let (mut here, mut kind) = first;
        let mut trail = Trail { steps: Vec::new() };
        loop {
            let (map, step) = self.step(here);
            trail.steps.push((map, step, kind));
            match on_from.get(&here).filter(|_| here != goal) {
                Some(next) => (here, kind) = *next,
                None => return trail,
            }
        }
    }

    fn is_opened(&self, node: usize) -> bool {
        self.opened[self.step(node).0].contains(&node)
    }

    fn backwards(&self) -> Vec<Vec<(usize, usize)>> {
        let mut back = vec![Vec::new(); self.ways.len()];
        for (from, ways) in self.ways.iter().enumerate() {
            ways.iter().enumerate().for_each(|(at, way)| back[way.to].push((from, at)));
        }
        back
    }
}
