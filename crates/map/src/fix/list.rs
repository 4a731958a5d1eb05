//! Fixes that put something in. They look at how the text around is written, and offer nothing where that is unusual.

use super::{Edit, Fix, is_bare};
use crate::read::StepDraft;
use crate::text::{Node, Source, Span};

/// Names a map in the `from` of a start: in the list, beside the one word, or under a key of its own.
pub fn add_from(source: &Source, start: &StepDraft, map: &str) -> Option<Fix> {
    if !is_bare(map) {
        return None;
    }
    let edit = match start.from.last() {
        Some(last) => add_to_list(source, last.span, map),
        None => add_key(source, start.kind_span, &format!("from: {map}")),
    }?;
    let title = format!("add `{map}` to the `from` of `{}` ({})", start.id.text, source.path());
    Some(Fix { title, edits: vec![edit] })
}

/// Says of a step which kind it is, as its first key.
pub fn add_kind(source: &Source, step: &Node, kind: &str) -> Option<Fix> {
    let first = step.entries().first()?.key_span.start;
    let (before, word) = (source.text().get(..first)?, format!("kind: {kind}"));
    let text = match before.trim_end().chars().next_back()? {
        '{' => format!("{word}, "),
        _ => format!("{word}{}{}", line_end(source), blank(line_until(before))?),
    };
    Some(Fix { title: format!("add `{word}`"), edits: vec![Edit::insert(source, first, text)] })
}

/// Makes a list of one word.
pub fn in_brackets(source: &Source, word: Span) -> Option<Fix> {
    let raw = source.slice(word);
    let title = format!("write `[{raw}]` for `{raw}`");
    is_bare(raw).then(|| Fix { title, edits: vec![Edit::replace(source, word, format!("[{raw}]"))] })
}

/// Makes text of a number, or of `true` and `false`.
pub fn in_quotes(source: &Source, word: Span) -> Option<Fix> {
    let raw = source.slice(word);
    let simple = !raw.is_empty() && raw.chars().all(|sign| sign.is_ascii_alphanumeric() || ".-+".contains(sign));
    let title = format!("write `'{raw}'` for `{raw}`");
    simple.then(|| Fix { title, edits: vec![Edit::replace(source, word, format!("'{raw}'"))] })
}

/// Adds a word behind the last of a list, or makes a list of the one word that stands there.
fn add_to_list(source: &Source, last: Span, word: &str) -> Option<Edit> {
    let before = source.text().get(..last.start)?;
    let line = line_until(before);
    match before.trim_end().chars().next_back()? {
        '[' | ',' => Some(Edit::insert(source, last.end, format!(", {word}"))),
        ':' if !line.trim().is_empty() && is_one_line(source, last) => {
            let list = format!("[{}, {word}]", source.slice(last));
            Some(Edit::replace(source, last, list))
        }
        '-' => {
            let indent = blank(line.trim_end().strip_suffix('-')?)?;
            let (end, ends) = line_after(source, last)?;
            Some(Edit::insert(source, end, format!("{ends}{indent}- {word}")))
        }
        _ => None,
    }
}

/// Adds a key behind the value at `value`, which ends its line or is followed by a comma or a closing brace.
fn add_key(source: &Source, value: Span, entry: &str) -> Option<Edit> {
    let after = source.text().get(value.end..)?.trim_start_matches([' ', '\t']);
    if after.starts_with([',', '}']) {
        return Some(Edit::insert(source, value.end, format!(", {entry}")));
    }
    let line = line_until(source.text().get(..value.start)?);
    let key = line.trim_end().strip_suffix(':')?;
    let indent = blank(key.get(..key.len() - key.trim_start().len())?)?;
    let (end, ends) = line_after(source, value)?;
    Some(Edit::insert(source, end, format!("{ends}{indent}{entry}")))
}

/// The end of the line on which a span ends, and how lines of this file end. Nothing but a comment may stand between.
fn line_after(source: &Source, span: Span) -> Option<(usize, &'static str)> {
    let after = source.text().get(span.end..)?;
    let rest = after.split(['\n', '\r']).next()?;
    let clear = rest.trim_start();
    (is_one_line(source, span) && (clear.is_empty() || (clear.starts_with('#') && clear.len() < rest.len())))
        .then(|| (span.end + rest.len(), line_end(source)))
}

fn is_one_line(source: &Source, span: Span) -> bool {
    let raw = source.slice(span);
    !raw.is_empty() && !raw.contains(['\n', '\r']) && !raw.starts_with(['|', '>'])
}

/// The part of the last line, which has not ended.
fn line_until(before: &str) -> &str {
    before.rsplit(['\n', '\r']).next().unwrap_or(before)
}

/// The text itself, where it is nothing but spaces: an indent.
fn blank(text: &str) -> Option<&str> {
    text.chars().all(|sign| sign == ' ').then_some(text)
}

fn line_end(source: &Source) -> &'static str {
    if source.text().contains("\r\n") { "\r\n" } else { "\n" }
}
