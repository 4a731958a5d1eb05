//! What comes round: cases of other maps that are due to start while a case of this one is open.

use super::fields::{Fields, Word};
use super::times::{AnchoredDraft, MAP, OverdueDraft, UntilDraft, read_anchored, read_late, read_until};
use crate::rules::text as rule;

/// A case of another map that is due to start.
#[derive(Debug)]
pub struct RoundDraft {
    /// Its id.
    pub id: Word,
    /// Its title.
    pub title: Option<String>,
    /// The map in which a case is opened.
    pub map: Option<Word>,
    /// When it is opened.
    pub at: Option<UntilDraft>,
    /// The start of the other map.
    pub entry: Option<Word>,
    /// Fields that go along.
    pub carries: Vec<Word>,
    /// The map whose case, when it is over, is the doing of it.
    pub done: Option<Word>,
    /// The ways in which that case must be over to count: outcomes, and maps to which it is handed over.
    pub done_when: Vec<Word>,
    /// The date that is set to the day on which it was done.
    pub sets: Option<Word>,
    /// By when it must be done.
    pub by: Option<AnchoredDraft>,
    /// Where the time comes from.
    pub origin: Option<Word>,
    /// What happens when that has passed.
    pub overdue: Option<OverdueDraft>,
    /// The source's fragment.
    pub quote: Option<String>,
    /// A note for the process owner.
    pub note: Option<String>,
    /// Controls that it carries.
    pub controls: Vec<Word>,
    /// Keys that are missing or could not be read. Each was reported.
    pub lost: Vec<String>,
}

impl RoundDraft {
    /// Whether a key is missing or could not be read, which was reported.
    pub fn is_lost(&self, key: &str) -> bool {
        self.lost.iter().any(|lost| lost == key)
    }

    /// The word of its time. A bare date of the record is nobody's rule.
    pub fn time(&self) -> Option<&Word> {
        let bare = |at: &&UntilDraft| at.anchor.as_ref().is_some_and(|anchor| anchor.text == at.word.text);
        let at = self.at.as_ref().filter(|at| !bare(at)).map(|at| &at.word);
        at.or(self.by.as_ref().map(|by| &by.word))
    }

    /// The steps or fields that its times are counted from.
    pub fn anchors(&self) -> impl Iterator<Item = &Word> {
        let at = self.at.iter().filter_map(|at| at.anchor.as_ref());
        at.chain(self.by.iter().filter_map(|by| by.anchor.as_ref()))
    }
}

const KEYS: [&str; 15] = [
    "title",
    "map",
    "at",
    "entry",
    "carries",
    "done",
    "done_when",
    "sets",
    "by",
    "origin",
    "overdue",
    "quote",
    "note",
    "controls",
    "allow",
];

/// Reads what comes round.
pub(super) fn read_rounds(fields: &mut Fields<'_>) -> Vec<RoundDraft> {
    let Some(entry) = fields.entry("starts") else { return Vec::new() };
    let Some(mut group) = fields.group(entry) else { return Vec::new() };
    let mut rounds = Vec::new();
    for entry in group.node.entries() {
        let id = Word { text: entry.key.clone(), span: entry.key_span };
        group.check_id(&id, '-', "what is due to start");
        let Some(mut round) = group.group(entry) else { continue };
        round.allow("what is due to start", &KEYS, |_| None);
        round.require("what is due to start", &["title", "map", "at"]);
        let at = read_until(&mut round, "at").filter(|at| {
            let help = "say how long after what, as in `11 months after FIELD`";
            counted(&mut round, "at", &at.word, at.anchor.is_some(), help)
        });
        let by = read_anchored(&mut round, "by")
            .filter(|by| counted(&mut round, "by", &by.word, by.anchor.is_some(), "say `12 months of FIELD`"));
        // It moves no case of this map.
        let overdue = read_late(&mut round, &["tell", "start"]);
        rounds.push(RoundDraft {
            id,
            title: round.text("title"),
            map: round.word_for("map", MAP),
            at,
            entry: round.word_for("entry", "the id of a start of the other map"),
            carries: round.words("carries"),
            done: round.word_for("done", MAP),
            done_when: round.one_or_more("done_when"),
            sets: round.word_for("sets", "a date of the record"),
            by,
            origin: round.word_for("origin", "where the time comes from, as in `origin: L`"),
            overdue,
            quote: round.text("quote"),
            note: round.text("note"),
            controls: round.words("controls"),
            lost: round.lost().to_vec(),
        });
    }
    if !group.lost().is_empty() {
        fields.lose(entry);
    }
    rounds
}

/// Whether a time says what it is counted from, and is settled: nothing of this map happens at which it could begin by itself.
fn counted(fields: &mut Fields<'_>, key: &str, word: &Word, has_anchor: bool, help: &str) -> bool {
    let unsettled = word.text.trim_start().starts_with("TBC");
    // A wrong joint was reported.
    let joint = if key == "at" { " of " } else { " after " };
    if (has_anchor || word.text.contains(joint)) && !unsettled {
        return true;
    }
    let message = match unsettled {
        true => format!("`{key}` must be settled: nothing would ever start"),
        false => format!("`{key}` does not say what it is counted from"),
    };
    fields.report(&rule::bad_duration::RULE, word.span, message, help);
    false
}
