//! `unallowable-rule`: an `allow` names a rule that cannot be allowed.

use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Allowance;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unallowable-rule",
    family: Family::Names,
    severity: Severity::Warning,
    about: "An `allow` names a rule that cannot be allowed: an error with which no map can run, or a rule about allowances.",
    why: "A reason does not make a broken map run. The fault is reported in spite of the allowance, and who reads the allowance believes otherwise.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }
allow: { ⟦dead-end⟧: We know }

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

/// Reports an allowance of a rule that cannot be allowed.
pub(crate) fn finding(allowance: &Allowance, rule: &Rule) -> Diagnostic {
    let place = allowance.source.place(allowance.rule.span);
    let message = format!("`{}` cannot be allowed", rule.id);
    let help = match rule.severity {
        Severity::Error => "take the allowance out: a map with this fault cannot run, whatever the reason",
        _ => "take the allowance out, and the one that the finding is about",
    };
    rules::finding(&RULE, place, message, help)
}
