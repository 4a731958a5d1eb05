//! A small atlas with every kind of shape, drawn; and that no text, however odd, can break a drawing.

mod bpmn;
mod escaping;
mod shapes;

use std::sync::Arc;

use crate::atlas::CheckedAtlas;
use crate::check::{AtlasFile, check};
use crate::diagnostic::Severity;
use crate::machine::Machine;

const ATLAS: &str = "\
atlas: small
title: A small atlas
time_zone: Europe/London
calendar: plain
supervisors: [TM]
roles: { ASW: Allocated social worker, TM: Social care team manager, OLA: Other Local Authority }
themes: { moves: Moves, money: Money }
documents: { charts: { title: Charts, date: '2022' } }
";

const CALENDAR: &str = "\
calendar: plain
title: No holidays
weekend: [saturday, sunday]
covers: 2020..2030
holidays: {}
";

const EVERY_KIND: &str = "\
map: every-kind
title: One map with every kind of shape that the legend has
revision: 3
theme: moves
owner: ASW
review_by: 2026-11-30
source: { document: charts, reading: transcribed }
record:
  number: { type: text, title: ICS number }
  agreed_on: { type: date, title: Date of the agreement }
  managed: { type: yes-no, title: Family managed }
steps:
  opened: { kind: start, title: Told of a child, needs: [number, agreed_on, managed], next: end }
  from-money: { kind: start, from: pay, title: From payments, needs: [number, agreed_on, managed], next: end }
  from-both: { kind: start, from: [near, far], title: From two, needs: [number, agreed_on, managed], next: end }
  end:
    role: [ASW, OLA]
    title: Liaise to agree the funding/service cross over period
    due: 72 hours
    overdue: { tell: [TM, ASW], start: pay }
    receives: { from: the account tracker, what: [number] }
    next: notify
  notify:
    role: ASW
    title: Notify
    due: 5 working days of end
    overdue: { go: ask }
    sends: { to: OLA, what: [number, agreed_on] }
    next: ask
  ask: { kind: decision, role: TM, title: Agreed?, answers: { no: notify, yes: managed, later: managed } }
  managed: { kind: decision, on: managed, title: Family managed?, answers: { yes: six-months, no: letter } }
  six-months: { kind: wait, title: At 6 months, until: 6 months after agreed_on, next: letter }
  letter:
    kind: wait
    role: TBC
    title: Response?
    for: Response from the family
    within: 2 weeks of notify
    received: call-pay
    lapsed: unsettled
  unsettled: { role: TM, title: Not settled, due: TBC, overdue: { tell: TM }, next: call-pay }
  call-pay: { kind: link, to: pay, mode: call, outcomes: { paid: beside, refused: hand-over, settled: done } }
  beside: { kind: link, to: near, mode: start, title: Look beside, next: done }
  hand-over: { kind: link, to: far, title: Over to far }
  done: { kind: end, title: Settled, outcome: settled }
limits:
  whole: { title: Settled in time, from: end, to: letter, within: 45 days, overdue: { tell: TM, start: far, go: unsettled } }
";

fn other(id: &str, title: &str, theme: &str, reading: &str) -> String {
    format!(
        "map: {id}\ntitle: {title}\nrevision: 1\ntheme: {theme}\nowner: TM\nreview_by: 2026-11-30\n\
         source: {{ document: charts, reading: {reading} }}\nsteps:\n  \
         begin: {{ kind: start, from: every-kind, title: Begin, next: look }}\n  \
         look: {{ role: TM, title: Look, next: which }}\n  \
         which: {{ kind: decision, role: TM, title: Paid?, answers: {{ yes: paid, no: refused, back: back }} }}\n  \
         back: {{ kind: link, to: every-kind }}\n  \
         paid: {{ kind: end, outcome: paid }}\n  refused: {{ kind: end, outcome: refused }}\n"
    )
}

fn atlas() -> CheckedAtlas {
    let files = [
        ("atlas.yaml", ATLAS.to_string()),
        ("plain.yaml", CALENDAR.to_string()),
        ("every-kind.yaml", EVERY_KIND.to_string()),
        ("pay.yaml", other("pay", "Pay", "money", "reconstructed")),
        ("near.yaml", other("near", "Near", "moves", "placeholder")),
        ("far.yaml", other("far", "Far away", "money", "transcribed")),
    ];
    let files = files.map(|(path, text)| AtlasFile { path: path.to_string(), bytes: text.into_bytes() });
    let checked = check(&files);
    let atlas = checked.atlas.expect("an atlas");
    let errors = checked.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| (&finding.place, finding.rule, &finding.message)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    atlas
}

fn machine(atlas: &CheckedAtlas, map: &str) -> Arc<Machine> {
    atlas.machine(map).expect("a map that runs").clone()
}
