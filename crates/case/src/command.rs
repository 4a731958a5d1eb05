//! Commands, and what comes of one that cannot be done: a refusal, or a fault of the map or its calendar.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mapcase_map::diagnostic::shown;
use mapcase_map::model::Role;
use mapcase_map::time::TimeError;
use thiserror::Error;

use crate::number::CaseNumber;
use crate::state::Broken;

/// What somebody wants to do with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What to do.
    pub act: Act,
    /// Who does it.
    pub actor: String,
    /// In which role; where it is not said, the step's first role.
    pub role: Option<Role>,
    /// When it happened; now, where it is not said.
    pub at: Option<DateTime<Utc>>,
    /// The number of the last event that the user has seen; the command fails if the case has moved since.
    pub expect: Option<u64>,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Do a step.
    Do {
        /// The step, where it is named.
        step: Option<String>,
        /// Fields to set first.
        set: BTreeMap<String, String>,
        /// Items to tick first.
        check_off: Vec<String>,
        /// References to attach first.
        attach: Vec<Attachment>,
    },
    /// Answer a question.
    Answer {
        /// The decision, where it is named.
        step: Option<String>,
        /// The answer.
        answer: String,
        /// Fields to set first.
        set: BTreeMap<String, String>,
        /// Items to tick first.
        check_off: Vec<String>,
        /// References to attach first.
        attach: Vec<Attachment>,
    },
    /// Record that what a wait waited for came.
    Receive {
        /// The wait, where it is named.
        step: Option<String>,
        /// Fields to set first.
        set: BTreeMap<String, String>,
        /// References to attach first.
        attach: Vec<Attachment>,
    },
    /// Set fields of the record; an empty text clears one.
    Set(BTreeMap<String, String>),
    /// Tick an item of the step's checklist.
    CheckOff(String),
    /// Attach a reference.
    Attach(Attachment),
    /// Add a note.
    Note(String),
    /// Give the case to a person, or to nobody.
    Assign(Option<String>),
    /// Withdraw the case.
    Withdraw {
        /// Why.
        reason: String,
    },
}

/// A reference to a document that is kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What it is evidence of.
    pub name: String,
    /// Where the document is kept.
    pub reference: String,
    /// The SHA-256 of the document, in hexadecimal.
    pub sha256: Option<String>,
}

/// How a person opens a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The map.
    pub map: String,
    /// The start; the one that no map leads to, where it is not said.
    pub entry: Option<String>,
    /// What is known at opening.
    pub record: BTreeMap<String, String>,
    /// Who opens it.
    pub actor: String,
    /// In which role.
    pub role: Option<Role>,
    /// When it was opened; now, where it is not said.
    pub at: Option<DateTime<Utc>>,
}

/// Why a command was refused. The words are stable: they are part of the JSON of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The case has ended, was handed over or withdrawn.
    NotOpen,
    /// The case stands at another step.
    NotHere,
    /// The step is not done by this command.
    WrongCommand,
    /// The role may not act here.
    WrongRole,
    /// The person did a step that must be done by another.
    SamePerson,
    /// Something must be there first.
    Missing,
    /// No such answer.
    WrongAnswer,
    /// A field does not exist, or cannot hold the value.
    WrongValue,
    /// No such item, or no such step.
    Unknown,
    /// A time in the future.
    InTheFuture,
    /// A time before what the command follows.
    TooEarly,
    /// The case has moved since it was seen.
    Moved,
    /// Somebody has acted since a timer moved the case.
    TooLate,
    /// Another case waits for the outcome of this one.
    Awaited,
    /// The map cannot run, or does not exist.
    NoMap,
}

impl RefusalKind {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            RefusalKind::NotOpen => "not-open",
            RefusalKind::NotHere => "not-here",
            RefusalKind::WrongCommand => "wrong-command",
            RefusalKind::WrongRole => "wrong-role",
            RefusalKind::SamePerson => "same-person",
            RefusalKind::Missing => "missing",
            RefusalKind::WrongAnswer => "wrong-answer",
            RefusalKind::WrongValue => "wrong-value",
            RefusalKind::Unknown => "unknown",
            RefusalKind::InTheFuture => "in-the-future",
            RefusalKind::TooEarly => "too-early",
            RefusalKind::Moved => "moved",
            RefusalKind::TooLate => "too-late",
            RefusalKind::Awaited => "awaited",
            RefusalKind::NoMap => "no-map",
        }
    }
}

/// A command that was refused. It changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Refusal {
    /// Why, as a word.
    pub kind: RefusalKind,
    /// Why, in a sentence without a full stop.
    pub message: String,
    /// What is missing, each with the words that say how to supply it.
    pub missing: Vec<String>,
    /// Roles that may act here.
    pub may_act: Vec<Role>,
    /// What to do.
    pub help: String,
}

impl Refusal {
    /// A refusal with a message and what to do.
    pub fn new(kind: RefusalKind, message: impl Into<String>, help: impl Into<String>) -> Self {
        // What somebody typed is quoted in these, however long it is.
        let (message, help) = (shown(message), shown(help));
        Self { kind, message, missing: Vec::new(), may_act: Vec::new(), help }
    }
}

/// What stops the engine itself: not the user's doing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A time cannot be worked out.
    #[error("case {case}: {source}")]
    Time {
        /// The case.
        case: CaseNumber,
        /// Why.
        source: TimeError,
    },
    /// A link leads to a map that cannot run.
    #[error("case {case} goes on in the map `{map}`, which cannot run: {why}")]
    Map {
        /// The case.
        case: CaseNumber,
        /// The map.
        map: String,
        /// Why.
        why: String,
    },
    /// A case goes by itself from step to step without end.
    #[error("case {case} goes from step to step by itself without end; `mapcase check` names the loop")]
    Endless {
        /// The case.
        case: CaseNumber,
    },
    /// The stored events do not fit one another or their map.
    #[error("case {case}: {source}")]
    Broken {
        /// The case.
        case: CaseNumber,
        /// Why.
        source: Broken,
    },
    /// The state names a step that its map does not have, or a case that is not there.
    #[error("case {case}: {what}")]
    Inconsistent {
        /// The case.
        case: CaseNumber,
        /// What does not fit.
        what: String,
    },
}

/// Why nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Stop {
    /// The command is not possible.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// The engine cannot go on.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(Box::new(refusal))
    }
}
