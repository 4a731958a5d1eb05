//! `edge-into-start`: a step leads into a start. A start is done by opening a case; nothing inside the map leads to it.

use crate::check::{Atlas, MapView, ways};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{KindWord, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "edge-into-start",
    family: Family::Graph,
    severity: Severity::Error,
    about: "A step leads into a start. A start is done by opening a case; nothing inside the map leads to it.",
    why: "A start is what opens a case. A case that is already open cannot be opened again, so it would have nowhere to go.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    next: agreed
  agreed:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { yes: done, no: ⟦notified⟧ }
  done: { kind: end, outcome: transferred }
",
    )]),
    good: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    next: agreed
  agreed:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { yes: done, no: request }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for step in &map.draft.steps {
            let from = format!("`{}`", step.id.text);
            ways(step).into_iter().for_each(|(word, _)| report_start(map, &from, word, out));
        }
        for limit in &map.draft.limits {
            let from = format!("the limit `{}`", limit.id.text);
            let go = limit.overdue.iter().flat_map(|overdue| &overdue.go);
            go.for_each(|word| report_start(map, &from, word, out));
        }
    }
}

fn report_start(map: &MapView<'_>, from: &str, word: &Word, out: &mut Vec<Diagnostic>) {
    let Some(target) = map.chart.step(&word.text).map(|at| &map.draft.steps[at]) else { return };
    if target.kind != KindWord::Start {
        return;
    }
    let message = format!("{from} leads into the start `{}`", target.id.text);
    let help = match &target.next {
        Some(next) => format!("lead to `{}`, the step after that start", next.text),
        None => "lead to the step after that start".to_string(),
    };
    let finding = rules::finding(&RULE, map.place(word.span), message, help);
    out.push(finding.related(map.place(target.id.span), "this is a start: opening a case does it"));
}
