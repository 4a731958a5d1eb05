//! What each fuzz target does with its bytes. A target panics where the program would break a promise: that any input gives an
//! answer or an error, that what is written is well formed, that what is damaged is never served as truth. Plain `cargo test`
//! runs the same functions on the inputs in `found/` (tests/tests/hostile.rs).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a target stops at a fault")]
#![allow(clippy::disallowed_methods, reason = "targets write the files that they are about")]

pub mod casebook;
pub mod files;
pub mod lines;
pub mod record;
pub mod scene;
pub mod worded;

pub use casebook::{casebook_cell, casebook_file};
pub use files::{atlas_text, calendar, controls, map_edits, map_text, patterns, scenarios, times};
pub use lines::batch_lines;
pub use record::record;
pub use worded::worded;

/// A target: its name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 13] = [
    ("map_text", map_text),
    ("map_edits", map_edits),
    ("atlas_text", atlas_text),
    ("scenarios", scenarios),
    ("calendar", calendar),
    ("controls", controls),
    ("casebook_cell", casebook_cell),
    ("casebook_file", casebook_file),
    ("batch_lines", batch_lines),
    ("record", record),
    ("times", times),
    ("patterns", patterns),
    ("worded", worded),
];

/// Bytes that are taken off one after the other; nothing is left where they are used up.
pub struct Bytes<'b>(pub &'b [u8]);

impl<'b> Bytes<'b> {
    /// The next byte, or 0.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (usize::from(self.byte()) << 8 | usize::from(self.byte())) % end.max(1)
    }

    /// The next line, which ends at a byte 10.
    pub fn line(&mut self) -> &'b [u8] {
        let end = self.0.iter().position(|byte| *byte == b'\n').unwrap_or(self.0.len());
        let line = &self.0[..end];
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        line
    }

    /// The next line as text; what is no UTF-8 is replaced.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.line()).into_owned()
    }
}
