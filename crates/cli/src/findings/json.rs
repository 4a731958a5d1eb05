//! Findings for programs. The shape is documented in `mapcase check --help` and does not change.

use mapcase_map::{Diagnostic, Severity};
use serde::Serialize;

use super::Report;

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    diagnostics: Vec<Entry<'a>>,
    allowed: Vec<AllowedEntry<'a>>,
    summary: Summary,
}

/// A finding.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    help: &'a str,
    suggestion: Option<&'a str>,
    related: Vec<RelatedEntry<'a>>,
}

/// A finding as every other, and why it is allowed.
#[derive(Debug, Serialize)]
struct AllowedEntry<'a> {
    #[serde(flatten)]
    finding: Entry<'a>,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct RelatedEntry<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Debug, Serialize)]
struct Summary {
    maps: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    allowed: usize,
}

/// The answer of a report.
pub fn answer(report: &Report) -> Answer<'_> {
    Answer {
        diagnostics: report.findings.iter().map(entry).collect(),
        allowed: report
            .allowed
            .iter()
            .map(|(finding, reason)| AllowedEntry { finding: entry(finding), reason })
            .collect(),
        summary: Summary {
            maps: report.maps,
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notes: report.count(Severity::Note),
            allowed: report.allowed.len(),
        },
    }
}

/// A finding for programs.
pub fn entry(finding: &Diagnostic) -> Entry<'_> {
    let place = &finding.place;
    Entry {
        rule: finding.rule,
        severity: finding.severity.word(),
        message: &finding.message,
        file: &place.file,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        help: &finding.help,
        suggestion: finding.suggestion.as_deref(),
        related: finding
            .related
            .iter()
            .map(|related| RelatedEntry {
                file: &related.place.file,
                line: related.place.line,
                column: related.place.column,
                message: &related.message,
            })
            .collect(),
    }
}
