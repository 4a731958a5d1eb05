//! `unknown-step`: a step is named that the map does not have.

use crate::check::Atlas;
use crate::check::{MapView, ways};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-step",
    family: Family::Names,
    severity: Severity::Error,
    about: "A step is named that the map does not have.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for step in &map.draft.steps {
            let named = ways(step).into_iter().map(|(word, _)| word).chain(&step.not_by);
            named.for_each(|word| report_unknown(map, word, out));
        }
        for limit in &map.draft.limits {
            let go = limit.overdue.iter().flat_map(|overdue| &overdue.go);
            let named = limit.from.iter().chain(&limit.to).chain(go);
            named.for_each(|word| report_unknown(map, word, out));
        }
    }
}

fn report_unknown(map: &MapView<'_>, word: &Word, out: &mut Vec<Diagnostic>) {
    if map.chart.step(&word.text).is_some() {
        return;
    }
    let message = format!("there is no step `{}` in this map", word.text);
    let finding = rules::finding(&RULE, map.place(word.span), message, "name a step of this map, or add the step");
    out.push(finding.suggest(&word.text, map.chart.ids()));
}
