//! `too-large`: a file, or the nesting in it, is larger than the language allows.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "too-large",
    family: Family::Text,
    severity: Severity::Error,
    about: "A file, or the nesting in it, is larger than the language allows.",
};
