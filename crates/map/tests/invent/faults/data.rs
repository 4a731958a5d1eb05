//! Faults of what a record holds, and of who may act.

use super::{Fault, on_key, on_words};
use crate::plan::{Group, Numbers, Plan};

/// Puts a step between `accept`, which every case passes, and what follows it; `lines` is given what follows. The fault is
/// on the line of one of the new step's keys.
fn after_accept(
    mut plan: Plan,
    at: usize,
    key: &str,
    lines: impl Fn(&str) -> Vec<(&'static str, String)>,
) -> Option<Fault> {
    let accept = plan.maps[at].step("accept");
    let next = accept.get("next")?.to_string();
    accept.set("next", "put-in");
    let mut step = Group::new("put-in", &[("title", "Put in"), ("quote", "Put in.")]);
    lines(&next).iter().for_each(|(key, value)| step.set(key, value));
    plan.maps[at].steps.push(step);
    Some(on_key(&plan, at, "put-in", Some(key)))
}

pub fn maybe_unset_field(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    plan.maps[at].step("begun").set("needs", "[flag, way, words]");
    let wait =
        |next: &str| vec![("kind", "wait".to_string()), ("until", "since".to_string()), ("next", next.to_string())];
    after_accept(plan, at, "until", wait)
}

fn on_flag(answers: String) -> Vec<(&'static str, String)> {
    vec![("kind", "decision".to_string()), ("on", "flag".to_string()), ("answers", answers)]
}

pub fn unanswered_choice(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    after_accept(plan, at, "on", |next| on_flag(format!("{{ no: {next} }}")))
}

pub fn unknown_answer(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    let next = plan.maps[at].step("accept").get("next")?.to_string();
    let more = [("role", "AM"), ("title", "More"), ("quote", "More."), ("next", &*next)];
    plan.maps[at].steps.push(Group::new("more", &more));
    after_accept(plan, at, "answers", |next| on_flag(format!("{{ yes: {next}, no: more, quite-elsewhere: more }}")))
}

pub fn unused_field(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    plan.maps[at].record.push(("left_over".to_string(), "{ type: text, title: Left over }".to_string()));
    on_words(&plan, &plan.maps[at].file(), "left_over")
}

pub fn not_by_unreachable(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    plan.maps[at].step("accept").set("not_by", "say-so");
    Some(on_key(&plan, at, "accept", Some("not_by")))
}

pub fn not_by_disjoint_roles(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    let other = ["SW", "TM", "Admin"].into_iter().find(|role| plan.atlas.contains(&format!("  {role}: ")))?;
    plan.maps[at].step("accept").set("role", "AM");
    let last = plan.maps[at].step("say-so");
    last.set("role", other);
    last.set("not_by", "accept");
    Some(on_key(&plan, at, "say-so", Some("not_by")))
}

pub fn role_never_acts(mut plan: Plan, _: &mut Numbers) -> Option<Fault> {
    plan.atlas = plan.atlas.replace("themes:\n", "  Idle: Nobody knows\nthemes:\n");
    on_words(&plan, "atlas.yaml", "Idle")
}
