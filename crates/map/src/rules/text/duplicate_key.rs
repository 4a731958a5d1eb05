//! `duplicate-key`: a key is given twice in one group, so that one of the two would be lost.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-key",
    family: Family::Text,
    severity: Severity::Error,
    about: "A key is given twice in one group, so that one of the two would be lost.",
    why: "Only one of the two can hold. A case would silently follow the one that the author may have thought replaced.",
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
    due: 72 hours
    overdue: { tell: TM }
    ⟦due⟧: 5 working days
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
