//! The kinds of steps, and which key belongs to which kind.

use super::fields::{Fields, Word};
use crate::diagnostic::nearest;
use crate::fix;
use crate::rules::{self, text as rule};
use crate::text::Span;

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindWord {
    /// Where a case begins.
    Start,
    /// Something that a role does.
    Step,
    /// A question.
    Decision,
    /// A time that passes, or an answer that comes.
    Wait,
    /// A link to another map.
    Link,
    /// Where a case ends.
    End,
}

/// The kinds by their words.
const KINDS: [(&str, KindWord); 6] = [
    ("start", KindWord::Start),
    ("step", KindWord::Step),
    ("decision", KindWord::Decision),
    ("wait", KindWord::Wait),
    ("link", KindWord::Link),
    ("end", KindWord::End),
];
const COMMON: [&str; 7] = ["kind", "title", "quote", "inferred", "note", "controls", "allow"];
/// The keys of what a role does.
pub(super) const DUTIES: [&str; 10] =
    ["role", "needs", "evidence", "checklist", "due", "origin", "overdue", "sends", "receives", "not_by"];

impl KindWord {
    /// The word in a map.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("step", |(word, _)| word)
    }

    pub(super) fn own_keys(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            KindWord::Start => &["role", "from", "needs", "receives", "next"],
            KindWord::Step => &["next"],
            KindWord::Decision => &["on", "answers"],
            KindWord::Wait => &[
                "role",
                "for",
                "within",
                "comes_from",
                "received",
                "lapsed",
                "until",
                "origin",
                "next",
                "needs",
                "evidence",
                "receives",
            ],
            KindWord::Link => &["to", "mode", "carries", "entry", "outcomes", "next"],
            KindWord::End => &["outcome", "role"],
        };
        let mut keys: Vec<&str> = COMMON.to_vec();
        keys.extend(own);
        if matches!(self, KindWord::Step | KindWord::Decision) {
            keys.extend(DUTIES);
        }
        keys
    }

    /// "a step", "an end".
    pub fn with_article(self) -> String {
        let article = if self == KindWord::End { "an" } else { "a" };
        format!("{article} {}", self.word())
    }
}

/// The kinds of steps that have a key: "a decision or a wait".
pub(super) fn kinds_with(key: &str) -> Option<String> {
    let with = KINDS.iter().map(|(_, kind)| kind).filter(|kind| kind.own_keys().contains(&key));
    let kinds: Vec<String> = with.map(|kind| kind.with_article()).collect();
    (!kinds.is_empty()).then(|| kinds.join(" or "))
}

/// Reads what kind a step is. Where `kind` is missing and every key fits another kind, that is the fault.
pub(super) fn read_kind(fields: &mut Fields<'_>, id: &Word) -> (KindWord, Span, bool) {
    if fields.is_lost("kind") {
        return (KindWord::Step, id.span, false);
    }
    if fields.node.get("kind").is_none() {
        let all: Vec<&str> = KINDS.iter().flat_map(|(_, kind)| kind.own_keys()).collect();
        let misspelt = fields.node.entries().iter().take(MOST_KEYS).position(|entry| {
            !all.contains(&entry.key.as_str()) && nearest(&entry.key, all.iter().copied()) == Some("kind")
        });
        match misspelt {
            Some(at) => fields.mean("kind", at),
            None => return infer_kind(fields, id),
        }
    }
    match fields.choice("kind", &KINDS.map(|(word, _)| word)) {
        Some(word) => {
            let kind = KINDS.iter().find(|(known, _)| *known == word.text).map_or(KindWord::Step, |(_, kind)| *kind);
            (kind, word.span, true)
        }
        None => (KindWord::Step, id.span, false),
    }
}

/// How many keys a step has at the most: all that any kind has.
const MOST_KEYS: usize = 40;
/// The keys that only one kind has.
const TELLING: [(KindWord, &[&str]); 5] = [
    (KindWord::Decision, &["answers", "on"]),
    (KindWord::Wait, &["for", "until", "within", "comes_from", "received", "lapsed"]),
    (KindWord::Link, &["to", "mode", "carries", "entry", "outcomes"]),
    (KindWord::End, &["outcome"]),
    (KindWord::Start, &["from"]),
];

fn infer_kind(fields: &mut Fields<'_>, id: &Word) -> (KindWord, Span, bool) {
    let keys = || fields.node.entries().iter().map(|entry| entry.key.as_str());
    for (kind, telling) in TELLING {
        let own = kind.own_keys();
        let Some(key) = keys().find(|key| telling.contains(key)) else { continue };
        if keys().all(|key| own.contains(&key)) {
            let message = format!("`{}` has `{key}`, as {} has, but no `kind`", id.text, kind.with_article());
            let help = format!("add `kind: {}`", kind.word());
            let finding = rules::finding(&rule::missing_key::RULE, fields.place(id.span), message, help);
            fields.findings.push(finding.fixed_by(fix::add_kind(fields.source, fields.node, kind.word())));
            return (kind, id.span, true);
        }
    }
    (KindWord::Step, id.span, true)
}
