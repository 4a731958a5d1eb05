//! Faults of what a map says of itself: where it comes from, what is not settled, which controls it carries, what it allows.

use super::{Fault, on_words, rewrite};
use crate::plan::{Group, MapPlan, Numbers, Plan};

/// Changes a line of some map's head, of the maps that are transcribed, or of those that are not.
fn head(mut plan: Plan, numbers: &mut Numbers, transcribed: bool, key: &str, value: &str) -> Option<Fault> {
    let maps: Vec<usize> = (0..plan.maps.len()).filter(|at| plan.maps[*at].is_transcribed() == transcribed).collect();
    let map = &mut plan.maps[*numbers.one(&maps)?];
    map.head.iter_mut().find(|(known, _)| known == key)?.1 = value.to_string();
    let file = map.file();
    on_words(&plan, &file, value)
}

pub fn missing_quote(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let maps: Vec<usize> = (0..plan.maps.len()).filter(|at| plan.maps[*at].is_transcribed()).collect();
    let at = *numbers.one(&maps)?;
    let step = numbers.below(plan.maps[at].steps.len());
    let step = &mut plan.maps[at].steps[step];
    step.drop("quote");
    let id = step.id.clone();
    Some(super::on_key(&plan, at, &id, None))
}

pub fn reconstructed(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    head(plan, numbers, true, "source", "{ document: d, reading: reconstructed }")
}

pub fn review_overdue(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let transcribed = numbers.of_100(50);
    head(plan, numbers, transcribed, "review_by", "2024-02-29")
}

pub fn to_be_confirmed(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let key = ["due", "role"][numbers.below(2)];
    rewrite(plan, numbers, |step| step.is("step") && step.get(key).is_some(), key, |_| "TBC".to_string())
}

pub fn control_unbound(mut plan: Plan, _: &mut Numbers) -> Option<Fault> {
    plan.register.push_str("  C2: { title: Nobody thought of this, binds: report }\n");
    on_words(&plan, "register.yaml", "C2")
}

fn allow(plan: Plan, numbers: &mut Numbers, allowed: &str) -> Option<Fault> {
    let fits = |step: &Group| step.get("quote").is_some() || !step.is("start");
    rewrite(plan, numbers, fits, "allow", |_| format!("{{ {allowed}: because }}"))
}

pub fn unknown_rule(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    allow(plan, numbers, "everything-else")
}

pub fn unallowable_rule(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    allow(plan, numbers, "unknown-step")
}

pub fn unused_allowance(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    allow(plan, numbers, "single-answer")
}

/// An atlas that lists origins, in which every time has one.
fn with_origins(mut plan: Plan) -> Plan {
    plan.atlas.push_str("origins: { S: The source, L: The law }\n");
    for map in &mut plan.maps {
        for group in map.steps.iter_mut().chain(&mut map.limits).filter(|group| time_of(group).is_some()) {
            group.set("origin", "S");
        }
    }
    plan
}

/// The key of a step's or a limit's time.
fn time_of(group: &Group) -> Option<&'static str> {
    ["due", "within", "until"].into_iter().find(|key| group.get(key).is_some())
}

pub fn unknown_origin(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    rewrite(with_origins(plan), numbers, |step| time_of(step).is_some(), "origin", |_| "quite-elsewhere".to_string())
}

pub fn missing_origin(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let mut plan = with_origins(plan);
    let maps: Vec<usize> = (0..plan.maps.len()).filter(|at| !times(&plan.maps[*at]).is_empty()).collect();
    let at = *numbers.one(&maps)?;
    let (id, key) = numbers.one(&times(&plan.maps[at]))?.clone();
    plan.maps[at].step(&id).drop("origin");
    Some(super::on_key(&plan, at, &id, Some(key)))
}

/// The steps of a map that have a time, each with its key.
fn times(map: &MapPlan) -> Vec<(String, &'static str)> {
    map.steps.iter().filter_map(|step| Some((step.id.clone(), time_of(step)?))).collect()
}
