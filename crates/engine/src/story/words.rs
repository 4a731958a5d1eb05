//! Stories in words: what an item says, what came of it, and what was possible instead, in the words of a story.

use chrono_tz::Tz;
use mapcase_case::event::{Event, EventBody};
use mapcase_case::possible::{awaited_field, missing};
use mapcase_case::{CaseState, Status, TimerKind};
use mapcase_map::model::{Step, StepKind};
use mapcase_map::scenarios::{Deed, Expect, How, Item, Verb, What};
use mapcase_map::time::local;
use mapcase_map::{Machine, Transition};

use super::Element;

/// What an item says.
pub fn item(item: &Item, zone: Tz) -> String {
    let inside = item.inside.as_ref().map(|map| format!("in {map}: ")).unwrap_or_default();
    let what = match &item.what {
        What::Clock => item.at.map_or("wait".to_string(), |at| format!("wait until {}", local(at, zone))),
        What::Wait(duration) => format!("wait {duration}"),
        What::Act(done) => deed(done),
        What::Refuse { deed: tried, because } => {
            let because = because.as_ref().map(|because| format!(", because {because}")).unwrap_or_default();
            format!("refuse: {}{because}", deed(tried))
        }
        What::Expect(expected) => format!("expect {}", expect(expected)),
    };
    format!("{inside}{what}")
}

/// What somebody does.
pub fn deed(deed: &Deed) -> String {
    let verb = match &deed.verb {
        Verb::Do(step) | Verb::Answer(step, _) => format!("do {step}"),
        Verb::Receive(step) => format!("receive {step}"),
        Verb::Supply => String::new(),
    };
    let who = [("as", &deed.role), ("by", &deed.by)];
    let who = who.into_iter().filter_map(|(key, who)| Some(format!("{key} {}", who.as_ref()?)));
    let verb = (!verb.is_empty()).then_some(verb);
    let mut words = vec![verb.into_iter().chain(who).collect::<Vec<_>>().join(" ")];
    if let Verb::Answer(_, answer) = &deed.verb {
        words.push(format!("answer {answer}"));
    }
    words.extend(deed.set.iter().map(|(field, value)| format!("set {field}={value}")));
    words.extend(deed.attach.iter().map(|(name, reference)| format!("attach {name}={reference}")));
    words.extend(deed.check_off.iter().map(|item| format!("check-off {item}")));
    words.retain(|words| !words.is_empty());
    words.join(", ")
}

/// How a case must stand.
pub fn expect(expect: &Expect) -> String {
    let mut words: Vec<String> = expect.step.iter().map(|step| format!("step {step}")).collect();
    words.extend(expect.late.as_ref().map(|late| late_words(late)));
    words.extend(expect.lapsed.iter().map(|step| format!("lapsed {step}")));
    words.extend(expect.ended.as_ref().map(how));
    words.join(", ")
}

/// What is late.
pub fn late_words(late: &[String]) -> String {
    if late.is_empty() { "nothing late".to_string() } else { format!("late {}", late.join(" and ")) }
}

/// How a case ends.
pub fn how(how: &How) -> String {
    match how {
        How::Outcome(outcome) => format!("ended with outcome {outcome}"),
        How::HandedOver(map) => format!("handed over to {map}"),
    }
}

/// How a case stands.
pub fn stands(state: &CaseState) -> String {
    match &state.status {
        Status::Open => format!("stands at {}", state.step),
        Status::Ended { outcome } => format!("ended with outcome {outcome}"),
        Status::HandedOver { map, .. } => format!("handed over to {map}"),
        Status::Withdrawn => "was withdrawn".to_string(),
    }
}

