//! `unsupported-yaml`: a part of YAML that the map language leaves out: aliases, anchors, tags, merge keys, second documents.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unsupported-yaml",
    family: Family::Text,
    severity: Severity::Error,
    about: "A part of YAML that the map language leaves out: aliases, anchors, tags, merge keys, second documents.",
    why: "A map should say everything where it stands. A value that is copied from elsewhere in the file is easily changed by mistake, together with steps that nobody was thinking of.",
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
    role: ⟦&worker⟧ ASW
    title: Transfer request made to the other authority
    next: notify
  notify:
    role: ⟦*worker⟧
    title: Payment team told to stop the payment
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
    next: notify
  notify:
    role: ASW
    title: Payment team told to stop the payment
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};
