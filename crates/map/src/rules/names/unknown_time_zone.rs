//! `unknown-time-zone`: the atlas names a time zone that does not exist.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule. The reader of `atlas.yaml` raises it.
pub static RULE: Rule = Rule {
    id: "unknown-time-zone",
    family: Family::Names,
    severity: Severity::Error,
    about: "The atlas names a time zone that does not exist.",
};
