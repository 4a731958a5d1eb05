//! Scenarios: stories that test a map. What is read here are words with their places; what they name is looked up by the
//! checker.

use std::sync::Arc;

use super::fields::{Fields, Word};
use super::map::read_duration;
use crate::rules::text as rule;
use crate::text::{Entry, Kind, Node, Source, Span};
use crate::time::Duration;

/// A scenarios file as it was read.
#[derive(Debug)]
pub struct ScenariosDraft {
    /// The file.
    pub source: Arc<Source>,
    /// The map under test.
    pub map: Option<Word>,
    /// Its stories, in the file's order.
    pub cases: Vec<StoryDraft>,
}

/// A story: one case of the map under test.
#[derive(Debug)]
pub struct StoryDraft {
    /// Its id.
    pub id: Word,
    /// When the case is opened.
    pub starts: Option<Word>,
    /// The start, where it is named.
    pub entry: Option<Word>,
    /// The role that opens it.
    pub role: Option<Word>,
    /// The person who opens it.
    pub by: Option<Word>,
    /// What is known at opening.
    pub record: Vec<(Word, Word)>,
    /// What happens, one item after the other.
    pub items: Vec<ItemDraft>,
    /// How the case ends.
    pub ends: Option<EndsDraft>,
}

/// How a case must have ended.
#[derive(Debug)]
pub struct EndsDraft {
    /// The place of the key.
    pub span: Span,
    /// The outcome.
    pub outcome: Option<Word>,
    /// The map to which it was handed over.
    pub handed_over: Option<Word>,
}

/// One item of a story.
#[derive(Debug)]
pub struct ItemDraft {
    /// Its first key.
    pub span: Span,
    /// When it happens.
    pub at: Option<Word>,
    /// The map of the case that it is about, where that is another than the one under test.
    pub inside: Option<Word>,
    /// What happens.
    pub what: WhatDraft,
}

/// What happens in one item of a story.
#[derive(Debug)]
pub enum WhatDraft {
    /// Nothing that could be read, or nothing but that the clock goes on to `at`.
    Nothing,
    /// The clock runs; none where the duration was reported.
    Wait(Option<Duration>),
    /// Somebody does something.
    Act(ActDraft),
    /// Somebody tries something, which must be refused, perhaps for a certain reason.
    Refuse(ActDraft, Option<Word>),
    /// How the case must stand.
    Expect(ExpectDraft),
}

/// What somebody does.
#[derive(Debug)]
pub struct ActDraft {
    /// The step that is done or answered.
    pub step: Option<Word>,
    /// The wait whose answer has come.
    pub receive: Option<Word>,
    /// The answer to a decision.
    pub answer: Option<Word>,
    /// Fields that are set.
    pub set: Vec<(Word, Word)>,
    /// References that are attached.
    pub attach: Vec<(Word, Word)>,
    /// Items that are ticked.
    pub check_off: Vec<Word>,
    /// In which role.
    pub role: Option<Word>,
    /// The person.
    pub by: Option<Word>,
}

/// How a case must stand.
#[derive(Debug)]
pub struct ExpectDraft {
    /// The step at which it stands.
    pub step: Option<Word>,
    /// The deadlines and limits that are late, all of them; none where that is not said.
    pub late: Option<Vec<Word>>,
    /// Waits that it left because their time ran out.
    pub lapsed: Vec<Word>,
    /// The outcome with which it ended.
    pub outcome: Option<Word>,
    /// The map to which it was handed over.
    pub handed_over: Option<Word>,
}

/// Why something may be refused, in the words of the engine's refusals.
pub const REFUSALS: [&str; 14] = [
    "not-open",
    "not-here",
    "wrong-command",
    "wrong-role",
    "same-person",
    "missing",
    "wrong-answer",
    "wrong-value",
    "unknown",
    "in-the-future",
    "too-early",
    "too-late",
    "awaited",
    "no-map",
];

