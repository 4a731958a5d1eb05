//! Stories run through the engine: what each of their words does, what a failure says and where, what is covered, and that
//! suggested stories come to everything that can be reached.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use common::{map, small_atlas};
use mapcase_case::RefusalKind;
use mapcase_engine::story::suggest::{suggest, yaml};
use mapcase_engine::story::{Coverage, Element, Told, coverage, run, words};
use mapcase_map::CheckedAtlas;
use mapcase_map::model::MapId;
use mapcase_map::read::REFUSALS;

/// A map with everything that a story can say something about, and the map that it calls.
fn maps() -> Vec<(String, String)> {
    let visit = "record:
  met_on: { type: date, title: Met on }
  sum: { type: number, title: Sum }

steps:
  begun: { kind: start, title: Begun, next: ask }
  again: { kind: start, title: Begun again, from: payer, next: remind }
  ask:
    role: Worker
    title: Ask
    evidence: [form]
    due: 2 working days
    overdue: { tell: Boss, start: letter }
    next: hear
  hear: { kind: wait, role: Worker, for: A word, within: 2 weeks of ask, received: look, lapsed: remind }
  remind: { role: Worker, title: Remind, needs: [sum], next: look }
  look:
    kind: decision
    role: Worker
    title: Is all well?
    not_by: ask
    checklist: { seen: It was seen }
    answers: { yes: pay, no: lost }
  pay: { kind: link, to: payer, mode: call, carries: [sum], outcomes: { paid: done, unpaid: lost } }
  done: { kind: end, outcome: well }
  lost: { kind: end, outcome: lost }

limits:
  whole: { title: Whole, from: ask, to: look, within: 30 days, overdue: { tell: Boss, go: lost } }
";
    let payer = "record:
  sum: { type: number, title: Sum }

steps:
  called: { kind: start, title: Called, from: visit, next: has-paid }
  has-paid:
    kind: decision
    role: Second
    title: Is it paid?
    due: 5 days
    overdue: { tell: Boss, go: unpaid }
    answers: { yes: paid, no: unpaid, again: round }
  round: { kind: link, to: visit }
  paid: { kind: end, outcome: paid }
  unpaid: { kind: end, outcome: unpaid }
";
    let letter = "steps:
  needed: { kind: start, title: Needed, from: visit, next: send }
  send: { role: Boss, title: Send it, next: sent }
  sent: { kind: end, outcome: sent }
";
    // A case that is handed on to `visit` may end as that does.
    let visit = visit.replace("unpaid: lost }", "unpaid: lost, well: done, lost: lost }");
    vec![map("visit", &visit), map("payer", payer), map("letter", letter)]
}

/// The atlas with one story, whose items are given.
fn atlas(items: &str) -> (Arc<CheckedAtlas>, String) {
    let text = format!("scenarios: visit\ncases:\n  one:\n    starts: 2022-05-30 09:00\n    story:\n{items}\n");
    let mut files = maps();
    files.push(("visit.scenarios.yaml".to_string(), text.clone()));
    (small_atlas(&files), text)
}

fn tell(items: &str) -> (Told, String) {
    let (atlas, text) = atlas(items);
    assert!(atlas.stopped_scenarios().is_empty(), "{items}");
    let scenarios = &atlas.scenarios()[0];
    (run(&atlas, &scenarios.map, &scenarios.stories[0]), text)
}

fn passes(items: &str) -> Told {
    let (told, _) = tell(items);
    assert_eq!(told.failure, None, "{items}");
    told
}

/// The story must fail at the line that begins so, finding this.
fn fails(items: &str, line: &str, found: &str) {
    let (told, text) = tell(items);
    let failure = told.failure.unwrap_or_else(|| panic!("{items}"));
    let place = failure.place.clone().unwrap();
    let at = text.lines().nth(place.line - 1).unwrap().trim_start();
    assert!(at.starts_with(line), "{items}: the fault is shown at `{at}`");
    assert!(failure.found.contains(found), "{items}: {failure:#?}");
}

