//! Which steps have always been done when a case comes to another.

use petgraph::algo::dominators::simple_fast;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::check::{Chart, EdgeKind};

/// What has always been done before: each step is taken apart into coming to it and doing it, and the tree of what every way
/// passes is numbered so that a question is two comparisons.
#[derive(Debug)]
pub struct Passed {
    /// When the search entered and left each point of the tree; none for what no case comes to.
    turns: Vec<Option<(usize, usize)>>,
}

/// Whether a case that goes so has done the step.
pub fn is_doing(kind: EdgeKind) -> bool {
    !matches!(kind, EdgeKind::Go | EdgeKind::LimitGo)
}

impl Passed {
    /// Of a chart and its starts.
    pub fn new(chart: &Chart, starts: impl IntoIterator<Item = usize>) -> Self {
        let count = chart.graph.node_count();
        let mut graph = DiGraph::<(), ()>::with_capacity(2 * count + 1, 4 * count);
        for _ in 0..=2 * count {
            graph.add_node(());
        }
        let (coming, doing) = (|at: usize| NodeIndex::new(2 * at), |at: usize| NodeIndex::new(2 * at + 1));
        let root = NodeIndex::new(2 * count);
        starts.into_iter().for_each(|at| {
            graph.add_edge(root, coming(at), ());
        });
        for at in 0..count {
            graph.add_edge(coming(at), doing(at), ());
            for (to, kind, _) in chart.out(at) {
                graph.add_edge(if is_doing(kind) { doing(at) } else { coming(at) }, coming(to), ());
            }
        }
        let tree = simple_fast(&graph, root);
        let mut below = vec![Vec::new(); 2 * count + 1];
        for point in graph.node_indices() {
            if let Some(above) = tree.immediate_dominator(point) {
                below[above.index()].push(point.index());
            }
        }
        let mut turns: Vec<Option<(usize, usize)>> = vec![None; 2 * count + 1];
        let mut open = vec![root.index()];
        let mut turn = 0;
        while let Some(point) = open.last().copied() {
            turn += 1;
            match &mut turns[point] {
                Some((_, left)) => {
                    *left = turn;
                    open.pop();
                }
                entered => {
                    *entered = Some((turn, usize::MAX));
                    open.append(&mut below[point]);
                }
            }
        }
        Self { turns }
    }

    /// Whether a case can come to a step.
    pub fn is_reached(&self, at: usize) -> bool {
        self.turns[2 * at].is_some()
    }

    /// Whether `step` has been done whenever a case comes to `at`. Of steps to which no case comes nothing is said against.
    pub fn always(&self, step: usize, at: usize) -> bool {
        match (self.turns[2 * step + 1], self.turns[2 * at]) {
            (Some((entered, left)), Some((here, _))) => entered <= here && here <= left,
            _ => true,
        }
    }
}