const STORY_KEYS: [&str; 9] = ["starts", "entry", "as", "by", "record", "story", "ends", "notes", "allow"];
const ACT_KEYS: [&str; 8] = ["do", "receive", "answer", "set", "attach", "check-off", "as", "by"];
/// The keys of which an item has one at the most: each is something that happens.
const HAPPENINGS: [&str; 5] = ["do", "receive", "wait", "expect", "refuse"];
const ITEM_KEYS: [&str; 13] =
    ["do", "receive", "answer", "set", "attach", "check-off", "as", "by", "at", "in", "wait", "expect", "refuse"];

pub(super) fn read_scenarios(mut fields: Fields<'_>) -> ScenariosDraft {
    fields.allow("a scenarios file", &["scenarios", "cases", "notes", "allow"], |_| None);
    fields.require("a scenarios file", &["cases"]);
    fields.texts("notes");
    let map = fields.word_for("scenarios", super::times::MAP);
    let mut cases = Vec::new();
    if let Some(entry) = fields.entry("cases")
        && let Some(mut group) = fields.group(entry)
    {
        for entry in group.node.entries() {
            let id = Word { text: entry.key.clone(), span: entry.key_span };
            group.check_id(&id, '-', "a story");
            cases.extend(group.group(entry).map(|mut story| read_story(&mut story, id)));
        }
    }
    ScenariosDraft { source: fields.source.clone(), map, cases }
}

fn read_story(fields: &mut Fields<'_>, id: Word) -> StoryDraft {
    fields.allow("a story", &STORY_KEYS, |key| ITEM_KEYS.contains(&key).then(|| "an item of `story`".to_string()));
    fields.require("a story", &["starts", "story"]);
    fields.texts("notes");
    StoryDraft {
        id,
        starts: fields.word_for("starts", "a time, as in `2022-10-10 09:00`"),
        entry: fields.word_for("entry", "the id of a start"),
        role: fields.word_for("as", "a role"),
        by: fields.word_for("by", "the name of a person"),
        record: read_values(fields, "record"),
        items: read_items(fields),
        ends: read_ends(fields),
    }
}

/// Reads a group of values by their keys. A value is what is written, whatever YAML takes it for: `18.50` stays `18.50`.
fn read_values(fields: &mut Fields<'_>, key: &str) -> Vec<(Word, Word)> {
    let Some(entry) = fields.entry(key) else { return Vec::new() };
    let Some(mut group) = fields.group(entry) else { return Vec::new() };
    let mut values = Vec::new();
    for item in group.node.entries() {
        let value = match item.value.text() {
            Some(text) => Some(Word { text: text.to_string(), span: item.value.span }),
            None => group.word_for(&item.key, "a value"),
        };
        values.extend(value.map(|value| (Word { text: item.key.clone(), span: item.key_span }, value)));
    }
    values
}

fn read_items(fields: &mut Fields<'_>) -> Vec<ItemDraft> {
    let Some(entry) = fields.entry("story") else { return Vec::new() };
    let Kind::Seq(items) = &entry.value.kind else {
        let help = "write each thing that happens below it, after a dash, as in `- do: STEP`";
        let message = format!("`story` must be a list, not {}", entry.value.describe());
        fields.report(&rule::wrong_type::RULE, entry.key_span, message, help);
        return Vec::new();
    };
    items.iter().map(|item| read_item(fields, entry, item)).collect()
}

