//! Reporting a word of one file that is no map's: of a story, a report of a control, the risk rule.

use crate::diagnostic::Diagnostic;
use crate::read::Word;
use crate::rules::{self, Rule};
use crate::text::Source;

/// Where the words stand, and where what is found goes.
pub(super) struct Reporter<'l> {
    pub(super) source: &'l Source,
    pub(super) out: &'l mut Vec<Diagnostic>,
}

impl Reporter<'_> {
    /// `known` are the names that may have been meant.
    pub(super) fn report<'k>(
        &mut self,
        rule: &'static Rule,
        word: &Word,
        message: String,
        help: impl Into<String>,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let finding = rules::finding(rule, self.source.place(word.span), message, help);
        rules::misspelt(self.out, finding, &word.text, known);
    }
}
