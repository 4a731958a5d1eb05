//! The checker: from files to a checked atlas and findings. All findings of all files in one run; only here is a
//! checked atlas made.

mod allow;
mod build;
mod chart;
pub(crate) mod missing;
mod report;
pub(crate) mod reports;
pub(crate) mod risk;
mod shared;
mod spread;
pub(crate) mod stories;
mod view;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;
use view::Unread;

pub(crate) use chart::shortest;
pub use chart::{Chart, EdgeKind, is_final, way, ways};
pub(crate) use spread::Spread;
pub use view::{Atlas, LinkOut, MapView};

use crate::atlas::CheckedAtlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix;
use crate::read::{self, Draft};
use crate::rules;
use crate::text::{Source, parse};

/// A file of the atlas's folder: its path as a reader knows it, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtlasFile {
    /// The path, with `/` between folders.
    pub path: String,
    /// What the file holds.
    pub bytes: Vec<u8>,
}

/// What the checker found.
#[derive(Debug)]
pub struct Checked {
    /// The maps that may run; none where `atlas.yaml` itself is missing or wrong.
    pub atlas: Option<CheckedAtlas>,
    /// Every finding, by file and place.
    pub findings: Vec<Diagnostic>,
    /// What would be a finding and is allowed where it stands, by file and place, each with the reason that stands there.
    pub allowed: Vec<(Diagnostic, String)>,
    /// The files, for excerpts.
    pub sources: Vec<Arc<Source>>,
    /// The files of the maps that were read, right or wrong.
    pub maps: Vec<String>,
}

/// The most findings of one rule in one file that are kept; a hostile file would give a hundred thousand.
pub const MOST_OF_ONE_RULE_A_FILE: usize = 50;

impl Checked {
    /// Whether nothing stops the atlas from running.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The file of a path.
    pub fn source(&self, path: &str) -> Option<&Arc<Source>> {
        self.sources.iter().find(|source| &**source.path() == path)
    }
}

/// Checks a whole atlas, whatever day it is.
pub fn check(files: &[AtlasFile]) -> Checked {
    check_on(files, None)
}

/// Checks a whole atlas on a day, by its own clock. Without one, nothing is found that comes by time alone.
pub fn check_on(files: &[AtlasFile], today: Option<NaiveDate>) -> Checked {
    let (mut findings, mut allowances) = (Vec::new(), Vec::new());
    let mut sources = Vec::new();
    let mut drafts = Vec::new();
    let mut unread = Unread::default();
    for file in files {
        let (source, tree, faults) = parse(&file.path, &file.bytes);
        let source = Arc::new(source);
        findings.extend(faults);
        match tree.as_ref().and_then(|root| read::read(&source, root, &mut findings, &mut allowances)) {
            Some(draft) => drafts.push(draft),
            None => unread.add(&file.path, source.text()),
        }
        sources.push(source);
    }
    let atlas = Atlas::new(&drafts, unread, today);
    for check in rules::CHECKS {
        check(&atlas, &mut findings);
    }
    in_order(&mut findings);
    findings.dedup();
    let (findings, allowed) = allow::sift(findings, &allowances, today.is_some());
    let mut findings = cap(findings);
    fix::settle(&mut findings, &sources);
    let checked = build::build(&atlas, &mut findings);
    let maps = drafts.iter().filter_map(|draft| match draft {
        Draft::Map(map) => Some(map.source.path().to_string()),
        _ => None,
    });
    let maps = maps.collect();
    Checked { atlas: checked, findings, allowed, sources, maps }
}

/// The zone of an atlas, by which a caller knows what day it is there; none where `atlas.yaml` does not say.
pub fn zone(files: &[AtlasFile]) -> Option<Tz> {
    let file = files.iter().find(|file| stem(&file.path) == "atlas")?;
    let (source, tree, _) = parse(&file.path, &file.bytes);
    let (mut findings, mut allowances) = (Vec::new(), Vec::new());
    match read::read(&Arc::new(source), tree.as_ref()?, &mut findings, &mut allowances)? {
        Draft::Atlas(draft) => draft.zone,
        _ => None,
    }
}

/// By file and place.
fn in_order(findings: &mut [Diagnostic]) {
    findings.sort_by(|one, other| (&one.place, one.rule).cmp(&(&other.place, other.rule)));
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name)
}

/// Keeps the first findings of each rule in each file, and says in the last of them how many more there are.
fn cap(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut counts = HashMap::new();
    for finding in &findings {
        *counts.entry((finding.rule, finding.place.file.clone())).or_insert(0usize) += 1;
    }
    let mut seen = HashMap::new();
    let mut kept = Vec::with_capacity(findings.len());
    for mut finding in findings {
        let key = (finding.rule, finding.place.file.clone());
        let so_far = seen.entry(key.clone()).or_insert(0usize);
        *so_far += 1;
        let all = counts.get(&key).copied().unwrap_or(0);
        if *so_far == MOST_OF_ONE_RULE_A_FILE && all > MOST_OF_ONE_RULE_A_FILE {
            finding.help =
                format!("{} (and {} more of the same in this file)", finding.help, all - MOST_OF_ONE_RULE_A_FILE);
        }
        if *so_far <= MOST_OF_ONE_RULE_A_FILE {
            kept.push(finding);
        }
    }
    kept
}
