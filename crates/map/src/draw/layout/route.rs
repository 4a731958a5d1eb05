//! Which way each line takes through the grid: the shortest, where bends, crossings and company count as length (A*). A line leaves
//! its item to the right, above or below and comes to its item from the left, above or below; in between it keeps to channels and
//! gutters, in which nothing stands.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::grid::Grid;
use super::{Beside, Outline, Plan};

/// A way through the grid: its corners, by upright and level line. The first and the last are the cells of its items.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    pub(super) corners: Vec<(usize, usize)>,
}

/// Where a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Way {
    Right,
    Left,
    Up,
    Down,
}

impl Way {
    const ALL: [Way; 4] = [Way::Right, Way::Left, Way::Up, Way::Down];

    fn is_level(self) -> bool {
        matches!(self, Way::Right | Way::Left)
    }

    fn opposite(self) -> Way {
        match self {
            Way::Right => Way::Left,
            Way::Left => Way::Right,
            Way::Up => Way::Down,
            Way::Down => Way::Up,
        }
    }
}

/// Lines of one net may run together: those of one sort to one item.
pub(super) type Net = (usize, u32);

/// The net of a line.
pub(super) fn net(plan: &Plan, line: usize) -> Net {
    (plan.lines[line].to, plan.lines[line].sort)
}

// What things cost, in about the pixels of a short stretch.
const LEVEL_STEP: u32 = 8;
const UPRIGHT_STEP: u32 = 6;
const BEND: u32 = 10;
const CROSSING: u32 = 14;
const COMPANY: u32 = 2;
/// Running with one's own net is cheaper than that; never less than this per step.
const CHEAPEST_STEP: u32 = 3;
const SECOND_AT_SIDE: u32 = 40;

/// The ways of all lines, short lines first.
pub(super) fn routes(plan: &Plan, grid: &Grid) -> Vec<Route> {
    let mut router = Router::new(plan, grid);
    let mut order: Vec<usize> = (0..plan.lines.len()).collect();
    let companion = |item: usize| plan.items[item].beside.is_some();
    order.sort_by_key(|at| {
        let line = &plan.lines[*at];
        let far =
            grid.column[line.from].abs_diff(grid.column[line.to]) + grid.row[line.from].abs_diff(grid.row[line.to]);
        (!(companion(line.from) || companion(line.to)), far, *at)
    });
    let mut routes = vec![Route::default(); plan.lines.len()];
    for at in order {
        routes[at] = router.route(at);
    }
    routes
}

/// A place in a search: a crossing of grid lines, how it was come to, and whether the line has not bent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct State {
    upright: usize,
    level: usize,
    way: Way,
    straight: bool,
}

struct Router<'a> {
    plan: &'a Plan,
    grid: &'a Grid,
    /// The nets that run level and upright through a crossing.
    runs: HashMap<(usize, usize, bool), Vec<Net>>,
    /// The nets and labelled lines at the upper and lower side of an item.
    sides: HashMap<(usize, Way), Vec<Net>>,
}

impl<'a> Router<'a> {
    fn new(plan: &'a Plan, grid: &'a Grid) -> Self {
        Self { plan, grid, runs: HashMap::new(), sides: HashMap::new() }
    }

    fn route(&mut self, at: usize) -> Route {
        let line = &self.plan.lines[at];
        let goal = (self.grid.upright_of(line.to), self.grid.level_of(line.to));
        let mut open: BinaryHeap<Reverse<(u32, u32, State)>> = BinaryHeap::new();
        let mut best: HashMap<State, (u32, Option<State>)> = HashMap::new();
        for way in [Way::Right, Way::Down, Way::Up] {
            let start = State {
                upright: self.grid.upright_of(line.from),
                level: self.grid.level_of(line.from),
                way,
                straight: true,
            };
            let Some(cost) = self.leaving(at, way) else { continue };
            if let Some((next, step)) = self.step(at, start, way) {
                let cost = cost + step;
                best.insert(next, (cost, None));
                open.push(Reverse((cost + ahead(next, goal), cost, next)));
            }
        }
        while let Some(Reverse((_, cost, state))) = open.pop() {
            if (state.upright, state.level) == goal {
                return self.found(at, state, &best);
            }
            if best.get(&state).is_some_and(|(known, _)| *known < cost) {
                continue;
            }
            for way in Way::ALL.into_iter().filter(|way| *way != state.way.opposite()) {
                let Some((next, step)) = self.step(at, state, way) else { continue };
                let cost = cost + step;
                if best.get(&next).is_none_or(|(known, _)| cost < *known) {
                    best.insert(next, (cost, Some(state)));
                    open.push(Reverse((cost + ahead(next, goal), cost, next)));
                }
            }
        }
        Route::default()
    }

    /// What leaving on a side costs; nothing where it cannot be left there.
    fn leaving(&self, at: usize, way: Way) -> Option<u32> {
        let line = &self.plan.lines[at];
        let upright = |item: usize| match self.plan.items[item].beside {
            Some(Beside::Above(host)) if host == line.from || host == line.to => Some(Way::Up),
            Some(Beside::Below(host)) if host == line.from || host == line.to => Some(Way::Down),
            _ => None,
        };
        // Between an item and its companion there is one way.
        if let Some(only) = upright(line.from).map(Way::opposite).or_else(|| upright(line.to)) {
            return (only == way).then_some(0);
        }
        if way == Way::Right {
            return Some(0);
        }
        let taken = self.sides.get(&(line.from, way)).map_or(0, Vec::len);
        let corner = if self.plan.items[line.from].outline == Outline::Diamond { 1 } else { 12 };
        Some(corner + SECOND_AT_SIDE * taken as u32)
    }

