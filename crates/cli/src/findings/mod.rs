//! Findings on their way to a reader: what is shown, and one file for each format.

pub mod human;
pub mod json;

use std::collections::BTreeSet;
use std::sync::Arc;

use mapcase_map::text::Source;
use mapcase_map::{AtlasFile, Checked, Diagnostic, Severity};

use crate::atlas;

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
    /// Whether people are told how many notes there are of each rule, and not each of them.
    pub notes_counted: bool,
    /// How many errors are in files that were not asked about.
    pub errors_elsewhere: usize,
}

impl Report {
    /// Adds everything that was found in an atlas.
    pub fn add_all(&mut self, checked: Checked) {
        self.findings.extend(checked.findings);
        self.allowed.extend(checked.allowed);
        self.sources.extend(checked.sources);
        self.maps += checked.maps;
    }

    /// Adds what was found in some files of an atlas.
    pub fn add_some(&mut self, checked: Checked, files: &BTreeSet<String>) {
        let is_map = |source: &&Arc<Source>| {
            let file = AtlasFile { path: source.path().to_string(), bytes: source.text().as_bytes().to_vec() };
            files.contains(&**source.path()) && atlas::first_key(&file).as_deref() == Some("map")
        };
        self.maps += checked.sources.iter().filter(is_map).count();
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

    /// The file of a path.
    pub fn source(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| &**source.path() == path).map(AsRef::as_ref)
    }
}
