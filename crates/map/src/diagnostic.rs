//! Findings: the narrow waist between the rules and whatever shows them.

use crate::fix::{self, Fix};
use crate::text::Place;
use crate::unseen::is_unseen;

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
    /// What `check --fix` changes, where one change is sure to be meant.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Offers a fix, where there is one.
    #[must_use]
    pub fn fixed_by(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Adds a place that explains the first.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: shown(message) });
        self
    }

    /// Says which of `known` was probably meant by `word`, in the help line and as the suggestion; where nothing else can
    /// have been meant, as a fix too.
    #[must_use]
    pub fn suggest<'a>(mut self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let near = near(word, known);
        if let Some((_, best)) = near.iter().min().filter(|(_, best)| shown(*best) == *best) {
            self.help = format!("did you mean `{best}`?");
            self.suggestion = Some((*best).to_string());
            self.fix = certain(word, &near).and_then(|best| fix::misspelt(&self.place, word, best));
        }
        self
    }
}

/// The shortest word that may have a letter wrong and still be sure to be another, in characters.
const SHORTEST_SURE: usize = 5;
/// From how many characters on two letters may be wrong.
const LONG_WORD: usize = 9;

/// The one of the `near` words that `word` is sure to stand for: only letters' case or what joins the parts differs, or
/// one slip of the finger (in a long word two) with no other word near it. Figures are never taken for slips.
fn certain<'a>(word: &str, near: &[(Distance, &'a str)]) -> Option<&'a str> {
    let mut near = near.to_vec();
    near.sort_unstable();
    let ((_, apart), best) = *near.first()?;
    let length = word.chars().count().max(best.chars().count());
    let slips = if length >= LONG_WORD { 2 } else { 1 };
    let figures = |word: &str| word.chars().filter(char::is_ascii_digit).collect::<String>();
    let alone = near.get(1).is_none_or(|((_, other), _)| *other > apart + 1);
    let small = apart == 0 || (apart <= slips && length >= SHORTEST_SURE);
    (small && alone && figures(word) == figures(best)).then_some(best)
}

/// The longest word for which a misspelling is looked for, in bytes.
const LONGEST_WORD: usize = 64;

/// The known word that a misspelt one was probably meant to be.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, known).into_iter().min().map(|(_, candidate)| candidate)
}

/// The known word that a misspelt one was meant to be, where no other is as near.
pub fn surely<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut near = near(word, known);
    near.sort_unstable();
    match near[..] {
        [(first, _), (second, _), ..] if first == second => None,
        [(_, candidate), ..] => Some(candidate),
        [] => None,
    }
}

/// How far two words are apart, and how far without what joins their parts.
type Distance = (usize, usize);

/// The known words that are near enough to be meant.
fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<(Distance, &'a str)> {
    if word.len() > LONGEST_WORD {
        return Vec::new();
    }
    let plain = |word: &str| word.to_lowercase().replace('_', "-");
    let bare = |word: &str| word.to_lowercase().replace(['_', '-', ' '], "");
    let (lower, stripped, length) = (plain(word), bare(word), word.chars().count());
    let candidates = known.into_iter().filter(|candidate| candidate.len() <= LONGEST_WORD);
    let near = candidates.filter_map(|candidate| {
        let other = candidate.chars().count();
        let most = (length.max(other) / 3).max(1);
        if length.abs_diff(other) > most {
            return None;
        }
        let distance = strsim::osa_distance(&lower, &plain(candidate));
        let apart = || (distance, strsim::osa_distance(&stripped, &bare(candidate)));
        (distance <= most && distance < other).then(|| (apart(), candidate))
    });
    near.collect()
}

/// The longest message or help line, in characters.
const LONGEST_LINE: usize = 600;

/// A line of a finding as it may be shown: what the author of a file wrote in it can neither move a terminal's cursor,
/// nor turn the writing round, nor go on for ever.
pub fn shown(text: impl Into<String>) -> String {
    let text = text.into();
    if text.len() <= LONGEST_LINE && !text.contains(is_unseen) {
        return text;
    }
    let mut line: String = text
        .chars()
        .take(LONGEST_LINE)
        .map(|sign| if is_unseen(sign) { char::REPLACEMENT_CHARACTER } else { sign })
        .collect();
    if text.chars().nth(LONGEST_LINE).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{nearest, shown, surely};

    #[test]
    fn a_slip_of_the_finger_is_found_and_another_word_is_not() {
        let known = ["send-letter", "first-response", "six-month-point"];
        assert_eq!(nearest("send-lettr", known), Some("send-letter"));
        assert_eq!(nearest("First_Response", known), Some("first-response"));
        assert_eq!(nearest("escalate", known), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("handledoutside", ["handle-outside", "handled-outside"]), Some("handled-outside"));
    }

    #[test]
    fn between_two_words_that_are_as_near_nothing_is_sure() {
        assert_eq!(surely("lettr", ["letter", "send"]), Some("letter"));
        assert_eq!(surely("letter-3", ["letter-1", "letter-2"]), None);
    }

    #[test]
    fn what_a_file_says_cannot_play_with_the_terminal() {
        assert_eq!(shown("no `a\u{1b}[2J`\nthere \u{202e}x"), "no `a\u{fffd}[2J`\u{fffd}there \u{fffd}x");
        assert_eq!(shown("é".repeat(1000)).chars().count(), 601);
        assert_eq!(shown("Größe → ok"), "Größe → ok");
    }
}
