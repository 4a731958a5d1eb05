//! The tables answer as `crate::time` does.

use chrono::{DateTime, NaiveDate, Weekday};
use proptest::prelude::*;

use super::clock::longest;
use super::{Clock, Gap};
use crate::time::{Anchor, Calendar, Duration, due, until};

fn calendar() -> Calendar {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let holidays = [(2024, 12, 25), (2024, 12, 26), (2025, 1, 1), (2025, 4, 18), (2025, 4, 21), (2025, 12, 25)];
    Calendar {
        id: "c".into(),
        title: "C".into(),
        weekend: vec![Weekday::Sat, Weekday::Sun],
        first_year: 2024,
        last_year: 2025,
        holidays: holidays.into_iter().map(|(y, m, d)| (day(y, m, d), "Holiday".to_string())).collect(),
    }
}

fn durations() -> impl Strategy<Value = String> {
    prop_oneof![
        (1..400u32).prop_map(|amount| format!("{amount} hours")),
        (1..400u32).prop_map(|amount| format!("{amount} minutes")),
        (1..1200u32).prop_map(|amount| format!("{amount} days")),
        (1..300u32).prop_map(|amount| format!("{amount} working days")),
        (1..50u32, 0..40u32).prop_map(|(months, days)| format!("{months} months {days} days")),
        (1..20u32).prop_map(|years| format!("{years} years")),
    ]
}

proptest! {
    #[test]
    fn the_tables_reckon_as_time_does(
        text in durations(),
        at in 1_703_900_000i64..1_767_300_000,
        zone in prop_oneof![Just(chrono_tz::Europe::London), Just(chrono_tz::America::Sao_Paulo), Just(chrono_tz::Pacific::Apia)],
    ) {
        let duration: Duration = text.replace(" 0 days", "").parse().unwrap();
        let (calendar, from) = (calendar(), Anchor::Instant(DateTime::from_timestamp(at, 0).unwrap()));
        let clock = Clock::new(zone, &calendar).unwrap();
        let gap = Gap::new(&duration, 0);
        let slow = |due: Result<crate::time::Due, _>| due.ok().map(|due| due.due_at.timestamp());
        prop_assert_eq!(clock.due(&gap, at), slow(due(&duration, from, zone, &calendar)));
        prop_assert_eq!(clock.until(&gap, at), slow(until(&duration, from, zone, &calendar)));
        let lasts = clock.due(&gap, at).map(|due| due - at);
        prop_assert!(lasts.is_none_or(|lasts| (gap.at_least()..=gap.at_most(|_, days| longest(&calendar, days))).contains(&lasts)), "{:?}", lasts);
    }
}
