//! SVG text: escaping, lines of words, ways with rounded corners.

use std::fmt::{Arguments, Write as _};

use super::super::layout::{Point, Rect};
use super::super::words::{Line, clean};
use super::text::{Size, line_width};
use crate::xml;

/// The fonts that are asked for; text fits in the widest of them.
pub(super) const FONTS: &str = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif";
/// Titles in shapes.
pub(super) const PLAIN: Size = Size(125);
/// What is said beside them.
pub(super) const SMALL: Size = Size(105);

/// The drawing as it grows.
#[derive(Debug, Default)]
pub(super) struct Ink {
    pub(super) text: String,
}

impl Ink {
    /// Writes a line.
    pub(super) fn put(&mut self, line: Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// Begins a group with a name that is read aloud and shown to who points at it.
    pub(super) fn open(&mut self, class: &str, title: &str) {
        self.put(format_args!("<g class=\"{class}\"><title>{}</title>", escape(&clean(title))));
    }

    /// Begins a group that leads somewhere, where it does. The tab key passes over it: what it leads to is in the page's text.
    pub(super) fn open_link(&mut self, class: &str, title: &str, leads: Option<&str>) {
        if let Some(href) = leads {
            self.put(format_args!("<a href=\"{}\" tabindex=\"-1\">", escape(href)));
        }
        self.open(class, title);
    }

    /// Ends a group that leads somewhere, where it does.
    pub(super) fn close_link(&mut self, leads: Option<&str>) {
        self.close();
        if leads.is_some() {
            self.put(format_args!("</a>"));
        }
    }

    /// Ends a group.
    pub(super) fn close(&mut self) {
        self.put(format_args!("</g>"));
    }

    /// Writes one line of words, from its left edge or around its middle; `y` is its upper edge.
    pub(super) fn words(&mut self, line: &Line, size: Size, x: i32, y: i32, anchor: Anchor) {
        let (bold, rest) = line.text.split_at(line.bold);
        let x = match (anchor, line.clock) {
            (Anchor::Left, false) => x,
            (Anchor::Left, true) => x + CLOCK,
            (Anchor::Middle, false) => x,
            (Anchor::Middle, true) => x + CLOCK / 2,
        };
        if line.clock {
            // In the fonts that most readers have, words are about a tenth narrower than in the widest.
            let left = if anchor == Anchor::Left { x } else { x - line_width(line, size) * 9 / 20 };
            self.clock(left - CLOCK + 5, y + size.line() / 2);
        }
        let base = y + size.line() - (i32::from(size.0) * 3 + 99) / 100;
        let words = match (bold.is_empty(), rest.is_empty()) {
            (true, _) => escape(rest),
            (false, true) => format!("<tspan class=\"b\">{}</tspan>", escape(bold)),
            (false, false) => format!("<tspan class=\"b\">{}</tspan>{}", escape(bold), escape(rest)),
        };
        let middle = if anchor == Anchor::Middle { " text-anchor=\"middle\"" } else { "" };
        let tenths = (size.0 / 10, size.0 % 10);
        self.put(format_args!(
            "<text x=\"{x}\" y=\"{base}\" font-size=\"{}.{}\"{middle}>{words}</text>",
            tenths.0, tenths.1
        ));
    }

    fn clock(&mut self, x: i32, y: i32) {
        self.put(format_args!(
            "<path class=\"clock\" d=\"M{} {y}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0M{x} {}v3h2.5\"/>",
            f64::from(x) - 4.5,
            y - 3
        ));
    }

    /// Writes a rectangle.
    pub(super) fn rect(&mut self, class: &str, rect: &Rect) {
        let Rect { x, y, width, height } = rect;
        self.put(format_args!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"));
    }

    /// Writes a way as a line with rounded corners, that ends a little before its last point.
    pub(super) fn way(&mut self, class: &str, points: &[Point], short: i32) {
        self.put(format_args!("<path class=\"{class}\" d=\"{}\"/>", rounded(points, short)));
    }

    /// Writes the head of an arrow at the end of a way.
    pub(super) fn arrow(&mut self, class: &str, points: &[Point]) {
        let [.., before, end] = points else { return };
        let (dx, dy) = ((end.x - before.x).signum(), (end.y - before.y).signum());
        let (long, wide) = (9, 4);
        let side = |sign: i32| (end.x - dx * long - sign * dy * wide, end.y - dy * long + sign * dx * wide);
        let ((x, y), (to_x, to_y)) = (side(1), side(-1));
        self.put(format_args!("<path class=\"{class}\" d=\"M{} {}L{x} {y}L{to_x} {to_y}Z\"/>", end.x, end.y));
    }
}

/// The room that a clock takes before words, in pixels.
pub(super) const CLOCK: i32 = 13;

/// Where words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
}

/// How far from its corner a way begins to turn, in pixels.
const TURN: i32 = 6;

fn rounded(points: &[Point], short: i32) -> String {
    let mut path = String::new();
    let towards = |from: Point, to: Point, by: i32| {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        Point { x: from.x + dx.signum() * by.min(dx.abs()), y: from.y + dy.signum() * by.min(dy.abs()) }
    };
    let half = |from: Point, to: Point| ((to.x - from.x).abs() + (to.y - from.y).abs()) / 2;
    for (at, point) in points.iter().enumerate() {
        let _ = match (at.checked_sub(1).and_then(|at| points.get(at)), points.get(at + 1)) {
            (None, _) => write!(path, "M{} {}", point.x, point.y),
            (Some(before), Some(next)) => {
                let turn = TURN.min(half(*before, *point)).min(half(*point, *next));
                let (into, out) = (towards(*point, *before, turn), towards(*point, *next, turn));
                write!(path, "L{} {}Q{} {} {} {}", into.x, into.y, point.x, point.y, out.x, out.y)
            }
            (Some(before), None) => {
                let end = towards(*point, *before, short);
                write!(path, "L{} {}", end.x, end.y)
            }
        };
    }
    path
}

/// Text in which nothing can be taken for XML.
pub(super) fn escape(text: &str) -> String {
    xml::escape(text).replace('\'', "&#39;")
}
