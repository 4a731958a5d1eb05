//! Tests of time: a file for each thing it does, and what they share.

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use super::{Anchor, Calendar, Due, Duration, TimeError};

mod calendar_days;
mod clock_changes;
mod extremes;
mod faults;
mod properties;
mod rules;
mod typed;

const LONDON: Tz = chrono_tz::Europe::London;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("an instant").to_utc()
}

/// A date, or an instant with its offset.
fn anchor(text: &str) -> Anchor {
    if text.contains('T') { Anchor::Instant(instant(text)) } else { Anchor::Date(date(text)) }
}

fn duration(text: &str) -> Duration {
    text.parse().expect("a duration")
}

fn due(text: &str, from: &str, zone: Tz) -> Result<Due, TimeError> {
    super::due(&duration(text), anchor(from), zone, &england_and_wales())
}

fn until(text: &str, from: &str, zone: Tz) -> Result<Due, TimeError> {
    super::until(&duration(text), anchor(from), zone, &england_and_wales())
}

/// The date and the instant of an answer, as text.
fn on_and_at(answer: &Due) -> (String, String) {
    (answer.due_on.to_string(), answer.due_at.format("%Y-%m-%dT%H:%MZ").to_string())
}

fn england_and_wales() -> Calendar {
    let holidays = HOLIDAYS.lines().filter_map(|line| line.trim().split_once(' '));
    Calendar {
        id: "england-and-wales".into(),
        title: "Bank holidays in England and Wales".into(),
        weekend: vec![Weekday::Sat, Weekday::Sun],
        first_year: 2022,
        last_year: 2027,
        holidays: holidays.map(|(day, name)| (date(day), name.to_owned())).collect(),
    }
}

const HOLIDAYS: &str = "
    2022-01-03 New Year's Day (substitute day)
    2022-04-15 Good Friday
    2022-04-18 Easter Monday
    2022-05-02 Early May bank holiday
    2022-06-02 Spring bank holiday
    2022-06-03 Platinum Jubilee bank holiday
    2022-08-29 Summer bank holiday
    2022-09-19 Bank Holiday for the State Funeral of Queen Elizabeth II
    2022-12-25 Christmas Day
    2022-12-26 Boxing Day
    2022-12-27 Christmas Day (substitute day)
    2023-01-02 New Year's Day (substitute day)
    2023-04-07 Good Friday
    2023-04-10 Easter Monday
    2023-05-01 Early May bank holiday
    2023-05-08 Bank holiday for the coronation of King Charles III
    2023-05-29 Spring bank holiday
    2023-08-28 Summer bank holiday
    2023-12-25 Christmas Day
    2023-12-26 Boxing Day
    2024-01-01 New Year's Day
    2024-03-29 Good Friday
    2024-04-01 Easter Monday
    2024-05-06 Early May bank holiday
    2024-05-27 Spring bank holiday
    2024-08-26 Summer bank holiday
    2024-12-25 Christmas Day
    2024-12-26 Boxing Day
    2025-01-01 New Year's Day
    2025-04-18 Good Friday
    2025-04-21 Easter Monday
    2025-05-05 Early May bank holiday
    2025-05-26 Spring bank holiday
    2025-08-25 Summer bank holiday
    2025-12-25 Christmas Day
    2025-12-26 Boxing Day
    2026-01-01 New Year's Day
    2026-04-03 Good Friday
    2026-04-06 Easter Monday
    2026-05-04 Early May bank holiday
    2026-05-25 Spring bank holiday
    2026-08-31 Summer bank holiday
    2026-12-25 Christmas Day
    2026-12-28 Boxing Day (substitute day)
    2027-01-01 New Year's Day
    2027-03-26 Good Friday
    2027-03-29 Easter Monday
    2027-05-03 Early May bank holiday
    2027-05-31 Spring bank holiday
    2027-08-30 Summer bank holiday
    2027-12-27 Christmas Day (substitute day)
    2027-12-28 Boxing Day (substitute day)
";
