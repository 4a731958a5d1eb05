//! The family *controls*: the registers of controls, and what carries each.

pub mod control_unbound;
