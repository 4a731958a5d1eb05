//! `no-end`: a map has no end and no hand-over, so no case of it can ever end.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "no-end",
    family: Family::Graph,
    severity: Severity::Error,
    about: "A map has no end and no hand-over, so no case of it can ever end.",
    why: "A case that never ends stays on someone's list for ever, and its record is never closed.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: ⟦transfer-out⟧
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
    next: agreed
  agreed:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { yes: request, no: request-again }
  request-again:
    role: ASW
    title: Request made once more
    next: agreed
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
    next: agreed
  agreed:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { yes: done, no: request-again }
  request-again:
    role: ASW
    title: Request made once more
    next: agreed
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        if map.finals().next().is_none()
            && map.draft.steps_whole
            && map.draft.steps.iter().all(|step| step.kind_known && !step.is_lost("mode"))
            && !map.draft.steps.is_empty()
        {
            let place = map.place(map.draft.id.span);
            let help = "add a step with `kind: end` and an `outcome`, or a link that hands over";
            out.push(rules::finding(
                &RULE,
                place,
                "this map has no end and no hand-over, so no case can ever be finished",
                help,
            ));
        }
    }
}
