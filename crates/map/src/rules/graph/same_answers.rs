//! `same-answers`: all answers of a decision lead to the same step, so it decides nothing.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "same-answers",
    family: Family::Graph,
    severity: Severity::Warning,
    about: "All answers of a decision lead to the same step, so it decides nothing.",
    why: "Whatever is answered, the same happens, so the question decides nothing. Most likely one of the ways was forgotten.",
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
  ⟦agreed⟧:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { yes: done, no: done }
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
