//! The diagram of a plan: where its shapes and flows stand. What happens when a time passes stands below the step at which it
//! passes, what is said in words above; all else is laid out like any chart.

use super::super::layout::{self, Beside, Item, Layout, Line, Outline, Point, Rect, Size};
use super::measure::{EVENT, below, beside, condition, label, room, size, text};
use super::{Kind, Plan};

/// The room for the names of the pool and of its lanes, in pixels.
const HEAD: i32 = 30;
/// The same, of a letter of a lane's name along its head.
const LETTER: i32 = 8;
/// How far a boundary event stands from the left edge of its step, and how much of it hangs over, in pixels.
const FROM_LEFT: i32 = 26;
/// Between what hangs below a step, in pixels.
const BETWEEN: i32 = 22;

/// Where everything stands.
#[derive(Debug)]
pub(super) struct Diagram {
    pub(super) pool: Rect,
    pub(super) lanes: Vec<Rect>,
    /// The shapes, in the plan's order, and where their names stand, if not in them.
    pub(super) shapes: Vec<(Rect, Option<Rect>)>,
    /// The flows, in the plan's order, and where their labels stand.
    pub(super) flows: Vec<(Vec<Point>, Option<Rect>)>,
    /// The remarks, in the plan's order, and their lines.
    pub(super) remarks: Vec<(Rect, Vec<Point>)>,
}

/// Which item of the layout is what.
struct Items {
    /// The item of each shape, where it has one of its own.
    own: Vec<Option<usize>>,
    /// The item in which each other shape stands, below a step.
    below: Vec<Option<usize>>,
    /// The item of each remark.
    remarks: Vec<usize>,
    /// The line of each flow, where it has one.
    lines: Vec<Option<usize>>,
}

/// Lays a plan out.
pub(super) fn diagram(plan: &Plan) -> Diagram {
    let (wish, items) = wish(plan);
    let layout = layout::lay_out(&wish);
    let mut shapes: Vec<(Rect, Option<Rect>)> = vec![Default::default(); plan.shapes.len()];
    for (at, shape) in plan.shapes.iter().enumerate() {
        if let Some(item) = items.own[at] {
            shapes[at].0 = within(layout.boxes[item], size(shape));
        }
    }
    for (at, shape) in plan.shapes.iter().enumerate() {
        if let (Kind::Boundary { on, .. }, Some(item)) = (&shape.kind, items.below[at]) {
            hang(plan, &mut shapes, at, *on, layout.boxes[item]);
        }
    }
    let flows: Vec<(Vec<Point>, Option<Rect>)> =
        (0..plan.flows.len()).map(|at| flow(plan, &items, &layout, &shapes, at)).collect();
    for at in 0..plan.shapes.len() {
        if items.own[at].is_some() {
            shapes[at].1 = label(plan, at, shapes[at].0, &flows);
        }
    }
    let remarks = plan.remarks.iter().zip(&items.remarks).map(|(remark, item)| {
        let (rect, (host, _)) = (layout.boxes[*item], shapes[remark.beside]);
        let x = rect.middle_x();
        (rect, vec![Point { x, y: rect.bottom() }, Point { x, y: host.y }])
    });
    let remarks = remarks.collect();
    Diagram { pool: pool(plan, &layout), lanes: lanes(plan, &layout), shapes, flows, remarks }
}

fn pool(plan: &Plan, layout: &Layout) -> Rect {
    let title = i32::try_from(plan.title.chars().count()).unwrap_or(0) * LETTER;
    Rect { x: 0, y: 0, width: layout.width, height: layout.height.max(title) }
}

fn lanes(plan: &Plan, layout: &Layout) -> Vec<Rect> {
    let short = (pool(plan, layout).height - layout.height).max(0);
    let last = layout.lanes.len().saturating_sub(1);
    let lane = |(at, lane): (usize, &Rect)| Rect {
        x: HEAD,
        width: layout.width - HEAD,
        height: lane.height + if at == last { short } else { 0 },
        ..*lane
    };
    layout.lanes.iter().enumerate().map(lane).take(plan.lanes.len()).collect()
}

