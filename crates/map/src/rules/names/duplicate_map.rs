//! `duplicate-map`: two files hold maps of the same id.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-map",
    family: Family::Names,
    severity: Severity::Error,
    about: "Two files hold maps of the same id.",
    why: "A link to the name could lead to either. Two readings of one process would run side by side, and nobody would know which case follows which.",
    bad: Example::of(&[
        (
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
        ),
        (
            "drafts/transfer-out.yaml",
            r"map: ⟦transfer-out⟧
title: Transfer out of the authority
revision: 2
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
        ),
    ]),
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
    for (at, map) in atlas.maps.iter().enumerate() {
        let id = &map.draft.id;
        let Some(first) = atlas.map_number(&id.text).filter(|first| *first != at) else { continue };
        if id.text.is_empty() {
            continue;
        }
        let message = format!("there are two maps named `{}`", id.text);
        let finding = rules::finding(
            &RULE,
            map.place(id.span),
            message,
            "keep one of the two files, or rename one map and its file",
        );
        let first = &atlas.maps[first];
        out.push(finding.related(first.place(first.draft.id.span), "the first is here"));
    }
}
