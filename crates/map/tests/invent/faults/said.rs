//! Faults of what a map says of itself: where it comes from, what is not settled, which controls it carries, what it allows.

use super::{Fault, on_words, rewrite};
use crate::plan::{Group, Numbers, Plan};

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
