//! Fixes: changes of a few bytes that take a finding away, offered only where nothing else can have been meant. A rule makes
//! one with the functions here; `mend` applies them.

mod list;
mod mend;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

pub use list::{add_from, add_kind, in_brackets, in_quotes};
pub use mend::{Made, Mended, mend};

use crate::diagnostic::Diagnostic;
use crate::rules::{self, Family};
use crate::text::{Place, Source, Span, is_word};

/// A change that takes a finding away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is done, as in "write `request` for `requst`".
    pub title: String,
    /// The changes, all in one file, which need not be that of the finding.
    pub edits: Vec<Edit>,
}

/// One change of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; none where something is only put in.
    pub place: Place,
    /// What stands there before. In a finding of the checker these are the very bytes of the place.
    pub was: String,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Puts text in before a byte.
    fn insert(source: &Source, at: usize, text: String) -> Self {
        Self { place: source.place(Span { start: at, end: at }), was: String::new(), text }
    }

    /// Puts other text in the place of a span's.
    fn replace(source: &Source, span: Span, text: String) -> Self {
        Self { place: source.place(span), was: source.slice(span).to_string(), text }
    }
}

/// Writes the word that was meant, where it can stand without quotes.
pub(crate) fn misspelt(place: &Place, word: &str, meant: &str) -> Option<Fix> {
    let edit = Edit { place: place.clone(), was: word.to_string(), text: meant.to_string() };
    is_bare(meant).then(|| Fix { title: format!("write `{meant}` for `{word}`"), edits: vec![edit] })
}

/// Whether a word can stand anywhere in a map without quotes and is text there.
fn is_bare(word: &str) -> bool {
    let middle = |sign: char| sign.is_ascii_alphanumeric() || " ._-/+".contains(sign);
    is_word(word)
        && word.chars().all(middle)
        && word.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        && word.ends_with(|sign: char| sign.is_ascii_alphanumeric())
}

/// Gives each edit the very bytes that it changes, and takes back every fix that is not sure: one whose word does not stand
/// there letter for letter, or stands elsewhere too, as a name does that was misspelt where it was given.
pub(crate) fn settle(findings: &mut [Diagnostic], sources: &[Arc<Source>]) {
    let sources: HashMap<&str, &Source> = sources.iter().map(|source| (&**source.path(), &**source)).collect();
    let is_name = |id: &str| rules::rule(id).is_some_and(|rule| rule.family == Family::Names);
    let mut uses: HashMap<(&'static str, String), usize> = HashMap::new();
    for finding in findings.iter_mut() {
        let settled = finding.fix.take().and_then(|fix| {
            let edits = fix.edits.into_iter().map(|edit| narrowed(edit, &sources)).collect::<Option<Vec<_>>>()?;
            Some(Fix { edits, ..fix })
        });
        finding.fix = settled;
        if let Some(word) = misspelt_word(finding) {
            *uses.entry((finding.rule, word.to_string())).or_default() += 1;
        }
    }
    for finding in findings.iter_mut().filter(|finding| is_name(finding.rule)) {
        let word = misspelt_word(finding).map(str::to_string);
        let often = word.is_some_and(|word| uses.get(&(finding.rule, word)).is_some_and(|uses| *uses > 1));
        finding.fix = finding.fix.take().filter(|_| !often);
    }
}

fn misspelt_word(finding: &Diagnostic) -> Option<&str> {
    finding.suggestion.as_ref()?;
    finding.fix.as_ref()?.edits.first().map(|edit| edit.was.as_str())
}

/// The edit on exactly the bytes of its word.
fn narrowed(edit: Edit, sources: &HashMap<&str, &Source>) -> Option<Edit> {
    let source = sources.get(&*edit.place.file)?;
    let range = only(source.slice(edit.place.span), &edit.was)?;
    let place = source.place(edit.place.span.part(range));
    Some(Edit { place, ..edit })
}

/// Where a word stands in a text, if it does once and is no part of a longer one.
fn only(text: &str, word: &str) -> Option<Range<usize>> {
    if text == word {
        return Some(0..text.len());
    }
    let mut found = text.match_indices(word).map(|(at, found)| at..at + found.len());
    let (range, None) = (found.next()?, found.next()) else { return None };
    let joins = |sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_';
    let apart = !text[..range.start].ends_with(joins) && !text[range.end..].starts_with(joins);
    (apart && !word.is_empty()).then_some(range)
}
