//! `deadline-after-timeout`: a deadline has passed already when a wait before it is over.

use std::collections::HashMap;

use crate::bounds::{Clock, From, Gap, Holds, Plan, Way, Why, is_doing};
use crate::check::{Atlas, MapView, way};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "deadline-after-timeout",
    family: Family::Time,
    severity: Severity::Warning,
    about: "A deadline, or the time of a wait, has passed already when a case comes there, because a wait before it lasts at least as long.",
    why: "Whoever gets the case by that way is late before they could begin, or can never answer in time. A deadline that nobody can keep is soon not looked at any more.",
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
  notified: { kind: start, title: ASW told that the family moves, next: write }
  write: { role: ASW, title: Write to the family, next: answer }
  answer:
    kind: wait
    role: ASW
    for: The family's answer
    within: 4 weeks of write
    received: decide
    lapsed: decide
  decide: { role: TM, title: Decide, due: ⟦2 weeks of write⟧, overdue: { tell: TM }, next: done }
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
  notified: { kind: start, title: ASW told that the family moves, next: write }
  write: { role: ASW, title: Write to the family, next: answer }
  answer:
    kind: wait
    role: ASW
    for: The family's answer
    within: 4 weeks of write
    received: decide
    lapsed: decide
  decide: { role: TM, title: Decide, due: 2 weeks of answer, overdue: { tell: TM }, next: done }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// The most waits of one map that are followed.
const MOST_WAITS: usize = 200;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(plans) = atlas.plans() else { return };
    for (number, map) in atlas.maps.iter().enumerate().filter(|(_, map)| map.chart.whole) {
        let plan = &plans.maps[number];
        let ends: Vec<End<'_>> = ends(plan).collect();
        let waits = waits(plan).take(if ends.is_empty() { 0 } else { MOST_WAITS });
        let mut compared = HashMap::new();
        let mut left = super::most_followed(plan.stages.len());
        for wait in waits {
            let Some(clock) = plans.clock(wait.gap.calendar) else { break };
            for end in ends.iter().filter(|end| wait.from.is_none_or(|from| from == end.from)) {
                let late = compared
                    .entry((wait.gap, end.gap, wait.until))
                    .or_insert_with(|| is_never_sooner(clock, &wait, end.gap));
                if *late && left > 0 {
                    left -= 1;
                    out.extend(report(map, plan, &wait, end));
                }
            }
        }
    }
}

/// A deadline, or the time of a wait for an answer, that counts from a step.
struct End<'p> {
    at: usize,
    from: usize,
    gap: &'p Gap,
}

fn ends(plan: &Plan) -> impl Iterator<Item = End<'_>> {
    plan.stages.iter().enumerate().filter_map(|(at, stage)| match &stage.holds {
        Holds::Somebody(Some(timed)) | Holds::Answer(Some(timed)) => match (timed.from, &timed.gap) {
            (From::Stage(from), Some(gap)) => Some(End { at, from, gap }),
            _ => None,
        },
        _ => None,
    })
}

/// A way from a step that a case goes only when a time has passed, counted from a step or from coming there.
struct Wait<'p> {
    at: usize,
    from: Option<usize>,
    gap: &'p Gap,
    until: bool,
    way: &'p Way,
}

fn waits(plan: &Plan) -> impl Iterator<Item = Wait<'_>> {
    plan.stages.iter().enumerate().flat_map(|(at, stage)| {
        let until = matches!(stage.holds, Holds::Time(_));
        let timed = stage.timed().and_then(|timed| match timed.from {
            From::Coming => Some((None, timed.gap.as_ref()?)),
            From::Stage(from) => Some((Some(from), timed.gap.as_ref()?)),
            From::Record => None,
        });
        let ways = stage.ways.iter().filter(move |way| until || way.why != Why::Done);
        timed.into_iter().flat_map(move |(from, gap)| ways.clone().map(move |way| Wait { at, from, gap, until, way }))
    })
}

/// Whether, from whatever instant both count, the wait is over no sooner than the deadline.
fn is_never_sooner(clock: &Clock, wait: &Wait<'_>, gap: &Gap) -> bool {
    let mut known = false;
    for day in 0..clock.days() {
        for from in [clock.start(day), clock.start(day + 1) - 1] {
            let over = if wait.until { clock.until(wait.gap, from) } else { clock.due(wait.gap, from) };
            let Some((over, due)) = over.zip(clock.due(gap, from)) else { continue };
            known = true;
            if over < due {
                return false;
            }
        }
    }
    known
}

fn report(map: &MapView<'_>, plan: &Plan, wait: &Wait<'_>, end: &End<'_>) -> Option<Diagnostic> {
    let (chart, id) = (&map.chart, |at: usize| &map.draft.steps[at].id);
    // The wait comes after the step from which the deadline counts, and the deadline after the wait, before it counts anew.
    let done = chart.out(end.from).filter(|(_, kind, _)| is_doing(*kind)).map(|(to, _, _)| to);
    way(chart, done, |at, _| at != end.at, |at| at == wait.at)?;
    if wait.at == end.from {
        return None;
    }
    let anew = |at: usize| at == end.from || at == wait.at;
    let path = way(chart, [wait.way.to], |at, kind| !(anew(at) && is_doing(kind)), |at| at == end.at)?;
    let named = std::iter::once(wait.at).chain(path).map(|at| id(at).text.as_str());
    let message = format!(
        "this has passed already when a case comes to `{}` by {}: `{}` lasts {}",
        id(end.at).text,
        rules::path_words(named),
        id(wait.at).text,
        wait.gap.duration,
    );
    let help = format!("count from `{}` or from the case coming here, or give it more time", id(wait.at).text);
    let place = |at: usize| Some(map.place(super::time_span(&map.draft.steps[at])?));
    let finding = rules::finding(&RULE, place(end.at)?, message, help);
    let why = if plan.stages[wait.at].timed().is_some_and(|timed| timed.from == From::Coming) {
        format!("it lasts so long from the case coming to `{}`", id(wait.at).text)
    } else {
        format!("it counts from `{}` too", id(end.from).text)
    };
    Some(finding.related(place(wait.at)?, why))
}