/// What the layout is asked for.
fn wish(plan: &Plan) -> (layout::Plan, Items) {
    let mut wish = layout::Plan { lanes: Vec::new(), items: Vec::new(), lines: Vec::new() };
    let head = if plan.lanes.is_empty() { HEAD } else { 2 * HEAD };
    for role in &plan.lanes {
        let height = i32::try_from(role.chars().count()).unwrap_or(0) * LETTER + HEAD;
        wish.lanes.push(Size { width: head, height });
    }
    if wish.lanes.is_empty() {
        wish.lanes.push(Size { width: head, height: 0 });
    }
    let mut items = Items {
        own: vec![None; plan.shapes.len()],
        below: vec![None; plan.shapes.len()],
        remarks: Vec::new(),
        lines: vec![None; plan.flows.len()],
    };
    let mut add = |lane: usize, size: Size, beside: Option<Beside>| {
        wish.items.push(Item { lane, size, outline: Outline::Box, beside });
        wish.items.len() - 1
    };
    for (at, shape) in plan.shapes.iter().enumerate().filter(|(at, _)| !hangs(plan, *at)) {
        items.own[at] = Some(add(plan.lane_of[shape.of], room(shape), None));
    }
    for (at, shape) in plan.shapes.iter().enumerate() {
        let Kind::Boundary { on, .. } = shape.kind else { continue };
        let Some(host) = items.own[on] else { continue };
        let below = below(plan, at, BETWEEN);
        let item = add(plan.lane_of[shape.of], below, Some(Beside::Below(host)));
        hanging(plan, at).for_each(|at| items.below[at] = Some(item));
    }
    for remark in &plan.remarks {
        let host = items.own[remark.beside].unwrap_or(0);
        let item = add(plan.lane_of[plan.shapes[remark.beside].of], text(&remark.text), Some(Beside::Above(host)));
        items.remarks.push(item);
    }
    lines(plan, &mut wish, &mut items);
    (wish, items)
}

fn lines(plan: &Plan, wish: &mut layout::Plan, items: &mut Items) {
    let mut led_to = vec![false; wish.items.len()];
    for (at, flow) in plan.flows.iter().enumerate() {
        let Some(to) = items.own[flow.to] else { continue };
        let label = flow.when.as_ref().map_or(Size::default(), condition);
        let Some(from) = items.own[flow.from].or(items.below[flow.from]) else { continue };
        led_to[to] |= items.own[flow.from].is_some();
        items.lines[at] = Some(wish.lines.len());
        wish.lines.push(Line { from, to, sort: 0, label });
    }
    // A line that is not drawn: it makes what only a passing time leads to stand behind the step at which it passes.
    for flow in &plan.flows {
        let Some(to) = items.own[flow.to].filter(|to| !led_to[*to]) else { continue };
        let Some(Some(Beside::Below(from))) = items.below[flow.from].map(|item| wish.items[item].beside) else {
            continue;
        };
        led_to[to] = true;
        wish.lines.push(Line { from, to, sort: 0, label: Size::default() });
    }
}

/// Whether a shape stands below a step: a time that passes there, and what goes out when it does.
fn hangs(plan: &Plan, shape: usize) -> bool {
    match plan.shapes[shape].kind {
        Kind::Boundary { .. } => true,
        Kind::End(_) | Kind::Throw(_) => !plan.shapes[shape].is_step,
        _ => false,
    }
}

/// A boundary event and what goes out when its time passes, one after the other.
pub(super) fn hanging(plan: &Plan, boundary: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(boundary), |at| {
        plan.ends[*at].out.iter().map(|flow| plan.flows[*flow].to).find(|to| hangs(plan, *to))
    })
}

/// Hangs a boundary event on its step, and what follows it below.
fn hang(plan: &Plan, shapes: &mut [(Rect, Option<Rect>)], boundary: usize, on: usize, room: Rect) {
    let host = shapes[on].0;
    let middle = host.x + FROM_LEFT;
    let event = |middle_y: i32| Rect { x: middle - EVENT / 2, y: middle_y - EVENT / 2, width: EVENT, height: EVENT };
    let at_point = |x: i32, y: i32, Size { width, height }: Size| Some(Rect { x, y, width, height });
    let label = beside(&plan.shapes[boundary].name);
    shapes[boundary] = (event(host.bottom()), at_point(middle + 6, room.y, label));
    let mut y = room.y + label.height + BETWEEN;
    for at in hanging(plan, boundary).skip(1) {
        let label = beside(&plan.shapes[at].name);
        let rect = event(y + EVENT / 2);
        shapes[at] = (rect, at_point(rect.right() + 4, rect.middle_y() - label.height / 2, label));
        y += EVENT + BETWEEN;
    }
}

/// A shape in the middle of its room.
fn within(room: Rect, size: Size) -> Rect {
    let (x, y) = (room.middle_x() - size.width / 2, room.middle_y() - size.height / 2);
    Rect { x, y, width: size.width, height: size.height }
}

