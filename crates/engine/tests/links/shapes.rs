//! Shapes of time that the real maps do not have.

use mapcase_case::event::EventBody;
use mapcase_case::{CaseNumber, RefusalKind};
use mapcase_engine::Error;

use crate::common::{
    Book, With, answer, at, done, helps, map, note, receive, set, small_atlas, small_atlas_covering, withdraw,
};

const ONE: CaseNumber = CaseNumber(1);

fn open(steps: &str, record: &[(&str, &str)]) -> Book {
    let mut maps = vec![map("shape", steps)];
    if steps.contains("beside") {
        maps.push(map("beside", BESIDE));
    }
    let book = Book::small("2022-05-01", &maps);
    book.open("2022-05-02 09:00", "shape", record);
    book
}

const BESIDE: &str = "record:
  known: { type: date, title: Known }
steps:
  begun: { kind: start, title: Begun, from: shape, next: look }
  alone: { kind: start, title: Alone, next: look }
  look: { role: Boss, title: Look, due: 2 days, overdue: { tell: Boss }, next: seen }
  seen: { kind: end, title: Seen, outcome: seen }
";

const OTHER: &str = "steps:
  begun: { kind: start, title: Begun, next: look }
  look: { role: Boss, title: Look, due: 2 days, overdue: { tell: Boss }, next: seen }
  seen: { kind: end, title: Seen, outcome: seen }
";

