//! `bad-id`: an id has letters or signs that an id cannot have.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "bad-id",
    family: Family::Text,
    severity: Severity::Error,
    about: "An id has letters or signs that an id cannot have.",
};
