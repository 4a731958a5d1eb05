//! The risk rule of an atlas: by what the worklist is ordered before time.

use super::fields::{Fields, Word};
use crate::rules::text as rule;
use crate::text::{Entry, Kind, Node, Span};

/// An entry of the risk rule. A case has the rank of the first entry of which everything holds.
#[derive(Debug)]
pub struct RiskDraft {
    /// Its title.
    pub title: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// The case's map is one of these.
    pub maps: Vec<Word>,
    /// The theme of the case's map is one of these.
    pub themes: Vec<Word>,
    /// Each field of the record with the values of which it has one.
    pub fields: Vec<(Word, Vec<Word>)>,
    /// A deadline of the case has passed.
    pub late: bool,
}

const RISK_KEYS: [&str; 5] = ["title", "map", "theme", "where", "late"];

pub(super) fn read_risk(fields: &mut Fields<'_>) -> Vec<RiskDraft> {
    let Some(entry) = fields.entry("risk") else { return Vec::new() };
    let Kind::Seq(items) = &entry.value.kind else {
        let help = "write each entry below it, after a dash, as in `- { title: Closing, theme: THEME }`";
        let message = format!("`risk` must be a list, not {}", entry.value.describe());
        fields.report(&rule::wrong_type::RULE, entry.key_span, message, help);
        return Vec::new();
    };
    items.iter().map(|item| read_entry(fields, entry, item)).collect()
}

fn read_entry(fields: &mut Fields<'_>, risk: &Entry, item: &Node) -> RiskDraft {
    let span = item.entries().first().map_or(item.span, |first| first.key_span);
    let span = if span.start < span.end { span } else { risk.key_span };
    let mut group = Fields::new(fields.source, item, span, fields.findings, fields.allowances);
    let mut draft = RiskDraft { title: None, span, maps: vec![], themes: vec![], fields: vec![], late: false };
    if !matches!(item.kind, Kind::Map(_)) {
        let message = format!("each entry of `risk` must be a group of keys, not {}", item.describe());
        group.report(&rule::wrong_type::RULE, span, message, "write it as in `- { title: Closing, theme: THEME }`");
        return draft;
    }
    group.allow("an entry of `risk`", &RISK_KEYS, |_| None);
    group.require("an entry of `risk`", &["title"]);
    draft.title = group.text("title");
    draft.maps = group.one_or_more("map");
    draft.themes = group.one_or_more("theme");
    draft.fields = read_where(&mut group);
    draft.late = group.flag("late");
    let asks = ["map", "theme", "where"].iter().any(|key| group.has(key)) || draft.late || group.is_lost("late");
    if !asks {
        let message = "an entry of `risk` says which cases it ranks: it needs `map`, `theme`, `where` or `late`";
        let help = "add `where: { FIELD: VALUE }`, or `map: MAP`, `theme: THEME`, `late: true`";
        group.report(&rule::missing_key::RULE, span, message, help);
    }
    draft
}

fn read_where(fields: &mut Fields<'_>) -> Vec<(Word, Vec<Word>)> {
    let Some(entry) = fields.entry("where") else { return Vec::new() };
    let Some(mut group) = fields.group(entry) else { return Vec::new() };
    let mut found = Vec::new();
    for item in group.node.entries() {
        found.push((Word { text: item.key.clone(), span: item.key_span }, group.one_or_more(&item.key)));
    }
    if found.is_empty() {
        let help = "write a field and its value, as in `where: { FIELD: VALUE }`";
        fields.report(&rule::wrong_type::RULE, entry.key_span, "`where` names no field", help);
    }
    found
}
