//! `not-utf-8`: the file is not saved as UTF-8.

use crate::diagnostic::Severity;
use crate::rules::{Family, Rule};

/// The rule.
pub static RULE: Rule =
    Rule { id: "not-utf-8", family: Family::Text, severity: Severity::Error, about: "The file is not saved as UTF-8." };
