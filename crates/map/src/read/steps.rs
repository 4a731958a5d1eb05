//! The steps of a map: one shape for all kinds, and a table of which key belongs to which kind.

use super::fields::{Fields, Word};
use super::map::read_duration;
use crate::rules::text as rule;
use crate::text::{Kind, Span};
use crate::time::Duration;

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindWord {
    /// Where a case begins.
    Start,
    /// Something that a role does.
    Step,
    /// A question.
    Decision,
    /// A time that passes, or an answer that comes.
    Wait,
    /// A link to another map.
    Link,
    /// Where a case ends.
    End,
}

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
}

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
}

/// Information that goes out or comes in.
#[derive(Debug)]
pub struct FlowDraft {
    /// To or from whom, in words.
    pub party: Option<String>,
    /// The fields that it carries.
    pub what: Vec<Word>,
}

const KINDS: [(&str, KindWord); 6] = [
    ("start", KindWord::Start),
    ("step", KindWord::Step),
    ("decision", KindWord::Decision),
    ("wait", KindWord::Wait),
    ("link", KindWord::Link),
    ("end", KindWord::End),
];
const COMMON: [&str; 6] = ["kind", "title", "quote", "inferred", "note", "controls"];
const DUTIES: [&str; 9] = ["role", "needs", "evidence", "checklist", "due", "overdue", "sends", "receives", "not_by"];

impl KindWord {
    /// The word in a map.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("step", |(word, _)| word)
    }

    fn own_keys(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            KindWord::Start => &["role", "from", "needs", "receives", "next"],
            KindWord::Step => &["next"],
            KindWord::Decision => &["on", "answers"],
            KindWord::Wait => {
                &["role", "for", "within", "received", "lapsed", "until", "next", "needs", "evidence", "receives"]
            }
            KindWord::Link => &["to", "mode", "carries", "entry", "outcomes", "next"],
            KindWord::End => &["outcome", "role"],
        };
        let mut keys: Vec<&str> = COMMON.to_vec();
        keys.extend(own);
        if matches!(self, KindWord::Step | KindWord::Decision) {
            keys.extend(DUTIES);
        }
        keys
    }

    /// "a step", "an end".
    pub fn with_article(self) -> String {
        let article = if self == KindWord::End { "an" } else { "a" };
        format!("{article} {}", self.word())
    }
}

pub(super) fn read_steps(fields: &mut Fields<'_>) -> Vec<StepDraft> {
    let Some(entry) = fields.node.entry("steps") else { return Vec::new() };
    let Some(mut group) = fields.group(entry) else { return Vec::new() };
    let mut steps = Vec::new();
    for entry in group.node.entries() {
        let id = Word { text: entry.key.clone(), span: entry.key_span };
        group.check_id(&id, '-', "a step");
        if let Some(mut step) = group.group(entry) {
            steps.push(read_step(&mut step, id));
        }
    }
    steps
}

fn read_kind(fields: &mut Fields<'_>, id: &Word) -> (KindWord, Span, bool) {
    if fields.node.get("kind").is_none() {
        return (KindWord::Step, id.span, true);
    }
    match fields.choice("kind", &KINDS.map(|(word, _)| word)) {
        Some(word) => {
            let kind = KINDS.iter().find(|(known, _)| *known == word.text).map_or(KindWord::Step, |(_, kind)| *kind);
            (kind, word.span, true)
        }
        None => (KindWord::Step, id.span, false),
    }
}

fn read_step(fields: &mut Fields<'_>, id: Word) -> StepDraft {
    let (kind, kind_span, kind_known) = read_kind(fields, &id);
    if kind_known {
        let what = kind.with_article();
        fields.allow(&what, &kind.own_keys(), |key| {
            let kinds: Vec<_> = KINDS.iter().filter(|(_, kind)| kind.own_keys().contains(&key)).collect();
            (!kinds.is_empty())
                .then(|| kinds.iter().map(|(_, kind)| kind.with_article()).collect::<Vec<_>>().join(" or "))
        });
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
        next: fields.word("next"),
        from: fields.one_or_more("from"),
        needs: fields.words("needs"),
        evidence: read_evidence(fields),
        checklist: read_checklist(fields),
        due: read_anchored(fields, "due"),
        overdue: read_overdue(fields),
        sends: read_flow(fields, "sends", "to"),
        receives: read_flow(fields, "receives", "from"),
        not_by: fields.one_or_more("not_by"),
        on: fields.word("on"),
        answers: fields.word_map("answers", "a group of answers, each with the step it leads to"),
        wait_for: fields.text("for"),
        within: read_anchored(fields, "within"),
        received: fields.word("received"),
        lapsed: fields.word("lapsed"),
        until: read_until(fields),
        to: fields.word("to"),
        mode: fields.choice("mode", &["hand-over", "call", "start"]),
        carries: fields.words("carries"),
        entry: fields.word("entry"),
        outcomes: fields.word_map("outcomes", "a group of outcomes, each with the step it leads to"),
        outcome: fields.word("outcome"),
    }
}

