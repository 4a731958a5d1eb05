//! How much room shapes and texts take. Tools wrap names themselves; the figures are generous for the letters that they use.

use super::super::layout::{Point, Rect, Size};
use super::super::words::aside;
use super::diagram::hanging;
use super::{Condition, Kind, Plan, Shape, write};

/// The width of what somebody does, in pixels.
pub(super) const TASK_WIDTH: i32 = 160;
/// Above and below its name, where its icons and the events on its edge stand, in pixels.
const TASK_EDGE: i32 = 24;
/// How many letters its name has in a line.
const TASK_LETTERS: usize = 22;
/// The width and height of an event, in pixels.
pub(super) const EVENT: i32 = 36;
/// The width and height of a gateway, in pixels.
const GATEWAY: i32 = 50;
/// How many letters the name of an event or of a gateway has in a line.
const NAME_LETTERS: usize = 18;
/// The same of a gateway that only asks how a step went: it is short, so that it finds room on either side of the gateway.
const FORK_LETTERS: usize = 8;
/// How many letters a remark has in a line.
const REMARK_LETTERS: usize = 26;
/// How many letters a name has in a line that stands to the right of its event below a step.
const BESIDE_LETTERS: usize = 17;
/// A line of text, in pixels.
const LINE: i32 = 15;
/// A letter, in pixels.
const LETTER: i32 = 7;
/// Above and below a step, so that an event that hangs on it touches no line, in pixels.
const MARGIN: i32 = 8;
/// Between an event and its name, in pixels.
const GAP: i32 = 3;

fn wrapped(text: &str, letters: usize) -> Size {
    let lines = aside(text, letters);
    let widest = lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
    let pixels = |count: usize, each: i32| i32::try_from(count).unwrap_or(0).saturating_mul(each);
    Size { width: pixels(widest, LETTER), height: pixels(lines.len(), LINE) }
}

/// The room of a text that stands alone.
pub(super) fn text(words: &str) -> Size {
    let size = wrapped(words, REMARK_LETTERS);
    Size { width: size.width.max(60) + 14, height: size.height + 12 }
}

/// The room of the label of a flow.
pub(super) fn condition(when: &Condition) -> Size {
    wrapped(&write::label(when), NAME_LETTERS)
}

/// The room of a name to the right of an event that stands below a step.
pub(super) fn beside(name: &str) -> Size {
    wrapped(name, BESIDE_LETTERS)
}

fn name(shape: &Shape) -> Size {
    let is_fork = matches!(shape.kind, Kind::Gateway) && !shape.is_step;
    wrapped(&shape.name, if is_fork { FORK_LETTERS } else { NAME_LETTERS })
}

/// The size of a shape.
pub(super) fn size(shape: &Shape) -> Size {
    match shape.kind {
        Kind::Task | Kind::Receive(_) | Kind::Call(_) => {
            let text = wrapped(&shape.name, TASK_LETTERS);
            Size { width: TASK_WIDTH, height: text.height + 2 * TASK_EDGE }
        }
        Kind::Gateway => Size { width: GATEWAY, height: GATEWAY },
        _ => Size { width: EVENT, height: EVENT },
    }
}

/// The room of a shape with its name.
pub(super) fn room(shape: &Shape) -> Size {
    let size = size(shape);
    match shape.kind {
        Kind::Task | Kind::Receive(_) | Kind::Call(_) => Size { height: size.height + 2 * MARGIN, ..size },
        _ => {
            let name = name(shape);
            let above = if name.height == 0 { 0 } else { name.height + GAP };
            Size { width: size.width.max(name.width), height: size.height + 2 * above }
        }
    }
}

/// The room of a boundary event's name and of all that follows it below a step.
pub(super) fn below(plan: &Plan, boundary: usize, between: i32) -> Size {
    let name = beside(&plan.shapes[boundary].name);
    let hung: Vec<usize> = hanging(plan, boundary).collect();
    let events = i32::try_from(hung.len() - 1).unwrap_or(0);
    let leads_on = hung.last().is_some_and(|last| !matches!(plan.shapes[*last].kind, Kind::End(_)));
    let exit = if leads_on { between } else { 0 };
    Size { width: TASK_WIDTH, height: name.height + between + events * (EVENT + between) + exit }
}

/// Where the name of an event or of a gateway stands: below it or above it, where no flow runs.
pub(super) fn label(plan: &Plan, at: usize, rect: Rect, flows: &[(Vec<Point>, Option<Rect>)]) -> Option<Rect> {
    let shape = &plan.shapes[at];
    if matches!(shape.kind, Kind::Task | Kind::Receive(_) | Kind::Call(_)) || shape.name.is_empty() {
        return None;
    }
    let Size { width, height } = name(shape);
    let touching = plan.ends[at].into.iter().chain(&plan.ends[at].out).map(|flow| &flows[*flow].0);
    let stretches: Vec<(Point, Point)> =
        touching.flat_map(|points| points.windows(2).map(|pair| (pair[0], pair[1]))).collect();
    let below = rect.bottom() + GAP;
    let above = rect.y - GAP - height;
    let (middle, left, right) = (rect.middle_x() - width / 2, rect.middle_x() - width - GAP, rect.middle_x() + GAP);
    let places = [(middle, below), (middle, above), (left, below), (left, above), (right, below), (right, above)];
    let places = places.map(|(x, y)| Rect { x, y, width, height });
    places.iter().copied().min_by_key(|place| stretches.iter().filter(|stretch| crosses(**stretch, place)).count())
}

fn crosses((one, other): (Point, Point), rect: &Rect) -> bool {
    one.x.min(other.x) < rect.right()
        && one.x.max(other.x) > rect.x
        && one.y.min(other.y) < rect.bottom()
        && one.y.max(other.y) > rect.y
}
