//! Cases that come of cases: handed over, called and come back, started beside, withdrawn when what led there is taken back; and
//! the shapes of time that the real maps do not have.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
#[path = "links/shapes.rs"]
mod shapes;

use common::{Book, With, answer, at, attachment, command, done, helps, map, note, receive, set, withdraw};
use mapcase_case::event::EventBody;
use mapcase_case::{Act, CaseNumber, RefusalKind, Status};

/// The values of the columns of `event` and `personal_value` in which a text stands.
fn found_in(book: &Book, table: &str, text: &str) -> usize {
    common::dump(&book.path).iter().filter(|row| row.starts_with(&format!("{table}:")) && row.contains(text)).count()
}

#[test]
fn a_transfer_out_is_handed_over_to_the_closure() {
    let record =
        [("ics_number", "123456"), ("child_name", "Ada Example"), ("ola", "Testshire"), ("date_ending", "2022-12-31")];
    let book = Book::real("2022-11-01");
    let case = book.open("2022-11-18 12:00", "transfer-out", &record);
    book.act("2022-11-18 12:00", case, done());
    book.act("2022-11-18 13:00", case, done());
    assert_eq!(book.act("2022-11-18 14:00", case, done()), "close-dp");
    let (from, to) = (book.state(1), book.state(2));
    assert_eq!(from.status, Status::HandedOver { case: CaseNumber(2), map: "direct-payment-closure".to_string() });
    assert_eq!((to.opened.map.as_str(), to.step.as_str()), ("direct-payment-closure", "state-reason"));
    let origin = to.opened.origin.clone().unwrap();
    assert_eq!(
        (origin.case.0, origin.map.as_str(), origin.step.as_str(), origin.mode.as_str()),
        (1, "transfer-out", "close-dp", "hand-over")
    );
    assert_eq!(to.opened.root, CaseNumber(1));
    let record: Vec<_> =
        to.record.iter().map(|(field, kept)| format!("{field}={}", kept.value().unwrap().display())).collect();
    assert_eq!(record, ["date_ending=2022-12-31", "ics_number=123456"]);
    let handed = book.events(1).pop().unwrap();
    let EventBody::CaseHandedOver(linked) = handed.body else { panic!("{handed:?}") };
    assert_eq!(
        (linked.case.0, linked.map.as_str(), linked.carried),
        (
            2,
            "direct-payment-closure",
            vec!["ics_number".to_string(), "date_ending".to_string()].into_iter().rev().collect::<Vec<_>>()
        )
    );
    // Both histories name each other, in words too.
    let words = |case: u64| -> String {
        let run = book.read();
        let machine = run.view(CaseNumber(case)).unwrap().machine;
        let rows = run.history(CaseNumber(case)).unwrap();
        let words = rows
            .iter()
            .map(|row| mapcase_engine::describe::describe(&row.event, Some(&machine), chrono_tz::Europe::London));
        words.collect::<Vec<_>>().join("\n")
    };
    assert!(words(1).contains(&format!("case {} (direct-payment-closure)", CaseNumber(2))), "{}", words(1));
    assert!(words(2).contains(&format!("case {} (transfer-out", CaseNumber(1))), "{}", words(2));
    // The name of the child is in no event: it is kept apart, and the closure has no field for it.
    assert_eq!((found_in(&book, "event", "Ada"), found_in(&book, "personal_value", "Ada")), (0, 1));
    assert_eq!((found_in(&book, "case_now", "Ada"), found_in(&book, "request", "Ada")), (0, 0));
    helps(&book.refuse("2022-11-19", case, done()), RefusalKind::NotOpen, &["2W", "go on with case"]);
    book.sound();
}

/// Brings an escalation to its answer.
fn answered(book: &Book, case: CaseNumber, given: &str) {
    let needs = [("asks_for", "decision"), ("answer_needed_by", "2022-12-01")];
    book.act("2022-11-21 09:00", case, done().with(&needs).attach(&["question-note"]));
    book.act("2022-11-21 10:00", case, answer("yes"));
    book.act("2022-11-21 11:00", case, answer("no"));
    book.act("2022-11-21 12:00", case, done().with(&[("answer_given", given)]).attach(&["reasons-note"]));
}

