//! How what carries a control is enforced, in words made from the map, and how often it held.

use std::collections::BTreeSet;

use mapcase_case::CaseNumber;
use mapcase_engine::controls::{Held, Why};
use mapcase_map::CheckedAtlas;
use mapcase_map::controls::{Carrier, LateOf, Report};
use mapcase_map::model::{Deadline, LinkMode, Map, Round, Step, StepKind};
use mapcase_map::written::day;

use crate::words;

/// How it is enforced: each thing that the engine asks for.
pub fn enforced(carrier: &Carrier<'_>, atlas: &CheckedAtlas) -> Vec<String> {
    match carrier {
        Carrier::Map(map) => vec![
            format!("every case goes by the map, revision {} of {}", map.revision, map.owner),
            match map.about.review_by {
                Some(by) => format!("to be read again by {}", day(by)),
                None => "no day by which it is read again".to_string(),
            },
        ],
        Carrier::Step(map, step) => of_step(map, step, atlas),
        Carrier::Limit(_, _, limit) => {
            let within = words::duration(limit.within.as_ref());
            let mut ways = vec![format!("from {} to {} within {within}", limit.from, limit.to)];
            ways.extend(words::overdue(&limit.overdue).map(|overdue| format!("when it passes: {overdue}")));
            ways
        }
        Carrier::Starts(_, _, round) => of_round(round, atlas),
        Carrier::Report(report) => vec![of_report(report, atlas)],
    }
}

fn of_round(round: &Round, atlas: &CheckedAtlas) -> Vec<String> {
    let after = round.after.as_ref().map_or(String::new(), |after| format!("{after} after "));
    let (map, title) = (&round.map, atlas.title_of(&round.map));
    let mut ways = vec![format!("opens a case of {map} ({title}) {after}{}", words::anchor(&round.anchor))];
    ways.push(format!("done when a case of {} is over", round.done));
    ways.extend(round.by.as_ref().map(by));
    ways
}

/// A deadline, and what happens when it passes.
fn by(due: &Deadline) -> String {
    let overdue = words::overdue(&due.overdue).map_or(String::new(), |overdue| format!(", or else {overdue}"));
    format!("{}{overdue}", words::deadline(due))
}

fn of_step(map: &Map, step: &Step, atlas: &CheckedAtlas) -> Vec<String> {
    let titles = |fields: &[String]| {
        words::all(&fields.iter().map(|field| map.field_title(field).to_string()).collect::<Vec<_>>())
    };
    let mut ways: Vec<String> = of_kind(step, atlas).into_iter().collect();
    if !step.needs.is_empty() {
        ways.push(format!("must be set: {}", titles(&step.needs)));
    }
    if !step.evidence.is_empty() {
        ways.push(format!("must be attached: {}", words::all(&step.evidence)));
    }
    if !step.checklist.is_empty() {
        let items: Vec<String> = step.checklist.iter().map(|(_, title)| title.clone()).collect();
        ways.push(format!("must be ticked: {}", items.join("; ")));
    }
    if !step.not_by.is_empty() {
        ways.push(format!("not by who did {}", words::any(&step.not_by)));
    }
    ways.extend(step.due.as_ref().map(by));
    for (joint, flow) in [("to", &step.sends), ("from", &step.receives)] {
        let Some(flow) = flow else { continue };
        let what = titles(&flow.what);
        let colon = if what.is_empty() { "" } else { ": " };
        ways.push(format!("information {joint} {}{colon}{what}", flow.party));
    }
    ways
}

/// Who does it, where a case waits, or where it leads.
fn of_kind(step: &Step, atlas: &CheckedAtlas) -> Option<String> {
    let roles = if step.roles.is_empty() { "anyone".to_string() } else { words::any(&step.roles) };
    Some(match &step.kind {
        StepKind::Start { from, .. } if !from.is_empty() => {
            format!("cases come from {}", words::any(from))
        }
        StepKind::Start { .. } => format!("opened by {roles}"),
        StepKind::Step { .. } => format!("done by {roles}"),
        StepKind::Decision { on: Some(field), .. } => format!("answered from the record ({field})"),
        StepKind::Decision { answers, .. } => {
            let answers: Vec<String> = answers.keys().cloned().collect();
            format!("answered {} by {roles}", words::any(&answers))
        }
        StepKind::WaitFor { timeout, .. } => match timeout {
            Some(timeout) => {
                let within = words::duration(timeout.within.as_ref());
                let anchor = words::anchor(&timeout.anchor);
                format!(
                    "recorded by {roles}; the wait lasts {within} after {anchor} and then goes to {}",
                    timeout.lapsed
                )
            }
            None => format!("recorded by {roles}"),
        },
        StepKind::WaitUntil { after: Some(after), anchor, .. } => {
            format!("the case waits until {after} after {}", words::anchor(anchor))
        }
        StepKind::WaitUntil { anchor, .. } => format!("the case waits for {}", words::anchor(anchor)),
        StepKind::Link { to, mode, .. } => {
            let title = atlas.title_of(to);
            match mode {
                LinkMode::HandOver => format!("handed over to {to} ({title})"),
                LinkMode::Call { .. } => format!("waits for a case of {to} ({title})"),
                LinkMode::Start { .. } => format!("starts a case of {to} ({title}) beside"),
            }
        }
        StepKind::End { outcome } => format!("the case ends: {outcome}"),
    })
}

