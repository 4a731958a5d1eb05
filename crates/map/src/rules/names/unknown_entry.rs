//! `unknown-entry`: a link names a start that the other map does not have.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-entry",
    family: Family::Names,
    severity: Severity::Error,
    about: "A link names a start that the other map does not have.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for link in map.links_out() {
            let (Some(entry), Some(target)) = (link.entry, atlas.map(&link.to.text)) else { continue };
            let starts = || target.of_kind(KindWord::Start).map(|(_, start)| start.id.text.as_str());
            if starts().any(|start| start == entry.text) {
                continue;
            }
            let message = format!("the map `{}` has no start `{}`", link.to.text, entry.text);
            let list = starts().map(|start| format!("`{start}`")).collect::<Vec<_>>().join(", ");
            let finding = rules::finding(&RULE, map.place(entry.span), message, format!("its starts are {list}"));
            out.push(finding.suggest(&entry.text, starts()));
        }
    }
}
