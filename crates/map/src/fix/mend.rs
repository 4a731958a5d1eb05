//! Applying fixes: all that do not touch each other in one round, then the next round, until nothing is left to fix. After
//! each round the atlas is checked anew, and a fix that would bring an error is taken back.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Edit, Fix};
use crate::check::{AtlasFile, check};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::Place;

/// What was fixed, and what was not.
#[derive(Debug, Default)]
pub struct Mended {
    /// The files that changed, with what they hold now.
    pub files: Vec<AtlasFile>,
    /// What was fixed, in the order of the files; places are those before it.
    pub made: Vec<Made>,
    /// Fixes that were offered and taken back: each would have brought an error that was not there.
    pub taken_back: Vec<Made>,
}

/// One fix that was made, or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The rule whose finding it answers.
    pub rule: &'static str,
    /// The finding's place.
    pub place: Place,
    /// What is done.
    pub title: String,
    edits: Vec<Edit>,
}

impl Made {
    /// The file that it changes: a fix has its edits in one.
    pub fn changes(&self) -> &str {
        self.edits.first().map_or(&self.place.file, |edit| &edit.place.file)
    }
}

/// A fix may make room for another; more rounds than this only a fault of ours would need.
const MOST_ROUNDS: usize = 10;

/// Fixes what can be fixed in the files that `may_change`. Nothing else in them changes, not a byte.
pub fn mend(files: &[AtlasFile], may_change: impl Fn(&str) -> bool) -> Mended {
    let mut now = files.to_vec();
    let mut mended = Mended::default();
    let mut refused: HashSet<String> = HashSet::new();
    for _ in 0..MOST_ROUNDS {
        let found = check(&now).findings;
        let offered = offered(&found, &now, |made| may_change_all(made, &may_change) && !refused.contains(&key(made)));
        if offered.is_empty() {
            break;
        }
        let mut round = Round { files: &now, errors: errors(&found), kept: Vec::new(), dropped: Vec::new() };
        round.take(offered);
        let (kept, dropped) = (round.kept, round.dropped);
        refused.extend(dropped.iter().map(key));
        mended.taken_back.extend(dropped);
        if kept.is_empty() {
            break;
        }
        now = changed(&now, &kept);
        mended.made.extend(kept);
    }
    let by_path: HashMap<&str, &AtlasFile> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    mended.files = now.into_iter().filter(|file| by_path.get(file.path.as_str()) != Some(&file)).collect();
    mended.made.sort_by(|one, other| one.place.cmp(&other.place));
    mended
}

fn key(made: &Made) -> String {
    format!("{} {} {}", made.rule, made.place.file, made.title)
}

fn may_change_all(made: &Made, may_change: &impl Fn(&str) -> bool) -> bool {
    may_change(&made.place.file) && made.edits.iter().all(|edit| may_change(&edit.place.file))
}

/// The fixes of a round: no two touch each other, and each fits the bytes of the files.
fn offered(found: &[Diagnostic], files: &[AtlasFile], wanted: impl Fn(&Made) -> bool) -> Vec<Made> {
    let mut taken: Vec<Edit> = Vec::new();
    let mut offered = Vec::new();
    for finding in found {
        let Some(Fix { title, edits }) = finding.fix.clone() else { continue };
        let made = Made { rule: finding.rule, place: finding.place.clone(), title, edits };
        let apart = |edit: &Edit| taken.iter().all(|other| !touch(edit, other));
        let same = made.edits.iter().all(|edit| taken.contains(edit));
        if wanted(&made) && made.edits.iter().all(|edit| fits(edit, files)) && (same || made.edits.iter().all(apart)) {
            if !same {
                taken.extend(made.edits.iter().cloned());
            }
            offered.push(made);
        }
    }
    offered
}

fn touch(one: &Edit, other: &Edit) -> bool {
    let (a, b) = (one.place.span, other.place.span);
    one.place.file == other.place.file && a.start <= b.end && b.start <= a.end
}

/// Whether the file is text and holds what the edit is about to change.
fn fits(edit: &Edit, files: &[AtlasFile]) -> bool {
    let file = files.iter().find(|file| *file.path == *edit.place.file);
    let text = file.and_then(|file| std::str::from_utf8(&file.bytes).ok());
    text.and_then(|text| text.get(edit.place.span.start..edit.place.span.end)) == Some(edit.was.as_str())
}

/// How often each error is found.
type Errors = HashMap<(&'static str, String, String), usize>;

fn errors(found: &[Diagnostic]) -> Errors {
    let mut errors = Errors::new();
    for finding in found.iter().filter(|finding| finding.severity == Severity::Error) {
        *errors.entry((finding.rule, finding.place.file.to_string(), finding.message.clone())).or_default() += 1;
    }
    errors
}

/// The trial of one round's fixes.
struct Round<'a> {
    files: &'a [AtlasFile],
    errors: Errors,
    kept: Vec<Made>,
    dropped: Vec<Made>,
}

impl Round<'_> {
    /// Keeps these fixes if they bring no error beside those that are kept already; otherwise tries each half.
    fn take(&mut self, mut group: Vec<Made>) {
        let all: Vec<Made> = self.kept.iter().chain(&group).cloned().collect();
        let after = errors(&check(&changed(self.files, &all)).findings);
        let brings = after.iter().any(|(error, count)| self.errors.get(error).is_none_or(|before| before < count));
        if !brings {
            self.kept = all;
        } else if group.len() == 1 {
            self.dropped.extend(group);
        } else {
            let rest = group.split_off(group.len() / 2);
            self.take(group);
            self.take(rest);
        }
    }
}

/// The files with the fixes made.
fn changed(files: &[AtlasFile], fixes: &[Made]) -> Vec<AtlasFile> {
    let mut by_file: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        let edits = by_file.entry(&edit.place.file).or_default();
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }
    let mut changed = files.to_vec();
    for file in &mut changed {
        let Some(edits) = by_file.get_mut(file.path.as_str()) else { continue };
        edits.sort_by_key(|edit| edit.place.span);
        for edit in edits.iter().rev() {
            let span = edit.place.span;
            file.bytes.splice(span.start..span.end, edit.text.bytes());
        }
    }
    changed
}
