//! `bad-id`: an id has letters or signs that an id cannot have.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "bad-id",
    family: Family::Text,
    severity: Severity::Error,
    about: "An id has letters or signs that an id cannot have.",
    why: "Ids stand in links, in records and on the command line for years; one alphabet keeps them from being mistyped or mixed up.",
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
  notified: { kind: start, title: ASW told that the family moves, next: Transfer Request }
  ⟦Transfer Request⟧:
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
  notified: { kind: start, title: ASW told that the family moves, next: transfer-request }
  transfer-request:
    role: ASW
    title: Transfer request made to the other authority
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};
