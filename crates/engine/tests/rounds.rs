//! What comes round: cases that are opened when they are due, what counts as their doing, cases of one subject, and an end that
//! another case waits for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::sync::Arc;

use common::{Book, answer, at, done, opening, receive, set, withdraw};
use mapcase_case::{CaseNumber, Timer, TimerKind};
use mapcase_map::CheckedAtlas;
use mapcase_map::check::AtlasFile;

const FORCE: &str = "record:
  account: { type: text, title: Account }
  first_paid_on: { type: date, title: First payment }
  last_review: { type: date, title: Last review }
steps:
  begun: { kind: start, title: Payment begun, role: Worker, next: running }
  running:
    kind: wait
    role: Worker
    title: Payment in force
    for: The end of the payment
    comes_from: { map: closing, outcome: closed }
    received: over
  over: { kind: end, outcome: over }
starts:
  first-check:
    title: First check
    map: check
    at: 3 months after first_paid_on
    carries: [account]
  review:
    title: Yearly review
    map: review
    at: 46 weeks after last_review
    carries: [account]
    sets: last_review
    by: 12 months of last_review
    overdue: { tell: Boss, start: chase }
";
const REVIEW: &str = "record:
  account: { type: text, title: Account }
steps:
  begun: { kind: start, title: Review begun, role: Worker, next: look }
  from-force: { kind: start, title: Review is due, from: force, next: look }
  look: { role: Worker, title: Look, needs: [account], next: how }
  how: { kind: decision, role: Worker, title: How is it?, answers: { good: reviewed, bad: hand-on } }
  reviewed: { kind: end, outcome: reviewed }
  hand-on: { kind: link, to: check, carries: [account] }
";
const CHECK: &str = "record:
  account: { type: text, title: Account }
steps:
  from-force: { kind: start, title: Check is due, from: [force, review], next: check }
  check: { role: Worker, title: Check, needs: [account], next: checked }
  checked: { kind: end, outcome: checked }
";
const CHASE: &str = "record:
  account: { type: text, title: Account }
steps:
  late: { kind: start, title: A review is late, from: force, next: chase }
  chase: { role: Boss, title: Chase, needs: [account], next: chased }
  chased: { kind: end, outcome: chased }
";
const CLOSING: &str = "record:
  account: { type: text, title: Account }
steps:
  asked: { kind: start, title: Closing asked for, role: Worker, next: close }
  close: { kind: decision, role: Worker, title: Does it close?, needs: [account], answers: { yes: closed, no: kept } }
  closed: { kind: end, outcome: closed }
  kept: { kind: end, outcome: kept }
";

fn atlas() -> Arc<CheckedAtlas> {
    atlas_of(&[("force", FORCE), ("review", REVIEW), ("check", CHECK), ("chase", CHASE), ("closing", CLOSING)])
}

fn atlas_of(maps: &[(&str, &str)]) -> Arc<CheckedAtlas> {
    let mut files = vec![
        ("atlas.yaml".to_string(), format!("{}subject: account\n", common::SMALL)),
        ("plain.yaml".to_string(), common::CALENDAR.replace("2021..2023", "2020..2030")),
    ];
    files.extend(maps.iter().map(|(id, body)| common::map(id, body)));
    let files: Vec<AtlasFile> =
        files.into_iter().map(|(path, text)| AtlasFile { path, bytes: text.into_bytes() }).collect();
    let checked = mapcase_map::check(&files);
    assert!(!checked.has_errors(), "{:#?}", checked.findings);
    Arc::new(checked.atlas.unwrap())
}

fn book(now: &str) -> Book {
    Book::new(&atlas(), at(now))
}

/// The case of an account that is in force since 10 January 2022.
fn in_force(book: &Book) -> CaseNumber {
    book.open(
        "2022-01-10 09:00",
        "force",
        &[("account", "7"), ("first_paid_on", "2022-01-10"), ("last_review", "2022-01-10")],
    )
}

