//! What would have become of past cases on other maps: what people did is done again, at the same times, on the new machines, with
//! their timers firing in between. Nothing is kept.
//!
//! A family is replayed up to its end, or to the first thing that the new maps refuse or that cannot be known: what would have
//! happened then, nobody can say.

mod deeds;
mod judge;
mod replay;
mod way;

pub use judge::{Judged, Parting, Verdict, judge};
pub use replay::{Replayed, Stopped, Why, replay};
pub use way::{Late, Move};

use std::sync::Arc;

use mapcase_map::diff::Renames;

use crate::event::Opened;

/// What was only renamed between the map on which a case ran and the one on which it is replayed.
pub type Names<'n> = &'n dyn Fn(&Opened) -> Arc<Renames>;
