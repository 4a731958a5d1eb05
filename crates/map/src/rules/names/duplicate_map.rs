//! `duplicate-map`: two files hold maps of the same id.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-map",
    family: Family::Names,
    severity: Severity::Error,
    about: "Two files hold maps of the same id.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for (at, map) in atlas.maps.iter().enumerate() {
        let id = &map.draft.id;
        let Some(first) = atlas.map_number(&id.text).filter(|first| *first != at) else { continue };
        if id.text.is_empty() {
            continue;
        }
        let message = format!("there are two maps named `{}`", id.text);
        let finding = rules::finding(&RULE, map.place(id.span), message, "rename one of them, and its file");
        let first = &atlas.maps[first];
        out.push(finding.related(first.place(first.draft.id.span), "the first is here"));
    }
}
