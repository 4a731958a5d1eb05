//! A duration: whole numbers and units, kept in the units it was written in.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::read::{self, DurationFault};

/// A unit of time, smallest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Unit {
    /// Elapsed minutes.
    Minutes,
    /// Elapsed hours.
    Hours,
    /// Local days.
    Days,
    /// Days that the calendar calls working days.
    WorkingDays,
    /// Seven local days.
    Weeks,
    /// Calendar months, clamped to the month's end.
    Months,
    /// Twelve months.
    Years,
}

impl Unit {
    /// Every unit, smallest first.
    pub const ALL: [Unit; 7] =
        [Unit::Minutes, Unit::Hours, Unit::Days, Unit::WorkingDays, Unit::Weeks, Unit::Months, Unit::Years];

    /// How the unit counts.
    pub fn family(self) -> Family {
        match self {
            Unit::Minutes | Unit::Hours => Family::Elapsed,
            Unit::Days | Unit::Weeks | Unit::Months | Unit::Years => Family::Calendar,
            Unit::WorkingDays => Family::Working,
        }
    }

    /// The unit's name after this many: `day` after 1, `days` after any other.
    pub fn name(self, amount: u32) -> &'static str {
        let (one, many) = match self {
            Unit::Minutes => ("minute", "minutes"),
            Unit::Hours => ("hour", "hours"),
            Unit::Days => ("day", "days"),
            Unit::WorkingDays => ("working day", "working days"),
            Unit::Weeks => ("week", "weeks"),
            Unit::Months => ("month", "months"),
            Unit::Years => ("year", "years"),
        };
        if amount == 1 { one } else { many }
    }
}

/// How a duration counts; the units of one duration are all of one family.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// Hours and minutes: elapsed time, across clock changes and weekends.
    Elapsed,
    /// Years, months, weeks and days: local dates.
    Calendar,
    /// Working days: local dates that the calendar does not skip.
    Working,
}

/// Whole numbers and units, each unit at most once, all of one [`Family`], more than nothing and at most 100 years.
///
/// It keeps the units it was written in: `1 week` and `7 days` come to the same date and are not equal.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duration {
    family: Family,
    amounts: BTreeMap<Unit, u32>,
}

impl Duration {
    /// Reads a duration such as `72 hours`, `17 years 6 months` or `45 working days`.
    ///
    /// # Errors
    ///
    /// The first word that is wrong, with its place in `text`.
    pub fn parse(text: &str) -> Result<Duration, DurationFault> {
        let (family, amounts) = read::duration(text)?;
        Ok(Duration { family, amounts })
    }

    /// How it counts.
    pub fn family(&self) -> Family {
        self.family
    }

    /// How many of this unit, none being 0.
    pub fn amount(&self, unit: Unit) -> u32 {
        self.amounts.get(&unit).copied().unwrap_or(0)
    }

    /// Its hours and minutes in minutes.
    pub(crate) fn minutes(&self) -> i64 {
        i64::from(self.amount(Unit::Hours)) * 60 + i64::from(self.amount(Unit::Minutes))
    }

    /// Its years and months in months. No duration is longer than 100 years.
    pub(crate) fn months(&self) -> u32 {
        self.amount(Unit::Years).saturating_mul(12).saturating_add(self.amount(Unit::Months))
    }

    /// Its weeks and days in days.
    pub(crate) fn days(&self) -> u32 {
        self.amount(Unit::Weeks).saturating_mul(7).saturating_add(self.amount(Unit::Days))
    }

    /// Each number with its unit, the largest unit first; no number is 0.
    pub fn parts(&self) -> impl Iterator<Item = (u32, Unit)> + '_ {
        self.amounts.iter().rev().map(|(unit, amount)| (*amount, *unit))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.parts().map(|(amount, unit)| format!("{amount} {}", unit.name(amount))).collect();
        out.pad(&words.join(" "))
    }
}

impl FromStr for Duration {
    type Err = DurationFault;

    fn from_str(text: &str) -> Result<Self, DurationFault> {
        Duration::parse(text)
    }
}

impl TryFrom<String> for Duration {
    type Error = DurationFault;

    fn try_from(text: String) -> Result<Self, DurationFault> {
        Duration::parse(&text)
    }
}

impl From<Duration> for String {
    fn from(duration: Duration) -> String {
        duration.to_string()
    }
}
