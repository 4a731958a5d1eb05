//! Where the shapes and lines of a chart stand. Lanes lie one below the other and a case moves from left to right: columns are
//! layers by the longest path, and a line that leads back is routed around. Shapes stand in the cells of a grid, lines run between
//! its columns and rows, so no line can pass through a shape. Pure, deterministic, and knows nothing of maps or of SVG.
//!
//! Five stages, a file each: `order` (columns), `rows`, `route` (which way each line takes), `slots` and `tracks` (who runs beside
//! whom), `place` (pixels).

mod grid;
mod order;
mod outline;
mod place;
mod route;
mod rows;
mod slots;
#[cfg(test)]
mod tests;
mod tracks;

use std::collections::HashSet;

pub use outline::{Outline, PILL_HEIGHT, REACH};

/// A point, in pixels from the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// An upright rectangle, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// From left to right.
    pub width: i32,
    /// From top to bottom.
    pub height: i32,
}

impl Rect {
    /// Its right edge.
    pub fn right(&self) -> i32 {
        self.x + self.width
    }

    /// Its lower edge.
    pub fn bottom(&self) -> i32 {
        self.y + self.height
    }

    /// Its middle, from the left.
    pub fn middle_x(&self) -> i32 {
        self.x + self.width / 2
    }

    /// Its middle, from the top.
    pub fn middle_y(&self) -> i32 {
        self.y + self.height / 2
    }
}

/// A width and a height, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: i32,
    /// From top to bottom.
    pub height: i32,
}

/// What is to be laid out.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The lanes, from top to bottom: the room that the head of each needs.
    pub lanes: Vec<Size>,
    /// The shapes.
    pub items: Vec<Item>,
    /// The lines between them.
    pub lines: Vec<Line>,
}

/// A shape that is to be laid out.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its lane, by its place in the plan.
    pub lane: usize,
    /// The room that it needs; it may be made higher, so that all its lines find a place to end.
    pub size: Size,
    /// Where lines meet it.
    pub outline: Outline,
    /// The item above or below which it stands, where it is a companion of that item.
    pub beside: Option<Beside>,
}

/// Where a companion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Above this item.
    Above(usize),
    /// Below this item.
    Below(usize),
}

/// A line that is to be laid out.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where it begins, by the item's place in the plan.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Lines of one sort that end at one item may run together; those of different sorts never do.
    pub sort: u32,
    /// The room that its label needs; nothing where it has none.
    pub label: Size,
}

/// A chart laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// The lanes, with their heads.
    pub lanes: Vec<Rect>,
    /// The shapes, in the plan's order.
    pub boxes: Vec<Rect>,
    /// The lines, in the plan's order.
    pub lines: Vec<Routed>,
}

/// A line laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routed {
    /// Its corners, from the outline of the item where it begins to that of the item where it ends. Each stretch is level or upright.
    pub points: Vec<Point>,
    /// Where its label stands; empty where it has none.
    pub label: Rect,
}

/// Lays a plan out. Items of lanes that the plan does not have, and lines between items that it does not have, are not drawn.
pub fn lay_out(plan: &Plan) -> Layout {
    let plan = sound(plan);
    let columns = order::columns(&plan);
    let rows = rows::rows(&plan, &columns);
    let grid = grid::Grid::new(&plan, columns, rows);
    let routes = route::routes(&plan, &grid);
    let slots = slots::slots(&plan, &grid, &routes);
    let tracks = tracks::tracks(&plan, &grid, &routes, &slots);
    place::place(&plan, &grid, &routes, &slots, &tracks)
}

/// The plan with everything that points nowhere set right, so that no later stage has to ask.
fn sound(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    if plan.lanes.is_empty() {
        plan.lanes.push(Size::default());
    }
    let (lanes, items) = (plan.lanes.len(), plan.items.len());
    let hosts: Vec<bool> = plan.items.iter().map(|item| item.beside.is_none()).collect();
    let lane_of: Vec<usize> = plan.items.iter().map(|item| item.lane.min(lanes - 1)).collect();
    for (at, item) in plan.items.iter_mut().enumerate() {
        item.lane = lane_of[at];
        if let Some(Beside::Above(host) | Beside::Below(host)) = item.beside {
            match hosts.get(host) {
                Some(true) => item.lane = lane_of[host],
                _ => item.beside = None,
            }
        }
    }
    plan.lines.iter_mut().for_each(|line| {
        line.from = line.from.min(items.saturating_sub(1));
        line.to = line.to.min(items.saturating_sub(1));
    });
    if items == 0 {
        plan.lines.clear();
    }
    // Two lines of one sort between the same two items would lie on each other.
    let mut known = HashSet::new();
    let mut fresh = plan.lines.iter().map(|line| line.sort).max().unwrap_or(0);
    for line in &mut plan.lines {
        if !known.insert((line.from, line.to, line.sort)) {
            fresh = fresh.wrapping_add(1);
            line.sort = fresh;
        }
    }
    plan
}
