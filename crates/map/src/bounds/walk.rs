//! The paths through a map that go round no loop. Where there are more than can be looked at, the longest by rule of thumb
//! come first.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Gap;
use super::path::{Maker, Pace, Path};
use super::plan::{Holds, Plan, Plans, Why};

/// The most paths between two steps that are looked at.
const MOST_PATHS: usize = 200;
/// The most paths through one called map.
const MOST_INSIDE: usize = 24;
/// The most steps of all paths together, after which no further path is looked for.
const MOST_LEGS: usize = 60_000;
/// The most steps that are tried in looking for paths.
const MOST_TRIES: usize = 60_000;

/// Where paths end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Where this step is done.
    Done(usize),
    /// Where the case ends.
    Over,
}

/// The paths from a step.
#[derive(Debug)]
pub struct Paths {
    /// The paths.
    pub list: Vec<Rc<Path>>,
    /// Whether these are all.
    pub all: bool,
}

impl Paths {
    /// Adds a path, and says how many steps it has.
    fn add(&mut self, path: Option<Path>) -> usize {
        let steps = path.as_ref().map_or(0, |path| path.legs.len());
        self.list.extend(path.map(Rc::new));
        steps
    }
}

/// The paths through a map to which others lead, each with the outcome that comes back; none where that is not known.
type Through = Option<Rc<Vec<(String, Rc<Path>)>>>;

/// The paths through called maps that were found, by the map and its start.
pub type Called = HashMap<(usize, usize), Through>;

/// The paths that begin when `root` has been done. A limit that is asked about binds nothing on them.
pub fn paths(
    plans: &Plans<'_>,
    map: usize,
    root: usize,
    goal: Goal,
    except: Option<usize>,
    called: &mut Called,
) -> Paths {
    Walk::new(plans, map, root, goal, except).run(MOST_PATHS, called)
}

struct Walk<'p, 'a> {
    plans: &'p Plans<'a>,
    plan: &'p Plan,
    map: usize,
    root: usize,
    goal: Goal,
    except: Option<usize>,
    useful: Vec<bool>,
    length: Vec<i64>,
    going: Vec<(usize, usize)>,
}

/// A way to try: with it, where it leads.
type Try = (Pace, usize);

impl<'p, 'a> Walk<'p, 'a> {
    fn new(plans: &'p Plans<'a>, map: usize, root: usize, goal: Goal, except: Option<usize>) -> Self {
        let plan = &plans.maps[map];
        let limits = plan.limits.iter().enumerate().filter(|(number, _)| Some(*number) != except);
        let going = limits.filter_map(|(number, limit)| Some((number, limit.go?))).collect();
        let mut walk = Self { plans, plan, map, root, goal, except, going, useful: Vec::new(), length: Vec::new() };
        walk.useful = walk.useful();
        walk.length = walk.lengths();
        walk
    }

    /// The steps from which the goal can be reached.
    fn useful(&self) -> Vec<bool> {
        let goals = match self.goal {
            Goal::Done(stage) => vec![stage],
            Goal::Over => (0..self.plan.stages.len()).filter(|at| self.plan.stages[*at].is_over()).collect(),
        };
        let useful = self.plan.reaching(&goals, |_, _| true);
        // A limit's `go` may lead there from wherever the limit runs.
        if self.going.iter().any(|(_, to)| useful[*to]) { vec![true; useful.len()] } else { useful }
    }

    /// The longest way from each step to the goal by rule of thumb, loops left out.
    fn lengths(&self) -> Vec<i64> {
        let count = self.plan.stages.len();
        let mut length = vec![0i64; count];
        let mut seen = vec![false; count];
        let mut open = vec![(self.root, false)];
        while let Some((stage, known)) = open.pop() {
            let ways = &self.plan.stages[stage].ways;
            if known {
                let far = ways.iter().map(|way| weight(self.plan, stage, way.why).saturating_add(length[way.to]));
                length[stage] = far.max().unwrap_or(0);
            } else if !std::mem::replace(&mut seen[stage], true) {
                open.push((stage, true));
                let next = ways.iter().map(|way| way.to).filter(|to| self.useful[*to] && !seen[*to]);
                open.extend(next.map(|to| (to, false)));
            }
        }
        length
    }

    fn run(&self, most: usize, called: &mut Called) -> Paths {
        let before = self.plan.at_once_before(self.root);
        let maker = Maker { plans: self.plans, map: self.map, root: self.root, before: &before, except: self.except };
        let mut found = Paths { list: Vec::new(), all: true };
        let mut visited = vec![false; self.plan.stages.len()];
        let mut trail: Vec<Pace> = Vec::new();
        let mut open: Vec<Vec<Try>> = vec![self.first()];
        let (mut tries, mut legs) = (0, 0);
        while let Some(here) = open.last_mut() {
            let Some((pace, to)) = here.pop() else {
                open.pop();
                if let Some(pace) = trail.pop() {
                    visited[pace.stage] = false;
                }
                continue;
            };
            tries += 1;
            if found.list.len() >= most || legs > MOST_LEGS || tries > MOST_TRIES.max(4 * visited.len()) {
                found.all = false;
                break;
            }
            // The pace that leads on replaces the one that was tried before it.
            if let Some(last) = trail.last_mut() {
                *last = pace;
            }
            if trail.last().is_some_and(|pace| self.goal == Goal::Done(pace.stage) && pace.why.is_done()) {
                legs += found.add(maker.make(&trail));
                continue;
            }
            let is_back = to == self.root && self.goal != Goal::Done(self.root);
            if !self.useful[to] || visited[to] || is_back {
                continue;
            }
            if self.plan.stages[to].is_over() {
                if self.goal == Goal::Over || self.goal == Goal::Done(to) {
                    let last = Pace { stage: to, why: Why::Done, inside: None };
                    trail.push(last);
                    legs += found.add(maker.make(&trail));
                    trail.pop();
                }
                continue;
            }
            visited[to] = true;
            let running = self.running(&trail);
            trail.push(Pace { stage: to, why: Why::Done, inside: None });
            open.push(self.tries(to, &running, called));
        }
        found
    }

