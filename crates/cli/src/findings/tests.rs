//! What the tests of the formats share.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use std::sync::Arc;

use mapcase_map::text::{Place, Source, Span};
use mapcase_map::{Diagnostic, Severity};

use super::Report;

/// Made for a test.
pub fn report(files: &[(&str, &str)]) -> Report {
    let sources = files.iter().map(|(path, text)| Arc::new(Source::new(*path, (*text).to_string()))).collect();
    Report { sources, ..Report::default() }
}

/// Made for a test.
pub fn place(report: &Report, file: &str, word: &str) -> Place {
    let source = report.source(file).unwrap();
    let start = source.text().find(word).unwrap();
    source.place(Span { start, end: start + word.len() })
}

/// Made for a test.
pub fn finding(place: Place, message: &str, help: &str) -> Diagnostic {
    Diagnostic {
        rule: "unknown-step",
        severity: Severity::Error,
        message: message.into(),
        place,
        help: help.into(),
        suggestion: None,
        related: Vec::new(),
        fix: None,
    }
}
