//! `no-atlas`: the folder has no `atlas.yaml`, so nobody knows the roles, the themes or the time zone of its maps.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "no-atlas",
    family: Family::Names,
    severity: Severity::Error,
    about: "The folder has no `atlas.yaml`, so nobody knows the roles, the themes or the time zone of its maps.",
    why: "The atlas says who the roles are and by which clock deadlines end. Without it no map can run.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: ⟦transfer-out⟧
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
  done: { kind: end, outcome: transferred }
",
    )])
    .alone(),
    good: Example::of(&[
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
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
        (
            "atlas.yaml",
            r"atlas: example
title: Direct payments
time_zone: Europe/London
calendar: england-and-wales
roles:
  ASW: Allocated social worker
  TM: Social care team manager
themes:
  t: Transfers
documents:
  d: { title: Process maps }
",
        ),
        (
            "england-and-wales.yaml",
            r"calendar: england-and-wales
title: Bank holidays in England and Wales
weekend: [saturday, sunday]
covers: 2022..2022
holidays:
  2022-06-03: Platinum Jubilee bank holiday
",
        ),
    ])
    .alone(),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    if atlas.atlas.is_some() || atlas.is_unread("atlas") {
        return;
    }
    let mut maps = atlas.maps.iter().map(|map| map.place(map.draft.id.span));
    let calendars = atlas.calendars.iter().filter_map(|draft| Some(draft.source.place(draft.id.as_ref()?.span)));
    let Some(place) = maps.next().or_else(|| calendars.into_iter().next()) else { return };
    let help =
        "add `atlas.yaml` at the top of the folder: it begins with `atlas:` and lists roles, themes and documents";
    out.push(rules::finding(&RULE, place, "there is no `atlas.yaml` beside this file", help));
}
