//! How often controls held: done, in time, late, passed by, taken back; which open cases are an exception; and the order of the
//! worklist by the risk rule. On a small atlas of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::sync::Arc;

use common::{Book, CALENDAR, SMALL, With, answer, at, done, map, receive, set, withdraw};
use mapcase_case::CaseNumber;
use mapcase_engine::controls::{Counted, Held, Why};
use mapcase_map::CheckedAtlas;
use mapcase_map::check::AtlasFile;
use mapcase_map::controls::Carrier;

const REGISTER: &str = "controls: audit
title: An audit
items:
  S: { title: Two pairs of eyes, binds: separation }
  D: { title: Agreed in time, binds: deadline }
  W: { title: The answer comes, binds: deadline }
  L: { title: All of it in time, binds: deadline }
  M: { title: A whole map, binds: report }
  Y: { title: A check comes round, binds: deadline }
  R:
    title: The stock
    binds: report
    exceptions:
      unsigned: { title: Unsigned, cases: [m, n], without: signed_on }
      late: { title: Late, cases: m, late: any }
      unchecked: { title: Not checked, cases: live, late: check }
      either: { title: Either, cases: m, without: [signed_on, kind], late: [agree] }
";

const MAP: &str = "controls: [M]
record:
  signed_on: { type: date, title: Signed on }
  kind: { type: choice, title: Kind, choices: [plain, closing] }
  urgent: { type: yes-no, title: Urgent }
steps:
  begun: { kind: start, title: Begun, next: ask }
  ask: { role: Worker, title: Ask, next: agree }
  agree:
    kind: decision
    role: [Second, Boss]
    title: Agreed?
    controls: [S, D]
    not_by: ask
    due: 2 days
    overdue: { tell: Boss }
    answers: { yes: hear, no: over }
  hear: { kind: wait, role: Worker, for: The answer, controls: [W], within: 1 week, received: close, lapsed: close }
  close: { role: Worker, title: Close, needs: [signed_on, kind, urgent], next: over }
  over: { kind: end, outcome: over }
limits:
  whole: { title: Everything, from: begun, to: close, within: 2 weeks, overdue: { tell: Boss }, controls: [L] }
";

const OTHER: &str = "record:
  signed_on: { type: date, title: Signed on }
  kind: { type: choice, title: Kind, choices: [plain, closing] }
steps:
  begun: { kind: start, title: Begun, next: sign }
  sign: { role: Worker, title: Sign, needs: [signed_on, kind], due: 1 day, overdue: { tell: Boss, go: over }, controls: [D], next: over }
  over: { kind: end, outcome: over }
";

const LIVE: &str = "record:
  last_check: { type: date, title: Last check }
steps:
  begun: { kind: start, title: Begun, needs: [last_check], next: live }
  live: { kind: wait, role: Worker, for: The end, received: over }
  over: { kind: end, outcome: over }
starts:
  check:
    title: Check
    map: check
    at: 4 weeks after last_check
    sets: last_check
    by: 6 weeks of last_check
    overdue: { tell: Boss }
    controls: [Y]
";

const CHECK: &str = "steps:
  due: { kind: start, from: live, title: Due, next: look }
  look: { role: Worker, title: Look, next: over }
  over: { kind: end, outcome: over }
";

fn atlas(risk: &str) -> Arc<CheckedAtlas> {
    let mut files = vec![("atlas.yaml".to_string(), format!("{SMALL}{risk}")), ("plain.yaml".into(), CALENDAR.into())];
    files.extend([map("m", MAP), map("n", OTHER), map("live", LIVE), map("check", CHECK)]);
    files.extend([("audit.yaml".to_string(), REGISTER.to_string())]);
    let files: Vec<AtlasFile> =
        files.into_iter().map(|(path, text)| AtlasFile { path, bytes: text.into_bytes() }).collect();
    let checked = mapcase_map::check(&files);
    Arc::new(
        checked.atlas.filter(|atlas| atlas.stopped().is_empty()).unwrap_or_else(|| panic!("{:#?}", checked.findings)),
    )
}

fn count(book: &Book, now: &str) -> Counted {
    book.on(at(now)).count_controls().unwrap()
}

/// What is counted of the carrier of an id.
fn held(book: &Book, counted: &Counted, control: &str, id: &str) -> Held {
    let carriers = book.atlas.carriers(control);
    counted.held(carriers.iter().find(|carrier| carrier.id() == id).unwrap_or_else(|| panic!("{control} {id}")))
}

fn cases(numbers: &[u64]) -> Vec<CaseNumber> {
    numbers.iter().map(|number| CaseNumber(*number)).collect()
}

/// Begun and asked by ann.
fn asked(book: &Book, now: &str) -> CaseNumber {
    let case = book.open(now, "m", &[]);
    book.act(now, case, done());
    case
}

fn agreed(book: &Book, now: &str, case: CaseNumber) {
    book.act(now, case, answer("yes").by("bob").role("Second"));
}

