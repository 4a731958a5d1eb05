//! The family *provenance*: where a map comes from, and what is not settled.

pub mod missing_origin;
pub mod missing_quote;
pub mod reconstructed;
pub mod review_overdue;
pub mod to_be_confirmed;
