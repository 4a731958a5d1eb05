//! From the grid to pixels.

use super::grid::{Grid, Level};
use super::route::Route;
use super::slots::{LABEL_GAP, Slots};
use super::tracks::Tracks;
use super::{Layout, Plan, Point, Rect, Routed, Size};

/// Between two lines that run side by side, in pixels.
const GAP: i32 = 10;
/// Between the last line of a channel and the next column: an arrow's head and a little, in pixels.
const ARROW: i32 = 18;
/// Between a column and the first line of the channel right of it, in pixels.
const LEAD: i32 = 12;
/// A channel is never narrower, in pixels.
const NARROWEST: i32 = 30;
/// Right and left of everything, in pixels.
const EDGE: i32 = 16;
/// A gutter in which no line runs, in pixels.
const BETWEEN_ROWS: i32 = 16;
/// A gutter at a lane's edge in which no line runs, in pixels.
const AT_LANE: i32 = 14;
/// Above and below the lines of a gutter, in pixels.
const BESIDE_ROW: i32 = 15;
/// From a slot to the corner of its shape, at least, in pixels.
const CORNER: i32 = 9;

/// Where the lines of the grid are.
struct Frame {
    /// Where each upright line begins and how wide it is.
    upright: Vec<(i32, i32)>,
    /// Where each level line begins and how high it is.
    level: Vec<(i32, i32)>,
    /// How far behind its beginning the first track of an upright line is.
    lead: Vec<i32>,
    /// The same of a level line.
    lead_level: Vec<i32>,
}

/// Puts everything in its place.
pub(super) fn place(plan: &Plan, grid: &Grid, routes: &[Route], slots: &Slots, tracks: &Tracks) -> Layout {
    let sizes = sizes(plan, routes, slots);
    let frame = frame(plan, grid, routes, slots, tracks, &sizes);
    let middle = |(start, size): (i32, i32)| start + size / 2;
    let boxes: Vec<Rect> = sizes
        .iter()
        .enumerate()
        .map(|(item, size)| Rect {
            x: middle(frame.upright[grid.upright_of(item)]) - size.width / 2,
            y: middle(frame.level[grid.level_of(item)]) - size.height / 2,
            width: size.width,
            height: size.height,
        })
        .collect();
    let lines = (0..routes.len()).map(|at| line(plan, &routes[at], at, slots, tracks, &frame, &boxes)).collect();
    let width = frame.upright.last().map_or(0, |(start, size)| start + size);
    let lanes: Vec<Rect> = grid
        .lanes
        .iter()
        .map(|(first, last)| {
            let (top, (start, size)) = (frame.level[*first].0, frame.level[*last]);
            Rect { x: 0, y: top, width, height: start + size - top }
        })
        .collect();
    let height = lanes.last().map_or(0, Rect::bottom);
    Layout { width, height, lanes, boxes, lines }
}

fn even(length: i32) -> i32 {
    length + length % 2
}

/// Whether a route leaves, or comes, on a row.
fn is_level(route: &Route, first: bool) -> bool {
    let count = route.corners.len();
    let (one, other) = if first { (0, 1) } else { (count.saturating_sub(2), count.saturating_sub(1)) };
    match (route.corners.get(one), route.corners.get(other)) {
        (Some(one), Some(other)) => one.1 == other.1,
        _ => true,
    }
}

/// Each shape as large as it has to be for its text and its lines.
fn sizes(plan: &Plan, routes: &[Route], slots: &Slots) -> Vec<Size> {
    let mut sizes: Vec<Size> = plan.items.iter().map(|item| item.size).collect();
    for (at, route) in routes.iter().enumerate() {
        for (item, slot, first) in
            [(plan.lines[at].from, slots.out[at], true), (plan.lines[at].to, slots.into[at], false)]
        {
            let mut least = 2 * (slot.abs() + CORNER);
            // A label to the right of a shape stays within its height, so that it cannot meet those above it.
            if first && is_level(route, first) && plan.lines[at].label.width > 0 {
                least = least.max(2 * (plan.lines[at].label.height + LABEL_GAP - slot));
            }
            let size = &mut sizes[item];
            let side = if is_level(route, first) { &mut size.height } else { &mut size.width };
            *side = least.max(*side);
        }
    }
    sizes.iter().map(|size| Size { width: even(size.width), height: even(size.height) }).collect()
}

