//! `unknown-control`: a map, a step or a limit carries a control that no register lists.

use std::collections::BTreeSet;

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-control",
    family: Family::Names,
    severity: Severity::Error,
    about: "A map, a step or a limit carries a control that no register lists.",
    why: "A control that is carried under a wrong reference looks bound and is not: the auditor will find nothing that carries it.",
    bad: Example::of(&[
        (
            "audit.yaml",
            r"controls: audit
title: Internal audit
items:
  A3.6: { title: A signed agreement is on file before the first payment, binds: evidence }
",
        ),
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
    controls: [⟦A3.9⟧]
    evidence: [agreement]
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
    ]),
    good: Example::of(&[
        (
            "audit.yaml",
            r"controls: audit
title: Internal audit
items:
  A3.6: { title: A signed agreement is on file before the first payment, binds: evidence }
",
        ),
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
    controls: [A3.6]
    evidence: [agreement]
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    if atlas.has_unread_register() || atlas.controls.iter().any(|register| !register.whole) {
        return;
    }
    let known: BTreeSet<&str> =
        atlas.controls.iter().flat_map(|register| &register.items).map(|item| item.id.text.as_str()).collect();
    for map in &atlas.maps {
        for word in map.controls().filter(|word| !known.contains(word.text.as_str())) {
            let message = format!("there is no control `{}` in any register", word.text);
            let help = "name a control of a register, or add it to one (a file that begins with `controls:`)";
            let finding = rules::finding(&RULE, map.place(word.span), message, help);
            rules::misspelt(out, finding, &word.text, known.iter().copied());
        }
    }
}
