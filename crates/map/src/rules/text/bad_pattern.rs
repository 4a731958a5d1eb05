//! `bad-pattern`: the pattern of a text field is not a regular expression.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "bad-pattern",
    family: Family::Text,
    severity: Severity::Error,
    about: "The pattern of a text field is not a regular expression.",
};
