//! A group of keys, read one key at a time. Each value is typed by serde through serde_yaml, from the small piece of
//! the tree under its key, so that one wrong value hides no other and each keeps its place.

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::allow::{Allowance, allowances_of};
use super::hints;
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
    /// Where what is allowed goes.
    pub allowances: &'a mut Vec<Allowance>,
    /// Whether this group is the whole file.
    pub is_file: bool,
    /// Keys whose values could not be read, or that are missing; that was reported.
    lost: Vec<String>,
    /// Misspelt keys: which key was meant, and the number of the entry.
    meant: Vec<(String, usize)>,
}

const GROUP: &str = "a group of keys";
/// The key of YAML that brings in the keys of another group. It was reported; what it would have brought is not missed.
const MERGE_KEY: &str = "<<";
/// How many unknown keys of one group get a suggestion, which costs more than the finding.
const MOST_SUGGESTIONS: usize = 50;

impl<'a> Fields<'a> {
    /// Begins to read a group.
    pub fn new(
        source: &'a Arc<Source>,
        node: &'a Node,
        head: Span,
        findings: &'a mut Vec<Diagnostic>,
        allowances: &'a mut Vec<Allowance>,
    ) -> Self {
        let lost = node.left_out.clone();
        Self { source, node, head, findings, allowances, is_file: false, lost, meant: Vec::new() }
    }

    fn inner(&mut self, entry: &'a Entry) -> Fields<'_> {
        Fields::new(self.source, &entry.value, entry.key_span, self.findings, self.allowances)
    }

    /// Begins to read a group inside this one; reports a value that is no group.
    pub fn group(&mut self, entry: &'a Entry) -> Option<Fields<'_>> {
        match entry.value.kind {
            Kind::Map(_) => Some(self.inner(entry)),
            _ => {
                self.wrong_type(entry, &entry.value, GROUP);
                None
            }
        }
    }

    /// The entry under a key, or under the misspelt key that was probably meant to be it.
    pub fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.node.entry(key).or_else(|| {
            let (_, at) = self.meant.iter().find(|(meant, _)| meant == key)?;
            self.node.entries().get(*at)
        })
    }

    /// Whether a key stands here, with whatever value.
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some() || self.is_lost(key) || self.is_lost(MERGE_KEY)
    }

    /// Whether a key stands here with a value that could not be read; that was reported.
    pub fn is_lost(&self, key: &str) -> bool {
        self.lost.iter().any(|lost| lost == key)
    }

    /// The keys that could not be read, or are missing. Each was reported.
    pub fn lost(&self) -> &[String] {
        &self.lost
    }

    /// Counts every key that `allow` has reported and not guessed as lost: `what` may have been written under it.
    pub fn lose_unknown(&mut self, allowed: &[&str]) {
        let meant = |at: usize| self.meant.iter().any(|(_, other)| *other == at);
        let unknown = |(at, entry): &(usize, &Entry)| !allowed.contains(&entry.key.as_str()) && !meant(*at);
        if let Some((_, entry)) = self.node.entries().iter().enumerate().find(unknown) {
            self.lost.push(entry.key.clone());
        }
    }

