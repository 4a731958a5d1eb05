//! A map file: its head, its record, its steps, its limits.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::fields::{Fields, Word};
use super::rounds::{RoundDraft, read_rounds};
use super::steps::{StepDraft, read_steps};
use super::times::{AnchoredDraft, OverdueDraft, misplaced, read_overdue};
use crate::rules::{self, text as rule};
use crate::text::{Source, Span};
use crate::time::Duration;

/// A map file as it was read.
#[derive(Debug)]
pub struct MapDraft {
    /// The file.
    pub source: Arc<Source>,
    /// The map's id.
    pub id: Word,
    /// Its title.
    pub title: Option<String>,
    /// Its revision.
    pub revision: Option<u32>,
    /// Its theme.
    pub theme: Option<Word>,
    /// The role that answers for it.
    pub owner: Option<Word>,
    /// When it must be read again, with the place of the day.
    pub review_by: Option<(NaiveDate, Span)>,
    /// Its calendar, where it is not the atlas's.
    pub calendar: Option<Word>,
    /// The document it is taken from.
    pub document: Option<Word>,
    /// `transcribed`, `reconstructed` or `placeholder`.
    pub reading: Option<Word>,
    /// Notes for the process owner.
    pub notes: Vec<String>,
    /// Controls that the whole map carries.
    pub controls: Vec<Word>,
    /// The record.
    pub record: Vec<FieldDraft>,
    /// The steps, in the file's order.
    pub steps: Vec<StepDraft>,
    /// The limits.
    pub limits: Vec<LimitDraft>,
    /// Cases of other maps that are due to start.
    pub rounds: Vec<RoundDraft>,
    /// Whether some of these could not be read.
    pub rounds_lost: bool,
    /// Whether every field of the record is known by its id, right or wrong.
    pub record_whole: bool,
    /// Whether every step is known by its id, right or wrong.
    pub steps_whole: bool,
    /// Whether the controls that the whole map carries, and its limits, could be read.
    pub controls_whole: bool,
}

/// A field of a case's record.
#[derive(Debug)]
pub struct FieldDraft {
    /// Its id.
    pub id: Word,
    /// `text`, `number`, `money`, `date`, `yes-no` or `choice`.
    pub kind: Option<Word>,
    /// Its title.
    pub title: Option<String>,
    /// What a text must look like.
    pub pattern: Option<Word>,
    /// Whether the pattern is no regular expression, which was reported.
    pub has_bad_pattern: bool,
    /// A personal value is kept apart and can be erased.
    pub personal: bool,
    /// The values of a choice.
    pub choices: Vec<Word>,
}

