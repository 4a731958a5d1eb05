//! `no-start`: a map has no start, so no case can be opened.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "no-start",
    family: Family::Graph,
    severity: Severity::Error,
    about: "A map has no start, so no case can be opened.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        if map.of_kind(KindWord::Start).next().is_none()
            && map.draft.steps.iter().all(|step| step.kind_known)
            && !map.draft.steps.is_empty()
        {
            let place = map.place(map.draft.id.span);
            out.push(rules::finding(&RULE, place, "this map has no start", "add a step with `kind: start`"));
        }
    }
}
