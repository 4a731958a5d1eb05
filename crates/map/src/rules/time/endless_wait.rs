//! `endless-wait`: a wait for a time counts from a step that some way does not pass.

use super::anchor_not_passed::{Counted, look};
use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "endless-wait",
    family: Family::Time,
    severity: Severity::Error,
    about: "A wait `until` counts from the doing of a step, and a case can come there without having done that step: it would wait for ever.",
    why: "There is nothing to count from, so the time never comes, and nobody can act in a wait for a time. The case can only be withdrawn.",
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
  notified: { kind: start, title: ASW told that the family moves, next: is-urgent }
  is-urgent: { kind: decision, role: TM, title: Is it urgent?, answers: { yes: settle, no: agree } }
  agree: { role: ASW, title: Agree the day, next: settle }
  settle: { kind: wait, until: 4 weeks after ⟦agree⟧, next: done }
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
  notified: { kind: start, title: ASW told that the family moves, next: is-urgent }
  is-urgent: { kind: decision, role: TM, title: Is it urgent?, answers: { yes: settle, no: agree } }
  agree: { role: ASW, title: Agree the day, next: settle }
  settle: { kind: wait, until: 4 weeks after is-urgent, next: done }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    look(atlas, out, &RULE, |map, at, step| {
        let until = step.until.as_ref().filter(|it| it.duration.is_some())?;
        Counted::new(map, at, until.anchor.as_ref()?, "the case waits here for ever then")
    });
}
