//! The checker from outside: each rule by its examples, hostile files, spoilt maps, and how many findings one fault makes.
#![allow(clippy::disallowed_methods, reason = "tests read their own data and the maps of this project")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod budget;
mod common;
mod fixes;
mod hostile;
mod mutants;
#[path = "../support/numbers.rs"]
mod numbers;
mod one_fault;
mod rules;
mod schema;
mod unset;
