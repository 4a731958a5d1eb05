//! `to-be-confirmed`: a role or a time is `TBC`.

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::TO_BE_CONFIRMED;
use crate::read::{OverdueDraft, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "to-be-confirmed",
    family: Family::Provenance,
    severity: Severity::Note,
    about: "A role or a time is `TBC`: it is not settled.",
    why: "A time that is not settled sets no timer, so nothing is ever late by it. A step whose only role is not settled may be done by anyone.",
    bad: Example::of(&[(
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
    role: ⟦TBC⟧
    title: Transfer request made to the other authority
    due: ⟦TBC⟧ of notified
    overdue: { tell: TM }
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
    good: Example::of(&[(
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
    due: 72 hours of notified
    overdue: { tell: TM }
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        let draft = map.draft;
        draft.owner.iter().for_each(|owner| role(map, owner, "the owner of this map", out));
        for step in &draft.steps {
            step.role.iter().for_each(|word| role(map, word, "who acts here", out));
            told(map, step.overdue.as_ref(), out);
            let times = step.due.iter().chain(&step.within).map(|time| (&time.word, " of "));
            for (word, joint) in times.chain(step.until.iter().map(|until| (&until.word, " after "))) {
                time(map, word, joint, out);
            }
        }
        draft.rounds.iter().for_each(|round| told(map, round.overdue.as_ref(), out));
        for limit in &draft.limits {
            told(map, limit.overdue.as_ref(), out);
            limit.within.iter().for_each(|within| time(map, &within.word, " of ", out));
        }
    }
}

fn told(map: &MapView<'_>, overdue: Option<&OverdueDraft>, out: &mut Vec<Diagnostic>) {
    let tell = overdue.iter().flat_map(|overdue| &overdue.tell);
    tell.for_each(|word| role(map, word, "who is told", out));
}

fn role(map: &MapView<'_>, word: &Word, who: &str, out: &mut Vec<Diagnostic>) {
    if word.text == TO_BE_CONFIRMED {
        let message = format!("{who} is to be confirmed");
        out.push(rules::finding(&RULE, map.place(word.span), message, "write the role as soon as it is settled"));
    }
}

fn time(map: &MapView<'_>, word: &Word, joint: &str, out: &mut Vec<Diagnostic>) {
    let duration = word.text.find(joint).map_or(word.text.as_str(), |at| &word.text[..at]);
    let Some(start) = duration.find(TO_BE_CONFIRMED).filter(|_| duration.trim() == TO_BE_CONFIRMED) else { return };
    let span = word.part(&map.draft.source, start..start + TO_BE_CONFIRMED.len());
    let message = "this time is to be confirmed, so no timer is set";
    out.push(rules::finding(&RULE, map.place(span), message, "write the time as soon as it is settled"));
}
