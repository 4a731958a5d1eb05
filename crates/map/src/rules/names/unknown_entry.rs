//! `unknown-entry`: a link names a start that the other map does not have.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-entry",
    family: Family::Names,
    severity: Severity::Error,
    about: "A link names a start that the other map does not have.",
    why: "The other map begins in different ways for different cases. A case that is sent to a start that is not there cannot begin.",
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
  done: { kind: link, to: closure, entry: ⟦moved-away⟧ }
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
  done: { kind: link, to: closure, entry: transferred }
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
        for link in map.links_out() {
            let (Some(entry), Some(target)) = (link.entry, atlas.map(&link.to.text)) else { continue };
            let starts = || target.starts().map(|(_, start)| start.id.text.as_str());
            if starts().any(|start| start == entry.text) {
                continue;
            }
            let message = format!("the map `{}` has no start `{}`", link.to.text, entry.text);
            let list = starts().map(|start| format!("`{start}`")).collect::<Vec<_>>().join(", ");
            let finding = rules::finding(&RULE, map.place(entry.span), message, format!("its starts are: {list}"));
            rules::misspelt(out, finding, &entry.text, starts());
        }
    }
}
