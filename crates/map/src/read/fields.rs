//! A group of keys, read one key at a time. Each value is typed by serde through serde_yaml, from the small piece of
//! the tree under its key, so that one wrong value hides no other and each keeps its place.

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::diagnostic::Diagnostic;
use crate::rules::{self, Rule, text as rule};
use crate::text::{Entry, Kind, Node, PathStep, Place, Source, Span};

/// A word of the text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Its place.
    pub span: Span,
}

impl Word {
    /// The place of a part of the word, given in bytes of `text`. Where the word stands in quotes, or in a block,
    /// the part is looked for in what was written; if it is not there as such, the whole word is the place.
    pub fn part(&self, source: &Source, range: Range<usize>) -> Span {
        let raw = source.slice(self.span);
        match raw.find(&self.text) {
            Some(offset) => self.span.part(range.start + offset..range.end + offset),
            None => self.span,
        }
    }
}

/// Whether a word can be an id: lower case letters, digits and `extra`, beginning with a letter.
pub fn is_id(text: &str, extra: char) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == extra)
}

/// A group of keys that is being read.
pub struct Fields<'a> {
    /// The file.
    pub source: &'a Arc<Source>,
    /// The group.
    pub node: &'a Node,
    /// Where a missing key is reported: the group's own key, as a rule.
    pub head: Span,
    /// Where findings go.
    pub findings: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// Begins to read a group.
    pub fn new(source: &'a Arc<Source>, node: &'a Node, head: Span, findings: &'a mut Vec<Diagnostic>) -> Self {
        Self { source, node, head, findings }
    }

    /// Begins to read a group inside this one; reports a value that is no group.
    pub fn group(&mut self, entry: &'a Entry) -> Option<Fields<'_>> {
        match entry.value.kind {
            Kind::Map(_) => Some(Fields::new(self.source, &entry.value, entry.key_span, self.findings)),
            _ => {
                self.wrong_type(&entry.key, &entry.value, entry.key_span, "a group of keys");
                None
            }
        }
    }

    /// The place of a span in this file.
    pub fn place(&self, span: Span) -> Place {
        self.source.place(span)
    }

    /// Reports a finding.
    pub fn report(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let place = self.place(span);
        self.findings.push(rules::finding(rule, place, message, help));
    }

    /// Reports each key that is not one of `allowed`. `elsewhere` names the place where a key would be right.
    pub fn allow(&mut self, what: &str, allowed: &[&str], elsewhere: impl Fn(&str) -> Option<String>) {
        for entry in self.node.entries() {
            if allowed.contains(&entry.key.as_str()) {
                continue;
            }
            let known = allowed.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let finding = match elsewhere(&entry.key) {
                Some(place) => rules::finding(
                    &rule::unknown_key::RULE,
                    self.place(entry.key_span),
                    format!("{what} has no key `{}`", entry.key),
                    format!("`{}` belongs to {place}", entry.key),
                ),
                None => rules::finding(
                    &rule::unknown_key::RULE,
                    self.place(entry.key_span),
                    format!("{what} has no key `{}`", entry.key),
                    format!("its keys are {known}"),
                )
                .suggest(&entry.key, allowed.iter().copied()),
            };
            self.findings.push(finding);
        }
    }

    /// Reports the keys of `needed` that are missing.
    pub fn require(&mut self, what: &str, needed: &[&str]) {
        for key in needed {
            if self.node.get(key).is_none() {
                let message = format!("{what} needs the key `{key}`");
                self.report(&rule::missing_key::RULE, self.head, message, format!("add `{key}:` here"));
            }
        }
    }

    fn wrong_type(&mut self, key: &str, node: &Node, key_span: Span, expected: &str) {
        let span = if node.span.start < node.span.end { node.span } else { key_span };
        let help = match (&node.kind, expected) {
            (Kind::Scalar { plain: true, .. }, "text" | "a word") => {
                "put it in quotes if it is meant as text".to_string()
            }
            _ => format!("write {expected} here"),
        };
        self.report(
            &rule::wrong_type::RULE,
            span,
            format!("`{key}` must be {expected}, not {}", node.describe()),
            help,
        );
    }

    /// Reads a key's value as `T`. `expected` says in words what it must be.
    pub fn typed<T: DeserializeOwned>(&mut self, key: &str, expected: &str) -> Option<(T, &'a Node)> {
        let entry = self.node.entry(key)?;
        match serde_path_to_error::deserialize(entry.value.value()) {
            Ok(value) => Some((value, &entry.value)),
            Err(error) => {
                let node = entry.value.follow(&tree_path(error.path()));
                self.wrong_type(key, node, entry.key_span, expected);
                None
            }
        }
    }

    /// Reads a word.
    pub fn word(&mut self, key: &str) -> Option<Word> {
        let (text, node) = self.typed::<String>(key, "a word")?;
        Some(Word { text, span: node.span })
    }

    /// Reads a text of any length.
    pub fn text(&mut self, key: &str) -> Option<String> {
        let (text, node) = self.typed::<String>(key, "text")?;
        if text.trim().is_empty() {
            self.wrong_type(key, node, node.span, "text");
            return None;
        }
        Some(text.trim().to_string())
    }

    /// Reads a list of words.
    pub fn words(&mut self, key: &str) -> Vec<Word> {
        let Some((texts, node)) = self.typed::<Vec<String>>(key, "a list of words in square brackets") else {
            return Vec::new();
        };
        zip(texts, node.items())
    }

    /// Reads one word or a list of words.
    pub fn one_or_more(&mut self, key: &str) -> Vec<Word> {
        match self.node.get(key).map(|node| &node.kind) {
            Some(Kind::Seq(items)) if items.is_empty() => {
                let span = self.node.entry(key).map_or(self.head, |entry| entry.key_span);
                let message = format!("`{key}` is an empty list");
                self.report(&rule::wrong_type::RULE, span, message, "name at least one, or leave the key out");
                Vec::new()
            }
            Some(Kind::Seq(_)) => self.words(key),
            Some(_) => self.word(key).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Reads a list of texts.
    pub fn texts(&mut self, key: &str) -> Vec<String> {
        self.typed::<Vec<String>>(key, "a list of texts, each after a dash").map_or(Vec::new(), |(texts, _)| texts)
    }

    /// Reads a group of words by their keys: each key with its place, and its word.
    pub fn word_map(&mut self, key: &str, expected: &str) -> Vec<(Word, Word)> {
        let Some(entry) = self.node.entry(key) else { return Vec::new() };
        if !matches!(entry.value.kind, Kind::Map(_)) {
            self.wrong_type(key, &entry.value, entry.key_span, expected);
            return Vec::new();
        }
        let mut pairs = Vec::new();
        let head = entry.key_span;
        let mut group = Fields::new(self.source, &entry.value, head, self.findings);
        for item in entry.value.entries() {
            if let Some(value) = group.word(&item.key) {
                pairs.push((Word { text: item.key.clone(), span: item.key_span }, value));
            }
        }
        pairs
    }

    /// Reads true or false; `yes` and `no` are as good.
    pub fn flag(&mut self, key: &str) -> bool {
        match self.node.get(key).and_then(Node::text) {
            Some("yes") => true,
            Some("no") | None => false,
            Some(_) => self.typed::<bool>(key, "`true` or `false`").is_some_and(|(flag, _)| flag),
        }
    }

    /// Reads a word that must be one of `known`.
    pub fn choice(&mut self, key: &str, known: &[&str]) -> Option<Word> {
        let word = self.word(key)?;
        if known.contains(&word.text.as_str()) {
            return Some(word);
        }
        let list = known.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
        let finding = rules::finding(
            &rule::wrong_type::RULE,
            self.place(word.span),
            format!("`{key}` cannot be `{}`", word.text),
            format!("it is one of {list}"),
        );
        self.findings.push(finding.suggest(&word.text, known.iter().copied()));
        None
    }

    /// Reads a date, `2023-11-30`.
    pub fn date(&mut self, key: &str) -> Option<chrono::NaiveDate> {
        let word = self.word(key)?;
        match word.text.parse() {
            Ok(date) => Some(date),
            Err(_) => {
                let message = format!("`{}` is not a date", word.text);
                self.report(
                    &rule::wrong_type::RULE,
                    word.span,
                    message,
                    "write it as year-month-day, as in `2023-11-30`",
                );
                None
            }
        }
    }

    /// Reports a word that cannot be an id.
    pub fn check_id(&mut self, word: &Word, extra: char, what: &str) -> bool {
        if is_id(&word.text, extra) {
            return true;
        }
        let other = if extra == '-' { "dashes" } else { "underscores" };
        self.report(
            &rule::bad_id::RULE,
            word.span,
            format!("`{}` cannot be the id of {what}", word.text),
            format!("use lower case letters, digits and {other}, beginning with a letter"),
        );
        false
    }
}

fn zip(texts: Vec<String>, nodes: &[Node]) -> Vec<Word> {
    texts.into_iter().zip(nodes).map(|(text, node)| Word { text, span: node.span }).collect()
}

fn tree_path(path: &serde_path_to_error::Path) -> Vec<PathStep> {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(PathStep::Key(key.clone())),
            Segment::Seq { index } => Some(PathStep::Item(*index)),
            _ => None,
        })
        .collect()
}
