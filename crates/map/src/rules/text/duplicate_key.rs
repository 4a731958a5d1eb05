//! `duplicate-key`: a key is given twice in one group, so that one of the two would be lost.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-key",
    family: Family::Text,
    severity: Severity::Error,
    about: "A key is given twice in one group, so that one of the two would be lost.",
};
