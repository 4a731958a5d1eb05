//! `dead-end`: a loop that no way leaves: a case that comes there can never end.

use std::collections::BTreeSet;

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "dead-end",
    family: Family::Graph,
    severity: Severity::Error,
    about: "A loop that no way leaves: a case that comes there can never come to an end or a hand-over.",
    why: "A case that comes here can never be finished. It stays open, and someone is asked for the same thing again and again.",
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
  notified: { kind: start, title: ASW told that the family moves, next: agreed }
  agreed:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { yes: done, no: ask-again }
  ⟦ask-again⟧:
    role: ASW
    title: Request made once more
    next: wait-for-answer
  wait-for-answer:
    role: ASW
    title: Answer chased by telephone
    next: ask-again
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
  notified: { kind: start, title: ASW told that the family moves, next: agreed }
  agreed:
    kind: decision
    role: TM
    title: Has the other authority agreed?
    answers: { yes: done, no: ask-again }
  ask-again:
    role: ASW
    title: Request made once more
    next: wait-for-answer
  wait-for-answer:
    role: ASW
    title: Answer chased by telephone
    next: agreed
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many steps of a loop are named.
const MOST_NAMED: usize = 6;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        // What no case reaches is the affair of `unreachable-step`.
        if map.finals().next().is_some() {
            out.extend(map.chart.endless().iter().filter_map(|inside| report(map, inside)));
        }
    }
}

/// Reports a loop that no way leaves, at the first of its steps.
fn report(map: &MapView<'_>, inside: &BTreeSet<usize>) -> Option<Diagnostic> {
    let id = |at: &usize| &map.draft.steps[*at].id;
    let first = inside.first()?;
    let names = rules::first_names(inside.iter().map(|at| id(at).text.as_str()), MOST_NAMED);
    let message = match &names[..] {
        [one] => format!("a case that comes to {one} never ends: it only leads to itself"),
        _ => format!("a case that comes here never ends: no way leads out of {}", names.join(", ")),
    };
    let help = "lead one of these steps to an end, to a hand-over or to a step before one";
    let mut finding = rules::finding(&RULE, map.place(id(first).span), message, help);
    for at in inside.iter().take(MOST_NAMED) {
        for (to, _, span) in map.chart.out(*at) {
            let message = format!("from `{}` back to `{}`", id(at).text, id(&to).text);
            finding = finding.related(map.place(span), message);
        }
    }
    Some(finding)
}
