//! `not-utf-8`: the file is not saved as UTF-8.

use crate::diagnostic::Severity;
use crate::rules::{BadBytes, Example, Family, Mark, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not-utf-8",
    family: Family::Text,
    severity: Severity::Error,
    about: "The file is not saved in the encoding UTF-8.",
    why: "A file in another encoding shows wrong letters in names, or cannot be read at all.",
    bad: Example::of_bytes(BadBytes {
        path: "transfer-out.yaml",
        about: "a map saved in the encoding Windows-1252, in which the `é` of `René` is no character of UTF-8",
        make: || b"# Drawn by Ren\xe9\nmap: transfer-out\n".to_vec(),
        mark: Mark { line: 1, column: 15, end_line: 1, end_column: 16 },
    }),
    good: Example::of(&[(
        "transfer-out.yaml",
        r"# Drawn by René
map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};