fn asked_for_closure() -> Book {
    let book = Book::real("2022-11-01");
    let case = book.open(
        "2022-11-18 12:00",
        "direct-payment-closure",
        &[("ics_number", "123456"), ("date_ending", "2022-12-31")],
    );
    let reason = done()
        .with(&[("closure_reason", "other")])
        .attach(&["closure-request"])
        .check(&["review-done", "notice-given"]);
    book.act("2022-11-18 12:00", case, reason);
    assert_eq!(book.act("2022-11-18 13:00", case, answer("no")), "ask-csm");
    assert_eq!((book.state(1).waits_for, book.state(2).opened.returns_to), (Some(CaseNumber(2)), Some(case)));
    book
}

#[test]
fn an_escalation_brings_each_outcome_back_to_who_called() {
    for (given, outcome, step, status) in [
        ("advice", "advice-given", "tm-agrees", "open"),
        ("decision", "decision-made", "tm-agrees", "open"),
        ("refer-to-panel", "refer-to-panel", "payment-continues", "ended"),
    ] {
        let book = asked_for_closure();
        helps(
            &book.refuse("2022-11-20", CaseNumber(1), done()),
            RefusalKind::WrongCommand,
            &["waits for another case"],
        );
        answered(&book, CaseNumber(2), given);
        let (caller, called) = (book.state(1), book.state(2));
        assert_eq!((caller.step.as_str(), caller.status.word(), caller.waits_for), (step, status, None), "{given}");
        assert_eq!(called.status, Status::Ended { outcome: outcome.to_string() });
        let back = book.events(1).into_iter().find(|event| event.body.name() == "call-returned").unwrap();
        let EventBody::CallReturned { case, outcome: said, .. } = back.body else { panic!() };
        assert_eq!((case.0, said.as_str(), back.occurred_at), (2, outcome, at("2022-11-21 12:00")));
        book.sound();
    }
}

#[test]
fn an_answer_recorded_late_brings_the_caller_on_when_it_was_given() {
    let book = asked_for_closure();
    let needs = [("asks_for", "decision"), ("answer_needed_by", "2022-12-01")];
    let case = CaseNumber(2);
    book.act("2022-11-21 09:00", case, done().with(&needs).attach(&["question-note"]));
    book.act("2022-11-21 10:00", case, answer("yes"));
    book.act("2022-11-21 11:00", case, answer("no"));
    let given = done().with(&[("answer_given", "advice")]).attach(&["reasons-note"]).at("2022-11-22 16:00");
    book.act("2023-01-10 09:00", case, given);
    let caller = book.state(1);
    assert_eq!((caller.step.as_str(), caller.entered_at), ("tm-agrees", at("2022-11-22 16:00")));
    // 5 working days of the TM are over since: that is in the history at the time at which it was so.
    assert!(book.work("CSM").contains(&"1 told tm-agrees".to_string()));
    let passed = book.events(1).into_iter().find(|event| event.body.name() == "deadline-passed").unwrap();
    assert_eq!((passed.occurred_at, passed.recorded_at), (at("2022-11-30"), at("2023-01-10 09:00")));
    // The escalation is not late: it was answered in time and recorded late. What its limit started stays all the same
    // (docs/decisions/0006-retraction.md).
    assert!(book.names(2).contains(&"deadline-retracted"));
    assert_eq!(
        (book.state(3).opened.map.as_str(), book.state(3).status.word()),
        ("senior-management-oversight", "open")
    );
    book.sound();
}

const CALLER: &str = "record:
  number: { type: text, title: Number }
  private: { type: text, title: Private, personal: true }
