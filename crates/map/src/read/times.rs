//! What a step says of time, of what happens when it has passed, and of information that goes out or comes in.

use super::fields::{Fields, Word};
use super::map::read_duration;
use crate::rules::text as rule;
use crate::text::Span;
use crate::time::Duration;

/// What stands where a case goes.
pub(super) const STEP: &str = "the id of a step";
/// What stands where another map is named.
pub(super) const MAP: &str = "the id of a map";

/// A duration, perhaps counted from an anchor.
#[derive(Debug)]
pub struct AnchoredDraft {
    /// All of it.
    pub word: Word,
    /// The duration; none where it is `TBC` or was reported.
    pub duration: Option<Duration>,
    /// The step or field it counts from.
    pub anchor: Option<Word>,
}

/// What a wait `until` says.
#[derive(Debug)]
pub struct UntilDraft {
    /// All of it.
    pub word: Word,
    /// The duration after the anchor, or after entering; none for a bare anchor.
    pub duration: Option<Duration>,
    /// The step or field it counts from.
    pub anchor: Option<Word>,
}

/// What happens when a deadline passes.
#[derive(Debug)]
pub struct OverdueDraft {
    /// The place of the key.
    pub span: Span,
    /// Roles that are told.
    pub tell: Vec<Word>,
    /// A map that is started beside.
    pub start: Option<Word>,
    /// A step the case goes to.
    pub go: Option<Word>,
    /// Whether all of it could be read.
    pub whole: bool,
}

/// The map whose end is what a wait waits for.
#[derive(Debug)]
pub struct ComesFromDraft {
    /// The map.
    pub map: Option<Word>,
    /// The outcomes that count.
    pub outcomes: Vec<Word>,
}

/// Information that goes out or comes in.
#[derive(Debug)]
pub struct FlowDraft {
    /// To or from whom, in words.
    pub party: Option<String>,
    /// The fields that it carries.
    pub what: Vec<Word>,
}

pub(super) fn read_anchored(fields: &mut Fields<'_>, key: &str) -> Option<AnchoredDraft> {
    let word = fields.word_for(key, "a time, as in `72 hours`")?;
    let help = format!("write `{key}: 2 weeks of STEP`; `after` is for `until`");
    if misplaced(fields, &word, " after ", &help) {
        return Some(AnchoredDraft { word, duration: None, anchor: None });
    }
    let (until, anchor) = match word.text.find(" of ") {
        Some(at) => (at, trimmed_part(fields, &word, at + 4)),
        None => (word.text.len(), None),
    };
    let duration = read_duration(fields, &word, until);
    Some(AnchoredDraft { word, duration, anchor })
}

pub(super) fn read_until(fields: &mut Fields<'_>, key: &str) -> Option<UntilDraft> {
    let word = fields.word_for(key, "a time, as in `6 months after FIELD`")?;
    let help = format!("write `{key}: 2 weeks after STEP`; `of` is for deadlines");
    if misplaced(fields, &word, " of ", &help) {
        return Some(UntilDraft { word, duration: None, anchor: None });
    }
    if let Some(at) = word.text.find(" after ") {
        let anchor = trimmed_part(fields, &word, at + 7);
        let duration = read_duration(fields, &word, at);
        return Some(UntilDraft { word, duration, anchor });
    }
    if word.text.starts_with(|first: char| first.is_ascii_digit()) || word.text.trim() == "TBC" {
        let duration = read_duration(fields, &word, word.text.len());
        return Some(UntilDraft { word, duration, anchor: None });
    }
    let anchor = Some(word.clone());
    Some(UntilDraft { word, duration: None, anchor })
}

/// Reports the word that joins a duration to what it counts from, where it is the wrong one or none may stand.
pub(super) fn misplaced(fields: &mut Fields<'_>, word: &Word, joint: &str, help: &str) -> bool {
    let Some(at) = word.text.find(joint) else { return false };
    let span = word.part(fields.source, at + 1..at + joint.len() - 1);
    fields.report(&rule::bad_duration::RULE, span, format!("`{}` cannot stand here", joint.trim()), help);
    true
}

/// The rest of a word from a byte on, without the white space around it.
fn trimmed_part(fields: &Fields<'_>, word: &Word, from: usize) -> Option<Word> {
    let rest = &word.text[from..];
    let start = from + (rest.len() - rest.trim_start().len());
    let text = rest.trim().to_string();
    let span = word.part(fields.source, start..start + text.len());
    Some(Word { text, span })
}

pub(super) fn read_overdue(fields: &mut Fields<'_>) -> Option<OverdueDraft> {
    read_late(fields, &["tell", "start", "go"])
}

/// What happens when it is late, by these keys.
pub(super) fn read_late(fields: &mut Fields<'_>, keys: &[&str]) -> Option<OverdueDraft> {
    let entry = fields.entry("overdue")?;
    let mut overdue = fields.group(entry)?;
    overdue.allow("`overdue`", keys, |_| None);
    overdue.lose_unknown(keys);
    Some(OverdueDraft {
        span: entry.key_span,
        tell: overdue.one_or_more("tell"),
        start: overdue.word_for("start", MAP),
        go: overdue.word_for("go", STEP),
        whole: overdue.lost().is_empty(),
    })
}

pub(super) fn read_comes_from(fields: &mut Fields<'_>) -> Option<ComesFromDraft> {
    let entry = fields.entry("comes_from")?;
    let mut from = fields.group(entry)?;
    from.allow("`comes_from`", &["map", "outcome"], |_| None);
    from.require("`comes_from`", &["map", "outcome"]);
    Some(ComesFromDraft { map: from.word_for("map", MAP), outcomes: from.one_or_more("outcome") })
}

pub(super) fn read_flow(fields: &mut Fields<'_>, key: &str, party: &str) -> Option<FlowDraft> {
    let entry = fields.entry(key)?;
    let mut flow = fields.group(entry)?;
    let what = format!("`{key}`");
    flow.allow(&what, &[party, "what"], |_| None);
    flow.require(&what, &[party]);
    Some(FlowDraft { party: flow.text(party), what: flow.words("what") })
}