#[test]
fn a_story_is_told_item_by_item() {
    let told = passes(
        "      - { do: ask, as: Worker, attach: { form: F-1 } }
      - wait: 2 weeks 1 day
      - expect: { step: remind, lapsed: hear, late: [] }
      - { do: remind, set: { sum: 7 } }
      - { do: look, as: Worker, by: ben, check-off: seen, answer: yes }
      - expect: { step: pay }
      - { in: payer, do: has-paid, answer: yes }
    ends: { outcome: well }",
    );
    let lines: Vec<(String, Vec<String>)> =
        told.lines.iter().map(|line| (line.what.clone(), line.came.clone())).collect();
    let line = |what: &str, came: &[&str]| (what.to_string(), came.iter().map(|came| came.to_string()).collect());
    assert_eq!(
        lines,
        [
            line("open visit", &["stands at ask"]),
            line("do ask as Worker, attach form=F-1", &["stands at hear"]),
            line("wait 2 weeks 1 day", &["the time of hear ran out", "stands at remind"]),
            line("expect step remind, nothing late, lapsed hear", &[]),
            line("do remind, set sum=7", &["stands at look"]),
            line("do look as Worker by ben, answer yes, check-off seen", &["called payer", "stands at pay"]),
            line("expect step pay", &[]),
            line(
                "in payer: do has-paid, answer yes",
                &["came back with paid", "ended with outcome well", "payer: ended with outcome paid"]
            ),
        ]
    );
    assert_eq!(told.lines[2].at.to_rfc3339(), "2022-06-14T08:00:00+00:00");
    assert!(told.coverage.covers("payer", &Element::Step("paid".to_string())));
}

#[test]
fn the_clock_runs_by_the_maps_calendar_and_timers_fire() {
    // 30 May 2022 was a Monday, 1 June is the calendar's holiday: two working days end with 2 June.
    passes("      - at: 2022-06-02 23:59\n      - expect: { step: ask, late: [] }");
    passes("      - at: 2022-06-03 00:00\n      - expect: { step: ask, late: ask }");
    passes(
        "      - wait: 2 working days\n      - expect: { late: [] }\n      - wait: 15 hours\n      - expect: { late: ask }",
    );
    // What a deadline starts is a case of its own.
    passes("      - wait: 1 week\n      - { in: letter, expect: { step: send } }\n      - { in: letter, do: send }");
    passes(
        "      - { do: ask, attach: { form: F-1 } }
      - { at: 2022-06-10 09:00, receive: hear }
      - wait: 4 weeks
    ends: { outcome: lost }",
    );
}

#[test]
fn what_is_past_is_recorded_late() {
    // The word came a day before the time ran out, and is recorded a day after.
    passes(
        "      - { do: ask, attach: { form: F-1 } }
      - wait: 15 days
      - expect: { step: remind, lapsed: hear }
      - { at: 2022-06-12 10:00, receive: hear }
      - expect: { step: look }",
    );
    let taken_back = "      - { do: ask, attach: { form: F-1 } }
      - wait: 15 days
      - { at: 2022-06-12 10:00, receive: hear }
      - expect: { lapsed: hear }";
    fails(taken_back, "- expect", "left hear otherwise (response-received)");
    fails("      - { do: ask, at: 2022-05-01, attach: { form: F-1 } }", "- { do: ask", "before what it follows");
}

#[test]
fn duties_are_kept_apart_by_person() {
    let asked = "      - { do: ask, as: Worker, attach: { form: F-1 } }\n      - receive: hear\n";
    let one = "do: look, as: Worker, answer: no, check-off: [seen]";
    passes(&format!("{asked}      - refuse: {{ {one}, because: same-person }}"));
    passes(&format!("{asked}      - {{ {one}, by: ben }}\n    ends: {{ outcome: lost }}"));
    fails(&format!("{asked}      - {{ {one} }}"), "- { do: look", "must be done by another person");
}

