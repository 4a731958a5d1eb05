//! One map's draft as a graph, for the rules. A misspelt step is taken as the step that was probably meant, so that one
//! fault is one finding; where nothing can be guessed the chart says that it is not whole.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Bfs, EdgeRef};

use crate::diagnostic::surely;
use crate::limits::{self, Going, Ways};
use crate::read::{KindWord, MapDraft, StepDraft, Word};
use crate::text::Span;

/// Why a case may go from one step to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// `next`.
    Next,
    /// An answer of a decision.
    Answer,
    /// `received`.
    Received,
    /// `lapsed`.
    Lapsed,
    /// An outcome of a called map.
    Outcome,
    /// `overdue: { go }` of the step's own deadline.
    Go,
    /// `overdue: { go }` of a limit that runs here.
    LimitGo,
}

/// A map's steps and the ways between them. Node `i` is the draft's step `i`.
#[derive(Debug)]
pub struct Chart {
    /// The graph.
    pub graph: DiGraph<(), (EdgeKind, Span)>,
    index: HashMap<String, usize>,
    guessed: HashMap<String, Option<usize>>,
    ways: Ways,
    going: Vec<Going>,
    /// Whether every way that is written could be read, and every step that is named found or guessed.
    pub whole: bool,
}

/// How many misspelt steps of one map are guessed; each is compared with every step.
const MOST_GUESSES: usize = 50;

impl Chart {
    /// Builds the chart of a draft.
    pub fn new(draft: &MapDraft) -> Self {
        let mut graph = DiGraph::with_capacity(draft.steps.len(), draft.steps.len() * 2);
        let mut index = HashMap::with_capacity(draft.steps.len());
        for (at, step) in draft.steps.iter().enumerate() {
            graph.add_node(());
            index.entry(step.id.text.clone()).or_insert(at);
        }

        let mut chart = Self {
            graph,
            index,
            guessed: HashMap::new(),
            ways: Ways::default(),
            going: Vec::new(),
            whole: draft.steps_whole,
        };
        for (at, step) in draft.steps.iter().enumerate() {
            chart.whole &= step.has_all_ways() && step.overdue.as_ref().is_none_or(|overdue| overdue.whole);
            for (word, kind) in ways(step) {
                chart.connect(at, word, kind);
            }
        }
        chart.limit_ways(draft);
        chart
    }

    fn connect(&mut self, from: usize, word: &Word, kind: EdgeKind) {
        match self.find(&word.text) {
            Some(to) => {
                self.graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), (kind, word.span));
            }
            None => self.whole = false,
        }
    }

    /// Adds the ways that a case goes when a limit passes, from wherever it may stand then.
    fn limit_ways(&mut self, draft: &MapDraft) {
        let mut going = Vec::new();
        let mut spans = Vec::new();
        for limit in &draft.limits {
            let Some(go) = limit.overdue.as_ref().and_then(|overdue| overdue.go.as_ref()) else { continue };
            let mut step = |word: Option<&Word>| word.and_then(|word| self.find(&word.text));
            match (step(limit.from.as_ref()), step(limit.to.as_ref()), step(Some(go))) {
                (Some(from), Some(to), Some(target)) => {
                    going.push(Going { from, to, go: target });
                    spans.push(go.span);
                }
                _ => self.whole = false,
            }
        }
        self.ways = Ways::of(
            &self.graph,
            |(kind, _)| *kind != EdgeKind::Go,
            |at| draft.steps[at].kind == KindWord::Start,
            |at| is_final(&draft.steps[at]),
        );
        for (at, limit) in limits::running(&self.ways, &going) {
            let (from, to) = (NodeIndex::new(at), NodeIndex::new(going[limit].go));
            self.graph.add_edge(from, to, (EdgeKind::LimitGo, spans[limit]));
        }
        self.going = going;
    }

    /// The groups of steps among which a case can come to go round for ever, with no way to an end.
    pub fn endless(&self) -> BTreeSet<BTreeSet<usize>> {
        limits::endless(&self.ways, &self.going)
    }

    /// The step of an id.
    pub fn step(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The step of an id, or the one that was probably meant.
    pub fn guess(&self, id: &str) -> Option<usize> {
        self.step(id).or_else(|| self.guessed.get(id).copied().flatten())
    }

    fn find(&mut self, id: &str) -> Option<usize> {
        let found = self.guess(id);
        if found.is_some() || self.guessed.contains_key(id) || self.guessed.len() >= MOST_GUESSES {
            return found;
        }
        let near = surely(id, self.ids()).and_then(|near| self.step(near));
        self.guessed.insert(id.to_string(), near);
        near
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// The steps that can be reached from `roots`, by step.
    pub fn reached(&self, roots: impl IntoIterator<Item = usize>) -> Vec<bool> {
        let mut seen = vec![false; self.graph.node_count()];
        for root in roots {
            if seen[root] {
                continue;
            }
            let mut search = Bfs::new(&self.graph, NodeIndex::new(root));
            while let Some(node) = search.next(&self.graph) {
                seen[node.index()] = true;
            }
        }
        seen
    }

    /// The steps from which a way leads to this one.
    pub fn before(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        self.graph.neighbors_directed(NodeIndex::new(at), Direction::Incoming).map(NodeIndex::index)
    }

    /// The ways out of a step: where to, why, and the word that says so.
    pub fn out(&self, at: usize) -> impl Iterator<Item = (usize, EdgeKind, Span)> + '_ {
        self.graph.edges(NodeIndex::new(at)).map(|edge| (edge.target().index(), edge.weight().0, edge.weight().1))
    }
}

