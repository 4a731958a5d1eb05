//! `too-large`: a file, or the nesting in it, is larger than the language allows.

use crate::diagnostic::Severity;
use crate::rules::{BadBytes, Example, Family, Mark, Rule};
use crate::text::MAX_FILE_BYTES;

/// The rule.
pub static RULE: Rule = Rule {
    id: "too-large",
    family: Family::Text,
    severity: Severity::Error,
    about: "A file, or the nesting in it, is larger than the language allows.",
    why: "A file of this size is no map that anyone could read. Most likely something else was put into the folder, or a list was pasted in.",
    bad: Example::of_bytes(BadBytes {
        path: "transfer-out.yaml",
        about: "a file of more than 8 MiB",
        make: || vec![b'#'; MAX_FILE_BYTES + 1],
        mark: Mark { line: 1, column: 1, end_line: 1, end_column: 1 },
    }),
    good: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
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
