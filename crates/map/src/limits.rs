//! Where a case may stand while a limit runs: a limit that passes moves the case from there, so the ways of a map depend
//! on it, and where a limit runs depends on the ways.

use std::collections::{BTreeSet, HashMap};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::NodeFiltered;

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

/// So many limits are followed together, each state of all of them by itself. More are followed one by one, which can only
/// find more ways than there are.
const MOST_TOGETHER: usize = 6;

/// A step, and a bit for each limit that runs there.
type State = (usize, u32);

/// Each step at which a limit may run when the case stands there, with the number of the limit.
pub(crate) fn running(ways: &Ways, limits: &[Going]) -> BTreeSet<(usize, usize)> {
    if limits.len() <= MOST_TOGETHER {
        return States::new(ways, limits, &BTreeSet::new()).running;
    }
    let mut known = BTreeSet::new();
    loop {
        let others = going(&known, limits);
        let mut all = BTreeSet::new();
        for (number, limit) in limits.iter().enumerate() {
            let alone = States::new(ways, &[*limit], &others).running;
            all.extend(alone.into_iter().map(|(at, _)| (at, number)));
        }
        if all.len() == known.len() {
            return all;
        }
        known = all;
    }
}

/// The groups of steps among which a case can come to go round for ever: no way leads on to an end, whatever limits run.
pub(crate) fn endless(ways: &Ways, limits: &[Going]) -> BTreeSet<BTreeSet<usize>> {
    let none = BTreeSet::new();
    let states = match limits.len() <= MOST_TOGETHER {
        true => States::new(ways, limits, &none),
        false => States::new(ways, &[], &going(&running(ways, limits), limits)),
    };
    let graph = &states.graph;
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

/// Where limits move the case, as ways on which nothing is done.
fn going(places: &BTreeSet<(usize, usize)>, limits: &[Going]) -> BTreeSet<(usize, usize)> {
    places.iter().map(|(at, limit)| (*at, limits[*limit].go)).collect()
}

/// Every state in which a case can be.
struct States {
    graph: DiGraph<State, ()>,
    running: BTreeSet<(usize, usize)>,
}

impl States {
    /// Follows every way from the starts on. `more` are further ways, on which nothing is done.
    fn new(ways: &Ways, limits: &[Going], more: &BTreeSet<(usize, usize)>) -> Self {
        let mut states = Self { graph: DiGraph::new(), running: BTreeSet::new() };
        let mut known: HashMap<State, NodeIndex> = HashMap::new();
        let mut open: Vec<NodeIndex> = Vec::new();
        for start in &ways.starts {
            open.push(*known.entry((*start, 0)).or_insert_with(|| states.graph.add_node((*start, 0))));
        }
        while let Some(node) = open.pop() {
            for next in states.after(node, ways, limits, more) {
                let to = *known.entry(next).or_insert_with(|| {
                    let to = states.graph.add_node(next);
                    open.push(to);
                    to
                });
                states.graph.add_edge(node, to, ());
            }
        }
        states
    }

    /// The states that follow a state.
    fn after(&mut self, node: NodeIndex, ways: &Ways, limits: &[Going], more: &BTreeSet<(usize, usize)>) -> Vec<State> {
        let (at, running) = self.graph[node];
        if ways.ends[at] {
            return Vec::new();
        }
        let left = limits.iter().enumerate().fold(running, |left, (number, limit)| {
            let stopped = if limit.to == at { left & !(1 << number) } else { left };
            if limit.from == at { stopped | 1 << number } else { stopped }
        });
        let mut after: Vec<State> =
            (ways.out[at].iter()).map(|(to, done)| (*to, if *done { left } else { running })).collect();
        after.extend(more.range((at, 0)..=(at, usize::MAX)).map(|(_, to)| (*to, running)));
        for (number, limit) in limits.iter().enumerate().filter(|(number, _)| running & (1 << number) != 0) {
            self.running.insert((at, number));
            after.push((limit.go, running & !(1 << number)));
        }
        after
    }
}
