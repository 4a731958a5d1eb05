//! What-if on the maps as they are says `same` of every case of random stories; on other maps it comes to the very events that
//! a fresh casebook comes to in which people do the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;
#[path = "regimes/invent.rs"]
mod invent;
#[path = "regimes/live.rs"]
#[allow(dead_code, reason = "stories are lived here in one way of ticking")]
mod live;
#[allow(dead_code, reason = "what comes round is lived in the regimes alone")]
#[path = "regimes/wild.rs"]
mod wild;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use common::{Book, Maps, With, dump, real_atlas};
use invent::{Deed, Moment, Openings, Story, with_words};
use live::Names;
use mapcase_case::event::{Event, EventBody};
use mapcase_case::what_if::{Judged, Replayed, Stopped, Verdict, Why, replay};
use mapcase_case::{Act, CaseNumber};
use mapcase_engine::{Casebook, Engine};
use mapcase_map::CheckedAtlas;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// What was done and not refused: the command as its events tell it, with the step at which it was done.
struct Done {
    moment: Moment,
    step: Option<String>,
    /// The event that tells of it.
    event: (CaseNumber, u64),
}

/// Lives a story, with a tick now and then, and leaves it as it stands.
fn lived(atlas: &Arc<CheckedAtlas>, story: &Story) -> (Book, Vec<Done>) {
    let start = story.moments.first().unwrap().now;
    let book = Book::new(atlas, start);
    let mut run = book.on(start);
    let mut names = Names::default();
    let mut done = Vec::new();
    for (index, moment) in story.moments.iter().enumerate() {
        run.set_time(Some(moment.now)).unwrap();
        // A case that a timer opened must be there to be acted on.
        let missing = matches!(&moment.deed, Deed::Act(name, _) if names.number(&book, name).is_none());
        if index % 3 == 0 || missing {
            run.tick(|_, _| {}).unwrap();
        }
        let mut moment = moment.clone();
        match &mut moment.deed {
            Deed::Open(opening) => {
                let case = run.open(opening, None).unwrap().case.parse().unwrap();
                done.push(Done { moment, step: None, event: (case, 1) });
            }
            Deed::Act(name, command) => {
                let case = names.number(&book, name).unwrap();
                if run.command(case, command, None).is_err() {
                    continue;
                }
                let events: Vec<Event> = run.history(case).unwrap().into_iter().map(|row| row.event).collect();
                let left = |event: &&Event| {
                    use EventBody::{DecisionAnswered, EvidenceAttached, ItemChecked, ResponseReceived, StepDone};
                    let body = &event.body;
                    event.actor.is_some()
                        && event.recorded_at == moment.now
                        && match command.act {
                            Act::Do { .. } => matches!(body, StepDone(_)),
                            Act::Answer { .. } => matches!(body, DecisionAnswered { .. }),
                            Act::Receive { .. } => matches!(body, ResponseReceived(_)),
                            Act::CheckOff(_) => matches!(body, ItemChecked { .. }),
                            Act::Attach(_) => matches!(body, EvidenceAttached { .. }),
                            _ => true,
                        }
                };
                // What was ticked already made no event.
                let Some(event) = events.iter().rev().find(left) else { continue };
                command.role = event.role.clone();
                if let Act::Do { step, .. } | Act::Answer { step, .. } | Act::Receive { step, .. } = &mut command.act {
                    step.clone_from(&event.step);
                }
                let step = event.step.clone();
                let event = (case, event.seq);
                done.push(Done { moment, step, event });
            }
        }
    }
    (book, done)
}

fn judged(book: &Book, atlas: &Arc<CheckedAtlas>, story: &Story) -> Vec<Judged> {
    let looking = Casebook::open_to_look(&book.path).unwrap();
    let engine = Engine::new(looking, Some(atlas.clone()), Some(story.end)).unwrap();
    let mut all = Vec::new();
    engine.what_if(|_, _| {}, |judged| all.push(judged)).unwrap();
    all
}

