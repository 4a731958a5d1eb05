//! `unhandled-deadline`: a deadline or a timeout passes and nothing happens: nobody is told and the case goes nowhere.

use crate::check::Atlas;
use crate::check::MapView;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{OverdueDraft, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unhandled-deadline",
    family: Family::Time,
    severity: Severity::Error,
    about: "A deadline or a timeout passes and nothing happens: nobody is told and the case goes nowhere.",
    why: "The day would pass and nobody would know. A deadline is only worth something if somebody is told, or something happens, when it is missed.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    due: ⟦72 hours⟧
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
    good: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    due: 72 hours
    overdue: { tell: TM }
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for step in &map.draft.steps {
            if let Some(due) = step.due.as_ref().filter(|_| !step.is_lost("overdue") && !handled(step.overdue.as_ref()))
            {
                out.push(report(map, &due.word, "deadline", "say what happens then, as in `overdue: { tell: ROLE }`"));
            }
            if let Some(within) = step.within.as_ref().filter(|_| step.lapsed.is_none() && !step.is_lost("lapsed")) {
                out.push(report(
                    map,
                    &within.word,
                    "timeout",
                    "add `lapsed: STEP`, where the case goes when no answer came",
                ));
            }
            if let Some(overdue) = step.overdue.as_ref().filter(|_| step.due.is_none() && !step.is_lost("due")) {
                let message = format!("`{}` has an `overdue` and no `due`", step.id.text);
                out.push(rules::finding(
                    &RULE,
                    map.place(overdue.span),
                    message,
                    "add `due:`, as in `due: 72 hours`, or take `overdue` out",
                ));
            }
        }
        for round in &map.draft.rounds {
            let unhandled = !round.is_lost("overdue") && !handled(round.overdue.as_ref());
            if let Some(by) = round.by.as_ref().filter(|_| unhandled) {
                out.push(report(map, &by.word, "deadline", "say what happens then, as in `overdue: { tell: ROLE }`"));
            }
            if let Some(overdue) = round.overdue.as_ref().filter(|_| round.by.is_none() && !round.is_lost("by")) {
                let message = format!("`{}` has an `overdue` and no `by`", round.id.text);
                let help = "add `by:`, as in `by: 12 months of FIELD`, or take `overdue` out";
                out.push(rules::finding(&RULE, map.place(overdue.span), message, help));
            }
        }
        for limit in &map.draft.limits {
            if let Some(within) =
                limit.within.as_ref().filter(|_| !limit.is_lost("overdue") && !handled(limit.overdue.as_ref()))
            {
                out.push(report(map, &within.word, "limit", "say what happens then, as in `overdue: { tell: ROLE }`"));
            }
        }
    }
}

fn handled(overdue: Option<&OverdueDraft>) -> bool {
    overdue.is_some_and(|overdue| {
        !overdue.whole || !overdue.tell.is_empty() || overdue.start.is_some() || overdue.go.is_some()
    })
}

fn report(map: &MapView<'_>, word: &Word, what: &str, help: &str) -> Diagnostic {
    rules::finding(
        &RULE,
        map.place(word.span),
        format!("when this {what} passes, nobody is told and nothing happens"),
        help,
    )
}
