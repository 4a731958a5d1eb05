//! Text: files as they were read, and the tree of one YAML file with the place of every word.

mod parse;
mod source;
mod syntax;
mod tree;

pub use parse::parse;
pub use source::{Place, Source, Span};
pub(crate) use tree::is_word;
pub use tree::{Entry, Kind, Node, Step as PathStep};

/// The largest file that is read, in bytes. A 10,000-step map is about 2 MB.
pub const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;
/// How deep lists and maps may be nested. The deepest place of the language is 5.
pub const MAX_DEPTH: usize = 32;
/// The longest list or group, in entries. The longest map of `processes` has 35 steps.
pub const MAX_ENTRIES: usize = 20_000;
/// How many faults of its YAML a file may have before the rest of it is not read.
pub const MAX_FAULTS: usize = 1_000;
