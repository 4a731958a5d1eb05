//! The family *time*: deadlines.

pub mod unhandled_deadline;
