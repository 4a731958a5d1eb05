//! From a sheet to a chart that is laid out: which shape stands in which lane, and how large each is.

use super::super::layout::{Beside, Item, Layout, Line as Wish, Plan, Size, lay_out};
use super::super::words::{Line, actor, heading, timed, titled};
use super::super::{Edge, Shape, Sheet, Way};
use super::shapes::{Block, fit, outline};
use super::way::Taken;
use super::{HEAD_ROOM, HEAD_WIDTH};
use crate::atlas::CheckedAtlas;
use crate::model::{Map, Step, TO_BE_CONFIRMED};

/// A chart laid out, with what stands in its shapes.
#[derive(Debug)]
pub(super) struct Chart<'a> {
    /// The shapes, by their places in the sheet.
    pub(super) shapes: Vec<Shown<'a>>,
    /// The lines.
    pub(super) edges: Vec<(&'a Edge, Block)>,
    /// The heads of the lanes.
    pub(super) lanes: Vec<Block>,
    /// Where all stand.
    pub(super) layout: Layout,
}

/// A shape with its words.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) shape: Shape,
    pub(super) step: Option<&'a Step>,
    /// Whether it is the step itself, not a companion of it.
    pub(super) is_step: bool,
    pub(super) block: Block,
}

/// The room for words in a label, in pixels.
const LABEL: i32 = 120;

/// Lays a sheet out.
pub(super) fn chart<'a>(sheet: &'a Sheet, map: &'a Map, atlas: &CheckedAtlas, taken: Option<&Taken>) -> Chart<'a> {
    // Limits are bars above the lanes; what only they lead to is said there.
    let led_to_by_limit = |at: usize| {
        sheet.edges.iter().any(|edge| edge.to == at && sheet.nodes[edge.from].shape == Shape::Limit)
            && sheet.nodes[at].step.is_none()
    };
    let kept: Vec<usize> =
        (0..sheet.nodes.len()).filter(|at| sheet.nodes[*at].shape != Shape::Limit && !led_to_by_limit(*at)).collect();
    let place_of = |node: usize| kept.binary_search(&node).ok();
    let (roles, lane_of) = lanes(sheet, map, &kept);
    let mut shapes = Vec::new();
    let mut plan = Plan::default();
    for (at, node) in kept.iter().map(|node| &sheet.nodes[*node]).enumerate() {
        let step = node.step.and_then(|step| map.steps.get(step));
        let is_step = node.name.starts_with("s_");
        let mut words = node.lines.clone();
        if let Some(step) = step.filter(|_| is_step) {
            shorten(&mut words, step);
            words.extend(limits_at(map, step));
            words.extend(taken.iter().flat_map(|taken| taken.words(&step.id)));
        }
        let (block, size) = fit(node.shape, &words);
        plan.items.push(Item { lane: lane_of[at], size, outline: outline(node.shape), beside: None });
        shapes.push(Shown { shape: node.shape, step, is_step, block });
    }
    let mut edges = Vec::new();
    for edge in &sheet.edges {
        let (Some(from), Some(to)) = (place_of(edge.from), place_of(edge.to)) else { continue };
        if edge.way == Way::Flow {
            let (companion, beside) =
                if shapes[from].is_step { (to, Beside::Below(from)) } else { (from, Beside::Above(to)) };
            plan.items[companion].beside = Some(beside);
        }
        let label: Vec<Line> = edge.label.iter().map(|line| Line { aside: true, ..line.clone() }).collect();
        let block = Block::new(&label, LABEL);
        let size = if block.lines.is_empty() { Size::default() } else { block.size };
        plan.lines.push(Wish { from, to, sort: edge.way as u32, label: size });
        edges.push((edge, block));
    }
    let lanes: Vec<Block> = roles.iter().map(|role| lane_head(role, atlas)).collect();
    plan.lanes = lanes.iter().map(|block| Size { width: HEAD_WIDTH, height: block.size.height + 20 }).collect();
    Chart { shapes, edges, lanes, layout: lay_out(&plan) }
}

