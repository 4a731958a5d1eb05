//! Events: what happened, in the past tense. The log is append-only and gapless per case; everything else follows from it.
//! Steps are named by their ids. Holding, resuming, extending, rewinding and migrating will be further events here; an
//! event that this version does not know is an error that says so, never skipped.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mapcase_map::Transition;
use mapcase_map::model::{FieldId, MapId, StepId};
use serde::{Deserialize, Serialize};

use crate::number::CaseNumber;
use crate::timer::{Timer, TimerKind};
use crate::value::Kept;

/// One event of one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the case, from 1, without gaps.
    pub seq: u64,
    /// What happened.
    pub body: EventBody,
    /// The step it is about.
    pub step: Option<StepId>,
    /// Who did it; none where the engine did.
    pub actor: Option<String>,
    /// In which role.
    pub role: Option<String>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
}

/// What happened. Here and in all that it holds, fields are declared in the order of their names: so the JSON of an event is canonical as
/// it is written (RFC 8785), which the hashes ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventBody {
    /// A case was opened, by a person or from another case.
    CaseOpened(Opened),
    /// The case came to stand at a step.
    StepEntered {
        /// The timers of the step.
        timers: Vec<Timer>,
    },
    /// A step was done.
    StepDone(Left),
    /// A question was answered.
    DecisionAnswered {
        /// The answer.
        answer: String,
        /// What leaving the step did to the deadlines.
        left: Left,
        /// The field that answered it; none where a role did.
        on: Option<FieldId>,
    },
    /// What a wait waited for came.
    ResponseReceived(Left),
    /// A wait's time ran out.
    WaitLapsed(Left),
    /// The time came that a wait held the case to.
    WaitEnded(Left),
    /// A deadline passed and the case is late.
    DeadlinePassed {
        /// When it was due.
        due_at: DateTime<Utc>,
        /// The step to which the case goes.
        go: Option<StepId>,
        /// Its id.
        id: String,
        /// The step's deadline or a limit.
        kind: TimerKind,
        /// The case that was started beside.
        started: Option<Linked>,
        /// Roles that are told.
        tell: Vec<String>,
    },
    /// A deadline that had passed was met in time after all: what met it was recorded late.
    DeadlineRetracted {
        /// When it was due.
        due_at: DateTime<Utc>,
        /// Its id.
        id: String,
        /// The step's deadline or a limit.
        kind: TimerKind,
    },
    /// A timer had moved the case, and an act that occurred before it was recorded after it: the case stands again where it
    /// stood.
    TimeoutRetracted {
        /// The event that is taken back, with all that followed from it.
        of_seq: u64,
    },
    /// The times of the step were worked out anew, because a date of the record changed.
    TimersSet {
        /// The timers of the step.
        timers: Vec<Timer>,
    },
    /// It was worked out anew when cases of other maps are due to start, and by when what comes round must be done.
    StartsSet {
        /// The timers of what comes round.
        timers: Vec<Timer>,
    },
    /// The time came at which a case of another map was due to start.
    StartCame {
        /// The case that was open already, so that none was started.
        already: Option<CaseNumber>,
        /// When it was due.
        due_at: DateTime<Utc>,
        /// What comes round.
        id: String,
        /// The case that was started beside.
        started: Option<Linked>,
    },
    /// What comes round was done: a case is over.
    StartDone {
        /// The case that is over.
        case: CaseNumber,
        /// When it had been due to start, where it counts once only.
        due_at: Option<DateTime<Utc>>,
        /// What comes round.
        id: String,
        /// The deadline that was met.
        met: Option<Met>,
    },
    /// Fields of the record were set; none clears a field.
    FieldsSet {
        /// The fields.
        fields: BTreeMap<FieldId, Option<Kept>>,
    },
    /// An item of the step's checklist was ticked.
    ItemChecked {
        /// The item.
        item: String,
    },
    /// A reference was attached.
    EvidenceAttached {
        /// What it is evidence of.
        name: String,
        /// Where the document is kept.
        reference: String,
        /// The SHA-256 of the document, in hexadecimal, where it was given.
        sha256: Option<String>,
    },
    /// A note was added.
    NoteAdded {
        /// The note.
        text: String,
    },
    /// The case was given to a person, or to nobody.
    CaseAssigned {
        /// The person.
        to: Option<String>,
    },
    /// The case ended by going on in another map.
    CaseHandedOver(Linked),
    /// The case waits for the outcome of another.
    CaseCalled(Linked),
    /// Another case was started beside.
    CaseStarted(Linked),
    /// A called case came back.
    CallReturned {
        /// The case.
        case: CaseNumber,
        /// What leaving the link did to the deadlines.
        left: Left,
        /// Its outcome.
        outcome: String,
    },
    /// A called case ended when this case no longer waited for it.
    OutcomeNoted {
        /// The case.
        case: CaseNumber,
        /// Its outcome.
        outcome: String,
    },
    /// The case ended.
    CaseEnded {
        /// How.
        outcome: String,
    },
    /// The case was withdrawn.
    CaseWithdrawn {
        /// Why.
        reason: String,
    },
}

