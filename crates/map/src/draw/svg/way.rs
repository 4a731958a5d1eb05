//! The way that a case has taken through its map, in words that stand in a drawing.

use std::collections::BTreeMap;

use super::super::Way;
use super::super::words::{Line, aside};
use crate::model::StepId;

/// The way that a case has taken.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// The case's number.
    pub case: String,
    /// How it stands, in a line or two.
    pub standing: Vec<String>,
    /// Each time that it came to a step, in order.
    pub visits: Vec<Visit>,
    /// Where it stands; nothing once it has ended.
    pub here: Option<StepId>,
    /// Steps whose deadline passed, and since when in words.
    pub late: BTreeMap<StepId, String>,
    /// Limits that passed, and since when in words.
    pub late_limits: BTreeMap<String, String>,
}

/// One time that a case came to a step.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The step.
    pub step: StepId,
    /// When it was left, or since when the case stands there, in words.
    pub when: String,
    /// Why it was left.
    pub left: Left,
}

/// Why a case left a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It has not.
    Not,
    /// The step was done, answered or received, or its time came.
    Done,
    /// The time of a wait ran out.
    Lapsed,
    /// A deadline passed.
    Overdue,
}

/// A step that was come to more often says only the last times.
const SHOWN: usize = 3;

impl Taken {
    /// The numbers of the visits to a step, from 1.
    pub(super) fn numbers(&self, step: &str) -> Vec<usize> {
        (0..self.visits.len()).filter(|at| self.visits[*at].step == step).map(|at| at + 1).collect()
    }

    /// What stands in a step: when it was passed, whether the case is there and whether it is late.
    pub(super) fn words(&self, step: &str) -> Vec<Line> {
        let numbers = self.numbers(step);
        let mut lines = Vec::new();
        for number in &numbers[numbers.len().saturating_sub(SHOWN)..] {
            let visit = &self.visits[number - 1];
            let before = match visit.left {
                Left::Not if self.here.as_deref() == Some(step) => "HERE since",
                Left::Not => "stood here from",
                Left::Lapsed => "time ran out",
                Left::Overdue => "left late",
                Left::Done => "done",
            };
            lines.extend(bold(&format!("{number}. {before}"), &visit.when));
        }
        if let Some(since) = self.late.get(step) {
            lines.extend(bold("LATE", since));
        }
        lines
    }

    /// Whether the case went along a line.
    pub(super) fn went(&self, from: &str, to: &str, way: Way) -> bool {
        let left = match way {
            Way::Case => Left::Done,
            Way::Lapsed => Left::Lapsed,
            Way::Overdue => Left::Overdue,
            Way::Flow | Way::Limit => return false,
        };
        self.visits.windows(2).any(|pair| pair[0].step == from && pair[1].step == to && pair[0].left == left)
    }
}

/// A line that begins in bold.
pub(super) fn bold(first: &str, rest: &str) -> Vec<Line> {
    let mut lines = aside(&format!("{first} {rest}"), usize::MAX);
    if let Some(line) = lines.first_mut() {
        line.bold = first.len().min(line.text.len());
    }
    lines
}
