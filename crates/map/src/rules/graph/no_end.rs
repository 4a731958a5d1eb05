//! `no-end`: a map has no end and no hand-over, so no case of it can ever end.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "no-end",
    family: Family::Graph,
    severity: Severity::Error,
    about: "A map has no end and no hand-over, so no case of it can ever end.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        if map.finals().next().is_none()
            && map.draft.steps.iter().all(|step| step.kind_known)
            && !map.draft.steps.is_empty()
        {
            let place = map.place(map.draft.id.span);
            let help = "add a step with `kind: end` and an `outcome`, or a link that hands over";
            out.push(rules::finding(&RULE, place, "this map has no end and no hand-over", help));
        }
    }
}
