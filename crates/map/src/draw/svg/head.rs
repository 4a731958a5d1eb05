//! What stands above and below a chart: title, warning, legend, abbreviations.

use super::super::atlas::Mode;
use super::super::layout::{Point, Rect};
use super::super::words::{Line, aside, heading};
use super::super::{Shape, Way};
use super::ink::{Anchor, Ink, SMALL};
use super::shapes::{self, Corner};
use super::text::{Size, line_width, wrap};

/// The title of a chart.
const TITLE: Size = Size(220);
/// The lines below it.
const ABOUT: Size = Size(120);

/// What is said above a chart.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) title: Vec<Line>,
    pub(super) about: Vec<Line>,
    pub(super) warning: Vec<Line>,
    pub(super) case: Vec<Line>,
}

impl Head {
    /// Writes it from the top, no wider than `width`; returns where it ends.
    pub(super) fn write(&self, ink: &mut Ink, width: i32) -> i32 {
        let mut y = 0;
        let lines = |ink: &mut Ink, lines: &[Line], size: Size, x: i32, y: &mut i32| {
            for line in lines.iter().flat_map(|line| wrap(line, size, width - 2 * x)) {
                ink.words(&line, size, x, *y, Anchor::Left);
                *y += size.line() + 1;
            }
        };
        lines(ink, &self.title, TITLE, 0, &mut y);
        y += 4;
        lines(ink, &self.about, ABOUT, 0, &mut y);
        for (class, words) in [("warning", &self.warning), ("case-box", &self.case)] {
            if words.is_empty() {
                continue;
            }
            y += 8;
            let count: i32 = words.iter().map(|line| wrap(line, ABOUT, width - 28).len() as i32).sum();
            let wide = words.iter().map(|line| line_width(line, ABOUT)).max().unwrap_or(0) + 28;
            let height = count * (ABOUT.line() + 1) + 12;
            ink.rect(class, &Rect { x: 0, y, width: wide.min(width), height });
            y += 6;
            lines(ink, words, ABOUT, 14, &mut y);
            y += 6;
        }
        y + 14
    }
}

