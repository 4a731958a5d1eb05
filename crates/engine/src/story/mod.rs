//! Stories: the scenarios of a map, run through the real engine on a simulated clock, each in a casebook of its own in memory.
//! What a story came to, and what of its maps it covered.

pub mod coverage;
pub mod suggest;
pub mod words;

mod check;
mod clock;
mod run;

use chrono::{DateTime, Utc};
use mapcase_map::model::MapId;
use mapcase_map::text::Place;

pub use coverage::{Coverage, Element, Totals};
pub use run::run;

/// A story that was run.
#[derive(Clone, Debug)]
pub struct Told {
    /// The map under test.
    pub map: MapId,
    /// The story's id.
    pub id: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// What happened, up to its end or to the fault.
    pub lines: Vec<Line>,
    /// Why it failed; nothing, where it passed.
    pub failure: Option<Failure>,
    /// What of which maps it covered.
    pub coverage: Coverage,
}

/// One item of a story, as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When, by the simulated clock.
    pub at: DateTime<Utc>,
    /// The item in words.
    pub what: String,
    /// What came of it.
    pub came: Vec<String>,
}

/// Where a story and the engine do not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The item; nowhere, where no file has it.
    pub place: Option<Place>,
    /// When, by the simulated clock.
    pub at: DateTime<Utc>,
    /// The item in words.
    pub what: String,
    /// What the story says.
    pub expected: String,
    /// What is so.
    pub found: String,
    /// What was possible there.
    pub possible: Vec<String>,
}
