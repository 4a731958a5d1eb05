//! When a deadline is late and when a wait ends.

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::zone::{local_date, reached, start_of_day};
use super::{Anchor, Calendar, Due, Duration, Family, Skipped, TimeError, Unit};

/// When a deadline of this duration is due.
///
/// Hours and minutes run out that many elapsed hours later. A deadline in days of any kind runs to the end of its
/// last local day: it is late from the first instant of the next.
///
/// # Errors
///
/// [`TimeError::OutsideCalendar`] if working days run beyond what the calendar covers; [`TimeError::NoWorkingDays`];
/// [`TimeError::NoSuchDate`] for hours from a date that the zone skipped; [`TimeError::OutOfRange`].
pub fn due(duration: &Duration, from: Anchor, zone: Tz, calendar: &Calendar) -> Result<Due, TimeError> {
    let Some((due_on, skipped)) = last_day(duration, from, zone, calendar)? else {
        return elapsed(duration, from, zone);
    };
    let next = due_on.succ_opt().ok_or(TimeError::OutOfRange)?;
    Ok(Due { due_at: reached(next, zone)?, due_on, skipped })
}

/// When a wait of this duration ends.
///
/// Hours and minutes end that many elapsed hours later. Days of any kind end at the first instant of the local day
/// they come to; if the zone skipped that day, of the next one there was.
///
/// # Errors
///
/// As for [`due()`].
pub fn until(duration: &Duration, from: Anchor, zone: Tz, calendar: &Calendar) -> Result<Due, TimeError> {
    let Some((day, skipped)) = last_day(duration, from, zone, calendar)? else {
        return elapsed(duration, from, zone);
    };
    let due_at = reached(day, zone)?;
    Ok(Due { due_at, due_on: local_date(due_at, zone)?, skipped })
}

/// Elapsed time, added in UTC.
fn elapsed(duration: &Duration, from: Anchor, zone: Tz) -> Result<Due, TimeError> {
    let start: DateTime<Utc> = match from {
        Anchor::Instant(at) => at,
        Anchor::Date(date) => start_of_day(date, zone)?,
    };
    let due_at = TimeDelta::try_minutes(duration.minutes())
        .and_then(|minutes| start.checked_add_signed(minutes))
        .ok_or(TimeError::OutOfRange)?;
    Ok(Due { due_at, due_on: local_date(due_at, zone)?, skipped: Vec::new() })
}

/// The local date that a duration in days comes to, with the days skipped on the way; `None` for elapsed time.
fn last_day(
    duration: &Duration,
    from: Anchor,
    zone: Tz,
    calendar: &Calendar,
) -> Result<Option<(NaiveDate, Vec<Skipped>)>, TimeError> {
    let day_0 = || match from {
        Anchor::Instant(at) => local_date(at, zone),
        Anchor::Date(date) => Ok(date),
    };
    match duration.family() {
        Family::Elapsed => Ok(None),
        Family::Calendar => Ok(Some((add_dates(duration, day_0()?)?, Vec::new()))),
        Family::Working => walk(duration.amount(Unit::WorkingDays), day_0()?, calendar).map(Some),
    }
}

/// Years and months together first, from the date itself and clamped to the month's end; then weeks and days.
fn add_dates(duration: &Duration, day_0: NaiveDate) -> Result<NaiveDate, TimeError> {
    day_0
        .checked_add_months(Months::new(duration.months()))
        .and_then(|date| date.checked_add_days(Days::new(u64::from(duration.days()))))
        .ok_or(TimeError::OutOfRange)
}

/// The N-th working day after a date, and every other day passed over.
fn walk(count: u32, day_0: NaiveDate, calendar: &Calendar) -> Result<(NaiveDate, Vec<Skipped>), TimeError> {
    if !calendar.has_working_days() {
        return Err(TimeError::NoWorkingDays { calendar: calendar.id.clone() });
    }
    let mut date = day_0;
    let mut skipped = Vec::new();
    let mut left = count;
    while left > 0 {
        date = date.succ_opt().ok_or(TimeError::OutOfRange)?;
        match calendar.skipped(date)? {
            Some(why) => skipped.push(Skipped { date, why: why.to_string() }),
            None => left -= 1,
        }
    }
    Ok((date, skipped))
}
