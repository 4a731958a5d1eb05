//! `unreachable-step`: no way leads from a start to this step.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unreachable-step",
    family: Family::Graph,
    severity: Severity::Error,
    about: "No way leads from a start to this step.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        let starts: Vec<usize> = map.of_kind(KindWord::Start).map(|(at, _)| at).collect();
        if starts.is_empty() {
            continue;
        }
        let reached = map.chart.reached(starts);
        for (at, step) in map.draft.steps.iter().enumerate().filter(|(at, _)| !reached[*at]) {
            let message = format!("no way leads from a start to `{}`", step.id.text);
            let mut finding = rules::finding(
                &RULE,
                map.place(step.id.span),
                message,
                "name it in the `next` or an answer of the step before it, or take it out",
            );
            let before =
                map.draft.steps.iter().enumerate().find(|(from, _)| map.chart.out(*from).any(|(to, _, _)| to == at));
            if let Some((_, before)) = before {
                finding = finding.related(
                    map.place(before.id.span),
                    format!("only steps that cannot be reached either lead here, such as `{}`", before.id.text),
                );
            }
            out.push(finding);
        }
    }
}
