//! `unknown-document`: a map is said to be taken from a document that the atlas does not list.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-document",
    family: Family::Names,
    severity: Severity::Error,
    about: "A map is said to be taken from a document that the atlas does not list.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(top) = atlas.atlas else { return };
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
        out.push(finding.suggest(&word.text, known()));
    }
}