fn timer(book: &Book, case: u64, kind: TimerKind, id: &str) -> Option<Timer> {
    book.state(case).timers.into_iter().find(|timer| timer.kind == kind && timer.id == id)
}

fn date(book: &Book, case: u64, field: &str) -> Option<String> {
    book.state(case).record.get(field).and_then(|kept| kept.value()).map(|value| value.display())
}

#[test]
fn a_case_is_opened_at_the_very_instant_and_once() {
    let book = book("2022-01-10 09:00");
    in_force(&book);
    // 3 months after 10 January is 10 April, at the beginning of the day by the clock of summer.
    assert_eq!(book.tick("2022-04-09 23:59"), 0);
    assert_eq!(book.tick("2022-04-10 00:00"), 1);
    let check = book.state(2);
    assert_eq!((check.opened.map.as_str(), check.step.as_str()), ("check", "check"));
    assert_eq!(check.opened_at, at("2022-04-10 00:00"));
    assert_eq!(check.opened.root, CaseNumber(1));
    assert_eq!(date(&book, 2, "account").as_deref(), Some("7"));
    book.act("2022-04-11 09:00", CaseNumber(2), done());
    // It counts once for each value of the date, and the date has not moved.
    assert_eq!(book.tick("2022-11-27 09:00"), 0);
    assert!(timer(&book, 1, TimerKind::Start, "first-check").is_none());
    book.act("2022-11-27 10:00", CaseNumber(1), set(&[("first_paid_on", "2022-10-01")]));
    assert_eq!(timer(&book, 1, TimerKind::Start, "first-check").unwrap().due.due_at, at("2023-01-01 00:00"));
    book.sound();
}

#[test]
fn the_next_counts_from_the_day_on_which_it_was_done() {
    let book = book("2022-01-10 09:00");
    in_force(&book);
    book.tick("2022-11-28 00:00");
    let review = book.state(3);
    assert_eq!((review.opened.map.as_str(), review.opened_at), ("review", at("2022-11-28 00:00")));
    book.act("2022-12-20 09:00", CaseNumber(3), done());
    book.act("2022-12-21 00:30", CaseNumber(3), answer("good"));
    assert_eq!(date(&book, 1, "last_review").as_deref(), Some("2022-12-21"));
    let next = timer(&book, 1, TimerKind::Start, "review").unwrap();
    assert_eq!(next.due.due_at, at("2023-11-08 00:00"));
    assert_eq!(timer(&book, 1, TimerKind::By, "review").unwrap().due.due_on.to_string(), "2023-12-21");
    assert!(book.names(1).contains(&"start-done"));
    // A hand-over is over, too.
    book.tick("2023-11-08 00:00");
    book.act("2023-11-20 09:00", CaseNumber(4), done());
    book.act("2023-11-20 10:00", CaseNumber(4), answer("bad"));
    assert_eq!(date(&book, 1, "last_review").as_deref(), Some("2023-11-20"));
    book.sound();
}

#[test]
fn none_is_opened_where_one_is_open_and_the_history_says_which() {
    let book = book("2022-01-10 09:00");
    in_force(&book);
    let by_hand = book.open("2022-11-01 09:00", "review", &[("account", "7")]);
    assert_eq!(book.state(by_hand.0).opened.root, CaseNumber(1), "it joins the family of its subject");
    book.tick("2022-11-28 09:00");
    assert!(book.names(1).contains(&"start-came"));
    assert!(book.state(1).children.iter().all(|child| child.map == "check"));
    assert!(book.story(1).iter().any(|line| line.contains("start-came")), "{:#?}", book.story(1));
    book.act("2022-12-01 09:00", by_hand, done());
    book.act("2022-12-01 09:00", by_hand, answer("good"));
    assert_eq!(date(&book, 1, "last_review").as_deref(), Some("2022-12-01"));
    book.sound();
}

