//! One map as BPMN 2.0, with its diagram: what becomes what, and what BPMN cannot say, is in docs/bpmn.md.

mod diagram;
mod lanes;
mod measure;
mod notes;
mod plan;
mod time;
mod write;
mod xml;

use self::time::Timing;
use crate::atlas::CheckedAtlas;
use crate::machine::Machine;

/// Draws a map as a BPMN 2.0 document: one process in one pool, a lane a role, and the diagram.
pub fn bpmn(machine: &Machine, atlas: &CheckedAtlas) -> String {
    write::document(&plan::plan(machine, atlas), machine.map(), atlas)
}

/// A map in BPMN's terms, before it is written.
#[derive(Debug)]
struct Plan {
    /// The map's title.
    title: String,
    /// The roles, each a lane, in the order in which the map first names them.
    lanes: Vec<String>,
    /// The lane of each step.
    lane_of: Vec<usize>,
    /// What stands in the pool; those of one step stand together, in the map's order.
    shapes: Vec<Shape>,
    /// Where a case goes.
    flows: Vec<Flow>,
    /// The flows that come to each shape, and those that leave it.
    ends: Vec<Ends>,
    /// What BPMN can only say in words, beside what it is about.
    remarks: Vec<Remark>,
    /// The names of the messages; no two are the same.
    messages: Vec<String>,
    /// What is said of the whole process.
    notes: Vec<String>,
}

/// The flows at a shape, by their places in the plan.
#[derive(Clone, Debug, Default)]
struct Ends {
    into: Vec<usize>,
    out: Vec<usize>,
}

/// Something in the pool that a case passes.
#[derive(Debug)]
struct Shape {
    /// Its id, which nothing else in the document has.
    id: String,
    /// What people read; blank of a gateway that only joins.
    name: String,
    kind: Kind,
    /// The step that it is a part of, by its place in the map.
    of: usize,
    /// Whether it is that step: the others only lead to it or from it.
    is_step: bool,
    /// The roles that may act here.
    roles: Vec<String>,
    notes: Vec<String>,
}

#[derive(Debug)]
enum Kind {
    /// Where a case begins: by hand, by a message, or because a limit passed.
    Start(Cause),
    /// Where it ends; by a message, where that is how it goes on elsewhere.
    End(Option<usize>),
    /// A message goes out, or nothing happens at all.
    Throw(Option<usize>),
    /// Somebody acts.
    Task,
    /// Something must come.
    Receive(usize),
    /// A time must come.
    Timer(Timing),
    /// A time passes while the case stands at another shape.
    Boundary { on: usize, interrupts: bool, timing: Timing },
    /// Another map is called.
    Call(String),
    /// A way forks, or ways join.
    Gateway,
}

/// Why a case begins at a start.
#[derive(Debug)]
enum Cause {
    Nothing,
    Message(usize),
    Time(Timing),
}

/// Where a case goes from one shape to another.
#[derive(Debug)]
struct Flow {
    id: String,
    from: usize,
    to: usize,
    /// The condition on which it goes there, where there are several ways.
    when: Option<Condition>,
}

/// A condition: a variable has one of some values.
#[derive(Clone, Debug)]
struct Condition {
    variable: String,
    values: Vec<String>,
}

/// Words beside a shape.
#[derive(Debug)]
struct Remark {
    id: String,
    text: String,
    beside: usize,
}
