//! `unsupported-yaml`: a part of YAML that the map language leaves out: aliases, anchors, tags, merge keys, second documents.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unsupported-yaml",
    family: Family::Text,
    severity: Severity::Error,
    about: "A part of YAML that the map language leaves out: aliases, anchors, tags, merge keys, second documents.",
};