    /// Reads the entry of that number as `key`, which was probably meant.
    pub fn mean(&mut self, key: &str, at: usize) {
        self.meant.push((key.to_string(), at));
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

    /// Reports each key that is not one of `allowed`. `elsewhere` names the place where a key would be right. A key
    /// that is only misspelt is read as the one that was meant. Where `allow` is one of the keys, what it allows is read.
    pub fn allow(&mut self, what: &str, allowed: &[&str], elsewhere: impl Fn(&str) -> Option<String>) {
        let mut suggestions = 0;
        for (at, entry) in self.node.entries().iter().enumerate() {
            if allowed.contains(&entry.key.as_str()) {
                continue;
            }
            let place = self.place(entry.key_span);
            let message = format!("{what} has no key `{}`", entry.key);
            let mut finding = match elsewhere(&entry.key) {
                Some(other) => {
                    let help = format!("`{}` belongs to {other}", entry.key);
                    rules::finding(&rule::unknown_key::RULE, place, message, help)
                }
                None => {
                    let known = allowed.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
                    rules::finding(&rule::unknown_key::RULE, place, message, format!("its keys are {known}"))
                }
            };
            if suggestions < MOST_SUGGESTIONS && elsewhere(&entry.key).is_none() {
                suggestions += 1;
                finding = finding.suggest(&entry.key, allowed.iter().copied());
                let meant = finding.suggestion.clone().filter(|meant| !self.has(meant));
                self.meant.extend(meant.map(|meant| (meant, at)));
            }
            self.findings.push(finding);
        }
        if allowed.contains(&"allow") {
            allowances_of(self);
        }
    }

    /// Reports the keys of `needed` that are missing.
    pub fn require(&mut self, what: &str, needed: &[&str]) {
        for key in needed {
            if !self.has(key) {
                let message = format!("{what} needs the key `{key}`");
                self.report(&rule::missing_key::RULE, self.head, message, hints::hint(key));
                self.lost.push(key.to_string());
            }
        }
    }

    /// Reports a value that is not what its key needs. `node` is the value or the part of it that is wrong.
    fn wrong_type(&mut self, entry: &Entry, node: &Node, expected: &str) {
        self.lose(entry);
        let span = if node.span.start < node.span.end { node.span } else { entry.key_span };
        let found = node.describe();
        if node.span != entry.value.span && matches!(entry.value.kind, Kind::Seq(_)) {
            let message = format!("each item of `{}` must be a word, not {found}", entry.key);
            let help = node.text().map_or("write one word".to_string(), |text| format!("put it in quotes: `'{text}'`"));
            return self.report(&rule::wrong_type::RULE, span, message, help);
        }
        let wanted = expected.strip_prefix("followed by ").unwrap_or(expected);
        let help = match &node.kind {
            Kind::Null => "write it after the colon".to_string(),
            Kind::Scalar { text, .. } if expected.starts_with("a list") => format!("write `{}: [{text}]`", entry.key),
            Kind::Scalar { plain: true, text } if ["text", "a word", "a title"].contains(&wanted) => {
                format!("put it in quotes if that is what is meant: `'{text}'`")
            }
            _ if expected == GROUP => {
                "write its keys below it, two spaces further in, each followed by a colon".to_string()
            }
            _ => format!("what belongs here is {wanted}"),
        };
        let message = format!("`{}` must be {expected}, not {found}", entry.key);
        self.report(&rule::wrong_type::RULE, span, message, help);
    }

    /// Counts a key as one that could not be read, so that what follows from it is not reported.
    pub fn lose(&mut self, entry: &Entry) {
        let is_it = |at: &usize| self.node.entries().get(*at).is_some_and(|other| other.key_span == entry.key_span);
        let meant = self.meant.iter().find(|(_, at)| is_it(at)).map(|(meant, _)| meant.clone());
        self.lost.push(meant.unwrap_or_else(|| entry.key.clone()));
    }

    /// Reads a key's value as `T`. `expected` says in words what it must be.
    pub fn typed<T: DeserializeOwned>(&mut self, key: &str, expected: &str) -> Option<(T, &'a Node)> {
        let entry = self.entry(key)?;
        self.typed_entry(entry, expected)
    }

    fn typed_entry<T: DeserializeOwned>(&mut self, entry: &'a Entry, expected: &str) -> Option<(T, &'a Node)> {
        match serde_path_to_error::deserialize(entry.value.value()) {
            Ok(value) => Some((value, &entry.value)),
            Err(error) => {
                let node = entry.value.follow(&tree_path(error.path()));
                self.wrong_type(entry, node, expected);
                None
            }
        }
    }

    /// Reads a word.
    pub fn word(&mut self, key: &str) -> Option<Word> {
        let entry = self.entry(key)?;
        self.word_of(entry, "a word")
    }

    /// Reads a word that stands for something: `expected` says for what.
    pub fn word_for(&mut self, key: &str, expected: &str) -> Option<Word> {
        let entry = self.entry(key)?;
        self.word_of(entry, expected)
    }

    fn word_of(&mut self, entry: &'a Entry, expected: &str) -> Option<Word> {
        let (text, node) = self.typed_entry::<String>(entry, expected)?;
        if text.trim().is_empty() {
            self.wrong_type(entry, node, expected);
            return None;
        }
        Some(Word { text, span: node.span })
    }

    /// Reads a text of any length.
    pub fn text(&mut self, key: &str) -> Option<String> {
        let entry = self.entry(key)?;
        let (text, node) = self.typed_entry::<String>(entry, "text")?;
        if text.trim().is_empty() {
            self.wrong_type(entry, node, "text");
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
        let Some(entry) = self.entry(key) else { return Vec::new() };
        match &entry.value.kind {
            Kind::Seq(items) if items.is_empty() => {
                let message = format!("`{key}` is an empty list");
                self.lost.push(key.to_string());
                self.report(
                    &rule::wrong_type::RULE,
                    entry.key_span,
                    message,
                    "name at least one, or leave the key out",
                );
                Vec::new()
            }
            Kind::Seq(_) => self.words(key),
            _ => self.word(key).into_iter().collect(),
        }
    }

    /// Reads a list of texts.
    pub fn texts(&mut self, key: &str) -> Vec<String> {
        self.typed::<Vec<String>>(key, "a list of texts, each after a dash").map_or(Vec::new(), |(texts, _)| texts)
    }

    /// Reads a group of words by their keys: each key with its place, and its word. A key without a word is left out,
    /// and the whole group is then one that could not be read.
    pub fn word_map(&mut self, key: &str, expected: &str, each: &str) -> Vec<(Word, Word)> {
        let pairs = self.pairs(key, expected, each);
        pairs.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// Reads a group of titles by their ids. An id without a title is kept, so that its uses are not reported too.
    pub fn titles(&mut self, key: &str, expected: &str) -> Vec<(Word, Word)> {
        let pairs = self.pairs(key, expected, "followed by a title");
        let empty = |key: &Word| Word { text: String::new(), span: key.span };
        pairs.into_iter().map(|(key, value)| (key.clone(), value.unwrap_or_else(|| empty(&key)))).collect()
    }

    fn pairs(&mut self, key: &str, expected: &str, each: &str) -> Vec<(Word, Option<Word>)> {
        let Some(entry) = self.entry(key) else { return Vec::new() };
        if !matches!(entry.value.kind, Kind::Map(_)) {
            self.wrong_type(entry, &entry.value, expected);
            return Vec::new();
        }
        let mut group = self.inner(entry);
        let mut pairs = Vec::new();
        for item in entry.value.entries() {
            let word = group.word_of(item, each);
            pairs.push((Word { text: item.key.clone(), span: item.key_span }, word));
        }
        if !group.lost.is_empty() {
            self.lost.push(key.to_string());
        }
        pairs
    }

    /// Reads true or false; `yes` and `no` are as good.
    pub fn flag(&mut self, key: &str) -> bool {
        match self.entry(key).map(|entry| entry.value.text()) {
            Some(Some("yes")) => true,
            Some(Some("no")) | None => false,
            Some(_) => self.typed::<bool>(key, "`true` or `false`").is_some_and(|(flag, _)| flag),
        }
    }

    /// Reads a word that must be one of `known`. One that is only misspelt is read as the one that was meant.
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
        let finding = finding.suggest(&word.text, known.iter().copied());
        let meant = finding.suggestion.clone();
        self.findings.push(finding);
        if meant.is_none() {
            self.lost.push(key.to_string());
        }
        meant.map(|text| Word { text, span: word.span })
    }

    /// Reads a date, `2023-11-30`, with its place.
    pub fn date(&mut self, key: &str) -> Option<(chrono::NaiveDate, Span)> {
        let word = self.word(key)?;
        match word.text.parse() {
            Ok(date) => Some((date, word.span)),
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
        let help = format!("use lower case letters, digits and {other}, beginning with a letter");
        let sign = |sign: char| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { extra };
        let near: String = word.text.trim().chars().map(sign).collect();
        let help = if is_id(&near, extra) { format!("{help}, as in `{near}`") } else { help };
        self.report(&rule::bad_id::RULE, word.span, format!("`{}` cannot be the id of {what}", word.text), help);
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
