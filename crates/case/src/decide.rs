//! What a person does with one case: whether it is possible, and the events that it makes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mapcase_map::diagnostic::nearest;
use mapcase_map::model::{Field, Step, StepKind};

use crate::command::{Act, Attachment, Command, Refusal, RefusalKind, Stop};
use crate::event::EventBody;
use crate::possible::missing;
use crate::turn::{By, Turn};
use crate::value::{Kept, Value};

/// The longest note, reason or reference, in characters.
const LONGEST_TEXT: usize = 4000;
/// So many references come with one command at the most.
const MOST_ATTACHED: usize = 100;

impl Turn<'_> {
    /// Decides a command that occurred at `at`, at the step where the case stands.
    pub fn command(&mut self, command: &Command, at: DateTime<Utc>, supervisors: &[String]) -> Result<(), Stop> {
        if !self.state.is_open() && !matches!(command.act, Act::Note(_)) {
            return Err(self.not_open().into());
        }
        let machine = self.machine.clone();
        let step = self.here(&machine)?;
        match &command.act {
            Act::Do { step: named, set, check_off, attach } => {
                let next = self.place(step, named.as_deref(), at, "do")?;
                let by = self.by(command, step)?;
                self.set_fields(set, &by, at)?;
                self.check_off_all(step, check_off, &by, at)?;
                self.attach_all(attach, &by, at)?;
                self.ready(command, step)?;
                let left = self.left(at, &by)?;
                self.emit(EventBody::StepDone(left), &by, at)?;
                Ok(self.enter(&next, at)?)
            }
            Act::Answer { step: named, answer, set, check_off, attach } => {
                self.place(step, named.as_deref(), at, "answer")?;
                let next = answer_target(step, answer)?;
                let by = self.by(command, step)?;
                self.set_fields(set, &by, at)?;
                self.check_off_all(step, check_off, &by, at)?;
                self.attach_all(attach, &by, at)?;
                self.ready(command, step)?;
                let left = self.left(at, &by)?;
                self.emit(EventBody::DecisionAnswered { answer: answer.clone(), on: None, left }, &by, at)?;
                Ok(self.enter(&next, at)?)
            }
            Act::Receive { step: named, set, attach } => {
                let next = self.place(step, named.as_deref(), at, "receive")?;
                let by = self.by(command, step)?;
                self.set_fields(set, &by, at)?;
                self.attach_all(attach, &by, at)?;
                self.ready(command, step)?;
                let left = self.left(at, &by)?;
                self.emit(EventBody::ResponseReceived(left), &by, at)?;
                Ok(self.enter(&next, at)?)
            }
            _ => self.beside(command, step, at, supervisors),
        }
    }

    /// Commands that leave the case where it stands, or end it from outside.
    fn beside(
        &mut self,
        command: &Command,
        step: &Step,
        at: DateTime<Utc>,
        supervisors: &[String],
    ) -> Result<(), Stop> {
        let plain: By = Some((command.actor.clone(), command.role.clone()));
        if at < self.state.opened_at {
            return Err(too_early("the case was opened", self.state.opened_at).into());
        }
        match &command.act {
            Act::Set(fields) => {
                if fields.is_empty() {
                    return Err(Refusal::new(RefusalKind::WrongValue, "no field is named", "write field=value").into());
                }
                self.set_fields(fields, &plain, at)?;
                Ok(self.refresh(at)?)
            }
            Act::CheckOff(item) => {
                self.at_step(at)?;
                let by = self.by(command, step)?;
                self.check_off(step, item, &by, at)
            }
            Act::Attach(attachment) => {
                self.at_step(at)?;
                let by = self.by(command, step)?;
                self.attach_all(std::slice::from_ref(attachment), &by, at)
            }
            Act::Note(text) => {
                let text = sensible("a note", text)?;
                Ok(self.emit(EventBody::NoteAdded { text }, &plain, at)?)
            }
            Act::Assign(to) => {
                let to = to.as_deref().map(|to| sensible("a name", to)).transpose()?;
                Ok(self.emit(EventBody::CaseAssigned { to }, &plain, at)?)
            }
            Act::Withdraw { reason } => {
                self.supervises(command, supervisors)?;
                let reason = sensible("a reason", reason)?;
                Ok(self.emit(EventBody::CaseWithdrawn { reason }, &plain, at)?)
            }
            Act::Do { .. } | Act::Answer { .. } | Act::Receive { .. } => Ok(()),
        }
    }

    fn supervises(&self, command: &Command, supervisors: &[String]) -> Result<(), Refusal> {
        if command.role.as_ref().is_some_and(|role| supervisors.contains(role)) {
            return Ok(());
        }
        let mut refusal = Refusal::new(
            RefusalKind::WrongRole,
            "only a supervisor may withdraw a case",
            format!("act in one of the roles that the atlas names: --as {}", supervisors.join(" or --as ")),
        );
        refusal.may_act = supervisors.to_vec();
        Err(refusal)
    }

    fn not_open(&self) -> Refusal {
        let message = match &self.state.status {
            crate::Status::Ended { outcome } => format!("case {} has ended: {outcome}", self.case()),
            crate::Status::HandedOver { case, map } => {
                format!("case {} was handed over to case {case} ({map})", self.case())
            }
            _ => format!("case {} was withdrawn", self.case()),
        };
        let help = match &self.state.status {
            crate::Status::HandedOver { case, .. } => format!("go on with case {case}"),
            _ => "a note is all that can be added to it".to_string(),
        };
        Refusal::new(RefusalKind::NotOpen, message, help)
    }

    fn at_step(&self, at: DateTime<Utc>) -> Result<(), Refusal> {
        if at < self.state.entered_at {
            return Err(too_early(&format!("the case came to `{}`", self.state.step), self.state.entered_at));
        }
        Ok(())
    }

    /// Whether a command finds the case at its step, the step is done by that command, and the time is right. Says where a
    /// step or a wait leads; a decision leads where its answer says.
    fn place(&self, step: &Step, named: Option<&str>, at: DateTime<Utc>, verb: &str) -> Result<String, Refusal> {
        if let Some(named) = named.filter(|named| *named != step.id) {
            return Err(self.not_here(step, named));
        }
        let next = match (&step.kind, verb) {
            (StepKind::Start { next, .. } | StepKind::Step { next }, "do") => next.clone(),
            (StepKind::Decision { on: None, .. }, "answer") => String::new(),
            (StepKind::WaitFor { received, .. }, "receive") => received.clone(),
            _ => return Err(self.wrong_command(step)),
        };
        self.at_step(at)?;
        Ok(next)
    }

    fn not_here(&self, step: &Step, named: &str) -> Refusal {
        let map = self.machine.map();
        if map.step(named).is_none() {
            let help = match nearest(named, map.steps.iter().map(|step| step.id.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the case stands at `{}`", step.id),
            };
            return Refusal::new(RefusalKind::Unknown, format!("the map `{}` has no step `{named}`", map.id), help);
        }
        let message = format!("case {} stands at `{}` ({}), not at `{named}`", self.case(), step.id, step.title);
        let help = match self.state.done.get(named) {
            Some(done) => format!("`{named}` was left on {}", mapcase_map::time::local(done.at, map.zone)),
            None => format!("`mapcase show {}` says what is possible now", self.case()),
        };
        let mut refusal = Refusal::new(RefusalKind::NotHere, message, help);
        refusal.may_act = step.roles.clone();
        refusal
    }

    fn wrong_command(&self, step: &Step) -> Refusal {
        let case = self.case();
        let (what, help) = match &step.kind {
            StepKind::Start { .. } | StepKind::Step { .. } => ("is a step", format!("do it: mapcase do {case}")),
            StepKind::Decision { on: None, answers } => {
                let list = answers.keys().cloned().collect::<Vec<_>>().join("|");
                ("is a question", format!("answer it: mapcase answer {case} {list}"))
            }
            StepKind::Decision { on: Some(field), .. } => {
                ("is answered from the record", format!("set the field: mapcase set {case} {field}=…"))
            }
            StepKind::WaitFor { .. } => {
                ("waits for something that comes", format!("record it: mapcase receive {case}"))
            }
            StepKind::WaitUntil { .. } => ("waits for a time", format!("mapcase show {case} says until when")),
            StepKind::Link { .. } => ("waits for another case", format!("mapcase show {case} says which")),
            StepKind::End { .. } => ("is an end", "nothing is left to do".to_string()),
        };
        let message = format!("`{}` ({}) {what}", step.id, step.title);
        let mut refusal = Refusal::new(RefusalKind::WrongCommand, message, help);
        refusal.may_act = step.roles.clone();
        refusal
    }

    /// Who acts, in which role; refused where the role may not act at the step, or the person did what must be kept apart.
    fn by(&self, command: &Command, step: &Step) -> Result<By, Refusal> {
        let role = match &command.role {
            Some(role) if step.roles.is_empty() || step.roles.contains(role) => Some(role.clone()),
            Some(role) => {
                let mut refusal = Refusal::new(
                    RefusalKind::WrongRole,
                    format!("{role} may not act at `{}` ({})", step.id, step.title),
                    format!("it is for {}", step.roles.join(" or ")),
                );
                refusal.may_act = step.roles.clone();
                return Err(refusal);
            }
            None => step.roles.first().cloned(),
        };
        for other in &step.not_by {
            let doer = self.state.done.get(other).and_then(|done| done.actor.as_deref());
            let same = doer.is_some_and(|doer| same_person(doer, &command.actor));
            if same {
                let mut refusal = Refusal::new(
                    RefusalKind::SamePerson,
                    format!("{} did `{other}`, and `{}` must be done by another person", command.actor, step.id),
                    "ask a colleague to do it",
                );
                refusal.may_act = step.roles.clone();
                return Err(refusal);
            }
        }
        Ok(Some((command.actor.clone(), role)))
    }

    /// Whether nothing is missing.
    fn ready(&self, command: &Command, step: &Step) -> Result<(), Refusal> {
        let missing = missing(&self.machine, self.state, step);
        if missing.is_empty() {
            return Ok(());
        }
        let words: Vec<String> = missing.iter().map(|missing| missing.words()).collect();
        let (verb, so) = match command.act {
            Act::Answer { .. } => ("answered", "answer it with --set, --attach or --check-off, or supply these first"),
            Act::Receive { .. } => ("received", "receive it with --set or --attach, or supply these first"),
            _ => ("done", "do it with --set, --attach or --check-off, or supply these first"),
        };
        let message = format!("`{}` ({}) cannot be {verb}: {} missing", step.id, step.title, count(words.len()));
        let mut refusal = Refusal::new(RefusalKind::Missing, message, so);
        refusal.missing = words;
        refusal.may_act = step.roles.clone();
        Err(refusal)
    }

    /// Sets fields from what a user typed.
    pub fn set_fields(&mut self, fields: &BTreeMap<String, String>, by: &By, at: DateTime<Utc>) -> Result<(), Stop> {
        if fields.is_empty() {
            return Ok(());
        }
        let fields = self.typed(fields)?;
        self.emit(EventBody::FieldsSet { fields }, by, at)?;
        Ok(self.retime(at)?)
    }

    fn typed(&self, fields: &BTreeMap<String, String>) -> Result<BTreeMap<String, Option<Kept>>, Refusal> {
        let map = self.machine.map();
        let mut typed = BTreeMap::new();
        for (name, text) in fields {
            // An empty text clears a field, which must exist all the same.
            let field = field_of(&map.record, name)?;
            let kept = if text.trim().is_empty() { None } else { Some(kept(field, name, text)?) };
            typed.insert(name.clone(), kept);
        }
        Ok(typed)
    }

    fn check_off_all(&mut self, step: &Step, items: &[String], by: &By, at: DateTime<Utc>) -> Result<(), Stop> {
        items.iter().try_for_each(|item| self.check_off(step, item, by, at))
    }

    fn check_off(&mut self, step: &Step, item: &str, by: &By, at: DateTime<Utc>) -> Result<(), Stop> {
        if !step.checklist.iter().any(|(known, _)| known == item) {
            let known = step.checklist.iter().map(|(known, _)| known.as_str());
            let help = match nearest(item, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if step.checklist.is_empty() => format!("`{}` has no checklist", step.id),
                None => format!("its items are {}", known.collect::<Vec<_>>().join(", ")),
            };
            let message = format!("`{}` ({}) has no item `{item}`", step.id, step.title);
            return Err(Refusal::new(RefusalKind::Unknown, message, help).into());
        }
        if self.state.checked.contains(item) {
            return Ok(());
        }
        Ok(self.emit(EventBody::ItemChecked { item: item.to_string() }, by, at)?)
    }

    fn attach_all(&mut self, attachments: &[Attachment], by: &By, at: DateTime<Utc>) -> Result<(), Stop> {
        if attachments.len() > MOST_ATTACHED {
            let message = format!("{} references come with one command", attachments.len());
            let help = format!("attach {MOST_ATTACHED} at the most, and the others after");
            return Err(Refusal::new(RefusalKind::WrongValue, message, help).into());
        }
        for attachment in attachments {
            let name = sensible("the name of a piece of evidence", &attachment.name)?;
            let reference = sensible("a reference", &attachment.reference)?;
            let sha256 = attachment.sha256.as_ref().map(|hash| hash.to_ascii_lowercase());
            if sha256
                .as_ref()
                .is_some_and(|hash| hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
            {
                let message = format!("the SHA-256 of `{name}` is not 64 hexadecimal digits");
                let help = "leave it out, or give what `sha256sum` prints";
                return Err(Refusal::new(RefusalKind::WrongValue, message, help).into());
            }
            self.emit(EventBody::EvidenceAttached { name, reference, sha256 }, by, at)?;
        }
        Ok(())
    }
}

fn answer_target(step: &Step, answer: &str) -> Result<String, Refusal> {
    let StepKind::Decision { answers, .. } = &step.kind else { return Ok(String::new()) };
    answers.get(answer).cloned().ok_or_else(|| {
        let list = answers.keys().cloned().collect::<Vec<_>>().join(", ");
        let mut refusal = Refusal::new(
            RefusalKind::WrongAnswer,
            format!("`{}` ({}) has no answer `{answer}`", step.id, step.title),
            format!("its answers are {list}"),
        );
        refusal.may_act = step.roles.clone();
        refusal
    })
}

/// A field of a record, by its name.
pub(crate) fn field_of<'r>(record: &'r BTreeMap<String, Field>, name: &str) -> Result<&'r Field, Refusal> {
    record.get(name).ok_or_else(|| unknown_field(record, name))
}

