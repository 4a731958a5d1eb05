//! `unbounded-step`: steps that nothing gives a time.

use std::collections::BTreeSet;

use crate::bounds::{Passed, is_doing};
use crate::check::{Atlas, Chart, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{KindWord, StepDraft};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unbounded-step",
    family: Family::Time,
    severity: Severity::Note,
    about: "Steps that nothing gives a time: they have no deadline and stand in no limit. There is one note a map.",
    why: "A case can lie at such a step for as long as nobody looks, and is never late. `mapcase map times` shows what that means for the whole map.",
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
  ⟦agree⟧: { role: ASW, title: Agree the day, next: decide }
  decide: { role: TM, title: Decide, due: 72 hours, overdue: { tell: TM }, next: done }
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
  notified: { kind: start, title: ASW told that the family moves, next: agree }
  agree: { role: ASW, title: Agree the day, due: 5 days, overdue: { tell: TM }, next: decide }
  decide: { role: TM, title: Decide, due: 72 hours, overdue: { tell: TM }, next: done }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many steps are named.
const MOST_NAMED: usize = 12;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole && !map.is_placeholder()) {
        let without: Vec<usize> =
            map.draft.steps.iter().enumerate().filter(|(_, step)| is_without(step)).map(|(at, _)| at).collect();
        if without.is_empty() {
            continue;
        }
        let passed = Passed::new(&map.chart, map.starts().map(|(at, _)| at));
        let inside = inside(map, &passed);
        let open: Vec<usize> = without.into_iter().filter(|at| passed.is_reached(*at) && !inside[*at]).collect();
        out.extend(report(map, &open));
    }
}

/// Whether somebody must act there, or something must come, and the step itself says nothing of time.
fn is_without(step: &StepDraft) -> bool {
    let lost = ["due", "within", "on", "role", "for", "until"].iter().any(|key| step.is_lost(key));
    let waits = match step.kind {
        KindWord::Step => true,
        KindWord::Decision => step.on.is_none(),
        KindWord::Wait => step.until.is_none(),
        KindWord::Start | KindWord::Link | KindWord::End => false,
    };
    waits && step.kind_known && !lost && step.due.is_none() && step.within.is_none()
}

/// The steps at which a limit always runs that was started before.
fn inside(map: &MapView<'_>, passed: &Passed) -> Vec<bool> {
    let mut inside = vec![false; map.draft.steps.len()];
    for limit in &map.draft.limits {
        let step = |word: &Option<crate::read::Word>| word.as_ref().and_then(|word| map.chart.step(&word.text));
        let (Some(from), Some(to)) = (step(&limit.from), step(&limit.to)) else { continue };
        for at in between(&map.chart, from, to) {
            inside[at] |= passed.always(from, at);
        }
    }
    inside
}

/// The steps that are passed after one step was done until another is left, the other among them.
pub(super) fn between(chart: &Chart, from: usize, to: usize) -> Vec<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = chart.out(from).filter(|(_, kind, _)| is_doing(*kind)).map(|(at, _, _)| at).collect();
    while let Some(at) = open.pop() {
        if found.insert(at) && at != to {
            open.extend(chart.out(at).map(|(next, _, _)| next));
        }
    }
    found.into_iter().collect()
}

fn report(map: &MapView<'_>, open: &[usize]) -> Option<Diagnostic> {
    let first = &map.draft.steps[*open.first()?].id;
    let names = rules::first_names(open.iter().map(|at| map.draft.steps[*at].id.text.as_str()), MOST_NAMED);
    let message = match open {
        [_] => format!("nothing says how long {} may take", names.join("")),
        _ => format!("nothing says how long {} steps may take: {}", open.len(), names.join(", ")),
    };
    let help = "give a step `due`, a wait `within`, or put a limit around them";
    Some(rules::finding(&RULE, map.place(first.span), message, help))
}
