//! `unknown-control`: a map or a step carries a control that no register lists.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-control",
    family: Family::Names,
    severity: Severity::Error,
    about: "A map or a step carries a control that no register lists.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let known: Vec<&str> =
        atlas.controls.iter().flat_map(|register| &register.items).map(|(id, _, _)| id.text.as_str()).collect();
    for map in &atlas.maps {
        let carried = map.draft.controls.iter().chain(map.draft.steps.iter().flat_map(|step| &step.controls));
        for word in carried.filter(|word| !known.contains(&word.text.as_str())) {
            let message = format!("there is no control `{}` in any register", word.text);
            let help = "name a control of a register, or add it to one (a file that begins with `controls:`)";
            let finding = rules::finding(&RULE, map.place(word.span), message, help);
            out.push(finding.suggest(&word.text, known.iter().copied()));
        }
    }
}
