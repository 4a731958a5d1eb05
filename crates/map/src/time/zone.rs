//! Local days: which instants a zone gives a date, and how an instant reads there.
//!
//! chrono's own local time panics at the ends of its range, so the offset is added here, checked.
//! chrono-tz knows the clock changes to the end of 2099: after that a summer's midnight is an hour out.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

use super::TimeError;

/// The first instant of that local day.
///
/// Where the clocks skip midnight the day begins late; where midnight comes twice it begins at the first.
///
/// # Errors
///
/// [`TimeError::NoSuchDate`] for a day that the zone skipped whole.
pub fn start_of_day(date: NaiveDate, zone: Tz) -> Result<DateTime<Utc>, TimeError> {
    let start = reached(date, zone)?;
    if local_date(start, zone)? == date {
        Ok(start)
    } else {
        Err(TimeError::NoSuchDate { date, zone: zone.name().to_owned() })
    }
}

/// The first instant whose local date is this or, where the zone skipped it, a later one.
pub(crate) fn reached(date: NaiveDate, zone: Tz) -> Result<DateTime<Utc>, TimeError> {
    let midnight = date.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.with_timezone(&Utc)),
        LocalResult::None => GapInfo::new(&midnight, &zone)
            .and_then(|gap| gap.end)
            .map(|end| end.with_timezone(&Utc))
            .ok_or(TimeError::OutOfRange),
    }
}

/// The local date of an instant.
///
/// # Errors
///
/// [`TimeError::OutOfRange`] within a day of the ends of chrono's range.
pub fn local_date(at: DateTime<Utc>, zone: Tz) -> Result<NaiveDate, TimeError> {
    Ok(local_time(at, zone).ok_or(TimeError::OutOfRange)?.date())
}

/// An instant as people there read it: `2022-10-29 00:00 BST`.
pub fn local(at: DateTime<Utc>, zone: Tz) -> String {
    match local_time(at, zone) {
        Some(time) => format!("{} {}", time.format("%Y-%m-%d %H:%M"), zone.offset_from_utc_datetime(&at.naive_utc())),
        None => at.format("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

/// The local clock at an instant.
pub(crate) fn local_time(at: DateTime<Utc>, zone: Tz) -> Option<NaiveDateTime> {
    let utc = at.naive_utc();
    utc.checked_add_offset(zone.offset_from_utc_datetime(&utc).fix())
}
