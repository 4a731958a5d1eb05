//! What a file allows: the key `allow` of a group, by which its author says that a finding is known and why it stays.

use std::sync::Arc;

use super::fields::{Fields, Word};
use crate::text::{Node, Source, Span};

/// A rule whose findings are allowed inside a group, and why.
#[derive(Debug)]
pub struct Allowance {
    /// The file.
    pub source: Arc<Source>,
    /// The rule.
    pub rule: Word,
    /// Why, in the author's words.
    pub reason: Word,
    /// The group in which it holds, from its own key to its last word; none where that is the whole file.
    pub extent: Option<Span>,
}

/// Reads the `allow` of a group.
pub(super) fn allowances_of(fields: &mut Fields<'_>) {
    let named = fields.word_map("allow", "a group of rules, each with the reason", "followed by the reason");
    let group = Span { start: fields.head.start, end: end(fields.node).max(fields.head.end) };
    let extent = Some(group).filter(|_| !fields.is_file);
    for (rule, reason) in named {
        fields.allowances.push(Allowance { source: fields.source.clone(), rule, reason, extent });
    }
}

/// The byte after the last word of a value: a list's or a group's own span is that of its first entry.
fn end(node: &Node) -> usize {
    let last = node.items().last().map(end);
    let entry = node.entries().last().map(|entry| end(&entry.value).max(entry.key_span.end));
    last.or(entry).unwrap_or(node.span.end).max(node.span.end)
}
