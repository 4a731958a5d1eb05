//! `unreachable-step`: no way leads from a start to this step.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::visit::NodeFiltered;

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unreachable-step",
    family: Family::Graph,
    severity: Severity::Error,
    about: "No way leads from a start to this step.",
    why: "What this step asks for will never be done: no case comes to it.",
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
    next: done
  ⟦stop-payment⟧:
    role: Admin
    title: Payment team told to stop the payment
    next: done
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
    next: stop-payment
  stop-payment:
    role: Admin
    title: Payment team told to stop the payment
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many of the steps that hang behind one are named.
const MOST_NAMED: usize = 5;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        let starts: Vec<usize> = map.starts().map(|(at, _)| at).collect();
        if starts.is_empty() {
            continue;
        }
        let mut reached = map.chart.reached(starts);
        for at in first_unreached(map, &reached) {
            out.push(report(map, at, &mut reached));
        }
    }
}

/// Of the steps that no case reaches, those that lead to the others; of a loop, its first step.
fn first_unreached(map: &MapView<'_>, reached: &[bool]) -> Vec<usize> {
    let hidden = NodeFiltered::from_fn(&map.chart.graph, |node| !reached[node.index()]);
    let mut firsts = Vec::new();
    for circle in kosaraju_scc(&hidden) {
        let inside: BTreeSet<usize> = circle.iter().map(|node| node.index()).collect();
        if inside.iter().all(|at| map.chart.before(*at).all(|before| inside.contains(&before))) {
            firsts.extend(inside.first());
        }
    }
    firsts.sort_unstable();
    firsts
}

/// Reports a step, and names those that hang behind it; they count as reached from here on, so that each is named once.
fn report(map: &MapView<'_>, at: usize, reached: &mut [bool]) -> Diagnostic {
    let step = &map.draft.steps[at];
    let message = format!("no way leads from a start to `{}`", step.id.text);
    let help = "name it in the `next` or an answer of the step before it, or take it out";
    let mut finding = rules::finding(&RULE, map.place(step.id.span), message, help);
    let mut behind = Vec::new();
    let mut open = vec![at];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            behind.push(at);
            open.extend(map.chart.out(at).map(|(to, _, _)| to));
        }
    }
    behind.retain(|other| *other != at);
    behind.sort_unstable();
    for other in behind.iter().take(MOST_NAMED) {
        let id = &map.draft.steps[*other].id;
        finding = finding.related(map.place(id.span), format!("nor to `{}`, which comes after it", id.text));
    }
    if behind.len() > MOST_NAMED {
        finding.message = format!("{}, nor to the {} steps after it", finding.message, behind.len());
    }
    finding
}
