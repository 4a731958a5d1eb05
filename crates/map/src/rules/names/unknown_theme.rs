//! `unknown-theme`: a map's theme is not one of the atlas.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-theme",
    family: Family::Names,
    severity: Severity::Error,
    about: "A map's theme is not one of the atlas.",
    why: "The theme tells whose area a map is in, and which links leave it. A map without one is found by nobody who looks there.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: ⟦payment-runs⟧
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
  request:
    role: ASW
    title: Transfer request made to the other authority
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(top) = atlas.atlas.filter(|top| !top.is_lost("themes")) else { return };
    for map in &atlas.maps {
        let Some(theme) = &map.draft.theme else { continue };
        if top.themes.iter().any(|(known, _)| known.text == theme.text) {
            continue;
        }
        let message = format!("there is no theme `{}` in the atlas", theme.text);
        let finding =
            rules::finding(&RULE, map.place(theme.span), message, "name a theme of `atlas.yaml`, or add it there");
        rules::misspelt(out, finding, &theme.text, top.themes.iter().map(|(known, _)| known.text.as_str()));
    }
}
