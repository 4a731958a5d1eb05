//! `unknown-document`: a map is said to be taken from a document that the atlas does not list.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-document",
    family: Family::Names,
    severity: Severity::Error,
    about: "A map is said to be taken from a document that the atlas does not list.",
    why: "Every map says which document it was taken from, so that anyone can look it up. A document that is not listed cannot be found.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: ⟦process-maps⟧, reading: reconstructed }

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
    let Some(top) = atlas.atlas.filter(|top| !top.is_lost("documents")) else { return };
    let known = || top.documents.iter().map(|document| document.id.text.as_str());
    for map in &atlas.maps {
        let Some(word) = &map.draft.document else { continue };
        if known().any(|id| id == word.text) {
            continue;
        }
        let message = format!("there is no document `{}` in the atlas", word.text);
        let finding = rules::finding(
            &RULE,
            map.place(word.span),
            message,
            "name one of `documents` in `atlas.yaml`, or add it there",
        );
        rules::misspelt(out, finding, &word.text, known());
    }
}
