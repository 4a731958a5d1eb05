//! `carried-field-unknown`: a link carries a field that the other map's record does not have, or that cannot hold its value.

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{FieldDraft, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "carried-field-unknown",
    family: Family::Links,
    severity: Severity::Error,
    about: "A link carries a field that the other map's record does not have, or that cannot hold its value.",
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
            let (Some(carries), Some(target)) = (link.carries, atlas.map(&link.to.text)) else { continue };
            if !target.draft.record_whole {
                continue;
            }
            for carried in carries {
                let Some(own) = map.field(&carried.text) else { continue };
                let to = &link.to.text;
                let Some(other) = target.field(&carried.text) else {
                    let message = format!("`{to}` has no field `{}` to carry this to", carried.text);
                    let help = format!("add the field to the record of `{to}`, or do not carry it");
                    let finding = rules::finding(&RULE, map.place(carried.span), message, help);
                    out.push(finding.related(target.place(target.draft.id.span), format!("the map `{to}`")));
                    continue;
                };
                out.extend(misfit(map, carried, own, target, other));
            }
        }
    }
}

/// What keeps a value of one record from standing in the other.
fn misfit(
    map: &MapView<'_>,
    carried: &Word,
    own: &FieldDraft,
    target: &MapView<'_>,
    other: &FieldDraft,
) -> Option<Diagnostic> {
    let (name, to) = (&carried.text, &target.draft.id.text);
    let (own_kind, other_kind) = (own.kind.as_ref()?, other.kind.as_ref()?);
    let texts = |words: &[Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
    let allowed = texts(&other.choices);
    let (message, help, places) = if own_kind.text != other_kind.text {
        let message = format!("`{name}` is of type {} here and of type {} in `{to}`", own_kind.text, other_kind.text);
        (message, "give both records the same type", (own_kind.span, other_kind.span))
    } else if own.personal && !other.personal {
        let message = format!("`{name}` is personal here and not in `{to}`, where a new value could never be erased");
        (message, "write `personal: true` there too", (own.id.span, other.id.span))
    } else if let Some(choice) = own.choices.iter().find(|choice| !allowed.contains(&choice.text)) {
        let message = format!("`{name}` may be `{}` here and not in `{to}`", choice.text);
        (message, "give both records the same choices", (choice.span, other.id.span))
    } else if other.pattern.is_some()
        && ![own, other].iter().any(|field| field.has_bad_pattern)
        && own.pattern.as_ref().map(|word| &word.text) != other.pattern.as_ref().map(|word| &word.text)
    {
        let message = format!("`{name}` must look otherwise in `{to}`");
        let there = other.pattern.as_ref().map_or(other.id.span, |word| word.span);
        (
            message,
            "give both records the same pattern",
            (own.pattern.as_ref().map_or(own.id.span, |word| word.span), there),
        )
    } else {
        return None;
    };
    let finding = rules::finding(&RULE, map.place(carried.span), message, help);
    Some(finding.related(map.place(places.0), "here").related(target.place(places.1), "there"))
}