/// How a case was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The case's number.
    pub case: CaseNumber,
    /// The digest of the map's meaning.
    pub digest: String,
    /// Its map.
    pub map: MapId,
    /// Where it came from.
    pub origin: Option<Origin>,
    /// What it was given at opening.
    pub record: BTreeMap<FieldId, Kept>,
    /// The case that waits for its outcome.
    pub returns_to: Option<CaseNumber>,
    /// The map's revision, as its owner counts.
    pub revision: u32,
    /// The case from which all of its family come; itself, where a person opened it.
    pub root: CaseNumber,
    /// Whether its times are what commands said, on a simulated casebook.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
}

/// Where a linked case came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The case.
    pub case: CaseNumber,
    /// Its map.
    pub map: MapId,
    /// `hand-over`, `call` or `start`.
    pub mode: String,
    /// Its step, or the deadline that passed.
    pub step: StepId,
}

/// A case that was opened from this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// The fields that went along.
    pub carried: Vec<FieldId>,
    /// Its number.
    pub case: CaseNumber,
    /// Its map.
    pub map: MapId,
}

/// What leaving a step did to the deadlines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Left {
    /// The case whose end was what the step waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<CaseNumber>,
    /// Deadlines that were met, in time or late.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<Met>,
    /// Limits that began to run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub started: Vec<Timer>,
}

/// A deadline that was met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Met {
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// Its id.
    pub id: String,
    /// The step's deadline or a limit.
    pub kind: TimerKind,
    /// Whether it was met late.
    pub late: bool,
}

impl EventBody {
    /// The name of the event in histories: `step-done`, `wait-lapsed`, ...
    pub fn name(&self) -> &'static str {
        match self {
            EventBody::CaseOpened(_) => "case-opened",
            EventBody::StepEntered { .. } => "step-entered",
            EventBody::StepDone(_) => "step-done",
            EventBody::DecisionAnswered { .. } => "decision-answered",
            EventBody::ResponseReceived(_) => "response-received",
            EventBody::WaitLapsed(_) => "wait-lapsed",
            EventBody::WaitEnded(_) => "wait-ended",
            EventBody::DeadlinePassed { .. } => "deadline-passed",
            EventBody::DeadlineRetracted { .. } => "deadline-retracted",
            EventBody::TimeoutRetracted { .. } => "timeout-retracted",
            EventBody::TimersSet { .. } => "timers-set",
            EventBody::StartsSet { .. } => "starts-set",
            EventBody::StartCame { .. } => "start-came",
            EventBody::StartDone { .. } => "start-done",
            EventBody::FieldsSet { .. } => "fields-set",
            EventBody::ItemChecked { .. } => "item-checked",
            EventBody::EvidenceAttached { .. } => "evidence-attached",
            EventBody::NoteAdded { .. } => "note-added",
            EventBody::CaseAssigned { .. } => "case-assigned",
            EventBody::CaseHandedOver(_) => "case-handed-over",
            EventBody::CaseCalled(_) => "case-called",
            EventBody::CaseStarted(_) => "case-started",
            EventBody::CallReturned { .. } => "call-returned",
            EventBody::OutcomeNoted { .. } => "outcome-noted",
            EventBody::CaseEnded { .. } => "case-ended",
            EventBody::CaseWithdrawn { .. } => "case-withdrawn",
        }
    }

    /// On which of its map's ways the case leaves its step with this event; none, where it stays or comes to its end.
    pub fn leaves_by(&self) -> Option<Transition> {
        Some(match self {
            EventBody::StepDone(_) | EventBody::WaitEnded(_) => Transition::Done,
            EventBody::DecisionAnswered { answer, .. } => Transition::Answered(answer.clone()),
            EventBody::ResponseReceived(_) => Transition::Received,
            EventBody::WaitLapsed(_) => Transition::Lapsed,
            EventBody::CallReturned { outcome, .. } => Transition::Returned(outcome.clone()),
            EventBody::DeadlinePassed { go: Some(_), kind, id, .. } => {
                Transition::Overdue((*kind == TimerKind::Limit).then(|| id.clone()))
            }
            _ => return None,
        })
    }

    /// Whether a person who does this acts on the case, so that no earlier timeout can be taken back any more. Notes and
    /// assignments do not.
    pub fn is_an_act(&self) -> bool {
        !matches!(self, EventBody::NoteAdded { .. } | EventBody::CaseAssigned { .. })
    }
}
