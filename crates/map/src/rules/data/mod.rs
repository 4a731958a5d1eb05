//! The family *data*: what a case's record holds, and what is read from it.

pub mod maybe_unset_field;
pub mod unanswered_choice;
pub mod unknown_answer;
pub mod unused_field;