#[test]
fn what_was_done_in_time_late_and_not_at_all_is_counted() {
    let book = Book::new(&atlas(""), at("2022-10-10 09:00"));
    let [in_time, late, open] = [(); 3].map(|()| asked(&book, "2022-10-10 09:00"));
    agreed(&book, "2022-10-11 09:00", in_time);
    agreed(&book, "2022-10-14 09:00", late);
    let running = asked(&book, "2022-10-14 10:00");
    let gone = book.open("2022-10-14 10:00", "n", &[]);
    book.act("2022-10-14 11:00", in_time, receive());
    let now = "2022-10-24 09:00";
    book.tick(now);
    assert_eq!(book.state(late.0).step, "close", "nothing came");
    assert_eq!(book.state(gone.0).step, "over", "the deadline moved it");

    let counted = count(&book, now);
    let agree = held(&book, &counted, "D", "agree");
    assert_eq!((agree.done, agree.in_time, agree.running), (2, 1, 0));
    assert_eq!(agree.late, cases(&[late.0, open.0, running.0]), "late and done, late and open, each once");
    assert_eq!(held(&book, &counted, "S", "agree"), agree, "one step carries both");
    let sign = held(&book, &counted, "D", "sign");
    assert_eq!((sign.done, sign.in_time), (0, 0));
    assert_eq!((sign.late, sign.passed_by), (cases(&[gone.0]), cases(&[gone.0])));
    let hear = held(&book, &counted, "W", "hear");
    assert_eq!((hear.done, hear.passed_by), (1, cases(&[late.0])));
    let whole = held(&book, &counted, "L", "whole");
    assert_eq!((whole.in_time, whole.late.len(), whole.running), (0, 0, 4));
    assert_eq!(held(&book, &counted, "M", "m").done, 4);
    assert_eq!(held(&book, &counted, "R", "unsigned").done, 4, "the open cases of both maps");
    book.sound();
}

#[test]
fn what_tick_has_not_recorded_is_late_all_the_same() {
    let book = Book::new(&atlas(""), at("2022-10-10 09:00"));
    let case = asked(&book, "2022-10-10 09:00");
    let of = |now: &str| {
        let counted = count(&book, now);
        let agree = held(&book, &counted, "D", "agree");
        (agree.late, agree.running)
    };
    assert_eq!(of("2022-10-12 23:59"), (vec![], 1));
    assert_eq!(of("2022-10-13 00:00"), (vec![case], 0), "the first instant that is late");
    book.tick("2022-10-13 00:00");
    assert_eq!(of("2022-10-13 00:00"), (vec![case], 0), "and once only, when it is recorded");
}

#[test]
fn what_was_taken_back_is_not_counted() {
    let book = Book::new(&atlas(""), at("2022-10-10 09:00"));
    let case = asked(&book, "2022-10-10 09:00");
    book.tick("2022-10-14 09:00");
    // It was agreed in time and is recorded late.
    book.act("2022-10-14 10:00", case, answer("yes").by("bob").role("Second").at("2022-10-12 10:00"));
    let counted = count(&book, "2022-10-14 10:00");
    let agree = held(&book, &counted, "D", "agree");
    assert_eq!((agree.done, agree.in_time, agree.late), (1, 1, vec![]));
    // The wait ran out, and the answer had come before.
    book.tick("2022-10-21 09:00");
    assert_eq!(held(&book, &count(&book, "2022-10-21 09:00"), "W", "hear").passed_by, vec![case]);
    book.act("2022-10-21 10:00", case, receive().at("2022-10-18 10:00").step("hear"));
    let hear = held(&book, &count(&book, "2022-10-21 10:00"), "W", "hear");
    assert_eq!((hear.done, hear.passed_by), (1, vec![]));
    book.sound();
}

#[test]
fn reports_look_at_every_open_case_old_ones_too() {
    let book = Book::new(&atlas(""), at("2022-10-10 09:00"));
    let signed = book.open("2022-10-10 09:00", "m", &[("signed_on", "2022-10-01"), ("kind", "plain")]);
    let unsigned = asked(&book, "2022-10-11 09:00");
    let over = book.open("2022-10-11 10:00", "m", &[]);
    book.act("2022-10-11 11:00", over, withdraw("Boss"));
    let other = book.open("2022-10-12 09:00", "n", &[("kind", "closing")]);
    let counted = count(&book, "2022-10-14 09:00");
    let carriers = book.atlas.carriers("R");
    let found = |id: &str| {
        let carrier = carriers.iter().find(|carrier| carrier.id() == id).unwrap();
        let of = |exception: mapcase_engine::controls::Exception| {
            let why = exception.why.iter().map(|why| match why {
                Why::NotSet(field) => format!("no {field}"),
                Why::Late { kind, id, .. } => format!("{kind} {id}"),
            });
            (exception.case, exception.since, why.collect::<Vec<_>>())
        };
        counted.exceptions(carrier).into_iter().map(of).collect::<Vec<_>>()
    };
    let no = |fields: &[&str]| fields.iter().map(|field| format!("no {field}")).collect::<Vec<_>>();
    // The deadline of `n` has passed too, but it moves the case: until `tick`, the case is open and an exception.
    let unsigned_row = (unsigned, at("2022-10-11 09:00"), no(&["signed_on"]));
    assert_eq!(found("unsigned"), [unsigned_row, (other, at("2022-10-12 09:00"), no(&["signed_on"]))]);
    assert_eq!(found("late"), [(unsigned, at("2022-10-14 00:00"), vec!["deadline agree".to_string()])]);
    let both = ["no signed_on", "no kind", "deadline agree"].map(str::to_string).to_vec();
    assert_eq!(found("either"), [(unsigned, at("2022-10-11 09:00"), both)], "{signed} has both fields");
}

