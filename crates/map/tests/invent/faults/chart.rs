//! Faults of the shape of a map, of its links and of its deadlines.

use super::{Fault, Spot, on_key, spots};
use crate::plan::{Group, Numbers, Plan};

/// Each word before a colon of a group in braces, with the word behind it.
fn pairs(group: &str) -> Vec<(String, String)> {
    let inside = group.trim_start_matches('{').trim_end_matches('}');
    let pair = |pair: &str| pair.split_once(':').map(|(key, value)| (key.trim().to_string(), value.trim().to_string()));
    inside.split(',').filter_map(pair).collect()
}

fn braces(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{ {} }}", pairs.join(", "))
}

fn some(plan: &Plan, numbers: &mut Numbers, fits: impl Fn(&Group) -> bool) -> Option<Spot> {
    numbers.one(&spots(plan, fits)).cloned()
}

pub fn no_start(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    let map = &mut plan.maps[at];
    map.steps.iter().all(|step| step.get("from").is_none()).then_some(())?;
    map.steps.retain(|step| !step.is("start"));
    Some(Fault { place: (map.file(), None), files: plan.files() })
}

pub fn no_end(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    let called = plan.maps.iter().any(|map| map.steps.iter().any(|step| step.get("to") == Some(&plan.maps[at].id)));
    let finish = plan.maps[at].step("finish");
    (finish.is("end") && !called).then_some(())?;
    *finish =
        Group::new("finish", &[("role", "AM"), ("title", "Begin anew"), ("quote", "Begin anew."), ("next", "say-so")]);
    Some(Fault { place: (plan.maps[at].file(), None), files: plan.files() })
}

pub fn unreachable_step(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    let lines = [("role", "AM"), ("title", "Nobody comes here"), ("quote", "Nobody."), ("next", "say-so")];
    plan.maps[at].steps.push(Group::new("island", &lines));
    Some(on_key(&plan, at, "island", None))
}

pub fn dead_end(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = some(&plan, numbers, |step| step.get("answers").is_some() && step.get("role").is_some())?;
    let step = &mut plan.maps[spot.map].steps[spot.step];
    let mut answers = pairs(step.get("answers").unwrap());
    answers.push(("never".to_string(), "round".to_string()));
    step.set("answers", &braces(&answers));
    let lines = [("role", "AM"), ("title", "Round and round"), ("quote", "Round."), ("next", "round")];
    plan.maps[spot.map].steps.push(Group::new("round", &lines));
    Some(on_key(&plan, spot.map, "round", None))
}

pub fn edge_into_start(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    rewrite_answer(plan, numbers, "begun")
}

/// Adds an answer that leads somewhere.
fn rewrite_answer(mut plan: Plan, numbers: &mut Numbers, to: &str) -> Option<Fault> {
    let spot = some(&plan, numbers, |step| step.get("answers").is_some() && step.get("role").is_some())?;
    let step = &mut plan.maps[spot.map].steps[spot.step];
    let mut answers = pairs(step.get("answers").unwrap());
    answers.push(("besides".to_string(), to.to_string()));
    step.set("answers", &braces(&answers));
    let id = step.id.clone();
    Some(on_key(&plan, spot.map, &id, Some("answers")))
}

pub fn silent_loop(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = some(&plan, numbers, |step| step.get("on") == Some("flag"))?;
    let step = &mut plan.maps[spot.map].steps[spot.step];
    let answers = pairs(step.get("answers").unwrap());
    let (yes, no) = (answers[0].1.clone(), answers[1].1.clone());
    step.set("answers", &format!("{{ yes: {yes}, no: echo }}"));
    let (id, no) = (step.id.clone(), format!("{{ no: {}, yes: {no} }}", step.id));
    let lines = [("kind", "decision"), ("title", "And?"), ("quote", "And?"), ("on", "flag"), ("answers", &*no)];
    plan.maps[spot.map].steps.push(Group::new("echo", &lines));
    Some(on_key(&plan, spot.map, &id, None))
}

