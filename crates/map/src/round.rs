//! What a checked map says of cases of other maps: those that are due to start while one of its own is open, and those whose end
//! it waits for.

use serde::{Deserialize, Serialize};

use crate::model::{Anchor, Deadline, FieldId, MapId, StepId};
use crate::time::Duration;

/// A case of another map that is due to start, once or again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// Its title.
    pub title: String,
    /// The map in which a case is opened.
    pub map: MapId,
    /// How long after the anchor; none for the anchor's own date.
    pub after: Option<Duration>,
    /// What that counts from.
    pub anchor: Anchor,
    /// The start of the other map; where there is none, the one whose `from` names this map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<StepId>,
    /// Fields that go along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carries: Vec<FieldId>,
    /// The map whose case, when it is over, is the doing of it.
    pub done: MapId,
    /// The ways in which that case must be over to count: outcomes, and maps to which it is handed over. Any, where there are
    /// none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done_when: Vec<String>,
    /// The date that is set to the day on which it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets: Option<FieldId>,
    /// By when it must be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Deadline>,
    /// Where the time comes from: one of the atlas's origins.
    #[serde(skip)]
    pub origin: Option<String>,
    /// The source's fragment.
    #[serde(skip)]
    pub quote: Option<String>,
    /// A note for the process owner.
    #[serde(skip)]
    pub note: Option<String>,
    /// Controls that it carries.
    #[serde(skip)]
    pub controls: Vec<String>,
}

/// The end of another map's case that is what a wait waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComesFrom {
    /// The map.
    pub map: MapId,
    /// The outcomes that count.
    pub outcomes: Vec<String>,
}
