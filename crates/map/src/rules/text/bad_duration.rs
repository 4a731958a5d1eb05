//! `bad-duration`: a duration cannot be read, or mixes units that do not add up.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "bad-duration",
    family: Family::Text,
    severity: Severity::Error,
    about: "A duration cannot be read, or mixes units that do not add up.",
};
