//! Time on the real maps: elapsed hours, days, working days, and who hears when something is late.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Book, With, at, done, real_atlas};
use mapcase_case::event::{EventBody, Met};
use mapcase_case::{CaseNumber, TimerKind};
use mapcase_map::time::{Anchor, due};

const CHILD: [(&str, &str); 4] =
    [("ics_number", "123456"), ("child_name", "A Child"), ("ola", "Testshire"), ("date_ending", "2026-12-31")];

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The deadlines that were met when a step was left, the latest first.
fn met(book: &Book, case: u64, step: &str) -> Vec<Met> {
    let events = book.events(case).into_iter().rev();
    let mut of_step = events.filter(|event| event.step.as_deref() == Some(step));
    of_step
        .find_map(|event| match event.body {
            EventBody::StepDone(left) => Some(left.met),
            _ => None,
        })
        .unwrap()
}

fn late(book: &Book, now: DateTime<Utc>, case: CaseNumber) -> bool {
    let mut run = book.on(now);
    run.tick(|_, _| {}).unwrap();
    run.list(&Default::default()).unwrap().into_iter().find(|row| row.case == case).unwrap().late
}

/// When 72 hours from these times are over: a weekend, the start of summer time 2026 and its end.
const SEVENTY_TWO_HOURS: [(&str, &str, &str); 4] = [
    ("2026-02-13 12:00", "2026-02-16 12:00", "2026-02-16T12:00:00Z"),
    ("2026-03-27 12:00", "2026-03-30 13:00", "2026-03-30T12:00:00Z"),
    ("2026-10-23 12:00", "2026-10-26 11:00", "2026-10-26T11:00:00Z"),
    ("2026-12-24 17:30", "2026-12-27 17:30", "2026-12-27T17:30:00Z"),
];

#[test]
fn seventy_two_hours_are_elapsed_hours_over_weekends_and_clock_changes() {
    for (opened, local, instant) in SEVENTY_TWO_HOURS {
        let due_at = utc(instant);
        assert_eq!((at(local), due_at - at(opened)), (due_at, TimeDelta::hours(72)), "{opened}");
        for (offset, is_late) in [(-1, false), (0, true), (1, true)] {
            let book = Book::real("2026-01-01");
            let case = book.open(opened, "transfer-out", &CHILD);
            let timer = book.state(1).timers[0].clone();
            assert_eq!(
                (timer.kind, timer.due.due_at, timer.rule.as_str()),
                (TimerKind::Deadline, due_at, "due 72 hours of entering")
            );
            let now = due_at + TimeDelta::seconds(offset);
            assert_eq!(late(&book, now, case), is_late, "{opened} {offset}");
            book.on(now).command(case, &done(), None).unwrap();
            assert_eq!(met(&book, 1, "request-transfer")[0].late, is_late, "{opened} {offset}");
            assert_eq!(book.names(1).contains(&"deadline-passed"), is_late);
            book.sound();
        }
    }
}

#[test]
fn the_second_limit_counts_from_the_agreed_crossover() {
    for (agreed, local, instant) in SEVENTY_TWO_HOURS {
        let book = Book::real("2026-01-01");
        let case = book.open("2026-01-05 09:00", "transfer-out", &CHILD);
        book.act("2026-01-06 09:00", case, done());
        // Agreed on one day, recorded 30 hours later: what counts is when it was agreed.
        let recorded = at(agreed) + TimeDelta::hours(30);
        let step = book.on(recorded).command(case, &done().role("OLA").at(agreed), None).unwrap().step;
        assert_eq!(step, "notify-dpt");
        let timer = book.state(1).timers[0].clone();
        assert_eq!((timer.due.due_at, timer.rule.as_str()), (utc(instant), "due 72 hours of agree-crossover"));
        assert!(!late(&book, at(local) - TimeDelta::seconds(1), case));
        assert!(late(&book, at(local), case));
        assert_eq!(book.work("TM"), ["1 told notify-dpt"]);
        assert_eq!(book.work("DPTM"), ["1 told notify-dpt"]);
        book.sound();
    }
}

#[test]
fn who_was_told_hears_until_it_is_done_and_history_keeps_that_it_was_late() {
    let book = Book::real("2026-01-01");
    let case = book.open("2026-02-13 12:00", "transfer-out", &CHILD);
    assert!(book.work("TM").is_empty());
    assert_eq!(book.tick("2026-02-16 11:59:59"), 0);
    assert!(book.work("TM").is_empty());
    assert_eq!(book.tick("2026-02-16 12:00"), 1);
    assert_eq!(book.work("TM"), ["1 told request-transfer"]);
    assert!(book.work("DPTM").is_empty(), "the first deadline tells the TM alone");
    assert_eq!(book.work("ASW"), ["1 act request-transfer"], "a late step stays open");
    book.act("2026-02-17 09:00", case, done());
    assert!(book.work("TM").is_empty());
    let late = met(&book, 1, "request-transfer");
    assert_eq!((late.len(), late[0].late, late[0].due_at), (1, true, utc("2026-02-16T12:00:00Z")));
    let event = book.events(1).into_iter().find(|event| event.body.name() == "step-done" && event.actor.is_some());
    assert!(event.is_some());
    let run = book.read();
    let rows = run.history(case).unwrap();
    let words = |row: &mapcase_engine::query::HistoryRow| {
        mapcase_engine::describe::describe(
            &row.event,
            Some(&run.view(case).unwrap().machine),
            chrono_tz::Europe::London,
        )
    };
    assert!(rows.iter().map(words).any(|words| words.starts_with("done:") && words.contains("late")), "{rows:?}");
}

