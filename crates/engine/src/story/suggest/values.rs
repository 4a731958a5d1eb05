//! Values for suggested stories: what other stories of the atlas give a field, and otherwise the simplest value that its type allows.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::Value;
use mapcase_map::model::{Field, FieldType};
use mapcase_map::scenarios::What;
use mapcase_map::time::local_date;
use mapcase_map::{CheckedAtlas, Machine};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Values of fields.
pub(super) struct Values<'v> {
    atlas: &'v CheckedAtlas,
    /// What stories of the atlas give fields, by their names.
    known: BTreeMap<&'v str, &'v str>,
}

/// How many ways of filling a few fields are tried.
const MOST_CHOICES: usize = 64;

impl<'v> Values<'v> {
    pub fn new(atlas: &'v CheckedAtlas) -> Self {
        let mut known = BTreeMap::new();
        for story in atlas.scenarios().iter().flat_map(|scenarios| &scenarios.stories) {
            let set = story.items.iter().filter_map(|item| match &item.what {
                What::Act(deed) => Some(&deed.set),
                _ => None,
            });
            for (field, value) in std::iter::once(&story.record).chain(set).flatten() {
                known.entry(field.as_str()).or_insert(value.as_str());
            }
        }
        Self { atlas, known }
    }

    /// Every way of filling these fields that may decide something; none, where a field has no value that could be found.
    pub fn choices(&self, machine: &Machine, fields: &[&str], now: DateTime<Utc>) -> Vec<BTreeMap<String, String>> {
        let mut choices = vec![BTreeMap::new()];
        for name in fields {
            let Some(field) = machine.map().record.get(*name) else { continue };
            let values = self.values(name, field, now);
            let mut wider = Vec::new();
            for choice in &choices {
                for value in &values {
                    let mut choice: BTreeMap<String, String> = choice.clone();
                    choice.insert(name.to_string(), value.clone());
                    wider.push(choice);
                }
            }
            wider.truncate(MOST_CHOICES);
            choices = wider;
        }
        choices
    }

    /// Every value of a field that may decide something, also when another is set already.
    pub fn others(&self, field: &Field, now: DateTime<Utc>) -> Vec<String> {
        match &field.kind {
            FieldType::YesNo => vec!["yes".to_string(), "no".to_string()],
            FieldType::Choice(choices) => choices.clone(),
            // A year further on, so that what waits for the day is overtaken by everything else.
            FieldType::Date => {
                let days = [now, now + TimeDelta::days(365)];
                days.into_iter()
                    .filter_map(|day| local_date(day, self.atlas.zone()).ok())
                    .map(|day| day.to_string())
                    .collect()
            }
            FieldType::Text { .. } | FieldType::Number | FieldType::Money => Vec::new(),
        }
    }

    fn values(&self, name: &str, field: &Field, now: DateTime<Utc>) -> Vec<String> {
        let values = match &field.kind {
            FieldType::YesNo => return vec!["yes".to_string(), "no".to_string()],
            FieldType::Choice(choices) => return choices.clone(),
            FieldType::Date => local_date(now, self.atlas.zone()).map(|day| day.to_string()).into_iter().collect(),
            FieldType::Number => vec!["1".to_string()],
            FieldType::Money => vec!["1.00".to_string()],
            FieldType::Text { pattern: None } => vec!["Test".to_string()],
            FieldType::Text { pattern: Some(pattern) } => {
                regex_syntax::parse(pattern).map(|hir| sample(&hir)).into_iter().collect::<Vec<_>>()
            }
        };
        let known = self.known.get(name).filter(|_| !matches!(field.kind, FieldType::Date));
        let all = known.map(|known| known.to_string()).into_iter().chain(values);
        all.filter(|value| Value::parse(field, value).is_ok()).take(1).collect()
    }
}

/// A short text that a pattern matches.
fn sample(hir: &Hir) -> String {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(Class::Unicode(class)) => {
            let plain = ('1'..='9').chain('A'..='Z').chain('a'..='z').chain('!'..='~');
            let first = class.ranges().first().map(|range| range.start());
            plain.into_iter().find(|sign| holds(class, *sign)).or(first).map(String::from).unwrap_or_default()
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().first().map(|range| char::from(range.start()).to_string()).unwrap_or_default()
        }
        HirKind::Repetition(repetition) => sample(&repetition.sub).repeat(repetition.min as usize),
        HirKind::Capture(capture) => sample(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(sample).collect(),
        HirKind::Alternation(parts) => parts.first().map(sample).unwrap_or_default(),
    }
}

fn holds(class: &regex_syntax::hir::ClassUnicode, sign: char) -> bool {
    class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_a_pattern_matches_it() {
        for pattern in [
            "[0-9]{5,9}",
            "H[0-9]{6}",
            "[A-Z0-9]{2,8}",
            "a|b+",
            "(x(y)?)+",
            r"\d{2}/\d",
            ".+",
            r"\w[^a-z]",
            "[^0-9A-Za-z]",
        ] {
            let text = sample(&regex_syntax::parse(pattern).unwrap());
            let kind = FieldType::Text { pattern: Some(pattern.to_string()) };
            let field = Field { kind, title: "x".to_string(), personal: false };
            assert!(Value::parse(&field, &text).is_ok(), "{pattern}: {text:?}");
        }
    }
}