fn same_on_the_same_maps(atlas: &Arc<CheckedAtlas>, openings: Openings, count: u32, seed: u8) {
    let cases = Cell::new(0);
    with_words(count, seed, |words| {
        let (story, _) = invent::invent(atlas, openings, &words);
        let (book, _) = lived(atlas, &story);
        let before = dump(&book.path);
        for judged in judged(&book, atlas, &story) {
            cases.set(cases.get() + 1);
            prop_assert!(matches!(judged.verdict, Verdict::Same), "{judged:#?}\n{story}");
            prop_assert!(judged.newly_late.is_empty() && judged.no_longer_late.is_empty(), "{judged:#?}\n{story}");
            prop_assert!(judged.opens.is_empty(), "{judged:#?}\n{story}");
        }
        prop_assert!(dump(&book.path) == before, "looking changed something");
        Ok(())
    });
    println!("{} cases", cases.get());
    assert!(cases.get() > 100);
}

#[test]
fn every_case_goes_the_same_way_on_the_same_maps() {
    same_on_the_same_maps(&real_atlas(), invent::REAL, 60, 21);
    same_on_the_same_maps(&wild::wild_atlas(), wild::WILD, 60, 22);
}

/// The numbers of a casebook's cases by family, and all events in the order of their rows.
fn families(book: &Book) -> (Vec<Vec<CaseNumber>>, Vec<(CaseNumber, Event)>) {
    let db = rusqlite::Connection::open(&book.path).unwrap();
    let pairs = |sql: &str| -> Vec<(u64, u64)> {
        let mut query = db.prepare(sql).unwrap();
        let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let mut families: BTreeMap<u64, Vec<CaseNumber>> = BTreeMap::new();
    for (number, root) in pairs("SELECT number, root FROM case_now ORDER BY number") {
        families.entry(root).or_default().push(CaseNumber(number));
    }
    let engine = book.read();
    let mut histories: BTreeMap<CaseNumber, Vec<_>> = BTreeMap::new();
    let order = pairs("SELECT case_number, seq FROM event ORDER BY rowid").into_iter().map(|(case, seq)| {
        let case = CaseNumber(case);
        let history = histories.entry(case).or_insert_with(|| engine.history(case).unwrap());
        (case, history[seq as usize - 1].event.clone())
    });
    let order = order.collect();
    (families.into_values().collect(), order)
}

/// An event without what may differ: when it was recorded, the numbers of cases, the commitments.
fn plain(ranks: &[CaseNumber], case: CaseNumber, event: &Event) -> String {
    fn in_json(ranks: &[CaseNumber], value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(group) => {
                for (key, value) in group {
                    match (key.as_str(), value.as_u64()) {
                        ("case" | "root" | "returns_to", Some(number)) => {
                            *value = ranks.iter().position(|case| case.0 == number).unwrap().into();
                        }
                        ("commitment", _) => *value = "(sealed)".into(),
                        ("reason", _) => *value = "(why)".into(),
                        _ => in_json(ranks, value),
                    }
                }
            }
            serde_json::Value::Array(list) => list.iter_mut().for_each(|value| in_json(ranks, value)),
            _ => {}
        }
    }
    let mut body = serde_json::to_value(&event.body).unwrap();
    in_json(ranks, &mut body);
    // What was taken back was so when that was recorded.
    let when = match event.body {
        EventBody::TimeoutRetracted { .. } | EventBody::CaseWithdrawn { .. } => String::new(),
        _ => event.occurred_at.to_string(),
    };
    let rank = ranks.iter().position(|known| *known == case).unwrap();
    format!("{rank:02} {:03} {when} {:?} {:?} {:?} {body}", event.seq, event.step, event.actor, event.role)
}

fn told(ranks: &[CaseNumber], events: &[(CaseNumber, Event)]) -> Vec<String> {
    let mut lines: Vec<String> = events.iter().map(|(case, event)| plain(ranks, *case, event)).collect();
    lines.sort();
    lines
}