fn lane_head(role: &str, atlas: &CheckedAtlas) -> Block {
    let title = match atlas.roles().get(role) {
        Some(title) => title.as_str(),
        None if role == TO_BE_CONFIRMED => "to be confirmed",
        None => "",
    };
    let mut words = heading(role, usize::MAX);
    words.extend(titled("", title, usize::MAX).into_iter().map(|line| Line { aside: true, ..line }));
    Block::new(&words, HEAD_ROOM)
}

/// The lane says who acts; only where several may act, the shape says so too.
fn shorten(words: &mut [Line], step: &Step) {
    if let Some(first) = words.first_mut().filter(|line| step.roles.len() < 2 && line.bold > 0) {
        let rest = first.text[first.bold..].trim_start().to_string();
        if !rest.is_empty() {
            first.text = rest;
            first.bold = 0;
        }
    }
}

/// The names of the limits, in the order in which the map lists them.
pub(crate) fn letter(number: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(number % 26).unwrap_or(0));
    if number < 26 { letter.to_string() } else { format!("{letter}{}", number / 26) }
}

fn limits_at(map: &Map, step: &Step) -> Vec<Line> {
    let mut words = Vec::new();
    for (number, limit) in map.limits.values().enumerate() {
        let letter = letter(number);
        for (at, what) in [(&limit.from, "begins"), (&limit.to, "ends")] {
            if *at == step.id {
                words.extend(timed(&format!("Limit {letter} {what}"), "", usize::MAX));
            }
        }
    }
    words
}

/// The roles that have a lane, from top to bottom, and the lane of each shape. A step stands in the lane of the first of its roles;
/// what no role does, in the lane of what leads to it or of what it leads to.
fn lanes(sheet: &Sheet, map: &Map, kept: &[usize]) -> (Vec<String>, Vec<usize>) {
    let place_of = |node: usize| kept.binary_search(&node).ok();
    let ways: Vec<(usize, usize)> =
        sheet.edges.iter().filter_map(|edge| Some((place_of(edge.from)?, place_of(edge.to)?))).collect();
    let mut roles: Vec<String> = Vec::new();
    let mut lane_of: Vec<Option<usize>> = vec![None; kept.len()];
    for at in as_come_to(kept.len(), &ways) {
        let step = sheet.nodes[kept[at]].step.and_then(|step| map.steps.get(step));
        lane_of[at] = step.and_then(actor).map(|role| match roles.iter().position(|known| *known == role) {
            Some(lane) => lane,
            None => {
                roles.push(role.to_string());
                roles.len() - 1
            }
        });
    }
    // From the left, then from the right, until nothing changes.
    let mut spread = |forward: bool| {
        let mut changed = true;
        while changed {
            changed = false;
            for (from, to) in &ways {
                let (known, other) = if forward { (*from, *to) } else { (*to, *from) };
                if lane_of[other].is_none() && lane_of[known].is_some() {
                    lane_of[other] = lane_of[known];
                    changed = true;
                }
            }
        }
    };
    spread(true);
    spread(false);
    spread(true);
    if roles.is_empty() {
        roles.push(String::new());
    }
    (roles, lane_of.into_iter().map(|lane| lane.unwrap_or(0)).collect())
}

/// The shapes in the order in which a case can come to them, whatever the order of the map's file.
fn as_come_to(count: usize, ways: &[(usize, usize)]) -> Vec<usize> {
    let (mut next, mut led_to) = (vec![Vec::new(); count], vec![false; count]);
    for (from, to) in ways {
        next[*from].push(*to);
        led_to[*to] = true;
    }
    let mut order: Vec<usize> = (0..count).filter(|at| !led_to[*at]).collect();
    let mut seen: Vec<bool> = led_to.iter().map(|led_to| !led_to).collect();
    let mut at = 0;
    while order.len() < count {
        let open = order.get(at).map_or(&[][..], |at| next[*at].as_slice());
        for to in open {
            if !std::mem::replace(&mut seen[*to], true) {
                order.push(*to);
            }
        }
        at += 1;
        if at >= order.len() {
            // A loop that nothing leads to.
            let rest = seen.iter().position(|seen| !seen);
            order.extend(rest);
            rest.into_iter().for_each(|rest| seen[rest] = true);
        }
    }
    order
}