impl FieldDraft {
    /// The values of a field that has few: of a yes-no, or of a choice. None of another, or where they could not be read.
    pub fn values(&self) -> Vec<&str> {
        match self.kind.as_ref().map_or("", |kind| kind.text.as_str()) {
            "yes-no" => vec!["yes", "no"],
            "choice" => self.choices.iter().map(|choice| choice.text.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

/// A deadline that spans steps.
#[derive(Debug)]
pub struct LimitDraft {
    /// Its id.
    pub id: Word,
    /// Its title.
    pub title: Option<String>,
    /// The step whose doing starts it.
    pub from: Option<Word>,
    /// The step whose doing stops it.
    pub to: Option<Word>,
    /// How long.
    pub within: Option<AnchoredDraft>,
    /// Where the time comes from.
    pub origin: Option<Word>,
    /// What happens when it passes.
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

impl LimitDraft {
    /// Whether a key is missing or could not be read, which was reported.
    pub fn is_lost(&self, key: &str) -> bool {
        self.lost.iter().any(|lost| lost == key)
    }
}

const MAP_KEYS: [&str; 15] = [
    "map",
    "title",
    "revision",
    "theme",
    "owner",
    "review_by",
    "calendar",
    "source",
    "notes",
    "controls",
    "record",
    "steps",
    "limits",
    "starts",
    "allow",
];
const LIMIT_KEYS: [&str; 10] =
    ["title", "from", "to", "within", "origin", "overdue", "quote", "note", "controls", "allow"];
const FIELD_TYPES: [&str; 6] = ["text", "number", "money", "date", "yes-no", "choice"];
const READINGS: [&str; 3] = ["transcribed", "reconstructed", "placeholder"];

/// Reads a map.
pub fn read_map(mut fields: Fields<'_>) -> MapDraft {
    fields.allow("a map", &MAP_KEYS, |_| None);
    fields.require("a map", &["title", "revision", "theme", "owner", "review_by", "source", "steps"]);
    let id = fields.word("map").unwrap_or(Word { text: String::new(), span: fields.head });
    if !id.text.is_empty() && fields.check_id(&id, '-', "a map") {
        check_file_name(&mut fields, &id);
    }
    let (document, reading) = read_source(&mut fields);
    let revision = fields.typed::<u32>("revision", "a whole number from 1").and_then(|(number, node)| {
        if number == 0 {
            fields.report(&rule::wrong_type::RULE, node.span, "`revision` counts from 1", "write `revision: 1`");
        }
        Some(number).filter(|number| *number > 0)
    });
    let (record, record_whole) = read_record(&mut fields);
    let (steps, steps_whole) = read_steps(&mut fields);
    let (controls, limits) = (fields.words("controls"), read_limits(&mut fields));
    let rounds = read_rounds(&mut fields);
    MapDraft {
        source: fields.source.clone(),
        id,
        title: fields.text("title"),
        revision,
        theme: fields.word("theme"),
        owner: fields.word("owner"),
        review_by: fields.date("review_by"),
        calendar: fields.word("calendar"),
        document,
        reading,
        notes: fields.texts("notes"),
        controls,
        record,
        steps,
        limits,
        rounds,
        rounds_lost: fields.is_lost("starts"),
        record_whole,
        steps_whole,
        controls_whole: !["controls", "limits", "starts", "<<"].iter().any(|key| fields.is_lost(key)),
    }
}

fn check_file_name(fields: &mut Fields<'_>, id: &Word) {
    let path = fields.source.path().clone();
    let name = path.rsplit(['/', '\\']).next().unwrap_or("");
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name);
    if stem != id.text {
        fields.report(
            &rule::file_name_differs::RULE,
            id.span,
            format!("the map `{}` stands in a file named `{name}`", id.text),
            format!("rename the file to `{}.yaml`, or the map to `{stem}`", id.text),
        );
    }
}

fn read_source(fields: &mut Fields<'_>) -> (Option<Word>, Option<Word>) {
    let Some(entry) = fields.entry("source") else { return (None, None) };
    let Some(mut source) = fields.group(entry) else { return (None, None) };
    source.allow("a source", &["document", "reading"], |_| None);
    source.require("a source", &["document", "reading"]);
    (source.word("document"), source.choice("reading", &READINGS))
}

/// Reads the record, and whether all its fields are known by their ids.
fn read_record(fields: &mut Fields<'_>) -> (Vec<FieldDraft>, bool) {
    let Some(entry) = fields.entry("record") else { return (Vec::new(), !fields.is_lost("record")) };
    let Some(mut record) = fields.group(entry) else { return (Vec::new(), false) };
    let mut list = Vec::new();
    for entry in record.node.entries() {
        let id = Word { text: entry.key.clone(), span: entry.key_span };
        record.check_id(&id, '_', "a field");
        let Some(mut field) = record.group(entry) else {
            // Its id is kept, so that those who name it are not reported too.
            let (kind, title, pattern, choices) = (None, None, None, Vec::new());
            list.push(FieldDraft { id, kind, title, pattern, has_bad_pattern: false, personal: false, choices });
            continue;
        };
        field.allow("a field of the record", &["type", "title", "pattern", "personal", "choices", "allow"], |_| None);
        field.require("a field of the record", &["type", "title"]);
        let kind = field.choice("type", &FIELD_TYPES);
        let mut draft = FieldDraft {
            id,
            title: field.text("title"),
            pattern: field.word("pattern"),
            has_bad_pattern: false,
            personal: field.flag("personal"),
            choices: field.words("choices"),
            kind,
        };
        draft.has_bad_pattern = check_pattern(&mut field, &draft);
        check_values(&mut field, &draft);
        list.push(draft);
    }
    (list, record.node.left_out.is_empty())
}

/// Reports a pattern of what is no text, and one that is no regular expression; says whether it is the second.
fn check_pattern(field: &mut Fields<'_>, draft: &FieldDraft) -> bool {
    let Some(pattern) = &draft.pattern else { return false };
    if draft.kind.as_ref().is_some_and(|kind| kind.text != "text") {
        let span = field.entry("pattern").map_or(pattern.span, |entry| entry.key_span);
        field.report(
            &rule::unknown_key::RULE,
            span,
            "only a text has a `pattern`",
            "leave `pattern` out, or write `type: text`",
        );
    }
    let Err(error) = crate::pattern::compiled(&pattern.text) else { return false };
    let message = format!("`{}` is not a pattern: {error}", pattern.text);
    let help = "write a regular expression, as in `'[0-9]{5,9}'`";
    field.report(&rule::bad_pattern::RULE, pattern.span, message, help);
    true
}

fn check_values(field: &mut Fields<'_>, draft: &FieldDraft) {
    let kind = draft.kind.as_ref().map(|kind| kind.text.as_str());
    match (kind, field.entry("choices")) {
        (Some("choice"), None) => field.require("a choice", &["choices"]),
        (Some("choice"), Some(entry)) if draft.choices.is_empty() && !field.is_lost("choices") => {
            let (message, help) = ("a choice needs values", "list them, as in `choices: [a, b]`");
            field.report(&rule::wrong_type::RULE, entry.key_span, message, help);
        }
        (Some("choice"), _) => check_choices(field, &draft.choices),
        (Some(_), Some(entry)) => {
            let span = entry.key_span;
            field.report(
                &rule::unknown_key::RULE,
                span,
                "only a choice has `choices`",
                "leave `choices` out, or write `type: choice`",
            );
        }
        _ => {}
    }
}

fn check_choices(field: &mut Fields<'_>, choices: &[Word]) {
    let mut seen = HashMap::new();
    for choice in choices {
        field.check_id(choice, '-', "a value of a choice");
        if let Some(first) = seen.insert(&choice.text, choice.span) {
            let place = field.place(choice.span);
            let message = format!("`{}` is listed twice", choice.text);
            let finding = rules::finding(&rule::duplicate_key::RULE, place, message, "keep one of the two");
            let first = field.place(first);
            field.findings.push(finding.related(first, "it is first listed here"));
        }
    }
}

fn read_limits(fields: &mut Fields<'_>) -> Vec<LimitDraft> {
    let Some(entry) = fields.entry("limits") else { return Vec::new() };
    let Some(mut limits) = fields.group(entry) else { return Vec::new() };
    let mut list = Vec::new();
    for entry in limits.node.entries() {
        let id = Word { text: entry.key.clone(), span: entry.key_span };
        limits.check_id(&id, '-', "a limit");
        let Some(mut limit) = limits.group(entry) else { continue };
        limit.allow("a limit", &LIMIT_KEYS, |_| None);
        limit.require("a limit", &["title", "from", "to", "within"]);
        let within = limit.word_for("within", "a time, as in `45 days`").map(|word| {
            let help = "write the time alone, as in `within: 45 days`: a limit counts from when `from` was done";
            let joined = [" of ", " after "].into_iter().any(|joint| misplaced(&mut limit, &word, joint, help));
            let until = if joined { None } else { Some(word.text.len()) };
            let duration = until.and_then(|until| read_duration(&mut limit, &word, until));
            AnchoredDraft { word, duration, anchor: None }
        });
        list.push(LimitDraft {
            id,
            title: limit.text("title"),
            from: limit.word_for("from", "the id of a step"),
            to: limit.word_for("to", "the id of a step"),
            within,
            origin: limit.word_for("origin", "where the time comes from, as in `origin: L`"),
            overdue: read_overdue(&mut limit),
            quote: limit.text("quote"),
            note: limit.text("note"),
            controls: limit.words("controls"),
            lost: limit.lost().to_vec(),
        });
    }
    if !limits.lost().is_empty() {
        fields.lose(entry);
    }
    list
}

/// Reads the duration in the first `until` bytes of a word; `TBC` is none and no fault. Reports `bad-duration`.
pub fn read_duration(fields: &mut Fields<'_>, word: &Word, until: usize) -> Option<Duration> {
    let text = &word.text[..until];
    if text.trim() == "TBC" {
        return None;
    }
    match Duration::parse(text) {
        Ok(duration) => Some(duration),
        Err(fault) => {
            let span = word.part(fields.source, fault.range.clone());
            fields.report(&rule::bad_duration::RULE, span, fault.message, fault.help);
            None
        }
    }
}