/// What a user typed for a field, as the case keeps it.
pub(crate) fn kept(field: &Field, name: &str, text: &str) -> Result<Kept, Refusal> {
    let value = Value::parse(field, text).map_err(|help| {
        Refusal::new(RefusalKind::WrongValue, format!("`{name}` ({}) cannot be `{text}`", field.title), help)
    })?;
    Ok(Kept::new(field, value))
}

fn unknown_field(record: &BTreeMap<String, Field>, name: &str) -> Refusal {
    let help = match nearest(name, record.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its fields are {}", record.keys().cloned().collect::<Vec<_>>().join(", ")),
    };
    Refusal::new(RefusalKind::Unknown, format!("the record has no field `{name}`"), help)
}

pub(crate) fn too_early(what: &str, since: DateTime<Utc>) -> Refusal {
    let since = since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let message = format!("that is before what it follows: {what} at {since}");
    Refusal::new(RefusalKind::TooEarly, message, "give a time at or after that, or leave --at out")
}

/// Whether two logins are of one person: capitals and blanks around them make no other.
fn same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Every act is somebody's.
pub(crate) fn named_actor(actor: &str) -> Result<(), Refusal> {
    sensible("the name of who acts", actor).map(|_| ())
}

fn sensible(what: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let bad = |message: String, help: &str| Err(Refusal::new(RefusalKind::WrongValue, message, help));
    if text.is_empty() {
        return bad(format!("{what} cannot be empty"), "write some text");
    }
    if text.chars().count() > LONGEST_TEXT {
        return bad(format!("{what} is too long"), "write 4,000 characters at the most");
    }
    if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
        return bad(format!("{what} has control characters in it"), "leave them out");
    }
    Ok(text.to_string())
}

fn count(number: usize) -> String {
    match number {
        1 => "one thing is".to_string(),
        2 => "two things are".to_string(),
        3 => "three things are".to_string(),
        number => format!("{number} things are"),
    }
}
