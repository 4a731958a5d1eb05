//! `review-overdue`: the day by which a map must be read again is past.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-overdue",
    family: Family::Provenance,
    severity: Severity::Note,
    about: "The day by which a map must be read again (`review_by`) is past.",
    why: "The work changes and the map does not. A case on a map that nobody has read again may be led along a way that people no longer go.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: ⟦2023-11-30⟧
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request: { role: ASW, title: Transfer request made to the other authority, next: done }
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
  request: { role: ASW, title: Transfer request made to the other authority, next: done }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(today) = atlas.today else { return };
    for map in &atlas.maps {
        if let Some((day, span)) = map.draft.review_by.filter(|(day, _)| *day < today) {
            let message = format!("this map should have been read again by {day}");
            let help = "let its owner read it and confirm or change it, then write the next day here";
            out.push(rules::finding(&RULE, map.place(span), message, help));
        }
    }
}
