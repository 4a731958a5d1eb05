//! The steps of a map: one shape for all kinds.

use super::fields::{Fields, Word};
use super::kinds::{DUTIES, KindWord, kinds_with, read_kind};
use super::times::{
    AnchoredDraft, ComesFromDraft, FlowDraft, MAP, OverdueDraft, STEP, UntilDraft, read_anchored, read_comes_from,
    read_flow, read_overdue, read_until,
};
use crate::rules::text as rule;
use crate::text::{Kind, Node, Span};

/// A step as it was read. What its kind does not have is empty.
#[derive(Debug)]
pub struct StepDraft {
    /// Its id.
    pub id: Word,
    /// Its kind.
    pub kind: KindWord,
    /// The place of the word that gives the kind; the id's, where the kind is the default.
    pub kind_span: Span,
    /// Whether the kind could be read.
    pub kind_known: bool,
    /// Its title.
    pub title: Option<String>,
    /// Any one of these roles may do it.
    pub role: Vec<Word>,
    /// The source's fragment.
    pub quote: Option<String>,
    /// Why this step, or a part of it, is inferred.
    pub inferred: Option<String>,
    /// A note for the process owner.
    pub note: Option<String>,
    /// Controls that it carries.
    pub controls: Vec<Word>,
    /// Where the case goes.
    pub next: Option<Word>,
    /// Maps that lead to this start.
    pub from: Vec<Word>,
    /// Fields that must be set before it is done.
    pub needs: Vec<Word>,
    /// References that must be attached before it is done.
    pub evidence: Vec<Word>,
    /// Items that must be ticked before it is done, with their titles.
    pub checklist: Vec<(Word, Word)>,
    /// Its deadline.
    pub due: Option<AnchoredDraft>,
    /// Where its time comes from.
    pub origin: Option<Word>,
    /// What happens when the deadline passes.
    pub overdue: Option<OverdueDraft>,
    /// Information that goes out.
    pub sends: Option<FlowDraft>,
    /// Information that comes in.
    pub receives: Option<FlowDraft>,
    /// Steps whose doer may not do this one.
    pub not_by: Vec<Word>,
    /// The field that answers a decision.
    pub on: Option<Word>,
    /// Answers and where they lead.
    pub answers: Vec<(Word, Word)>,
    /// What a wait waits for.
    pub wait_for: Option<String>,
    /// How long a wait waits.
    pub within: Option<AnchoredDraft>,
    /// The map whose end is what a wait waits for.
    pub comes_from: Option<ComesFromDraft>,
    /// Where the case goes when what it waited for came.
    pub received: Option<Word>,
    /// Where the case goes when the time ran out.
    pub lapsed: Option<Word>,
    /// The date a wait holds the case to.
    pub until: Option<UntilDraft>,
    /// The map a link leads to.
    pub to: Option<Word>,
    /// `hand-over`, `call` or `start`.
    pub mode: Option<Word>,
    /// Fields that go along.
    pub carries: Vec<Word>,
    /// The start of the other map.
    pub entry: Option<Word>,
    /// Where each outcome of a called map leads.
    pub outcomes: Vec<(Word, Word)>,
    /// The outcome of an end.
    pub outcome: Option<Word>,
    /// Keys that are missing or could not be read. Each was reported, so that no rule need report what follows from it.
    pub lost: Vec<String>,
}

impl StepDraft {
    /// Whether a key is missing or could not be read, which was reported.
    pub fn is_lost(&self, key: &str) -> bool {
        self.lost.iter().any(|lost| lost == key)
    }

    /// The word of its time, whether a deadline or how long a wait lasts. A bare date of the record is nobody's rule.
    pub fn time(&self) -> Option<&Word> {
        let until = self
            .until
            .as_ref()
            .filter(|until| until.anchor.as_ref().is_none_or(|anchor| anchor.text != until.word.text));
        let until = until.map(|until| &until.word);
        self.due.as_ref().or(self.within.as_ref()).map(|time| &time.word).or(until)
    }

    /// Whether all its ways on are known.
    pub fn has_all_ways(&self) -> bool {
        const WAYS: [&str; 9] = ["kind", "mode", "next", "answers", "received", "lapsed", "outcomes", "overdue", "<<"];
        self.kind_known && !WAYS.iter().any(|key| self.is_lost(key))
    }
}

