//! Whatever changes a map's meaning is a difference, and nothing else is; what was only renamed is said to be.

use super::*;
use crate::check::{AtlasFile, check};

const ATLAS: &str = "atlas: a\ntitle: A\ntime_zone: Europe/London\ncalendar: c\nsupervisors: [Boss]\nroles: { Boss: B, W: Worker }\nthemes: { t: T }\ndocuments: { d: { title: D } }\n";
const CALENDAR: &str =
    "calendar: c\ntitle: C\nweekend: [saturday, sunday]\ncovers: 2021..2023\nholidays: { 2022-06-01: The day }\n";
const MAP: &str = "map: m
title: A map
revision: 1
theme: t
owner: Boss
review_by: 2030-01-01
source: { document: d, reading: reconstructed }
record:
  number: { type: text, title: Number, pattern: '[0-9]+' }
  met_on: { type: date, title: Met on }
  kind_of: { type: choice, title: Kind, choices: [one, two, odd] }
  colour: { type: choice, title: Colour, choices: [red, blue] }
steps:
  begin: { kind: start, role: W, title: Begin, needs: [number], next: prepare }
  prepare:
    role: [W, Boss]
    title: Prepare
    needs: [met_on]
    evidence: [letter]
    checklist: { signed: It is signed }
    due: 72 hours
    overdue: { tell: Boss, go: late }
    sends: { to: the reader, what: [number] }
    next: reply
  late: { role: Boss, title: Do it late, not_by: prepare, next: reply }
  reply: { kind: wait, role: W, title: A reply, for: A reply, within: 2 weeks of prepare, received: which, lapsed: done }
  which: { kind: decision, title: Which?, on: kind_of, answers: { one: hold, two: done, odd: late } }
  hold: { kind: wait, title: Hold, until: 3 days after met_on, next: done }
  done: { kind: end, title: Done, outcome: done }
limits:
  whole: { title: All of it, from: begin, to: which, within: 10 working days, overdue: { tell: Boss } }
";

fn read(map: &str) -> Map {
    let files = [("atlas.yaml", ATLAS), ("c.yaml", CALENDAR), ("m.yaml", map)];
    let files: Vec<AtlasFile> = files
        .iter()
        .map(|(path, text)| AtlasFile { path: path.to_string(), bytes: text.as_bytes().to_vec() })
        .collect();
    let checked = check(&files);
    let atlas = checked.atlas.unwrap();
    atlas.machine("m").unwrap_or_else(|| panic!("{:#?}\n{map}", checked.findings)).map().clone()
}

fn changed(from: &str, to: &str) -> Vec<String> {
    assert!(MAP.contains(from), "{from}");
    let (before, after) = (read(MAP), read(&MAP.replace(from, to)));
    let changes = maps(&before, &after);
    let meant = changes.iter().any(|change| change.weight != Weight::About);
    assert_eq!(meant, before.digest() != after.digest(), "{changes:#?}");
    let line = |change: &Change| {
        assert!(!change.says().is_empty());
        format!("{} {} {}: {}", change.weight.word(), change.of.word(), change.id, change.says())
    };
    changes.iter().map(line).collect()
}