fn read_item(fields: &mut Fields<'_>, story: &Entry, item: &Node) -> ItemDraft {
    let span = item.entries().first().map_or(item.span, |first| first.key_span);
    let span = if span.start < span.end { span } else { story.key_span };
    let mut group = Fields::new(fields.source, item, span, fields.findings, fields.allowances);
    if !matches!(item.kind, Kind::Map(_)) {
        let message = format!("each item of `story` must be a group of keys, not {}", item.describe());
        group.report(
            &rule::wrong_type::RULE,
            span,
            message,
            "begin it with a key, as in `- do: STEP` or `- wait: 2 days`",
        );
        return ItemDraft { span, at: None, inside: None, what: WhatDraft::Nothing };
    }
    group.allow("an item of a story", &ITEM_KEYS, |key| match key {
        "step" | "late" | "lapsed" | "outcome" | "handed-over" => Some("`expect`".to_string()),
        "because" => Some("`refuse`".to_string()),
        _ => None,
    });
    let at = group.word_for("at", "a time, as in `2022-10-14 10:00`");
    let inside = group.word_for("in", super::times::MAP);
    let what = read_what(&mut group);
    ItemDraft { span, at, inside, what }
}

fn read_what(fields: &mut Fields<'_>) -> WhatDraft {
    let found: Vec<&Entry> = HAPPENINGS.iter().filter_map(|key| fields.entry(key)).collect();
    let Some(first) = found.first().copied() else { return read_plain(fields) };
    if let Some(second) = found.get(1) {
        let message = format!("`{}` does not go with `{}`: one item says one thing", second.key, first.key);
        let help = "write the second as an item of its own, after a dash";
        fields.report(&rule::unknown_key::RULE, second.key_span, message, help);
        return WhatDraft::Nothing;
    }
    let is = |key: &str| fields.entry(key).is_some_and(|entry| entry.key_span == first.key_span);
    if is("wait") {
        let with = [&["at", "in"][..], &ACT_KEYS[2..]].concat();
        refuse_beside(fields, "wait", "nobody acts while the clock runs", &with);
        let word = fields.word_for("wait", "a duration, as in `2 weeks`");
        WhatDraft::Wait(word.and_then(|word| read_wait(fields, &word)))
    } else if is("expect") {
        refuse_beside(fields, "expect", "it says how the case stands, and nobody acts", &ACT_KEYS[2..]);
        read_expect(fields, first).map_or(WhatDraft::Nothing, WhatDraft::Expect)
    } else if is("refuse") {
        refuse_beside(fields, "refuse", "what is tried stands inside it", &ACT_KEYS[2..]);
        read_refuse(fields, first)
    } else {
        WhatDraft::Act(read_act(fields))
    }
}

/// An item in which no step is done: fields, references or ticks that are supplied, or a time to which the clock goes on.
fn read_plain(fields: &mut Fields<'_>) -> WhatDraft {
    if ["set", "attach", "check-off"].iter().any(|key| fields.has(key)) {
        return WhatDraft::Act(read_act(fields));
    }
    if fields.has("at") && fields.node.entries().len() == 1 {
        return WhatDraft::Nothing;
    }
    if let Some(answer) = fields.entry("answer") {
        let help = "add `do: DECISION`, the question that is answered";
        fields.report(&rule::missing_key::RULE, answer.key_span, "it is not said what is answered", help);
    } else if !HAPPENINGS.iter().any(|key| fields.has(key)) && fields.lost().is_empty() {
        let message = "nothing happens in this item";
        let help = "add one of `do`, `receive`, `set`, `attach`, `check-off`, `wait`, `expect` or `refuse`";
        fields.report(&rule::missing_key::RULE, fields.head, message, help);
    }
    WhatDraft::Nothing
}

fn read_wait(fields: &mut Fields<'_>, word: &Word) -> Option<Duration> {
    if word.text.trim() == "TBC" {
        let help = "a story needs a certain time, as in `2 weeks`";
        fields.report(&rule::bad_duration::RULE, word.span, "`TBC` is no time that the clock could run", help);
        return None;
    }
    read_duration(fields, word, word.text.len())
}

