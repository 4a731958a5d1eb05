//! A rule, or all of them, for programs. The shape is documented in `mapcase explain --help` and does not change.

use mapcase_map::rules::{self, Rule};
use serde::Serialize;

use super::{File, Page, files};
use crate::findings::json::{Entry, entry};

/// Every rule.
#[derive(Debug, Serialize)]
pub struct List {
    rules: Vec<Head>,
}

#[derive(Debug, Serialize)]
struct Head {
    rule: &'static str,
    family: &'static str,
    severity: &'static str,
    may_be_allowed: bool,
    about: &'static str,
}

/// One rule.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    #[serde(flatten)]
    head: Head,
    why: &'static str,
    bad: Bad<'a>,
    good: Good,
}

#[derive(Debug, Serialize)]
struct Bad<'a> {
    files: Vec<FileEntry>,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Good {
    files: Vec<FileEntry>,
}

#[derive(Debug, Serialize)]
struct FileEntry {
    file: &'static str,
    text: Option<String>,
    about: Option<&'static str>,
}

/// Every rule.
pub fn list() -> List {
    List { rules: rules::ALL.iter().map(|rule| head(rule)).collect() }
}

/// One rule.
pub fn rule(page: &Page) -> Answer<'_> {
    let rule = page.rule;
    let entries = |files: Vec<File>| files.into_iter().map(file).collect();
    Answer {
        head: head(rule),
        why: rule.why,
        bad: Bad { files: entries(files(&rule.bad)), diagnostics: page.findings().map(entry).collect() },
        good: Good { files: entries(files(&rule.good)) },
    }
}

fn head(rule: &Rule) -> Head {
    Head {
        rule: rule.id,
        family: rule.family.words().0,
        severity: rule.severity.word(),
        may_be_allowed: rules::may_be_allowed(rule),
        about: rule.about,
    }
}

fn file(file: File) -> FileEntry {
    FileEntry { file: file.path, text: file.text, about: file.about }
}
