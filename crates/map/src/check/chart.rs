//! One map's draft as a graph, for the rules. A misspelt step is taken as the step that was probably meant, so that one
//! fault is one finding; where nothing can be guessed the chart says that it is not whole.

use std::collections::HashMap;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Bfs, EdgeRef, Reversed};

use crate::diagnostic::nearest;
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
    /// Whether every step that is named could be found or guessed.
    pub whole: bool,
}

impl Chart {
    /// Builds the chart of a draft.
    pub fn new(draft: &MapDraft) -> Self {
        let mut graph = DiGraph::with_capacity(draft.steps.len(), draft.steps.len() * 2);
        let mut index = HashMap::with_capacity(draft.steps.len());
        for (at, step) in draft.steps.iter().enumerate() {
            graph.add_node(());
            index.entry(step.id.text.clone()).or_insert(at);
        }
        let mut chart = Self { graph, index, whole: true };
        for (at, step) in draft.steps.iter().enumerate() {
            let ways = ways(step);
            if (ways.is_empty() && needs_a_way(step)) || !step.kind_known {
                chart.whole = false;
            }
            for (word, kind) in ways {
                chart.connect(at, word, kind);
            }
        }
        chart.limit_ways(draft);
        chart
    }

    fn connect(&mut self, from: usize, word: &Word, kind: EdgeKind) {
        match self.guess(&word.text) {
            Some(to) => {
                self.graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), (kind, word.span));
            }
            None => self.whole = false,
        }
    }

    fn limit_ways(&mut self, draft: &MapDraft) {
        for limit in &draft.limits {
            let Some(go) = limit.overdue.as_ref().and_then(|overdue| overdue.go.as_ref()) else { continue };
            let (Some(from), Some(to)) = (&limit.from, &limit.to) else { continue };
            let (Some(from), Some(to)) = (self.guess(&from.text), self.guess(&to.text)) else { continue };
            for at in self.between(from, to) {
                self.connect(at, go, EdgeKind::LimitGo);
            }
        }
    }

    /// The steps at which a case may stand while a limit from `from` to `to` runs.
    pub fn between(&self, from: usize, to: usize) -> Vec<usize> {
        let mut seen = vec![false; self.graph.node_count()];
        let mut open: Vec<usize> = self.next_of(from).collect();
        let mut found = Vec::new();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            found.push(at);
            if at != to {
                open.extend(self.next_of(at));
            }
        }
        found.sort_unstable();
        found
    }

    fn next_of(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        self.graph.neighbors(NodeIndex::new(at)).map(NodeIndex::index)
    }

    /// The step of an id.
    pub fn step(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The step of an id, or the one that was probably meant.
    pub fn guess(&self, id: &str) -> Option<usize> {
        self.step(id).or_else(|| nearest(id, self.ids()).and_then(|near| self.step(near)))
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

    /// The steps from which one of `goals` can be reached, by step.
    pub fn reaching(&self, goals: impl IntoIterator<Item = usize>) -> Vec<bool> {
        let reversed = Reversed(&self.graph);
        let mut seen = vec![false; self.graph.node_count()];
        for goal in goals {
            if seen[goal] {
                continue;
            }
            let mut search = Bfs::new(reversed, NodeIndex::new(goal));
            while let Some(node) = search.next(reversed) {
                seen[node.index()] = true;
            }
        }
        seen
    }

    /// The ways out of a step: where to, why, and the word that says so.
    pub fn out(&self, at: usize) -> impl Iterator<Item = (usize, EdgeKind, Span)> + '_ {
        self.graph.edges(NodeIndex::new(at)).map(|edge| (edge.target().index(), edge.weight().0, edge.weight().1))
    }
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

fn needs_a_way(step: &StepDraft) -> bool {
    !is_final(step)
}