#[test]
fn what_was_done_in_time_and_recorded_late_is_not_late() {
    let book = Book::real("2026-01-01");
    let case = book.open("2026-02-13 12:00", "transfer-out", &CHILD);
    book.tick("2026-02-18 09:00");
    assert_eq!(book.work("TM"), ["1 told request-transfer"]);
    book.act("2026-02-18 10:00", case, done().at("2026-02-16 11:59:59"));
    assert!(book.work("TM").is_empty());
    let retracted = book.events(1).into_iter().find(|event| event.body.name() == "deadline-retracted").unwrap();
    assert_eq!((retracted.step.as_deref(), retracted.actor.as_deref()), (Some("request-transfer"), Some("ann")));
    assert!(!met(&book, 1, "request-transfer")[0].late);
    book.sound();
    // A second later it would have been late.
    let book = Book::real("2026-01-01");
    let case = book.open("2026-02-13 12:00", "transfer-out", &CHILD);
    book.act("2026-02-18 10:00", case, done().at("2026-02-16 12:00"));
    assert!(!book.names(1).contains(&"deadline-retracted"));
    assert!(met(&book, 1, "request-transfer")[0].late);
}

#[test]
fn a_transfer_in_has_45_days_from_the_allocation_to_the_assessment() {
    let book = Book::real("2022-10-01");
    let case = book.open("2022-11-01 09:00", "transfer-in", &[("ics_number", "123456")]);
    book.act("2022-11-01 09:00", case, done());
    assert!(book.state(1).timers.is_empty(), "the limit runs from the allocation");
    book.act("2022-11-03 16:00", case, done());
    let limit = book.state(1).timers[0].clone();
    assert_eq!(
        (limit.kind, limit.id.as_str(), limit.rule.as_str()),
        (TimerKind::Limit, "assessment", "45 days from allocate-cf to complete-cf")
    );
    // Day 45 after 3 November.
    assert_eq!(
        (limit.due.due_on.to_string(), limit.due.due_at),
        ("2022-12-18".to_string(), utc("2022-12-19T00:00:00Z"))
    );
    assert!(limit.due.skipped.is_empty());
    assert!(!late(&book, utc("2022-12-18T23:59:59Z"), case));
    assert!(late(&book, utc("2022-12-19T00:00:00Z"), case));
    assert_eq!(book.work("TM"), ["1 told assessment"]);
    assert_eq!(book.state(2).opened.map, "escalation-to-dct-csm");
    // Done on the last day, recorded after it.
    book.act("2022-12-20 09:00", case, done().at("2022-12-18 23:59:59"));
    assert!(book.work("TM").is_empty());
    assert!(book.names(1).contains(&"deadline-retracted"));
    assert!(!met(&book, 1, "complete-cf")[0].late);
    book.sound();
}

#[test]
fn the_limit_stops_when_the_assessment_is_done_and_not_before() {
    let book = Book::real("2022-10-01");
    let case = book.open("2022-11-01 09:00", "transfer-in", &[("ics_number", "123456")]);
    book.act("2022-11-01 09:00", case, done());
    book.act("2022-11-03 16:00", case, done());
    book.act("2022-12-18 10:00", case, done());
    assert!(book.state(1).timers.is_empty());
    assert_eq!(book.tick("2023-06-01"), 0);
    assert!(book.read().list(&Default::default()).unwrap().iter().all(|row| !row.late));
}

#[test]
fn both_readings_of_45_days_give_their_reasons() {
    let atlas = real_atlas();
    let calendar = &atlas.calendars()["england-and-wales"];
    let from = Anchor::Instant(at("2022-11-03 16:00"));
    let days = due(&"45 days".parse().unwrap(), from, atlas.zone(), calendar).unwrap();
    assert_eq!((days.due_on.to_string(), days.skipped.len()), ("2022-12-18".to_string(), 0));
    let working = due(&"45 working days".parse().unwrap(), from, atlas.zone(), calendar).unwrap();
    assert_eq!((working.due_on.to_string(), working.due_at), ("2023-01-10".to_string(), utc("2023-01-11T00:00:00Z")));
    let named: Vec<String> = working
        .skipped
        .iter()
        .filter(|day| !["Saturday", "Sunday"].contains(&day.why.as_str()))
        .map(|day| format!("{} {}", day.date, day.why))
        .collect();
    assert_eq!(named.len(), 3, "{named:?}");
    for (day, word) in named.iter().zip(["2022-12-26 Boxing Day", "2022-12-27 Christmas Day", "2023-01-02 New Year"]) {
        assert!(day.starts_with(word), "{named:?}");
    }
    // 68 days after the 3rd, of which 45 count.
    assert_eq!(working.skipped.len(), 68 - 45);
    let weekend = &working.skipped[0];
    assert_eq!((weekend.date.to_string(), weekend.why.as_str()), ("2022-11-05".to_string(), "Saturday"));
}
