//! `same-answers`: all answers of a decision lead to the same step, so it decides nothing.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "same-answers",
    family: Family::Graph,
    severity: Severity::Warning,
    about: "All answers of a decision lead to the same step, so it decides nothing.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for (_, step) in map.of_kind(KindWord::Decision) {
            let [(_, first), rest @ ..] = &step.answers[..] else { continue };
            if rest.is_empty() || rest.iter().any(|(_, to)| to.text != first.text) {
                continue;
            }
            let message = format!("every answer of `{}` leads to `{}`", step.id.text, first.text);
            let mut finding = rules::finding(
                &RULE,
                map.place(step.id.span),
                message,
                "lead the answers to different steps, or make it a step",
            );
            for (answer, to) in &step.answers {
                finding = finding.related(map.place(to.span), format!("`{}` leads here", answer.text));
            }
            out.push(finding);
        }
    }
}
