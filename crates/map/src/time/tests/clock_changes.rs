//! Nights on which the clocks change, here and where they change at midnight or lose a day.

use chrono_tz::Tz;

use super::{LONDON, date, due, instant, on_and_at, until};
use crate::time::{TimeError, local, local_date, start_of_day};

fn assert_due(text: &str, from: &str, on: &str, at: &str) {
    assert_eq!(on_and_at(&due(text, from, LONDON).unwrap()), (on.to_owned(), at.to_owned()), "{text} from {from}");
}

fn assert_start(day: &str, zone: Tz, at: &str) {
    let start = start_of_day(date(day), zone).unwrap();
    assert_eq!(start, instant(at), "{day} in {zone}");
    assert_eq!(local_date(start, zone), Ok(date(day)));
    let moment_before = start - chrono::TimeDelta::seconds(1);
    assert!(local_date(moment_before, zone).unwrap() < date(day), "{day} in {zone} had begun before");
}

#[test]
fn spring_forward_2026() {
    assert_start("2026-03-29", LONDON, "2026-03-29T00:00:00Z");
    assert_start("2026-03-30", LONDON, "2026-03-29T23:00:00Z");
    // The day of 23 hours, whole, and 24 elapsed hours, which end an hour later by the clock.
    assert_due("1 day", "2026-03-28T10:00:00+00:00", "2026-03-29", "2026-03-29T23:00Z");
    assert_due("24 hours", "2026-03-28T10:00:00+00:00", "2026-03-29", "2026-03-29T10:00Z");
    assert_due("24 hours", "2026-03-29", "2026-03-30", "2026-03-30T00:00Z");
    assert_due("72 hours", "2026-03-27T22:30:00+00:00", "2026-03-30", "2026-03-30T22:30Z");
    assert_due("73 hours", "2026-03-27T22:30:00+00:00", "2026-03-31", "2026-03-30T23:30Z");
    assert_eq!(local(instant("2026-03-29T10:00:00Z"), LONDON), "2026-03-29 11:00 BST");
}

#[test]
fn autumn_back_2026() {
    assert_start("2026-10-25", LONDON, "2026-10-24T23:00:00Z");
    assert_start("2026-10-26", LONDON, "2026-10-26T00:00:00Z");
    assert_due("1 day", "2026-10-24T10:00:00+01:00", "2026-10-25", "2026-10-26T00:00Z");
    assert_due("24 hours", "2026-10-24T10:00:00+01:00", "2026-10-25", "2026-10-25T09:00Z");
    assert_due("24 hours", "2026-10-25", "2026-10-25", "2026-10-25T23:00Z");
    assert_due("72 hours", "2026-10-23T23:30:00+01:00", "2026-10-26", "2026-10-26T22:30Z");
    assert_eq!(local(instant("2026-10-25T00:30:00Z"), LONDON), "2026-10-25 01:30 BST");
    assert_eq!(local(instant("2026-10-25T01:30:00Z"), LONDON), "2026-10-25 01:30 GMT");
}

#[test]
fn the_end_of_summer_time_2022() {
    assert_due("2 weeks", "2022-10-14T10:00:00+01:00", "2022-10-28", "2022-10-28T23:00Z");
    assert_due("2 weeks", "2022-10-29T15:00:00+01:00", "2022-11-12", "2022-11-13T00:00Z");
    assert_due("1 day", "2022-10-29T23:59:00+01:00", "2022-10-30", "2022-10-31T00:00Z");
    assert_due("1 day", "2022-10-30T23:59:00+00:00", "2022-10-31", "2022-11-01T00:00Z");
    assert_eq!(local(instant("2022-10-28T23:00:00Z"), LONDON), "2022-10-29 00:00 BST");
    assert_eq!(local(instant("2022-10-31T00:00:00Z"), LONDON), "2022-10-31 00:00 GMT");
    let from = instant("2022-10-28T09:00:00+01:00");
    let answer = due("72 hours", "2022-10-28T09:00:00+01:00", LONDON).unwrap();
    assert_eq!(answer.due_at - from, chrono::TimeDelta::hours(72));
    assert_eq!(local(answer.due_at, LONDON), "2022-10-31 08:00 GMT");
}

#[test]
fn a_missing_midnight() {
    let zone = chrono_tz::America::Sao_Paulo;
    assert_start("2017-10-15", zone, "2017-10-15T01:00:00-02:00");
    let answer = due("1 day", "2017-10-13", zone).unwrap();
    assert_eq!(on_and_at(&answer), ("2017-10-14".into(), "2017-10-15T03:00Z".into()));
    let answer = until("1 day", "2017-10-14", zone).unwrap();
    assert_eq!(on_and_at(&answer), ("2017-10-15".into(), "2017-10-15T03:00Z".into()));
    let answer = due("1 hour", "2017-10-15", zone).unwrap();
    assert_eq!(on_and_at(&answer), ("2017-10-15".into(), "2017-10-15T04:00Z".into()));
}

#[test]
fn a_midnight_that_comes_twice() {
    // Havana goes from 01:00 back to midnight; Beirut from midnight back to 23:00, so its midnight comes once.
    assert_start("2026-11-01", chrono_tz::America::Havana, "2026-11-01T00:00:00-04:00");
    assert_start("2026-10-25", chrono_tz::Asia::Beirut, "2026-10-25T00:00:00+02:00");
    // St John's went from 00:01 back to 23:01 of the day before: the day had begun, for a minute.
    assert_start("2010-11-07", chrono_tz::America::St_Johns, "2010-11-07T00:00:00-02:30");
}

#[test]
fn a_day_that_never_was() {
    let zone = chrono_tz::Pacific::Apia;
    let none = TimeError::NoSuchDate { date: date("2011-12-30"), zone: "Pacific/Apia".into() };
    assert_eq!(start_of_day(date("2011-12-30"), zone), Err(none.clone()));
    assert_eq!(due("1 hour", "2011-12-30", zone), Err(none));
    // 29 December ended where 31 December began.
    let began_31 = "2011-12-30T10:00Z".to_owned();
    assert_eq!(on_and_at(&due("1 day", "2011-12-28", zone).unwrap()), ("2011-12-29".into(), began_31.clone()));
    assert_eq!(on_and_at(&until("2 days", "2011-12-28", zone).unwrap()), ("2011-12-31".into(), began_31));
}

/// chrono-tz writes its clock changes out to the end of 2099 and stops.
#[test]
fn summer_time_is_known_to_2099() {
    assert_eq!(local(instant("2099-07-01T11:00:00Z"), LONDON), "2099-07-01 12:00 BST");
    assert_eq!(local(instant("2100-07-01T11:00:00Z"), LONDON), "2100-07-01 11:00 GMT");
}
