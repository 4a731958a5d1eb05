//! `map show` for programs.

use mapcase_map::model::{Anchor, Deadline, Field, FieldType, Flow, Limit, LinkMode, Overdue, Round, Step, StepKind};
use mapcase_map::{CheckedAtlas, Machine, Transition};
use serde_json::{Value, json};

use super::{led_from, ways};

/// The whole map.
pub fn answer(machine: &Machine, atlas: &CheckedAtlas) -> Value {
    let map = machine.map();
    let about = &map.about;
    let record: Vec<Value> = map.record.iter().map(|(id, field)| self::field(id, field)).collect();
    let steps: Vec<Value> = map.steps.iter().map(|step| self::step(machine, step)).collect();
    let limits: Vec<Value> = map.limits.iter().map(|(id, limit)| self::limit(id, limit)).collect();
    let rounds: Vec<Value> = map.rounds.iter().map(|(id, round)| self::round(id, round)).collect();
    let led_from: Vec<Value> = led_from(&map.id, atlas)
        .iter()
        .map(|from| json!({ "map": from.map, "step": from.step, "mode": from.mode }))
        .collect();
    json!({
        "map": map.id,
        "title": map.title,
        "revision": map.revision,
        "digest": machine.digest(),
        "theme": about.theme,
        "owner": map.owner,
        "reading": about.reading.word(),
        "document": about.document,
        "review_by": about.review_by,
        "time_zone": map.zone.name(),
        "calendar": map.calendar,
        "file": about.file,
        "notes": about.notes,
        "controls": about.controls,
        "record": record,
        "steps": steps,
        "limits": limits,
        "starts": rounds,
        "led_from": led_from,
    })
}

fn field(id: &str, field: &Field) -> Value {
    let (kind, pattern, choices) = match &field.kind {
        FieldType::Text { pattern } => ("text", pattern.as_deref(), None),
        FieldType::Number => ("number", None, None),
        FieldType::Money => ("money", None, None),
        FieldType::Date => ("date", None, None),
        FieldType::YesNo => ("yes-no", None, None),
        FieldType::Choice(choices) => ("choice", None, Some(choices)),
    };
    let personal = field.personal;
    json!({ "field": id, "title": field.title, "type": kind, "pattern": pattern, "choices": choices, "personal": personal })
}

fn step(machine: &Machine, step: &Step) -> Value {
    let ways: Vec<Value> = ways(machine, step)
        .into_iter()
        .map(|(transition, to)| {
            let (on, name) = transition_words(transition);
            json!({ "on": on, "name": name, "to": to.id })
        })
        .collect();
    let checklist: Vec<Value> =
        step.checklist.iter().map(|(id, title)| json!({ "item": id, "title": title })).collect();
    json!({
        "step": step.id,
        "kind": step.kind_word(),
        "title": step.title,
        "roles": step.roles,
        "needs": step.needs,
        "evidence": step.evidence,
        "checklist": checklist,
        "not_by": step.not_by,
        "due": step.due.as_ref().map(due),
        "from": from(step),
        "answered_from": answered_from(step),
        "wait": wait(step),
        "link": link(step),
        "outcome": outcome(step),
        "ways": ways,
        "sends": step.sends.as_ref().map(|sends| flow("to", sends)),
        "receives": step.receives.as_ref().map(|receives| flow("from", receives)),
        "controls": step.controls,
        "origin": step.origin,
        "quote": step.quote,
        "inferred": step.inferred,
        "note": step.note,
    })
}

fn transition_words(transition: &Transition) -> (&'static str, Option<&str>) {
    match transition {
        Transition::Done => ("done", None),
        Transition::Answered(answer) => ("answered", Some(answer)),
        Transition::Received => ("received", None),
        Transition::Lapsed => ("lapsed", None),
        Transition::Overdue(limit) => ("overdue", limit.as_deref()),
        Transition::Returned(outcome) => ("returned", Some(outcome)),
    }
}

fn from(step: &Step) -> Option<&[String]> {
    match &step.kind {
        StepKind::Start { from, .. } => Some(from),
        _ => None,
    }
}

fn answered_from(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Decision { on, .. } => on.as_deref(),
        _ => None,
    }
}

fn outcome(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::End { outcome } => Some(outcome),
        _ => None,
    }
}

fn wait(step: &Step) -> Option<Value> {
    match &step.kind {
        StepKind::WaitFor { what, timeout, comes_from, .. } => {
            let within =
                timeout.as_ref().map(|timeout| json!({ "within": timeout.within, "anchor": anchor(&timeout.anchor) }));
            Some(json!({ "for": what, "timeout": within, "comes_from": comes_from }))
        }
        StepKind::WaitUntil { after, anchor, .. } => {
            Some(json!({ "until": { "after": after, "anchor": self::anchor(anchor) } }))
        }
        _ => None,
    }
}

fn link(step: &Step) -> Option<Value> {
    match &step.kind {
        StepKind::Link { to, carries, entry, mode } => {
            let outcomes = match mode {
                LinkMode::Call { outcomes } => Some(outcomes),
                LinkMode::HandOver | LinkMode::Start { .. } => None,
            };
            let mode = mode.word();
            Some(json!({ "to": to, "mode": mode, "carries": carries, "entry": entry, "outcomes": outcomes }))
        }
        _ => None,
    }
}

fn due(due: &Deadline) -> Value {
    json!({ "within": due.within, "anchor": anchor(&due.anchor), "overdue": overdue(&due.overdue) })
}

fn limit(id: &str, limit: &Limit) -> Value {
    json!({
        "limit": id,
        "title": limit.title,
        "from": limit.from,
        "to": limit.to,
        "within": limit.within,
        "overdue": overdue(&limit.overdue),
        "origin": limit.origin,
        "quote": limit.quote,
        "controls": limit.controls,
    })
}

fn round(id: &str, round: &Round) -> Value {
    json!({
        "start": id,
        "title": round.title,
        "map": round.map,
        "at": { "after": round.after, "anchor": anchor(&round.anchor) },
        "entry": round.entry,
        "carries": round.carries,
        "done": round.done,
        "done_when": round.done_when,
        "sets": round.sets,
        "by": round.by.as_ref().map(due),
        "origin": round.origin,
        "quote": round.quote,
        "note": round.note,
        "controls": round.controls,
    })
}

/// Null for entering the step.
fn anchor(anchor: &Anchor) -> Option<Value> {
    match anchor {
        Anchor::Entering => None,
        Anchor::Step(step) => Some(json!({ "step": step })),
        Anchor::Field(field) => Some(json!({ "field": field })),
    }
}

fn overdue(overdue: &Overdue) -> Value {
    json!({ "tell": overdue.tell, "start": overdue.start, "go": overdue.go })
}

fn flow(party: &str, flow: &Flow) -> Value {
    json!({ party: flow.party, "what": flow.what })
}