fn ranks(replayed: &Replayed) -> Vec<CaseNumber> {
    replayed.events.iter().map(|(case, _)| *case).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The same people do the same on a fresh casebook with other maps, through the real engine; on a case that could not be followed
/// further they do nothing more.
fn afresh(
    atlas: &Arc<CheckedAtlas>,
    family: &[CaseNumber],
    log: &[(CaseNumber, Event)],
    done: &[Done],
    story: &Story,
    replayed: &Replayed,
) -> Vec<String> {
    let fresh = Book::new(atlas, story.moments[0].now);
    let mut run = fresh.on(story.moments[0].now);
    let here = ranks(replayed);
    let mut halted = BTreeSet::new();
    for Done { moment, step, event } in done.iter().filter(|done| family.contains(&done.event.0)) {
        let place = log.iter().position(|(case, found)| (*case, found.seq) == *event).unwrap();
        let waits = |stopped: &Stopped| matches!(stopped.why, Why::Follows(_)) && stopped.first <= place;
        if halted.contains(&event.0) || replayed.stopped.get(&event.0).is_some_and(waits) {
            continue;
        }
        run.set_time(Some(moment.now)).unwrap();
        run.tick(|_, _| {}).unwrap();
        match &moment.deed {
            Deed::Open(opening) => drop(run.open(opening, None).unwrap()),
            Deed::Act(_, command) => {
                let Some(number) = replayed.pairs.get(&event.0) else { continue };
                let case = CaseNumber(here.iter().position(|case| case == number).unwrap() as u64 + 1);
                let elsewhere = run.view(case).unwrap().state.step != *step.as_ref().unwrap();
                let at_step = matches!(command.act, Act::CheckOff(_) | Act::Attach(_));
                if (elsewhere && at_step) || run.command(case, command, None).is_err() {
                    halted.insert(event.0);
                }
            }
        }
    }
    let stopped = replayed.stopped.iter().filter(|(_, stopped)| !matches!(stopped.why, Why::Follows(_)));
    assert_eq!(halted, stopped.map(|(case, _)| *case).collect(), "{:#?}", replayed.stopped);
    run.set_time(Some(story.end)).unwrap();
    run.tick(|_, _| {}).unwrap();
    drop(run);
    let (families, log) = families(&fresh);
    told(families.first().map_or(&[], Vec::as_slice), &log)
}

/// What becomes of a story on other maps, by replaying its events and by living it afresh, is the same, event for event.
fn agrees(
    atlas: &Arc<CheckedAtlas>,
    other: &Arc<CheckedAtlas>,
    openings: Openings,
    words: &[Vec<u32>],
) -> Result<Vec<Judged>, String> {
    let (story, _) = invent::invent(atlas, openings, words);
    let (book, done) = lived(atlas, &story);
    let (families, log) = families(&book);
    for family in &families {
        let log: Vec<(CaseNumber, Event)> = log.iter().filter(|(case, _)| family.contains(case)).cloned().collect();
        let replayed = replay(&Maps(other), &log, &|_| Default::default(), 1000, story.end);
        let here = told(&ranks(&replayed), &replayed.events);
        let fresh = afresh(other, family, &log, &done, &story, &replayed);
        if here != fresh {
            let pair = here.iter().zip(&fresh).find(|(one, other)| one != other);
            return Err(format!("{pair:#?}\n{:#?}\n{here:#?}\n{fresh:#?}\n{story}", replayed.stopped));
        }
    }
    Ok(judged(&book, other, &story))
}

#[test]
fn on_other_maps_it_comes_to_what_a_fresh_casebook_comes_to() {
    let changes = [
        ("", ""),
        ("due: 8 days of known", "due: 3 days of known"),
        ("within: 5 days of work", "within: 2 days of work"),
        ("received: ask\n    lapsed: chase", "received: ask\n    lapsed: ask"),
        ("within: 36 hours", "within: 12 hours"),
        ("yes: closed, no: pause", "yes: pause, no: closed"),
        ("needs: [person]", "needs: [person, known]"),
        ("role: Second\n    title: Chase", "role: Worker\n    title: Chase"),
        ("within: 9 days", "within: 4 days"),
        ("until: 3 days after known", "until: 9 days after known"),
        ("outcomes: { good: judge, bad: beside }", "outcomes: { good: beside, bad: judge }"),
        ("title: Work\n", "title: Work\n    evidence: [form]\n"),
    ];
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    for (index, (from, to)) in changes.into_iter().enumerate() {
        let (atlas, other) = (wild::wild_atlas(), wild::wild_atlas_with(from, to));
        with_words(6, 40 + index as u8, |words| {
            let all = agrees(&atlas, &other, wild::WILD, &words)
                .map_err(|why| TestCaseError::fail(format!("{from} → {to}: {why}")))?;
            let mut seen = seen.borrow_mut();
            for judged in all {
                prop_assert!(!from.is_empty() || matches!(judged.verdict, Verdict::Same));
                *seen.entry(judged.verdict.word()).or_default() += 1;
                *seen.entry("newly late").or_default() += usize::from(!judged.newly_late.is_empty());
                *seen.entry("no longer late").or_default() += usize::from(!judged.no_longer_late.is_empty());
                *seen.entry("opens").or_default() += judged.opens.len();
            }
            Ok(())
        });
    }
    let seen = seen.into_inner();
    println!("{seen:#?}");
    for word in ["same", "other-way", "refused", "unknown", "not-opened", "newly late", "no longer late", "opens"] {
        assert!(seen.get(word).copied().unwrap_or(0) >= 2, "{word} is too rare: {seen:#?}");
    }
}

/// A date that was erased could have moved anything: the case is followed no further.
#[test]
fn what_depends_on_an_erased_value_is_not_known() {
    let steps = "record:
  born_on: { type: date, title: Born on, personal: true }
steps:
  begin: { kind: start, title: Begin, needs: [born_on], next: hold }
  hold: { kind: wait, title: Hold, until: 1 year after born_on, next: over }
  over: { kind: end, title: Over, outcome: over }
";
    let atlas = common::small_atlas(&[common::map("main", steps)]);
    let book = Book::new(&atlas, common::at("2022-10-10 09:00"));
    book.open("2022-10-10 09:00", "main", &[("born_on", "2022-01-01")]);
    let story = Story { moments: Vec::new(), end: common::at("2023-03-01 09:00") };
    let verdict = |book: &Book| judged(book, &atlas, &story).remove(0).verdict;
    assert!(matches!(verdict(&book), Verdict::Same));
    let db = rusqlite::Connection::open(&book.path).unwrap();
    db.execute("UPDATE personal_value SET salt = NULL, value = NULL", []).unwrap();
    match verdict(&book) {
        Verdict::Unknown { why, .. } => assert_eq!(why, "what stood in `born_on` was erased"),
        other => panic!("{other:?}"),
    }
}

/// What a map of the new atlas refuses to open is refused, and what came of it is not known.
#[test]
fn a_map_that_is_gone_refuses_its_cases() {
    let steps = |next: &str| format!("steps:\n  begin: {{ kind: start, title: Begin, next: go }}\n{next}");
    let from = steps(
        "  go: { kind: link, title: Go, to: other, mode: start, next: over }\n  over: { kind: end, title: Over, outcome: over }\n",
    );
    let other = "steps:\n  begin: { kind: start, title: Begin, from: main, next: work }\n  work: { role: Worker, title: Work, next: over }\n  over: { kind: end, title: Over, outcome: over }\n";
    let alone = other.replace("from: main, ", "");
    let before = common::small_atlas(&[common::map("main", &from), common::map("other", other)]);
    let after = common::small_atlas(&[common::map("other", &alone)]);
    let book = Book::new(&before, common::at("2022-10-10 09:00"));
    book.open("2022-10-10 09:00", "main", &[]);
    book.act("2022-10-10 10:00", CaseNumber(2), common::done());
    let story = Story { moments: Vec::new(), end: common::at("2022-10-11 09:00") };
    let found: Vec<String> = judged(&book, &after, &story)
        .into_iter()
        .map(|judged| match judged.verdict {
            Verdict::Refused { act, refusal, .. } => format!("{act}: {refusal}"),
            Verdict::Unknown { why, .. } => why,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        found,
        [
            "open at `begin`: no case can be opened in `main`: there is no such map in the atlas",
            "case 1R would have gone otherwise",
        ]
    );
}

/// What was recorded late took a timeout back, and is held against what the case came to in the end.
#[test]
fn what_was_taken_back_is_no_part_of_the_way() {
    let steps = "steps:
  begin: { kind: start, title: Begin, next: work }
  work: { role: Worker, title: Work, next: reply }
  reply: { kind: wait, role: Worker, title: Reply, for: A reply, within: 2 days of work, received: over, lapsed: chase }
  chase: { role: Worker, title: Chase, due: 1 hour, overdue: { tell: Boss }, next: over }
  over: { kind: end, title: Over, outcome: over }
";
    let with = |from: &str, to: &str| common::small_atlas(&[common::map("main", &steps.replace(from, to))]);
    let book = Book::new(&with("", ""), common::at("2022-10-10 09:00"));
    let case = book.open("2022-10-10 09:00", "main", &[]);
    book.act("2022-10-10 10:00", case, common::done());
    book.tick("2022-10-13 12:00");
    book.act("2022-10-15 09:00", case, common::receive().at("2022-10-12 09:00"));
    assert!(book.names(1).contains(&"timeout-retracted") && book.names(1).contains(&"deadline-passed"));
    let story = Story { moments: Vec::new(), end: common::at("2022-10-16 09:00") };
    // No timeout passes that could be taken back: it is the same way, and nothing was late or is.
    let longer = judged(&book, &with("2 days", "9 days"), &story).remove(0);
    assert!(matches!(longer.verdict, Verdict::Same), "{longer:#?}");
    assert!(longer.newly_late.is_empty() && longer.no_longer_late.is_empty(), "{longer:#?}");
    // The timeout passes as it did; what took it back is refused.
    let refused = judged(&book, &with("within: 2 days", "evidence: [letter], within: 2 days"), &story).remove(0);
    match refused.verdict {
        Verdict::Refused { act, refusal, .. } => {
            assert_eq!((act.as_str(), refusal.missing.len()), ("receive `reply`", 1));
        }
        other => panic!("{other:#?}"),
    }
}

/// A limit that moved the case is taken back with the timeout before it: the case was never late.
#[test]
fn a_limit_that_moved_the_case_and_was_taken_back_was_never_late() {
    let steps = "steps:
  begin: { kind: start, title: Begin, next: work }
  work: { role: Worker, title: Work, next: reply }
  reply: { kind: wait, role: Worker, title: Reply, for: A reply, within: 2 days of work, received: over, lapsed: chase }
  chase: { role: Worker, title: Chase, next: over }
  give-up: { role: Boss, title: Give up, next: over }
  over: { kind: end, title: Over, outcome: over }
limits:
  whole: { title: Whole, from: work, to: over, within: 4 days, overdue: { tell: Boss, go: give-up } }
";
    let with = |from: &str, to: &str| common::small_atlas(&[common::map("main", &steps.replace(from, to))]);
    let book = Book::new(&with("", ""), common::at("2022-10-10 09:00"));
    let case = book.open("2022-10-10 09:00", "main", &[]);
    book.act("2022-10-10 10:00", case, common::done());
    book.tick("2022-10-16 12:00");
    assert_eq!(book.state(1).step, "give-up");
    book.act("2022-10-17 09:00", case, common::receive().at("2022-10-12 09:00"));
    assert_eq!(book.state(1).step, "over");
    let walk = mapcase_case::visits::walk(&book.events(1));
    assert_eq!(walk.late, []);
    let story = Story { moments: Vec::new(), end: common::at("2022-10-18 09:00") };
    let longer = judged(&book, &with("4 days", "40 days"), &story).remove(0);
    assert!(matches!(longer.verdict, Verdict::Same), "{longer:#?}");
    assert!(longer.newly_late.is_empty() && longer.no_longer_late.is_empty(), "{longer:#?}");
}
