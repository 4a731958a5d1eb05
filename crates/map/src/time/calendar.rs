//! A calendar: which days are not working days, as data, for the years it covers and no others.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::TimeError;

/// The weekend and the holidays of a place. A rule would miss the holidays that are proclaimed (2020, 2022, 2023),
/// so each is listed, and a date outside the covered years is an error, never a guess.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Calendar {
    /// Its name in the atlas, such as `england-and-wales`.
    pub id: String,
    /// Its title for people.
    pub title: String,
    /// The days of every week that are not working days.
    pub weekend: Vec<Weekday>,
    /// The first year whose holidays are all listed.
    pub first_year: i32,
    /// The last year whose holidays are all listed.
    pub last_year: i32,
    /// Each holiday's name.
    pub holidays: BTreeMap<NaiveDate, String>,
}

/// Why a day is not a working day.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Why {
    /// It is a day of the weekend, holiday or not.
    Weekend(Weekday),
    /// It is the holiday of this name.
    Holiday(String),
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Why::Weekend(Weekday::Mon) => "Monday",
            Why::Weekend(Weekday::Tue) => "Tuesday",
            Why::Weekend(Weekday::Wed) => "Wednesday",
            Why::Weekend(Weekday::Thu) => "Thursday",
            Why::Weekend(Weekday::Fri) => "Friday",
            Why::Weekend(Weekday::Sat) => "Saturday",
            Why::Weekend(Weekday::Sun) => "Sunday",
            Why::Holiday(name) => name,
        })
    }
}

impl Calendar {
    /// Whether the calendar knows this date's holidays.
    pub fn covers(&self, date: NaiveDate) -> bool {
        (self.first_year..=self.last_year).contains(&date.year())
    }

    /// Why this date is not a working day, or `None` if it is one.
    ///
    /// # Errors
    ///
    /// [`TimeError::OutsideCalendar`] if the calendar does not cover the date.
    pub fn skipped(&self, date: NaiveDate) -> Result<Option<Why>, TimeError> {
        if !self.covers(date) {
            return Err(TimeError::OutsideCalendar {
                calendar: self.id.clone(),
                date,
                first_year: self.first_year,
                last_year: self.last_year,
            });
        }
        if self.weekend.contains(&date.weekday()) {
            return Ok(Some(Why::Weekend(date.weekday())));
        }
        Ok(self.holidays.get(&date).cloned().map(Why::Holiday))
    }

    /// Whether any day of the week is a working day.
    pub(super) fn has_working_days(&self) -> bool {
        let mut day = Weekday::Mon;
        for _ in 0..7 {
            if !self.weekend.contains(&day) {
                return true;
            }
            day = day.succ();
        }
        false
    }
}
