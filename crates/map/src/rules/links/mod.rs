//! The family *links*: maps that lead to maps.

pub mod call_cycle;
pub mod call_never_returns;
pub mod carried_field_unknown;
pub mod impossible_outcome;
pub mod one_sided_link;
pub mod unhandled_outcome;
