//! `not-by-disjoint-roles`: the two steps that `not_by` keeps apart are for different roles anyway.

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{StepDraft, Word};
use crate::rules::duties::not_by_unreachable::nobody_does;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not-by-disjoint-roles",
    family: Family::Duties,
    severity: Severity::Note,
    about: "The two steps that `not_by` keeps apart have no role in common, so only a person with two roles is kept from doing both.",
    why: "It is right where one person may hold both roles. Where nobody may, the roles keep the two steps apart already.",
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
  notified: { kind: start, title: ASW told that the family moves, next: work-out }
  work-out:
    role: ASW
    title: Last payment worked out
    next: check-sum
  check-sum:
    role: TM
    title: Last payment checked by a second person
    not_by: ⟦work-out⟧
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
  notified: { kind: start, title: ASW told that the family moves, next: work-out }
  work-out:
    role: ASW
    title: Last payment worked out
    next: check-sum
  check-sum:
    role: [ASW, TM]
    title: Last payment checked by a second person
    not_by: work-out
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(top) = atlas.atlas.filter(|top| !top.is_lost("roles")) else { return };
    let known = |step: &StepDraft| {
        let is_known = |role: &Word| top.roles.iter().any(|(known, _)| known.text == role.text);
        // Where no role is named, or one is not settled, anyone may do it.
        !step.role.is_empty() && !step.is_lost("role") && step.role.iter().all(is_known)
    };
    for map in &atlas.maps {
        for step in map.draft.steps.iter().filter(|step| !step.not_by.is_empty() && known(step)) {
            for word in &step.not_by {
                let other = map.chart.guess(&word.text).map(|at| &map.draft.steps[at]);
                let Some(other) = other.filter(|other| known(other) && nobody_does(other).is_none()) else { continue };
                if !step.role.iter().any(|role| other.role.iter().any(|one| one.text == role.text)) {
                    out.push(report(map, step, word, other));
                }
            }
        }
    }
}

fn report(map: &MapView<'_>, step: &StepDraft, word: &Word, other: &StepDraft) -> Diagnostic {
    let roles = |step: &StepDraft| step.role.iter().map(|role| role.text.as_str()).collect::<Vec<_>>().join(" or ");
    let (id, named) = (&step.id.text, &other.id.text);
    let message = format!(
        "`{named}` is for {} and `{id}` for {}: only a person who has two roles is kept from doing both",
        roles(other),
        roles(step)
    );
    let help = "keep it where one person may have two roles; otherwise the roles keep the steps apart already";
    let finding = rules::finding(&RULE, map.place(word.span), message, help);
    finding.related(map.place(other.id.span), "the step that is named")
}
