//! Times in the words in which a map writes them, and lists in a sentence.

use chrono::NaiveDate;

use crate::model::{Anchor, TO_BE_CONFIRMED};
use crate::time::Duration;

/// "A, B and C", or with another word before the last.
pub fn listed(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A day in a sentence: `31 May 2027`.
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// A duration, or that it is not settled.
pub(crate) fn written(duration: Option<&Duration>) -> String {
    duration.map_or_else(|| TO_BE_CONFIRMED.to_string(), Duration::to_string)
}

impl Anchor {
    /// How long a time is that counts from here, as a map writes it: `72 hours of agree`.
    pub fn within(&self, length: Option<&Duration>) -> String {
        self.counted(length, "of")
    }

    /// To what time a wait holds the case, as a map writes it: `3 days after agree`, or the date of the record alone.
    pub fn until(&self, after: Option<&Duration>) -> String {
        match (after, self) {
            (None, Anchor::Field(field)) => field.clone(),
            _ => self.counted(after, "after"),
        }
    }

    fn counted(&self, length: Option<&Duration>, joint: &str) -> String {
        let length = written(length);
        match self {
            Anchor::Entering => length,
            Anchor::Step(name) | Anchor::Field(name) => format!("{length} {joint} {name}"),
        }
    }
}
