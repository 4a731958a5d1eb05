//! A checked map: what a process is, with nothing missing and nothing misspelt. Only the checker makes one from text.
//! What serde writes of it is the map's *meaning*: what a case on it depends on. The digest is of that, so a comment, a
//! quote or a note makes no new revision.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::time::Duration;

pub use crate::round::{ComesFrom, Round};

mod by_id;
mod meaning;

pub(crate) use meaning::digest_of;

/// A map's id.
pub type MapId = String;
/// A step's id within its map.
pub type StepId = String;
/// A field's id within its map's record.
pub type FieldId = String;
/// A role of the atlas.
pub type Role = String;

/// The role, or the time, that the council has not settled.
pub const TO_BE_CONFIRMED: &str = "TBC";

/// A checked map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// Its id.
    pub id: MapId,
    /// Its title.
    pub title: String,
    /// The revision that its owner gave it.
    pub revision: u32,
    /// The role that answers for it.
    pub owner: Role,
    /// The zone whose days its clock counts.
    pub zone: Tz,
    /// The calendar of its working days.
    pub calendar: String,
    /// The record of its cases.
    pub record: BTreeMap<FieldId, Field>,
    /// Its steps, in the file's order.
    #[serde(with = "by_id")]
    pub steps: Vec<Step>,
    /// Its limits.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, Limit>,
    /// Cases of other maps that are due to start while a case of this one is open.
    #[serde(default, rename = "starts", skip_serializing_if = "BTreeMap::is_empty")]
    pub rounds: BTreeMap<String, Round>,
    /// The field that ties the cases of one subject together: the atlas's, where the record has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<FieldId>,
    /// What readers want to know and no case depends on.
    #[serde(skip)]
    pub about: About,
}

/// What readers want to know of a map and no case depends on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Its theme.
    pub theme: String,
    /// When it must be read again.
    pub review_by: Option<NaiveDate>,
    /// The document it is taken from.
    pub document: String,
    /// How it was taken from there.
    pub reading: Reading,
    /// Notes for the process owner.
    pub notes: Vec<String>,
    /// Controls that the whole map carries.
    pub controls: Vec<String>,
    /// The file.
    pub file: String,
}

/// What a map may claim of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    /// Every step can be traced to a fragment of the source.
    Transcribed,
    /// Drafted from the title, the audits and public law or practice; to be confirmed.
    Reconstructed,
    /// A single step that stands for a map that is not drawn yet.
    #[default]
    Placeholder,
}

impl Reading {
    /// The word in a map.
    pub fn word(self) -> &'static str {
        match self {
            Reading::Transcribed => "transcribed",
            Reading::Reconstructed => "reconstructed",
            Reading::Placeholder => "placeholder",
        }
    }
}

/// A field of a case's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Its title.
    pub title: String,
    /// A personal value is kept apart from the events and can be erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
}

impl Field {
    /// Whether cases can be tied together by it: a text, and none that must be kept apart.
    pub fn can_be_subject(&self) -> bool {
        matches!(self.kind, FieldType::Text { .. }) && !self.personal
    }
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Text; the whole of it must match the pattern, where there is one.
    Text {
        /// A regular expression.
        pattern: Option<String>,
    },
    /// A number with up to six places.
    Number,
    /// Pounds and pence, kept in pence.
    Money,
    /// A date.
    Date,
    /// Yes or no.
    YesNo,
    /// One of some values.
    Choice(Vec<String>),
}

/// A step of any kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its id.
    #[serde(skip)]
    pub id: StepId,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: StepKind,
    /// Any one of these roles may act here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Fields that must be set before it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<FieldId>,
    /// References that must be attached before it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Items that must be ticked before it is done, with their titles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<(String, String)>,
    /// Steps whose doer may not do this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_by: Vec<StepId>,
    /// Its deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Deadline>,
    /// Information that goes out when it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sends: Option<Flow>,
    /// Information that comes in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receives: Option<Flow>,
    /// Controls that it carries.
    #[serde(skip)]
    pub controls: Vec<String>,
    /// Where its time comes from: one of the atlas's origins.
    #[serde(skip)]
    pub origin: Option<String>,
    /// The source's fragment.
    #[serde(skip)]
    pub quote: Option<String>,
    /// Why it, or a part of it, is inferred.
    #[serde(skip)]
    pub inferred: Option<String>,
    /// A note for the process owner.
    #[serde(skip)]
    pub note: Option<String>,
}

