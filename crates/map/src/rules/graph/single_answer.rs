//! `single-answer`: a decision has only one answer, so it decides nothing.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::data::unanswered_choice::unanswered;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "single-answer",
    family: Family::Graph,
    severity: Severity::Warning,
    about: "A decision has only one answer, so it decides nothing.",
    why: "A question with one answer is no question. Most likely the other answer was forgotten, and with it what should happen then.",
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
  notified: { kind: start, title: ASW told that the family moves, next: agreed }
  agreed:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { ⟦yes⟧: done }
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
  notified: { kind: start, title: ASW told that the family moves, next: agreed }
  agreed:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { yes: done, no: ask }
  ask: { role: ASW, title: The other authority asked once more, next: agreed }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for (_, step) in map.of_kind(KindWord::Decision).filter(|(_, step)| !step.is_lost("answers")) {
            // Where the record has values without an answer, `unanswered-choice` says so.
            let is_told = !unanswered(map, step).is_empty();
            if let ([(answer, _)], false) = (&step.answers[..], is_told) {
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
