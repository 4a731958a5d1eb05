//! `bad-pattern`: the pattern of a text field is not a regular expression.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "bad-pattern",
    family: Family::Text,
    severity: Severity::Error,
    about: "The pattern of a text field is not a regular expression.",
    why: "The pattern keeps wrong values out of the record. One that is broken would keep every value out, or none.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

record:
  ics_number: { type: text, title: ICS number, pattern: ⟦'[0-9{5,9}'⟧ }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    needs: [ics_number]
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

record:
  ics_number: { type: text, title: ICS number, pattern: '[0-9]{5,9}' }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    needs: [ics_number]
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};
