//! Reading a duration, a word at a time, so that a fault sits on the very word.

use std::collections::BTreeMap;
use std::ops::Range;

use super::duration::{Family, Unit};
use super::shown;

/// What is wrong with a duration, where, and what to write instead.
#[derive(Clone, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[error("{message}: {help}")]
pub struct DurationFault {
    /// The bytes of the faulty word within the text; empty, at the start, when nothing was written.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

const HELP: &str = "write a whole number and a unit, as in `72 hours`";
const UNITS: &str = "the units are minutes, hours, days, working days, weeks, months and years";
const MIXING: &str = "years, months, weeks and days go together, and so do hours and minutes; working days stand alone";

/// 100 years of 365.25 days, in minutes.
const MOST_MINUTES: u64 = 100 * 525_960;

/// What people write for a unit, in lower case, where the spelling alone would not lead to it.
const ABBREVIATIONS: [(Unit, &[&str]); 7] = [
    (Unit::Minutes, &["min", "mins"]),
    (Unit::Hours, &["h", "hr", "hrs"]),
    (Unit::Days, &["d"]),
    (
        Unit::WorkingDays,
        &[
            "working-day",
            "working-days",
            "working_days",
            "workingdays",
            "workday",
            "workdays",
            "weekday",
            "weekdays",
            "business",
            "work",
        ],
    ),
    (Unit::Weeks, &["w", "wk", "wks"]),
    (Unit::Months, &["mo", "mth", "mths"]),
    (Unit::Years, &["y", "yr", "yrs"]),
];

/// A word and the bytes it takes up.
struct Word<'a> {
    range: Range<usize>,
    text: &'a str,
}

impl Word<'_> {
    fn is_number(&self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_digit())
    }

    fn fault(&self, message: impl FnOnce(String) -> String, help: impl Into<String>) -> DurationFault {
        DurationFault {
            range: self.range.clone(),
            message: message(format!("`{}`", shown(self.text))),
            help: help.into(),
        }
    }
}

/// Reads a whole duration.
pub(super) fn duration(text: &str) -> Result<(Family, BTreeMap<Unit, u32>), DurationFault> {
    let mut words = words(text);
    let mut amounts = BTreeMap::new();
    let mut first: Option<Unit> = None;
    let mut minutes = 0;
    while let Some(number) = words.next() {
        let amount = whole_number(&number)?;
        let (word, unit) = unit(&number, amount, &mut words)?;
        let first = *first.get_or_insert(unit);
        if first.family() != unit.family() {
            let (this, that) = (unit.name(2), first.name(2));
            return Err(word.fault(|_| format!("`{this}` cannot be added to `{that}`"), MIXING));
        }
        if amounts.insert(unit, amount).is_some() {
            return Err(
                word.fault(|word| format!("{word} is written twice"), "add the two numbers and write the unit once")
            );
        }
        minutes += u64::from(amount) * minutes_in(unit);
        if minutes > MOST_MINUTES {
            return Err(too_long(&number));
        }
    }
    let Some(unit) = first else {
        return Err(DurationFault { range: 0..0, message: "the duration is empty".into(), help: HELP.into() });
    };
    Ok((unit.family(), amounts))
}

/// The words of the text, whatever white space lies between.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + (rest.len() - rest.trim_start().len());
        let word = rest.split_whitespace().next()?;
        at = start + word.len();
        Some(Word { range: start..at, text: word })
    })
}

fn whole_number(word: &Word<'_>) -> Result<u32, DurationFault> {
    if word.is_number() {
        let digits = word.text.trim_start_matches('0');
        return match digits.len() {
            0 => Err(word.fault(|word| format!("{word} is no time at all"), "write a whole number from 1")),
            1..=8 => digits.parse().map_err(|_| too_long(word)),
            _ => Err(too_long(word)),
        };
    }
    let letters = word.text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = word.text.strip_suffix(letters).unwrap_or_default();
    Err(if !digits.is_empty() && letters.starts_with(|c: char| c.is_alphabetic()) {
        let help = match named(letters) {
            Some(unit) => format!("write `{} {}`", shown(digits), unit.name(2)),
            None => HELP.into(),
        };
        word.fault(|word| format!("{word} has no space between the number and the unit"), help)
    } else if named(word.text).is_some() || word.text == "working" {
        word.fault(|word| format!("{word} has no number before it"), HELP)
    } else if word.text.starts_with(['-', '\u{2212}']) {
        word.fault(|word| format!("{word} is negative"), HELP)
    } else {
        word.fault(|word| format!("{word} is not a whole number"), HELP)
    })
}

/// The unit after a number, with the word to blame if it does not fit.
fn unit<'a>(
    number: &Word<'a>,
    amount: u32,
    words: &mut impl Iterator<Item = Word<'a>>,
) -> Result<(Word<'a>, Unit), DurationFault> {
    let Some(word) = words.next().filter(|word| !word.is_number()) else {
        return Err(number.fault(|word| format!("{word} has no unit"), HELP));
    };
    if word.text != "working" {
        return match named(word.text) {
            Some(unit) => Ok((word, unit)),
            None => Err(unknown(&word, amount)),
        };
    }
    let working = Unit::WorkingDays;
    let help = format!("write `{amount} {}`", working.name(amount));
    let Some(days) = words.next() else {
        return Err(word.fault(|word| format!("{word} has no `days` after it"), help));
    };
    if named(days.text) != Some(Unit::Days) {
        return Err(days.fault(|word| format!("{word} cannot follow `working`"), help));
    }
    let text = "working days";
    Ok((Word { range: word.range.start..days.range.end, text }, working))
}

/// The unit of one word that has this name, singular or plural.
fn named(word: &str) -> Option<Unit> {
    Unit::ALL.into_iter().find(|unit| word == unit.name(1) || word == unit.name(2))
}

fn unknown(word: &Word<'_>, amount: u32) -> DurationFault {
    let help = match likeliest(word.text) {
        Some(unit) => format!("did you mean `{}`?", unit.name(amount)),
        None => UNITS.into(),
    };
    word.fault(|word| format!("{word} is not a unit"), help)
}

/// The unit that a word which is none was meant for.
fn likeliest(word: &str) -> Option<Unit> {
    const LONGEST: usize = 16;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    if let Some((unit, _)) = ABBREVIATIONS.iter().find(|(_, ways)| ways.contains(&word.as_str())) {
        return Some(*unit);
    }
    let far = |unit: Unit| strsim::osa_distance(&word, unit.name(1)).min(strsim::osa_distance(&word, unit.name(2)));
    let working = strsim::osa_distance(&word, "working");
    Unit::ALL
        .into_iter()
        .map(|unit| (if unit == Unit::WorkingDays { working.min(far(unit)) } else { far(unit) }, unit))
        .filter(|(distance, unit)| *distance <= 2 && distance * 2 < unit.name(2).len().min(word.len()))
        .min()
        .map(|(_, unit)| unit)
}

/// Roughly how long a unit is, to tell a slip of the pen from a time somebody means.
fn minutes_in(unit: Unit) -> u64 {
    match unit {
        Unit::Minutes => 1,
        Unit::Hours => 60,
        Unit::Days => 1_440,
        Unit::WorkingDays => 2_016,
        Unit::Weeks => 10_080,
        Unit::Months => 43_830,
        Unit::Years => 525_960,
    }
}

fn too_long(number: &Word<'_>) -> DurationFault {
    let message = |word| format!("{word} makes the duration longer than 100 years");
    number.fault(message, "write 100 years or less")
}
