//! How questions are answered: as the case and those beside it show, where they show it, and otherwise by chance, with weights that
//! make a plausible council.

use std::collections::BTreeMap;

use mapcase_case::CaseState;
use mapcase_map::CheckedAtlas;
use mapcase_map::model::{FieldType, Map, Step, StepId, StepKind};

use crate::dice::Dice;

const TABLE: &str = include_str!("answers.txt");

/// The weights of answers.
#[derive(Debug)]
pub struct Answers {
    weights: BTreeMap<&'static str, Vec<(&'static str, u64)>>,
}

impl Answers {
    /// The table.
    pub fn read() -> Result<Self, String> {
        let mut weights = BTreeMap::new();
        for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let unreadable = || format!("answers.txt: `{line}` is not `STEP: ANSWER WEIGHT, ...`");
            let (about, rest) = line.split_once(": ").ok_or_else(unreadable)?;
            let one = |part: &'static str| {
                let (answer, weight) = part.trim().rsplit_once(' ')?;
                Some((answer, weight.parse().ok()?))
            };
            let list = rest.split(',').map(one).collect::<Option<Vec<_>>>().ok_or_else(unreadable)?;
            weights.insert(about, list);
        }
        Ok(Self { weights })
    }

    /// A value of a field.
    pub fn field<'f>(&self, name: &str, choices: impl Iterator<Item = &'f str>, dice: &mut Dice) -> Option<String> {
        let weights = self.weights.get(format!("FIELD={name}").as_str());
        dice.weighted(&choices.map(|choice| (choice.to_string(), weight(weights, choice))).collect::<Vec<_>>())
    }

    /// The answer to a question; `open` are the maps of which the child has other open cases.
    pub fn decide(
        &self,
        state: &CaseState,
        step: &Step,
        answers: &BTreeMap<String, StepId>,
        open: &[&str],
        dice: &mut Dice,
    ) -> Option<String> {
        let seen = shown(state, &step.id, open).map(|yes| if yes { "yes" } else { "no" });
        if let Some(seen) = seen.filter(|seen| answers.contains_key(*seen)) {
            return Some(seen.to_string());
        }
        let own = format!("{}/{}", state.opened.map, step.id);
        let weights = self.weights.get(own.as_str()).or_else(|| self.weights.get(step.id.as_str()));
        // Nobody goes round in circles: where a question comes again, what led back to it is less likely.
        let again = state.done.contains_key(&step.id);
        let list = answers.iter().map(|(answer, to)| {
            let tired = if again && state.done.contains_key(to) { 4 } else { 1 };
            (answer.clone(), weight(weights, answer).div_ceil(tired))
        });
        dice.weighted(&list.collect::<Vec<_>>())
    }
}

fn weight(weights: Option<&Vec<(&'static str, u64)>>, answer: &str) -> u64 {
    match weights {
        Some(list) => list.iter().find(|(known, _)| *known == answer).map_or(0, |(_, weight)| *weight),
        None if answer == "yes" => 92,
        None if answer == "no" => 8,
        None => 50,
    }
}

/// What the case, or the cases beside it, show of a question.
fn shown(state: &CaseState, step: &str, open: &[&str]) -> Option<bool> {
    let done = |step: &str| state.done.contains_key(step);
    let beside = |map: &str| open.contains(&map);
    let from = |map: &str| state.opened.origin.as_ref().is_some_and(|origin| origin.map == map);
    let called = |map: &str| state.children.iter().any(|child| child.map == map);
    match step {
        "dates-kept" => Some(beside("direct-payment-in-force")),
        "second-letter-sent" => Some(done("send-second-letter")),
        "closure-asked" | "closure-in-hand" => Some(beside("direct-payment-closure")),
        "ending-in-hand" => Some(beside("service-or-employment-ended")),
        "final-audit-done" => Some(called("final-audit") || from("final-audit") || from("transition-to-adult-audit")),
        "pay-already-asked" | "audit-under-way" if called("backdated-payment-ending") => Some(true),
        "audit-under-way" => Some(from("final-audit") || from("direct-payment-closure") || beside("final-audit")),
        "reclaim-asked" => Some(from("reclaim")),
        "refused-before" => Some(called("write-off")),
        "amendment-asked-for" if called("cancellations-amendment-request") => Some(true),
        "payments-live" if called("cancellations-amendment-request") => Some(false),
        "employment-open" if called("service-or-employment-ended") => Some(false),
        "needs-review-there" if from("social-care-needs-review") => Some(true),
        "financial-review-there" if from("financial-review-quality-assurance") => Some(true),
        "panel-agreed" if from("resource-panel-updated-request") => Some(true),
        _ => None,
    }
}

/// What the table names and no map has.
pub fn unknown_answers(atlas: &CheckedAtlas) -> Result<Vec<String>, String> {
    let maps: Vec<&Map> = atlas.machines().values().map(|machine| machine.map()).collect();
    let mut unknown = Vec::new();
    for (about, list) in Answers::read()?.weights {
        let known = match about.strip_prefix("FIELD=") {
            Some(field) => maps.iter().filter_map(|map| values(map, field)).next(),
            None => {
                let (map, step) = about.split_once('/').map_or((None, about), |(map, step)| (Some(map), step));
                let mut of = maps.iter().filter(|other| map.is_none_or(|map| other.id == map));
                of.find_map(|map| match &map.step(step)?.kind {
                    StepKind::Decision { on: None, answers } => Some(answers.keys().cloned().collect()),
                    _ => None,
                })
            }
        };
        let known: Vec<String> = known.unwrap_or_default();
        let stray = list.iter().filter(|(answer, _)| !known.iter().any(|known| known == answer));
        unknown.extend(stray.map(|(answer, _)| format!("{about}: {answer}")));
    }
    Ok(unknown)
}

/// The values of a field that has a few.
fn values(map: &Map, field: &str) -> Option<Vec<String>> {
    match &map.record.get(field)?.kind {
        FieldType::Choice(choices) => Some(choices.clone()),
        FieldType::YesNo => Some(vec!["yes".to_string(), "no".to_string()]),
        _ => None,
    }
}
