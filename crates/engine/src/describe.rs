//! Events in words, for histories.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use mapcase_case::event::{Event, EventBody, Left, Opened};
use mapcase_case::{Kept, Timer, TimerKind};
use mapcase_map::Machine;
use mapcase_map::time::local;

fn title<'m>(machine: Option<&'m Machine>, step: Option<&'m str>) -> &'m str {
    let step = step.unwrap_or("");
    machine.and_then(|machine| machine.step(step)).map_or(step, |step| step.title.as_str())
}

/// What comes round, by its title.
fn round<'m>(machine: Option<&'m Machine>, id: &'m str) -> &'m str {
    machine.and_then(|machine| machine.map().rounds.get(id)).map_or(id, |round| round.title.as_str())
}

fn kept(value: &Kept) -> String {
    match value {
        Kept::Plain(value) => value.display(),
        Kept::Personal { value: Some(value), .. } => value.display(),
        Kept::Personal { value: None, .. } => "(a personal value, kept apart or erased)".to_string(),
    }
}

fn late(left: &Left, zone: Tz) -> String {
    let late: Vec<String> = left
        .met
        .iter()
        .filter(|met| met.late)
        .map(|met| format!(" — late: the {} {} was due by {}", what(met.kind), met.id, local(met.due_at, zone)))
        .collect();
    late.join("")
}

fn what(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::Limit => "limit",
        TimerKind::By => "time for",
        _ => "deadline of",
    }
}

fn opening(opened: &Opened) -> String {
    let Opened { map, revision, .. } = opened;
    let Some(origin) = &opened.origin else { return format!("opened the case in {map} (revision {revision})") };
    let how = match origin.mode.as_str() {
        "hand-over" => "handed over",
        "call" => "called",
        _ => "started",
    };
    let (case, from, step) = (origin.case, &origin.map, &origin.step);
    format!("opened in {map} (revision {revision}): {how} by case {case} ({from}, {step})")
}

fn times(timers: &[Timer], zone: Tz) -> Vec<String> {
    timers.iter().map(|timer| format!("{} by {}", timer.rule, local(timer.due.due_at, zone))).collect()
}

fn set(fields: &BTreeMap<String, Option<Kept>>) -> String {
    let set: Vec<String> = fields
        .iter()
        .map(|(field, value)| match value {
            Some(value) => format!("{field} = {}", kept(value)),
            None => format!("{field} cleared"),
        })
        .collect();
    set.join(", ")
}

/// What an event says of what comes round.
fn of_round(body: &EventBody, machine: Option<&Machine>, zone: Tz) -> String {
    match body {
        EventBody::StartsSet { timers } => {
            let due = times(timers, zone);
            let none = "nothing of it is due".to_string();
            format!("what comes round was worked out: {}", if due.is_empty() { none } else { due.join("; ") })
        }
        EventBody::StartCame { id, started, already, .. } => {
            let started =
                started.as_ref().map(|linked| format!("; started case {} ({}) beside", linked.case, linked.map));
            let already = already.map(|case| format!("; case {case} is open already")).unwrap_or_default();
            format!("came round: {}{}{already}", round(machine, id), started.unwrap_or_default())
        }
        EventBody::StartDone { id, case, met, .. } => {
            let late = Left { met: met.iter().cloned().collect(), ..Left::default() };
            format!("done: {} — case {case} is over{}", round(machine, id), self::late(&late, zone))
        }
        _ => String::new(),
    }
}

/// What an event says, in a sentence without a full stop.
pub fn describe(event: &Event, machine: Option<&Machine>, zone: Tz) -> String {
    let step = title(machine, event.step.as_deref());
    match &event.body {
        EventBody::CaseOpened(opened) => opening(opened),
        EventBody::StepEntered { timers } => {
            let due: Vec<String> = times(timers, zone).iter().map(|time| format!("; {time}")).collect();
            format!("came to: {step}{}", due.join(""))
        }
        EventBody::StepDone(left) => format!("done: {step}{}", late(left, zone)),
        EventBody::DecisionAnswered { answer, on: None, left } => {
            format!("answered: {step} — {answer}{}", late(left, zone))
        }
        EventBody::DecisionAnswered { answer, on: Some(field), left } => {
            format!("answered from the record ({field}): {step} — {answer}{}", late(left, zone))
        }
        EventBody::ResponseReceived(left) => {
            let ended = left.ended.map(|case| format!(" — case {case} ended")).unwrap_or_default();
            format!("received: {step}{ended}{}", late(left, zone))
        }
        EventBody::WaitLapsed(_) => format!("time ran out: {step}"),
        EventBody::WaitEnded(_) => format!("the time came: {step}"),
        EventBody::DeadlinePassed { kind, id, due_at, tell, started, go } => {
            let mut words = format!("late: the {} {id} passed, due by {}", what(*kind), local(*due_at, zone));
            if !tell.is_empty() {
                words.push_str(&format!("; told {}", tell.join(", ")));
            }
            if let Some(started) = started {
                words.push_str(&format!("; started case {} ({})", started.case, started.map));
            }
            if let Some(go) = go {
                words.push_str(&format!("; goes to {}", title(machine, Some(go))));
            }
            words
        }
        EventBody::DeadlineRetracted { kind, id, .. } => {
            format!("not late after all: the {} {id} was met in time", what(*kind))
        }
        EventBody::TimeoutRetracted { of_seq } => {
            format!("took back event {of_seq}: {step} happened in time and was recorded late")
        }
        EventBody::TimersSet { timers } => {
            let due = times(timers, zone);
            format!("times worked out anew: {}", if due.is_empty() { "none".to_string() } else { due.join("; ") })
        }
        EventBody::StartsSet { .. } | EventBody::StartCame { .. } | EventBody::StartDone { .. } => {
            of_round(&event.body, machine, zone)
        }
        EventBody::FieldsSet { fields } => format!("set: {}", set(fields)),
        EventBody::ItemChecked { item } => format!("checked off: {item}"),
        EventBody::EvidenceAttached { name, reference, .. } => format!("attached {name}: {reference}"),
        EventBody::NoteAdded { text } => format!("noted: {text}"),
        EventBody::CaseAssigned { to: Some(to) } => format!("given to {to}"),
        EventBody::CaseAssigned { to: None } => "given to nobody".to_string(),
        EventBody::CaseHandedOver(linked) => format!("handed over to case {} ({})", linked.case, linked.map),
        EventBody::CaseCalled(linked) => {
            format!("called case {} ({}) and waits for its outcome", linked.case, linked.map)
        }
        EventBody::CaseStarted(linked) => format!("started case {} ({}) beside", linked.case, linked.map),
        EventBody::CallReturned { case, outcome, .. } => format!("case {case} came back: {outcome}"),
        EventBody::OutcomeNoted { case, outcome } => {
            format!("case {case} ended with {outcome}; nothing waited for it any more")
        }
        EventBody::CaseEnded { outcome } => format!("ended: {outcome}"),
        EventBody::CaseWithdrawn { reason } => format!("withdrawn: {reason}"),
    }
}
