//! Findings on their way to a reader: what is shown, and one file for each format.

mod ci;
mod github;
pub mod human;
pub mod json;
mod sarif;

use std::collections::BTreeSet;
use std::sync::Arc;

use mapcase_map::fix::Made;
use mapcase_map::text::Source;
use mapcase_map::{Checked, Diagnostic, Severity};

use crate::args::Format;
use crate::error::CliError;
use crate::output::Output;
use crate::text;

/// What is shown.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings, by file and place.
    pub findings: Vec<Diagnostic>,
    /// What is allowed where it stands, with the reasons.
    pub allowed: Vec<(Diagnostic, String)>,
    /// The files, for excerpts.
    pub sources: Vec<Arc<Source>>,
    /// How many maps were looked at.
    pub maps: usize,
    /// The files that were asked about.
    pub files: BTreeSet<String>,
    /// Whether people are told how many notes there are of each rule, and not each of them.
    pub notes_counted: bool,
    /// How many errors are in files that were not asked about.
    pub errors_elsewhere: usize,
    /// Whether a warning is as bad as an error.
    pub deny_warnings: bool,
    /// What was fixed before the check.
    pub fixed: Vec<Made>,
    /// What was not fixed, because it would have brought an error.
    pub taken_back: Vec<Made>,
    /// Why a file that was fixed could not be written.
    pub unwritten: Option<CliError>,
}

/// Shows the findings in a format.
///
/// # Errors
///
/// The answer has no form in JSON, which would be a fault of ours.
pub fn say(report: &Report, format: Format, out: &Output) -> Result<(), CliError> {
    match format {
        Format::Json => return out.json(&json::answer(report)),
        Format::Sarif => out.json(&sarif::log(report))?,
        Format::Github => github::say(report, out),
        Format::Junit => out.text(&ci::tests(report)),
        _ => {
            human::say(report, out);
            return Ok(());
        }
    }
    // The answer is for a program; who reads the log is told beside it.
    for fixed in &report.fixed {
        out.aside("fixed", &fixed_line(fixed));
    }
    Ok(())
}

/// `FILE:LINE: what was done [rule]`.
fn fixed_line(fixed: &Made) -> String {
    format!("{}:{}: {} [{}]", fixed.place.file, fixed.place.line, fixed.title, fixed.rule)
}

/// `2 errors, 1 warning`, and notes where there are any.
fn counts(findings: &[&Diagnostic]) -> String {
    let count = |severity: Severity, word| {
        let number = findings.iter().filter(|finding| finding.severity == severity).count();
        (number > 0).then(|| text::count(number, word))
    };
    let counts = [count(Severity::Error, "error"), count(Severity::Warning, "warning"), count(Severity::Note, "note")];
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl Report {
    /// Adds everything that was found in an atlas.
    pub fn add_all(&mut self, checked: Checked) {
        self.files.extend(checked.sources.iter().map(|source| source.path().to_string()));
        self.findings.extend(checked.findings);
        self.allowed.extend(checked.allowed);
        self.sources.extend(checked.sources);
        self.maps += checked.maps.len();
    }

    /// Adds what was found in some files of an atlas.
    pub fn add_some(&mut self, checked: Checked, files: &BTreeSet<String>) {
        self.maps += checked.maps.iter().filter(|file| files.contains(*file)).count();
        self.files.extend(files.iter().cloned());
        let (asked, others): (Vec<_>, Vec<_>) =
            checked.findings.into_iter().partition(|finding| files.contains(&*finding.place.file));
        self.findings.extend(asked);
        self.allowed.extend(checked.allowed.into_iter().filter(|(finding, _)| files.contains(&*finding.place.file)));
        self.errors_elsewhere += others.iter().filter(|finding| finding.severity == Severity::Error).count();
        self.sources.extend(checked.sources);
    }

    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether a finding is a note that is only counted.
    pub fn is_counted(&self, finding: &Diagnostic) -> bool {
        self.notes_counted && finding.severity == Severity::Note
    }

    /// Whether a finding is one that must not be.
    pub fn is_refusing(&self, finding: &Diagnostic) -> bool {
        finding.severity == Severity::Error || (self.deny_warnings && finding.severity == Severity::Warning)
    }

    /// Whether anything was found that must not be.
    pub fn is_refused(&self) -> bool {
        self.findings.iter().any(|finding| self.is_refusing(finding))
    }

    /// The file of a path.
    pub fn source(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| &**source.path() == path).map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests;