/// What is replaced in the map, by what, and what is said of it.
const CHANGES: &[(&str, &str, &str)] = &[
    ("72 hours", "48 hours", "runs step prepare: must be done within 48 hours instead of 72 hours"),
    (
        "72 hours\n",
        "72 hours of begin\n",
        "runs step prepare: must be done within 72 hours of begin instead of 72 hours",
    ),
    ("lapsed: done", "lapsed: late", "runs step reply: when its time has run out, leads to `late` instead of `done`"),
    ("2 weeks of", "3 weeks of", "runs step reply: waits for 3 weeks of prepare instead of 2 weeks of prepare"),
    ("two: done", "two: late", "runs step which: for the answer `two`, leads to `late` instead of `done`"),
    ("go: late }", "go: reply }", "runs step prepare: when its deadline passes, leads to `reply` instead of `late`"),
    ("role: [W, Boss]", "role: [W]", "runs step prepare: may no longer be done by `Boss`"),
    (
        "role: [W, Boss]",
        "role: [Boss, W]",
        "runs step prepare: names its roles in another order, so that the first is `Boss`",
    ),
    ("    needs: [met_on]", "    needs: [number]", "runs step prepare: now needs `number`; no longer needs `met_on`"),
    ("evidence: [letter]", "evidence: [letter, form]", "runs step prepare: now asks for the evidence `form`"),
    (
        "signed: It is signed",
        "signed: Signed",
        "wording step prepare: words a tick as “Signed” instead of “It is signed”",
    ),
    ("It is signed }", "It is signed, seen: Seen }", "runs step prepare: asks for one more tick: Seen"),
    ("not_by: prepare, ", "", "runs step late: may be done by the same person as `prepare`"),
    ("to: the reader", "to: the writer", "runs step prepare: sends to the writer instead of the reader"),
    ("for: A reply", "for: A letter", "wording step reply: calls what it waits for “A letter” instead of “A reply”"),
    ("3 days after", "4 days after", "runs step hold: waits until 4 days after met_on instead of 3 days after met_on"),
    ("title: Prepare", "title: Get ready", "wording step prepare: is called “Get ready” instead of “Prepare”"),
    ("outcome: done", "outcome: over", "runs step done: ends with the outcome `over` instead of `done`"),
    ("[0-9]+", "[0-9]{5}", "runs field number: must look like the pattern `[0-9]{5}` instead of `[0-9]+`"),
    (
        "title: Met on",
        "title: Met on, personal: true",
        "runs field met_on: is now personal: kept apart, and can be erased",
    ),
    ("red, blue]", "red, blue, green]", "runs field colour: may now be `green`"),
    ("10 working days", "2 weeks", "runs limit whole: is 2 weeks instead of 10 working days"),
    ("to: which", "to: reply", "runs limit whole: ends with the doing of `reply` instead of `which`"),
    ("revision: 1", "revision: 2", "wording map m: is revision 2; it was 1"),
    ("owner: Boss", "owner: W", "runs map m: is owned by W instead of Boss"),
    ("review_by: 2030", "review_by: 2031", "about map m: must be read again by 2031-01-01 instead of 2030-01-01"),
    (
        "reading: reconstructed",
        "reading: placeholder",
        "about map m: claims to be placeholder instead of reconstructed",
    ),
];

#[test]
fn each_part_of_a_meaning_is_told_in_words() {
    for (from, to, line) in CHANGES.iter().copied() {
        assert_eq!(changed(from, to), [line], "{from} → {to}");
    }
}

#[test]
fn comments_layout_quotes_and_notes_are_no_difference() {
    for (from, to) in [
        ("title: Do it late", "title: 'Do it late'"),
        ("steps:", "# a comment\nsteps:"),
        ("role: Boss, title: Do it late", "title: Do it late, role: [Boss]"),
        ("title: Do it late", "title: Do it late, quote: Do it, note: Or else"),
        ("    title: Prepare\n", "    title: Prepare\n    inferred: It must be\n"),
    ] {
        assert_eq!(changed(from, to), [""; 0], "{from} → {to}");
    }
}

#[test]
fn a_rename_is_recognised_where_all_else_is_the_same() {
    let renamed = |names: &[(&str, &str)]| {
        let text = names.iter().fold(MAP.to_string(), |text, (from, to)| text.replace(from, to));
        maps(&read(MAP), &read(&text))
            .iter()
            .map(|change| format!("{}: {}", change.id, change.says()))
            .collect::<Vec<_>>()
    };
    let is = |to: &str, from: &str| format!("{to}: was called `{from}`; nothing else of it has changed");
    assert_eq!(renamed(&[("prepare", "get-ready")]), [is("get-ready", "prepare")]);
    // Two that lead to each other.
    assert_eq!(
        renamed(&[("prepare", "get-ready"), ("next: reply", "next: word"), ("  reply:", "  word:")]),
        [is("get-ready", "prepare"), is("word", "reply")]
    );
    assert_eq!(renamed(&[("met_on", "seen_on"), ("whole:", "all:")]), [is("seen_on", "met_on"), is("all", "whole")]);
    // With another title it is another step.
    let other = renamed(&[("hold:", "keep:"), ("one: hold", "one: keep"), ("title: Hold", "title: Keep")]);
    assert_eq!(
        other,
        ["hold: is gone: Hold", "keep: is new: Keep", "which: for the answer `one`, leads to `keep` instead of `hold`"]
    );
}