steps:
  opened: { kind: start, title: Opened, next: ask }
  ask:
    kind: link
    to: called
    mode: call
    title: Ask
    carries: [number, private]
    outcomes: { good: think, bad: closed }
  think: { role: Worker, title: Think, next: closed }
  patience: { role: Worker, title: Out of patience, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
limits:
  whole: { title: Whole, from: opened, to: ask, within: 10 days, overdue: { tell: Boss, go: patience } }
";
const CALLED: &str = "record:
  number: { type: text, title: Number }
  private: { type: text, title: Private, personal: true }
steps:
  begun: { kind: start, title: Begun, from: caller, next: reply }
  reply: { kind: wait, title: Reply, role: Worker, for: A reply, within: 3 days, received: check, lapsed: pass-on }
  check: { role: Worker, title: Check, next: good }
  pass-on: { kind: link, to: third, title: Pass on, carries: [number, private] }
  good: { kind: end, title: Good, outcome: good }
";
const THIRD: &str = "record:
  number: { type: text, title: Number }
  private: { type: text, title: Private, personal: true }
steps:
  begun: { kind: start, title: Begun, from: called, next: decide }
  decide: { kind: decision, title: Good?, role: Boss, answers: { yes: good, no: bad }, due: 2 days, overdue: { tell: Boss, go: bad } }
  good: { kind: end, title: Good, outcome: good }
  bad: { kind: end, title: Bad, outcome: bad }
";

fn called() -> Book {
    let book = Book::small("2022-05-02 09:00", &[map("caller", CALLER), map("called", CALLED), map("third", THIRD)]);
    book.open("2022-05-02 09:00", "caller", &[("number", "77"), ("private", "Secret")]);
    book
}

#[test]
fn a_called_case_that_hands_over_passes_on_the_duty_to_return() {
    let book = called();
    assert_eq!(book.tick("2022-05-06 09:00"), 1);
    assert_eq!((book.state(2).status.word(), book.state(3).opened.map.as_str()), ("handed-over", "third"));
    assert_eq!((book.state(3).opened.returns_to, book.state(1).waits_for), (Some(CaseNumber(1)), Some(CaseNumber(2))));
    book.act("2022-05-06 10:00", CaseNumber(3), answer("yes").role("Boss"));
    assert_eq!(book.state(1).step, "think");
    let back = book.events(1).into_iter().find(|event| event.body.name() == "call-returned").unwrap();
    assert!(matches!(back.body, EventBody::CallReturned { case: CaseNumber(3), .. }));
    book.sound();
}

#[test]
fn what_is_personal_stays_so_in_maps_that_do_not_say_it() {
    let book = called();
    book.tick("2022-05-06 09:00");
    assert_eq!(book.state(3).record["private"].value().unwrap().display(), "Secret");
    assert_eq!((found_in(&book, "event", "Secret"), found_in(&book, "personal_value", "Secret")), (0, 3));
    // A deadline that opens a case gives it every field that both have and that fits; the history says which.
    let late = "record:
  number: { type: text, title: Number }
  known: { type: date, title: Known }
  private: { type: text, title: Private, personal: true }
steps:
  opened: { kind: start, title: Opened, next: work }
  work: { role: Worker, title: Work, due: 1 day, overdue: { start: looked }, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
";
    let looked = "record:
  number: { type: text, title: Number, pattern: '[0-9]+' }
  private: { type: text, title: Private }
steps:
  begun: { kind: start, title: Begun, from: late, next: look }
  look: { role: Boss, title: Look, next: seen }
  seen: { kind: end, title: Seen, outcome: seen }
";
    for (number, carried) in [("seven", vec!["private"]), ("7", vec!["number", "private"])] {
        let book = Book::small("2022-05-02 09:00", &[map("late", late), map("looked", looked)]);
        book.open("2022-05-02 09:00", "late", &[("number", number), ("private", "Secret"), ("known", "2022-05-01")]);
        book.tick("2022-05-05");
        assert_eq!(book.state(2).record.keys().collect::<Vec<_>>(), carried);
        let event = book.events(1).into_iter().find(|event| event.body.name() == "deadline-passed").unwrap();
        let EventBody::DeadlinePassed { started: Some(linked), .. } = event.body else { panic!("{event:?}") };
        assert_eq!(linked.carried, carried);
        assert_eq!((found_in(&book, "event", "Secret"), found_in(&book, "personal_value", "Secret")), (0, 2));
        book.sound();
    }
}

#[test]
fn a_case_that_another_waits_for_is_not_withdrawn() {
    let book = called();
    let refusal = book.refuse("2022-05-02 10:00", CaseNumber(2), withdraw("Boss"));
    helps(&refusal, RefusalKind::Awaited, &["case 1R waits for the outcome of case 2W", "withdraw case 1R first"]);
    // Nor the case to which the called one was handed over.
    book.tick("2022-05-06 09:00");
    helps(&book.refuse("2022-05-06 10:00", CaseNumber(3), withdraw("Boss")), RefusalKind::Awaited, &["1R", "3A"]);
    // The one that waits can go; then nobody waits.
    book.act("2022-05-06 10:00", CaseNumber(1), withdraw("Boss"));
    book.act("2022-05-06 11:00", CaseNumber(3), withdraw("Boss"));
    book.sound();
}

#[test]
fn an_outcome_for_which_nobody_waits_any_more_is_noted() {
    let book = called();
    book.act("2022-05-03 09:00", CaseNumber(2), receive());
    // The limit moves the caller on while the other case is still being checked.
    assert_eq!(book.tick("2022-05-13 09:00"), 1);
    assert_eq!((book.state(1).step.as_str(), book.state(1).waits_for), ("patience", None));
    book.act("2022-05-13 10:00", CaseNumber(2), done());
    let last = book.events(1).pop().unwrap();
    assert!(
        matches!(last.body, EventBody::OutcomeNoted { case: CaseNumber(2), ref outcome } if outcome == "good"),
        "{last:?}"
    );
    assert_eq!(book.state(1).step, "patience");
    book.act("2022-05-13 11:00", CaseNumber(1), done());
    book.sound();
}

#[test]
fn an_outcome_that_came_before_the_caller_was_moved_on_and_was_recorded_after_is_in_time() {
    let book = called();
    book.act("2022-05-03 09:00", CaseNumber(2), receive());
    book.tick("2022-05-13 09:00");
    book.act("2022-05-13 10:00", CaseNumber(2), done().at("2022-05-12 23:59:59"));
    assert_eq!((book.state(1).step.as_str(), book.state(1).entered_at), ("think", at("2022-05-12 23:59:59")));
    assert!(book.names(1).contains(&"timeout-retracted"));
    assert!(book.state(1).timers.is_empty(), "the limit was met");
    book.sound();
    // Where somebody has acted on the caller, the outcome is noted.
    let book = called();
    book.act("2022-05-03 09:00", CaseNumber(2), receive());
    book.act("2022-05-13 09:00", CaseNumber(1), set(&[("number", "78")]));
    book.act("2022-05-13 10:00", CaseNumber(2), done().at("2022-05-12 23:59:59"));
    assert_eq!(book.state(1).step, "patience");
    assert_eq!(book.names(1).last(), Some(&"outcome-noted"));
}

#[test]
fn a_timeout_is_taken_back_with_the_outcome_that_came_of_it() {
    let book = called();
    // Lapsed on 5 May, handed over, decided by the clock on 9 May: the caller has ended.
    book.tick("2022-05-10 09:00");
    assert_eq!(book.state(1).status, Status::Ended { outcome: "closed".to_string() });
    book.act("2022-05-10 10:00", CaseNumber(2), receive().at("2022-05-05 12:00"));
    assert_eq!((book.state(2).step.as_str(), book.state(2).entered_at), ("check", at("2022-05-05 12:00")));
    assert_eq!(
        (book.state(1).status.word(), book.state(1).step.as_str(), book.state(1).waits_for),
        ("open", "ask", Some(CaseNumber(2)))
    );
    assert_eq!(book.state(3).status.word(), "ended");
    book.act("2022-05-10 11:00", CaseNumber(2), done());
    assert_eq!(book.state(1).step, "think");
    book.sound();
}

#[test]
fn a_timeout_stays_where_somebody_has_acted_on_what_came_of_it() {
    let book = called();
    book.tick("2022-05-06 09:00");
    book.act("2022-05-06 10:00", CaseNumber(3), answer("yes"));
    let refusal = book.refuse("2022-05-06 11:00", CaseNumber(2), receive().at("2022-05-05 12:00"));
    helps(&refusal, RefusalKind::TooLate, &["`reply`", "case 3A", "Boss", "note"]);
    // Nor where somebody has acted on the caller since.
    let book = called();
    book.act("2022-05-10 09:00", CaseNumber(1), note("the time is up"));
    book.act("2022-05-10 10:00", CaseNumber(2), receive().at("2022-05-05 12:00"));
    let book = Book::small(
        "2022-05-02",
        &[map("caller", &CALLER.replace("bad: closed", "bad: think")), map("called", CALLED), map("third", THIRD)],
    );
    book.open("2022-05-02 09:00", "caller", &[]);
    book.act("2022-05-10 09:00", CaseNumber(1), done());
    let refusal = book.refuse("2022-05-10 10:00", CaseNumber(2), receive().at("2022-05-05 12:00"));
    helps(&refusal, RefusalKind::TooLate, &["somebody has acted on case 1", "Boss"]);
}

#[test]
fn a_reply_in_time_withdraws_the_escalation_that_nobody_has_touched() {
    let record = [("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-04-10")];
    let make = || {
        let book = Book::real("2022-10-01");
        let case = book.open("2022-10-10 09:00", "financial-review-preparation", &record);
        book.act("2022-10-10 09:00", case, done());
        book.act("2022-10-14 10:00", case, done());
        book.act("2022-10-14 10:00", case, done().attach(&["letter"]));
        book.act("2022-10-29 09:00", case, answer("no"));
        book.act("2022-10-29 09:00", case, done().attach(&["second-letter"]));
        book.tick("2022-11-20");
        assert_eq!((book.state(1).step.as_str(), book.state(2).step.as_str()), ("escalate-to-asw", "state-question"));
        // The escalation keeps the fields that both records have.
        let origin = book.state(2).opened.origin.unwrap();
        assert_eq!((origin.step.as_str(), origin.mode.as_str()), ("escalate-to-asw", "start"));
        assert_eq!(book.state(2).record.keys().collect::<Vec<_>>(), ["ics_number"]);
        book
    };
    let reply = || receive().attach(&["returned-documents"]).at("2022-11-12 18:00");
    let book = make();
    book.act("2022-11-20 10:00", CaseNumber(2), note("seen"));
    book.act("2022-11-20 11:00", CaseNumber(1), reply());
    assert_eq!(
        (book.state(1).step.as_str(), book.state(2).status.clone()),
        ("complete-to-progress", Status::Withdrawn)
    );
    let back = book.events(1).into_iter().find(|event| event.body.name() == "timeout-retracted").unwrap();
    assert_eq!((back.step.as_deref(), back.actor.as_deref()), (Some("response-to-second-letter"), Some("ann")));
    assert!(book.work("CSM").is_empty());
    book.sound();
    // Somebody has begun to work on it: then it stays, and the reply is refused with the way out.
    let book = make();
    book.act("2022-11-20 10:00", CaseNumber(2), command(Act::Attach(attachment("question-note"))));
    let refusal = book.refuse("2022-11-20 11:00", CaseNumber(1), reply());
    helps(&refusal, RefusalKind::TooLate, &["response-to-second-letter", "case 2W", "CSM", "DPTM", "supervisor"]);
    // Unless a supervisor has withdrawn it.
    book.act("2022-11-20 12:00", CaseNumber(2), withdraw("CSM"));
    assert_eq!(book.act("2022-11-20 13:00", CaseNumber(1), reply()), "complete-to-progress");
    book.sound();
    // And a reply that came at the very midnight is late.
    let book = make();
    let late = receive().attach(&["returned-documents"]).at("2022-11-13 00:00");
    helps(&book.refuse("2022-11-20 11:00", CaseNumber(1), late), RefusalKind::WrongCommand, &["mapcase do"]);
}

#[test]
fn a_case_that_is_started_beside_runs_by_itself() {
    let book = Book::real("2022-11-01");
    let record =
        [("ics_number", "123456"), ("provider", "Care Ltd"), ("current_rate", "15.00"), ("proposed_rate", "16.50")];
    let case = book.open("2022-11-01 09:00", "service-uplift-request", &record);
    for (now, act) in [
        ("2022-11-01 09:00", done().attach(&["written-request"])),
        ("2022-11-01 10:00", answer("no")),
        ("2022-11-01 11:00", done().attach(&["letter-to-family"])),
        ("2022-11-02 09:00", receive()),
        ("2022-11-02 10:00", answer("yes")),
        ("2022-11-03 09:00", done().attach(&["rate-comparison"])),
        ("2022-11-03 10:00", answer("yes")),
        ("2022-11-04 09:00", answer("yes")),
        (
            "2022-11-04 10:00",
            done().attach(&["decision-form"]).with(&[("agreed_rate", "£16.00"), ("effective_from", "2022-12-01")]),
        ),
    ] {
        book.act(now, case, act);
    }
    let (request, beside) = (book.state(1), book.state(2));
    assert_eq!((request.step.as_str(), request.waits_for), ("tell-agreement", Some(CaseNumber(3))));
    assert_eq!(
        (beside.opened.map.as_str(), beside.step.as_str(), beside.opened.returns_to),
        ("service-uplift-cross-reference", "list-payments", None)
    );
    assert_eq!(beside.record["agreed_rate"].value().unwrap().display(), "£16.00");
    assert_eq!(beside.opened.origin.unwrap().mode, "start");
    let letters = done().attach(&["letter-to-family"]).check(&["what-and-why", "from-when", "whom-to-ask"]);
    let others = done().attach(&["copies"]).check(&["provider-told", "payroll-told", "asw-told"]);
    for (now, act) in [("2022-11-04 11:00", answer("no")), ("2022-11-04 12:00", letters), ("2022-11-04 13:00", others)]
    {
        book.act(now, CaseNumber(3), act);
    }
    assert_eq!((book.state(1).status.word(), book.state(2).status.word()), ("ended", "open"));
    book.sound();
}
