//! `unused-allowance`: an `allow` hides nothing.

use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Allowance;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unused-allowance",
    family: Family::Names,
    severity: Severity::Warning,
    about: "An `allow` hides nothing: where it stands, its rule finds nothing, or no longer.",
    why: "An allowance that is left behind hides the next fault of its kind, for a reason that was given for another.",
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
    answers: { yes: done, no: ask }
    allow: { ⟦single-answer⟧: The other answer is being settled with the other authority }
  ask: { role: ASW, title: The other authority asked once more, next: agreed }
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

/// Reports an allowance that hides nothing.
pub(crate) fn finding(allowance: &Allowance) -> Diagnostic {
    let place = allowance.source.place(allowance.rule.span);
    let where_it_holds = if allowance.extent.is_some() { "here" } else { "in this file" };
    let message = format!("nothing of `{}` is found {where_it_holds}, so this allows nothing", allowance.rule.text);
    rules::finding(&RULE, place, message, "take it out, with its reason")
}
