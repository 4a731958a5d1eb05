//! Faults of limits and of what times count from.

use super::{Fault, on_key};
use crate::plan::{Group, MapPlan, Numbers, Plan};

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

/// Adds a map of its own in which each step has its time and no loop goes round.
fn tidy(plan: &mut Plan) -> &mut MapPlan {
    let mut map = plan.maps[0].clone();
    map.id = "tidy".to_string();
    map.head.retain(|(key, _)| key != "controls");
    map.limits.clear();
    let all = "[flag, way, since, words]";
    let sends = "{ to: The register, what: [flag, way, since, words] }";
    let due = ("due", "2 days");
    let answers = "{ yes: letter, no: say-so }";
    map.steps = vec![
        Group::new("begun", &[("kind", "start"), ("title", "Begun"), ("needs", all), ("next", "one")]),
        Group::new("one", &[("role", "AM"), ("title", "One"), due, TELL, ("next", "ask")]),
        Group::new("ask", &[("kind", "decision"), ("role", "AM"), ("title", "Ask?"), due, TELL, ("answers", answers)]),
        Group::new(
            "letter",
            &[("kind", "wait"), ("role", "AM"), ("title", "Wait"), ("for", "A letter"), ("within", "4 weeks")],
        ),
        Group::new("chase", &[("role", "AM"), ("title", "Chase"), ("due", "6 weeks of one"), TELL, ("next", "say-so")]),
        Group::new("say-so", &[("role", "AM"), ("title", "Say so"), due, TELL, ("sends", sends), ("next", "finish")]),
        Group::new("finish", &[("kind", "end"), ("title", "Over"), ("outcome", "over")]),
    ];
    map.step("letter").set("received", "say-so");
    map.step("letter").set("lapsed", "chase");
    map.steps.iter_mut().for_each(|step| step.set("quote", "As the source says."));
    plan.maps.push(map);
    plan.maps.last_mut().unwrap()
}

fn in_tidy(plan: &Plan, group: &str, key: Option<&str>) -> Option<Fault> {
    Some(on_key(plan, plan.maps.len() - 1, group, key))
}

fn limit(to: &str) -> Group {
    let lines = [("title", "In time"), ("from", "begun"), ("to", to), ("within", "1 year"), TELL];
    Group::new("within-a-year", &lines)
}

pub fn limit_cut_short(mut plan: Plan, _: &mut Numbers) -> Option<Fault> {
    tidy(&mut plan).limits.push(limit("letter"));
    in_tidy(&plan, "within-a-year", None)
}

pub fn deadline_after_timeout(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let due = ["1 week of one", "72 hours of begun", "10 working days of ask"][numbers.below(3)];
    tidy(&mut plan).step("chase").set("due", due);
    in_tidy(&plan, "chase", Some("due"))
}

pub fn unbounded_loop(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let map = tidy(&mut plan);
    let back = ["one", "ask"][numbers.below(2)];
    map.step("ask").set("answers", &format!("{{ yes: letter, no: say-so, again: {back} }}"));
    map.limits.push(limit("say-so"));
    in_tidy(&plan, "within-a-year", Some("within"))
}

pub fn unbounded_step(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let id = ["one", "ask", "chase", "say-so"][numbers.below(4)];
    let step = tidy(&mut plan).step(id);
    step.drop("due");
    step.drop("overdue");
    in_tidy(&plan, id, None)
}
