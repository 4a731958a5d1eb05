//! `missing-origin`: the atlas lists where times come from, and a time does not say it.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing-origin",
    family: Family::Provenance,
    severity: Severity::Warning,
    about: "The atlas lists where times come from (`origins`), and a time does not say it.",
    why: "A process owner cannot tell a time that the law sets from one that somebody made up, and would not know which to confirm.",
    bad: Example::of(&[
        (
            "atlas.yaml",
            r"atlas: example
title: An example
time_zone: Europe/London
calendar: england-and-wales
roles:
  ASW: Allocated social worker
  TM: Social care team manager
themes:
  t: Transfers
origins:
  L: Law or statutory guidance
  '?': A default to be confirmed
documents:
  d: { title: Process maps, date: '2022-11' }
",
        ),
        (
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
    due: ⟦72 hours⟧
    overdue: { tell: TM }
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
    ]),
    good: Example::of(&[
        (
            "atlas.yaml",
            r"atlas: example
title: An example
time_zone: Europe/London
calendar: england-and-wales
roles:
  ASW: Allocated social worker
  TM: Social care team manager
themes:
  t: Transfers
origins:
  L: Law or statutory guidance
  '?': A default to be confirmed
documents:
  d: { title: Process maps, date: '2022-11' }
",
        ),
        (
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
    due: 72 hours
    origin: '?'
    overdue: { tell: TM }
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(top) = atlas.atlas.filter(|top| !top.origins.is_empty()) else { return };
    let known: Vec<&str> = top.origins.iter().map(|(known, _)| known.text.as_str()).collect();
    for map in &atlas.maps {
        let untold = |is_lost: bool, origin: &Option<Word>| origin.is_none() && !is_lost;
        let steps = map.draft.steps.iter().filter(|step| untold(step.is_lost("origin"), &step.origin));
        let limits = map.draft.limits.iter().filter(|limit| untold(limit.is_lost("origin"), &limit.origin));
        let within = limits.filter_map(|limit| limit.within.as_ref()).map(|within| &within.word);
        let rounds = map.draft.rounds.iter().filter(|round| untold(round.is_lost("origin"), &round.origin));
        let at = rounds.filter_map(|round| round.time());
        for time in steps.filter_map(|step| step.time()).chain(within).chain(at) {
            let help = format!("add `origin:` beside it, one of {}", known.join(", "));
            out.push(rules::finding(&RULE, map.place(time.span), "nothing says where this time comes from", help));
        }
    }
}
