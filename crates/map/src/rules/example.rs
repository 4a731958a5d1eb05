//! Examples: small atlases that show a rule at work, for the rule's page and for the tests. In a bad example the very
//! words that are found stand between `⟦` and `⟧`.

use chrono::NaiveDate;

use crate::check::{AtlasFile, Checked, check_on};

/// A small atlas. What an example does not show is added: an `atlas.yaml` with the roles ASW, TM and Admin, the theme
/// `t` and the document `d`, and a calendar.
#[derive(Debug)]
pub struct Example {
    /// The files, each with its path and its text.
    pub files: &'static [(&'static str, &'static str)],
    /// Other rules that the fault brings with it.
    pub also: &'static [&'static str],
    /// A file that cannot be written as text.
    pub bytes: Option<BadBytes>,
    /// Whether nothing is added.
    pub alone: bool,
}

/// A file of an example that cannot be written as text.
#[derive(Clone, Copy, Debug)]
pub struct BadBytes {
    /// Its path.
    pub path: &'static str,
    /// What it is, in words.
    pub about: &'static str,
    /// Makes its bytes.
    pub make: fn() -> Vec<u8>,
    /// What is found in it.
    pub mark: Mark,
}

/// A marked place: lines and columns count from 1, columns in characters, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end.
    pub end_column: usize,
}

const OPEN: char = '⟦';
const CLOSE: char = '⟧';

/// The day on which the examples are checked: 1 November 2026.
pub const DAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 1) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// What is added to an example that does not show it.
const ADDED: [(&str, &str); 2] = [
    (
        "atlas.yaml",
        "atlas: example
title: An example
time_zone: Europe/London
calendar: england-and-wales
roles:
  ASW: Allocated social worker
  TM: Social care team manager
  Admin: Admin assistant
themes:
  t: Transfers
documents:
  d: { title: Process maps, date: '2022-11' }
",
    ),
    (
        "england-and-wales.yaml",
        "calendar: england-and-wales
title: Bank holidays in England and Wales
weekend: [saturday, sunday]
covers: 2022..2022
holidays:
  2022-06-02: Spring bank holiday
  2022-06-03: Platinum Jubilee bank holiday
",
    ),
];

impl Example {
    /// An example of these files.
    pub const fn of(files: &'static [(&'static str, &'static str)]) -> Self {
        Self { files, also: &[], bytes: None, alone: false }
    }

    /// An example of one file that cannot be written as text.
    pub const fn of_bytes(bytes: BadBytes) -> Self {
        Self { files: &[], also: &[], bytes: Some(bytes), alone: false }
    }

    /// Names other rules that the fault brings with it.
    #[must_use]
    pub const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// Has nothing added.
    #[must_use]
    pub const fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// The files as the checker takes them: without marks, and with what is added.
    pub fn atlas_files(&self) -> Vec<AtlasFile> {
        let shown = self.files.iter().map(|(path, text)| (*path, unmarked(text).into_bytes()));
        let bytes = self.bytes.iter().map(|file| (file.path, (file.make)()));
        let mut files: Vec<_> = shown.chain(bytes).collect();
        let added = ADDED.iter().filter(|(path, _)| !self.alone && !self.files.iter().any(|(own, _)| own == path));
        files.extend(added.map(|(path, text)| (*path, text.as_bytes().to_vec())));
        files.into_iter().map(|(path, bytes)| AtlasFile { path: path.to_string(), bytes }).collect()
    }

    /// Checks the example, on the day of all examples.
    pub fn check(&self) -> Checked {
        check_on(&self.atlas_files(), Some(DAY))
    }

    /// What is marked, by file.
    pub fn marks(&self) -> Vec<(&'static str, Mark)> {
        let shown = self.files.iter().flat_map(|(path, text)| marks(text).into_iter().map(|mark| (*path, mark)));
        shown.chain(self.bytes.iter().map(|file| (file.path, file.mark))).collect()
    }
}

/// A text without its marks.
pub fn unmarked(text: &str) -> String {
    text.replace([OPEN, CLOSE], "")
}

/// The places that a text marks.
pub fn marks(text: &str) -> Vec<Mark> {
    let (mut line, mut column) = (1, 1);
    let mut open = None;
    let mut found = Vec::new();
    for sign in text.chars() {
        match sign {
            OPEN => open = Some((line, column)),
            CLOSE => found.extend(open.take().map(|(from, at)| Mark {
                line: from,
                column: at,
                end_line: line,
                end_column: column,
            })),
            '\n' => (line, column) = (line + 1, 1),
            _ => column += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_and_taken_out() {
        let text = "a: ⟦é⟧\nb: [⟦x⟧, ⟦yz⟧]\n";
        let mark = |line, column, end_column| Mark { line, column, end_line: line, end_column };
        assert_eq!(unmarked(text), "a: é\nb: [x, yz]\n");
        assert_eq!(marks(text), [mark(1, 4, 5), mark(2, 5, 6), mark(2, 8, 10)]);
    }
}
