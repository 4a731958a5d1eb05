//! `unknown-origin`: a step or a limit names an origin that the atlas does not list.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-origin",
    family: Family::Names,
    severity: Severity::Error,
    about: "A step or a limit names an origin that the atlas does not list.",
    why: "The origin says whether a time is the law's, an auditor's or a guess. One that is not listed says nothing.",
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
    due: 72 hours
    origin: ⟦law⟧
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
    let Some(top) = atlas.atlas.filter(|top| !top.is_lost("origins")) else { return };
    for map in &atlas.maps {
        let steps = map.draft.steps.iter().filter_map(|step| step.origin.as_ref());
        let limits = map.draft.limits.iter().filter_map(|limit| limit.origin.as_ref());
        for origin in steps.chain(limits).chain(map.draft.rounds.iter().filter_map(|round| round.origin.as_ref())) {
            if top.origins.iter().any(|(known, _)| known.text == origin.text) {
                continue;
            }
            let message = format!("there is no origin `{}` in the atlas", origin.text);
            let help = "name one of the `origins` of `atlas.yaml`, or add it there";
            let finding = rules::finding(&RULE, map.place(origin.span), message, help);
            rules::misspelt(out, finding, &origin.text, top.origins.iter().map(|(known, _)| known.text.as_str()));
        }
    }
}
