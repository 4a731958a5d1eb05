//! `unknown-rule`: an `allow` names a rule that does not exist.

use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Allowance;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-rule",
    family: Family::Names,
    severity: Severity::Warning,
    about: "An `allow` names a rule that does not exist.",
    why: "An allowance under a wrong name allows nothing: what its author knew of and had a reason for is reported again, and the reason is lost.",
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
    answers: { yes: done }
    allow: { ⟦singel-answer⟧: The other answer is being settled with the other authority }
  done: { kind: end, outcome: transferred }
",
    )])
    .also(&["single-answer"]),
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
    answers: { yes: done }
    allow: { single-answer: The other answer is being settled with the other authority }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Reports an allowance whose rule does not exist.
pub(crate) fn report(allowance: &Allowance, out: &mut Vec<Diagnostic>) {
    let word = &allowance.rule;
    let message = format!("there is no rule `{}`", word.text);
    let help = "write the rule as it stands in the brackets of the finding; `mapcase explain` lists all rules";
    let finding = rules::finding(&RULE, allowance.source.place(word.span), message, help);
    rules::misspelt(out, finding, &word.text, rules::ALL.iter().map(|rule| rule.id));
}
