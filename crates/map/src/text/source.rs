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
}

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
    /// Keeps a file's text. A byte order mark is kept too: the parser skips it.
    pub fn new(path: impl Into<Arc<str>>, text: String) -> Self {
        let mut line_starts = vec![0];
        line_starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
        Self { path: path.into(), text, line_starts }
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
        let before = self.text.get(start..at).unwrap_or("");
        let before = if start == 0 { before.trim_start_matches('\u{feff}') } else { before };
        (line, before.chars().count() + 1)
    }
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
