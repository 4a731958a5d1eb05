//! One map as a flow chart, for people: text that Mermaid, Graphviz or a BPMN tool draws. The legend is that of the 2022 charts, and
//! every shape says in words what it is, so that nothing hangs on a colour. The same map always gives the same text.

mod atlas;
mod bpmn;
mod dot;
mod layout;
mod mermaid;
mod sheet;
mod svg;
#[cfg(test)]
mod tests;
pub(crate) mod words;

pub use atlas::{dot as atlas_dot, mermaid as atlas_mermaid};
pub use bpmn::bpmn;
pub use dot::dot;
pub use mermaid::mermaid;
pub(crate) use svg::limit_letter;
pub use svg::{Drawn, Left, Taken, Visit, Within, atlas_svg, atlas_svg_within, style, svg, svg_within, text_width};

use words::Line;

/// A flow chart before it is written in any notation.
#[derive(Debug)]
struct Sheet {
    /// The map's id.
    map: String,
    /// The map's title.
    title: Vec<Line>,
    /// The lines below the title.
    about: Vec<Line>,
    /// What a reader must know before trusting the drawing.
    warning: Vec<Line>,
    /// The roles that the drawing names.
    roles: Vec<Line>,
    /// Its shapes; each step's stand together, in the map's order.
    nodes: Vec<Node>,
    /// Its lines.
    edges: Vec<Edge>,
}

/// A shape of a flow chart.
#[derive(Debug)]
struct Node {
    /// Its name, which no other has: letters, digits and `_`.
    name: String,
    /// What it is.
    shape: Shape,
    /// What stands in it; never empty.
    lines: Vec<Line>,
    /// The step that it is, or that it belongs to, by its place in the map; none of a limit.
    step: Option<usize>,
}

/// What a shape means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Start,
    /// A start that other maps lead to.
    Incoming,
    Step,
    Decision,
    Wait,
    /// Information that goes out or comes in.
    Flow,
    /// A link to a map of the same theme.
    LinkWithin,
    /// A link to a map of another theme.
    LinkAcross,
    /// A deadline that spans steps.
    Limit,
    End,
}

impl Shape {
    /// Every shape, for the styles at the end of a drawing.
    const ALL: [Shape; 10] = [
        Shape::Start,
        Shape::Incoming,
        Shape::Step,
        Shape::Decision,
        Shape::Wait,
        Shape::Flow,
        Shape::LinkWithin,
        Shape::LinkAcross,
        Shape::Limit,
        Shape::End,
    ];

    /// The word for it in the text of a drawing.
    fn word(self) -> &'static str {
        match self {
            Shape::Start => "start",
            Shape::Incoming => "incoming",
            Shape::Step => "step",
            Shape::Decision => "decision",
            Shape::Wait => "wait",
            Shape::Flow => "flow",
            Shape::LinkWithin => "linkWithin",
            Shape::LinkAcross => "linkAcross",
            Shape::Limit => "limit",
            Shape::End => "finish",
        }
    }

    /// What it is called aloud.
    fn spoken(self) -> &'static str {
        match self {
            Shape::Start => "start",
            Shape::Incoming => "incoming link",
            Shape::Step => "step",
            Shape::Decision => "decision",
            Shape::Wait => "wait",
            Shape::Flow => "flow of information",
            Shape::LinkWithin => "link to the same theme",
            Shape::LinkAcross => "link to another theme",
            Shape::Limit => "limit",
            Shape::End => "end",
        }
    }

    /// Its colours: inside and outline. The text is black on all of them.
    fn colours(self) -> (&'static str, &'static str) {
        match self {
            Shape::Start | Shape::End => ("#e2f0e3", "#2e6b34"),
            Shape::Incoming => ("#e6f4f5", "#0b6a73"),
            Shape::Step => ("#ffffff", "#333333"),
            Shape::Decision => ("#fff5d6", "#8a6d00"),
            Shape::Wait => ("#efe8f7", "#5b3d8a"),
            Shape::Flow => ("#f3f3f3", "#555555"),
            Shape::LinkWithin => ("#dde9f8", "#1d4f91"),
            Shape::LinkAcross => ("#fbe5d6", "#a04a00"),
            Shape::Limit => ("#fff7f6", "#b3261e"),
        }
    }
}

/// A line between two shapes, by their places in the sheet.
#[derive(Debug)]
struct Edge {
    from: usize,
    to: usize,
    way: Way,
    label: Vec<Line>,
}

/// What a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The case goes on.
    Case,
    /// The case goes on because a wait's time ran out.
    Lapsed,
    /// What happens because a deadline passed.
    Overdue,
    /// Information moves; the case does not.
    Flow,
    /// From where to where a limit runs.
    Limit,
}

impl Way {
    /// The word for it in the text of a drawing.
    fn word(self) -> &'static str {
        match self {
            Way::Case => "case",
            Way::Lapsed => "lapsed",
            Way::Overdue => "overdue",
            Way::Flow => "flowing",
            Way::Limit => "limit",
        }
    }

    /// Its colour, which can be seen on white and on black.
    fn colour(self) -> &'static str {
        match self {
            Way::Case => "#333333",
            Way::Lapsed => "#7d55c7",
            Way::Overdue | Way::Limit => "#d1362b",
            Way::Flow => "#767676",
        }
    }
}
