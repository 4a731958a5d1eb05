//! `wrong-type`: a value is not of the type that its key needs.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "wrong-type",
    family: Family::Text,
    severity: Severity::Error,
    about: "A value is not of the type that its key needs.",
};
