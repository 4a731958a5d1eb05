//! Checked scenarios: stories that test a map, with nothing misspelt. Only the checker makes them from text; they are run by
//! `map test`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::model::{FieldId, MapId, Role, StepId};
use crate::text::Place;
use crate::time::Duration;

/// The stories of one scenarios file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenarios {
    /// The map under test.
    pub map: MapId,
    /// The file.
    pub file: String,
    /// The stories, in the file's order.
    pub stories: Vec<Story>,
}

/// A story: one case of the map under test, from its opening on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its id.
    pub id: String,
    /// Where its id stands; nowhere, where no file has it.
    pub place: Option<Place>,
    /// When the case is opened.
    pub starts: DateTime<Utc>,
    /// The start, where it is named.
    pub entry: Option<StepId>,
    /// The role that opens it.
    pub role: Option<Role>,
    /// The person who opens it.
    pub by: Option<String>,
    /// What is known at opening, as somebody would type it.
    pub record: BTreeMap<FieldId, String>,
    /// What happens, one item after the other.
    pub items: Vec<Item>,
    /// How the case must have ended.
    pub ends: Option<Ends>,
}

/// How a case must have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Where the key stands.
    pub place: Option<Place>,
    /// How.
    pub how: How,
}

/// How a case ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// At an end, with this outcome.
    Outcome(String),
    /// At a hand-over to this map.
    HandedOver(MapId),
}

/// One item of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where its first key stands.
    pub place: Option<Place>,
    /// When it happens. If that is still to come, the clock goes on to it; if it is past, it is recorded late.
    pub at: Option<DateTime<Utc>>,
    /// The map of the case that it is about, where that is another than the one under test.
    pub inside: Option<MapId>,
    /// What happens.
    pub what: What,
}

/// What happens in one item of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The clock goes on to the item's time.
    Clock,
    /// The clock runs for so long.
    Wait(Duration),
    /// Somebody does something.
    Act(Deed),
    /// Somebody tries something, which must be refused.
    Refuse {
        /// What is tried.
        deed: Deed,
        /// The word for why it must be refused, where that is said.
        because: Option<String>,
    },
    /// How the case must stand.
    Expect(Expect),
}

/// What somebody does in a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deed {
    /// What is done; nothing, where something is only supplied.
    pub verb: Verb,
    /// Fields that are set, as somebody would type them.
    pub set: BTreeMap<FieldId, String>,
    /// References that are attached.
    pub attach: BTreeMap<String, String>,
    /// Items that are ticked.
    pub check_off: Vec<String>,
    /// In which role.
    pub role: Option<Role>,
    /// The person.
    pub by: Option<String>,
}

/// What is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verb {
    /// A step is done.
    Do(StepId),
    /// A decision is answered.
    Answer(StepId, String),
    /// What a wait waited for has come.
    Receive(StepId),
    /// Something is only supplied.
    #[default]
    Supply,
}

/// How a case must stand. What is not said may be anyhow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// The step at which it stands.
    pub step: Option<StepId>,
    /// The deadlines (by their steps) and limits that are late, all of them.
    pub late: Option<Vec<String>>,
    /// Waits that it left last because their time ran out.
    pub lapsed: Vec<StepId>,
    /// How it ended.
    pub ended: Option<How>,
}
