//! From bytes to a tree. Parsing never fails: it returns what it could read, and findings.

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, options};

use super::syntax::{self, Fault};
use super::{Entry, Kind, MAX_DEPTH, MAX_ENTRIES, MAX_FAULTS, MAX_FILE_BYTES, Node, Source, Span};
use crate::diagnostic::Diagnostic;
use crate::rules::{self, text as rule};

/// Reads a file's bytes. The tree is missing where the text is not YAML at all; then a finding says why.
pub fn parse(path: &str, bytes: &[u8]) -> (Source, Option<Node>, Vec<Diagnostic>) {
    if bytes.len() > MAX_FILE_BYTES {
        let source = Source::new(path, String::new());
        let finding = rules::finding(
            &rule::too_large::RULE,
            source.place(Span::default()),
            format!("this file is larger than {} MiB, the most that is read", MAX_FILE_BYTES / 1024 / 1024),
            "take it out of the folder, or split it into several maps",
        );
        return (source, None, vec![finding]);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(error) => return not_utf_8(path, bytes, error.valid_up_to()),
    };
    let source = Source::new(path, text);
    let mut builder = Builder::new(&source);
    builder.read();
    builder.report_nothing();
    let Builder { root, findings, .. } = builder;
    (source, root, findings)
}

fn not_utf_8(path: &str, bytes: &[u8], good_until: usize) -> (Source, Option<Node>, Vec<Diagnostic>) {
    let source = Source::new(path, String::from_utf8_lossy(bytes).into_owned());
    let finding = rules::finding(
        &rule::not_utf_8::RULE,
        source.place(Span { start: good_until, end: good_until + '\u{fffd}'.len_utf8() }),
        "this letter cannot be read: the file is not saved as UTF-8",
        "save the file as UTF-8 (in most editors: Save as, Encoding: UTF-8)",
    );
    (source, None, vec![finding])
}

enum Open {
    Seq {
        items: Vec<Node>,
        span: Span,
    },
    Map {
        entries: Vec<Entry>,
        seen: HashMap<String, Span>,
        left_out: Vec<String>,
        key: Option<(Option<String>, Span)>,
        span: Span,
    },
}

struct Builder<'s> {
    source: &'s Source,
    stack: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    /// The end of what was read so far.
    read_until: usize,
    findings: Vec<Diagnostic>,
}

impl<'s> Builder<'s> {
    fn new(source: &'s Source) -> Self {
        Self { source, stack: Vec::new(), root: None, documents: 0, read_until: 0, findings: Vec::new() }
    }

