//! What BPMN has no element for, in words: as documentation of the process and of its parts, and as remarks beside them.

use super::super::words;
use super::time::{Timing, is_settled};
use super::{Cause, Kind, Shape};
use crate::atlas::CheckedAtlas;
use crate::machine::Machine;
use crate::model::{Flow, Limit, LinkMode, Map, Overdue, Step, StepKind};
use crate::written::{listed, written};

/// What must stand beside a step, where a reader of the diagram sees it.
pub(super) fn beside(map: &Map, step: &Step) -> Vec<String> {
    let mut remarks = Vec::new();
    if step.roles.len() > 1 && !matches!(step.kind, StepKind::Start { .. } | StepKind::End { .. }) {
        remarks.push(format!("Done by {}", listed(&step.roles, "or")));
    }
    remarks.extend(step.receives.iter().map(|flow| moved(map, "Receives", "from", flow)));
    remarks.extend(step.sends.iter().map(|flow| moved(map, "Sends", "to", flow)));
    remarks
}

fn moved(map: &Map, verb: &str, way: &str, flow: &Flow) -> String {
    let what: Vec<String> = flow.what.iter().map(|id| map.field_title(id).to_string()).collect();
    let what = if what.is_empty() { "information".to_string() } else { listed(&what, "and") };
    format!("{verb} {way} {}: {what}", flow.party)
}

/// What is said of a limit beside the step that starts it.
pub(super) fn limit(map: &Map, limit: &Limit, atlas: &CheckedAtlas) -> String {
    let mut text = format!(
        "Limit: {}. {} from here to the doing of {}",
        limit.title,
        written(limit.within.as_ref()),
        words::quoted(map, &limit.to)
    );
    let late = happens(map, &limit.overdue, atlas);
    if !late.is_empty() {
        text.push_str(&format!(". If late: {late}"));
    }
    text
}

fn happens(map: &Map, overdue: &Overdue, atlas: &CheckedAtlas) -> String {
    let mut parts = Vec::new();
    if !overdue.tell.is_empty() {
        parts.push(format!("tell {}", listed(&overdue.tell, "and")));
    }
    parts.extend(overdue.start.iter().map(|id| format!("start \u{201c}{}\u{201d}", atlas.title_of(id))));
    parts.extend(overdue.go.iter().map(|id| format!("go to {}", words::quoted(map, id))));
    listed(&parts, "and")
}

/// The documentation of a step.
pub(super) fn of_step(map: &Map, step: &Step) -> Vec<String> {
    let mut notes = Vec::new();
    let mut list = |what: &str, items: Vec<String>| {
        if !items.is_empty() {
            notes.push(format!("{what}: {}", items.join("; ")));
        }
    };
    list("Source", step.quote.iter().cloned().collect());
    list("Inferred", step.inferred.iter().cloned().collect());
    list("Note", step.note.iter().cloned().collect());
    list("Role", if step.roles.is_empty() { Vec::new() } else { vec![listed(&step.roles, "or")] });
    list("Needs", step.needs.iter().map(|id| map.field_title(id).to_string()).collect());
    list("Evidence", step.evidence.clone());
    list("Checklist", step.checklist.iter().map(|(_, title)| title.clone()).collect());
    list("Not by who last did", step.not_by.iter().map(|id| words::title(map, id).to_string()).collect());
    list("Controls", step.controls.clone());
    match &step.kind {
        StepKind::Start { from, .. } => list("From", from.clone()),
        StepKind::Link { to, carries, mode, .. } => {
            let what = match mode {
                LinkMode::HandOver => "Hands over to",
                LinkMode::Call { .. } => "Calls",
                LinkMode::Start { .. } => "Starts beside",
            };
            list(what, vec![to.clone()]);
            list("Carries", carries.iter().map(|id| map.field_title(id).to_string()).collect());
        }
        StepKind::End { outcome } => list("Outcome", vec![outcome.clone()]),
        _ => {}
    }
    notes
}

/// The documentation of the whole process: what it is, and what of it BPMN cannot say.
pub(super) fn of_map(machine: &Machine, atlas: &CheckedAtlas, shapes: &[Shape]) -> Vec<String> {
    let map = machine.map();
    let mut notes = vec![format!("Map {}, revision {}, owner {}", map.id, map.revision, map.owner)];
    if !map.about.document.is_empty() {
        let warning = words::warning(map.about.reading).map(str::to_string);
        notes.push(warning.unwrap_or_else(|| format!("Transcribed from {}", map.about.document)));
    }
    notes.extend(map.about.notes.iter().map(|note| format!("Note: {note}")));
    notes.extend(unsaid(map, atlas, shapes).into_iter().map(|note| format!("Not in BPMN: {note}")));
    notes
}

/// What BPMN cannot say of this map.
fn unsaid(map: &Map, atlas: &CheckedAtlas, shapes: &[Shape]) -> Vec<String> {
    let mut notes = Vec::new();
    for (id, limit) in &map.limits {
        notes.push(format!(
            "the limit {id} ({}) runs from the doing of {} to the doing of {}, wherever the case stands between",
            limit.title, limit.from, limit.to
        ));
    }
    for (id, round) in &map.rounds {
        let when = round.anchor.until(round.after.as_ref());
        notes.push(format!(
            "{id} ({}): a case of {} is opened beside, {when}, wherever the case stands",
            round.title, round.map
        ));
    }
    for step in &map.steps {
        if let StepKind::WaitFor { comes_from: Some(from), .. } = &step.kind {
            let outcomes = from.outcomes.join(" or ");
            notes.push(format!("{} is received by itself when a case of {} ends with {outcomes}", step.id, from.map));
        }
    }
    let timings = || shapes.iter().filter_map(timing);
    if timings().any(|timing| timing.iso.is_some() && timing.in_days) {
        notes.push(format!(
            "days, weeks, months and years run to the end of the last day, by the clock of {}, and a wait for a time to its \
             beginning; an ISO 8601 duration runs from one instant to another",
            map.zone
        ));
    }
    if timings().any(|timing| timing.iso.is_none() && is_settled(timing)) {
        notes.push(format!(
            "a time in working days (calendar {}), or one that counts from another step or from the record, stands in the \
             map's own words, with the language urn:mapcase:time",
            map.calendar
        ));
    }
    if timings().any(|timing| !is_settled(timing)) {
        notes.push("a time that is TBC never comes".to_string());
    }
    if map.steps.iter().any(|step| matches!(step.kind, StepKind::Decision { on: Some(_), .. })) {
        notes.push(
            "a decision on the record holds the case until the field is set; a gateway does not wait".to_string(),
        );
    }
    if map.steps.iter().any(|step| !step.not_by.is_empty()) {
        notes.push("who did one step may not do another".to_string());
    }
    let calls = map.steps.iter().filter_map(|step| match &step.kind {
        StepKind::Link { to, entry, mode: LinkMode::Call { .. }, .. } => Some((to, entry)),
        _ => None,
    });
    for (to, entry) in calls {
        let Some(machine) = atlas.machine(to) else { continue };
        if let Some(start) = machine.map().entry_for(&map.id, entry.as_deref()) {
            notes.push(format!("the call of {to} begins at its start {}", start.id));
        }
    }
    notes.dedup();
    notes
}

/// The time that a shape has.
pub(super) fn timing(shape: &Shape) -> Option<&Timing> {
    match &shape.kind {
        Kind::Start(Cause::Time(timing)) | Kind::Timer(timing) | Kind::Boundary { timing, .. } => Some(timing),
        _ => None,
    }
}
