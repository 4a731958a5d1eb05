//! What the parser calls a fault, in words for someone who writes maps and not parsers.

use granit_parser::ErrorKind;

use super::Span;

const LOOK: &str = "look at this line and the one before: a colon, a quote, a bracket or the indent is not right";
const QUOTE_IT: &str = "put the whole text in quotes, as in `title: 'Next: call the family'`";
const INDENT: &str = "keys of one group begin in the same column, two spaces further in than the key they belong to";
const TABS: &str = "indent with spaces, never with tabs";
const CLOSE_IT: &str = "close it on the same line";

/// A fault of the YAML, in words.
pub(super) struct Fault {
    /// The very sign or word.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// Explains a fault that the parser met at the byte `at`, having read everything until `read_until`.
pub(super) fn explain(text: &str, at: usize, read_until: usize, kind: &ErrorKind, info: &str) -> Fault {
    let mut at = at.min(text.len());
    // Where the text ends too early, the last word of it is shown: a place after the last line shows nothing.
    if text.get(at..).is_none_or(|rest| rest.trim().is_empty()) {
        at = text.trim_end().char_indices().next_back().map_or(0, |(last, _)| last);
    }
    let before = text.get(..at).and_then(|before| before.rsplit(['\n', '\r']).next()).unwrap_or("");
    let tab = before.find('\t').filter(|_| before.trim().is_empty()).map(|tab| at - before.len() + tab);
    if let Some(tab) = tab.or_else(|| text.get(at..).filter(|rest| rest.starts_with('\t')).map(|_| at)) {
        let message = "a tab stands where only spaces may".to_string();
        return Fault { span: Span { start: tab, end: tab + 1 }, message, help: TABS };
    }
    if *kind == ErrorKind::UnclosedQuotedScalar {
        at = opening_quote(text, read_until).unwrap_or(at);
    }
    let (message, help) = in_words(kind, info);
    Fault { span: word_at(text, at), message, help }
}

/// The word that begins at a byte, or the one sign there.
fn word_at(text: &str, at: usize) -> Span {
    let rest = text.get(at..).unwrap_or("");
    let letters = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '-' && sign != '_').unwrap_or(rest.len());
    let sign = rest.chars().next().map_or(0, char::len_utf8);
    Span { start: at, end: at + letters.max(sign) }
}

/// The quote that opens a text which is not closed: the first after what was read, outside comments.
fn opening_quote(text: &str, read_until: usize) -> Option<usize> {
    let mut comment = false;
    let mut before = ' ';
    for (at, sign) in text.get(read_until..)?.char_indices() {
        match sign {
            '\n' | '\r' => comment = false,
            '#' if before.is_whitespace() => comment = true,
            '\'' | '"' if !comment && !before.is_alphanumeric() => return Some(read_until + at),
            _ => {}
        }
        before = sign;
    }
    None
}

fn in_words(kind: &ErrorKind, info: &str) -> (String, &'static str) {
    let (message, help) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => ("a tab stands where only spaces may", TABS),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement | ErrorKind::InvalidSimpleKey => {
            ("a colon cannot stand here", QUOTE_IT)
        }
        ErrorKind::SimpleKeyExpected => ("this line has no colon after its key", "write it as `key: value`"),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::UnexpectedEof => {
            ("a quote is opened here and not closed", CLOSE_IT)
        }
        ErrorKind::UnclosedFlowCollection { open } => return (format!("this `{open}` is not closed"), CLOSE_IT),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("a `{open}` is closed by `{close}`"), "close each bracket with its own kind");
        }
        ErrorKind::MisplacedFlowCollectionEnd => ("this bracket closes nothing", "take it out, or open one before it"),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a comma or a closing bracket is missing before this", "put a comma between two keys or two words")
        }
        ErrorKind::InvalidIndentation | ErrorKind::InvalidFlowScalarIndent | ErrorKind::InvalidQuotedScalarIndent => {
            ("this line is not indented as it should be", INDENT)
        }
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => {
            ("this line does not fit the lines before it", INDENT)
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "something follows the closing quote",
            "put all of the text between the quotes; an apostrophe between single quotes is written twice, `''`",
        ),
        ErrorKind::UnexpectedCharacter { .. } => ("a word cannot begin with this sign", "put the word in quotes"),
        ErrorKind::UnknownQuotedScalarEscape => {
            ("a backslash in double quotes must be doubled", "use single quotes, as in `'[0-9]{5}'`")
        }
        _ => return (format!("this cannot be read: {info}"), LOOK),
    };
    (message.to_string(), help)
}
