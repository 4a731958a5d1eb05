//! `unknown-key`: a key that the language does not have at this place.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-key",
    family: Family::Text,
    severity: Severity::Error,
    about: "A key that the language does not have at this place.",
};
