//! `unknown-key`: a key that the language does not have at this place.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-key",
    family: Family::Text,
    severity: Severity::Error,
    about: "A key that the language does not have at this place.",
    why: "What stands under a misspelt key is not read, so a deadline or a duty that everyone believes in would not be kept.",
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
    ⟦chekclist⟧: { agreed: The other authority has agreed }
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
    checklist: { agreed: The other authority has agreed }
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};