/// Reads the steps, and whether all that stand there could be read.
pub(super) fn read_steps(fields: &mut Fields<'_>) -> (Vec<StepDraft>, bool) {
    let Some(entry) = fields.entry("steps") else { return (Vec::new(), false) };
    let Some(mut group) = fields.group(entry) else { return (Vec::new(), false) };
    let mut steps = Vec::new();
    if group.node.entries().is_empty() && group.lost().is_empty() {
        let (message, help) = ("a map needs steps", "add a start, what is done, and an end");
        group.report(&rule::missing_key::RULE, entry.key_span, message, help);
    }
    let nothing = Node::new(Kind::Map(Vec::new()), entry.key_span);
    for entry in group.node.entries() {
        let id = Word { text: entry.key.clone(), span: entry.key_span };
        group.check_id(&id, '-', "a step");
        match group.group(entry) {
            Some(mut step) => steps.push(read_step(&mut step, id)),
            // Its id is kept, so that those who name it are not reported too.
            None => {
                let (mut unread, mut allowed) = (Vec::new(), Vec::new());
                let mut empty = Fields::new(group.source, &nothing, id.span, &mut unread, &mut allowed);
                let step = read_step(&mut empty, id);
                steps.push(StepDraft { kind_known: false, ..step });
            }
        }
    }
    (steps, group.lost().is_empty())
}

fn read_step(fields: &mut Fields<'_>, id: Word) -> StepDraft {
    let (kind, kind_span, kind_known) = read_kind(fields, &id);
    if kind_known {
        let what = kind.with_article();
        fields.allow(&what, &kind.own_keys(), kinds_with);
        fields.lose_unknown(&kind.own_keys());
        require_keys(fields, kind, &what);
    }
    StepDraft {
        id,
        kind,
        kind_span,
        kind_known,
        title: fields.text("title"),
        role: fields.one_or_more("role"),
        quote: fields.text("quote"),
        inferred: fields.text("inferred"),
        note: fields.text("note"),
        controls: fields.words("controls"),
        next: fields.word_for("next", STEP),
        from: fields.one_or_more("from"),
        needs: fields.words("needs"),
        evidence: read_evidence(fields),
        checklist: read_checklist(fields),
        due: read_anchored(fields, "due"),
        origin: read_origin(fields),
        overdue: read_overdue(fields),
        sends: read_flow(fields, "sends", "to"),
        receives: read_flow(fields, "receives", "from"),
        not_by: fields.one_or_more("not_by"),
        on: fields.word_for("on", "a field of the record"),
        answers: read_ways(fields, "answers", "a group of answers, each with the step it leads to"),
        wait_for: fields.text("for"),
        within: read_anchored(fields, "within"),
        comes_from: read_comes_from(fields),
        received: fields.word_for("received", STEP),
        lapsed: fields.word_for("lapsed", STEP),
        until: read_until(fields, "until"),
        to: fields.word_for("to", MAP),
        mode: fields.choice("mode", &["hand-over", "call", "start"]),
        carries: fields.words("carries"),
        entry: fields.word_for("entry", "the id of a start of the other map"),
        outcomes: read_ways(fields, "outcomes", "a group of outcomes, each with the step it leads to"),
        outcome: read_outcome(fields),
        lost: fields.lost().to_vec(),
    }
}

/// Reads answers or outcomes with the steps they lead to. None at all is a fault.
fn read_ways(fields: &mut Fields<'_>, key: &str, expected: &str) -> Vec<(Word, Word)> {
    let ways = fields.word_map(key, expected, "followed by the step it leads to");
    if let Some(entry) = fields.entry(key).filter(|_| ways.is_empty() && !fields.is_lost(key)) {
        let message = format!("`{key}` is empty");
        fields.lose(entry);
        fields.report(&rule::missing_key::RULE, entry.key_span, message, format!("write {expected}"));
    }
    for (word, _) in &ways {
        check_answer(fields, word);
    }
    ways
}

/// Where a time comes from; nothing can be said of a time that is not there.
fn read_origin(fields: &mut Fields<'_>) -> Option<Word> {
    let origin = fields.word_for("origin", "where the time comes from, as in `origin: L`");
    let has_time = ["due", "within", "until"].iter().any(|key| fields.has(key));
    if let Some(entry) = fields.entry("origin").filter(|_| !has_time) {
        let message = "`origin` says where a time comes from, and this step has none";
        let help = "leave `origin` out, or add the time it belongs to";
        fields.report(&rule::unknown_key::RULE, entry.key_span, message, help);
    }
    origin
}

fn read_outcome(fields: &mut Fields<'_>) -> Option<Word> {
    let word = fields.word("outcome")?;
    check_answer(fields, &word);
    Some(word)
}

