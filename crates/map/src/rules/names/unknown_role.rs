//! `unknown-role`: a role is named that the atlas does not list.

use std::collections::BTreeSet;

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::TO_BE_CONFIRMED;
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};
use crate::text::Source;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-role",
    family: Family::Names,
    severity: Severity::Error,
    about: "A role is named that the atlas does not list.",
    why: "A step of a role that does not exist is on nobody's list of work.",
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
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ⟦AWS⟧
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
    let Some(top) = atlas.atlas.filter(|top| !top.is_lost("roles")) else { return };
    let roles: BTreeSet<&str> = top.roles.iter().map(|(role, _)| role.text.as_str()).collect();
    top.supervisors.iter().for_each(|word| report_unknown(&roles, &top.source, word, out));
    for map in &atlas.maps {
        map.roles().for_each(|word| report_unknown(&roles, &map.draft.source, word, out));
    }
}

fn report_unknown(roles: &BTreeSet<&str>, source: &Source, word: &Word, out: &mut Vec<Diagnostic>) {
    // `TBC` stands for a role that the council has not settled.
    if word.text == TO_BE_CONFIRMED || roles.contains(word.text.as_str()) {
        return;
    }
    let message = format!("there is no role `{}` in the atlas", word.text);
    let finding =
        rules::finding(&RULE, source.place(word.span), message, "name a role of `atlas.yaml`, or add it there");
    rules::misspelt(out, finding, &word.text, roles.iter().copied());
}