fn read_act(fields: &mut Fields<'_>) -> ActDraft {
    if let Some(answer) = fields.entry("answer").filter(|_| !fields.has("do")) {
        let message = "`answer` needs `do`, the question that is answered";
        fields.report(&rule::missing_key::RULE, answer.key_span, message, "add `do: DECISION`");
    }
    ActDraft {
        step: fields.word_for("do", super::times::STEP),
        receive: fields.word_for("receive", "the id of a wait"),
        answer: fields.word_for("answer", "an answer"),
        set: read_values(fields, "set"),
        attach: read_values(fields, "attach"),
        check_off: fields.one_or_more("check-off"),
        role: fields.word_for("as", "a role"),
        by: fields.word_for("by", "the name of a person"),
    }
}

fn read_refuse<'a>(fields: &mut Fields<'a>, entry: &'a Entry) -> WhatDraft {
    let Some(mut group) = fields.group(entry) else { return WhatDraft::Nothing };
    let keys: Vec<&str> = ACT_KEYS.into_iter().chain(["because"]).collect();
    group.allow("`refuse`", &keys, |key| {
        ["at", "in"].contains(&key).then(|| "the item itself, beside `refuse`".to_string())
    });
    if !["do", "receive", "set", "attach", "check-off"].iter().any(|key| group.has(key)) {
        let message = "`refuse` needs what is tried";
        group.report(&rule::missing_key::RULE, group.head, message, "add `do: STEP`, or what else must be refused");
    }
    let act = read_act(&mut group);
    let because = group.choice("because", &REFUSALS);
    WhatDraft::Refuse(act, because)
}

fn read_expect<'a>(fields: &mut Fields<'a>, entry: &'a Entry) -> Option<ExpectDraft> {
    let mut group = fields.group(entry)?;
    const KEYS: [&str; 5] = ["step", "late", "lapsed", "outcome", "handed-over"];
    group.allow("`expect`", &KEYS, |_| None);
    if !KEYS.iter().any(|key| group.has(key)) && group.lost().is_empty() {
        let help = "add `step: STEP`, where the case must stand, or `late`, `lapsed`, `outcome` or `handed-over`";
        group.report(&rule::missing_key::RULE, group.head, "`expect` expects nothing", help);
    }
    // An empty list says that nothing is late.
    let nothing =
        group.entry("late").is_some_and(|late| matches!(&late.value.kind, Kind::Seq(list) if list.is_empty()));
    let late = if nothing { Some(Vec::new()) } else { group.entry("late").map(|_| group.one_or_more("late")) };
    Some(ExpectDraft {
        step: group.word_for("step", super::times::STEP),
        late,
        lapsed: group.one_or_more("lapsed"),
        outcome: group.word_for("outcome", "an outcome"),
        handed_over: group.word_for("handed-over", super::times::MAP),
    })
}

fn read_ends(fields: &mut Fields<'_>) -> Option<EndsDraft> {
    let entry = fields.entry("ends")?;
    let mut group = fields.group(entry)?;
    group.allow("`ends`", &["outcome", "handed-over"], |_| None);
    if group.has("outcome") == group.has("handed-over") && group.lost().is_empty() {
        let message = "`ends` needs either `outcome` or `handed-over`";
        group.report(
            &rule::missing_key::RULE,
            entry.key_span,
            message,
            "write `ends: { outcome: OUTCOME }` or `ends: { handed-over: MAP }`",
        );
    }
    Some(EndsDraft {
        span: entry.key_span,
        outcome: group.word_for("outcome", "an outcome"),
        handed_over: group.word_for("handed-over", super::times::MAP),
    })
}

/// Reports each of `keys` that stands beside `with`.
fn refuse_beside(fields: &mut Fields<'_>, with: &str, why: &str, keys: &[&str]) {
    for key in keys {
        if let Some(entry) = fields.entry(key) {
            let message = format!("`{key}` does not go with `{with}`: {why}");
            let help = "write it as an item of its own, after a dash";
            fields.report(&rule::unknown_key::RULE, entry.key_span, message, help);
        }
    }
}