/// What an event says that nobody did: timers, other cases, answers from the record. Nothing of what the item itself says.
pub fn came(event: &Event) -> Option<String> {
    let step = event.step.as_deref().unwrap_or("");
    Some(match &event.body {
        EventBody::WaitLapsed(_) => format!("the time of {step} ran out"),
        EventBody::WaitEnded(_) => format!("the time of {step} came"),
        EventBody::DecisionAnswered { answer, on: Some(field), .. } => format!("{step}: {answer}, by {field}"),
        EventBody::DeadlinePassed { kind, id, tell, started, go, .. } => {
            let what = match kind {
                TimerKind::Limit => "the limit ",
                TimerKind::By => "the time for ",
                _ => "",
            };
            let told = if tell.is_empty() { String::new() } else { format!("; told {}", tell.join(", ")) };
            let started = started.as_ref().map(|linked| format!("; started {}", linked.map)).unwrap_or_default();
            let go = go.as_ref().map(|go| format!("; went to {go}")).unwrap_or_default();
            format!("late: {what}{id}{told}{started}{go}")
        }
        EventBody::DeadlineRetracted { id, .. } => format!("not late after all: {id}"),
        EventBody::TimeoutRetracted { .. } => format!("taken back: the time of {step} had not run out"),
        EventBody::CaseCalled(linked) => format!("called {}", linked.map),
        EventBody::CaseStarted(linked) => format!("started {}", linked.map),
        EventBody::CallReturned { outcome, .. } => format!("came back with {outcome}"),
        EventBody::StartCame { id, started: Some(linked), .. } => format!("{id} came round; started {}", linked.map),
        EventBody::StartCame { id, .. } => format!("{id} came round; a case is open already"),
        EventBody::StartDone { id, .. } => format!("{id} was done"),
        EventBody::ResponseReceived(left) if left.ended.is_some() => format!("received {step}: another case ended"),
        _ => return None,
    })
}

/// What is possible for a case, a line each, in the words of a story.
pub fn possible(machine: &Machine, state: &CaseState) -> Vec<String> {
    if !state.is_open() {
        return vec![format!("nothing more: the case {}", stands(state))];
    }
    let Some(step) = machine.step(&state.step) else { return Vec::new() };
    let mut lines: Vec<String> = act(machine, state, step).into_iter().collect();
    let mut timers: Vec<_> = state.timers.iter().filter(|timer| !timer.passed).collect();
    timers.sort_by_key(|timer| timer.fires_at());
    lines.extend(timers.into_iter().map(|timer| {
        let at = local(timer.fires_at(), machine.map().zone);
        let id = &timer.id;
        match timer.kind {
            TimerKind::Limit => format!("wait until {at}: the limit {id} passes"),
            TimerKind::Deadline => format!("wait until {at}: the deadline of {id} passes"),
            TimerKind::Timeout => format!("wait until {at}: the time of {id} runs out"),
            TimerKind::Until => format!("wait until {at}: the time of {id} comes"),
            TimerKind::Start => format!("wait until {at}: {id} is due to start"),
            TimerKind::By => format!("wait until {at}: the time for {id} passes"),
        }
    }));
    lines
}

fn act(machine: &Machine, state: &CaseState, step: &Step) -> Option<String> {
    if let Some(field) = awaited_field(state, step) {
        return Some(format!("set {field}"));
    }
    let mut asked = String::new();
    let verb = match &step.kind {
        StepKind::Start { .. } | StepKind::Step { .. } => format!("do {}", step.id),
        StepKind::Decision { answers, .. } => {
            asked = format!(", answer {}", answers.keys().cloned().collect::<Vec<_>>().join(" or "));
            format!("do {}", step.id)
        }
        StepKind::WaitFor { .. } => format!("receive {}", step.id),
        _ => return None,
    };
    let role = if step.roles.is_empty() { String::new() } else { format!(" as {}", step.roles.join(" or ")) };
    let missing: Vec<String> = missing(machine, state, step)
        .iter()
        .map(|missing| match missing.kind {
            "field" => format!("set {}", missing.id),
            "evidence" => format!("attach {}", missing.id),
            _ => format!("check-off {}", missing.id),
        })
        .collect();
    let missing = if missing.is_empty() { String::new() } else { format!(", with {}", missing.join(", ")) };
    Some(format!("{verb}{role}{asked}{missing}"))
}

/// What no story comes to, in words.
pub fn element(element: &Element, machine: &Machine) -> String {
    match element {
        Element::Step(step) => format!("step {step}"),
        Element::Deadline(step) => format!("the deadline of {step} passes"),
        Element::Limit(limit) => format!("the limit {limit} passes"),
        Element::Start(round) => format!("{round} is started"),
        Element::By(round) => format!("the time for {round} passes"),
        Element::Way(step, way) => {
            let to = machine.target(step, way).map_or("", |to| to.id.as_str());
            match way {
                Transition::Done => format!("{step} to {to}"),
                Transition::Answered(answer) => format!("{step}, answer {answer}, to {to}"),
                Transition::Received => format!("{step}, received, to {to}"),
                Transition::Lapsed => format!("{step}, lapsed, to {to}"),
                Transition::Overdue(None) => format!("{step}, late, to {to}"),
                Transition::Overdue(Some(limit)) => format!("{step}, limit {limit} passed, to {to}"),
                Transition::Returned(outcome) => format!("{step}, came back with {outcome}, to {to}"),
            }
        }
    }
}