#[test]
fn what_must_be_refused_is() {
    passes("      - refuse: { do: ask }\n      - refuse: { do: ask, because: missing }\n      - expect: { step: ask }");
    passes("      - refuse: { do: ask, as: Boss, because: wrong-role }");
    passes("      - refuse: { set: { sum: many }, because: wrong-value }");
    passes("      - refuse: { receive: hear, because: not-here }");
    fails("      - refuse: { do: ask, because: wrong-role }", "- refuse", "because missing:");
    let done = "      - refuse: { do: ask, attach: { form: F-1 } }";
    fails(done, "- refuse", "it was done, and the case stands at hear");
}

#[test]
fn a_failure_says_what_was_possible() {
    let (told, _) = tell("      - { do: remind, set: { sum: 7 } }");
    let failure = told.failure.unwrap();
    assert_eq!(failure.what, "do remind, set sum=7");
    assert!(failure.found.contains("stands at `ask` (Ask), not at `remind`"), "{failure:#?}");
    assert_eq!(
        failure.possible,
        ["do ask as Worker, with attach form", "wait until 2022-06-03 00:00 BST: the deadline of ask passes"]
    );
    let (told, _) = tell("      - { do: ask }");
    assert!(told.failure.unwrap().found.contains("form (attach form REFERENCE)"));
}

#[test]
fn what_is_not_so_is_found() {
    fails("      - expect: { step: hear }", "- expect", "it stands at ask");
    fails("      - expect: { late: whole }", "- expect", "nothing late");
    fails("      - wait: 1 week\n      - expect: { late: [] }", "- expect", "late ask");
    fails("      - expect: { lapsed: hear }", "- expect", "has not left hear");
    fails("      - expect: { outcome: lost }", "- expect", "it stands at ask");
    fails("      - in: payer\n        do: has-paid\n        answer: yes", "- in: payer", "none has been opened");
    fails("      - at: 2022-05-31\n    ends: { outcome: well }", "ends:", "it stands at ask");
    fails("      - at: 2022-05-31\n    ends: { handed-over: payer }", "ends:", "it stands at ask");
    fails("      - wait: 3 years\n      - wait: 5 working days", "- wait: 5", "outside the calendar");
    fails("      - at: 2022-05-31\n    entry: again\n    record: { sum: many }", "one:", "cannot be `many`");
    passes("      - expect: { step: remind }\n    entry: again\n    as: Boss\n    by: ann");
}

#[test]
fn coverage_counts_each_thing_once_and_over_links() {
    let (atlas, _) = atlas("      - wait: 1 week\n      - { do: ask, attach: { form: F-1 } }");
    let scenarios = &atlas.scenarios()[0];
    let told = run(&atlas, "visit", &scenarios.stories[0]);
    let machine = atlas.machine("visit").unwrap();
    let totals = told.coverage.totals(machine);
    let pair = |count: coverage::Count| (count.covered, count.all);
    // Steps: begun, ask, hear. Ways: begun, ask. Of the two deadlines, that of ask has passed.
    assert_eq!(pair(totals.steps), (3, 9));
    assert_eq!(pair(totals.answers), (0, 2));
    assert_eq!(pair(totals.timeouts), (0, 1));
    assert_eq!(pair(totals.overdue), (1, 2));
    // 2 starts, ask, 2 of hear, remind, 2 answers, 4 outcomes, and the limit's way from hear, remind and look.
    assert_eq!(pair(totals.ways), (2, 15));
    assert_eq!(totals.percent(), 6 * 100 / 26);
    assert_eq!(told.coverage.maps().collect::<Vec<_>>(), ["letter", "visit"]);
    let mut twice = told.coverage.clone();
    twice.merge(&told.coverage);
    assert_eq!(twice, told.coverage);
    assert_eq!(told.coverage.rest(machine).len(), 20);
}

