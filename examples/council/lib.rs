//! Casebooks of invented cases: what the examples that make them have in common, and a council that lives a year.
//!
//! Here, and nowhere in `crates/`, something is known of direct payments.

mod answers;
mod child;
mod day;
mod deed;
mod diary;
mod dice;
mod hands;
mod happenings;
mod report;
mod staff;
mod year;

pub use answers::unknown_answers;
pub use day::{Busy, Load, Worked, work};
pub use dice::Dice;
pub use hands::{Supplied, Verb, openable};
pub use report::{Report, Stuck};
pub use year::{Lived, Plan, live};
