//! `unknown-theme`: a map's theme is not one of the atlas.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-theme",
    family: Family::Names,
    severity: Severity::Error,
    about: "A map's theme is not one of the atlas.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(top) = atlas.atlas else { return };
    for map in &atlas.maps {
        let Some(theme) = &map.draft.theme else { continue };
        if top.themes.iter().any(|(known, _)| known.text == theme.text) {
            continue;
        }
        let message = format!("there is no theme `{}` in the atlas", theme.text);
        let finding =
            rules::finding(&RULE, map.place(theme.span), message, "name a theme of `atlas.yaml`, or add it there");
        out.push(finding.suggest(&theme.text, top.themes.iter().map(|(known, _)| known.text.as_str())));
    }
}
