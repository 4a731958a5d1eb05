//! Who works here: each role has several persons, each of whom has one role.

use mapcase_case::CaseState;
use mapcase_map::model::Step;

/// How many persons a role has, where it is not a few.
const HOW_MANY: [(&str, u64); 8] =
    [("ASW", 40), ("TM", 8), ("DPW", 8), ("DPSW", 8), ("DPFT", 6), ("SWSA", 10), ("Admin", 6), ("DPT Admin", 5)];

/// How many persons the others have: enough for whatever must be done by another.
const A_FEW: u64 = 4;

/// A person who may act at a step of a child's case, and in which role: always the same for a child, but where that person did what
/// must be kept apart.
pub fn who(state: &CaseState, step: &Step, child: u64) -> Option<(String, Option<String>)> {
    if step.roles.is_empty() {
        return Some((name("Admin", child), None));
    }
    let did = |person: &String| {
        let doers = step.not_by.iter().filter_map(|other| state.done.get(other)?.actor.as_ref());
        doers.into_iter().any(|doer| doer == person)
    };
    for role in &step.roles {
        let person = (0..people(role)).map(|turn| name(role, child + turn)).find(|person| !did(person));
        if let Some(person) = person {
            return Some((person, Some(role.clone())));
        }
    }
    None
}

/// The person of a role to whom a child is given.
pub fn name(role: &str, child: u64) -> String {
    let number = child % people(role) + 1;
    format!("{}-{number:02}", role.to_lowercase().replace(' ', "-"))
}

fn people(role: &str) -> u64 {
    HOW_MANY.iter().find(|(known, _)| *known == role).map_or(A_FEW, |(_, many)| *many)
}