    fn read(&mut self) {
        let options = options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            flow_nesting_limit: 4 * MAX_DEPTH,
            block_nesting_limit: 4 * MAX_DEPTH,
        };
        for event in Parser::new_from_str_with_options(self.source.text(), options) {
            match event {
                Ok((event, span)) => {
                    let span = span.byte_range().map(Span::new).unwrap_or_default();
                    self.read_until = self.read_until.max(span.end);
                    if !self.event(event, span) || self.too_many_faults(span) || self.too_many_entries(span) {
                        self.root = None;
                        return;
                    }
                }
                Err(error) => {
                    self.syntax(&error);
                    self.root = None;
                    return;
                }
            }
        }
    }

    fn syntax(&mut self, error: &ScanError) {
        let text = self.source.text();
        let at = error.marker().byte_offset().unwrap_or(0);
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return self.too_deep(Span { start: at, end: at + 1 });
        }
        let Fault { span, message, help } = syntax::explain(text, at, self.read_until, error.kind(), &error.info());
        self.findings.push(rules::finding(&rule::yaml_syntax::RULE, self.source.place(span), message, help));
    }

    /// Reports a file in which nothing stands.
    fn report_nothing(&mut self) {
        if self.root.is_none() && self.findings.is_empty() {
            let first = self.source.text().chars().next().map_or(0, char::len_utf8);
            let place = self.source.place(Span { start: 0, end: first });
            let help =
                "begin it with one of the keys `atlas`, `map`, `calendar`, `controls` or `scenarios`, or delete it";
            self.findings.push(rules::finding(&rule::missing_key::RULE, place, "nothing stands in this file", help));
        }
    }

    /// Gives a file up in which nearly everything is wrong.
    fn too_many_faults(&mut self, span: Span) -> bool {
        if self.findings.len() < MAX_FAULTS {
            return false;
        }
        let message = format!("this file has more than {MAX_FAULTS} faults; from here on it is not read");
        let place = self.source.place(span);
        self.findings.push(rules::finding(
            &rule::too_large::RULE,
            place,
            message,
            "mend the first faults and check again",
        ));
        true
    }

    /// Gives a file up in which a list or a group has no end.
    fn too_many_entries(&mut self, span: Span) -> bool {
        let many = self.stack.last().is_some_and(|open| match open {
            Open::Seq { items, .. } => items.len() > MAX_ENTRIES,
            Open::Map { entries, .. } => entries.len() > MAX_ENTRIES,
        });
        if many {
            let message =
                format!("more than {MAX_ENTRIES} entries stand in one list or group; from here on nothing is read");
            let help = "split the map into several, or take out what was put in by mistake";
            self.findings.push(rules::finding(&rule::too_large::RULE, self.source.place(span), message, help));
        }
        many
    }

    fn unsupported(&mut self, span: Span, what: &str, help: &str) {
        let place = self.source.place(span);
        self.findings.push(rules::finding(
            &rule::unsupported_yaml::RULE,
            place,
            format!("{what} is not part of the map language"),
            help,
        ));
    }

    /// Takes one event; false stops the reading.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.unsupported(span, "a second document in one file", "put each map into a file of its own");
                    return self.documents < 3;
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.unsupported(span, "a YAML alias (`*name`)", "write the value out, or quote it if it is text");
                self.leave_out(span);
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.properties(span, anchor, tag.is_some());
                let plain = style == ScalarStyle::Plain;
                let empty = span.start == span.end;
                let kind = if plain && (empty || matches!(&*text, "~" | "null" | "Null" | "NULL")) {
                    Kind::Null
                } else {
                    Kind::Scalar { text: text.into_owned(), plain }
                };
                self.add(Node::new(kind, span));
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.properties(span, anchor, tag.is_some());
                return self.open(Open::Seq { items: Vec::new(), span });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.properties(span, anchor, tag.is_some());
                return self.open(Open::Map {
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    left_out: Vec::new(),
                    key: None,
                    span,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
        true
    }

    /// Reports the anchor and the tag that stand before a value.
    fn properties(&mut self, span: Span, anchor: usize, tag: bool) {
        if anchor == 0 && !tag {
            return;
        }
        let mut end = span.start;
        let mut none_found = true;
        loop {
            let before = self.source.text().get(..end).unwrap_or("").trim_end();
            let word = before.rsplit(|sign: char| sign.is_whitespace() || "[]{},".contains(sign)).next().unwrap_or("");
            let what = match word.chars().next() {
                Some('&') => "a YAML anchor (`&name`)",
                Some('!') => "a YAML tag (`!name`)",
                _ => break,
            };
            end = before.len() - word.len();
            none_found = false;
            let place = Span { start: end, end: before.len() };
            self.unsupported(place, what, "leave it out, or quote the value if it is text");
        }
        if none_found {
            self.unsupported(span, "a YAML anchor or tag", "leave it out, or quote the value if it is text");
        }
    }

    fn open(&mut self, open: Open) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            let (Open::Seq { span, .. } | Open::Map { span, .. }) = open;
            self.too_deep(Span { start: span.start, end: span.start + 1 });
            return false;
        }
        self.stack.push(open);
        true
    }

    fn too_deep(&mut self, span: Span) {
        let message = format!("lists and groups are nested deeper than {MAX_DEPTH} here");
        let help = "no key of the language nests that deep: look at the indent or the brackets";
        self.findings.push(rules::finding(&rule::too_large::RULE, self.source.place(span), message, help));
    }

    fn close(&mut self, close: Span) {
        let node = match self.stack.pop() {
            Some(Open::Seq { items, span }) => {
                let end = items.last().map_or(close.end, |item| item.span.end);
                let end = if self.opens_with('[', span) { close.end } else { end };
                Node::new(Kind::Seq(items), Span { start: span.start, end: end.max(span.start) })
            }
            Some(Open::Map { entries, span, left_out, .. }) => {
                // The end mark of a group without brackets sits on the next token: point at the first key instead.
                let span = match entries.first() {
                    Some(first) if !self.opens_with('{', span) => first.key_span,
                    _ => Span { start: span.start, end: close.end.max(span.start) },
                };
                Node { span, kind: Kind::Map(entries), left_out }
            }
            None => return,
        };
        self.add(node);
    }

    fn opens_with(&self, bracket: char, span: Span) -> bool {
        self.source.text().get(span.start..).is_some_and(|text| text.starts_with(bracket))
    }

    fn add(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => {
                if self.documents <= 1 {
                    self.root = Some(node);
                }
            }
            Some(Open::Seq { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, seen, left_out, .. }) => match key.take() {
                None => {
                    let text = match &node.kind {
                        Kind::Scalar { text, .. } => Some(text.clone()),
                        // A key that YAML reads as nothing, such as `null:`, is a word here.
                        Kind::Null if node.span.start < node.span.end => Some(self.source.slice(node.span).to_string()),
                        _ => None,
                    };
                    *key = Some((text, node.span));
                }
                Some((Some(text), key_span)) => {
                    let first = seen.get(&text).copied();
                    if text == "<<" {
                        left_out.push(text);
                        self.unsupported(key_span, "a YAML merge key (`<<`)", "write the keys out");
                    } else if let Some(first) = first {
                        left_out.push(text.clone());
                        self.duplicate(&text, key_span, first);
                    } else {
                        seen.insert(text.clone(), key_span);
                        entries.push(Entry { key: text, key_span, value: node });
                    }
                }
                Some((None, key_span)) => {
                    self.unsupported(key_span, "a list or group as a key", "a key is one word, followed by a colon");
                }
            },
        }
    }

    /// Stands for a value that was reported and cannot be read.
    fn leave_out(&mut self, span: Span) {
        if let Some(Open::Map { key, left_out, .. }) = self.stack.last_mut() {
            match key.take() {
                Some((text, _)) => left_out.extend(text),
                None => *key = Some((None, span)),
            }
        }
    }

    fn duplicate(&mut self, key: &str, span: Span, first: Span) {
        let finding = rules::finding(
            &rule::duplicate_key::RULE,
            self.source.place(span),
            format!("`{key}` is given twice"),
            "keep one of the two; the first is the one that was read",
        );
        self.findings.push(finding.related(self.source.place(first), format!("`{key}` is first given here")));
    }
}
