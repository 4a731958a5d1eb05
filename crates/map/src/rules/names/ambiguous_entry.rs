//! `ambiguous-entry`: a link could arrive at more than one start of the other map.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "ambiguous-entry",
    family: Family::Names,
    severity: Severity::Error,
    about: "A link could arrive at more than one start of the other map.",
    why: "The other map has two ways to begin for cases from here, and nothing says which is meant: half of the cases may start on the wrong one.",
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
  transferred: { kind: start, title: Child has moved away, from: transfer-out, next: close }
  account-empty: { kind: start, title: Nothing left to pay, from: transfer-out, next: close }
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
  account-empty: { kind: start, title: Nothing left to pay, from: transfer-out, next: close }
  close: { role: Admin, title: Direct payment closed, next: closed }
  closed: { kind: end, outcome: closed }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for link in map.links_out().iter().filter(|link| link.entry.is_none()) {
            let Some(target) = atlas.map(&link.to.text) else { continue };
            let names_us = |word: &Word| atlas.means(word, map);
            let starts: Vec<_> = target.starts().filter(|(_, start)| start.from.iter().any(names_us)).collect();
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