pub fn single_answer(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let at = numbers.below(plan.maps.len());
    let accept = plan.maps[at].step("accept");
    let answers = format!("{{ yes: {} }}", accept.get("next").unwrap());
    let quote = [("kind", "decision"), ("role", "AM"), ("title", "Well?"), ("quote", "Well?"), ("answers", &*answers)];
    *accept = Group::new("accept", &quote);
    Some(on_key(&plan, at, "accept", Some("answers")))
}

pub fn same_answers(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let fault = single_answer(plan.clone(), numbers)?;
    let at = plan.maps.iter().position(|map| map.file() == fault.place.0)?;
    let accept = plan.maps[at].step("accept");
    let next = accept.get("next").unwrap().to_string();
    let answers = format!("{{ yes: {next}, no: {next} }}");
    let lines = [("kind", "decision"), ("role", "AM"), ("title", "Well?"), ("quote", "Well?"), ("answers", &*answers)];
    *accept = Group::new("accept", &lines);
    Some(on_key(&plan, at, "accept", None))
}

pub fn one_sided_link(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = some(&plan, numbers, |step| step.get("from").is_some())?;
    let step = &mut plan.maps[spot.map].steps[spot.step];
    let from = step.get("from").unwrap().trim_matches(['[', ']']).split(", ").map(str::to_string).collect::<Vec<_>>();
    let (gone, rest) = from.split_last().unwrap();
    if rest.is_empty() {
        // A start of its own, which people come to.
        step.drop("from");
        step.set("needs", ALL);
    } else {
        step.set("from", &format!("[{}]", rest.join(", ")));
    }
    // It is told where the link stands that leads here.
    Some(Fault { place: (format!("{gone}.yaml"), None), files: plan.files() })
}

fn is_call(step: &Group) -> bool {
    step.get("mode") == Some("call")
}

pub fn unhandled_outcome(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = some(&plan, numbers, is_call)?;
    // The called map gets an outcome that nobody asked about.
    let called = plan.maps[spot.map].steps[spot.step].get("to").unwrap().to_string();
    let target = plan.maps.iter_mut().find(|map| map.id == called)?;
    let lines = [("kind", "end"), ("title", "Otherwise"), ("quote", "Otherwise."), ("outcome", "otherwise")];
    target.steps.push(Group::new("otherwise", &lines));
    let accept = target.step("accept");
    let answers = format!("{{ yes: {}, no: otherwise }}", accept.get("next").unwrap());
    let lines =
        [("role", "AM"), ("title", "Really?"), ("quote", "Really?"), ("kind", "decision"), ("answers", &*answers)];
    let next = accept.get("next").unwrap().to_string();
    accept.set("next", "really");
    target.steps.push(Group::new("really", &lines));
    assert!(!next.is_empty());
    let file = plan.maps[spot.map].file();
    Some(Fault { place: (file, None), files: plan.files() })
}

pub fn impossible_outcome(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = some(&plan, numbers, is_call)?;
    let step = &mut plan.maps[spot.map].steps[spot.step];
    let mut outcomes = pairs(step.get("outcomes").unwrap());
    outcomes.push(("won-the-lottery".to_string(), outcomes[0].1.clone()));
    step.set("outcomes", &braces(&outcomes));
    let id = step.id.clone();
    Some(on_key(&plan, spot.map, &id, Some("outcomes")))
}