#[test]
fn what_is_not_done_in_time_is_late_and_starts_a_chase() {
    let book = book("2022-01-10 09:00");
    in_force(&book);
    book.tick("2023-01-10 23:59");
    assert!(!timer(&book, 1, TimerKind::By, "review").unwrap().passed);
    book.tick("2023-01-11 00:00");
    assert!(timer(&book, 1, TimerKind::By, "review").unwrap().passed);
    assert_eq!(book.state(4).opened.map, "chase");
    assert!(book.work("Boss").iter().any(|line| line.contains('1')), "{:?}", book.work("Boss"));
    // Recorded late, and done in time: not late after all, and the chase stays.
    let in_time =
        |command: mapcase_case::Command| mapcase_case::Command { at: Some(at("2023-01-09 12:00")), ..command };
    book.act("2023-01-20 09:00", CaseNumber(3), in_time(done()));
    book.act("2023-01-20 09:00", CaseNumber(3), in_time(answer("good")));
    assert!(book.names(1).contains(&"deadline-retracted"));
    assert_eq!(date(&book, 1, "last_review").as_deref(), Some("2023-01-09"));
    assert!(!timer(&book, 1, TimerKind::By, "review").unwrap().passed);
    assert!(book.state(4).is_open());
    book.sound();
}

#[test]
fn one_that_is_withdrawn_was_not_done() {
    let book = book("2022-01-10 09:00");
    in_force(&book);
    book.tick("2022-11-28 00:00");
    book.act("2022-12-01 09:00", CaseNumber(3), withdraw("Boss"));
    assert_eq!(date(&book, 1, "last_review").as_deref(), Some("2022-01-10"));
    assert!(timer(&book, 1, TimerKind::By, "review").is_some());
    book.sound();
}

#[test]
fn stock_that_is_entered_late_fires_at_once_and_a_date_that_is_missing_starts_nothing() {
    let book = book("2024-05-01 09:00");
    let stock = book.open("2024-05-01 09:00", "force", &[("account", "8")]);
    assert!(book.state(stock.0).timers.is_empty());
    book.act("2024-05-02 09:00", stock, set(&[("last_review", "2023-01-10")]));
    let opened = book.state(2);
    assert_eq!((opened.opened.map.as_str(), opened.opened_at), ("chase", at("2024-05-02 09:00")));
    assert_eq!(book.state(3).opened.map, "review");
    book.sound();
}

#[test]
fn an_end_of_another_map_is_what_a_case_waits_for() {
    let book = book("2022-01-10 09:00");
    let force = in_force(&book);
    assert_eq!(book.work("Worker"), Vec::<String>::new(), "nobody has to bring it");
    let kept = book.open("2022-02-01 09:00", "closing", &[("account", "7")]);
    book.act("2022-02-02 09:00", kept, answer("no"));
    assert!(book.state(force.0).is_open(), "that outcome does not count");
    let other = book.open("2022-02-03 09:00", "closing", &[("account", "9")]);
    book.act("2022-02-03 09:00", other, answer("yes"));
    assert!(book.state(force.0).is_open(), "that was another subject");
    let closing = book.open("2022-02-04 09:00", "closing", &[("account", "7")]);
    book.act("2022-02-05 09:00", closing, answer("yes"));
    let over = book.state(force.0);
    assert_eq!((over.status.word(), over.step.as_str()), ("ended", "over"));
    assert_eq!(over.done["running"].actor, None);
    assert!(over.timers.is_empty());
    book.sound();
}

/// What comes by itself cannot come before somebody supplies what is missing for it.
#[test]
fn an_end_for_which_something_is_missing_is_somebodys_to_do() {
    let needs = FORCE.replace("received: over", "needs: [last_review]\n    received: over");
    let maps =
        [("force", needs.as_str()), ("review", REVIEW), ("check", CHECK), ("chase", CHASE), ("closing", CLOSING)];
    let book = Book::new(&atlas_of(&maps), at("2022-01-10 09:00"));
    let force = book.open("2022-01-10 09:00", "force", &[("account", "7"), ("first_paid_on", "2022-01-10")]);
    assert_eq!(book.work("Worker").len(), 1, "{:?}", book.work("Worker"));
    book.act("2022-01-11 09:00", force, set(&[("last_review", "2022-01-10")]));
    assert_eq!(book.work("Worker"), Vec::<String>::new());
    book.sound();
}

