//! `carried-field-unknown`: a link carries a field that the other map's record does not have, or has with another type.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "carried-field-unknown",
    family: Family::Links,
    severity: Severity::Error,
    about: "A link carries a field that the other map's record does not have, or has with another type.",
    why: "What the link carries would be lost on the way, and someone would have to ask the family for it again.",
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

record:
  date_ending: { type: date, title: Date ending }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    needs: [date_ending]
    next: done
  done: { kind: link, to: closure, carries: [⟦date_ending⟧] }
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

record:
  date_ending: { type: date, title: Date ending }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    needs: [date_ending]
    next: done
  done: { kind: link, to: closure, carries: [date_ending] }
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

record:
  date_ending: { type: date, title: Date ending }
steps:
  transferred: { kind: start, title: Child has moved away, from: transfer-out, next: close }
  close: { role: Admin, title: Direct payment closed, due: 2 weeks of date_ending, overdue: { tell: TM }, next: closed }
  closed: { kind: end, outcome: closed }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for link in map.links_out() {
            let (Some(step), Some(target)) = (link.step, atlas.map(&link.to.text)) else { continue };
            if !target.draft.record_whole {
                continue;
            }
            for carried in &step.carries {
                let Some(own) = map.field(&carried.text) else { continue };
                let to = &link.to.text;
                let Some(other) = target.field(&carried.text) else {
                    let message = format!("`{to}` has no field `{}` to carry this to", carried.text);
                    let help = format!("add the field to the record of `{to}`, or do not carry it");
                    let finding = rules::finding(&RULE, map.place(carried.span), message, help);
                    out.push(finding.related(target.place(target.draft.id.span), format!("the map `{to}`")));
                    continue;
                };
                let (Some(own_kind), Some(other_kind)) = (&own.kind, &other.kind) else { continue };
                if own_kind.text != other_kind.text {
                    let message = format!(
                        "`{}` is of type {} here and of type {} in `{to}`",
                        carried.text, own_kind.text, other_kind.text
                    );
                    let finding =
                        rules::finding(&RULE, map.place(carried.span), message, "give both records the same type");
                    out.push(
                        finding
                            .related(map.place(own_kind.span), "here")
                            .related(target.place(other_kind.span), "there"),
                    );
                }
            }
        }
    }
}
