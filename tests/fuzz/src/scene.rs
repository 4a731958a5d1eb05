//! A small atlas with every kind of step in it, for targets that need one around their input.

use std::sync::{Arc, OnceLock};

use mapcase_map::{AtlasFile, CheckedAtlas};

pub const ATLAS: &str = "
atlas: small
title: A small atlas
time_zone: Europe/London
calendar: plain
supervisors: [MGR]
subject: number
roles: { CW: Case worker, MGR: Manager }
themes: { only: The only theme }
documents: { none: { title: None, version: v1, date: '2022' } }
";

pub const CALENDAR: &str = "
calendar: plain
title: Plain
weekend: [saturday, sunday]
covers: 2020..2030
holidays: { 2022-12-26: Boxing Day }
";

pub const CONTROLS: &str = "
controls: audit
title: An audit
items:
  A1: { title: It is signed, binds: evidence }
";

pub const REVIEW: &str = "
map: review
title: A review
revision: 1
theme: only
owner: MGR
review_by: 2030-01-01
source: { document: none, reading: reconstructed }
record:
  number: { type: text, title: Number, pattern: '[0-9]{5,9}' }
  child: { type: text, title: Name, personal: true }
  met_on: { type: date, title: Met on }
  sum: { type: money, title: Sum }
  hours: { type: number, title: Hours }
  sort: { type: choice, title: Sort, choices: [plain, odd] }
  urgent: { type: yes-no, title: Urgent }
steps:
  begin: { kind: start, role: CW, title: Begin, next: prepare }
  prepare:
    role: CW
    title: Prepare
    needs: [number]
    evidence: [letter]
    checklist: { signed: Signed }
    controls: [A1]
    due: 2 days
    overdue: { tell: MGR }
    next: reply
  reply:
    kind: wait
    role: CW
    title: Wait for the reply
    for: The reply
    within: 1 week of prepare
    received: decide
    lapsed: chase
  chase: { role: CW, title: Chase, next: decide }
  decide:
    kind: decision
    role: MGR
    title: Is it in order?
    answers: { yes: ask, no: pass-on }
  ask:
    kind: link
    title: Ask for a check
    to: check
    mode: call
    carries: [number, child]
    outcomes: { fine: closed, bad: pass-on }
  pass-on: { kind: link, title: Pass on, to: after, carries: [number, child] }
  closed: { kind: end, title: Closed, outcome: done }
limits:
  whole:
    title: Decided within 10 days
    from: prepare
    to: decide
    within: 10 days
    overdue: { tell: MGR, start: alarm }
";

fn linked(map: &str, steps: &str) -> String {
    format!(
        "
map: {map}
title: The map {map}
revision: 1
theme: only
owner: MGR
review_by: 2030-01-01
source: {{ document: none, reading: reconstructed }}
record:
  number: {{ type: text, title: Number, pattern: '[0-9]{{5,9}}' }}
  child: {{ type: text, title: Name, personal: true }}
steps:
  begin: {{ kind: start, from: review, title: Begin, next: work }}
{steps}"
    )
}

const CHECK: &str = "
  work: { kind: decision, role: MGR, title: Fine?, answers: { yes: fine, no: bad } }
  fine: { kind: end, title: Fine, outcome: fine }
  bad: { kind: end, title: Bad, outcome: bad }
";

const PLAIN: &str = "
  work: { role: MGR, title: Work, due: 1 day, overdue: { tell: MGR }, next: over }
  over: { kind: end, title: Over, outcome: over }
";

/// A file of an atlas.
pub fn file(path: &str, bytes: impl Into<Vec<u8>>) -> AtlasFile {
    AtlasFile { path: path.to_string(), bytes: bytes.into() }
}

/// The atlas with other bytes for one of its files, or with one more.
pub fn files_with(path: &str, bytes: &[u8]) -> Vec<AtlasFile> {
    let mut files = vec![
        file("atlas.yaml", ATLAS),
        file("plain.yaml", CALENDAR),
        file("audit.yaml", CONTROLS),
        file("review.yaml", REVIEW),
        file("check.yaml", linked("check", CHECK)),
        file("after.yaml", linked("after", PLAIN)),
        file("alarm.yaml", linked("alarm", PLAIN)),
    ];
    files.retain(|file| file.path != path);
    files.push(file(path, bytes));
    files
}

/// The atlas as it is.
pub fn files() -> Vec<AtlasFile> {
    files_with("atlas.yaml", ATLAS.as_bytes())
}

/// The atlas, checked once.
pub fn atlas() -> Arc<CheckedAtlas> {
    static ATLAS: OnceLock<Arc<CheckedAtlas>> = OnceLock::new();
    let made = || Arc::new(mapcase_map::check(&files()).atlas.expect("the small atlas is sound"));
    ATLAS.get_or_init(made).clone()
}
