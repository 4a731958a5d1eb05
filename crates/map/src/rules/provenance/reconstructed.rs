//! `reconstructed`: a map is not transcribed from its source.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "reconstructed",
    family: Family::Provenance,
    severity: Severity::Note,
    about: "A map is not transcribed from its source: it is reconstructed, or a placeholder for a map that is not drawn yet.",
    why: "Cases run on such a map as on any other, but nobody has confirmed that it is how the work is done. Whoever relies on it should know.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: ⟦reconstructed⟧ }

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
source: { document: d, reading: transcribed }

steps:
  notified:
    kind: start
    title: ASW told that the family moves
    quote: ASW notified that the family is moving
    next: request
  request:
    role: ASW
    title: Transfer request made to the other authority
    quote: Transfer request made to OLA
    next: done
  done:
    kind: end
    outcome: transferred
    inferred: The chart has no end; it stops here.
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        let Some(reading) = &map.draft.reading else { continue };
        let (message, help) = match reading.text.as_str() {
            "reconstructed" => (
                "this map is reconstructed: its owner has yet to confirm it",
                "go through it with its owner; when each step is traced to the source, write `transcribed`",
            ),
            "placeholder" => (
                "this map stands for one that is not drawn yet",
                "until it is drawn, a case that comes here is worked outside mapcase",
            ),
            _ => continue,
        };
        out.push(rules::finding(&RULE, map.place(reading.span), message, help));
    }
}
