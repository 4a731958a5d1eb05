//! `missing-key`: a key that must be there is not.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing-key",
    family: Family::Text,
    severity: Severity::Error,
    about: "A key that must be there is not.",
};
