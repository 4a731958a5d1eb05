//! Faults of names that mean nothing, or too much.

use super::{Fault, on_key, on_words, rewrite, spots};
use crate::plan::{Group, Numbers, Plan};

/// A word that no name of an invented atlas is near to.
const NOWHERE: &str = "quite-elsewhere";

pub fn unknown_step(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    match numbers.below(3) {
        0 => rewrite(plan, numbers, |step| step.get("not_by").is_some(), "not_by", |_| NOWHERE.to_string()),
        1 => rewrite(plan, numbers, |step| step.get("received").is_some(), "received", |_| NOWHERE.to_string()),
        _ => rewrite(plan, numbers, |step| step.get("next").is_some(), "next", |_| NOWHERE.to_string()),
    }
}

pub fn unknown_map(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    rewrite(plan, numbers, |step| step.get("to").is_some(), "to", |_| NOWHERE.to_string())
}

pub fn unknown_role(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let key = ["role", "overdue"][numbers.below(2)];
    let fits = |step: &Group| step.get(key).is_some_and(|value| key == "role" || value.contains("tell"));
    rewrite(plan, numbers, fits, key, |_| if key == "role" { "Nobody".into() } else { "{ tell: Nobody }".into() })
}

pub fn unknown_theme(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let map = numbers.below(plan.maps.len());
    head(&mut plan, map, "theme", NOWHERE);
    on_words(&plan, &plan.maps[map].file(), NOWHERE)
}

fn head(plan: &mut Plan, map: usize, key: &str, value: &str) {
    match plan.maps[map].head.iter_mut().find(|(known, _)| known == key) {
        Some(line) => line.1 = value.to_string(),
        None => plan.maps[map].head.push((key.to_string(), value.to_string())),
    }
}

pub fn unknown_field(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    match numbers.below(2) {
        0 => rewrite(plan, numbers, |step| step.is("step"), "needs", |_| "[no_such_thing]".to_string()),
        _ => {
            let fits = |step: &Group| step.get("until").is_some_and(|until| until.contains("after"));
            rewrite(plan, numbers, fits, "until", |_| "4 weeks after no_such_thing".to_string())
        }
    }
}

pub fn unknown_control(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    rewrite(plan, numbers, |step| step.is("step"), "controls", |_| "[Z9]".to_string())
}

pub fn unknown_document(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let map = numbers.below(plan.maps.len());
    head(&mut plan, map, "source", "{ document: quite-elsewhere, reading: reconstructed }");
    on_words(&plan, &plan.maps[map].file(), NOWHERE)
}

pub fn unknown_calendar(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let map = numbers.below(plan.maps.len());
    head(&mut plan, map, "calendar", NOWHERE);
    on_words(&plan, &plan.maps[map].file(), NOWHERE)
}

pub fn unknown_entry(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    rewrite(plan, numbers, |step| step.get("to").is_some(), "entry", |_| NOWHERE.to_string())
}

pub fn ambiguous_entry(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = numbers.one(&spots(&plan, |step| step.get("from").is_some())).cloned()?;
    let mut twin = plan.maps[spot.map].steps[spot.step].clone();
    twin.id = "led-here-too".to_string();
    plan.maps[spot.map].steps.push(twin);
    let fault = on_key(&plan, spot.map, "led-here-too", None);
    // Each link that leads here has to choose.
    let caller =
        plan.maps.iter().find(|map| map.steps.iter().any(|step| step.get("to") == Some(&plan.maps[spot.map].id)))?;
    Some(Fault { place: (caller.file(), None), ..fault })
}

pub fn unknown_time_zone(mut plan: Plan, _: &mut Numbers) -> Option<Fault> {
    plan.atlas = plan.atlas.replace("Europe/London", "Europe/Nowhere");
    on_words(&plan, "atlas.yaml", "Europe/Nowhere")
}

pub fn duplicate_name(plan: Plan, _: &mut Numbers) -> Option<Fault> {
    let mut fault = on_words(&plan, "register.yaml", "C1")?;
    let twin = plan.register.replace("controls: register", "controls: register-two");
    fault.files.push(mapcase_map::AtlasFile { path: "register-two.yaml".to_string(), bytes: twin.into_bytes() });
    fault.place = ("register-two.yaml".to_string(), Some(4));
    Some(fault)
}

pub fn duplicate_map(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let map = &plan.maps[numbers.below(plan.maps.len())];
    let mut files = plan.files();
    let path = format!("elsewhere/{}", map.file());
    files.push(mapcase_map::AtlasFile { path: path.clone(), bytes: map.text().into_bytes() });
    Some(Fault { files, place: (path, Some(1)) })
}

pub fn no_atlas(plan: Plan, _: &mut Numbers) -> Option<Fault> {
    let mut files = plan.files();
    files.retain(|file| file.path != "atlas.yaml");
    Some(Fault { place: ("map-0.yaml".to_string(), None), files })
}