fn of_report(report: &Report, atlas: &CheckedAtlas) -> String {
    let maps = words::all(&report.cases);
    let title = |field: &String| {
        let machines = report.cases.iter().filter_map(|map| atlas.machine(map));
        let title = machines.map(|machine| machine.map().field_title(field)).next();
        title.unwrap_or(field).to_string()
    };
    let mut ways = Vec::new();
    if !report.without.is_empty() {
        let fields: Vec<String> = report.without.iter().map(title).collect();
        ways.push(format!("without {}", words::any(&fields)));
    }
    match &report.late {
        LateOf::Nothing => {}
        LateOf::Anything => ways.push("late by any deadline".to_string()),
        LateOf::These(these) => ways.push(format!("late by {}", words::any(these))),
    }
    format!("every open case of {maps} that is {}", words::any(&ways))
}

/// Why a case is an exception.
pub fn why(why: &Why, map: Option<&Map>, atlas: &CheckedAtlas) -> String {
    match why {
        Why::NotSet(field) => {
            format!("{} is not set", map.map_or(field.as_str(), |map| map.field_title(field)))
        }
        Why::Late { kind, id, rule } => {
            let title = map.and_then(|map| match kind.as_str() {
                "by" => map.rounds.get(id).map(|round| atlas.title_of(&round.map)),
                "limit" => map.limits.get(id).map(|limit| limit.title.as_str()),
                _ => map.step(id).map(|step| step.title.as_str()),
            });
            format!("late: {} ({})", title.unwrap_or(id), words::rule(rule))
        }
    }
}

/// How often it held.
pub fn held(carrier: &Carrier<'_>, held: &Held) -> String {
    let times = |number: usize, what: &str| match number {
        0 => format!("never yet {what}"),
        1 => format!("once {what}"),
        _ => format!("{number} times {what}"),
    };
    let of = |number: usize, thing: &str| crate::text::count(number, thing);
    match carrier {
        Carrier::Map(_) => of(held.done, "case"),
        Carrier::Report(_) => format!("{} looked at", of(held.done, "open case")),
        Carrier::Limit(..) => times(held.in_time, "in time"),
        Carrier::Starts(_, _, round) => {
            let mut parts = vec![times(held.opened, "opened"), times(held.done, "done")];
            if held.done > 0 && round.by.is_some() {
                parts.push(times(held.in_time, "in time"));
            }
            parts.join(", ")
        }
        Carrier::Step(_, step) => {
            let mut parts = vec![times(held.done, "done")];
            if held.done > 0 && !step.not_by.is_empty() {
                parts.push(format!("each time by another person than {}", words::any(&step.not_by)));
            }
            if held.done > 0 && step.due.is_some() {
                parts.push(times(held.in_time, "in time"));
            }
            parts.join(", ")
        }
    }
}

/// How often it did not, and in which cases; nothing, where it always held. At most `most` cases are named.
pub fn not_held(held: &Held, most: usize) -> Option<String> {
    let of = |cases: &[CaseNumber], what: &str| Some(format!("{} {what}: {}", cases.len(), named(cases, most)?));
    let parts = [of(&held.late, "late"), of(&held.passed_by, "went on without it")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Cases by their numbers; nothing, where there is none. One that counts twice is named once.
pub fn named(cases: &[CaseNumber], most: usize) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut each: Vec<String> = cases.iter().filter(|case| seen.insert(**case)).map(ToString::to_string).collect();
    let more = each.len().saturating_sub(most);
    each.truncate(most);
    if more > 0 {
        each.push(format!("{more} more"));
    }
    (!each.is_empty()).then(|| words::all(&each))
}
