//! Maps with what the real ones do not have.

use std::sync::Arc;

use mapcase_map::CheckedAtlas;

use crate::common::deeds::Openings;
use crate::common::{map, small_atlas};

const WILD_MAP: &str = "record:
  known: { type: date, title: Known since }
  sound: { type: yes-no, title: Sound }
  person: { type: text, title: Person, personal: true }
steps:
  opened: { kind: start, title: Opened, role: Worker, next: work }
  work:
    role: Worker
    title: Work
    due: 8 days of known
    overdue: { tell: Boss, start: helper, go: chase }
    next: reply
  reply:
    kind: wait
    role: [Worker, Second]
    title: Reply
    for: A reply
    within: 5 days of work
    received: ask
    lapsed: chase
  chase:
    role: Second
    title: Chase
    needs: [person]
    due: 2 days of known
    overdue: { tell: Boss }
    next: second-reply
  second-reply:
    kind: wait
    role: Worker
    title: Second reply
    for: A reply
    within: 36 hours
    received: judge
    lapsed: ask
  ask:
    kind: link
    to: called
    mode: call
    title: Ask
    carries: [known, person]
    outcomes: { good: judge, bad: beside }
  beside: { kind: link, to: helper, mode: start, title: Beside, carries: [person], next: work }
  judge: { kind: decision, title: Sound?, on: sound, answers: { yes: closed, no: pause } }
  pause: { kind: wait, title: Pause, until: 3 days after known, next: work }
  closed: { kind: end, title: Closed, outcome: closed }
limits:
  whole:
    title: All of it
    from: work
    to: judge
    within: 9 days
    overdue: { tell: Boss, start: helper, go: chase }
  soft:
    title: Most of it
    from: work
    to: ask
    within: 5 days
    overdue: { tell: [Boss, Second], start: helper }
";

/// What comes round while a case of the first is open.
const STARTS: &str = "starts:
  visit:
    title: Visit
    map: visit
    at: 3 days after known
    carries: [known, person]
    done_when: [seen, third]
    sets: known
    by: 5 days of known
    overdue: { tell: Boss, start: helper }
  help:
    title: Help
    map: helper
    at: 1 day after work
    carries: [person]
    by: 30 hours of work
    overdue: { tell: Second }
";

/// What comes round in the first: it ends in time, by time, and by being handed over.
const VISIT_MAP: &str = "record:
  known: { type: date, title: Known since }
  person: { type: text, title: Person, personal: true }
steps:
  begun: { kind: start, title: Begun, from: wild, next: see }
  see:
    kind: wait
    role: [Worker, Second]
    title: See
    for: The visit
    within: 4 days
    received: which
    lapsed: missed
  which: { kind: decision, role: [Worker, Second, Boss], title: How?, answers: { seen: seen, third: to-third } }
  to-third: { kind: link, to: third, title: To the third, carries: [known] }
  seen: { kind: end, title: Seen, outcome: seen }
  missed: { kind: end, title: Missed, outcome: missed }
";

const CALLED_MAP: &str = "record:
  known: { type: date, title: Known since }
  person: { type: text, title: Person, personal: true }
steps:
  begun: { kind: start, title: Begun, role: Worker, from: wild, next: answer }
  alone: { kind: start, title: Alone, next: answer }
  answer:
    kind: wait
    role: Worker
    title: Answer
    for: An answer
    within: 2 days
    received: check
    lapsed: to-third
  check: { role: [Worker, Second], title: Check the answer, next: good }
  to-third: { kind: link, to: third, title: To the third, carries: [known] }
  good: { kind: end, title: Good, outcome: good }
";

const THIRD_MAP: &str = "record:
  known: { type: date, title: Known since }
steps:
  begun: { kind: start, title: Begun, from: called, next: last-try }
  last-try:
    role: Second
    title: Last try
    due: 1 working day
    overdue: { tell: Boss, go: bad }
    next: good
  good: { kind: end, title: Good, outcome: good }
  bad: { kind: end, title: Bad, outcome: bad }
";

const HELPER_MAP: &str = "record:
  person: { type: text, title: Person, personal: true }
steps:
  begun: { kind: start, title: Begun, from: wild, next: help }
  help: { role: [Boss, Second], title: Help, due: 8 hours, overdue: { tell: Boss }, next: helped }
  helped: { kind: end, title: Helped, outcome: helped }
";

pub const WILD: Openings =
    &[("wild", &[("known", "2022-10-04"), ("sound", "no")]), ("wild", &[]), ("called", &[("known", "2022-10-01")])];

/// Maps with what the real ones do not have: deadlines and limits that move the case, also out of a call, timers of one instant,
/// loops, a call that lapses and one that hands over.
pub fn wild_atlas() -> Arc<CheckedAtlas> {
    wild_atlas_with("", "")
}

/// The same, with something else in the first of them.
pub fn wild_atlas_with(from: &str, to: &str) -> Arc<CheckedAtlas> {
    assert!(WILD_MAP.contains(from), "{from}");
    let wild = if from.is_empty() { WILD_MAP.to_string() } else { WILD_MAP.replace(from, to) };
    small_atlas(&[map("wild", &wild), map("called", CALLED_MAP), map("third", THIRD_MAP), map("helper", HELPER_MAP)])
}

/// The same, with cases that are opened when they are due, and an end that another case waits for.
pub fn rounds_atlas() -> Arc<CheckedAtlas> {
    let waits = "    title: Second reply\n    for: A reply\n";
    assert!(WILD_MAP.contains(waits));
    let wild = WILD_MAP.replace(waits, &format!("{waits}    comes_from: {{ map: visit, outcome: seen }}\n"));
    let third = THIRD_MAP.replace("from: called", "from: [called, visit]");
    small_atlas(&[
        map("wild", &format!("{wild}{STARTS}")),
        map("called", CALLED_MAP),
        map("third", &third),
        map("helper", HELPER_MAP),
        map("visit", VISIT_MAP),
    ])
}
