//! `one-sided-link`: a link is known to one of its two maps only: the target has no start whose `from` names the map that leads there, or a start names a map that has no link to it.

use crate::check::Atlas;
use crate::check::MapView;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "one-sided-link",
    family: Family::Links,
    severity: Severity::Error,
    about: "A link is known to one of its two maps only: the target has no start whose `from` names the map that leads there, or a start names a map that has no link to it.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        outgoing(atlas, map, out);
        incoming(atlas, map, out);
    }
}

fn outgoing(atlas: &Atlas<'_>, map: &MapView<'_>, out: &mut Vec<Diagnostic>) {
    let here = &map.draft.id.text;
    for link in map.links_out() {
        let Some(target) = atlas.map(&link.to.text) else { continue };
        if map.is_placeholder() || target.is_placeholder() {
            continue;
        }
        let entry = atlas.entry_of(map, target, link.entry);
        let named = entry.is_some_and(|at| target.draft.steps[at].from.iter().any(|from| from.text == *here));
        // A start that does not exist is the affair of `unknown-entry`.
        if named || (link.entry.is_some() && entry.is_none()) {
            continue;
        }
        let to = &link.to.text;
        let message = match link.entry {
            Some(entry) => format!("the start `{}` of `{to}` does not name `{here}` in `from`", entry.text),
            None => format!("`{to}` has no start whose `from` names `{here}`"),
        };
        let help = format!("in `{to}`, add a start with `from: {here}`, or add `{here}` to the `from` of one");
        let mut finding = rules::finding(&RULE, map.place(link.to.span), message, help);
        if let Some((_, start)) = target.of_kind(KindWord::Start).next() {
            finding = finding.related(target.place(start.id.span), format!("a start of `{to}`"));
        }
        out.push(finding);
    }
}

fn incoming(atlas: &Atlas<'_>, map: &MapView<'_>, out: &mut Vec<Diagnostic>) {
    let here = &map.draft.id.text;
    for (_, start) in map.of_kind(KindWord::Start) {
        for from in &start.from {
            let Some(other) = atlas.map(&from.text) else { continue };
            if other.is_placeholder() || other.links_out().iter().any(|link| link.to.text == *here) {
                continue;
            }
            let message = format!("`{}` has no link to `{here}`", from.text);
            let help = format!("add the link in `{}`, or take `{}` out of this `from`", from.text, from.text);
            let finding = rules::finding(&RULE, map.place(from.span), message, help);
            out.push(finding.related(other.place(other.draft.id.span), format!("the map `{}`", from.text)));
        }
    }
}