#[test]
fn at_one_instant_limits_fire_first_then_deadlines_then_what_moves_the_case() {
    let book = open(
        "steps:
  opened: { kind: start, title: Opened, next: reply }
  reply: { kind: wait, title: Reply, role: Worker, for: A reply, due: 3 days, overdue: { tell: Boss }, within: 3 days, received: closed, lapsed: chase }
  chase: { role: Worker, title: Chase, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
limits:
  a-limit: { title: A limit, from: opened, to: chase, within: 3 days, overdue: { tell: Boss } }
"
        .replace("due: 3 days, overdue: { tell: Boss }, within", "within")
        .as_str(),
        &[],
    );
    book.tick("2022-05-10");
    let midnight = "2022-05-05T23:00";
    assert_eq!(
        book.story(1)[3..],
        [
            format!("{midnight} deadline-passed reply"),
            format!("{midnight} wait-lapsed reply"),
            format!("{midnight} step-entered chase")
        ]
    );
    book.sound();
}

#[test]
fn a_deadline_that_passes_can_move_the_case_and_be_taken_back() {
    let steps = "record:
  known: { type: date, title: Known }
steps:
  opened: { kind: start, title: Opened, next: work }
  work: { role: Worker, title: Work, due: 3 days, overdue: { tell: Boss, start: beside, go: chase }, next: closed }
  chase: { role: Boss, title: Chase, due: 1 day, overdue: { tell: Boss, start: beside }, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
";
    let book = open(steps, &[("known", "2022-04-01")]);
    book.tick("2022-05-10");
    assert_eq!(
        (book.state(1).step.as_str(), book.state(2).step.as_str(), book.state(3).step.as_str()),
        ("chase", "look", "look")
    );
    assert_eq!(book.state(2).record["known"].value().unwrap().display(), "2022-04-01");
    book.act("2022-05-10 10:00", ONE, done().step("work").at("2022-05-05 23:59:59"));
    assert_eq!(
        (book.state(1).status.word(), book.state(2).status.word(), book.state(3).status.word()),
        ("ended", "withdrawn", "withdrawn")
    );
    book.sound();
    // Not after somebody has acted.
    let book = open(steps, &[]);
    book.act("2022-05-10 09:00", ONE, set(&[("known", "2022-04-01")]));
    let refusal = book.refuse("2022-05-10 10:00", ONE, done().step("work").at("2022-05-05 23:59:59"));
    helps(&refusal, RefusalKind::TooLate, &["`work`", "somebody has acted since", "Boss"]);
}

const LIMITED: &str = "steps:
  opened: { kind: start, title: Opened, next: first }
  first: { role: Worker, title: First, next: second }
  second: { role: Worker, title: Second, next: third }
  third: { role: Worker, title: Third, next: closed }
  chase: { role: Boss, title: Chase, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
limits:
  whole: { title: Whole, from: first, to: third, within: 3 days, overdue: { tell: Boss, start: beside, go: chase } }
";

#[test]
fn a_limit_that_moved_the_case_and_still_holds_moves_it_again() {
    let book = open(LIMITED, &[]);
    book.act("2022-05-02 10:00", ONE, done());
    book.tick("2022-05-10");
    assert_eq!(book.state(1).step, "chase");
    // `second` was done in time, and `third` was not: the limit holds the case up there.
    assert_eq!(book.act("2022-05-10 10:00", ONE, done().step("second").at("2022-05-04")), "chase");
    let names = book.names(1);
    assert_eq!(names.iter().filter(|name| **name == "deadline-passed").count(), 2, "{names:?}");
    assert_eq!((book.state(2).status.word(), book.state(3).status.word()), ("withdrawn", "open"));
    assert_eq!(book.state(3).opened_at, at("2022-05-06"));
    // Now `third` too: it was done in time after all, and the limit was met.
    assert_eq!(book.act("2022-05-10 11:00", ONE, done().step("third").at("2022-05-05")), "closed");
    assert_eq!(book.state(3).status.word(), "withdrawn");
    let met = book.events(1).into_iter().filter(|event| event.step.as_deref() == Some("third"));
    assert!(
        met.into_iter()
            .any(|event| matches!(event.body, EventBody::StepDone(left) if left.met.len() == 1 && !left.met[0].late))
    );
    book.sound();
}

#[test]
fn a_limit_that_only_tells_passes_once() {
    let steps = LIMITED.replace(", go: chase", "").replace("next: third }", "next: reply }").replace(
        "  chase:",
        "  reply: { kind: wait, title: Reply, role: Worker, for: A reply, within: 1 day, received: third, lapsed: chase }\n  chase:",
    );
    let book = open(&steps, &[]);
    book.act("2022-05-02 10:00", ONE, done());
    book.act("2022-05-02 10:00", ONE, done());
    book.tick("2022-05-10");
    assert_eq!((book.state(1).step.as_str(), book.state(2).opened.map.as_str()), ("chase", "beside"));
    assert_eq!(book.act("2022-05-10 10:00", ONE, receive().at("2022-05-03")), "third");
    // The limit had passed wherever the case stood: its case stays, and no second one is opened.
    let names = book.names(1);
    assert_eq!(names.iter().filter(|name| **name == "deadline-passed").count(), 1, "{names:?}");
    assert_eq!(book.state(2).status.word(), "open");
    assert!(book.work("Boss").contains(&"1 told whole".to_string()));
    book.act("2022-05-10 11:00", ONE, done().at("2022-05-04"));
    assert!(book.names(1).contains(&"deadline-retracted"));
    book.sound();
}

const CHAIN: &str = "steps:
  opened: { kind: start, title: Opened, next: first }
  first: { kind: wait, title: First, role: Worker, for: A reply, within: 1 day, received: answered, lapsed: second }
  second: { kind: wait, title: Second, role: Worker, for: A reply, within: 1 day, received: answered, lapsed: third }
  third: { kind: wait, title: Third, role: Worker, for: A reply, within: 12 hours, received: answered, lapsed: to-boss }
  to-boss: { kind: link, to: beside, title: To the boss }
  answered: { role: Worker, title: Answered, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
";

#[test]
fn of_a_chain_of_lapses_any_can_be_taken_back() {
    for (reply, step, since) in [
        ("2022-05-03 12:00", "first", "2022-05-02T08:00"),
        ("2022-05-04 12:00", "second", "2022-05-03T23:00"),
        ("2022-05-06 06:00", "third", "2022-05-05T23:00"),
    ] {
        let book = open(CHAIN, &[]);
        assert_eq!(book.tick("2022-05-07 09:00"), 3);
        assert_eq!((book.state(1).status.word(), book.state(2).step.as_str()), ("handed-over", "look"));
        let entered = format!("{since} step-entered {step}");
        assert!(book.story(1).contains(&entered), "{:?}", book.story(1));
        assert_eq!(book.act("2022-05-07 10:00", ONE, receive().at(reply)), "answered");
        assert_eq!((book.state(1).status.word(), book.state(1).entered_at), ("open", at(reply)));
        assert_eq!(book.state(2).status.word(), "withdrawn");
        let received = book.events(1).into_iter().find(|event| event.body.name() == "response-received").unwrap();
        assert_eq!(received.step.as_deref(), Some(step), "a reply is that of the wait at which the case stood then");
        book.sound();
    }
    // Named, it must have come at the time of that very wait.
    let book = open(CHAIN, &[]);
    let refusal = book.refuse("2022-05-07 10:00", ONE, receive().step("second").at("2022-05-03 12:00"));
    assert_eq!(refusal.kind, RefusalKind::TooLate, "{refusal:?}");
}

#[test]
fn a_wait_until_a_time_that_is_over_does_not_hold_the_case() {
    let steps = "record:
  known: { type: date, title: Known }
  sound: { type: yes-no, title: Sound }
steps:
  opened: { kind: start, title: Opened, next: pause }
  pause: { kind: wait, title: Pause, until: 3 days after known, next: judge }
  judge: { kind: decision, title: Sound?, on: sound, answers: { yes: closed, no: work } }
  work: { role: Worker, title: Work, due: 2 days of known, overdue: { tell: Boss }, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
";
    let book = open(steps, &[("known", "2022-04-01")]);
    assert_eq!(book.state(1).step, "judge");
    assert_eq!(book.story(1).last().unwrap(), "2022-05-02T08:00 step-entered judge");
    helps(&book.refuse("2022-05-03", ONE, answer("yes")), RefusalKind::WrongCommand, &["sound", "mapcase set"]);
    // The decision waits for its field; a value recorded late answers it when it was so.
    book.act("2022-05-04 09:00", ONE, set(&[("sound", "no")]).at("2022-05-03 12:00"));
    assert_eq!((book.state(1).step.as_str(), book.state(1).entered_at), ("work", at("2022-05-03 12:00")));
    // Its deadline was over before the case came there: late from the first moment.
    assert_eq!(book.work("Boss"), ["1 told work"]);
    let passed = book.events(1).into_iter().find(|event| event.body.name() == "deadline-passed").unwrap();
    assert_eq!(passed.occurred_at, at("2022-05-03 12:00"));
    // The date is corrected: not late any more; and again: late, and told once.
    book.act("2022-05-04 10:00", ONE, set(&[("known", "2022-05-20")]));
    assert!(book.work("Boss").is_empty());
    assert_eq!(book.state(1).timers[0].due.due_on.to_string(), "2022-05-22");
    book.act("2022-05-05 10:00", ONE, set(&[("known", "2022-05-01")]));
    assert_eq!(book.work("Boss"), ["1 told work"]);
    book.act("2022-05-06 10:00", ONE, set(&[("known", "2022-04-30")]));
    let names = book.names(1);
    assert_eq!(names.iter().filter(|name| **name == "deadline-passed").count(), 2, "{names:?}");
    // Doing it with the right date at once is the same as setting it first.
    book.act("2022-05-07 10:00", ONE, done().with(&[("known", "2022-05-19")]));
    let left = book.events(1).into_iter().rev().find_map(|event| match event.body {
        EventBody::StepDone(left) => Some(left),
        _ => None,
    });
    assert!(!left.unwrap().met[0].late);
    book.sound();
}

#[test]
fn a_date_that_is_set_moves_the_wait_that_counts_from_it() {
    let steps = "record:
  known: { type: date, title: Known }
steps:
  opened: { kind: start, title: Opened, next: pause }
  pause: { kind: wait, title: Pause, until: 3 days after known, next: work }
  work: { role: Worker, title: Work, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
";
    let book = open(steps, &[]);
    assert_eq!((book.state(1).step.as_str(), book.state(1).timers.len()), ("pause", 0));
    book.act("2022-05-03", ONE, set(&[("known", "2022-05-10")]));
    assert_eq!(book.state(1).timers[0].due.due_at, at("2022-05-13"));
    book.act("2022-05-04", ONE, set(&[("known", "")]));
    assert!(book.state(1).timers.is_empty());
    assert_eq!(book.tick("2022-05-20"), 0);
    // Recorded on the 25th, set on the 21st to wait until the 24th.
    book.act("2022-05-25", ONE, set(&[("known", "2022-05-21")]).at("2022-05-21 12:00"));
    assert_eq!((book.state(1).step.as_str(), book.state(1).entered_at), ("work", at("2022-05-24")));
    book.sound();
}

#[test]
fn a_passed_deadline_stays_passed_when_another_time_of_the_step_moves() {
    let steps = "record:
  known: { type: date, title: Known }
  other: { type: date, title: Other }
steps:
  opened: { kind: start, title: Opened, next: work }
  work: { role: Worker, title: Work, due: 1 day of known, overdue: { tell: Boss, start: beside }, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
";
    let book = open(steps, &[("known", "2022-05-02")]);
    book.tick("2022-05-05");
    assert_eq!(book.state(2).opened.map, "beside");
    book.act("2022-05-06", ONE, set(&[("other", "2022-05-01")]));
    book.act("2022-05-06", ONE, set(&[("known", "2022-05-01")]));
    assert_eq!(book.tick("2022-05-07"), 1, "the deadline of the case beside, and not that of this one again");
    assert!(matches!(book.read().view(CaseNumber(3)), Err(Error::NoCase(_))), "no second case was started");
    book.sound();
}

const ENDING: &str = "steps:
  opened: { kind: start, title: Opened, next: reply }
  reply: { kind: wait, title: Reply, role: Worker, for: A reply, within: 20 days, received: work, lapsed: work }
  work: { role: Worker, title: Work, due: 10 working days, overdue: { tell: Boss }, next: closed }
  closed: { kind: end, title: Closed, outcome: closed }
";

#[test]
fn where_the_calendar_ends_one_family_stops_and_the_others_go_on() {
    let maps = [map("shape", ENDING), map("other", OTHER)];
    let book = Book::small("2023-12-01", &maps);
    // Lapses on 22 December 2023; 10 working days after that are beyond the calendar.
    let stuck = book.open("2023-12-01 09:00", "shape", &[]);
    let other = book.open("2023-12-20 09:00", "other", &[]);
    let mut run = book.on(at("2023-12-25"));
    let report = run.tick(|_, _| {}).unwrap();
    assert_eq!(report.fired.iter().map(|fired| fired.case).collect::<Vec<_>>(), [other]);
    assert_eq!(report.faults.len(), 1);
    assert!(report.faults[0].to_string().contains("covers 2021 to 2023"), "{}", report.faults[0]);
    drop(run);
    assert_eq!(book.state(1).step, "reply");
    // A command on it says the same, and changes nothing.
    let before = crate::common::dump(&book.path);
    let error = book.on(at("2023-12-25")).command(stuck, &note("?"), None).unwrap_err();
    assert!(matches!(&error, Error::Fault(_)) && error.to_string().contains("add that year's holidays"), "{error}");
    assert_eq!(crate::common::dump(&book.path), before);
    assert_eq!(book.act("2023-12-25", other, done()), "seen");
    // With a longer calendar it goes on from when its time came.
    let longer = small_atlas_covering("2021..2024", &maps);
    let mut run = book.with(&longer, at("2024-01-03"));
    assert!(run.tick(|_, _| {}).unwrap().faults.is_empty());
    drop(run);
    assert_eq!((book.state(1).step.as_str(), book.state(1).entered_at), ("work", at("2023-12-22")));
    book.sound();
}

#[test]
fn a_command_that_leads_beyond_the_calendar_changes_nothing() {
    let book = Book::small("2023-12-01", &[map("shape", ENDING)]);
    let case = book.open("2023-12-18 09:00", "shape", &[]);
    let before = crate::common::dump(&book.path);
    let error = book.on(at("2023-12-19")).command(case, &receive(), None).unwrap_err();
    assert!(error.to_string().contains("add that year's holidays"), "{error}");
    assert_eq!(crate::common::dump(&book.path), before);
}

#[test]
fn a_map_that_can_no_longer_run_stops_only_the_families_that_lead_there() {
    let book = open(CHAIN, &[]);
    let case = book.open("2022-05-04 12:00", "beside", &[]);
    let without = small_atlas(&[map("other", OTHER)]);
    let mut run = book.with(&without, at("2022-05-10"));
    let report = run.tick(|_, _| {}).unwrap();
    // The first two lapses stand; the third leads to a map that is not there. The case of that map itself runs on.
    let fired: Vec<_> = report.fired.iter().map(|fired| (fired.case.0, fired.step.as_str())).collect();
    assert_eq!(fired, [(1, "first"), (1, "second"), (case.0, "look")]);
    assert!(report.faults[0].to_string().contains("`beside`"), "{}", report.faults[0]);
    drop(run);
    assert_eq!(book.state(1).step, "third");
    assert_eq!(book.tick("2022-05-10"), 2);
    book.sound();
}

#[test]
fn a_withdrawn_case_has_no_timers_and_no_work() {
    let book = open(CHAIN, &[]);
    helps(&book.refuse("2022-05-02 09:30", ONE, withdraw("Worker")), RefusalKind::WrongRole, &["Boss"]);
    book.act("2022-05-02 10:00", ONE, withdraw("Boss"));
    assert_eq!(book.tick("2022-06-01"), 0);
    assert!(book.work("Worker").is_empty());
    assert_eq!(book.state(1).status.word(), "withdrawn");
    book.act("2022-06-01", ONE, note("why"));
    book.sound();
}
