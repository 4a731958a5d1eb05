//! Where a case may stand while a limit runs: a limit that passes moves the case from there, so the ways of a map depend
//! on it, and where a limit runs depends on the ways.

use std::collections::{BTreeSet, HashMap};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeRef, NodeFiltered};

/// A limit whose passing moves the case: the step whose doing starts it, the one whose doing stops it, and where the case
/// goes. Steps are numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Going {
    pub from: usize,
    pub to: usize,
    pub go: usize,
}

/// What is known of a map's steps before limits are looked at.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    /// By step: each step that it leads to, and whether it is done then. A step that is left because its deadline passed was
    /// not done: it starts and stops no limit.
    pub out: Vec<Vec<(usize, bool)>>,
    /// The starts.
    pub starts: Vec<usize>,
    /// By step: whether the case ends there.
    pub ends: Vec<bool>,
}

impl Ways {
    /// Of a graph that has no way of a limit yet; its node `i` is step `i`.
    pub fn of<N, E>(
        graph: &DiGraph<N, E>,
        is_done: impl Fn(&E) -> bool,
        is_start: impl Fn(usize) -> bool,
        is_end: impl Fn(usize) -> bool,
    ) -> Self {
        let out = |node| graph.edges(node).map(|edge| (edge.target().index(), is_done(edge.weight()))).collect();
        let steps = || 0..graph.node_count();
        Self {
            out: graph.node_indices().map(out).collect(),
            starts: steps().filter(|at| is_start(*at)).collect(),
            ends: steps().map(is_end).collect(),
        }
    }
}

/// So many limits are followed together, each state of all of them by itself. More are followed one by one, which can only
/// find more ways than there are.
const MOST_TOGETHER: usize = 6;

/// A step, and a bit for each limit that runs there.
type State = (usize, u32);

/// Each step at which a limit may run when the case stands there, with the number of the limit.
pub(crate) fn running(ways: &Ways, limits: &[Going]) -> BTreeSet<(usize, usize)> {
    let mut others = vec![BTreeSet::new(); ways.out.len()];
    if limits.len() <= MOST_TOGETHER {
        return found(ways, limits, &others).into_iter().collect();
    }
    let mut known = BTreeSet::new();
    loop {
        let before = known.len();
        for (number, limit) in limits.iter().enumerate() {
            known.extend(found(ways, &[*limit], &others).into_iter().map(|(at, _)| (at, number)));
        }
        if known.len() == before {
            return known;
        }
        for (at, limit) in &known {
            others[*at].insert(limits[*limit].go);
        }
    }
}

/// Follows every state from the starts on. `others` are further ways from each step, on which nothing is done.
fn found(ways: &Ways, limits: &[Going], others: &[BTreeSet<usize>]) -> Vec<(usize, usize)> {
    let mut seen = vec![0u64; ways.out.len()];
    let mut open: Vec<State> = ways.starts.iter().map(|start| (*start, 0)).collect();
    while let Some((at, running)) = open.pop() {
        let bit = 1u64 << running;
        if seen[at] & bit != 0 || ways.ends[at] {
            continue;
        }
        seen[at] |= bit;
        open.extend(next(ways, limits, others, (at, running)));
    }
    let runs =
        |at: usize, number: usize| (0..64).any(|running| seen[at] >> running & 1 == 1 && running >> number & 1 == 1);
    let places = (0..seen.len()).flat_map(|at| (0..limits.len()).map(move |number| (at, number)));
    places.filter(|(at, number)| runs(*at, *number)).collect()
}

/// Every state that may come after one.
fn next(
    ways: &Ways,
    limits: &[Going],
    others: &[BTreeSet<usize>],
    (at, running): State,
) -> impl Iterator<Item = State> {
    let left = left(at, running, limits);
    let led = ways.out[at].iter().map(move |(to, done)| (*to, if *done { left } else { running }));
    let passed = passing(running, limits).map(move |(number, limit)| (limit.go, running & !(1 << number)));
    led.chain(others[at].iter().map(move |to| (*to, running))).chain(passed)
}

/// What runs when a step was done.
fn left(at: usize, running: u32, limits: &[Going]) -> u32 {
    limits.iter().enumerate().fold(running, |left, (number, limit)| {
        let stopped = if limit.to == at { left & !(1 << number) } else { left };
        if limit.from == at { stopped | 1 << number } else { stopped }
    })
}

/// The limits that run.
fn passing(running: u32, limits: &[Going]) -> impl Iterator<Item = (usize, &Going)> {
    limits.iter().enumerate().filter(move |(number, _)| running & (1 << number) != 0)
}

/// The groups of steps among which a case can come to go round for ever: no way leads on to an end, whatever limits run.
pub(crate) fn endless(ways: &Ways, limits: &[Going]) -> BTreeSet<BTreeSet<usize>> {
    let mut others = vec![BTreeSet::new(); ways.out.len()];
    let limits = if limits.len() <= MOST_TOGETHER {
        limits
    } else {
        for (at, limit) in running(ways, limits) {
            others[at].insert(limits[limit].go);
        }
        &[]
    };
    let graph = &states(ways, limits, &others);
    let mut lives = vec![false; graph.node_count()];
    let mut open: Vec<NodeIndex> = graph.node_indices().filter(|node| ways.ends[graph[*node].0]).collect();
    while let Some(node) = open.pop() {
        if !std::mem::replace(&mut lives[node.index()], true) {
            open.extend(graph.neighbors_directed(node, Direction::Incoming));
        }
    }
    let dead = NodeFiltered::from_fn(graph, |node| !lives[node.index()]);
    let circles = kosaraju_scc(&dead).into_iter().map(|circle| circle.into_iter().collect::<BTreeSet<_>>());
    // Steps that only lead to such a circle are not wrong in themselves.
    let last = circles.filter(|circle| circle.iter().all(|node| graph.neighbors(*node).all(|to| circle.contains(&to))));
    last.map(|circle| circle.iter().map(|node| graph[*node].0).collect()).collect()
}

/// Every state in which a case can be, and the ways between them.
fn states(ways: &Ways, limits: &[Going], others: &[BTreeSet<usize>]) -> DiGraph<State, ()> {
    let mut graph = DiGraph::new();
    let mut known: HashMap<State, NodeIndex> = HashMap::new();
    let mut open: Vec<NodeIndex> = Vec::new();
    for start in &ways.starts {
        open.push(*known.entry((*start, 0)).or_insert_with(|| graph.add_node((*start, 0))));
    }
    while let Some(node) = open.pop() {
        let (at, running): State = graph[node];
        if ways.ends[at] {
            continue;
        }
        for next in next(ways, limits, others, (at, running)) {
            let to = *known.entry(next).or_insert_with(|| {
                let to = graph.add_node(next);
                open.push(to);
                to
            });
            graph.add_edge(node, to, ());
        }
    }
    graph
}
