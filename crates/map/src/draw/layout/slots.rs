//! Which lines meet a side of a shape where: how far from its middle each line leaves or comes, so that no two lie on each other
//! and each label has room.

use std::collections::BTreeMap;

use super::Plan;
use super::grid::Grid;
use super::route::{Net, Route, net};

/// How far from the middle of its items each line begins and ends, in pixels: below it on a row, right of it on a column.
#[derive(Debug)]
pub(super) struct Slots {
    /// Where each line begins.
    pub(super) out: Vec<i32>,
    /// Where each line ends.
    pub(super) into: Vec<i32>,
}

/// The free stretch between two neighbours of a row or a column: whether it is level, which row or column, and how many items
/// stand before it.
type Stretch = (bool, usize, usize);

/// What runs in a stretch and needs a slot of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Runner {
    Out(usize),
    Into(Net),
}

/// A runner with what decides on its slot.
#[derive(Debug)]
struct Entry {
    runner: Runner,
    /// Where it turns to: before the middle, on, or behind.
    side: i32,
    /// How far it goes there.
    far: usize,
    /// The room that it needs before and behind it.
    room: (i32, i32),
}

/// The room that a line without a label needs on either side, in pixels.
const ROOM: i32 = 5;
/// Between a label and what comes next, in pixels.
pub(super) const LABEL_GAP: i32 = 5;

/// Gives every line its slots.
pub(super) fn slots(plan: &Plan, grid: &Grid, routes: &[Route]) -> Slots {
    let mut stretches: BTreeMap<Stretch, Vec<Entry>> = BTreeMap::new();
    for (at, route) in routes.iter().enumerate() {
        let Some(first) = stretch(plan, grid, route, at, true) else { continue };
        let Some(last) = stretch(plan, grid, route, at, false) else { continue };
        let (side, far) = turn(route, true);
        let label = plan.lines[at].label;
        let room = match (label.width > 0, first.0) {
            (false, _) => (ROOM, ROOM),
            (true, true) => (label.height + LABEL_GAP, ROOM),
            (true, false) => (ROOM, label.width + 2 * LABEL_GAP),
        };
        stretches.entry(first).or_default().push(Entry { runner: Runner::Out(at), side, far, room });
        if route.corners.len() > 2 {
            let (side, far) = turn(route, false);
            let entries = stretches.entry(last).or_default();
            let runner = Runner::Into(net(plan, at));
            match entries.iter_mut().find(|entry| entry.runner == runner) {
                Some(known) => known.far = known.far.max(far),
                None => entries.push(Entry { runner, side, far, room: (ROOM, ROOM) }),
            }
        }
    }
    let mut given: BTreeMap<(Stretch, Runner), i32> = BTreeMap::new();
    for (stretch, mut entries) in stretches {
        merge_straight(plan, routes, &mut entries);
        for (runner, slot) in stack(&mut entries, stretch.0) {
            given.insert((stretch, runner), slot);
        }
    }
    collect(plan, grid, routes, &given)
}

fn collect(plan: &Plan, grid: &Grid, routes: &[Route], given: &BTreeMap<(Stretch, Runner), i32>) -> Slots {
    let mut slots = Slots { out: vec![0; routes.len()], into: vec![0; routes.len()] };
    for (at, route) in routes.iter().enumerate() {
        let slot = |first: bool, runner: Runner| {
            let stretch = stretch(plan, grid, route, at, first)?;
            given.get(&(stretch, runner)).copied()
        };
        let into = slot(false, Runner::Into(net(plan, at)));
        // A straight line in whose net others come runs where they do.
        let straight = route.corners.len() == 2;
        let out = if straight { into } else { None }.or_else(|| slot(true, Runner::Out(at))).unwrap_or(0);
        slots.out[at] = out;
        slots.into[at] = if straight { out } else { into.unwrap_or(0) };
    }
    slots
}

/// A straight line runs where the rest of its net comes in; it then stands for both.
fn merge_straight(plan: &Plan, routes: &[Route], entries: &mut Vec<Entry>) {
    let straight: Vec<(usize, Net)> = entries
        .iter()
        .filter_map(|entry| match entry.runner {
            Runner::Out(at) if routes[at].corners.len() == 2 => Some((at, net(plan, at))),
            _ => None,
        })
        .collect();
    for (at, net) in straight {
        let Some(into) = entries.iter().position(|entry| entry.runner == Runner::Into(net)) else { continue };
        entries.remove(into);
        if let Some(entry) = entries.iter_mut().find(|entry| entry.runner == Runner::Out(at)) {
            entry.runner = Runner::Into(net);
        }
    }
}

/// The stretch in which a line begins, or ends.
fn stretch(plan: &Plan, grid: &Grid, route: &Route, at: usize, first: bool) -> Option<Stretch> {
    let count = route.corners.len();
    let ends = if first {
        [*route.corners.first()?, *route.corners.get(1)?]
    } else {
        [*route.corners.last()?, *route.corners.get(count.checked_sub(2)?)?]
    };
    let item = if first { plan.lines[at].from } else { plan.lines[at].to };
    let [(upright, level), (other_upright, other_level)] = ends;
    let (row, column) = (grid.row[item], grid.column[item]);
    if level == other_level {
        let before = grid.in_row[row].partition_point(|cell| cell.0 < column);
        return Some((true, row, before + usize::from(other_upright > upright)));
    }
    let before = grid.in_column[column].partition_point(|cell| cell.0 < row);
    Some((false, column, before + usize::from(other_level > level)))
}

/// Where a line turns after its first stretch, or comes from before its last, and how far.
fn turn(route: &Route, first: bool) -> (i32, usize) {
    let corner = |at: usize| {
        let at = if first { Some(at) } else { (route.corners.len() - 1).checked_sub(at) };
        at.and_then(|at| route.corners.get(at)).copied()
    };
    let (Some(near), Some(next)) = (corner(1), corner(2)) else { return (0, 0) };
    let side = |one: usize, other: usize| match one.cmp(&other) {
        std::cmp::Ordering::Less => (1, other - one),
        std::cmp::Ordering::Equal => (0, 0),
        std::cmp::Ordering::Greater => (-1, one - other),
    };
    if near.0 == next.0 { side(near.1, next.1) } else { side(near.0, next.0) }
}

/// The slots of what runs in one stretch.
fn stack(entries: &mut [Entry], level: bool) -> Vec<(Runner, i32)> {
    entries.sort_by_key(|entry| {
        let is_out = matches!(entry.runner, Runner::Out(_));
        // In a column labels stand to the right of their lines: lines with labels come last.
        let labelled = !level && entry.room.1 > ROOM;
        let outward = if entry.side < 0 { usize::MAX - entry.far } else { entry.far };
        (labelled, entry.side, (entry.side < 0) == is_out, outward, entry.runner)
    });
    let mut at = 0;
    let mut places = Vec::with_capacity(entries.len());
    for (number, entry) in entries.iter().enumerate() {
        at += if number == 0 { 0 } else { entries[number - 1].room.1 + entry.room.0 };
        places.push(at);
    }
    let outs: Vec<usize> = (0..entries.len()).filter(|at| matches!(entries[*at].runner, Runner::Out(_))).collect();
    let straight = entries.iter().position(|entry| entry.side == 0);
    let middle = match (straight, outs.as_slice()) {
        (Some(straight), _) => places[straight],
        (None, [only]) => places[*only],
        _ => (places.first().copied().unwrap_or(0) + places.last().copied().unwrap_or(0)) / 2,
    };
    entries.iter().zip(places).map(|(entry, place)| (entry.runner, place - middle)).collect()
}