/// Answers and outcomes: lower case letters, digits, dashes and underscores.
fn check_answer(fields: &mut Fields<'_>, word: &Word) {
    let good = word.text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && word.text.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "-_".contains(sign));
    if !good {
        let message = format!("`{}` cannot be an answer or an outcome", word.text);
        let help = "use lower case letters, digits, dashes and underscores";
        fields.report(&rule::bad_id::RULE, word.span, message, help);
    }
}

/// The keys that a step of each kind needs, and those that do not go together.
fn require_keys(fields: &mut Fields<'_>, kind: KindWord, what: &str) {
    // An end, a link and a wait have an outcome, a target, or what they wait for, which names them well enough.
    if !matches!(kind, KindWord::Link | KindWord::End | KindWord::Wait) {
        fields.require(what, &["title"]);
    }
    match kind {
        KindWord::Start => fields.require(what, &["next"]),
        KindWord::Step => fields.require(what, &["role", "next"]),
        KindWord::End => fields.require(what, &["outcome"]),
        KindWord::Decision => {
            fields.require(what, &["answers"]);
            if !fields.has("on") {
                if !fields.has("role") {
                    let message = "a decision needs `role` (who answers it) or `on` (the field that answers it)";
                    fields.report(&rule::missing_key::RULE, fields.head, message, "add one of the two");
                }
            } else {
                refuse_beside(fields, "on", "the engine answers it from the record", &DUTIES, &["role", "receives"]);
            }
        }
        KindWord::Wait => require_wait_keys(fields, what),
        KindWord::Link => require_link_keys(fields, what),
    }
}

fn require_wait_keys(fields: &mut Fields<'_>, what: &str) {
    match (fields.has("for"), fields.has("until")) {
        (false, false) => {
            let message = "a wait needs `for` (an answer that comes) or `until` (a time that passes)";
            fields.report(&rule::missing_key::RULE, fields.head, message, "add one of the two");
        }
        (true, _) => {
            fields.require(what, &["role", "received"]);
            refuse_beside(
                fields,
                "for",
                "a wait for an answer goes on by `received` and `lapsed`",
                &["until", "next"],
                &[],
            );
            if fields.has("lapsed") && !fields.has("within") {
                let message = "`lapsed` never happens without `within`";
                fields.report(&rule::missing_key::RULE, fields.head, message, "add `within:`, as in `within: 2 weeks`");
            }
        }
        (false, true) => {
            fields.require(what, &["next"]);
            let never = ["within", "comes_from", "received", "lapsed", "needs", "evidence", "receives"];
            refuse_beside(fields, "until", "nobody acts in a wait for a time", &never, &[]);
        }
    }
}

fn require_link_keys(fields: &mut Fields<'_>, what: &str) {
    fields.require(what, &["to"]);
    match fields.entry("mode").map_or(Some("hand-over"), |entry| entry.value.text()).unwrap_or("") {
        "call" => {
            fields.require("a link that calls", &["outcomes"]);
            refuse_beside(fields, "mode", "a call goes on by `outcomes`", &["next"], &[]);
        }
        "start" => {
            fields.require("a link that starts a case beside", &["next"]);
            refuse_beside(fields, "mode", "only a call has outcomes", &["outcomes"], &[]);
        }
        "hand-over" => refuse_beside(fields, "to", "this case ends with a hand-over", &["next", "outcomes"], &[]),
        _ => {}
    }
}

/// Reports each of `keys`, but for those excepted, that stands beside `with`.
fn refuse_beside(fields: &mut Fields<'_>, with: &str, why: &str, keys: &[&str], except: &[&str]) {
    for key in keys.iter().filter(|key| !except.contains(key)) {
        if let Some(entry) = fields.node.entry(key) {
            let message = format!("`{key}` does not go with this `{with}`: {why}");
            fields.report(
                &rule::unknown_key::RULE,
                entry.key_span,
                message,
                format!("leave `{key}` out, or change `{with}`"),
            );
        }
    }
}

fn read_evidence(fields: &mut Fields<'_>) -> Vec<Word> {
    let words = fields.words("evidence");
    for word in &words {
        fields.check_id(word, '-', "a piece of evidence");
    }
    words
}

fn read_checklist(fields: &mut Fields<'_>) -> Vec<(Word, Word)> {
    let items = fields.word_map("checklist", "a group of items, each with its title", "followed by a title");
    for (id, _) in &items {
        fields.check_id(id, '-', "an item of a checklist");
    }
    items
}
