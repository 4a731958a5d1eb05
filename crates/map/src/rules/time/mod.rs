//! The family *time*: deadlines.

pub mod anchor_not_passed;
pub mod deadline_after_timeout;
pub mod endless_wait;
pub mod limit_cut_short;
pub mod limit_never_stops;
pub mod limit_over_budget;
pub mod unbounded_loop;
pub mod unbounded_step;
pub mod unhandled_deadline;

use crate::read::StepDraft;
use crate::text::Span;

/// The words that say the time of a step.
fn time_span(step: &StepDraft) -> Option<Span> {
    let time = step.due.as_ref().or(step.within.as_ref()).map(|it| it.word.span);
    time.or_else(|| step.until.as_ref().map(|until| until.word.span))
}

/// How many of a map's limits, or of its pairs of times, are followed through it: a map of usual size has not so many, and a
/// hostile one keeps nobody waiting.
fn most_followed(steps: usize) -> usize {
    const STEPS: usize = 4_000_000;
    STEPS / steps.max(1)
}
