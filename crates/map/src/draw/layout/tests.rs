//! Random charts: no shape on another, no line through a shape, no label on anything.

use proptest::prelude::*;

use super::{Beside, Item, Layout, Line, Outline, Plan, Point, Rect, Size, lay_out};

/// What is wrong with a layout.
fn faults(plan: &Plan, layout: &Layout) -> Vec<String> {
    let mut faults = Vec::new();
    let overlap = |one: &Rect, other: &Rect| {
        one.x < other.right() && other.x < one.right() && one.y < other.bottom() && other.y < one.bottom()
    };
    for (at, one) in layout.boxes.iter().enumerate() {
        for (other_at, other) in layout.boxes.iter().enumerate().skip(at + 1) {
            if overlap(one, other) {
                faults.push(format!("boxes {at} and {other_at}"));
            }
        }
        let lane = layout.lanes[plan.items[at].lane];
        if one.y < lane.y || one.bottom() > lane.bottom() || one.x < lane.x || one.right() > lane.right() {
            faults.push(format!("box {at} {one:?} is not within its lane {lane:?}"));
        }
    }
    let labels: Vec<(usize, &Rect)> =
        layout.lines.iter().map(|line| &line.label).enumerate().filter(|(_, label)| label.width > 0).collect();
    for (number, (at, label)) in labels.iter().enumerate() {
        for (other_at, other) in &labels[number + 1..] {
            if overlap(label, other) {
                faults.push(format!("labels {at} and {other_at}"));
            }
        }
        for (item, rect) in layout.boxes.iter().enumerate().filter(|(_, rect)| overlap(label, rect)) {
            faults.push(format!("label {at} {label:?} on box {item} {rect:?}"));
        }
    }
    for (at, line) in layout.lines.iter().enumerate() {
        let wish = &plan.lines[at];
        if line.points.len() < 2 {
            faults.push(format!("line {at} is not drawn"));
        }
        for pair in line.points.windows(2) {
            let (Point { x, y }, Point { x: to_x, y: to_y }) = (pair[0], pair[1]);
            if x != to_x && y != to_y {
                faults.push(format!("line {at} slants: {:?}", line.points));
            }
            for (item, rect) in layout.boxes.iter().enumerate() {
                // A line may reach into the rectangle of its own items, up to their outlines.
                let within = x.min(to_x) < rect.right()
                    && x.max(to_x) > rect.x
                    && y.min(to_y) < rect.bottom()
                    && y.max(to_y) > rect.y;
                if within && item != wish.from && item != wish.to {
                    faults.push(format!("line {at} runs through box {item}"));
                }
            }
        }
    }
    faults.extend(shared(plan, layout));
    faults
}

/// Lines of different nets that lie on each other.
fn shared(plan: &Plan, layout: &Layout) -> Vec<String> {
    let mut faults = Vec::new();
    let stretches: Vec<(usize, Point, Point)> = layout
        .lines
        .iter()
        .enumerate()
        .flat_map(|(at, line)| line.points.windows(2).map(move |pair| (at, pair[0], pair[1])))
        .collect();
    for (number, (at, from, to)) in stretches.iter().enumerate() {
        for (other, start, end) in &stretches[number + 1..] {
            let (one, two) = (&plan.lines[*at], &plan.lines[*other]);
            if at == other || (one.to, one.sort) == (two.to, two.sort) {
                continue;
            }
            let level = from.y == to.y
                && start.y == end.y
                && from.y == start.y
                && from.x.min(to.x) < start.x.max(end.x)
                && start.x.min(end.x) < from.x.max(to.x);
            let upright = from.x == to.x
                && start.x == end.x
                && from.x == start.x
                && from.y.min(to.y) < start.y.max(end.y)
                && start.y.min(end.y) < from.y.max(to.y);
            if level || upright {
                faults.push(format!("lines {at} and {other} lie on each other: {from:?} {to:?}, {start:?} {end:?}"));
            }
        }
    }
    faults
}

const OUTLINES: [Outline; 7] = [
    Outline::Box,
    Outline::Pill,
    Outline::Diamond,
    Outline::Hexagon,
    Outline::Arrow,
    Outline::Chevron,
    Outline::Slanted,
];

fn plan() -> impl Strategy<Value = Plan> {
    let item = (0..5_usize, 40..200_i32, 20..120_i32, 0..7_usize, 0..12_usize);
    let line = (0..1000_usize, 0..1000_usize, 0..8_usize, 0..3_u32, 0..90_i32);
    (1..5_usize, prop::collection::vec(item, 1..28), prop::collection::vec(line, 0..40)).prop_map(
        |(lanes, items, lines)| {
            let count = items.len();
            let items: Vec<Item> = items
                .iter()
                .enumerate()
                .map(|(at, (lane, width, height, outline, beside))| Item {
                    lane: lane % lanes,
                    size: Size { width: *width, height: *height },
                    outline: OUTLINES[*outline],
                    beside: match beside {
                        0 if at > 0 => Some(Beside::Above(at - 1)),
                        1 if at > 0 => Some(Beside::Below(at - 1)),
                        _ => None,
                    },
                })
                .collect();
            let line = |(from, far, near, sort, label): (usize, usize, usize, u32, i32)| Line {
                from: from % count,
                to: if near > 0 { (from % count + near).min(count - 1) } else { far % count },
                sort,
                label: if label < 30 { Size::default() } else { Size { width: label, height: 12 + label % 3 * 12 } },
            };
            let lines = lines.into_iter().map(line).collect();
            Plan { lanes: vec![Size { width: 100, height: 60 }; lanes], items, lines }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_lies_on_anything(plan in plan()) {
        let layout = lay_out(&plan);
        let plan = super::sound(&plan);
        let faults = faults(&plan, &layout);
        prop_assert!(faults.is_empty(), "{faults:#?}\n{layout:?}");
        prop_assert_eq!(layout, lay_out(&plan));
    }
}