    /// The ways from the root, which has been done.
    fn first(&self) -> Vec<Try> {
        let done = self.plan.stages[self.root].ways.iter().filter(|way| way.why.is_done());
        let mut tos: Vec<usize> = done.map(|way| way.to).collect();
        tos.sort_by_key(|to| (self.length[*to], *to));
        tos.dedup();
        tos.into_iter().map(|to| (Pace { stage: self.root, why: Why::Done, inside: None }, to)).collect()
    }

    /// The limits that run on the trail and say where the case goes.
    fn running(&self, trail: &[Pace]) -> Vec<(usize, usize)> {
        let runs = |limit: usize| {
            let limit = &self.plan.limits[limit];
            let done =
                std::iter::once(self.root).chain(trail.iter().filter(|pace| pace.why.is_done()).map(|pace| pace.stage));
            done.fold(false, |runs, stage| stage == limit.from || runs && stage != limit.to)
        };
        self.going.iter().filter(|(limit, _)| runs(*limit)).copied().collect()
    }

    /// The ways on from a step; the last is tried first.
    fn tries(&self, stage: usize, running: &[(usize, usize)], called: &mut Called) -> Vec<Try> {
        let mut tries: Vec<Try> = Vec::new();
        for way in &self.plan.stages[stage].ways {
            let inside = self.inside(stage, way.outcome.as_deref(), called);
            let inside = if inside.is_empty() { vec![None] } else { inside.into_iter().map(Some).collect() };
            tries.extend(inside.into_iter().map(|inside| (Pace { stage, why: way.why, inside }, way.to)));
        }
        tries.extend(running.iter().map(|(limit, to)| (Pace { stage, why: Why::LimitGo(*limit), inside: None }, *to)));
        // Two answers that lead to one step are one way.
        let mut seen = HashSet::new();
        tries.retain(|(pace, to)| seen.insert((*to, pace.why, pace.inside.as_ref().map(Rc::as_ptr))));
        tries.sort_by_key(|(pace, to)| weight(self.plan, stage, pace.why).saturating_add(self.length[*to]));
        tries
    }

    /// The paths through the map that a step calls, to an outcome.
    fn inside(&self, stage: usize, outcome: Option<&str>, called: &mut Called) -> Vec<Rc<Path>> {
        let (Holds::Call(to, entry), Some(outcome)) = (&self.plan.stages[stage].holds, outcome) else {
            return Vec::new();
        };
        let known = through(self.plans, &self.plan.id, to, entry.as_deref(), called).unwrap_or_default();
        known.iter().filter(|(ends, _)| ends == outcome).map(|(_, path)| path.clone()).collect()
    }
}

/// The paths through a map to which another leads, each with its outcome. None where the map is not known, or where it is
/// being looked at already because maps call each other.
fn through(plans: &Plans<'_>, from: &str, to: &str, entry: Option<&str>, called: &mut Called) -> Through {
    let map = plans.number(to)?;
    let entry = plans.entry(map, from, entry)?;
    if let Some(known) = called.get(&(map, entry)) {
        return known.clone();
    }
    called.insert((map, entry), None);
    let walk = Walk::new(plans, map, entry, Goal::Over, None);
    let mut found = Vec::new();
    for path in walk.run(MOST_INSIDE, called).list {
        match &plans.maps[map].stages[path.end].holds {
            Holds::End(outcome) => found.push((outcome.clone(), path)),
            Holds::HandOver(next, entry) => {
                let on = through(plans, to, next, entry.as_deref(), called).unwrap_or_default();
                for (outcome, rest) in on.iter() {
                    let mut whole = Path { legs: path.legs.clone(), spans: path.spans.clone(), end: path.end };
                    whole.append(rest);
                    found.push((outcome.clone(), Rc::new(whole)));
                }
            }
            _ => {}
        }
    }
    found.truncate(MOST_INSIDE);
    let found = Rc::new(found);
    called.insert((map, entry), Some(found.clone()));
    Some(found)
}

/// How long a step takes by rule of thumb, in seconds.
fn weight(plan: &Plan, stage: usize, why: Why) -> i64 {
    let gap = |gap: Option<&Gap>| gap.map_or(0, Gap::at_least);
    match (&plan.stages[stage].holds, why) {
        (_, Why::LimitGo(limit)) => gap(Some(&plan.limits[limit].within)),
        (Holds::Somebody(timed) | Holds::Answer(timed), _) => gap(timed.as_ref().and_then(|it| it.gap.as_ref())),
        (Holds::Time(timed), _) => gap(timed.gap.as_ref()),
        _ => 0,
    }
}
