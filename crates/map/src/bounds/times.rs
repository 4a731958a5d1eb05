//! The times of a map: from each start to each end, how long a case may take.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::path::{Because, Leg, Path};
use super::plan::{Plan, Plans};
use super::search::USUAL_WORK;
use super::walk::{Called, Goal, paths};
use super::{Problem, Search};

/// The times of a map.
#[derive(Debug, Default)]
pub struct Times {
    /// From which starts to which end, in the file's order. Starts from which everything is the same stand together.
    pub routes: Vec<Route>,
    /// Every step on a way to an end that nothing limits.
    pub open: BTreeSet<OpenStep>,
}

/// A step that nothing limits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenStep {
    /// Its place in the map, so that they stand in the file's order; those of called maps come last.
    order: (bool, usize, usize),
    /// Its map.
    pub map: String,
    /// Its id.
    pub step: String,
    /// Why it has no bound.
    pub because: Because,
}

/// From some starts to an end.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The starts, by number.
    pub from: Vec<usize>,
    /// The end or hand-over, by number.
    pub to: usize,
    /// Seconds at the least, with everybody acting at once; none where that cannot be reckoned.
    pub shortest: Option<i64>,
    /// Seconds at the most of what is limited; none where that cannot be reckoned.
    pub longest: Option<i64>,
    /// The instant at which the longest begins, where anything takes time.
    pub begun: Option<i64>,
    /// Whether it is as long whatever the day on which it begins.
    pub every_day: bool,
    /// Where the time goes on the longest path.
    pub shares: Vec<Share>,
    /// Steps on the way that nothing limits.
    pub open: BTreeSet<OpenStep>,
    /// Steps that can be gone round again and again, one loop after the other.
    pub loops: Vec<Vec<usize>>,
    /// Whether every path and every day was looked at.
    pub all: bool,
}

/// What one step takes of the longest path.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Its map.
    pub map: String,
    /// The step.
    pub step: String,
    /// The limit that ends it, where that is no deadline of its own.
    pub limit: Option<String>,
    /// Seconds.
    pub seconds: i64,
}

impl Route {
    /// Whether the limits say how long it takes at the most.
    pub fn is_bounded(&self) -> bool {
        self.open.is_empty() && self.loops.is_empty()
    }
}

/// The times of a map.
pub fn times(plans: &Plans<'_>, map: usize) -> Times {
    let plan = &plans.maps[map];
    let mut called = Called::new();
    let mut grouped: Vec<(Vec<usize>, Vec<Route>)> = Vec::new();
    let starts: Vec<usize> = plan.starts().collect();
    for start in &starts {
        let routes = from_start(plans, map, *start, USUAL_WORK / starts.len(), &mut called);
        match grouped.iter_mut().find(|(_, known)| *known == routes) {
            Some((starts, _)) => starts.push(*start),
            None => grouped.push((vec![*start], routes)),
        }
    }
    let routes: Vec<Route> = grouped
        .into_iter()
        .flat_map(|(from, routes)| routes.into_iter().map(move |route| Route { from: from.clone(), ..route }))
        .collect();
    let open = routes.iter().flat_map(|route| route.open.iter().cloned()).collect();
    Times { routes, open }
}

fn from_start(plans: &Plans<'_>, map: usize, start: usize, work: usize, called: &mut Called) -> Vec<Route> {
    let plan = &plans.maps[map];
    let found = paths(plans, map, start, Goal::Over, None, called);
    let mut by_end: BTreeMap<usize, Vec<&Path>> = BTreeMap::new();
    found.list.iter().for_each(|path| by_end.entry(path.end).or_default().push(path));
    let work = work / by_end.len().max(1);
    let search = Search::new(plans, plan.calendar.unwrap_or(usize::MAX), work);
    let round = loops(plan);
    let routes = by_end.into_iter().map(|(to, list)| {
        let problems: Vec<Problem> = list.iter().map(|path| path.problem()).collect();
        let longest = search.longest(&problems);
        let shares = longest.as_ref().map(|longest| {
            let path = list[longest.problem];
            let parts = path.parts(&problems[longest.problem].positions(&longest.at));
            let share = |part: &super::Part| {
                let leg = &path.legs[part.position - 1];
                let limit = part.limit.map(|(map, limit)| plans.maps[map].limits[limit].id.clone());
                let (map, step) = names(plans, leg);
                Share { map, step, limit, seconds: part.seconds }
            };
            // A wait for the next day may be over with the next second.
            parts.iter().filter(|part| part.seconds >= 60).map(share).collect()
        });
        let reached = on_the_way(plan, start, to);
        let none_timed = problems.iter().all(Problem::is_empty);
        Route {
            from: Vec::new(),
            to,
            shortest: if none_timed { Some(0) } else { search.shortest(&problems).map(|best| best.seconds) },
            longest: if none_timed { Some(0) } else { longest.as_ref().map(|worst| worst.seconds) },
            begun: longest.as_ref().map(|worst| worst.start),
            every_day: longest.as_ref().is_some_and(|worst| worst.least == worst.seconds),
            shares: shares.unwrap_or_default(),
            open: list.iter().flat_map(|path| open(plans, map, path)).collect(),
            loops: round.iter().filter(|steps| steps.iter().any(|at| reached[*at])).cloned().collect(),
            all: found.all && longest.is_none_or(|worst| worst.all_days),
        }
    });
    routes.collect()
}

fn names(plans: &Plans<'_>, leg: &Leg) -> (String, String) {
    let plan = &plans.maps[leg.map];
    (plan.id.clone(), plan.stages[leg.stage].id.clone())
}

fn open(plans: &Plans<'_>, here: usize, path: &Path) -> Vec<OpenStep> {
    let step = |(leg, because): (&Leg, &Because)| {
        let (map, step) = names(plans, leg);
        OpenStep { order: (leg.map != here, leg.map, leg.stage), map, step, because: because.clone() }
    };
    path.open().map(step).collect()
}

/// The steps of a map that lead back to themselves, loop by loop.
fn loops(plan: &Plan) -> Vec<Vec<usize>> {
    let mut graph = DiGraph::<(), ()>::with_capacity(plan.stages.len(), plan.stages.len() * 2);
    for _ in &plan.stages {
        graph.add_node(());
    }
    for (at, stage) in plan.stages.iter().enumerate() {
        for way in &stage.ways {
            graph.update_edge(NodeIndex::new(at), NodeIndex::new(way.to), ());
        }
    }
    let circles = kosaraju_scc(&graph).into_iter();
    let mut loops: Vec<Vec<usize>> = circles
        .filter(|circle| circle.len() > 1 || circle.iter().any(|at| graph.contains_edge(*at, *at)))
        .map(|circle| circle.into_iter().map(NodeIndex::index).collect())
        .collect();
    loops.iter_mut().for_each(|steps| steps.sort_unstable());
    loops.sort();
    loops
}

/// The steps on a way from one step to another.
fn on_the_way(plan: &Plan, from: usize, to: usize) -> Vec<bool> {
    let reaching = plan.reaching(&[to], |_, _| true);
    let mut on = vec![false; plan.stages.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if reaching[at] && !std::mem::replace(&mut on[at], true) {
            open.extend(plan.stages[at].ways.iter().map(|way| way.to));
        }
    }
    on
}
