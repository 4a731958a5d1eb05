//! Findings as a list of tests, in JUnit XML: a file that was asked about is one test, and what must not be found in it
//! makes it fail.

use std::fmt::Write;

use mapcase_map::Diagnostic;

use super::{Report, counts};
use crate::junit::{Check, Suite, Verdict, document};

/// The document.
pub fn tests(report: &Report) -> String {
    let checks = report.files.iter().map(|file| Check {
        name: file.clone(),
        class: NAME.to_string(),
        verdict: verdict(report, file),
    });
    document(NAME, &[Suite { name: NAME.to_string(), file: None, checks: checks.collect() }])
}

const NAME: &str = "mapcase check";

fn verdict(report: &Report, file: &str) -> Verdict {
    let is_told = |finding: &&Diagnostic| *finding.place.file == *file && !report.is_counted(finding);
    let found: Vec<&Diagnostic> = report.findings.iter().filter(is_told).collect();
    let Some(worst) = found.iter().find(|finding| report.is_refusing(finding)) else { return Verdict::Passed };
    let mut text = String::new();
    for finding in &found {
        let place = &finding.place;
        let _ = write!(text, "{}:{}:{}: ", place.file, place.line, place.column);
        let _ = writeln!(text, "{}[{}]: {}", finding.severity.word(), finding.rule, finding.message);
        if !finding.help.is_empty() {
            let _ = writeln!(text, "    help: {}", finding.help);
        }
    }
    Verdict::Failed { kind: worst.rule.to_string(), message: counts(&found), text: text.trim_end().to_string() }
}
