//! `unknown-role`: a role is named that the atlas does not list.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Family, Rule};
use crate::text::Source;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-role",
    family: Family::Names,
    severity: Severity::Error,
    about: "A role is named that the atlas does not list.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(top) = atlas.atlas else { return };
    top.supervisors.iter().for_each(|word| report_unknown(atlas, &top.source, word, out));
    for map in &atlas.maps {
        let mut named: Vec<&Word> = map.draft.owner.iter().collect();
        for step in &map.draft.steps {
            named.extend(&step.role);
            named.extend(step.overdue.iter().flat_map(|overdue| &overdue.tell));
        }
        for limit in &map.draft.limits {
            named.extend(limit.overdue.iter().flat_map(|overdue| &overdue.tell));
        }
        named.into_iter().for_each(|word| report_unknown(atlas, &map.draft.source, word, out));
    }
}

fn report_unknown(atlas: &Atlas<'_>, source: &Source, word: &Word, out: &mut Vec<Diagnostic>) {
    let roles = atlas.atlas.map_or(&[][..], |top| &top.roles);
    // `TBC` stands for a role that the council has not settled.
    if word.text == "TBC" || roles.iter().any(|(role, _)| role.text == word.text) {
        return;
    }
    let message = format!("there is no role `{}` in the atlas", word.text);
    let finding =
        rules::finding(&RULE, source.place(word.span), message, "name a role of `atlas.yaml`, or add it there");
    out.push(finding.suggest(&word.text, roles.iter().map(|(role, _)| role.text.as_str())));
}
