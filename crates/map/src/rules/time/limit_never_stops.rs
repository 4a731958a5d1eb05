//! `limit-never-stops`: no way leads from the step that starts a limit to the one that stops it.

use crate::bounds::is_doing;
use crate::check::{Atlas, MapView, way};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{LimitDraft, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "limit-never-stops",
    family: Family::Time,
    severity: Severity::Warning,
    about: "No way leads from the step that starts a limit to the step that stops it.",
    why: "The limit passes in every case that runs long enough, and nobody can meet it. Mostly its two ends are the wrong way round, or one of them is another step.",
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
  agree: { role: ASW, title: Agree the day, next: decide }
  decide: { role: TM, title: Decide, next: done }
  done: { kind: end, outcome: transferred }
limits:
  transfer: { title: Decided in time, from: decide, to: ⟦agree⟧, within: 15 days, overdue: { tell: TM } }
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
  agree: { role: ASW, title: Agree the day, next: decide }
  decide: { role: TM, title: Decide, next: done }
  done: { kind: end, outcome: transferred }
limits:
  transfer: { title: Decided in time, from: agree, to: decide, within: 15 days, overdue: { tell: TM } }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        out.extend(limits(map).filter_map(|(_, from, to)| look(map, from, to)));
    }
}

/// An end of a limit: its word, and the number of its step.
pub(super) type Stop<'d> = (&'d Word, usize);

/// The limits of a map with both their ends. What no case comes to is the affair of `unreachable-step`.
pub(super) fn limits<'d>(map: &MapView<'d>) -> impl Iterator<Item = (&'d LimitDraft, Stop<'d>, Stop<'d>)> {
    let reached = map.chart.reached(map.starts().map(|(at, _)| at));
    let followed = super::most_followed(map.draft.steps.len());
    map.draft.limits.iter().take(followed).filter_map(move |limit| {
        let stop = |word: &'d Option<Word>| {
            let word = word.as_ref()?;
            map.chart.step(&word.text).filter(|at| reached[*at]).map(|at| (word, at))
        };
        Some((limit, stop(&limit.from)?, stop(&limit.to)?))
    })
}

fn look(map: &MapView<'_>, (from, start): Stop<'_>, (to, stop): Stop<'_>) -> Option<Diagnostic> {
    let chart = &map.chart;
    let roots = chart.out(start).filter(|(_, kind, _)| is_doing(*kind)).map(|(to, _, _)| to);
    if way(chart, roots, |_, _| true, |at| at == stop).is_some() {
        return None;
    }
    let message = format!("no way leads from `{}` to `{}`, so nobody can stop this limit", from.text, to.text);
    let help = "name the step that comes last; a limit runs from the doing of `from` to the doing of `to`";
    let finding = rules::finding(&RULE, map.place(to.span), message, help);
    Some(finding.related(map.place(from.span), "it starts when this step is done"))
}
