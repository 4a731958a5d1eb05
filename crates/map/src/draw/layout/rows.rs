//! The rows of each lane. Steps that follow each other in one lane form chains, and a chain stands in one row, so that the eye can
//! follow it; chains are then moved to where their lines are short.

use std::collections::HashSet;

use super::{Beside, Plan};

/// The rows of the items.
#[derive(Debug)]
pub(super) struct Rows {
    /// The row of each item, counted over all lanes.
    pub(super) row: Vec<usize>,
    /// How many rows each lane has.
    pub(super) of_lane: Vec<usize>,
}

/// Items that stand in one row, from left to right.
struct Chain {
    lane: usize,
    items: Vec<usize>,
    first: usize,
    last: usize,
}

/// How often chains and rows are looked through for better places.
const PASSES: usize = 8;
/// How many rows above and below its neighbours a chain tries.
const NEAR: usize = 3;

/// Gives every item a row.
pub(super) fn rows(plan: &Plan, column: &[usize]) -> Rows {
    let mut draft = Draft::new(plan, column);
    draft.first_fit();
    for _ in 0..PASSES {
        draft.drop_empty_rows();
        let moved = draft.move_chains();
        if !(draft.swap_rows() || moved) {
            break;
        }
    }
    draft.drop_empty_rows();
    draft.companions();
    draft.finish()
}

struct Draft<'a> {
    plan: &'a Plan,
    column: &'a [usize],
    chains: Vec<Chain>,
    /// The row of each item within its lane, by its name; names are given in the order in which rows are made.
    row: Vec<usize>,
    /// The rows of each lane by name, from top to bottom.
    lanes: Vec<Vec<usize>>,
    /// Cells that are taken: row's name and column.
    taken: HashSet<(usize, usize)>,
    names: usize,
    /// Lines at each item.
    touching: Vec<Vec<usize>>,
    /// The place of each row among all rows, by name.
    place: Vec<usize>,
}

impl<'a> Draft<'a> {
    fn new(plan: &'a Plan, column: &'a [usize]) -> Self {
        let mut touching = vec![Vec::new(); plan.items.len()];
        for (at, line) in plan.lines.iter().enumerate() {
            touching[line.from].push(at);
            touching[line.to].push(at);
        }
        Self {
            plan,
            column,
            chains: chains(plan, column),
            row: vec![0; plan.items.len()],
            lanes: vec![Vec::new(); plan.lanes.len()],
            taken: HashSet::new(),
            names: 0,
            touching,
            place: Vec::new(),
        }
    }

    fn new_row(&mut self, lane: usize, at: usize) -> usize {
        let name = self.names;
        self.names += 1;
        self.lanes[lane].insert(at, name);
        name
    }

    fn is_free(&self, chain: &Chain, row: usize) -> bool {
        (chain.first..=chain.last).all(|column| !self.taken.contains(&(row, column)))
    }

    fn put(&mut self, at: usize, row: usize) {
        let chain = &self.chains[at];
        self.taken.extend((chain.first..=chain.last).map(|column| (row, column)));
        chain.items.iter().for_each(|item| self.row[*item] = row);
    }

    fn take(&mut self, at: usize, row: usize) {
        let chain = &self.chains[at];
        (chain.first..=chain.last).for_each(|column| {
            self.taken.remove(&(row, column));
        });
    }

    /// The longest chains first, each in the first row in which it finds room.
    fn first_fit(&mut self) {
        for at in 0..self.chains.len() {
            let chain = &self.chains[at];
            let lane = chain.lane;
            let free = self.lanes[lane].iter().copied().find(|row| self.is_free(chain, *row));
            let row = free.unwrap_or_else(|| self.new_row(lane, self.lanes[lane].len()));
            self.put(at, row);
        }
        self.count_places();
    }

    fn count_places(&mut self) {
        self.place = vec![0; self.names];
        self.lanes.iter().flatten().enumerate().for_each(|(place, name)| self.place[*name] = place);
    }

    /// How far up and down the lines of some items run, if these stood at a place among all rows.
    fn cost(&self, items: &[usize], place: usize) -> usize {
        let mut cost = 0;
        for item in items {
            for line in self.touching[*item].iter().map(|line| &self.plan.lines[*line]) {
                let other = if line.from == *item { line.to } else { line.from };
                if self.plan.items[other].beside.is_none() && !items.contains(&other) {
                    let apart = self.place[self.row[other]].abs_diff(place);
                    // A line in its own row over other shapes has to leave it and come back.
                    let far = self.column[line.from].abs_diff(self.column[line.to]);
                    cost += 4 * apart + if apart == 0 && far > 1 { 3 } else { 0 };
                }
            }
        }
        cost
    }

