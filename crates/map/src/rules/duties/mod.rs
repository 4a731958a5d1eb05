//! The family *duties*: who may act, and who must not.

pub mod not_by_disjoint_roles;
pub mod not_by_unreachable;
pub mod role_never_acts;