/// An entry of the legend.
#[derive(Debug)]
pub(super) enum Sample {
    /// A shape.
    Shape(Shape, &'static str),
    /// A line.
    Line(Way, &'static str),
    /// A line or shape of the way of a case: its class.
    Case(&'static str, &'static str),
    /// A box of the chart of an atlas: its class.
    Map(&'static str, &'static str),
    /// A line of that chart.
    Link(Mode),
}

/// The legend of a map's chart: that of the charts of 2022, and what mapcase adds to it.
pub(super) const LEGEND: [Sample; 13] = [
    Sample::Shape(Shape::Start, "Start of the process"),
    Sample::Shape(Shape::End, "End of the process"),
    Sample::Shape(Shape::Step, "Step in process"),
    Sample::Shape(Shape::Decision, "Decision"),
    Sample::Shape(Shape::Wait, "Wait"),
    Sample::Shape(Shape::Flow, "Flow of information"),
    Sample::Shape(Shape::LinkWithin, "Outgoing link (same theme)"),
    Sample::Shape(Shape::LinkAcross, "Outgoing link (different theme)"),
    Sample::Shape(Shape::Incoming, "Incoming link"),
    Sample::Line(Way::Case, "the case goes on"),
    Sample::Line(Way::Lapsed, "the time of a wait ran out"),
    Sample::Line(Way::Overdue, "a deadline passed"),
    Sample::Line(Way::Flow, "information moves"),
];

/// What the way of a case adds to the legend.
pub(super) const LEGEND_OF_CASE: [Sample; 4] = [
    Sample::Case("passed", "passed, with its order"),
    Sample::Case("here", "the case is here"),
    Sample::Case("late", "late"),
    Sample::Case("taken", "the way taken"),
];

const SAMPLE_WIDTH: i32 = 46;
const SAMPLE_HEIGHT: i32 = 22;
const ROW: i32 = 32;

impl Sample {
    fn words(&self) -> &'static str {
        match self {
            Sample::Shape(_, words) | Sample::Line(_, words) | Sample::Case(_, words) | Sample::Map(_, words) => words,
            Sample::Link(mode) => mode.meaning(),
        }
    }

    fn write(&self, ink: &mut Ink, x: i32, y: i32) {
        let rect = Rect { x, y, width: SAMPLE_WIDTH, height: SAMPLE_HEIGHT };
        let middle = y + SAMPLE_HEIGHT / 2;
        let line = |ink: &mut Ink, class: &str| {
            let ends = [Point { x, y: middle }, Point { x: x + SAMPLE_WIDTH, y: middle }];
            ink.way(&format!("way {class}"), &ends, 6);
            ink.arrow(&format!("tip {class}"), &ends);
        };
        match self {
            Sample::Shape(shape, _) => shapes::draw(ink, *shape, &rect, ""),
            Sample::Line(way, _) => line(ink, way.word()),
            Sample::Link(mode) => {
                link(ink, *mode, &[Point { x, y: middle }, Point { x: x + SAMPLE_WIDTH, y: middle }]);
            }
            Sample::Map(class, _) => ink.rect(class, &rect),
            Sample::Case("taken", _) => line(ink, "case taken"),
            Sample::Case(mark, _) => {
                shapes::draw(ink, Shape::Step, &rect, &format!(" {mark}"));
                if *mark == "passed" {
                    badge(ink, &shapes::corner(Shape::Step, &rect), "1");
                }
            }
        }
    }
}

/// A link of the chart of an atlas; one that waits for an outcome has a head at its beginning, too.
pub(super) fn link(ink: &mut Ink, mode: Mode, points: &[Point]) {
    let class = mode.word();
    ink.way(&format!("way {class}"), points, 6);
    ink.arrow(&format!("tip {class}"), points);
    if mode == Mode::Call {
        let back: Vec<Point> = points.iter().rev().copied().collect();
        ink.arrow("tip call back", &back);
    }
}

/// The order of a visit, at the corner of a shape.
pub(super) fn badge(ink: &mut Ink, corner: &Corner, words: &str) {
    const HEIGHT: i32 = 18;
    let line = heading(words, usize::MAX);
    let Some(line) = line.first() else { return };
    let width = (line_width(line, SMALL) + 9).max(HEIGHT);
    let x = if corner.is_right_end { corner.x - width } else { corner.x - 8 };
    let y = corner.y - HEIGHT / 2;
    ink.put(format_args!("<rect class=\"badge\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" rx=\"9\"/>"));
    ink.put(format_args!("<g class=\"badge-words\">"));
    ink.words(line, SMALL, x + width / 2, y + 2, Anchor::Middle);
    ink.close();
}

/// Writes a legend from a height, no wider than `width`; returns where it ends.
pub(super) fn legend(ink: &mut Ink, samples: &[&Sample], y: i32, width: i32) -> i32 {
    ink.open("legend", "Legend");
    let (mut x, mut y) = (0, y + 12);
    for sample in samples {
        let words = aside(sample.words(), usize::MAX);
        let words = words.first();
        let wide = SAMPLE_WIDTH + 8 + words.map_or(0, |line| line_width(line, SMALL));
        if x > 0 && x + wide > width {
            (x, y) = (0, y + ROW);
        }
        sample.write(ink, x, y);
        if let Some(line) = words {
            ink.words(line, SMALL, x + SAMPLE_WIDTH + 8, y + SAMPLE_HEIGHT / 2 - SMALL.line() / 2, Anchor::Left);
        }
        x += wide + 26;
    }
    ink.close();
    y + ROW
}

/// Writes entries side by side, in as many rows as they need; returns where they end.
pub(super) fn entries(ink: &mut Ink, words: &[Line], y: i32, width: i32) -> i32 {
    let (mut x, mut y) = (0, y);
    for line in words.iter().flat_map(|line| wrap(line, SMALL, width)) {
        let wide = line_width(&line, SMALL);
        if x > 0 && x + wide > width {
            (x, y) = (0, y + SMALL.line() + 3);
        }
        ink.words(&line, SMALL, x, y, Anchor::Left);
        x += wide + 22;
    }
    if words.is_empty() { y } else { y + SMALL.line() + 6 }
}