#[test]
fn a_role_may_record_the_end_by_hand() {
    let book = book("2022-01-10 09:00");
    let force = in_force(&book);
    book.act("2022-03-01 09:00", force, receive());
    assert_eq!(book.state(force.0).status.word(), "ended");
    assert_eq!(book.tick("2024-01-01 09:00"), 0, "nothing comes round any more");
    book.sound();
}

#[test]
fn a_case_without_a_subject_or_of_one_that_has_no_open_case_is_a_family_of_its_own() {
    let book = book("2022-01-10 09:00");
    let first = book.open("2022-01-10 09:00", "closing", &[("account", "7")]);
    let none = book.open("2022-01-11 09:00", "review", &[]);
    assert_eq!(book.state(none.0).opened.root, none);
    book.act("2022-01-12 09:00", first, answer("no"));
    let next = book.open("2022-01-13 09:00", "review", &[("account", "7")]);
    assert_eq!(book.state(next.0).opened.root, next);
    // Of several families, the one by which cases come round, also if it is the younger.
    let engine_opening = opening("force", &[("last_review", "2022-01-01")]);
    let force =
        book.on(at("2022-01-14 09:00")).open(&engine_opening, None).unwrap().case.parse::<CaseNumber>().unwrap();
    book.act("2022-01-14 09:00", force, set(&[("account", "7")]));
    let joined = book.open("2022-01-15 09:00", "closing", &[("account", "7")]);
    assert_eq!(book.state(joined.0).opened.root, force);
    book.sound();
}

/// Which cases are open when one is opened depends on timers that nobody has looked at yet.
#[test]
fn the_family_that_is_joined_does_not_depend_on_when_tick_runs() {
    let lived = |ticks: &[&str]| {
        let book = book("2022-01-10 09:00");
        in_force(&book);
        ticks.iter().for_each(|now| assert!(book.tick(now) <= 2));
        let closing = book.open("2023-02-01 09:00", "closing", &[("account", "7")]);
        book.act("2023-02-02 09:00", closing, answer("yes"));
        book.act("2023-02-03 09:00", CaseNumber(3), done());
        book.sound();
        (1..=5).map(|case| book.story(case)).collect::<Vec<_>>()
    };
    let never = lived(&[]);
    assert_eq!(never, lived(&["2022-04-10 00:00", "2022-11-28 00:00", "2023-01-11 00:00"]));
    assert_eq!(never, lived(&["2022-04-10 01:00", "2022-04-12 00:00", "2022-12-28 00:00", "2023-01-31 00:00"]));
}

/// A closing that ends while the other case is not there yet is not lost.
#[test]
fn an_end_that_came_before_the_wait_is_received_there() {
    let early =
        FORCE.replace("next: running }", "next: prepare }\n  prepare: { role: Worker, title: Prepare, next: running }");
    let maps =
        [("force", early.as_str()), ("review", REVIEW), ("check", CHECK), ("chase", CHASE), ("closing", CLOSING)];
    let book = Book::new(&atlas_of(&maps), at("2022-01-10 09:00"));
    let force = in_force(&book);
    let closing = book.open("2022-02-01 09:00", "closing", &[("account", "7")]);
    book.act("2022-02-02 09:00", closing, answer("yes"));
    assert_eq!(book.state(force.0).step, "prepare");
    book.act("2022-02-03 09:00", force, done());
    assert_eq!(book.state(force.0).status.word(), "ended");
    // What ended before a case was opened is of another time.
    let next = book.open("2022-03-01 09:00", "force", &[("account", "7")]);
    book.act("2022-03-01 09:00", next, done());
    assert!(book.state(next.0).is_open());
    book.sound();
}
