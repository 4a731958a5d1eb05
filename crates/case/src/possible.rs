//! What a case waits for: what is missing, who may act, and what is possible now.

use mapcase_map::Machine;
use mapcase_map::model::{Anchor, Field, FieldType, LinkMode, Role, Step, StepKind};

use crate::state::CaseState;

/// Something that must be there before a step can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// `field`, `evidence` or `item`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its title; of a choice, with its values.
    pub title: String,
}

/// A command that is possible now, as far as the case itself says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// `do`, `answer`, `receive`, `set`, `attach` or `check-off`.
    pub verb: &'static str,
    /// The answer, the field, the piece of evidence or the item.
    pub argument: Option<String>,
    /// Roles that may do it; none means anyone.
    pub roles: Vec<Role>,
    /// Where the case then goes.
    pub leads_to: Option<String>,
    /// Whether something is missing first.
    pub missing: bool,
}

impl Missing {
    /// The words that say what is missing and how to supply it.
    pub fn words(&self) -> String {
        match self.kind {
            "field" => format!("{} (set {}=…)", self.title, self.id),
            "evidence" => format!("{} (attach {} REFERENCE)", self.title, self.id),
            _ => format!("{} (check-off {})", self.title, self.id),
        }
    }
}

/// What is missing before the step can be done.
pub fn missing(machine: &Machine, state: &CaseState, step: &Step) -> Vec<Missing> {
    let mut list = Vec::new();
    for field in step.needs.iter().filter(|field| !state.record.contains_key(*field)) {
        let title = match machine.map().record.get(field) {
            Some(Field { title, kind: FieldType::Choice(choices), .. }) => format!("{title}: {}", choices.join(", ")),
            Some(field) => field.title.clone(),
            None => field.clone(),
        };
        list.push(Missing { kind: "field", id: field.clone(), title });
    }
    for name in step.evidence.iter().filter(|name| !state.attached.contains_key(*name)) {
        list.push(Missing { kind: "evidence", id: name.clone(), title: name.replace('-', " ") });
    }
    for (item, title) in step.checklist.iter().filter(|(item, _)| !state.checked.contains(item)) {
        list.push(Missing { kind: "item", id: item.clone(), title: title.clone() });
    }
    list
}

/// The field on which the case waits at this step, where the engine cannot go on without it.
pub fn awaited_field<'s>(state: &CaseState, step: &'s Step) -> Option<&'s str> {
    match &step.kind {
        StepKind::Decision { on: Some(field), answers } => {
            let answer = state.record.get(field).and_then(|kept| kept.value()).and_then(|value| value.answer());
            answer.is_none_or(|answer| !answers.contains_key(answer)).then_some(field)
        }
        StepKind::WaitUntil { anchor: Anchor::Field(field), .. } => {
            (!state.record.contains_key(field)).then_some(field)
        }
        _ => None,
    }
}

/// What is possible now.
pub fn possible(machine: &Machine, state: &CaseState) -> Vec<Possible> {
    let Some(step) = machine.step(&state.step).filter(|_| state.is_open()) else { return Vec::new() };
    let missing = missing(machine, state, step);
    let mut list: Vec<Possible> = missing
        .iter()
        .map(|missing| Possible {
            verb: match missing.kind {
                "field" => "set",
                "evidence" => "attach",
                _ => "check-off",
            },
            argument: Some(missing.id.clone()),
            roles: step.roles.clone(),
            leads_to: None,
            missing: false,
        })
        .collect();
    let act = |verb, argument, leads_to: &str| Possible {
        verb,
        argument,
        roles: step.roles.clone(),
        leads_to: Some(leads_to.to_string()),
        missing: !missing.is_empty(),
    };
    match &step.kind {
        StepKind::Start { next, .. } | StepKind::Step { next } => list.push(act("do", None, next)),
        StepKind::Decision { on: None, answers } => {
            list.extend(answers.iter().map(|(answer, to)| act("answer", Some(answer.clone()), to)));
        }
        StepKind::WaitFor { received, .. } => list.push(act("receive", None, received)),
        _ => {}
    }
    list.extend(awaited_field(state, step).map(|field| Possible {
        verb: "set",
        argument: Some(field.to_string()),
        roles: Vec::new(),
        leads_to: None,
        missing: false,
    }));
    list
}

/// What the case waits for, in words.
pub fn waits_for(machine: &Machine, state: &CaseState) -> String {
    let Some(step) = machine.step(&state.step) else { return format!("its step `{}` is not in its map", state.step) };
    if let Some(field) = awaited_field(state, step) {
        let title = machine.map().field_title(field);
        return match state.record.get(field) {
            Some(_) => format!("the map has no way on for what `{field}` ({title}) holds"),
            None => format!("`{field}` ({title}) to be set"),
        };
    }
    let who = if step.roles.is_empty() { "anyone".to_string() } else { step.roles.join(" or ") };
    match &step.kind {
        StepKind::Start { .. } | StepKind::Step { .. } => format!("{who} to do this step"),
        StepKind::Decision { .. } => format!("{who} to answer"),
        StepKind::WaitFor { what, .. } => format!("{what} (recorded by {who})"),
        StepKind::WaitUntil { .. } if state.moving_timer().is_none() => {
            "a time that cannot be worked out yet: its anchor has not happened, or the map says `TBC`".to_string()
        }
        StepKind::WaitUntil { .. } => "its time".to_string(),
        StepKind::Link { to, mode: LinkMode::Call { .. }, .. } => match state.waits_for {
            Some(case) => format!("the outcome of case {case} ({to})"),
            None => format!("the outcome of `{to}`"),
        },
        StepKind::Link { to, .. } => format!("`{to}`"),
        StepKind::End { .. } => "nothing".to_string(),
    }
}
