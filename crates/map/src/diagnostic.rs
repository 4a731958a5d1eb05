//! Findings: the narrow waist between the rules and whatever shows them.

use crate::text::Place;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The map cannot run.
    Error,
    /// The map runs, but probably not as meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word in reports: `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A second place that explains the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What stands there.
    pub message: String,
}

/// One finding of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's id, which names the fault.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// The very word.
    pub place: Place,
    /// What to do.
    pub help: String,
    /// The word to write instead, where the finding is about a misspelt name.
    pub suggestion: Option<String>,
    /// Places that explain this one.
    pub related: Vec<Related>,
}

impl Diagnostic {
    /// Adds a place that explains the first.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }

    /// Says which of `known` was probably meant by `word`, in the help line and as the suggestion.
    #[must_use]
    pub fn suggest<'a>(mut self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        if let Some(best) = nearest(word, known) {
            self.help = format!("did you mean `{best}`?");
            self.suggestion = Some(best.to_string());
        }
        self
    }
}

/// The known word that a misspelt one was probably meant to be.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase().replace('_', "-");
    known
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase().replace('_', "-");
            (strsim::damerau_levenshtein(&lower, &other), candidate)
        })
        .filter(|(distance, candidate)| *distance <= (word.chars().count().max(candidate.chars().count()) / 3).max(1))
        .filter(|(distance, candidate)| *distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_found_and_another_word_is_not() {
        let known = ["send-letter", "first-response", "six-month-point"];
        assert_eq!(nearest("send-lettr", known), Some("send-letter"));
        assert_eq!(nearest("First_Response", known), Some("first-response"));
        assert_eq!(nearest("escalate", known), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