#[test]
fn what_comes_round_is_counted_with_what_it_opened() {
    let book = Book::new(&atlas(""), at("2022-10-10 09:00"));
    let live = book.open("2022-10-10 09:00", "live", &[("last_check", "2022-10-10")]);
    let of = |now: &str| {
        book.tick(now);
        let counted = count(&book, now);
        let check = held(&book, &counted, "Y", "check");
        let report = book.atlas.carriers("R").into_iter().find(|carrier| carrier.id() == "unchecked").unwrap();
        let found = counted.exceptions(&report).into_iter().map(|found| (found.case, found.since)).collect::<Vec<_>>();
        ((check.opened, check.done, check.in_time, check.running), check.late, found)
    };
    assert_eq!(of("2022-11-06 09:00"), ((0, 0, 0, 1), vec![], vec![]));
    assert_eq!(of("2022-11-08 09:00"), ((1, 0, 0, 1), vec![], vec![]));
    book.act("2022-11-10 09:00", CaseNumber(2), done());
    assert_eq!(of("2022-11-10 10:00"), ((1, 1, 1, 1), vec![], vec![]), "done, and the next runs");
    // Six weeks of the last check are over.
    let late = ((2, 1, 1, 0), vec![live], vec![(live, at("2022-12-23 00:00"))]);
    assert_eq!(of("2022-12-30 09:00"), late);
    book.act("2022-12-30 10:00", CaseNumber(3), done());
    assert_eq!(of("2022-12-30 11:00"), ((2, 2, 1, 1), vec![live], vec![]), "it was late, and is no exception any more");
    book.sound();
}

#[test]
fn a_step_that_is_late_is_an_exception_until_it_is_done() {
    let book = Book::new(&atlas(""), at("2022-10-10 09:00"));
    let case = asked(&book, "2022-10-10 09:00");
    let exceptions = |now: &str| {
        let counted = count(&book, now);
        let carriers = book.atlas.carriers("D");
        let step = carriers.iter().find(|carrier| matches!(carrier, Carrier::Step(_, step) if step.id == "agree"));
        counted
            .exceptions(step.unwrap())
            .into_iter()
            .map(|found| (found.case, found.step, found.since))
            .collect::<Vec<_>>()
    };
    assert_eq!(exceptions("2022-10-12 09:00"), []);
    assert_eq!(exceptions("2022-10-14 09:00"), [(case, "agree".to_string(), at("2022-10-13 00:00"))]);
    agreed(&book, "2022-10-14 10:00", case);
    assert_eq!(exceptions("2022-10-14 11:00"), []);
}

#[test]
fn the_worklist_goes_by_rank_then_by_time_and_reads_the_record() {
    let risk = "risk:
  - { title: Closing, where: { kind: closing } }
  - { title: Elsewhere, map: n }
  - { title: Late, late: true }
  - { title: Urgent, theme: t, where: { urgent: yes, kind: [plain, closing] } }
";
    let book = Book::new(&atlas(risk), at("2022-10-10 09:00"));
    let plain = book.open("2022-10-10 09:00", "m", &[]);
    let urgent = book.open("2022-10-11 09:00", "m", &[("urgent", "yes"), ("kind", "plain")]);
    let closing = book.open("2022-10-12 09:00", "m", &[("kind", "closing")]);
    let other = book.open("2022-10-12 10:00", "n", &[]);
    let order = |now: &str| {
        let rows = book.on(at(now)).work(Some("Worker"), None).unwrap();
        let row = |row: mapcase_engine::query::WorkRow| (row.case.case, row.risk.map(|risk| (risk.rank, risk.title)));
        rows.into_iter().map(row).collect::<Vec<_>>()
    };
    let ranked = |rank: usize, title: &str| Some((rank, title.to_string()));
    let (first, second) = ((closing, ranked(1, "Closing")), (other, ranked(2, "Elsewhere")));
    assert_eq!(
        order("2022-10-12 12:00"),
        [first.clone(), second.clone(), (urgent, ranked(4, "Urgent")), (plain, None)]
    );
    // The whole-map limits pass: both others are late, and the older is due first.
    let late = |case| (case, ranked(3, "Late"));
    assert_eq!(order("2022-10-26 12:00"), [first, second, late(plain), late(urgent)]);
    // What a field says now counts.
    book.act("2022-10-26 13:00", plain, set(&[("kind", "closing")]).role("Worker"));
    assert_eq!(order("2022-10-26 13:00")[..2], [(plain, ranked(1, "Closing")), (closing, ranked(1, "Closing"))]);
}
