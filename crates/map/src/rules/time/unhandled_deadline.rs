//! `unhandled-deadline`: a deadline or a timeout passes and nothing happens: nobody is told and the case goes nowhere.

use crate::check::Atlas;
use crate::check::MapView;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{OverdueDraft, Word};
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unhandled-deadline",
    family: Family::Time,
    severity: Severity::Error,
    about: "A deadline or a timeout passes and nothing happens: nobody is told and the case goes nowhere.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for step in &map.draft.steps {
            if let Some(due) = step.due.as_ref().filter(|_| !handled(step.overdue.as_ref())) {
                out.push(report(map, &due.word, "deadline", "add `overdue:`, as in `overdue: { tell: ROLE }`"));
            }
            if let Some(within) = step.within.as_ref().filter(|_| step.lapsed.is_none()) {
                out.push(report(
                    map,
                    &within.word,
                    "timeout",
                    "add `lapsed:` with the step that follows when no answer came",
                ));
            }
            if let Some(overdue) = step.overdue.as_ref().filter(|_| step.due.is_none()) {
                let message = format!("`{}` has an `overdue` and no `due`", step.id.text);
                out.push(rules::finding(
                    &RULE,
                    map.place(overdue.span),
                    message,
                    "add `due:`, as in `due: 72 hours`, or take `overdue` out",
                ));
            }
        }
        for limit in &map.draft.limits {
            if let Some(within) = limit.within.as_ref().filter(|_| !handled(limit.overdue.as_ref())) {
                out.push(report(map, &within.word, "limit", "add `overdue:`, as in `overdue: { tell: ROLE }`"));
            }
        }
    }
}

fn handled(overdue: Option<&OverdueDraft>) -> bool {
    overdue.is_some_and(|overdue| !overdue.tell.is_empty() || overdue.start.is_some() || overdue.go.is_some())
}

fn report(map: &MapView<'_>, word: &Word, what: &str, help: &str) -> Diagnostic {
    rules::finding(&RULE, map.place(word.span), format!("nothing happens when this {what} passes"), help)
}
