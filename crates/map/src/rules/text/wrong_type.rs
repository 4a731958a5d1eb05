//! `wrong-type`: a value is not of the type that its key needs.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "wrong-type",
    family: Family::Text,
    severity: Severity::Error,
    about: "A value is not of the type that its key needs.",
    why: "The value cannot be used as what it stands for, so the map cannot say what its author meant.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: ⟦first⟧
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
