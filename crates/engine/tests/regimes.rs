//! The history of a case does not depend on when `tick` runs: random stories on the real maps, each lived under several ways
//! of ticking, come to the same casebook, event for event.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;
#[path = "regimes/invent.rs"]
mod invent;
#[path = "regimes/live.rs"]
mod live;
#[path = "regimes/memory.rs"]
mod memory;
#[path = "regimes/wild.rs"]
mod wild;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Book, With, answer, at, done, real_atlas};
use invent::{Deed, Moment, Openings, Story, with_words};
use live::{Regime, live};
use mapcase_case::CaseNumber;
use mapcase_map::CheckedAtlas;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// And what is invented is lived at once, with a tick before each command.
const REGIMES: [Regime; 5] =
    [Regime::Never, Regime::TwoMonthsLater, Regime::Around, Regime::Often(25), Regime::Mixed(1234)];

/// Invents stories, lives each under every regime, and counts what happened in them.
fn stories(atlas: &Arc<CheckedAtlas>, openings: Openings, count: u32, seed: u8) -> BTreeMap<String, usize> {
    let seen = RefCell::new(BTreeMap::<String, usize>::new());
    with_words(count, seed, |words| {
        let (story, reference) = invent::invent(atlas, openings, &words);
        for regime in REGIMES {
            let other = live(atlas, &story, regime);
            prop_assert!(other.told == reference.told, "{regime:?}: {}\n{story}", live::difference(&other, &reference));
        }
        memory::live_in_memory(atlas, &story);
        reference.count(&mut seen.borrow_mut());
        Ok(())
    });
    println!("{:#?}", seen.borrow());
    seen.into_inner()
}

/// The stories are worth nothing if nothing happens in them.
fn at_least(seen: &BTreeMap<String, usize>, least: usize, names: &[&str]) {
    for name in names {
        assert!(seen.get(*name).copied().unwrap_or(0) >= least, "{name} is too rare: {seen:#?}");
    }
}

#[test]
fn a_history_does_not_depend_on_when_tick_runs() {
    let seen = stories(&real_atlas(), invent::REAL, 100, 7);
    at_least(
        &seen,
        10,
        &["wait-lapsed", "wait-ended", "deadline-passed", "deadline-retracted", "timers-set", "refused"],
    );
    at_least(
        &seen,
        3,
        &["timeout-retracted", "case-withdrawn", "case-handed-over", "case-called", "response-received"],
    );
}

#[test]
fn nor_does_it_on_maps_that_move_cases_in_every_way() {
    let seen = stories(&wild::wild_atlas(), wild::WILD, 40, 8);
    at_least(
        &seen,
        10,
        &["wait-lapsed", "deadline-passed", "deadline-retracted", "timeout-retracted", "case-withdrawn"],
    );
    at_least(&seen, 3, &["wait-ended", "case-handed-over", "case-called", "call-returned", "outcome-noted", "refused"]);
}

#[test]
fn nor_does_it_where_cases_come_round() {
    let seen = stories(&wild::rounds_atlas(), wild::WILD, 25, 11);
    at_least(&seen, 10, &["starts-set", "start-came", "deadline-passed"]);
    at_least(&seen, 4, &["start-done"]);
}

/// What was recorded late, in order, counts from when it happened: the case comes to stand where it would have stood.
#[test]
fn what_is_recorded_late_counts_from_when_it_happened() {
    for (atlas, openings, seed) in [(real_atlas(), invent::REAL, 9), (wild::wild_atlas(), wild::WILD, 10)] {
        let taken_back = Cell::new(0);
        with_words(1000, seed, |words| {
            let count = memory::record_late(&atlas, openings, &words).map_err(TestCaseError::fail)?;
            taken_back.set(taken_back.get() + count);
            Ok(())
        });
        println!("{} timers taken back", taken_back.get());
        assert!(taken_back.get() >= 20, "only {} timers were taken back", taken_back.get());
    }
}

/// The two letters of October 2022, one on each side of the end of summer time.
#[test]
fn two_letters_lapse_at_local_midnight_whenever_tick_runs() {
    let record = [("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-04-10")];
    let opening = common::opening("financial-review-preparation", &record);
    let act = |now: &str, command| Moment { now: at(now), deed: Deed::Act("1".to_string(), command) };
    let moments = vec![
        Moment { now: at("2022-10-10 09:00"), deed: Deed::Open(opening) },
        act("2022-10-10 09:05", done()),
        act("2022-10-14 10:00", done()),
        act("2022-10-14 10:00", done().attach(&["letter"]).role("Admin")),
        act("2022-10-29 10:00", answer("no")),
        act("2022-10-29 10:00", done().attach(&["second-letter"])),
    ];
    let story = Story { moments, end: at("2022-12-14 10:00") };
    let hourly = live(&real_atlas(), &story, Regime::Hourly);
    let history = &hourly.histories["1"];
    let time = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
    let lapsed = |step: &str| {
        let event =
            history.iter().find(|event| event.body.name() == "wait-lapsed" && event.step.as_deref() == Some(step));
        event.unwrap().occurred_at
    };
    assert_eq!(lapsed("first-response"), time("2022-10-28T23:00:00Z"));
    assert_eq!(lapsed("response-to-second-letter"), time("2022-11-13T00:00:00Z"));
    // 2 working days after 13 November, a Sunday; then a manager is asked.
    let passed = history
        .iter()
        .find(|event| event.body.name() == "deadline-passed" && event.step.as_deref() == Some("escalate-to-asw"));
    assert_eq!(passed.unwrap().occurred_at, time("2022-11-16T00:00:00Z"));
    let escalation = hourly.histories["1.1"].first().unwrap();
    assert_eq!((escalation.body.name(), escalation.occurred_at), ("case-opened", time("2022-11-16T00:00:00Z")));
    assert!(
        hourly.told.iter().any(|line| line.contains("list 1.1 escalation-to-dct-csm state-question open")),
        "{:#?}",
        hourly.told
    );
    for regime in REGIMES {
        assert_eq!(live(&real_atlas(), &story, regime).told, hourly.told, "{regime:?}");
    }
}

/// An act on a case that a timer opens cannot come before the timer was noticed; the case has the same past for all that.
#[test]
fn what_is_noticed_late_happened_when_it_was_due() {
    let book = Book::real("2022-10-10 09:00");
    let case = book.open("2022-10-10 09:00", "transfer-in", &[("ics_number", "123456")]);
    book.act("2022-10-10 09:00", case, done());
    book.act("2022-10-10 10:00", case, done());
    assert!(matches!(book.read().view(CaseNumber(2)), Err(mapcase_engine::Error::NoCase(_))));
    let now = at("2023-03-01 12:00");
    let report = book.on(now).tick(|_, _| {}).unwrap();
    // The limit of 45 days, and the first deadline of the escalation that it opened.
    let fired: Vec<_> = report.fired.iter().map(|fired| (fired.case.0, fired.timer.id.as_str())).collect();
    assert_eq!(fired, [(1, "assessment"), (2, "state-question")]);
    for event in book.events(2) {
        assert!(event.occurred_at < at("2022-12-01") && event.recorded_at == now, "{event:?}");
    }
    assert!(book.on(now + TimeDelta::days(30)).tick(|_, _| {}).unwrap().fired.is_empty(), "each timer fires once");
}