/// Suggests stories for every map, runs them as they would be written, and gives what no story comes to.
fn covered_with_suggestions(files: &[(String, String)]) -> BTreeSet<(MapId, String)> {
    let bare = small_atlas(files);
    let mut all = files.to_vec();
    let mut unreached = BTreeSet::new();
    for (id, machine) in bare.machines() {
        let suggestion = suggest(&bare, machine, &Coverage::default());
        let stories: String = suggestion.stories.iter().map(|story| yaml::story(story, bare.zone())).collect();
        all.push((format!("{id}.scenarios.yaml"), format!("scenarios: {id}\ncases:\n{stories}")));
        unreached
            .extend(suggestion.unreached.into_iter().map(|one| (id.clone(), words::element(&one.element, machine))));
    }
    let atlas = small_atlas(&all);
    assert!(atlas.stopped_scenarios().is_empty(), "{all:#?}");
    let mut coverage = Coverage::default();
    for scenarios in atlas.scenarios() {
        for story in &scenarios.stories {
            let told = run(&atlas, &scenarios.map, story);
            assert_eq!(told.failure, None, "{}", yaml::story(story, atlas.zone()));
            coverage.merge(&told.coverage);
        }
    }
    let rest = atlas.machines().iter().flat_map(|(id, machine)| {
        coverage.rest(machine).into_iter().map(|element| (id.clone(), words::element(&element, machine)))
    });
    let rest: BTreeSet<_> = rest.collect();
    assert!(rest.is_subset(&unreached), "{rest:#?} of {unreached:#?}");
    rest
}

#[test]
fn suggested_stories_come_to_everything() {
    // The word is waited for no longer than two weeks after `ask`, and the limit runs for thirty days after it.
    let never = ("visit".to_string(), "hear, limit whole passed, to lost".to_string());
    assert_eq!(covered_with_suggestions(&maps()), BTreeSet::from([never]));
}

#[test]
fn a_limit_is_let_pass_at_each_step_at_which_it_runs() {
    // At `short` nobody stays longer than a day: the limit passes there only after lingering before it.
    let body = "steps:
  begun: { kind: start, title: Begun, next: first }
  first: { role: Worker, title: First, next: short }
  short: { kind: wait, role: Worker, for: A word, within: 1 day, received: second, lapsed: second }
  second: { role: Worker, title: Second, due: 4 hours, overdue: { tell: Boss, go: late }, next: done }
  done: { kind: end, outcome: done }
  late: { kind: end, outcome: late }
limits:
  whole: { title: Whole, from: begun, to: second, within: 3 weeks, overdue: { tell: Boss, go: late } }
";
    assert_eq!(covered_with_suggestions(&[map("m", body)]), BTreeSet::new());
}

