//! `no-start`: a map has no start, so no case can be opened.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "no-start",
    family: Family::Graph,
    severity: Severity::Error,
    about: "A map has no start, so no case can be opened.",
    why: "No case can be opened, so the process exists on paper only.",
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
  request:
    role: ASW
    title: Transfer request made to the other authority
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
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        if map.starts().next().is_none()
            && map.draft.steps_whole
            && map.draft.steps.iter().all(|step| step.kind_known)
            && !map.draft.steps.is_empty()
        {
            let place = map.place(map.draft.id.span);
            out.push(rules::finding(
                &RULE,
                place,
                "this map has no start, so no case can be opened",
                "add a step with `kind: start`, a `title` and a `next`",
            ));
        }
    }
}