    fn move_chains(&mut self) -> bool {
        let mut moved = false;
        for at in 0..self.chains.len() {
            let (lane, now) = (self.chains[at].lane, self.row[self.chains[at].items[0]]);
            self.take(at, now);
            let chain = &self.chains[at];
            let others =
                chain.items.iter().flat_map(|item| self.touching[*item].iter().map(move |line| (*item, *line)));
            let mut near: Vec<usize> = others
                .map(|(item, line)| {
                    let line = &self.plan.lines[line];
                    self.place[self.row[if line.from == item { line.to } else { line.from }]]
                })
                .collect();
            near.sort_unstable();
            let wanted = near.get(near.len() / 2).copied().unwrap_or(0);
            let candidates = self.lanes[lane]
                .iter()
                .copied()
                .filter(|row| *row == now || (self.place[*row].abs_diff(wanted) <= NEAR && self.is_free(chain, *row)));
            let best =
                candidates.min_by_key(|row| (self.cost(&chain.items, self.place[*row]), *row != now, self.place[*row]));
            let best = best.unwrap_or(now);
            moved |= best != now;
            self.put(at, best);
        }
        moved
    }

    /// Changes neighbouring rows of a lane where that makes lines shorter.
    fn swap_rows(&mut self) -> bool {
        let mut in_row: Vec<Vec<usize>> = vec![Vec::new(); self.names];
        self.chains.iter().flat_map(|chain| &chain.items).for_each(|item| in_row[self.row[*item]].push(*item));
        let mut swapped = false;
        for lane in 0..self.lanes.len() {
            for at in 1..self.lanes[lane].len() {
                let (upper, lower) = (self.lanes[lane][at - 1], self.lanes[lane][at]);
                let (high, low) = (self.place[upper], self.place[lower]);
                // Lines between the two rows stay as long as they are, and count alike on both sides.
                let before = self.cost(&in_row[upper], high) + self.cost(&in_row[lower], low);
                (self.place[upper], self.place[lower]) = (low, high);
                let after = self.cost(&in_row[upper], low) + self.cost(&in_row[lower], high);
                if after < before {
                    self.lanes[lane].swap(at - 1, at);
                    swapped = true;
                } else {
                    (self.place[upper], self.place[lower]) = (high, low);
                }
            }
        }
        swapped
    }

    fn drop_empty_rows(&mut self) {
        let used: HashSet<usize> =
            self.chains.iter().flat_map(|chain| &chain.items).map(|item| self.row[*item]).collect();
        self.lanes.iter_mut().for_each(|rows| rows.retain(|row| used.contains(row)));
        self.count_places();
    }

    /// Companions stand right above or below their items, in a row of their own where there is no room.
    fn companions(&mut self) {
        for at in 0..self.plan.items.len() {
            let item = &self.plan.items[at];
            let Some(beside) = item.beside else { continue };
            let (host, step) = match beside {
                Beside::Above(host) => (host, 0),
                Beside::Below(host) => (host, 1),
            };
            let rows = &self.lanes[item.lane];
            let of_host = rows.iter().position(|row| *row == self.row[host]).unwrap_or(0);
            let next = (of_host + 2 * step).checked_sub(1).and_then(|next| rows.get(next)).copied();
            let free = next.filter(|row| !self.taken.contains(&(*row, self.column[at])));
            let row = free.unwrap_or_else(|| self.new_row(item.lane, of_host + step));
            self.row[at] = row;
            self.taken.insert((row, self.column[at]));
        }
    }

    fn finish(mut self) -> Rows {
        for lane in 0..self.lanes.len() {
            if self.lanes[lane].is_empty() {
                self.new_row(lane, 0);
            }
        }
        self.count_places();
        let row = self.row.iter().map(|name| self.place.get(*name).copied().unwrap_or(0)).collect();
        Rows { row, of_lane: self.lanes.iter().map(Vec::len).collect() }
    }
}

/// Chains of items of one lane, each following the other in the next column or the one after; the longest first.
fn chains(plan: &Plan, column: &[usize]) -> Vec<Chain> {
    const FARTHEST: usize = 2;
    let mut pairs: Vec<(usize, usize, usize, usize)> = Vec::new();
    for (at, line) in plan.lines.iter().enumerate() {
        let (from, to) = (&plan.items[line.from], &plan.items[line.to]);
        let far = column[line.to].saturating_sub(column[line.from]);
        let free = from.beside.is_none() && to.beside.is_none();
        if free && from.lane == to.lane && (1..=FARTHEST).contains(&far) {
            pairs.push((far, at, line.from, line.to));
        }
    }
    pairs.sort_unstable();
    let (mut next, mut before) = (vec![None; plan.items.len()], vec![false; plan.items.len()]);
    for (_, _, from, to) in pairs {
        if next[from].is_none() && !before[to] {
            next[from] = Some(to);
            before[to] = true;
        }
    }
    let mut chains: Vec<Chain> = Vec::new();
    for start in (0..plan.items.len()).filter(|item| !before[*item] && plan.items[*item].beside.is_none()) {
        let items: Vec<usize> = std::iter::successors(Some(start), |item| next[*item]).collect();
        let last = items.last().map_or(0, |item| column[*item]);
        chains.push(Chain { lane: plan.items[start].lane, first: column[start], last, items });
    }
    chains.sort_by_key(|chain| (std::cmp::Reverse(chain.items.len()), chain.first));
    chains
}