/// The shortest way from one of `roots` to a step that is `goal`, both among its steps, by ways that are `open`: those that
/// lead from a step for a reason.
pub fn way(
    chart: &Chart,
    roots: impl IntoIterator<Item = usize>,
    open: impl Fn(usize, EdgeKind) -> bool,
    goal: impl Fn(usize) -> bool,
) -> Option<Vec<usize>> {
    let open = &open;
    let next = |at| chart.out(at).filter(move |(_, kind, _)| open(at, *kind)).map(|(to, _, _)| to);
    shortest(roots, next, goal)
}

/// The shortest way from one of `roots` to one that is `goal`, both among those it passes; `next` says where each leads.
pub fn shortest<N: Copy + Eq + Hash, I: Iterator<Item = N>>(
    roots: impl IntoIterator<Item = N>,
    next: impl Fn(N) -> I,
    goal: impl Fn(N) -> bool,
) -> Option<Vec<N>> {
    let mut came: HashMap<N, Option<N>> = HashMap::new();
    let mut queue = VecDeque::new();
    for root in roots {
        if came.insert(root, None).is_none() {
            queue.push_back(root);
        }
    }
    while let Some(at) = queue.pop_front() {
        if goal(at) {
            let mut path = vec![at];
            while let Some(before) = path.last().and_then(|last| came.get(last).copied().flatten()) {
                path.push(before);
            }
            path.reverse();
            return Some(path);
        }
        for to in next(at) {
            came.entry(to).or_insert_with(|| {
                queue.push_back(to);
                Some(at)
            });
        }
    }
    None
}

/// Every step that a step names as a way on, and why.
pub fn ways(step: &StepDraft) -> Vec<(&Word, EdgeKind)> {
    let mut ways: Vec<(&Word, EdgeKind)> = Vec::new();
    ways.extend(step.next.iter().map(|word| (word, EdgeKind::Next)));
    ways.extend(step.answers.iter().map(|(_, word)| (word, EdgeKind::Answer)));
    ways.extend(step.received.iter().map(|word| (word, EdgeKind::Received)));
    ways.extend(step.lapsed.iter().map(|word| (word, EdgeKind::Lapsed)));
    ways.extend(step.outcomes.iter().map(|(_, word)| (word, EdgeKind::Outcome)));
    ways.extend(step.overdue.iter().flat_map(|overdue| &overdue.go).map(|word| (word, EdgeKind::Go)));
    ways
}

/// Whether a step ends the case: an end, or a hand-over.
pub fn is_final(step: &StepDraft) -> bool {
    match step.kind {
        KindWord::End => true,
        KindWord::Link => step.mode.as_ref().is_none_or(|mode| mode.text == "hand-over"),
        _ => false,
    }
}
