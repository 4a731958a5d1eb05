//! The simulated clock of a story.

use chrono::{DateTime, LocalResult, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use mapcase_map::time::{self, Anchor, Calendar, Duration, Family, TimeError};

/// The time when the clock has run for a duration: after hours and minutes that much later, after days of any kind on the
/// day to which they come, at the same time of day.
///
/// # Errors
///
/// The calendar does not cover that time, or it is too far away.
pub fn later(
    duration: &Duration,
    now: DateTime<Utc>,
    zone: Tz,
    calendar: &Calendar,
) -> Result<DateTime<Utc>, TimeError> {
    let until = time::until(duration, Anchor::Instant(now), zone, calendar)?;
    if duration.family() == Family::Elapsed {
        return Ok(until.due_at);
    }
    let local = until.due_on.and_time(now.with_timezone(&zone).time());
    Ok(match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        // On the night on which the clocks skip this time, an hour later.
        LocalResult::None => match zone.from_local_datetime(&(local + TimeDelta::hours(1))) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
            LocalResult::None => until.due_at,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mapcase_map::time::parse_when;

    #[test]
    fn days_keep_the_time_of_day_and_hours_are_elapsed() {
        let zone = chrono_tz::Europe::London;
        let calendar = Calendar {
            id: "none".to_string(),
            title: "No holidays".to_string(),
            weekend: vec![chrono::Weekday::Sat, chrono::Weekday::Sun],
            first_year: 2022,
            last_year: 2023,
            holidays: std::collections::BTreeMap::new(),
        };
        // The clocks go back on 30 October 2022 and forward on 26 March 2023.
        for (from, wait, to) in [
            ("2022-10-28 09:00", "3 days", "2022-10-31 09:00"),
            ("2022-10-28 09:00", "72 hours", "2022-10-31 08:00"),
            ("2022-10-28 09:00", "1 working day", "2022-10-31 09:00"),
            ("2023-03-25 01:30", "1 day", "2023-03-26 02:30"),
            ("2022-10-14 10:00", "2 weeks 1 day", "2022-10-29 10:00"),
        ] {
            let now = parse_when(from, zone).unwrap();
            let came = later(&wait.parse().unwrap(), now, zone, &calendar).unwrap();
            assert_eq!(came, parse_when(to, zone).unwrap(), "{from} and {wait}");
        }
        let now = parse_when("2023-12-30 09:00", zone).unwrap();
        assert!(later(&"5 working days".parse().unwrap(), now, zone, &calendar).is_err());
    }
}