pub fn call_never_returns(mut plan: Plan, _: &mut Numbers) -> Option<Fault> {
    // A map that only hands over to another one like it.
    let first = plan.maps[0].clone();
    let mut pair = Vec::new();
    for (id, other) in [("ping", "pong"), ("pong", "ping")] {
        let mut map = first.clone();
        map.id = id.to_string();
        map.head.retain(|(key, _)| key != "controls");
        map.limits.clear();
        map.steps = vec![
            Group::new(
                "begun",
                &[("kind", "start"), ("title", "Begun"), ("quote", "B."), ("needs", ALL), ("next", "say-so")],
            ),
            Group::new(
                "led-here",
                &[("kind", "start"), ("title", "Led"), ("quote", "L."), ("from", other), ("next", "say-so")],
            ),
            Group::new(
                "say-so",
                &[("role", "AM"), ("title", "Say so"), ("quote", "S."), ("sends", SENDS), ("next", "finish")],
            ),
            Group::new(
                "finish",
                &[("kind", "link"), ("title", "On"), ("quote", "O."), ("to", other), ("carries", ALL)],
            ),
        ];
        pair.push(map);
    }
    let from = format!("[pong, {}]", first.id);
    pair[0].step("led-here").set("from", &from);
    plan.maps.extend(pair);
    let accept = plan.maps[0].step("accept");
    let next = accept.get("next").unwrap().to_string();
    accept.set("next", "lost");
    let outcomes = format!("{{ back: {next} }}");
    let lines =
        [("kind", "link"), ("title", "Lost"), ("quote", "L."), ("to", "ping"), ("mode", "call"), ("carries", ALL)];
    let mut lost = Group::new("lost", &lines);
    lost.set("outcomes", &outcomes);
    plan.maps[0].steps.push(lost);
    let file = plan.maps[0].file();
    Some(Fault { place: (file, None), files: plan.files() })
}

const ALL: &str = "[flag, way, since, words]";
const SENDS: &str = "{ to: The register, what: [flag, way, since, words] }";

pub fn call_cycle(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    // Only a call that every case makes goes round for ever; a map that calls itself is the smallest.
    let at = numbers.below(plan.maps.len());
    let map = &mut plan.maps[at];
    let own = map.id.clone();
    let outcomes: Vec<(String, String)> = match map.step("finish").get("outcome") {
        Some(outcome) => vec![(outcome.to_string(), "say-so".to_string())],
        None => return None,
    };
    match map.steps.iter_mut().find(|step| step.id == "led-here") {
        Some(led) => {
            let from = led.get("from").unwrap().trim_matches(['[', ']']).to_string();
            led.set("from", &format!("[{from}, {own}]"));
        }
        None => {
            let lines = [("kind", "start"), ("title", "Led"), ("quote", "L."), ("from", &*own), ("next", "accept")];
            map.steps.push(Group::new("led-here", &lines));
        }
    }
    let accept = map.step("accept");
    let next = accept.get("next").unwrap().to_string();
    accept.set("next", "ask-myself");
    let outcomes: Vec<(String, String)> = outcomes.into_iter().map(|(outcome, _)| (outcome, next.clone())).collect();
    let lines =
        [("kind", "link"), ("title", "Ask myself"), ("quote", "A."), ("to", &*own), ("mode", "call"), ("carries", ALL)];
    let mut link = Group::new("ask-myself", &lines);
    link.set("outcomes", &braces(&outcomes));
    map.steps.push(link);
    Some(Fault { place: (map.file(), None), files: plan.files() })
}

pub fn carried_field_unknown(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = some(&plan, numbers, |step| step.get("carries").is_some())?;
    let map = &mut plan.maps[spot.map];
    map.record.push(("only_here".to_string(), "{ type: text, title: Known here alone }".to_string()));
    map.step("begun").set("needs", "[flag, way, since, words, only_here]");
    let step = &mut map.steps[spot.step];
    step.set("carries", "[flag, way, since, words, only_here]");
    let id = step.id.clone();
    Some(on_key(&plan, spot.map, &id, Some("carries")))
}

pub fn unhandled_deadline(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = some(&plan, numbers, |step| step.get("overdue").is_some_and(|overdue| overdue.contains("tell")))?;
    let step = &mut plan.maps[spot.map].steps[spot.step];
    step.drop("overdue");
    let id = step.id.clone();
    Some(on_key(&plan, spot.map, &id, Some("due")))
}
