//! `one-sided-link`: a link is known to one of its two maps only: the target has no start whose `from` names the map that leads there, or a start names a map that has no link to it.

use crate::check::Atlas;
use crate::check::MapView;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::{self, Fix};
use crate::read::OverdueDraft;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "one-sided-link",
    family: Family::Links,
    severity: Severity::Error,
    about: "A link is known to one of its two maps only: the target has no start whose `from` names the map that leads there, or a start names a map that has no link to it.",
    why: "The owner of the other map does not know that cases come from here. What they need may be missing, or nobody may be waiting for them.",
    bad: Example::of(&[
        (
            "transfer-out.yaml",
            r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    next: done
  done: { kind: link, to: ⟦closure⟧ }
",
        ),
        (
            "closure.yaml",
            r"map: closure
title: Closure of a direct payment
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  begun: { kind: start, title: Closure begun, next: close }
  close: { role: Admin, title: Direct payment closed, next: closed }
  closed: { kind: end, outcome: closed }
",
        ),
    ]),
    good: Example::of(&[
        (
            "transfer-out.yaml",
            r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    next: done
  done: { kind: link, to: closure }
",
        ),
        (
            "closure.yaml",
            r"map: closure
title: Closure of a direct payment
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  begun: { kind: start, title: Closure begun, next: close }
  transferred: { kind: start, title: Child has moved away, from: transfer-out, next: close }
  close: { role: Admin, title: Direct payment closed, next: closed }
  closed: { kind: end, outcome: closed }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        outgoing(atlas, map, out);
        incoming(atlas, map, out);
    }
}

/// Whether every start of a map, and what it names in `from`, could be read.
fn starts_known(map: &MapView<'_>) -> bool {
    map.draft.steps_whole && map.draft.steps.iter().all(|step| step.kind_known && !step.is_lost("from"))
}

/// Whether every link of a map could be read.
fn links_known(map: &MapView<'_>) -> bool {
    let overdue_known = |overdue: &Option<OverdueDraft>| overdue.as_ref().is_none_or(|overdue| overdue.whole);
    map.draft.steps_whole
        && map.draft.steps.iter().all(|step| {
            step.kind_known && !step.is_lost("to") && !step.is_lost("overdue") && overdue_known(&step.overdue)
        })
        && map.draft.limits.iter().all(|limit| overdue_known(&limit.overdue))
        && map.draft.rounds.iter().all(|round| !round.is_lost("map") && overdue_known(&round.overdue))
        && !map.draft.rounds_lost
}

fn outgoing(atlas: &Atlas<'_>, map: &MapView<'_>, out: &mut Vec<Diagnostic>) {
    let here = &map.draft.id.text;
    for link in map.links_out() {
        let Some(target) = atlas.map(&link.to.text) else { continue };
        if map.is_placeholder() || target.is_placeholder() || !starts_known(target) {
            continue;
        }
        let entry = atlas.entry_of(map, target, link.entry);
        let named = entry.is_some_and(|at| target.draft.steps[at].from.iter().any(|from| atlas.means(from, map)));
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
        if let Some((_, start)) = target.starts().next() {
            finding = finding.related(target.place(start.id.span), format!("a start of `{to}`"));
        }
        out.push(finding.fixed_by(fix(target, entry, here)));
    }
}

/// Names this map in the `from` of the start that is meant: the one that the link names, or the only one there is. A start at
/// which cases are opened by hand stays so where there are others.
fn fix(target: &MapView<'_>, entry: Option<usize>, here: &str) -> Option<Fix> {
    let mut starts = target.starts();
    let (first, second) = (starts.next(), starts.next());
    let (_, start) = match entry {
        Some(entry) => target.starts().find(|(at, _)| *at == entry)?,
        None => first.filter(|_| second.is_none())?,
    };
    let stays = !start.from.is_empty() || second.is_none();
    if stays { fix::add_from(&target.draft.source, start, here) } else { None }
}

fn incoming(atlas: &Atlas<'_>, map: &MapView<'_>, out: &mut Vec<Diagnostic>) {
    let here = &map.draft.id.text;
    for (_, start) in map.starts() {
        for from in &start.from {
            let Some(other) = atlas.map(&from.text) else { continue };
            if other.is_placeholder()
                || !links_known(other)
                // A link whose map does not exist may be the one.
                || other.links_out().iter().any(|link| atlas.means(link.to, map) || atlas.map(&link.to.text).is_none())
            {
                continue;
            }
            let message = format!("`{}` has no link to `{here}`", from.text);
            let help = format!("add the link in `{}`, or take `{}` out of this `from`", from.text, from.text);
            let finding = rules::finding(&RULE, map.place(from.span), message, help);
            out.push(finding.related(other.place(other.draft.id.span), format!("the map `{}`", from.text)));
        }
    }
}
