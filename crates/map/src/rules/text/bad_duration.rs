//! `bad-duration`: a duration cannot be read, or mixes units that do not add up.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "bad-duration",
    family: Family::Text,
    severity: Severity::Error,
    about: "A duration cannot be read, or mixes units that do not add up.",
    why: "A deadline that cannot be read cannot be kept, and nobody would be told that a case is late.",
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
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    due: ⟦72hours⟧
    overdue: { tell: TM }
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
    due: 72 hours
    overdue: { tell: TM }
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};
