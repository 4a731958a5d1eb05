//! What holds for every duration and every anchor.

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{LONDON, england_and_wales, instant};
use crate::time::{Anchor, Calendar, Duration, Family, due, local_date, parse_when, start_of_day, until};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// Zones whose local date never goes back.
fn zone() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![
        LONDON,
        Tz::UTC,
        chrono_tz::America::Sao_Paulo,
        chrono_tz::America::Havana,
        chrono_tz::Pacific::Apia,
        chrono_tz::Asia::Kathmandu,
    ])
}

/// Some of the units of one family, each with its number.
fn text(numbers: &'static [(u32, &'static str)]) -> impl Strategy<Value = String> {
    prop::sample::subsequence(numbers, 1..=numbers.len()).prop_shuffle().prop_flat_map(|units| {
        units
            .into_iter()
            .map(|(most, unit)| (1..=most).prop_map(move |n| format!("{n} {unit}")))
            .collect::<Vec<_>>()
            .prop_map(|parts| parts.join(" "))
    })
}

fn a_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        text(&[(500, "hours"), (500, "minutes")]),
        text(&[(40, "years"), (50, "months"), (60, "weeks"), (70, "days")]),
        text(&[(300, "working days")]),
    ]
    .prop_map(|text| text.parse().expect("a duration"))
}

fn an_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let (first, last) = (instant("2000-01-01T00:00:00Z"), instant("2040-01-01T00:00:00Z"));
    (first.timestamp()..last.timestamp()).prop_filter_map("in range", |at| DateTime::from_timestamp(at, 0))
}

fn an_anchor() -> impl Strategy<Value = Anchor> {
    prop_oneof![an_instant().prop_map(Anchor::Instant), an_instant().prop_map(|at| Anchor::Date(at.date_naive())),]
}

/// As if the holidays known were all there ever are.
fn long_calendar() -> Calendar {
    Calendar { first_year: 1999, last_year: 2100, ..england_and_wales() }
}

fn is_working(calendar: &Calendar, date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !calendar.holidays.contains_key(&date)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_duration_reads_back_as_itself(duration in a_duration()) {
        let written = duration.to_string();
        prop_assert_eq!(written.parse(), Ok(duration.clone()));
        let json = serde_json::to_string(&duration).expect("json");
        prop_assert_eq!(serde_json::from_str::<Duration>(&json).expect("a duration"), duration);
    }

    #[test]
    fn a_later_anchor_is_never_due_sooner(
        duration in a_duration(), one in an_instant(), other in an_instant(), near in 0..200_000_i64, zone in zone(),
    ) {
        let calendar = long_calendar();
        let close = one + chrono::TimeDelta::seconds(near);
        for (one, other) in [(one.min(other), one.max(other)), (one, close)] {
            let (sooner, later) = (Anchor::Instant(one), Anchor::Instant(other));
            let (early, late) = (due(&duration, sooner, zone, &calendar)?, due(&duration, later, zone, &calendar)?);
            prop_assert!(early.due_at <= late.due_at && early.due_on <= late.due_on);
            let (early, late) = (until(&duration, sooner, zone, &calendar)?, until(&duration, later, zone, &calendar)?);
            prop_assert!(early.due_at <= late.due_at);
        }
    }

    #[test]
    fn a_deadline_ends_as_its_last_day_does(duration in a_duration(), from in an_instant(), zone in zone()) {
        let calendar = long_calendar();
        let answer = due(&duration, Anchor::Instant(from), zone, &calendar)?;
        prop_assert!(answer.due_at > from);
        if duration.family() == Family::Elapsed {
            prop_assert_eq!(&answer, &until(&duration, Anchor::Instant(from), zone, &calendar)?);
            prop_assert_eq!(local_date(answer.due_at, zone)?, answer.due_on);
        } else {
            let last = answer.due_at - chrono::TimeDelta::nanoseconds(1);
            prop_assert!(local_date(last, zone)? <= answer.due_on);
            prop_assert!(local_date(answer.due_at, zone)? > answer.due_on);
            prop_assert!(until(&duration, Anchor::Instant(from), zone, &calendar)?.due_at <= answer.due_at);
        }
    }

    #[test]
    fn working_days_are_counted_right(count in 1..400_u32, from in an_anchor()) {
        let calendar = long_calendar();
        let duration: Duration = format!("{count} working days").parse()?;
        let answer = due(&duration, from, LONDON, &calendar)?;
        let day_0 = match from {
            Anchor::Instant(at) => local_date(at, LONDON)?,
            Anchor::Date(date) => date,
        };
        prop_assert!(is_working(&calendar, answer.due_on));
        let passed: Vec<_> = day_0.iter_days().skip(1).take_while(|date| *date <= answer.due_on).collect();
        let (working, others): (Vec<_>, Vec<_>) = passed.into_iter().partition(|date| is_working(&calendar, *date));
        prop_assert_eq!(working.len(), count as usize);
        prop_assert_eq!(others, answer.skipped.iter().map(|day| day.date).collect::<Vec<_>>());
        let waited = until(&duration, from, LONDON, &calendar)?;
        prop_assert_eq!((waited.due_on, waited.due_at), (answer.due_on, start_of_day(answer.due_on, LONDON)?));
    }

    #[test]
    fn any_text_is_a_duration_or_a_fault_within_it(text in "\\PC*|[0-9a-z +.-]{0,30}|([0-9]{1,9} (working )?[a-z]{1,8}s? ?){0,4}") {
        match Duration::parse(&text) {
            Ok(duration) => prop_assert_eq!(Duration::parse(&duration.to_string()), Ok(duration)),
            Err(fault) => {
                let word = text.get(fault.range.clone());
                prop_assert!(word.is_some_and(|word| word.trim() == word), "{fault:?}");
                prop_assert_eq!(fault.range.is_empty(), text.trim().is_empty());
                prop_assert!(!fault.message.is_empty() && !fault.help.is_empty());
            }
        }
    }

    #[test]
    fn any_text_is_a_time_or_refused(
        text in "\\PC*|[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9]{0,10})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?",
        zone in zone(),
    ) {
        if let Err(refusal) = parse_when(&text, zone) {
            prop_assert!(!refusal.to_string().is_empty());
        }
    }

    #[test]
    fn an_instant_reads_back_as_itself(at in an_instant(), zone in zone()) {
        let typed = at.with_timezone(&zone).to_rfc3339();
        prop_assert_eq!(parse_when(&typed, LONDON), Ok(at));
        let typed = at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string();
        if let Ok(read) = parse_when(&typed, zone) {
            prop_assert_eq!(read, at);
        }
    }
}
