//! `unhandled-outcome`: a called map can end with an outcome for which the caller has no way on.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unhandled-outcome",
    family: Family::Links,
    severity: Severity::Error,
    about: "A called map can end with an outcome for which the caller has no way on.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for (_, step) in map.of_kind(KindWord::Link).filter(|(_, step)| !step.outcomes.is_empty()) {
            let Some(to) = &step.to else { continue };
            let Some(target) = atlas.map_number(&to.text) else { continue };
            for outcome in atlas.outcomes_of(target) {
                if step.outcomes.iter().any(|(known, _)| known.text == *outcome) {
                    continue;
                }
                let message = format!("`{}` can end with `{outcome}`, and this call has no way on from that", to.text);
                let mut finding =
                    rules::finding(&RULE, map.place(to.span), message, format!("add `{outcome}: STEP` to `outcomes`"));
                let callee = &atlas.maps[target];
                let end = callee
                    .of_kind(KindWord::End)
                    .find(|(_, end)| end.outcome.as_ref().is_some_and(|word| word.text == *outcome));
                if let Some(word) = end.and_then(|(_, end)| end.outcome.as_ref()) {
                    finding = finding.related(callee.place(word.span), "it ends so here");
                }
                out.push(finding);
            }
        }
    }
}
