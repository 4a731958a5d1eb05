//! Which lines run beside which in a channel or a gutter: every wire gets a track, ordered so that few cross.

use std::collections::BTreeMap;

use super::Plan;
use super::grid::Grid;
use super::route::{Net, Route, net};
use super::slots::Slots;

/// The tracks of all lines.
#[derive(Debug)]
pub(super) struct Tracks {
    /// The track of a stretch between a line's first and last: by line and by the number of the stretch.
    pub(super) of: BTreeMap<(usize, usize), usize>,
    /// How many tracks each channel has, by upright line.
    pub(super) upright: Vec<usize>,
    /// How many tracks each gutter has, by level line.
    pub(super) level: Vec<usize>,
}

/// What runs in a channel or a gutter as one: a stretch, or several of one net.
#[derive(Debug)]
struct Wire {
    net: Net,
    stretches: Vec<(usize, usize)>,
    from: i64,
    to: i64,
    /// Where lines join it, and whether from before it (left or above) or from behind.
    joints: Vec<(i64, bool)>,
}

/// Between two lines of the grid, in the scale of `Wire::from`: more than any slot.
const SCALE: i64 = 1 << 16;
/// Wires whose ends are nearer than this do not share a track, in pixels.
const NEAR: i64 = 8;
/// How often the wires of a channel are looked through for a better order.
const PASSES: usize = 24;

/// Gives every stretch its track.
pub(super) fn tracks(plan: &Plan, grid: &Grid, routes: &[Route], slots: &Slots) -> Tracks {
    let mut lines: BTreeMap<(bool, usize), Vec<Wire>> = BTreeMap::new();
    for (at, route) in routes.iter().enumerate() {
        let stretches = route.corners.len().saturating_sub(1);
        for number in 1..stretches.saturating_sub(1) {
            let (is_level, line, wire) = wire(plan, route, slots, at, number);
            lines.entry((is_level, line)).or_default().push(wire);
        }
    }
    let mut tracks =
        Tracks { of: BTreeMap::new(), upright: vec![0; grid.uprights()], level: vec![0; grid.levels.len()] };
    for ((is_level, line), wires) in lines {
        let wires = ordered(merged(wires));
        let mut taken: Vec<usize> = Vec::with_capacity(wires.len());
        for (at, wire) in wires.iter().enumerate() {
            let beside = (0..at).filter(|other| overlap(&wires[*other], wire)).map(|other| taken[other] + 1);
            let track = beside.max().unwrap_or(0);
            taken.push(track);
            tracks.of.extend(wire.stretches.iter().map(|stretch| (*stretch, track)));
        }
        let count = taken.iter().max().map_or(0, |last| last + 1);
        if is_level { tracks.level[line] = count } else { tracks.upright[line] = count }
    }
    tracks
}

fn wire(plan: &Plan, route: &Route, slots: &Slots, at: usize, number: usize) -> (bool, usize, Wire) {
    let (from, to) = (route.corners[number], route.corners[number + 1]);
    let is_level = from.1 == to.1;
    let (before, after) = (route.corners[number - 1], route.corners[number + 2]);
    let along = |corner: (usize, usize)| if is_level { corner.0 } else { corner.1 };
    let across = |corner: (usize, usize)| if is_level { corner.1 } else { corner.0 };
    let slot_before = if number == 1 { slots.out[at] } else { 0 };
    let slot_after = if number + 3 == route.corners.len() { slots.into[at] } else { 0 };
    let start = along(from) as i64 * SCALE + i64::from(slot_before);
    let end = along(to) as i64 * SCALE + i64::from(slot_after);
    let joints = vec![(start, across(before) < across(from)), (end, across(after) < across(to))];
    let wire =
        Wire { net: net(plan, at), stretches: vec![(at, number)], from: start.min(end), to: start.max(end), joints };
    (is_level, across(from), wire)
}

/// Wires of one net that touch become one.
fn merged(mut wires: Vec<Wire>) -> Vec<Wire> {
    wires.sort_by_key(|wire| (wire.net, wire.from, wire.to));
    let mut all: Vec<Wire> = Vec::with_capacity(wires.len());
    for wire in wires {
        match all.last_mut() {
            Some(last) if last.net == wire.net && wire.from <= last.to => {
                last.to = last.to.max(wire.to);
                last.stretches.extend(wire.stretches);
                last.joints.extend(wire.joints);
            }
            _ => all.push(wire),
        }
    }
    all
}

fn overlap(one: &Wire, other: &Wire) -> bool {
    one.from <= other.to + NEAR && other.from <= one.to + NEAR
}

/// How many crossings there are if one wire stands before the other.
fn crossings(before: &Wire, behind: &Wire) -> usize {
    let within = |wire: &Wire, at: i64| wire.from <= at && at <= wire.to;
    let out = before.joints.iter().filter(|(at, from_before)| !from_before && within(behind, *at)).count();
    let into = behind.joints.iter().filter(|(at, from_before)| *from_before && within(before, *at)).count();
    out + into
}

/// Orders wires so that neighbours do not cross where they need not.
fn ordered(mut wires: Vec<Wire>) -> Vec<Wire> {
    wires.sort_by_key(|wire| (wire.from, wire.to, wire.net));
    for _ in 0..PASSES {
        let mut changed = false;
        for at in 1..wires.len() {
            if crossings(&wires[at], &wires[at - 1]) < crossings(&wires[at - 1], &wires[at]) {
                wires.swap(at - 1, at);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    wires
}