    /// One step from a state, and what it costs.
    fn step(&self, at: usize, state: State, way: Way) -> Option<(State, u32)> {
        let line = &self.plan.lines[at];
        let bends = way != state.way;
        let straight = state.straight && !bends;
        if bends && !state.straight && self.is_last_stretch(state) {
            return None;
        }
        let (upright, level) = match way {
            Way::Right => (state.upright + 1, state.level),
            Way::Left => (state.upright.checked_sub(1)?, state.level),
            Way::Up => (state.upright, state.level.checked_sub(1)?),
            Way::Down => (state.upright, state.level + 1),
        };
        if upright >= self.grid.uprights() || level >= self.grid.levels.len() {
            return None;
        }
        let row = self.grid.row_at(if way.is_level() { state.level } else { level });
        let arrives = (upright, level) == (self.grid.upright_of(line.to), self.grid.level_of(line.to));
        let may = match (way.is_level(), row) {
            // Along a row: at first, or on the last stretch.
            (true, Some(row)) => straight || (way == Way::Right && self.leads_right(line.to, row, state.upright)),
            (true, None) => true,
            // Along a column, in the same way.
            (false, _) if state.upright % 2 == 1 => straight || self.leads_upright(line.to, state, way),
            (false, _) => true,
        };
        let in_cell = upright % 2 == 1 && self.grid.row_at(level).is_some();
        if !may || (in_cell && !arrives && !self.is_free(at, upright, level, way)) {
            return None;
        }
        if arrives && way == Way::Left {
            return None;
        }
        let mut cost = if way.is_level() { LEVEL_STEP } else { UPRIGHT_STEP };
        cost += if bends { BEND } else { 0 };
        cost = self.among_others(at, (upright, level), way, cost);
        if arrives && !way.is_level() {
            cost += self.coming(at, way);
        }
        Some((State { upright, level, way, straight }, cost))
    }

    /// Whether a line that has bent runs along a row or a column: then it runs to its goal.
    fn is_last_stretch(&self, state: State) -> bool {
        if state.way.is_level() { self.grid.row_at(state.level).is_some() } else { state.upright % 2 == 1 }
    }

    /// What coming to an item from above or below costs.
    fn coming(&self, at: usize, way: Way) -> u32 {
        let net = net(self.plan, at);
        let others = self.sides.get(&(self.plan.lines[at].to, way.opposite()));
        let others = others.map_or(0, |nets| nets.iter().filter(|other| **other != net).count());
        10 + SECOND_AT_SIDE * others as u32
    }

    /// Whether the next item to the right, in this row and from this upright line on, is the goal.
    fn leads_right(&self, to: usize, row: usize, upright: usize) -> bool {
        self.grid.row[to] == row && self.grid.next_right(row, upright / 2) == Some(to)
    }

    /// Whether the next item above or below is the goal.
    fn leads_upright(&self, to: usize, state: State, way: Way) -> bool {
        let column = state.upright / 2;
        if self.grid.column[to] != column {
            return false;
        }
        let next = match way {
            Way::Down => self.grid.next_below(column, self.grid.row_below(state.level)),
            _ => self.grid.next_above(column, self.grid.row_below(state.level.saturating_sub(1))),
        };
        next == Some(to)
    }

    /// Whether no item and no other net is in a cell's way.
    fn is_free(&self, at: usize, upright: usize, level: usize, way: Way) -> bool {
        let Some(row) = self.grid.row_at(level) else { return true };
        let net = net(self.plan, at);
        let runs = self.runs.get(&(upright, level, way.is_level()));
        self.grid.at(upright / 2, row).is_none() && runs.is_none_or(|nets| nets.iter().all(|other| *other == net))
    }

    fn among_others(&self, at: usize, crossing: (usize, usize), way: Way, mut cost: u32) -> u32 {
        let net = net(self.plan, at);
        let (upright, level) = crossing;
        if let Some(along) = self.runs.get(&(upright, level, way.is_level())) {
            if along.contains(&net) {
                return cost.saturating_sub(4).max(CHEAPEST_STEP);
            }
            cost += COMPANY * along.len() as u32;
        }
        let across = self.runs.get(&(upright, level, !way.is_level()));
        cost + CROSSING * across.map_or(0, |nets| nets.iter().filter(|other| **other != net).count()) as u32
    }

    /// Writes down what a line takes, and gives its corners.
    fn found(&mut self, at: usize, end: State, best: &HashMap<State, (u32, Option<State>)>) -> Route {
        let line = &self.plan.lines[at];
        let net = net(self.plan, at);
        let mut states = vec![end];
        let mut state = end;
        while let Some((_, Some(before))) = best.get(&state) {
            states.push(*before);
            state = *before;
        }
        states.reverse();
        let first = states.first().map_or(Way::Right, |state| state.way);
        self.sides.entry((line.from, first)).or_default().push((usize::MAX, 0));
        self.sides.entry((line.to, end.way.opposite())).or_default().push(net);
        let mut corners = vec![(self.grid.upright_of(line.from), self.grid.level_of(line.from))];
        for (at, state) in states.iter().enumerate() {
            let next = states.get(at + 1);
            for level in [Some(state.way), next.map(|next| next.way)].into_iter().flatten().map(Way::is_level) {
                let nets = self.runs.entry((state.upright, state.level, level)).or_default();
                if !nets.contains(&net) {
                    nets.push(net);
                }
            }
            if next.is_none_or(|next| next.way != state.way) {
                corners.push((state.upright, state.level));
            }
        }
        Route { corners }
    }
}

/// The least that the rest can cost.
fn ahead(state: State, goal: (usize, usize)) -> u32 {
    let far = state.upright.abs_diff(goal.0) + state.level.abs_diff(goal.1);
    CHEAPEST_STEP * far as u32
}
