//! `anchor-not-passed`: a time counts from a step that some way does not pass.

use crate::bounds::{Passed, is_doing};
use crate::check::{Atlas, MapView, way};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{StepDraft, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "anchor-not-passed",
    family: Family::Time,
    severity: Severity::Warning,
    about: "A time counts from the doing of a step, and a case can come there without having done that step.",
    why: "Then there is nothing to count from: a deadline does not exist for such a case and nobody is told, and a wait for an answer never runs out.",
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
  notified: { kind: start, title: ASW told that the family moves, next: is-urgent }
  is-urgent: { kind: decision, role: TM, title: Is it urgent?, answers: { yes: decide, no: agree } }
  agree: { role: ASW, title: Agree the day, next: decide }
  decide: { role: TM, title: Decide, due: 72 hours of ⟦agree⟧, overdue: { tell: TM }, next: done }
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
  notified: { kind: start, title: ASW told that the family moves, next: is-urgent }
  is-urgent: { kind: decision, role: TM, title: Is it urgent?, answers: { yes: decide, no: agree } }
  agree: { role: ASW, title: Agree the day, next: decide }
  decide: { role: TM, title: Decide, due: 72 hours of is-urgent, overdue: { tell: TM }, next: done }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    look(atlas, out, &RULE, |map, at, step| {
        let due = step.due.as_ref().and_then(|it| it.anchor.as_ref());
        let within = step.within.as_ref().and_then(|it| it.anchor.as_ref());
        match (due, within) {
            (Some(word), _) => Counted::new(map, at, word, "there is no deadline then"),
            (_, Some(word)) => Counted::new(map, at, word, "the wait never runs out then"),
            _ => None,
        }
    });
}

/// A time of a step that counts from the doing of a step.
pub(super) struct Counted<'d> {
    at: usize,
    step: usize,
    word: &'d Word,
    then: &'static str,
}

impl<'d> Counted<'d> {
    /// Of the step `at`, with the word that names the other, and what follows where that has not been done.
    pub fn new(map: &MapView<'d>, at: usize, word: &'d Word, then: &'static str) -> Option<Self> {
        Some(Self { at, step: map.chart.step(&word.text)?, word, then })
    }
}

/// Reports each time that counts from a step without which a case can come there.
pub(super) fn look<'d>(
    atlas: &Atlas<'d>,
    out: &mut Vec<Diagnostic>,
    rule: &'static Rule,
    counted: impl Fn(&MapView<'d>, usize, &'d StepDraft) -> Option<Counted<'d>>,
) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        let steps = map.draft.steps.iter().enumerate();
        let counted: Vec<_> = steps.filter_map(|(at, step)| counted(map, at, step)).collect();
        if counted.is_empty() {
            continue;
        }
        let passed = Passed::new(&map.chart, map.starts().map(|(at, _)| at));
        let missing = counted.into_iter().filter(|it| passed.is_reached(it.step) && !passed.always(it.step, it.at));
        let followed = super::most_followed(map.draft.steps.len());
        out.extend(missing.take(followed).filter_map(|counted| report(map, rule, &counted)));
    }
}

fn report(map: &MapView<'_>, rule: &'static Rule, counted: &Counted<'_>) -> Option<Diagnostic> {
    let starts = map.starts().map(|(at, _)| at);
    let path = way(&map.chart, starts, |at, kind| at != counted.step || !is_doing(kind), |at| at == counted.at)?;
    let id = |at: &usize| &map.draft.steps[*at].id;
    let message = format!(
        "a case can come to `{}` without `{}` having been done, and {}: {}",
        id(&counted.at).text,
        counted.word.text,
        counted.then,
        rules::path_words(path.iter().map(|at| id(at).text.as_str()))
    );
    let help = "count from a step that every way here passes, or from the case coming here";
    let finding = rules::finding(rule, map.place(counted.word.span), message, help);
    let on_the_way = path.iter().rev().skip(1).take(rules::MOST_OF_A_PATH).rev();
    Some(on_the_way.fold(finding, |finding, at| finding.related(map.place(id(at).span), "on this way")))
}
