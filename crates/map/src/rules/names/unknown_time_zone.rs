//! `unknown-time-zone`: the atlas names a time zone that does not exist.

use crate::diagnostic::Severity;
use crate::rules::{Example, Family, Rule};

/// The rule. The reader of `atlas.yaml` raises it.
pub static RULE: Rule = Rule {
    id: "unknown-time-zone",
    family: Family::Names,
    severity: Severity::Error,
    about: "The atlas names a time zone that does not exist.",
    why: "Every deadline ends at midnight somewhere. Without a time zone nobody can say when.",
    bad: Example::of(&[(
        "atlas.yaml",
        r"atlas: example
title: Direct payments
time_zone: ⟦Europe/Londn⟧
calendar: england-and-wales
roles:
  ASW: Allocated social worker
  TM: Social care team manager
themes:
  t: Transfers
documents:
  d: { title: Process maps }
",
    )]),
    good: Example::of(&[(
        "atlas.yaml",
        r"atlas: example
title: Direct payments
time_zone: Europe/London
calendar: england-and-wales
roles:
  ASW: Allocated social worker
  TM: Social care team manager
themes:
  t: Transfers
documents:
  d: { title: Process maps }
",
    )]),
};