fn frame(plan: &Plan, grid: &Grid, routes: &[Route], slots: &Slots, tracks: &Tracks, sizes: &[Size]) -> Frame {
    let mut band = vec![0; grid.uprights()];
    let mut column = vec![0; grid.columns];
    let (mut upper, mut lower) = (vec![0; grid.levels.len()], vec![0; grid.levels.len()]);
    for (item, size) in sizes.iter().enumerate() {
        column[grid.column[item]] = size.width.max(column[grid.column[item]]);
    }
    for (at, line) in plan.lines.iter().enumerate().filter(|(_, line)| line.label.width > 0) {
        let (upright, level) = (grid.upright_of(line.from), grid.level_of(line.from));
        if is_level(&routes[at], true) {
            band[upright + 1] = (line.label.width + LABEL_GAP).max(band[upright + 1]);
            continue;
        }
        let room = line.label.height + LABEL_GAP;
        let goes_down = routes[at].corners.get(1).is_some_and(|next| next.1 > level);
        let gutter = if goes_down { &mut upper[level + 1] } else { &mut lower[level - 1] };
        *gutter = room.max(*gutter);
        let wide = even(2 * (slots.out[at] + line.label.width + 2 * LABEL_GAP));
        column[grid.column[line.from]] = wide.max(column[grid.column[line.from]]);
    }
    let (upright, lead) = uprights(plan, grid, tracks, &band, &column);
    let (level, lead_level) = levels(plan, grid, tracks, (&upper, &lower), sizes);
    Frame { upright, level, lead, lead_level }
}

/// Where lines begin that stand behind each other.
fn behind_each_other(start: i32, sizes: impl Iterator<Item = i32>) -> Vec<(i32, i32)> {
    let mut at = start;
    sizes
        .map(|size| {
            let begins = at;
            at += size;
            (begins, size)
        })
        .collect()
}

fn uprights(plan: &Plan, grid: &Grid, tracks: &Tracks, band: &[i32], column: &[i32]) -> (Vec<(i32, i32)>, Vec<i32>) {
    let head = plan.lanes.iter().map(|lane| lane.width).max().unwrap_or(0);
    let last = grid.uprights() - 1;
    let mut lead = vec![0; grid.uprights()];
    let sizes: Vec<i32> = (0..grid.uprights())
        .map(|at| {
            if at % 2 == 1 {
                return column[at / 2];
            }
            lead[at] = if at == 0 { EDGE } else { band[at] + LEAD };
            let tracks = tracks.upright[at] as i32;
            let outer = at == 0 || at == last;
            match (outer, tracks) {
                (true, 0) => EDGE.max(band[at] + ARROW),
                (false, 0) => NARROWEST.max(band[at] + ARROW + LABEL_GAP),
                _ => NARROWEST.max(lead[at] + (tracks - 1) * GAP + ARROW),
            }
        })
        .collect();
    (behind_each_other(head, sizes.into_iter()), lead)
}

fn levels(
    plan: &Plan,
    grid: &Grid,
    tracks: &Tracks,
    bands: (&[i32], &[i32]),
    sizes: &[Size],
) -> (Vec<(i32, i32)>, Vec<i32>) {
    let mut at_edge = vec![false; grid.levels.len()];
    grid.lanes.iter().flat_map(|(first, last)| [first, last]).for_each(|level| at_edge[*level] = true);
    let mut lead: Vec<i32> = bands.0.iter().map(|band| band + BESIDE_ROW).collect();
    let mut all: Vec<i32> = (0..grid.levels.len())
        .map(|at| match grid.levels[at] {
            Level::Row(row) => grid.in_row[row].iter().map(|(_, item)| sizes[*item].height).max().unwrap_or(0),
            Level::Gutter => {
                let bands = bands.0[at] + bands.1[at];
                match tracks.level[at] as i32 {
                    0 => (if at_edge[at] { AT_LANE } else { BETWEEN_ROWS }).max(bands),
                    count => bands + 2 * BESIDE_ROW + (count - 1) * GAP,
                }
            }
        })
        .collect();
    for (lane, (first, last)) in plan.lanes.iter().zip(&grid.lanes) {
        let short = even((lane.height - all[*first..=*last].iter().sum::<i32>()).max(0));
        all[*first] += short / 2;
        all[*last] += short / 2;
        lead[*first] += short / 2;
    }
    (behind_each_other(0, all.into_iter()), lead)
}

