//! `single-answer`: a decision has only one answer, so it decides nothing.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "single-answer",
    family: Family::Graph,
    severity: Severity::Warning,
    about: "A decision has only one answer, so it decides nothing.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for (_, step) in map.of_kind(KindWord::Decision) {
            if let [(answer, _)] = &step.answers[..] {
                let message = format!("`{}` has only the answer `{}`", step.id.text, answer.text);
                out.push(rules::finding(
                    &RULE,
                    map.place(answer.span),
                    message,
                    "add the other answers, or make it a step",
                ));
            }
        }
    }
}
