//! Registers of controls: what audits ask for, and which cases are an exception to it.

use std::sync::Arc;

use super::fields::{Fields, Word};
use crate::rules::text as rule;
use crate::text::{Entry, Kind, Source};

/// A register of controls.
#[derive(Debug)]
pub struct ControlsDraft {
    /// The file.
    pub source: Arc<Source>,
    /// The register's id.
    pub id: Option<Word>,
    /// The register's title.
    pub title: Option<String>,
    /// Each control.
    pub items: Vec<ControlDraft>,
    /// Whether every control is known by its reference, right or wrong.
    pub whole: bool,
}

/// A control of a register.
#[derive(Debug)]
pub struct ControlDraft {
    /// Its reference.
    pub id: Word,
    /// What is asked for; empty where it could not be read.
    pub title: String,
    /// How it binds.
    pub binds: Vec<Word>,
    /// Its reports.
    pub exceptions: Vec<ExceptionDraft>,
    /// Whether it has reports, right or wrong.
    pub has_exceptions: bool,
}

/// A report of a control: the cases that are an exception to it.
#[derive(Debug)]
pub struct ExceptionDraft {
    /// Its id.
    pub id: Word,
    /// Its title.
    pub title: Option<String>,
    /// The maps whose open cases are looked at.
    pub cases: Vec<Word>,
    /// Fields of which one is not set.
    pub without: Vec<Word>,
    /// What is late.
    pub late: LateDraft,
}

/// What of a case is late.
#[derive(Debug)]
pub enum LateDraft {
    /// It is not asked.
    Unasked,
    /// Anything.
    Any,
    /// One of these: steps with a deadline, limits.
    These(Vec<Word>),
}

const CONTROL_KEYS: [&str; 4] = ["title", "binds", "exceptions", "allow"];
const EXCEPTION_KEYS: [&str; 4] = ["title", "cases", "without", "late"];

pub(super) fn read_controls(mut fields: Fields<'_>) -> ControlsDraft {
    fields.allow("a register of controls", &["controls", "title", "items", "notes", "allow"], |_| None);
    fields.require("a register of controls", &["title", "items"]);
    fields.texts("notes");
    let id = fields.word("controls");
    if let Some(id) = &id {
        fields.check_id(id, '-', "a register of controls");
    }
    let title = fields.text("title");
    let mut items = Vec::new();
    let mut whole = false;
    if let Some(entry) = fields.entry("items")
        && let Some(mut group) = fields.group(entry)
    {
        whole = group.lost().is_empty();
        for entry in group.node.entries() {
            items.extend(read_control(&mut group, entry));
        }
    }
    ControlsDraft { source: fields.source.clone(), id, title, items, whole }
}

fn read_control<'a>(group: &mut Fields<'a>, entry: &'a Entry) -> Option<ControlDraft> {
    let id = Word { text: entry.key.clone(), span: entry.key_span };
    let good = id.text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id.text.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-".contains(letter));
    if !good {
        let message = format!("`{}` cannot be the reference of a control", id.text);
        group.report(&rule::bad_id::RULE, id.span, message, "use letters, digits, dots and dashes, as in `A3.6`");
    }
    let Some(mut item) = group.group(entry) else {
        let (title, binds, exceptions) = (String::new(), Vec::new(), Vec::new());
        return Some(ControlDraft { id, title, binds, exceptions, has_exceptions: true });
    };
    item.allow("a control", &CONTROL_KEYS, |key| {
        ["cases", "without", "late"].contains(&key).then(|| "a report below `exceptions`".to_string())
    });
    item.require("a control", &["title", "binds"]);
    let binds = item.one_or_more("binds");
    const WAYS: [&str; 4] = ["evidence", "deadline", "separation", "report"];
    for word in &binds {
        if !WAYS.contains(&word.text.as_str()) {
            let finding = crate::rules::finding(
                &rule::wrong_type::RULE,
                item.place(word.span),
                format!("a control cannot bind as `{}`", word.text),
                "it binds as `evidence`, `deadline`, `separation` or `report`",
            );
            item.findings.push(finding.suggest(&word.text, WAYS));
        }
    }
    let title = item.text("title").unwrap_or_default();
    // A report that could not be read carries the control too; an empty group of them does not.
    let is_empty =
        item.entry("exceptions").is_none_or(|entry| matches!(&entry.value.kind, Kind::Map(of) if of.is_empty()));
    let has_exceptions = !is_empty || item.is_lost("exceptions");
    Some(ControlDraft { id, title, binds, exceptions: read_exceptions(&mut item), has_exceptions })
}

fn read_exceptions(fields: &mut Fields<'_>) -> Vec<ExceptionDraft> {
    let Some(entry) = fields.entry("exceptions") else { return Vec::new() };
    let Some(mut group) = fields.group(entry) else { return Vec::new() };
    let mut exceptions = Vec::new();
    for entry in group.node.entries() {
        let id = Word { text: entry.key.clone(), span: entry.key_span };
        group.check_id(&id, '-', "a report");
        exceptions.extend(group.group(entry).map(|mut report| read_exception(&mut report, id)));
    }
    exceptions
}

fn read_exception(fields: &mut Fields<'_>, id: Word) -> ExceptionDraft {
    fields.allow("a report", &EXCEPTION_KEYS, |_| None);
    fields.require("a report", &["title", "cases"]);
    if !fields.has("without") && !fields.has("late") {
        let message = "a report says when a case is an exception: it needs `without` or `late`";
        let help = "add `without: [FIELD]`, fields that must be set, or `late: any`";
        fields.report(&rule::missing_key::RULE, fields.head, message, help);
    }
    let is_any = fields.entry("late").is_some_and(|entry| entry.value.text() == Some("any"));
    ExceptionDraft {
        id,
        title: fields.text("title"),
        cases: fields.one_or_more("cases"),
        without: fields.one_or_more("without"),
        late: match is_any {
            true => LateDraft::Any,
            false if fields.has("late") => LateDraft::These(fields.one_or_more("late")),
            false => LateDraft::Unasked,
        },
    }
}
