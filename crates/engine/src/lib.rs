//! Where cases are kept and when they run. The casebook is one SQLite file; everything that touches the disk or the clock is
//! here. A command is one transaction: its events and what follows from them, or nothing.

pub mod casebook;
pub mod clock;
pub mod compiled;
pub mod controls;
pub mod describe;
pub mod engine;
pub mod error;
pub mod export;
pub mod files;
pub mod git;
pub mod group;
pub mod hash;
pub mod library;
pub mod movable;
pub mod query;
pub mod rebuild;
pub mod replay;
pub mod rewrite;
pub mod stamp;
pub mod story;
pub mod verify;
pub mod wait;
pub mod watch;
pub mod what_if;

mod join;
mod kept;
mod migrate;
mod probe;
mod project;
mod request;
mod schema;
mod store;

pub use casebook::{Casebook, Making};
pub use clock::Clock;
pub use engine::{Answer, Engine, TickReport};
pub use error::Error;
pub use library::Shelf;
