//! `unknown-answer`: an answer of a decision `on` a field is no value of that field.

use std::collections::HashSet;

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-answer",
    family: Family::Data,
    severity: Severity::Error,
    about: "An answer of a decision `on` a field is no value of that field.",
    why: "The record can never give this answer, so no case goes this way, and what the answer was meant for has none.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

record:
  came_by: { type: choice, title: How the notice came, choices: [letter, telephone] }
steps:
  notified: { kind: start, title: ASW told that the family moves, needs: [came_by], next: how }
  how:
    kind: decision
    on: came_by
    title: How did the notice come?
    answers: { ⟦leter⟧: done, telephone: confirm }
  confirm: { role: Admin, title: Notice confirmed in writing, next: done }
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

record:
  came_by: { type: choice, title: How the notice came, choices: [letter, telephone] }
steps:
  notified: { kind: start, title: ASW told that the family moves, needs: [came_by], next: how }
  how:
    kind: decision
    on: came_by
    title: How did the notice come?
    answers: { letter: done, telephone: confirm }
  confirm: { role: Admin, title: Notice confirmed in writing, next: done }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many values are named.
const MOST_NAMED: usize = 6;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for step in &map.draft.steps {
            let Some(field) = step.on.as_ref().and_then(|on| map.field(&on.text)) else { continue };
            let values = field.values();
            let known: HashSet<&str> = values.iter().copied().collect();
            for (answer, _) in step.answers.iter().filter(|_| !values.is_empty()) {
                if known.contains(answer.text.as_str()) {
                    continue;
                }
                let message = format!("`{}` can never be `{}`", field.id.text, answer.text);
                let names = rules::first_names(values.iter().copied(), MOST_NAMED);
                let help = format!("its values are {}", names.join(", "));
                let finding = rules::finding(&RULE, map.place(answer.span), message, help);
                let finding = finding.related(map.place(field.id.span), "the field that answers");
                rules::misspelt(out, finding, &answer.text, values.iter().copied());
            }
        }
    }
}
