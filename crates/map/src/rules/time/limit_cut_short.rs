//! `limit-cut-short`: a case can end before a limit is stopped.

use super::limit_never_stops::{Stop, limits};
use crate::bounds::is_doing;
use crate::check::{Atlas, MapView, is_final, way};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::LimitDraft;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "limit-cut-short",
    family: Family::Time,
    severity: Severity::Note,
    about: "On some way the case ends before the step that stops a limit is done; the limit stops with the case.",
    why: "A limit stops when the case ends, whatever was done. Where a case may end early that is mostly meant; where it is not, the limit is got round by ending the case.",
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
  agreed: { kind: decision, role: TM, title: Is it agreed?, answers: { yes: decide, no: refused } }
  decide: { role: TM, title: Decide, next: done }
  refused: { kind: end, outcome: refused }
  done: { kind: end, outcome: transferred }
limits:
  ⟦transfer⟧: { title: Decided in time, from: notified, to: decide, within: 15 days, overdue: { tell: TM } }
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
  agreed: { kind: decision, role: TM, title: Is it agreed?, answers: { yes: decide, no: refused } }
  decide: { role: TM, title: Decide, next: done }
  refused: { kind: end, outcome: refused }
  done: { kind: end, outcome: transferred }
limits:
  transfer: { title: Agreed in time, from: notified, to: agreed, within: 15 days, overdue: { tell: TM } }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        out.extend(limits(map).filter_map(|(limit, from, to)| look(map, limit, from, to)));
    }
}

fn look(map: &MapView<'_>, limit: &LimitDraft, (_, start): Stop<'_>, (to, stop): Stop<'_>) -> Option<Diagnostic> {
    let chart = &map.chart;
    let roots: Vec<usize> = chart.out(start).filter(|(_, kind, _)| is_doing(*kind)).map(|(to, _, _)| to).collect();
    // Where no way leads there at all, `limit-never-stops` says so.
    way(chart, roots.iter().copied(), |_, _| true, |at| at == stop)?;
    let is_last = |at: usize| at != stop && is_final(&map.draft.steps[at]);
    let path = way(chart, roots, |at, kind| at != stop || !is_doing(kind), is_last)?;
    let id = |at: usize| &map.draft.steps[at].id;
    let named = std::iter::once(start).chain(path.iter().copied()).map(|at| id(at).text.as_str());
    let message = format!(
        "a case can end before `{}` is done, and this limit stops with it: {}",
        to.text,
        rules::path_words(named)
    );
    let help = "nothing need be done, if that is meant";
    let finding = rules::finding(&RULE, map.place(limit.id.span), message, help);
    Some(finding.related(map.place(path.last().map(|at| id(*at).span)?), "the case ends here"))
}
