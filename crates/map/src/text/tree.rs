//! The tree of one YAML file. Every node knows its place; nothing is typed yet.

use super::Span;

/// A value of a YAML file with its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// What the value is.
    pub kind: Kind,
    /// Where it stands. A block list or map points at its first entry.
    pub span: Span,
    /// The keys of a map whose later entries were left out: they stand there twice, or their values could not be read.
    pub left_out: Vec<String>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Nothing after the colon, `~` or `null`.
    Null,
    /// One word or text. `plain` says that it had no quotes and was no block text.
    Scalar {
        /// The text after YAML's escapes.
        text: String,
        /// Without quotes.
        plain: bool,
    },
    /// A list.
    Seq(Vec<Node>),
    /// A map. Keys are texts; a second entry with the same key was reported and left out.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// The key's place.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// One step of a path through the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The value under a key.
    Key(String),
    /// The n-th item of a list.
    Item(usize),
}

impl Node {
    /// A value that was read whole.
    pub fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, left_out: Vec::new() }
    }

    /// The entries, where this is a map.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items, where this is a list.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Seq(items) => items,
            _ => &[],
        }
    }

    /// The entry under a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The text, where this is a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The node at a path, or the deepest that exists on the way.
    pub fn follow<'a>(&'a self, path: &[Step]) -> &'a Node {
        let mut node = self;
        for step in path {
            let next = match step {
                Step::Key(key) => node.get(key),
                Step::Item(at) => node.items().get(*at),
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// The value as serde_yaml sees it: plain words follow YAML 1.2's core schema (`yes` and `no` are words, `null`
    /// is nothing, digits are numbers), everything in quotes is text.
    pub fn value(&self) -> serde_yaml::Value {
        use serde_yaml::Value;
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Scalar { text, plain } => scalar_value(text, *plain),
            Kind::Seq(items) => Value::Sequence(items.iter().map(Node::value).collect()),
            Kind::Map(entries) => Value::Mapping(
                entries.iter().map(|entry| (Value::String(entry.key.clone()), entry.value.value())).collect(),
            ),
        }
    }

    /// What a reader would call this: "a list", "a number", ...
    pub fn describe(&self) -> String {
        match self.value() {
            serde_yaml::Value::Null => "nothing".to_string(),
            serde_yaml::Value::Bool(value) => format!("`{value}`"),
            serde_yaml::Value::Number(value) => format!("the number {value}"),
            serde_yaml::Value::String(text) if text.trim().is_empty() => "an empty text".to_string(),
            serde_yaml::Value::String(text) => format!("the text `{}`", shorten(&text)),
            serde_yaml::Value::Sequence(_) => "a list".to_string(),
            _ => "a group of keys".to_string(),
        }
    }
}

fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > 40 || text.lines().count() > 1 {
        format!("{}…", line.chars().take(40).collect::<String>())
    } else {
        line.to_string()
    }
}

/// Whether a plain scalar of this text is text, and no number, `true`, `null` or nothing.
pub(crate) fn is_word(text: &str) -> bool {
    !matches!(text, "" | "~" | "null" | "Null" | "NULL") && scalar_value(text, true).is_string()
}

fn scalar_value(text: &str, plain: bool) -> serde_yaml::Value {
    use serde_yaml::Value;
    if !plain {
        return Value::String(text.to_string());
    }
    match text {
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = text.parse::<i64>()
    {
        return Value::Number(number.into());
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or(("", ""));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits(whole)
        && all_digits(fraction)
        && let Ok(number) = text.parse::<f64>()
    {
        return Value::Number(number.into());
    }
    Value::String(text.to_string())
}
