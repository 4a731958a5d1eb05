//! What people did, read back from the events that it made: each command as it was given, as far as events tell.

use chrono::{DateTime, Utc};
use mapcase_map::model::FieldId;

use crate::command::Attachment;
use crate::event::{Event, EventBody};
use crate::number::CaseNumber;
use crate::value::Kept;

/// One command, as its events tell it.
#[derive(Clone, Debug)]
pub(super) struct Deed<'e> {
    /// Where its first event stands in the log: that of what it took back, where it took something back.
    pub first: usize,
    /// The case; of an opening, the one that was opened.
    pub case: CaseNumber,
    /// The event that names the actor, the role and the times.
    pub event: &'e Event,
    /// What was done.
    pub what: What<'e>,
    /// Fields that were set with it.
    pub set: Vec<(&'e FieldId, Option<&'e Kept>)>,
    /// Items that were ticked with it.
    pub items: Vec<&'e String>,
    /// References that were attached with it.
    pub attach: Vec<Attachment>,
}

/// What was done.
#[derive(Clone, Copy, Debug)]
pub(super) enum What<'e> {
    Open,
    Do,
    Answer(&'e String),
    Receive,
    /// Fields, items or references alone.
    Supply,
    Note(&'e String),
    Assign(Option<&'e String>),
    Withdraw(&'e String),
}

impl Deed<'_> {
    /// When it was recorded.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        self.event.recorded_at
    }

    /// What was done, in words: `do prepare`.
    pub fn words(&self) -> String {
        let step = self.event.step.as_deref().unwrap_or_default();
        match self.what {
            What::Open => format!("open at `{step}`"),
            What::Do => format!("do `{step}`"),
            What::Answer(answer) => format!("answer `{step}`: {answer}"),
            What::Receive => format!("receive `{step}`"),
            What::Supply => {
                let fields = self.set.iter().map(|(field, _)| format!("set `{field}`"));
                let items = self.items.iter().map(|item| format!("tick `{item}`"));
                let references = self.attach.iter().map(|attachment| format!("attach `{}`", attachment.name));
                fields.chain(items).chain(references).collect::<Vec<_>>().join(", ")
            }
            What::Note(_) => "add a note".to_string(),
            What::Assign(_) => "assign".to_string(),
            What::Withdraw(_) => "withdraw".to_string(),
        }
    }
}

/// The commands that a family's events tell of, in order. What the engine did by itself is left out: it will do it again.
pub(super) fn deeds(log: &[(CaseNumber, Event)]) -> Vec<Deed<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((case, event)) = log.get(at) {
        let one = |what| Deed {
            first: first(log, at),
            case: *case,
            event,
            what,
            set: Vec::new(),
            items: Vec::new(),
            attach: Vec::new(),
        };
        let mut next = at + 1;
        match &event.body {
            _ if event.actor.is_none() => {}
            EventBody::CaseOpened(opened) => {
                let mut deed = one(What::Open);
                deed.set = opened.record.iter().map(|(field, kept)| (field, Some(kept))).collect();
                found.push(deed);
            }
            // A person who opens a case does its start.
            EventBody::StepDone(_) if event.seq == 2 && opened_by_a_person(log, *case) => {}
            EventBody::NoteAdded { text } => found.push(one(What::Note(text))),
            EventBody::CaseAssigned { to } => found.push(one(What::Assign(to.as_ref()))),
            EventBody::CaseWithdrawn { reason } => found.push(one(What::Withdraw(reason))),
            EventBody::FieldsSet { .. } | EventBody::ItemChecked { .. } | EventBody::EvidenceAttached { .. } => {
                let (end, what) = together(log, at);
                let mut deed = one(what);
                next = end;
                log.get(at..end).unwrap_or_default().iter().for_each(|(_, event)| supply(&mut deed, &event.body));
                found.push(deed);
            }
            other => found.extend(closing(other).map(one)),
        }
        at = next;
    }
    found
}

fn opened_by_a_person(log: &[(CaseNumber, Event)], case: CaseNumber) -> bool {
    let opening = log.iter().find(|(of, event)| *of == case && event.seq == 1);
    opening.is_some_and(|(_, event)| event.actor.is_some())
}

/// The act with which a step is left.
fn closing(body: &EventBody) -> Option<What<'_>> {
    match body {
        EventBody::StepDone(_) => Some(What::Do),
        EventBody::DecisionAnswered { answer, on: None, .. } => Some(What::Answer(answer)),
        EventBody::ResponseReceived(_) => Some(What::Receive),
        _ => None,
    }
}

/// Where a command ends that began by supplying something: behind the act with which the same person, at the same time, left
/// the same step; else it was no more than that.
fn together(log: &[(CaseNumber, Event)], at: usize) -> (usize, What<'_>) {
    let Some((case, begun)) = log.get(at) else { return (at + 1, What::Supply) };
    for (end, (other, event)) in log.iter().enumerate().skip(at + 1) {
        let same = other == case
            && event.step == begun.step
            && event.recorded_at == begun.recorded_at
            && (event.actor.is_none() || same_act(begun, event));
        match &event.body {
            _ if !same => break,
            EventBody::TimersSet { .. } | EventBody::DeadlineRetracted { .. } => {}
            EventBody::FieldsSet { .. } | EventBody::ItemChecked { .. } | EventBody::EvidenceAttached { .. } => {}
            body => match closing(body) {
                Some(what) if event.actor.is_some() => return (end + 1, what),
                _ => break,
            },
        }
    }
    (at + 1, What::Supply)
}

fn same_act(one: &Event, other: &Event) -> bool {
    one.actor == other.actor && one.role == other.role && one.occurred_at == other.occurred_at
}

fn supply<'e>(deed: &mut Deed<'e>, body: &'e EventBody) {
    match body {
        EventBody::FieldsSet { fields } => {
            deed.set.extend(fields.iter().map(|(field, kept)| (field, kept.as_ref())));
        }
        EventBody::ItemChecked { item } => deed.items.push(item),
        EventBody::EvidenceAttached { name, reference, sha256 } => {
            deed.attach.push(Attachment { name: name.clone(), reference: reference.clone(), sha256: sha256.clone() })
        }
        _ => {}
    }
}

/// The first event of the command whose own first is at `at`: what was taken back for it stands before.
fn first(log: &[(CaseNumber, Event)], at: usize) -> usize {
    let Some((_, event)) = log.get(at) else { return at };
    let before = log.get(..at).unwrap_or_default().iter().rev();
    let taken_back = before.take_while(|(_, before)| {
        let undoes = match before.body {
            EventBody::TimeoutRetracted { .. } => true,
            EventBody::CaseWithdrawn { .. } => before.actor.is_none(),
            _ => false,
        };
        undoes && before.recorded_at == event.recorded_at
    });
    at - taken_back.count()
}
