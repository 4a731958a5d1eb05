//! `dead-end`: from this step no way leads to any end or hand-over.

use crate::check::Atlas;
use crate::check::is_final;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "dead-end",
    family: Family::Graph,
    severity: Severity::Error,
    about: "From this step no way leads to any end or hand-over.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        let mut finals = map.finals().peekable();
        if finals.peek().is_none() {
            continue;
        }
        let live = map.chart.reaching(finals);
        let starts: Vec<usize> = map.of_kind(KindWord::Start).map(|(at, _)| at).collect();
        let reached = map.chart.reached(starts);
        for (at, step) in map.draft.steps.iter().enumerate() {
            // What no case reaches is the affair of `unreachable-step`.
            if live[at] || is_final(step) || !reached[at] {
                continue;
            }
            let message = format!("from `{}` no way leads to an end", step.id.text);
            let mut finding = rules::finding(
                &RULE,
                map.place(step.id.span),
                message,
                "lead one of its ways to an end, a hand-over or a step before one",
            );
            for (to, _, span) in map.chart.out(at) {
                let next = &map.draft.steps[to].id.text;
                finding =
                    finding.related(map.place(span), format!("this leads to `{next}`, and from there nowhere else"));
            }
            out.push(finding);
        }
    }
}
