//! Faults of what one file says by itself.

use super::{Fault, on_key, on_words, rewrite, spots};
use crate::plan::{Numbers, Plan};

/// Changes the text of some map's file; the place is its file alone.
fn spoil(plan: &Plan, numbers: &mut Numbers, how: impl FnOnce(String) -> Vec<u8>) -> Fault {
    let mut files = plan.files();
    let file = &plan.maps[numbers.below(plan.maps.len())].file();
    let victim = files.iter_mut().find(|other| other.path == *file).unwrap();
    victim.bytes = how(String::from_utf8(std::mem::take(&mut victim.bytes)).unwrap());
    Fault { place: (file.clone(), None), files }
}

pub fn yaml_syntax(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let bit = ["title: \"open", "   x: [", "\tkey: tab"][numbers.below(3)];
    Some(spoil(&plan, numbers, |text| format!("{text}{bit}\n").into_bytes()))
}

pub fn unsupported_yaml(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    rewrite(plan, numbers, |step| step.get("title").is_some(), "title", |title| format!("!!str {title}"))
}

pub fn not_utf_8(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    Some(spoil(&plan, numbers, |text| [text.as_bytes(), b"# caf\xe9\n"].concat()))
}

pub fn duplicate_key(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let spot = numbers.one(&spots(&plan, |step| step.get("title").is_some())).cloned()?;
    let step = &mut plan.maps[spot.map].steps[spot.step];
    step.lines.push(("title".to_string(), "Said twice".to_string()));
    let id = step.id.clone();
    let fault = on_key(&plan, spot.map, &id, None);
    Some(Fault { place: (fault.place.0, None), ..fault })
}

pub fn unknown_key(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let key = ["nxt", "colour", "deadline"][numbers.below(3)];
    rewrite(plan, numbers, |step| step.is("step"), key, |_| "x".to_string())
}

pub fn missing_key(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let key = ["title", "next", "role"][numbers.below(3)];
    let spot = numbers.one(&spots(&plan, |step| step.is("step"))).cloned()?;
    let step = &mut plan.maps[spot.map].steps[spot.step];
    step.drop(key);
    let id = step.id.clone();
    Some(on_key(&plan, spot.map, &id, None))
}

pub fn wrong_type(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    rewrite(plan, numbers, |step| step.is("step"), "title", |_| "[a, list]".to_string())
}

pub fn bad_id(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let map = numbers.below(plan.maps.len());
    let steps = &mut plan.maps[map].steps;
    let step = steps.iter_mut().find(|step| step.id == "begun").unwrap();
    step.id = ["Begun", "be gun", "begun_here", "9lives"][numbers.below(4)].to_string();
    let id = step.id.clone();
    Some(on_key(&plan, map, &id, None))
}

pub fn bad_duration(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let bad = ["3 fortnights", "soon", "2.5 days", "2 days 3 hours", "-1 days", "1 working days 2 days"];
    let bad = bad[numbers.below(bad.len())];
    rewrite(plan, numbers, |step| step.get("due").is_some(), "due", |_| bad.to_string())
}

pub fn bad_pattern(mut plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let map = numbers.below(plan.maps.len());
    let words = plan.maps[map].record.iter_mut().find(|(key, _)| key == "words").unwrap();
    words.1 = "{ type: text, title: Words, pattern: '[a-z' }".to_string();
    let file = plan.maps[map].file();
    on_words(&plan, &file, "'[a-z'")
}

pub fn file_name_differs(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let mut files = plan.files();
    let file = plan.maps[numbers.below(plan.maps.len())].file();
    let victim = files.iter_mut().find(|other| other.path == file).unwrap();
    victim.path = "another-name.yaml".to_string();
    Some(Fault { files, place: ("another-name.yaml".to_string(), Some(1)) })
}

pub fn too_large(plan: Plan, numbers: &mut Numbers) -> Option<Fault> {
    let deep = format!("{}x{}", "[".repeat(200), "]".repeat(200));
    rewrite(plan, numbers, |step| step.is("step"), "title", |_| deep.clone())
}
