//! A checked map as a state machine: a petgraph directed graph whose nodes are the steps and whose edges are the
//! transitions. Compiling cannot fail.

use std::collections::HashMap;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::limits::{self, Going, Ways};
use crate::model::{LinkMode, Map, Step, StepId, StepKind};

/// Why a case goes from one step to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transition {
    /// The step was done; a start by opening, a link that starts a case beside by itself, a wait for a time when it came.
    Done,
    /// A decision was answered so.
    Answered(String),
    /// What a wait waited for came.
    Received,
    /// A wait's time ran out.
    Lapsed,
    /// A deadline passed: the step's own, or the limit's that is named.
    Overdue(Option<String>),
    /// A called map came back with this outcome.
    Returned(String),
}

impl Transition {
    /// A short label for drawings.
    pub fn label(&self) -> String {
        match self {
            Transition::Done => String::new(),
            Transition::Answered(answer) => answer.clone(),
            Transition::Received => "received".to_string(),
            Transition::Lapsed => "lapsed".to_string(),
            Transition::Overdue(None) => "overdue".to_string(),
            Transition::Overdue(Some(limit)) => format!("{limit} overdue"),
            Transition::Returned(outcome) => outcome.clone(),
        }
    }
}

/// A map that runs.
#[derive(Debug)]
pub struct Machine {
    map: Map,
    digest: String,
    graph: DiGraph<usize, Transition>,
    index: HashMap<String, NodeIndex>,
}

impl Machine {
    /// Compiles a map.
    pub fn new(map: Map) -> Self {
        let digest = map.digest();
        Self::of_digest(map, digest)
    }

    /// Compiles a map of which the digest is known.
    pub(crate) fn of_digest(map: Map, digest: String) -> Self {
        let mut graph = DiGraph::new();
        let mut index = HashMap::new();
        for (at, step) in map.steps.iter().enumerate() {
            index.insert(step.id.clone(), graph.add_node(at));
        }
        for step in &map.steps {
            for (transition, to) in ways(step) {
                if let (Some(from), Some(to)) = (index.get(&step.id), index.get(to)) {
                    graph.add_edge(*from, *to, transition);
                }
            }
        }
        let mut machine = Self { digest, graph, index, map };
        machine.limit_transitions();
        machine
    }

    /// A limit's `go` leads from wherever the limit may run.
    fn limit_transitions(&mut self) {
        let number = |id: &String| self.index.get(id).map(|node| node.index());
        let going = self.map.limits.iter().filter_map(|(id, limit)| {
            let go = number(limit.overdue.go.as_ref()?)?;
            Some((id.clone(), Going { from: number(&limit.from)?, to: number(&limit.to)?, go }))
        });
        let (ids, limits): (Vec<String>, Vec<Going>) = going.unzip();
        let is_done = |edge: &Transition| !matches!(edge, Transition::Overdue(_));
        let is_start = |step: &Step| matches!(step.kind, StepKind::Start { .. });
        let is_end =
            |step: &Step| matches!(step.kind, StepKind::End { .. } | StepKind::Link { mode: LinkMode::HandOver, .. });
        let steps = &self.map.steps;
        let ways = Ways::of(&self.graph, is_done, |at| is_start(&steps[at]), |at| is_end(&steps[at]));
        for (at, limit) in limits::running(&ways, &limits) {
            let (from, to) = (NodeIndex::new(at), NodeIndex::new(limits[limit].go));
            self.graph.add_edge(from, to, Transition::Overdue(Some(ids[limit].clone())));
        }
    }

    /// The map.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The digest of the map's meaning.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The graph; a node's weight is the step's place in the map.
    pub fn graph(&self) -> &DiGraph<usize, Transition> {
        &self.graph
    }

    /// The step of an id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.index.get(id).map(|node| &self.map.steps[self.graph[*node]])
    }

    /// The ways out of a step: why, and to which step.
    pub fn transitions<'a>(&'a self, id: &str) -> impl Iterator<Item = (&'a Transition, &'a Step)> + use<'a> {
        let node = self.index.get(id).copied();
        let edges = node.into_iter().flat_map(|node| self.graph.edges(node));
        edges.map(|edge| (edge.weight(), &self.map.steps[self.graph[edge.target()]]))
    }

    /// Where a transition leads from a step.
    pub fn target(&self, id: &str, transition: &Transition) -> Option<&Step> {
        self.transitions(id).find(|(weight, _)| *weight == transition).map(|(_, step)| step)
    }
}

/// Where a step leads and why, in the order in which a map says it; what a limit that passes adds is not the step's own.
pub(crate) fn ways(step: &Step) -> Vec<(Transition, &StepId)> {
    let mut ways: Vec<(Transition, &StepId)> = match &step.kind {
        StepKind::Start { next, .. }
        | StepKind::Step { next }
        | StepKind::WaitUntil { next, .. }
        | StepKind::Link { mode: LinkMode::Start { next }, .. } => vec![(Transition::Done, next)],
        StepKind::Decision { answers, .. } => {
            answers.iter().map(|(answer, to)| (Transition::Answered(answer.clone()), to)).collect()
        }
        StepKind::WaitFor { timeout, received, .. } => {
            let lapsed = timeout.iter().map(|timeout| (Transition::Lapsed, &timeout.lapsed));
            std::iter::once((Transition::Received, received)).chain(lapsed).collect()
        }
        StepKind::Link { mode: LinkMode::Call { outcomes }, .. } => {
            outcomes.iter().map(|(outcome, to)| (Transition::Returned(outcome.clone()), to)).collect()
        }
        StepKind::Link { mode: LinkMode::HandOver, .. } | StepKind::End { .. } => Vec::new(),
    };
    let go = step.due.as_ref().and_then(|due| due.overdue.go.as_ref());
    ways.extend(go.map(|go| (Transition::Overdue(None), go)));
    ways
}
