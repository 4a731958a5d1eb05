//! `file-name-differs`: a map's id is not the name of its file.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "file-name-differs",
    family: Family::Text,
    severity: Severity::Error,
    about: "A map's id is not the name of its file.",
};
