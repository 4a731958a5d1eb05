//! What a process is: YAML text → tree with places → checked map → petgraph machine, and findings on the way. Pure: no
//! file is read, nothing is written, no clock is looked at.

pub mod atlas;
pub mod book;
pub mod bounds;
pub mod check;
pub mod compiled;
pub mod controls;
pub mod diagnostic;
pub mod diff;
pub mod draw;
pub mod fix;
mod limits;
pub mod links;
pub mod machine;
pub mod model;
pub mod pattern;
pub mod read;
pub mod risk;
mod round;
pub mod rules;
pub mod scenarios;
pub mod schema;
pub mod text;
pub mod time;
pub mod unseen;
pub mod written;
pub mod xml;

pub use atlas::CheckedAtlas;
pub use check::{AtlasFile, Checked, check, check_on};
pub use diagnostic::{Diagnostic, Severity};
pub use machine::{Machine, Transition};
pub use model::Map;
