//! Which open cases stand on what has changed in their map, and whether each could be moved to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::sync::Arc;

use common::{Book, With, at, done, dump, map, set, small_atlas};
use mapcase_engine::movable::Movable;
use mapcase_engine::{Casebook, Engine};
use mapcase_map::CheckedAtlas;

const MAIN: &str = "record:
  number: { type: text, title: Number }
  met_on: { type: date, title: Met on }
steps:
  begin: { kind: start, title: Begin, needs: [number], next: first }
  first: { role: Worker, title: First, due: 3 days, overdue: { tell: Boss }, next: ask }
  ask: { kind: link, title: Ask, to: asked, mode: call, carries: [number], outcomes: { good: last, bad: last } }
  last: { role: [Worker, Boss], title: Last, next: over }
  over: { kind: end, title: Over, outcome: over }
limits:
  whole: { title: Whole, from: first, to: last, within: 30 days, overdue: { tell: Boss } }
";

const ASKED: &str = "record:
  number: { type: text, title: Number }
steps:
  begun: { kind: start, title: Begun, from: main, next: look }
  look: { kind: decision, role: Boss, title: Look, answers: { yes: good, no: bad } }
  good: { kind: end, title: Good, outcome: good }
  bad: { kind: end, title: Bad, outcome: bad }
";

fn atlas(change: (&str, &str)) -> Arc<CheckedAtlas> {
    let (from, to) = change;
    assert!(MAIN.contains(from) || ASKED.contains(from), "{from}");
    small_atlas(&[map("main", &MAIN.replace(from, to)), map("asked", &ASKED.replace(from, to))])
}

/// Case 1 stands at `first` with a number, case 2 at `ask`, and case 3, which it called, at `look`.
fn book() -> Book {
    let book = Book::new(&atlas(("", "")), at("2022-10-10 09:00"));
    for number in [1, 2] {
        let case = book.open("2022-10-10 09:00", "main", &[("number", "12")]);
        assert_eq!(case.0, number);
    }
    book.act("2022-10-10 10:00", mapcase_case::CaseNumber(2), set(&[("met_on", "2022-10-01")]));
    assert_eq!(book.act("2022-10-10 10:00", mapcase_case::CaseNumber(2), done().by("bob")), "ask");
    book
}

fn movable(book: &Book, atlas: &Arc<CheckedAtlas>) -> Vec<Movable> {
    let looking = Casebook::open_to_look(&book.path).unwrap();
    Engine::new(looking, Some(atlas.clone()), None).unwrap().movable(None).unwrap()
}

#[test]
fn what_stands_in_the_way_of_moving_is_told_case_by_case() {
    let book = book();
    let before = dump(&book.path);
    let cases: [((&str, &str), &[&str]); 13] = [
        (("", ""), &[]),
        // Only read otherwise, or renamed: every case of the map can go on.
        (("title: Last", "title: The last"), &["1R first", "2W ask"]),
        (("role: [Worker, Boss]", "role: Worker"), &["1R first", "2W ask"]),
        (("due: 3 days", "due: 2 days"), &["1R first touched", "2W ask"]),
        (("within: 30 days", "within: 20 days"), &["1R first", "2W ask touched"]),
        (("first: {", "first: { needs: [met_on],"), &["1R first touched", "2W ask"]),
        (
            ("due: 3 days", "due: 3 days of met_on"),
            &["1R first touched | a time of `first` counts from `met_on`, which this case does not have", "2W ask"],
        ),
        (
            ("due: 3 days", "due: 400 working days"),
            &[
                "1R first touched | a time cannot be worked out: 2024-01-01 is outside the calendar `plain`, which covers 2021 to 2023: add that year's holidays to it",
                "2W ask",
            ],
        ),
        (
            ("{ type: text, title: Number }", "{ type: number, title: Number }"),
            &[
                "1R first | what it holds in `number` does not fit any more: the field is of another type",
                "2W ask | what it holds in `number` does not fit any more: the field is of another type",
                "3A look | what it holds in `number` does not fit any more: the field is of another type",
            ],
        ),
        (
            ("  met_on: { type: date, title: Met on }\n", ""),
            &["1R first", "2W ask | it holds `met_on`, which the record no longer has"],
        ),
        (
            (
                "first: { role: Worker, title: First, due: 3 days, overdue: { tell: Boss }, next: ask }",
                "first: { kind: decision, role: Worker, title: First, answers: { yes: ask, no: last } }",
            ),
            &["1R first touched | `first`, at which it stands, is a decision now; it was a step", "2W ask"],
        ),
        (
            ("bad", "poor"),
            &[
                "1R first",
                "2W ask touched | it waits at `ask`, which has no way on for the outcome `bad` any more",
                "3A look touched | case 2W waits for its outcome and has no way on for `poor`",
            ],
        ),
        (("next: look }\n  look: {", "next: see }\n  see: {"), &["3A look touched"]),
    ];
    for (change, expected) in cases {
        let told = |case: Movable| {
            let touched = if case.touched { " touched" } else { "" };
            let why: String = case.obstacles.iter().map(|why| format!(" | {why}")).collect();
            format!("{} {}{touched}{why}", case.case, case.step)
        };
        let found: Vec<String> = movable(&book, &atlas(change)).into_iter().map(told).collect();
        assert_eq!(found, expected, "{change:?}");
    }
    assert_eq!(dump(&book.path), before, "looking changed something");
}
