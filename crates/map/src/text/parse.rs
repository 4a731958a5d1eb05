//! From bytes to a tree. Parsing never fails: it returns what it could read, and findings.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, options};

use super::{Entry, Kind, MAX_DEPTH, MAX_FILE_BYTES, Node, Source, Span};
use crate::diagnostic::Diagnostic;
use crate::rules::{self, text as rule};

/// Reads a file's bytes. The tree is missing where the text is not YAML at all; then a finding says why.
pub fn parse(path: &str, bytes: &[u8]) -> (Source, Option<Node>, Vec<Diagnostic>) {
    if bytes.len() > MAX_FILE_BYTES {
        let source = Source::new(path, String::new());
        let finding = rules::finding(
            &rule::too_large::RULE,
            source.place(Span::default()),
            format!("this file has {} bytes; the largest that is read has {MAX_FILE_BYTES}", bytes.len()),
            "split it into several maps",
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
    let Builder { root, findings, .. } = builder;
    (source, root, findings)
}

fn not_utf_8(path: &str, bytes: &[u8], good_until: usize) -> (Source, Option<Node>, Vec<Diagnostic>) {
    let source = Source::new(path, String::from_utf8_lossy(bytes).into_owned());
    let finding = rules::finding(
        &rule::not_utf_8::RULE,
        source.place(Span { start: good_until, end: good_until + '\u{fffd}'.len_utf8() }),
        "this is not a character of UTF-8",
        "save the file as UTF-8 (in most editors: Save as, Encoding: UTF-8)",
    );
    (source, None, vec![finding])
}

enum Open {
    Seq { items: Vec<Node>, span: Span },
    Map { entries: Vec<Entry>, seen: HashMap<String, Span>, key: Option<(Option<String>, Span)>, span: Span },
}

struct Builder<'s> {
    source: &'s Source,
    stack: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    findings: Vec<Diagnostic>,
}

impl<'s> Builder<'s> {
    fn new(source: &'s Source) -> Self {
        Self { source, stack: Vec::new(), root: None, documents: 0, findings: Vec::new() }
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
                    if !self.event(event, span) {
                        self.root = None;
                        return;
                    }
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0);
                    self.syntax(at, &error.info());
                    self.root = None;
                    return;
                }
            }
        }
    }

    fn syntax(&mut self, at: usize, info: &str) {
        let text = self.source.text();
        let end = text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |first| at + first.len_utf8());
        let indent_by_tab =
            text.get(..at).and_then(|before| before.lines().last()).is_some_and(|line| line.contains('\t'));
        let help = if indent_by_tab || text.get(at..).is_some_and(|rest| rest.starts_with('\t')) {
            "indent with spaces, never with tabs"
        } else {
            "look at this line and the one before: a colon, a quote, a bracket or the indent is not right"
        };
        let place = self.source.place(Span { start: at, end });
        self.findings.push(rules::finding(&rule::yaml_syntax::RULE, place, format!("this is not YAML: {info}"), help));
    }

    fn unsupported(&mut self, span: Span, what: &str, help: &str) {
        let place = self.source.place(span);
        self.findings.push(rules::finding(&rule::unsupported_yaml::RULE, place, format!("{what} is not read"), help));
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
                self.add(Node { kind: Kind::Null, span });
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
                self.add(Node { kind, span });
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.properties(span, anchor, tag.is_some());
                return self.open(Open::Seq { items: Vec::new(), span });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.properties(span, anchor, tag.is_some());
                return self.open(Open::Map { entries: Vec::new(), seen: HashMap::new(), key: None, span });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
        true
    }

    fn properties(&mut self, span: Span, anchor: usize, tag: bool) {
        let what = if anchor != 0 {
            "a YAML anchor (`&name`)"
        } else if tag {
            "a YAML tag (`!name`)"
        } else {
            return;
        };
        self.unsupported(span, what, "leave it out, or quote the value if it is text");
    }

    fn open(&mut self, open: Open) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            let (Open::Seq { span, .. } | Open::Map { span, .. }) = open;
            let place = self.source.place(Span { start: span.start, end: span.start + 1 });
            self.findings.push(rules::finding(
                &rule::too_large::RULE,
                place,
                format!("lists and groups are nested deeper than {MAX_DEPTH} here"),
                "no key of the language nests that deep: look at the indent or the brackets",
            ));
            return false;
        }
        self.stack.push(open);
        true
    }

    fn close(&mut self, end: Span) {
        let node = match self.stack.pop() {
            Some(Open::Seq { items, span }) => {
                let end = items.last().map_or(end.end, |item| item.span.end);
                Node { span: Span { start: span.start, end: end.max(span.start) }, kind: Kind::Seq(items) }
            }
            Some(Open::Map { entries, span, .. }) => {
                // A block map's end mark sits on the next token: point at the first key instead.
                let span = entries
                    .first()
                    .map_or(Span { start: span.start, end: end.end.max(span.start) }, |first| first.key_span);
                Node { span, kind: Kind::Map(entries) }
            }
            None => return,
        };
        self.add(node);
    }

    fn add(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => {
                if self.documents <= 1 {
                    self.root = Some(node);
                }
            }
            Some(Open::Seq { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, seen, .. }) => match key.take() {
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
                        self.unsupported(key_span, "a YAML merge key (`<<`)", "write the keys out");
                    } else if let Some(first) = first {
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