/// The keys that a step of each kind needs, and those that do not go together.
fn require_keys(fields: &mut Fields<'_>, kind: KindWord, what: &str) {
    let has = |fields: &Fields<'_>, key: &str| fields.node.get(key).is_some();
    // An end and a link have a target or an outcome that names them well enough.
    if !matches!(kind, KindWord::Link | KindWord::End) {
        fields.require(what, &["title"]);
    }
    match kind {
        KindWord::Start => fields.require(what, &["next"]),
        KindWord::Step => fields.require(what, &["role", "next"]),
        KindWord::End => fields.require(what, &["outcome"]),
        KindWord::Decision => {
            fields.require(what, &["answers"]);
            if !has(fields, "on") {
                if !has(fields, "role") {
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
    let has = |fields: &Fields<'_>, key: &str| fields.node.get(key).is_some();
    match (has(fields, "for"), has(fields, "until")) {
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
            if has(fields, "lapsed") && !has(fields, "within") {
                let message = "`lapsed` never happens without `within`";
                fields.report(&rule::missing_key::RULE, fields.head, message, "add `within:`, as in `within: 2 weeks`");
            }
        }
        (false, true) => {
            fields.require(what, &["next"]);
            let never = ["within", "received", "lapsed", "needs", "evidence", "receives"];
            refuse_beside(fields, "until", "nobody acts in a wait for a time", &never, &[]);
        }
    }
}

fn require_link_keys(fields: &mut Fields<'_>, what: &str) {
    fields.require(what, &["to"]);
    let mode = fields.node.get("mode").and_then(|node| node.text()).unwrap_or("hand-over").to_string();
    match mode.as_str() {
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
    let items = fields.word_map("checklist", "a group of items, each with its title");
    for (id, _) in &items {
        fields.check_id(id, '-', "an item of a checklist");
    }
    items
}

fn read_anchored(fields: &mut Fields<'_>, key: &str) -> Option<AnchoredDraft> {
    let word = fields.word(key)?;
    let (until, anchor) = match word.text.find(" of ") {
        Some(at) => (at, trimmed_part(fields, &word, at + 4)),
        None => (word.text.len(), None),
    };
    let duration = read_duration(fields, &word, until);
    Some(AnchoredDraft { word, duration, anchor })
}

fn read_until(fields: &mut Fields<'_>) -> Option<UntilDraft> {
    let word = fields.word("until")?;
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

/// The rest of a word from a byte on, without the white space around it.
fn trimmed_part(fields: &Fields<'_>, word: &Word, from: usize) -> Option<Word> {
    let rest = &word.text[from..];
    let start = from + (rest.len() - rest.trim_start().len());
    let text = rest.trim().to_string();
    let span = word.part(fields.source, start..start + text.len());
    Some(Word { text, span })
}

pub(super) fn read_overdue(fields: &mut Fields<'_>) -> Option<OverdueDraft> {
    let entry = fields.node.entry("overdue")?;
    let mut overdue = fields.group(entry)?;
    overdue.allow("`overdue`", &["tell", "start", "go"], |_| None);
    Some(OverdueDraft {
        span: entry.key_span,
        tell: overdue.one_or_more("tell"),
        start: overdue.word("start"),
        go: overdue.word("go"),
    })
}

fn read_flow(fields: &mut Fields<'_>, key: &str, party: &str) -> Option<FlowDraft> {
    let entry = fields.node.entry(key)?;
    if !matches!(entry.value.kind, Kind::Map(_)) {
        fields.group(entry);
        return None;
    }
    let mut flow = fields.group(entry)?;
    let what = format!("`{key}`");
    flow.allow(&what, &[party, "what"], |_| None);
    flow.require(&what, &[party]);
    Some(FlowDraft { party: flow.text(party), what: flow.words("what") })
}
