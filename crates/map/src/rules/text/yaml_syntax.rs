//! `yaml-syntax`: the text is not YAML: a colon, a quote, a bracket or the indent is not right.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml-syntax",
    family: Family::Text,
    severity: Severity::Error,
    about: "The text is not YAML: a colon, a quote, a bracket or the indent is not right.",
};
