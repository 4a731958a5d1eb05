//! The shapes of the legend: how large each has to be for its words, and its outline.

use super::super::Shape;
use super::super::layout::{Outline, PILL_HEIGHT, REACH, Rect, Size};
use super::super::words::Line;
use super::ink::{Anchor, CLOCK, Ink, PLAIN, SMALL};
use super::text::{self, cuts_words, line_width, longest_word, wrap};

/// Words that are cut into lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) lines: Vec<Line>,
    pub(super) size: Size,
}

/// Between a title and what is said beside it, in pixels.
const GAP: i32 = 3;
/// Between words and the outline, in pixels.
const PAD: i32 = 9;

/// The font size of a line.
pub(super) fn font(line: &Line) -> text::Size {
    if line.aside { SMALL } else { PLAIN }
}

fn wide(line: &Line) -> i32 {
    line_width(line, font(line)) + if line.clock { CLOCK } else { 0 }
}

impl Block {
    /// Cuts words into lines that are no wider than `room` pixels.
    pub(super) fn new(words: &[Line], room: i32) -> Self {
        let mut block = Block::default();
        for line in words {
            let room = if line.clock { room - CLOCK } else { room };
            let mut cut = wrap(line, font(line), room);
            cut.iter_mut().skip(1).for_each(|line| line.clock = false);
            block.lines.extend(cut);
        }
        let width = block.lines.iter().map(wide).max().unwrap_or(0);
        let height = block.tops().last().copied().unwrap_or(0);
        block.size = Size { width, height };
        block
    }

    /// The upper edge of each line, and the lower edge of the last.
    fn tops(&self) -> Vec<i32> {
        let mut at = 0;
        let mut tops = vec![0];
        for (number, line) in self.lines.iter().enumerate() {
            at += font(line).line();
            let parted = self.lines.get(number + 1).is_some_and(|next| next.aside && !line.aside);
            tops.push(at);
            if parted {
                at += GAP;
                tops[number + 1] = at;
            }
        }
        tops
    }

    /// Writes the lines around the middle of a place.
    pub(super) fn write(&self, ink: &mut Ink, x: i32, y: i32) {
        let top = y - self.size.height / 2;
        for (line, at) in self.lines.iter().zip(self.tops()) {
            ink.words(line, font(line), x, top + at, Anchor::Middle);
        }
    }

    /// Writes the lines from a left upper corner.
    pub(super) fn write_left(&self, ink: &mut Ink, x: i32, y: i32) {
        for (line, at) in self.lines.iter().zip(self.tops()) {
            ink.words(line, font(line), x, y + at, Anchor::Left);
        }
    }
}

/// The words of a shape in lines, and how large the shape has to be for them.
pub(super) fn fit(shape: Shape, words: &[Line]) -> (Block, Size) {
    if shape == Shape::Decision {
        return diamond(words);
    }
    let many = words.len() > 4 && shape == Shape::Incoming;
    let longest = words.iter().map(|line| longest_word(line, font(line))).max().unwrap_or(0);
    let room = if many { 250 } else { longest.clamp(138, 190) };
    let block = Block::new(words, room);
    let width = block.size.width.max(if many { 0 } else { 128 }) + 2 * sides(shape);
    let least = if shape == Shape::Flow { 30 } else { 40 };
    let height = (block.size.height + 2 * PAD).max(least);
    (block, Size { width, height })
}

/// How far words keep from the left and the right of a shape, in pixels.
fn sides(shape: Shape) -> i32 {
    match shape {
        Shape::Step | Shape::Limit => 10,
        Shape::Start | Shape::End => 16,
        Shape::LinkWithin => 14,
        Shape::Decision | Shape::Wait | Shape::Incoming | Shape::LinkAcross | Shape::Flow => REACH + 6,
    }
}

/// The diamond that takes the least room.
fn diamond(words: &[Line]) -> (Block, Size) {
    let mut best: Option<((usize, i32), Block, Size)> = None;
    for room in [70, 84, 98, 112, 126, 140, 160] {
        let block = Block::new(words, room);
        let cut = |line: &&Line| cuts_words(line, font(line), room - if line.clock { CLOCK } else { 0 });
        let cuts = words.iter().filter(cut).count();
        let sizes = (block.size.height + 24..)
            .step_by(8)
            .take(14)
            .map(|height| Size { width: width_of_diamond(&block, height).max(96), height: height.max(64) });
        let cost = |size: &Size| size.width + size.height * 13 / 10 + (size.width * size.height) / 100;
        if let Some(size) = sizes.min_by_key(cost) {
            let cost = (cuts, cost(&size));
            if best.as_ref().is_none_or(|(known, ..)| cost < *known) {
                best = Some((cost, block, size));
            }
        }
    }
    best.map_or_else(Default::default, |(_, block, size)| (block, size))
}

