//! Limits that span steps: bars above the lanes, over the steps from the doing of which to the doing of which they run.

use super::super::layout::Rect;
use super::super::words::{Line, aside, told};
use super::super::{Shape, Sheet};
use super::HEAD_WIDTH;
use super::chart::{Chart, Shown, letter};
use super::ink::{Anchor, Ink, SMALL};
use super::shapes::Block;
use super::way::{Taken, bold};
use crate::model::{Limit, Map};
use crate::written::written;

/// Above and below a bar, in pixels.
const PAD: i32 = 7;
/// The words of a limit are no wider, in pixels, unless its bar is.
const ROOM: i32 = 420;

/// The bars, each with its words.
#[derive(Debug)]
pub(super) struct Bars<'a> {
    bars: Vec<Bar<'a>>,
    /// How high they are together.
    pub(super) height: i32,
}

#[derive(Debug)]
struct Bar<'a> {
    id: &'a str,
    limit: &'a Limit,
    from: i32,
    to: i32,
    /// Where the words begin.
    words_at: i32,
    block: Block,
}

/// Lays the bars out above a chart whose left edge is at 0 and that is `width` wide.
pub(super) fn bars<'a>(sheet: &Sheet, map: &'a Map, chart: &Chart<'_>, width: i32, taken: Option<&Taken>) -> Bars<'a> {
    let mut bars = Vec::new();
    let nodes: Vec<usize> = (0..sheet.nodes.len()).filter(|node| sheet.nodes[*node].shape == Shape::Limit).collect();
    // Bars do not begin left of where the heads of the lanes end.
    let left = chart.layout.lanes.first().map_or(0, |_| HEAD_WIDTH);
    for (number, ((id, limit), node)) in map.limits.iter().zip(nodes).enumerate() {
        let place = |step: &str| {
            let is_it = |shape: &Shown<'_>| shape.is_step && shape.step.is_some_and(|known| known.id == step);
            chart.shapes.iter().position(is_it).and_then(|at| chart.layout.boxes.get(at)).copied().unwrap_or_default()
        };
        let (one, other) = (place(&limit.from), place(&limit.to));
        let (from, to) = (one.x.min(other.x).max(left), one.right().max(other.right()));
        let words = words(sheet, node, number, limit, taken.and_then(|taken| taken.late_limits.get(id)));
        let block = Block::new(&words, ROOM.max(to - from).min(width - left - 2 * PAD));
        let words_at = from.min(width - PAD - block.size.width).max(left);
        bars.push(Bar { id, limit, from, to, words_at, block });
    }
    let height = bars.iter().map(Bar::height).sum::<i32>();
    Bars { bars, height: if height > 0 { height + 2 * PAD } else { 0 } }
}

fn words(sheet: &Sheet, node: usize, number: usize, limit: &Limit, late: Option<&String>) -> Vec<Line> {
    let mut lines = bold(&format!("{}: {} \u{b7}", letter(number), written(limit.within.as_ref())), &limit.title);
    let mut follows: Vec<String> = Vec::from([told(&limit.overdue)]);
    for edge in sheet.edges.iter().filter(|edge| edge.from == node && edge.way == super::super::Way::Overdue) {
        let to = &sheet.nodes[edge.to];
        let title = to.lines.first().map_or("", |line| line.text.get(line.bold..).unwrap_or("").trim());
        follows.push(match to.step {
            Some(_) => format!("the case goes to \u{201c}{title}\u{201d}"),
            None => format!("\u{201c}{title}\u{201d} is opened beside this case"),
        });
    }
    follows.retain(|words| !words.is_empty());
    let mut follows = follows.join("; ");
    if !follows.is_empty() && !follows.starts_with("if late") {
        follows = format!("if late: {follows}");
    }
    lines.extend(aside(&follows, usize::MAX));
    if let Some(since) = late {
        lines.extend(bold("LATE", since));
    }
    lines.iter_mut().take(1).for_each(|line| line.clock = true);
    lines
}

impl Bar<'_> {
    fn height(&self) -> i32 {
        self.block.size.height + 2 * PAD + 6
    }
}

impl Bars<'_> {
    /// Writes the bars at a height.
    pub(super) fn write(&self, ink: &mut Ink, top: i32, width: i32) {
        if self.bars.is_empty() {
            return;
        }
        ink.rect("lane", &Rect { x: 0, y: top, width, height: self.height });
        ink.rect("lane-head", &Rect { x: 0, y: top, width: HEAD_WIDTH, height: self.height });
        let title = bold("Time limits", "");
        title.iter().for_each(|line| {
            let line = Line { aside: false, ..line.clone() };
            ink.words(&line, SMALL, HEAD_WIDTH / 2, top + self.height / 2 - 6, Anchor::Middle);
        });
        let mut y = top + PAD;
        for bar in &self.bars {
            ink.open("limit-bar", &format!("Limit: {} ({})", bar.limit.title, bar.id));
            bar.block.write_left(ink, bar.words_at, y);
            let line = y + bar.block.size.height + PAD;
            let (from, to) = (bar.from, bar.to);
            ink.put(format_args!(
                "<path class=\"bar\" d=\"M{from} {}v10M{from} {line}H{to}M{to} {}v10\"/>",
                line - 5,
                line - 5
            ));
            ink.close();
            y += bar.height();
        }
    }
}
