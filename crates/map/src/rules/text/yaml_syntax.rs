//! `yaml-syntax`: the text is not YAML: a colon, a quote, a bracket or the indent is not right.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml-syntax",
    family: Family::Text,
    severity: Severity::Error,
    about: "The text is not YAML: a colon, a quote, a bracket or the indent is not right.",
    why: "Nothing of a file that is not YAML can be read, so the whole map stands still.",
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
    title: Next⟦:⟧ request made to the other authority
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
    title: 'Next: request made to the other authority'
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};
