//! One file's text and the way from a byte to a line and a column.

use std::ops::Range;
use std::sync::Arc;

/// A range of bytes in one file, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The span of a byte range.
    pub fn new(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }

    /// The part of this span that `range`, counted from the span's start, names.
    pub fn part(self, range: Range<usize>) -> Self {
        let start = (self.start + range.start).min(self.end);
        Self { start, end: (self.start + range.end).clamp(start, self.end) }
    }
}

/// A file of the atlas: its path below the atlas's folder, and its text.
#[derive(Debug)]
pub struct Source {
    path: Arc<str>,
    text: String,
    line_starts: Vec<usize>,
    /// How many characters stand before each `STRIDE` bytes, so that a place costs the same on a line of any length.
    chars_before: Vec<usize>,
}

const STRIDE: usize = 256;
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A concrete place in a file: what a reader of a finding is shown. Lines and columns count from 1,
/// columns in characters; the end is the first column after the last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path of the file as the reader knows it.
    pub file: Arc<str>,
    /// Bytes, for excerpts.
    pub span: Span,
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end, exclusive.
    pub end_column: usize,
}

impl Source {
    /// Keeps a file's text. A byte order mark is kept too: the parser skips it. Lines end as in YAML: with a line
    /// feed, a carriage return, or both.
    pub fn new(path: impl Into<Arc<str>>, text: String) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: usize| bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        let mut line_starts = vec![0];
        line_starts.extend((0..bytes.len()).filter(|at| ends_line(*at)).map(|at| at + 1));
        let mut so_far = 0;
        let mut chars_before = Vec::with_capacity(bytes.len() / STRIDE + 1);
        for chunk in bytes.chunks(STRIDE) {
            chars_before.push(so_far);
            so_far += characters(chunk);
        }
        chars_before.push(so_far);
        Self { path: path.into(), text, line_starts, chars_before }
    }

    /// The file's path.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text under a span; empty where the span is not on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// Turns a span into a place. Spans past the end or inside a character are moved to the nearest
    /// character boundary, so that no renderer can be handed a bad one.
    pub fn place(&self, span: Span) -> Place {
        let start = self.boundary(span.start);
        let end = self.boundary(span.end).max(start);
        let (line, column) = self.line_column(start);
        let (end_line, end_column) = self.line_column(end);
        Place { file: self.path.clone(), span: Span { start, end }, line, column, end_line, end_column }
    }

    fn boundary(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    fn line_column(&self, at: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|start| *start <= at);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let marks = usize::from(start == 0 && at > 0 && self.text.starts_with(BYTE_ORDER_MARK));
        (line, self.characters_until(at) - self.characters_until(start) - marks + 1)
    }

    fn characters_until(&self, at: usize) -> usize {
        let chunk = at / STRIDE;
        let rest = self.text.as_bytes().get(chunk * STRIDE..at).unwrap_or_default();
        self.chars_before.get(chunk).copied().unwrap_or(0) + characters(rest)
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_count_characters_from_one() {
        let source = Source::new("m.yaml", "a: é x\nb: y\n".to_string());
        let place = source.place(Span { start: 6, end: 7 });
        assert_eq!((place.line, place.column, place.end_column), (1, 6, 7));
        assert_eq!(source.place(Span { start: 8, end: 9 }).line, 2);
    }

    #[test]
    fn lines_end_as_in_yaml_and_a_byte_order_mark_is_no_column() {
        let source = Source::new("m.yaml", "\u{feff}a: 1\r\nb: 2\rc: 3\n".to_string());
        let at = |word: &str| {
            let start = source.text().find(word).unwrap();
            let place = source.place(Span { start, end: start + word.len() });
            (place.line, place.column, place.end_column)
        };
        assert_eq!(
            [at("a"), at("1"), at("b"), at("2"), at("c"), at("3")],
            [(1, 1, 2), (1, 4, 5), (2, 1, 2), (2, 4, 5), (3, 1, 2), (3, 4, 5)]
        );
        assert_eq!(source.place(Span::default()).column, 1);
    }

    #[test]
    fn columns_are_right_far_along_a_line() {
        let source = Source::new("m.yaml", format!("x\n{}!", "é".repeat(10_000)));
        let end = source.text().len();
        assert_eq!(source.place(Span { start: end - 1, end }).column, 10_001);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_span_becomes_a_place_inside_the_text(text in "\\PC{0,40}\n?\\PC{0,10}", start in 0usize..200, end in 0usize..200) {
            let source = Source::new("m.yaml", text.clone());
            let place = source.place(Span { start, end });
            prop_assert!(text.get(place.span.start..place.span.end).is_some());
            prop_assert!((place.line, place.column) <= (place.end_line, place.end_column));
        }
    }
}
