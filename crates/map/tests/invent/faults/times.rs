//! Faults of limits and of what times count from.

use super::{Fault, on_key};
use crate::plan::{Group, Numbers, Plan};

const TELL: (&str, &str) = ("overdue", "{ tell: AM }");

/// Puts a step of its own between `accept` and what follows it, in some map.
fn after_accept(plan: &mut Plan, numbers: &mut Numbers, lines: &[(&str, &str)]) -> usize {
    let at = numbers.below(plan.maps.len());
    let accept = plan.maps[at].step("accept");
    let next = accept.get("next").unwrap().to_string();
    accept.set("next", "put-in");
    let mut step = Group::new("put-in", lines);
    step.set("quote", "As the source says.");
    step.set("next", &next);
    plan.maps[at].steps.push(step);
    at
}

pub fn limit_over_budget(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let due = ["30 days", "12 working days", "1 month"][numbers.below(3)];
    let at = after_accept(&mut plan, numbers, &[("role", "AM"), ("title", "Take long"), ("due", due), TELL]);
    let within = ["72 hours", "2 weeks", "5 working days"][numbers.below(3)];
    let lines = [("title", "Too short"), ("from", "accept"), ("to", "put-in"), ("within", within), TELL];
    plan.maps[at].limits.push(Group::new("narrow", &lines));
    Some(on_key(&plan, at, "narrow", Some("within")))
}

pub fn limit_never_stops(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    let lines = [("title", "Turned round"), ("from", "say-so"), ("to", "accept"), ("within", "1 year"), TELL];
    plan.maps[at].limits.push(Group::new("turned", &lines));
    Some(on_key(&plan, at, "turned", Some("to")))
}

pub fn anchor_not_passed(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let lines = [("role", "AM"), ("title", "Count from later"), ("due", "2 years of say-so"), TELL];
    let at = after_accept(&mut plan, numbers, &lines);
    Some(on_key(&plan, at, "put-in", Some("due")))
}

pub fn endless_wait(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let lines = [("kind", "wait"), ("title", "Wait for ever"), ("until", "3 days after say-so")];
    let at = after_accept(&mut plan, numbers, &lines);
    Some(on_key(&plan, at, "put-in", Some("until")))
}
