//! `ambiguous-entry`: a link could arrive at more than one start of the other map.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "ambiguous-entry",
    family: Family::Names,
    severity: Severity::Error,
    about: "A link could arrive at more than one start of the other map.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for link in map.links_out().iter().filter(|link| link.entry.is_none()) {
            let Some(target) = atlas.map(&link.to.text) else { continue };
            let names_us = |word: &crate::read::Word| word.text == map.draft.id.text;
            let starts: Vec<_> =
                target.of_kind(KindWord::Start).filter(|(_, start)| start.from.iter().any(names_us)).collect();
            if starts.len() < 2 {
                continue;
            }
            let message = format!("`{}` has {} starts for cases from here", link.to.text, starts.len());
            let mut finding =
                rules::finding(&RULE, map.place(link.to.span), message, "say which, as in `entry: START`");
            for (_, start) in starts {
                finding = finding.related(target.place(start.id.span), format!("`{}` is one", start.id.text));
            }
            out.push(finding);
        }
    }
}
