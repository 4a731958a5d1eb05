//! `controls` for programs.

use mapcase_case::CaseNumber;
use mapcase_engine::controls::Held;
use mapcase_map::controls::Carrier;
use serde_json::{Value, json};

use super::{Row, Trace, words};

/// What carries each control, how it is enforced, and how often it held.
pub fn trace(trace: &Trace<'_>) -> Value {
    let mut registers: Vec<Value> = Vec::new();
    for rows in trace.rows.chunk_by(|one, other| one.register.id == other.register.id) {
        let Some(first) = rows.first() else { continue };
        let controls: Vec<Value> = rows.iter().map(|row| control(trace, row)).collect();
        let (register, title) = (&first.register.id, &first.register.title);
        registers.push(json!({ "register": register, "title": title, "controls": controls }));
    }
    json!({ "casebook": trace.counted.is_some(), "registers": registers })
}

fn control(trace: &Trace<'_>, row: &Row<'_>) -> Value {
    let carried_by: Vec<Value> = row.carriers.iter().map(|carrier| carried(trace, carrier)).collect();
    json!({ "control": row.id, "title": row.control.title, "binds": row.control.binds, "carried_by": carried_by })
}

fn carried(trace: &Trace<'_>, carrier: &Carrier<'_>) -> Value {
    json!({
        "kind": carrier.kind(),
        "map": carrier.map().map(|map| &map.id),
        "id": carrier.id(),
        "title": carrier.title(),
        "enforced": words::enforced(carrier, trace.atlas),
        "held": trace.counted.as_ref().map(|counted| held(&counted.held(carrier))),
    })
}

fn held(held: &Held) -> Value {
    let cases = |cases: &[CaseNumber]| cases.iter().map(ToString::to_string).collect::<Vec<_>>();
    json!({
        "done": held.done,
        "opened": held.opened,
        "in_time": held.in_time,
        "late": cases(&held.late),
        "passed_by": cases(&held.passed_by),
        "running": held.running,
    })
}

/// What is an exception now.
pub fn exceptions(trace: &Trace<'_>) -> Value {
    let mut all = Vec::new();
    for row in &trace.rows {
        for found in trace.exceptions(row) {
            let case = found.case.as_ref();
            all.push(json!({
                "register": row.register.id,
                "control": row.id,
                "kind": found.carrier.kind(),
                "id": found.carrier.id(),
                "map": found.map,
                "case": case.map(|(case, _)| case.to_string()),
                "subject": found.subject,
                "step": case.map(|(_, step)| step),
                "since": found.since,
                "why": found.why,
            }));
        }
    }
    json!({ "exceptions": all })
}
