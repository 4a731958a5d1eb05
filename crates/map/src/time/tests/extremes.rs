//! The ends of chrono's range: an answer or an error, never a panic.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{duration, england_and_wales};
use crate::time::{Anchor, Calendar, TimeError, due, local, local_date, parse_when, start_of_day, until};

const DURATIONS: [&str; 6] = ["1 minute", "876600 hours", "1 day", "100 years", "1 working day", "26089 working days"];

/// Around each end, within the two days that an offset can reach over.
fn instants() -> Vec<DateTime<Utc>> {
    let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    let steps = [0, 1, 3_600, 50_400, 86_400, 172_800].map(TimeDelta::seconds);
    steps.iter().flat_map(|step| [first + *step, last - *step]).collect()
}

/// The furthest ahead and behind, and where the local clock jumps.
const ZONES: [Tz; 5] = [
    Tz::UTC,
    chrono_tz::Europe::London,
    chrono_tz::Asia::Tokyo,
    chrono_tz::Pacific::Kiritimati,
    chrono_tz::Pacific::Niue,
];

fn endless() -> Calendar {
    Calendar { first_year: i32::MIN, last_year: i32::MAX, ..england_and_wales() }
}

#[test]
fn no_anchor_makes_it_panic() {
    for zone in ZONES {
        for at in instants() {
            for text in DURATIONS {
                for from in [Anchor::Instant(at), Anchor::Date(at.date_naive())] {
                    let _ = due(&duration(text), from, zone, &endless());
                    let _ = until(&duration(text), from, zone, &endless());
                }
            }
        }
    }
}

#[test]
fn no_zone_makes_it_panic() {
    for zone in chrono_tz::TZ_VARIANTS {
        for at in instants() {
            let _ = (local(at, zone), local_date(at, zone), start_of_day(at.date_naive(), zone));
        }
        for text in ["0000-01-01", "0000-01-01 00:00", "9999-12-31 23:59:59.999999999", "9999-12-31T23:59-23:59"] {
            assert!(parse_when(text, zone).is_ok(), "{text} in {zone}");
        }
    }
}

#[test]
fn beyond_the_end_is_an_error() {
    let zone = Tz::UTC;
    let last = Anchor::Date(NaiveDate::MAX);
    for text in ["1 day", "1 month", "1 working day"] {
        assert_eq!(due(&duration(text), last, zone, &endless()), Err(TimeError::OutOfRange), "{text}");
    }
    let last = Anchor::Instant(DateTime::<Utc>::MAX_UTC);
    assert_eq!(due(&duration("1 minute"), last, zone, &england_and_wales()), Err(TimeError::OutOfRange));
    assert_eq!(start_of_day(NaiveDate::MIN, chrono_tz::Asia::Tokyo), Err(TimeError::OutOfRange));
    assert_eq!(local(DateTime::<Utc>::MAX_UTC, chrono_tz::Asia::Tokyo), "+262142-12-31 23:59 UTC");
}

/// Every date from 1969 to 2038 starts once, after the one before it, or is a day that the zone skipped.
#[test]
fn days_follow_each_other_in_every_zone() {
    for zone in chrono_tz::TZ_VARIANTS {
        let mut before = None;
        for date in NaiveDate::from_ymd_opt(1969, 1, 1).unwrap().iter_days().take(365 * 70) {
            match start_of_day(date, zone) {
                Ok(start) => {
                    assert!(before < Some(start), "{date} in {zone}");
                    before = Some(start);
                }
                Err(error) => assert!(matches!(error, TimeError::NoSuchDate { .. }), "{date} in {zone}: {error}"),
            }
        }
    }
}
