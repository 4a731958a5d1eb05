//! Time: durations, working days, and the one instant from which a deadline is late.
//!
//! Nothing here reads a clock. Minutes and hours are elapsed time and are added in UTC; days, weeks, months and
//! years are added to the local date of the anchor; working days are walked one by one on a [`Calendar`], which
//! refuses a date outside the years it covers.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let calendar = mapcase_map::time::Calendar {
//! #     id: "none".into(), title: "No holidays".into(), weekend: vec![],
//! #     first_year: 2022, last_year: 2022, holidays: Default::default(),
//! # };
//! use mapcase_map::time::{Anchor, due, parse_when};
//!
//! let zone = chrono_tz::Europe::London;
//! let sent = parse_when("2022-10-14 10:00", zone)?;
//! let answer = due(&"2 weeks".parse()?, Anchor::Instant(sent), zone, &calendar)?;
//! assert_eq!(answer.due_on.to_string(), "2022-10-28");
//! assert_eq!(answer.due_at.to_rfc3339(), "2022-10-28T23:00:00+00:00");
//! # Ok(()) }
//! ```

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

mod calendar;
mod due;
mod duration;
mod read;
mod when;
mod zone;

#[cfg(test)]
mod tests;

pub use calendar::{Calendar, Why};
pub use due::{due, until};
pub use duration::{Duration, Family, Unit};
pub use read::DurationFault;
pub use when::{WhenError, parse_when};
pub use zone::{local, local_date, start_of_day};
pub(crate) use zone::{local_time, reached};

/// Where a deadline or a wait counts from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Anchor {
    /// A moment: a step was entered or done.
    Instant(DateTime<Utc>),
    /// A date in the record, as a local date. Hours and minutes count from the first instant of that local day.
    Date(NaiveDate),
}

/// A day passed over in counting working days, and why.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Skipped {
    /// The day.
    pub date: NaiveDate,
    /// `Saturday`, `Sunday` or the holiday's name.
    pub why: String,
}

/// When something is due, or when a wait ends, with the reason.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Due {
    /// Of a deadline, the first instant that is late. Of a wait, the instant at which it ends.
    pub due_at: DateTime<Utc>,
    /// Of a deadline, the last local day on which it is not late (for hours and minutes, the local date of
    /// `due_at`). Of a wait, the local date on which it ends.
    pub due_on: NaiveDate,
    /// Each day that was not a working day, in order; empty for every other unit.
    pub skipped: Vec<Skipped>,
}

/// Why a time could not be worked out, and what to do.
#[derive(Clone, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum TimeError {
    /// A date that the calendar has no holidays for.
    #[error(
        "{date} is outside the calendar `{calendar}`, which covers {first_year} to {last_year}: add that year's holidays to it"
    )]
    OutsideCalendar {
        /// The calendar's id.
        calendar: String,
        /// The date that was looked at.
        date: NaiveDate,
        /// The first year the calendar covers.
        first_year: i32,
        /// The last year the calendar covers.
        last_year: i32,
    },
    /// A calendar whose weekend is the whole week.
    #[error("the calendar `{calendar}` has no working days: take a day out of its weekend")]
    NoWorkingDays {
        /// The calendar's id.
        calendar: String,
    },
    /// A date that a zone skipped whole, as Samoa did 30 December 2011.
    #[error("there was no {date} in {zone}, whose clocks skipped that day: use the day before or after")]
    NoSuchDate {
        /// The date.
        date: NaiveDate,
        /// The zone's name.
        zone: String,
    },
    /// Beyond the dates that can be reckoned with at all.
    #[error("the date is too far away to reckon with: use one nearer to the present")]
    OutOfRange,
}

/// What somebody wrote, fit to be quoted in a message: cut short, without control characters.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let mut shown: String =
        text.chars().take(MOST).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}