/// How wide a diamond of that height has to be, so that the corners of every line are within it.
fn width_of_diamond(block: &Block, height: i32) -> i32 {
    let tops = block.tops();
    let mut width = 0;
    for (line, top) in block.lines.iter().zip(&tops) {
        let (from, to) = (top - block.size.height / 2, top + font(line).line() - block.size.height / 2);
        let off = from.abs().max(to.abs());
        let open = height / 2 - off;
        if open <= 0 {
            return i32::MAX / 400;
        }
        width = width.max((wide(line) + 8) * (height / 2) / open);
    }
    width
}

/// Where lines meet a shape.
pub(super) fn outline(shape: Shape) -> Outline {
    match shape {
        Shape::Start | Shape::End => Outline::Pill,
        Shape::Incoming => Outline::Chevron,
        Shape::Step | Shape::LinkWithin | Shape::Limit => Outline::Box,
        Shape::Decision => Outline::Diamond,
        Shape::Wait => Outline::Hexagon,
        Shape::Flow => Outline::Slanted,
        Shape::LinkAcross => Outline::Arrow,
    }
}

/// Writes the outline of a shape.
pub(super) fn draw(ink: &mut Ink, shape: Shape, rect: &Rect, more: &str) {
    let class = format!("{}{more}", shape.word());
    ink.put(format_args!("<path class=\"{class}\" d=\"{}\"/>", path(outline(shape), rect)));
    if shape == Shape::LinkWithin {
        let inner = Rect { x: rect.x + 4, y: rect.y + 4, width: rect.width - 8, height: rect.height - 8 };
        ink.put(format_args!("<path class=\"{class} inner\" d=\"{}\"/>", path(Outline::Box, &inner)));
    }
}

fn path(outline: Outline, rect: &Rect) -> String {
    let (x, y, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
    let (middle_x, middle_y) = (rect.middle_x(), rect.middle_y());
    let (inner, outer) = (x + REACH, right - REACH);
    match outline {
        Outline::Box => format!("M{x} {y}H{right}V{bottom}H{x}Z"),
        Outline::Pill => {
            let radius = rect.height.min(PILL_HEIGHT) / 2;
            let (inner, outer) = (x + radius, right - radius);
            let (upper, lower) = (y + radius, bottom - radius);
            format!(
                "M{inner} {y}H{outer}A{radius} {radius} 0 0 1 {right} {upper}V{lower}A{radius} {radius} 0 0 1 {outer} {bottom}\
                 H{inner}A{radius} {radius} 0 0 1 {x} {lower}V{upper}A{radius} {radius} 0 0 1 {inner} {y}Z"
            )
        }
        Outline::Diamond => format!("M{middle_x} {y}L{right} {middle_y}L{middle_x} {bottom}L{x} {middle_y}Z"),
        Outline::Hexagon => {
            format!("M{inner} {y}H{outer}L{right} {middle_y}L{outer} {bottom}H{inner}L{x} {middle_y}Z")
        }
        Outline::Arrow => format!("M{x} {y}H{outer}L{right} {middle_y}L{outer} {bottom}H{x}Z"),
        Outline::Chevron => {
            format!("M{x} {y}H{outer}L{right} {middle_y}L{outer} {bottom}H{x}L{inner} {middle_y}Z")
        }
        Outline::Slanted => format!("M{inner} {y}H{right}L{outer} {bottom}H{x}Z"),
    }
}

/// The middle of the room for words in a shape, from the left.
pub(super) fn middle(shape: Shape, rect: &Rect) -> i32 {
    match shape {
        Shape::LinkAcross => rect.middle_x() - REACH / 2 + 1,
        _ => rect.middle_x(),
    }
}

/// Where the order of a visit stands: its left end, or its right end where the outline slopes away to the right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corner {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) is_right_end: bool,
}

/// The left upper corner of a shape.
pub(super) fn corner(shape: Shape, rect: &Rect) -> Corner {
    let (x, y) = match shape {
        // Outside: the words reach to the outline.
        Shape::Decision => (rect.x + rect.width / 4, rect.y + rect.height / 4 - 10),
        Shape::Wait | Shape::Flow => (rect.x + REACH, rect.y),
        _ => (rect.x, rect.y),
    };
    Corner { x, y, is_right_end: shape == Shape::Decision }
}