#[test]
fn what_cannot_be_reached_is_said_with_the_reason() {
    let body = "record:
  sort: { type: choice, title: Sort, choices: [a, b] }
  code: { type: text, title: Code, pattern: '[A-Z]{2}-[0-9]{3}' }
steps:
  begun: { kind: start, title: Begun, needs: [sort], next: which }
  which: { kind: decision, title: Which?, on: sort, answers: { a: same, b: two } }
  same: { kind: decision, title: The same?, on: sort, answers: { a: one, b: two } }
  one: { role: TBC, title: One, due: TBC, overdue: { tell: Boss }, needs: [code], next: later }
  later: { kind: decision, title: Still the same?, on: sort, answers: { a: done, b: two } }
  two: { role: Worker, title: Two, due: 2 days, overdue: { tell: Boss }, next: done }
  done: { kind: end, outcome: done }
";
    let files = [map("m", body)];
    let atlas = small_atlas(&files);
    let machine = atlas.machine("m").unwrap();
    let suggestion = suggest(&atlas, machine, &Coverage::default());
    let found: Vec<(String, &str)> =
        suggestion.unreached.iter().map(|one| (words::element(&one.element, machine), one.why.as_str())).collect();
    let [(same, why), (deadline, unsettled)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(same, "same, answer b, to two");
    assert!(why.starts_with("nothing that is done, answered, corrected or waited for leads there ("), "{why}");
    assert_eq!((deadline.as_str(), *unsettled), ("the deadline of one passes", "its time is `TBC` and never comes"));
    // The second question about the sort can be answered otherwise only if somebody corrects it at the step between.
    assert_eq!(covered_with_suggestions(&files).len(), 2);
    let items = suggestion.stories.iter().flat_map(|story| &story.items).map(|item| words::item(item, atlas.zone()));
    assert!(items.into_iter().any(|item| item == "set sort=b"));
}

#[test]
fn suggestions_leave_out_what_stories_come_to() {
    let (atlas, _) = atlas("      - { do: ask, attach: { form: F-1 } }\n      - receive: hear");
    let scenarios = &atlas.scenarios()[0];
    let told = run(&atlas, "visit", &scenarios.stories[0]);
    let machine = atlas.machine("visit").unwrap();
    let (all, rest) = (suggest(&atlas, machine, &Coverage::default()), suggest(&atlas, machine, &told.coverage));
    assert!(!rest.stories.is_empty() && rest.stories.len() <= all.stories.len());
    // The first story begins on the day on which the map's own do, and takes no name that is taken.
    assert_eq!(rest.stories[0].starts, scenarios.stories[0].starts);
    let mut names: BTreeSet<&str> = rest.stories.iter().map(|story| story.id.as_str()).collect();
    assert_eq!(names.len(), rest.stories.len());
    assert!(names.insert("one"));
}

#[test]
fn the_reasons_of_stories_are_those_of_refusals() {
    use RefusalKind::{
        Awaited, InTheFuture, Missing, NoMap, NotHere, NotOpen, SamePerson, TooEarly, TooLate, Unknown, WrongAnswer,
        WrongCommand, WrongRole, WrongValue,
    };
    // Without `Moved`: no story says what it has seen.
    let kinds = [
        NotOpen,
        NotHere,
        WrongCommand,
        WrongRole,
        SamePerson,
        Missing,
        WrongAnswer,
        WrongValue,
        Unknown,
        InTheFuture,
        TooEarly,
        TooLate,
        Awaited,
        NoMap,
    ];
    assert_eq!(kinds.map(RefusalKind::word), REFUSALS);
}

/// Whatever becomes of a story's text, it is refused, fails or passes.
#[test]
fn a_story_with_a_line_or_a_word_missing_is_taken() {
    let items = "      - { do: ask, as: Worker, attach: { form: F-1 } }
      - wait: 2 weeks 1 day
      - expect: { step: remind, lapsed: hear, late: [] }
      - refuse: { do: look, because: not-here }
      - { at: 2022-06-12 10:00, receive: hear }
      - { do: look, as: Worker, by: ben, check-off: [seen], answer: yes }
      - { in: payer, do: has-paid, answer: yes }
    ends: { outcome: well }";
    let (_, text) = atlas(items);
    let mut outcomes = [0, 0, 0];
    let lines: Vec<&str> = text.lines().collect();
    let words: Vec<&str> = text.split(' ').collect();
    let without = |parts: &[&str], at: usize, joint: &str| {
        let kept = parts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| *part);
        kept.collect::<Vec<_>>().join(joint)
    };
    let texts = (0..lines.len()).map(|at| without(&lines, at, "\n"));
    for text in texts.chain((0..words.len()).map(|at| without(&words, at, " "))) {
        let mut files: Vec<mapcase_map::AtlasFile> = Vec::new();
        let mut all = maps();
        all.push(("visit.scenarios.yaml".to_string(), text));
        all.push(("atlas.yaml".to_string(), common::SMALL.to_string()));
        all.push(("plain.yaml".to_string(), common::CALENDAR.to_string()));
        files.extend(all.into_iter().map(|(path, text)| mapcase_map::AtlasFile { path, bytes: text.into_bytes() }));
        let checked = mapcase_map::check(&files);
        let Some(atlas) = checked.atlas.map(Arc::new) else { panic!("the atlas itself is sound") };
        outcomes[0] += atlas.stopped_scenarios().len();
        for scenarios in atlas.scenarios() {
            for story in &scenarios.stories {
                outcomes[if run(&atlas, &scenarios.map, story).failure.is_some() { 1 } else { 2 }] += 1;
            }
        }
    }
    assert!(outcomes.iter().all(|count| *count > 3), "{outcomes:?}");
}
