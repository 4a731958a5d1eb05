//! `unbounded-loop`: a loop between the two ends of a limit that nothing bounds.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::visit::{EdgeFiltered, NodeFiltered};

use super::limit_never_stops::limits;
use super::unbounded_step::between;
use crate::bounds::is_doing;
use crate::check::{Atlas, Chart, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{AnchoredDraft, LimitDraft, StepDraft};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unbounded-loop",
    family: Family::Time,
    severity: Severity::Note,
    about: "Between the two ends of a limit a case can go round a loop that nothing bounds.",
    why: "Everybody can be in time on each round, and so many rounds can be gone that the limit is missed all the same: no deadline inside keeps the case to any time. The limit is the only thing that shows it.",
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
  notified: { kind: start, title: ASW told that the family moves, next: agree }
  agree: { role: ASW, title: Agree the day, due: 5 days, overdue: { tell: TM }, next: agreed }
  agreed: { kind: decision, role: TM, title: Agreed?, due: 2 days, overdue: { tell: TM }, answers: { yes: tell, no: agree } }
  tell: { role: ASW, title: Tell the family, due: 1 day, overdue: { tell: TM }, next: done }
  done: { kind: end, outcome: transferred }
limits:
  transfer:
    title: The family told within 15 days
    from: notified
    to: tell
    within: ⟦15 days⟧
    overdue: { tell: TM }
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
  notified: { kind: start, title: ASW told that the family moves, next: agree }
  agree: { role: ASW, title: Agree the day, due: 10 days of notified, overdue: { tell: TM }, next: agreed }
  agreed: { kind: decision, role: TM, title: Agreed?, due: 2 days, overdue: { tell: TM }, answers: { yes: tell, no: agree } }
  tell: { role: ASW, title: Tell the family, due: 1 day, overdue: { tell: TM }, next: done }
  done: { kind: end, outcome: transferred }
limits:
  transfer:
    title: The family told within 15 days
    from: notified
    to: tell
    within: 15 days
    overdue: { tell: TM }
",
    )]),
};

/// How many steps of a loop are named.
const MOST_NAMED: usize = 6;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        for (limit, (_, from), (_, to)) in limits(map) {
            let inside = inside(&map.chart, from, to);
            out.extend(unbounded(map, &inside).and_then(|circle| report(map, limit, &circle)));
        }
    }
}

/// The steps from which a case can still stop the limit. Its two ends are none of them: the doing of `to` stops it, the
/// doing of `from` starts it anew.
fn inside(chart: &Chart, from: usize, to: usize) -> BTreeSet<usize> {
    let after: BTreeSet<usize> = between(chart, from, to).into_iter().filter(|at| ![from, to].contains(at)).collect();
    let mut inside = BTreeSet::new();
    let mut open: Vec<usize> = chart.before(to).collect();
    while let Some(at) = open.pop() {
        if after.contains(&at) && inside.insert(at) {
            open.extend(chart.before(at));
        }
    }
    inside
}

/// A loop among these steps on which everybody can be in time again and again. A step whose deadline counts from a date,
/// or from what is done outside the loop, ends the rounds; so does a limit that runs within.
fn unbounded(map: &MapView<'_>, inside: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
    let mut bound: BTreeSet<usize> = BTreeSet::new();
    for limit in &map.draft.limits {
        let end = |word: &Option<crate::read::Word>| word.as_ref().and_then(|word| map.chart.step(&word.text));
        if let (Some(from), Some(to)) = (end(&limit.from), end(&limit.to))
            && inside.contains(&from)
        {
            bound.extend(between(&map.chart, from, to).into_iter().filter(|at| *at != from));
        }
    }
    let graph = EdgeFiltered::from_fn(&map.chart.graph, |edge| is_doing(edge.weight().0));
    loop {
        let open =
            NodeFiltered::from_fn(&graph, |node| inside.contains(&node.index()) && !bound.contains(&node.index()));
        let circles = kosaraju_scc(&open).into_iter().map(|circle| circle.iter().map(|node| node.index()).collect());
        let loops = |circle: &BTreeSet<usize>| {
            circle.len() > 1
                || circle.iter().any(|at| map.chart.out(*at).any(|(to, kind, _)| to == *at && is_doing(kind)))
        };
        let circle: BTreeSet<usize> = circles.filter(loops).min()?;
        let before = bound.len();
        bound.extend(circle.iter().filter(|at| counts_from_outside(map, &map.draft.steps[**at], &circle)));
        if bound.len() == before {
            return Some(circle);
        }
    }
}

fn counts_from_outside(map: &MapView<'_>, step: &StepDraft, circle: &BTreeSet<usize>) -> bool {
    let outside = |time: &AnchoredDraft| {
        let anchor = time.anchor.as_ref();
        anchor.is_some_and(|word| map.chart.step(&word.text).is_none_or(|at| !circle.contains(&at)))
    };
    step.due.iter().chain(&step.within).any(outside)
}

fn report(map: &MapView<'_>, limit: &LimitDraft, circle: &BTreeSet<usize>) -> Option<Diagnostic> {
    let within = limit.within.as_ref()?;
    let id = |at: &usize| &map.draft.steps[*at].id;
    let names = rules::first_names(circle.iter().map(|at| id(at).text.as_str()), MOST_NAMED);
    let message = format!("before this limit stops, a case can go round {} again and again", names.join(", "));
    let help = "nobody need be late on any round: let a deadline on the loop count from a step before it (`due: 10 days of STEP`), or leave it to this limit";
    let mut finding = rules::finding(&RULE, map.place(within.word.span), message, help);
    for at in circle.iter().take(MOST_NAMED) {
        finding = finding.related(map.place(id(at).span), "on the loop");
    }
    Some(finding)
}