/// The way of a flow.
fn flow(
    plan: &Plan,
    items: &Items,
    layout: &Layout,
    shapes: &[(Rect, Option<Rect>)],
    at: usize,
) -> (Vec<Point>, Option<Rect>) {
    let flow = &plan.flows[at];
    let (from, to) = (shapes[flow.from].0, shapes[flow.to].0);
    let Some(line) = items.lines[at] else {
        let x = from.middle_x();
        return (vec![Point { x, y: from.bottom() }, Point { x, y: to.y }], None);
    };
    let routed = &layout.lines[line];
    let mut points = routed.points.clone();
    if let Some(item) = items.below[flow.from] {
        lead_out(&mut points, from, layout.boxes[item], matches!(plan.shapes[flow.from].kind, Kind::Boundary { .. }));
    } else {
        points.reverse();
        dock(&mut points, from, &plan.shapes[flow.from].kind);
        points.reverse();
    }
    dock(&mut points, to, &plan.shapes[flow.to].kind);
    points.dedup();
    (straight(points), Some(routed.label).filter(|label| label.width > 0))
}

/// Leads a line from an event that stands below a step to where the line leaves the room of what stands there.
fn lead_out(points: &mut Vec<Point>, from: Rect, room: Rect, hangs_on_step: bool) {
    let [start, turn, ..] = points.as_slice() else { return };
    let (start, turn) = (*start, *turn);
    let (x, bottom) = (from.middle_x(), from.bottom());
    if start.x == turn.x && turn.y < start.y {
        // Up and away between the step and what stands below it; from further below, past the names.
        let first = if hangs_on_step {
            vec![Point { x, y: bottom }, Point { x, y: turn.y }]
        } else {
            let y = from.middle_y();
            vec![Point { x: from.x, y }, Point { x: room.x + 1, y }, Point { x: room.x + 1, y: turn.y }]
        };
        points.splice(0..2, first);
        return;
    }
    let y = (room.bottom() - 5).max(bottom);
    // Level to the channel beside it, where it turns there.
    if let [start, turn, _, ..] = points.as_mut_slice()
        && start.y == turn.y
    {
        (start.y, turn.y) = (y, y);
    }
    points.splice(0..0, [Point { x, y: bottom }, Point { x, y }, Point { x: start.x, y }]);
}

/// Leads a line on from the edge of a shape's room to the shape.
fn dock(points: &mut Vec<Point>, shape: Rect, kind: &Kind) {
    let [.., before, end] = points.as_slice() else { return };
    let (before, end) = (*before, *end);
    let half = Point { x: shape.width / 2, y: shape.height / 2 };
    let middle = Point { x: shape.middle_x(), y: shape.middle_y() };
    // How far the outline is from the middle of the shape, so far beside it; none beyond its corners.
    let reach = |off: i32, along: i32, across: i32| {
        (off.abs() <= across - 4).then(|| match kind {
            Kind::Task | Kind::Receive(_) | Kind::Call(_) => along,
            Kind::Gateway => along - off.abs(),
            _ => f64::from(along * along - off * off).sqrt().round() as i32,
        })
    };
    if before.y == end.y {
        let sign = (end.x - middle.x).signum();
        match reach(end.y - middle.y, half.x, half.y) {
            Some(reach) => points.push(Point { x: middle.x + sign * reach, y: end.y }),
            None => {
                points.push(Point { x: middle.x, y: end.y });
                points.push(Point { x: middle.x, y: middle.y + (end.y - middle.y).signum() * half.y });
            }
        }
    } else {
        let sign = (end.y - middle.y).signum();
        match reach(end.x - middle.x, half.y, half.x) {
            Some(reach) => points.push(Point { x: end.x, y: middle.y + sign * reach }),
            None => {
                points.push(Point { x: end.x, y: middle.y });
                points.push(Point { x: middle.x + (end.x - middle.x).signum() * half.x, y: middle.y });
            }
        }
    }
}

/// A line without the points on its way at which it does not turn.
fn straight(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        if let [.., first, second] = kept.as_slice() {
            let level = first.y == second.y && second.y == point.y && (second.x - first.x) * (point.x - second.x) >= 0;
            let upright =
                first.x == second.x && second.x == point.x && (second.y - first.y) * (point.y - second.y) >= 0;
            if level || upright {
                kept.pop();
            }
        }
        kept.push(point);
    }
    kept
}