fn line(
    plan: &Plan,
    route: &Route,
    at: usize,
    slots: &Slots,
    tracks: &Tracks,
    frame: &Frame,
    boxes: &[Rect],
) -> Routed {
    let stretches = route.corners.len().saturating_sub(1);
    if stretches == 0 {
        return Routed::default();
    }
    let wish = &plan.lines[at];
    let (from, to) = (&boxes[wish.from], &boxes[wish.to]);
    // Where each stretch is: its height if it is level, else how far from the left.
    let fixed = |number: usize| {
        let (one, other) = (route.corners[number], route.corners[number + 1]);
        let level = one.1 == other.1;
        let in_item = |rect: &Rect, slot: i32| if level { rect.middle_y() + slot } else { rect.middle_x() + slot };
        if number == 0 {
            return (level, in_item(from, slots.out[at]));
        }
        if number + 1 == stretches {
            return (level, in_item(to, slots.into[at]));
        }
        let track = tracks.of.get(&(at, number)).copied().unwrap_or(0) as i32 * GAP;
        if level {
            (true, frame.level[one.1].0 + frame.lead_level[one.1] + track)
        } else {
            (false, frame.upright[one.0].0 + frame.lead[one.0] + track)
        }
    };
    let side = |first: bool| {
        let (end, next) = if first {
            (route.corners[0], route.corners[1])
        } else {
            (route.corners[stretches], route.corners[stretches - 1])
        };
        Side { right: next.0 > end.0, below: next.1 > end.1 }
    };
    let mut points = vec![meet(plan, wish.from, from, fixed(0), side(true))];
    for number in 1..stretches {
        let ((level, one), (_, other)) = (fixed(number - 1), fixed(number));
        points.push(if level { Point { x: other, y: one } } else { Point { x: one, y: other } });
    }
    points.push(meet(plan, wish.to, to, fixed(stretches - 1), side(false)));
    let start = points[0];
    let label = label(wish.label, from, start, fixed(0).0, side(true).below);
    points.dedup();
    Routed { points, label }
}

/// On which side of a shape a line is.
#[derive(Clone, Copy)]
struct Side {
    right: bool,
    below: bool,
}

/// Where a stretch meets a shape's outline.
fn meet(plan: &Plan, item: usize, rect: &Rect, (level, at): (bool, i32), side: Side) -> Point {
    let outline = plan.items[item].outline;
    if level {
        let off = at - rect.middle_y();
        let x = if side.right {
            rect.right() - outline.inset_right(rect, off)
        } else {
            rect.x + outline.inset_left(rect, off)
        };
        return Point { x, y: at };
    }
    let inset = outline.inset_upright(rect, at - rect.middle_x());
    Point { x: at, y: if side.below { rect.bottom() - inset } else { rect.y + inset } }
}

/// Labels stand where their lines begin: above a level line, right of an upright one.
fn label(size: Size, from: &Rect, start: Point, level: bool, below: bool) -> Rect {
    let Size { width, height } = size;
    if width == 0 {
        return Rect::default();
    }
    let (x, y) = match (level, below) {
        (true, _) => (from.right() + LABEL_GAP, start.y - height - 2),
        (false, true) => (start.x + LABEL_GAP, from.bottom() + 3),
        (false, false) => (start.x + LABEL_GAP, from.y - height - 3),
    };
    Rect { x, y, width, height }
}