/// What a step is, with where it leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Where a case begins.
    Start {
        /// Maps that lead here; none where a person opens the case.
        from: Vec<MapId>,
        /// Where the case goes.
        next: StepId,
    },
    /// Something that a role does.
    Step {
        /// Where the case goes.
        next: StepId,
    },
    /// A question.
    Decision {
        /// The field that answers it; a role does where there is none.
        on: Option<FieldId>,
        /// Answers and where they lead.
        answers: BTreeMap<String, StepId>,
    },
    /// A wait for something that comes.
    WaitFor {
        /// What comes.
        what: String,
        /// How long the wait is.
        timeout: Option<Timeout>,
        /// The end of another map's case that is what comes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comes_from: Option<ComesFrom>,
        /// Where the case goes when it came.
        received: StepId,
    },
    /// A wait for a time.
    WaitUntil {
        /// How long after the anchor; none for the anchor's own date, or where it is `TBC`.
        after: Option<Duration>,
        /// What it counts from.
        anchor: Anchor,
        /// Where the case goes.
        next: StepId,
    },
    /// A link to another map.
    Link {
        /// The map.
        to: MapId,
        /// Fields that go along.
        carries: Vec<FieldId>,
        /// The start of the other map; where there is none, the one whose `from` names this map.
        entry: Option<StepId>,
        /// What becomes of this case.
        mode: LinkMode,
    },
    /// Where a case ends.
    End {
        /// How it ended.
        outcome: String,
    },
}

/// What becomes of a case at a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkMode {
    /// It ends, handed over.
    HandOver,
    /// It waits for the outcome of the other.
    Call {
        /// Where each outcome leads.
        outcomes: BTreeMap<String, StepId>,
    },
    /// It goes on, and the other runs beside it.
    Start {
        /// Where it goes.
        next: StepId,
    },
}

impl LinkMode {
    /// The word for it in a map: `hand-over`, `call` or `start`.
    pub fn word(&self) -> &'static str {
        match self {
            LinkMode::HandOver => "hand-over",
            LinkMode::Call { .. } => "call",
            LinkMode::Start { .. } => "start",
        }
    }
}

/// What a time is counted from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// Entering the step.
    Entering,
    /// When a step was done, in this case's latest pass.
    Step(StepId),
    /// A date of the record.
    Field(FieldId),
}

/// A time by which something must be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deadline {
    /// How long; none where it is `TBC`.
    pub within: Option<Duration>,
    /// What it counts from.
    pub anchor: Anchor,
    /// What happens when it passes.
    pub overdue: Overdue,
}

/// How long a wait waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeout {
    /// How long; none where it is `TBC`.
    pub within: Option<Duration>,
    /// What it counts from.
    pub anchor: Anchor,
    /// Where the case goes.
    pub lapsed: StepId,
}

/// What happens when a deadline passes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overdue {
    /// Roles that are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tell: Vec<Role>,
    /// A map that is started beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<MapId>,
    /// A step the case goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub go: Option<StepId>,
}

/// Information that goes out or comes in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// To or from whom, in words.
    pub party: String,
    /// The fields it carries.
    pub what: Vec<FieldId>,
}

/// A deadline that spans steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Its title.
    pub title: String,
    /// The step whose doing starts it.
    pub from: StepId,
    /// The step whose doing stops it.
    pub to: StepId,
    /// How long; none where it is `TBC`.
    pub within: Option<Duration>,
    /// What happens when it passes.
    pub overdue: Overdue,
    /// Where its time comes from: one of the atlas's origins.
    #[serde(skip)]
    pub origin: Option<String>,
    /// The source's fragment.
    #[serde(skip)]
    pub quote: Option<String>,
    /// Controls that it carries.
    #[serde(skip)]
    pub controls: Vec<String>,
}

impl Map {
    /// The step of an id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The title of a field; its id where the record has none of that name.
    pub fn field_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.record.get(id).map_or(id, |field| &field.title)
    }

    /// The starts, in the file's order.
    pub fn starts(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.kind, StepKind::Start { .. }))
    }

    /// The start of a case that a person opens without naming one: the one to which no map leads, or the only one.
    pub fn usual_start(&self) -> Option<&Step> {
        let by_hand = |start: &&Step| matches!(&start.kind, StepKind::Start { from, .. } if from.is_empty());
        let mut plain = self.starts().filter(by_hand).peekable();
        if plain.peek().is_some() { only(plain) } else { only(self.starts()) }
    }

    /// The start at which a case that comes from the map `from` arrives.
    pub fn entry_for(&self, from: &str, entry: Option<&str>) -> Option<&Step> {
        if let Some(entry) = entry {
            return self.starts().find(|start| start.id == entry);
        }
        let names_it = |start: &&Step| matches!(&start.kind, StepKind::Start { from: maps, .. } if maps.iter().any(|map| map == from));
        self.starts().find(names_it).or_else(|| only(self.starts()))
    }
}

/// The one that there is; none where there are more.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

impl Step {
    /// What its times are counted from: its deadline's, and that of a wait.
    pub fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        let due = self.due.iter().map(|due| &due.anchor);
        let wait = match &self.kind {
            StepKind::WaitFor { timeout: Some(timeout), .. } => Some(&timeout.anchor),
            StepKind::WaitUntil { anchor, .. } => Some(anchor),
            _ => None,
        };
        due.chain(wait)
    }

    /// The word for its kind: `start`, `step`, `decision`, `wait`, `link` or `end`.
    pub fn kind_word(&self) -> &'static str {
        match self.kind {
            StepKind::Start { .. } => "start",
            StepKind::Step { .. } => "step",
            StepKind::Decision { .. } => "decision",
            StepKind::WaitFor { .. } | StepKind::WaitUntil { .. } => "wait",
            StepKind::Link { .. } => "link",
            StepKind::End { .. } => "end",
        }
    }
}
