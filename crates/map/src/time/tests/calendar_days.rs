//! Working days, the days they skip, and the edges of what a calendar covers.

use std::collections::BTreeMap;

use chrono::Weekday;

use super::{LONDON, date, due, england_and_wales, on_and_at};
use crate::time::{Calendar, TimeError, Why};

fn skipped(text: &str, from: &str) -> Vec<(String, String)> {
    let answer = due(text, from, LONDON).unwrap();
    answer.skipped.into_iter().map(|day| (day.date.to_string(), day.why)).collect()
}

#[test]
fn forty_five_working_days_across_christmas() {
    let answer = due("45 working days", "2022-11-14T09:00:00+00:00", LONDON).unwrap();
    assert_eq!(on_and_at(&answer), ("2023-01-19".into(), "2023-01-20T00:00Z".into()));
    let holidays: Vec<_> = answer
        .skipped
        .iter()
        .filter(|day| !matches!(day.why.as_str(), "Saturday" | "Sunday"))
        .map(|day| format!("{} {}", day.date, day.why))
        .collect();
    assert_eq!(
        holidays,
        [
            "2022-12-26 Boxing Day",
            "2022-12-27 Christmas Day (substitute day)",
            "2023-01-02 New Year's Day (substitute day)",
        ]
    );
    assert_eq!(answer.skipped.len(), 3 + 18);
    assert_eq!(answer.skipped[0].why, "Saturday");
}

#[test]
fn each_day_skipped_is_named() {
    let want = [
        ("2022-12-24", "Saturday"),
        ("2022-12-25", "Sunday"), // the weekend's name, though it is Christmas Day
        ("2022-12-26", "Boxing Day"),
        ("2022-12-27", "Christmas Day (substitute day)"),
    ];
    let want = want.map(|(day, why)| (day.to_owned(), why.to_owned()));
    assert_eq!(skipped("1 working day", "2022-12-23"), want);
    assert_eq!(skipped("1 working day", "2022-12-24"), want[1..], "the anchor's own day is not counted");
    assert_eq!(skipped("1 working day", "2022-10-10"), []);
}

#[test]
fn a_proclaimed_holiday_moves_the_date() {
    let answer = due("1 working day", "2022-09-16", LONDON).unwrap();
    assert_eq!(answer.due_on, date("2022-09-20"));
    assert_eq!(answer.skipped[2].why, "Bank Holiday for the State Funeral of Queen Elizabeth II");
}

#[test]
fn outside_the_covered_years_is_an_error() {
    let outside = |day: &str| {
        Err(TimeError::OutsideCalendar {
            calendar: "england-and-wales".into(),
            date: date(day),
            first_year: 2022,
            last_year: 2027,
        })
    };
    // The last working day covered is 31 December 2027: the instant it ends needs no calendar.
    assert_eq!(due("1 working day", "2027-12-30", LONDON).unwrap().due_on, date("2027-12-31"));
    assert_eq!(due("2 working days", "2027-12-30", LONDON), outside("2028-01-01"));
    assert_eq!(due("1 working day", "2027-12-31", LONDON), outside("2028-01-01"));
    assert_eq!(due("1 working day", "2021-12-30", LONDON), outside("2021-12-31"));
    assert_eq!(due("1 working day", "2021-12-31", LONDON).unwrap().due_on, date("2022-01-04"));
    assert_eq!(due("1 day", "2040-12-31", LONDON).unwrap().due_on, date("2041-01-01"), "days need no calendar");
    assert_eq!(
        due("1 working day", "2027-12-31", LONDON).unwrap_err().to_string(),
        "2028-01-01 is outside the calendar `england-and-wales`, which covers 2022 to 2027: \
         add that year's holidays to it"
    );
}

#[test]
fn a_week_without_working_days_is_an_error() {
    let mut calendar = england_and_wales();
    calendar.last_year = i32::MAX;
    calendar.weekend = (0..7).filter_map(|day: u8| Weekday::try_from(day).ok()).collect();
    let from = super::anchor("2022-10-14");
    let answer = crate::time::due(&super::duration("1 working day"), from, LONDON, &calendar);
    assert_eq!(answer, Err(TimeError::NoWorkingDays { calendar: "england-and-wales".into() }));
}

#[test]
fn a_calendar_says_why() {
    let calendar = england_and_wales();
    assert!(calendar.covers(date("2022-01-01")) && calendar.covers(date("2027-12-31")));
    assert!(!calendar.covers(date("2021-12-31")) && !calendar.covers(date("2028-01-01")));
    assert_eq!(calendar.skipped(date("2022-12-23")), Ok(None));
    assert_eq!(calendar.skipped(date("2022-12-25")), Ok(Some(Why::Weekend(Weekday::Sun))));
    assert_eq!(calendar.skipped(date("2022-12-26")), Ok(Some(Why::Holiday("Boxing Day".into()))));
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    for (day, name) in (0_u8..).zip(days) {
        assert_eq!(Why::Weekend(Weekday::try_from(day).unwrap()).to_string(), name);
    }
}

#[test]
fn calendars_and_answers_are_kept_as_json() {
    let calendar =
        Calendar { holidays: BTreeMap::from([(date("2022-12-26"), "Boxing Day".to_owned())]), ..england_and_wales() };
    let text = serde_json::to_string(&calendar).unwrap();
    insta::assert_snapshot!(text, @r#"{"id":"england-and-wales","title":"Bank holidays in England and Wales","weekend":["Sat","Sun"],"first_year":2022,"last_year":2027,"holidays":{"2022-12-26":"Boxing Day"}}"#);
    assert_eq!(serde_json::from_str::<Calendar>(&text).unwrap(), calendar);

    let answer = due("1 working day", "2022-12-25", LONDON).unwrap();
    let text = serde_json::to_string(&answer).unwrap();
    insta::assert_snapshot!(text, @r#"{"due_at":"2022-12-29T00:00:00Z","due_on":"2022-12-28","skipped":[{"date":"2022-12-26","why":"Boxing Day"},{"date":"2022-12-27","why":"Christmas Day (substitute day)"}]}"#);
    assert_eq!(serde_json::from_str::<crate::time::Due>(&text).unwrap(), answer);
}
