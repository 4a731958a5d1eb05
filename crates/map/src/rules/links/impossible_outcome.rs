//! `impossible-outcome`: a call has a way on for an outcome with which the called map cannot end.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "impossible-outcome",
    family: Family::Links,
    severity: Severity::Error,
    about: "A call has a way on for an outcome with which the called map cannot end.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for (_, step) in map.of_kind(KindWord::Link) {
            let Some(to) = &step.to else { continue };
            let Some(target) = atlas.map_number(&to.text) else { continue };
            let possible = atlas.outcomes_of(target);
            if possible.is_empty() {
                continue;
            }
            for (outcome, _) in step.outcomes.iter().filter(|(outcome, _)| !possible.contains(&outcome.text)) {
                let message = format!("`{}` never ends with `{}`", to.text, outcome.text);
                let list = possible.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
                let finding =
                    rules::finding(&RULE, map.place(outcome.span), message, format!("its outcomes are {list}"));
                out.push(finding.suggest(&outcome.text, possible.iter().map(String::as_str)));
            }
        }
    }
}
