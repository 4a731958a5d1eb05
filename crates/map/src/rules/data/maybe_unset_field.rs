//! `maybe-unset-field`: a decision, a wait or a deadline reads a field that is not set on every way that leads there.

use std::collections::HashMap;

use crate::check::missing::{Read, Reader, Trail, missing_reads};
use crate::check::{Atlas, EdgeKind, MOST_OF_ONE_RULE_A_FILE};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "maybe-unset-field",
    family: Family::Data,
    severity: Severity::Warning,
    about: "A decision, a wait or a deadline reads a field that is not set on every way that leads there, over links too.",
    why: "Without the field a decision is not answered and a wait does not end until somebody happens to set it, and a deadline does not run at all: nobody would be told that the case is late.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

record:
  date_ending: { type: date, title: Last day of the payment }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: day-known }
  day-known:
    kind: decision
    role: ASW
    title: Is the day of the move known?
    answers: { yes: state-day, no: ask-family }
  state-day:
    role: ASW
    title: The last day of the payment stated
    needs: [date_ending]
    next: last-day
  ask-family:
    role: ASW
    title: Family asked for the day
    next: last-day
  last-day: { kind: wait, title: The last day, until: ⟦date_ending⟧, next: done }
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

record:
  date_ending: { type: date, title: Last day of the payment }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: day-known }
  day-known:
    kind: decision
    role: ASW
    title: Is the day of the move known?
    answers: { yes: state-day, no: ask-family }
  ask-family:
    role: ASW
    title: Family asked for the day
    next: state-day
  state-day:
    role: ASW
    title: The last day of the payment stated
    needs: [date_ending]
    next: last-day
  last-day: { kind: wait, title: The last day, until: date_ending, next: done }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many steps of a way are named at its beginning and at its end.
const MOST_NAMED: [usize; 2] = [3, 5];

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let mut shown = HashMap::new();
    // A trail costs a search, and is not looked for where the finding will not be kept.
    let wanted = |read: &Read<'_>| {
        let count = shown.entry(read.map).or_insert(0usize);
        *count += 1;
        *count <= MOST_OF_ONE_RULE_A_FILE
    };
    for (read, trail) in missing_reads(atlas, wanted) {
        out.push(report(atlas, &read, trail.as_ref()));
    }
}

fn report(atlas: &Atlas<'_>, read: &Read<'_>, trail: Option<&Trail>) -> Diagnostic {
    let map = &atlas.maps[read.map];
    let field = &read.word.text;
    let what = match read.by {
        Reader::On => "this decision may have no answer",
        Reader::Until => "this wait may have no end",
        Reader::Due => "this deadline may not run",
        Reader::Within => "this wait may never lapse",
    };
    let way = trail.map_or("some way that leads here".to_string(), |trail| {
        format!(
            "the way {}",
            in_words(&trail.steps.iter().map(|step| why(step.2) + &name(atlas, read, *step)).collect::<Vec<_>>())
        )
    });
    let opened = trail.is_none_or(|trail| is_opened(atlas, trail));
    let mut help = match opened {
        true => format!("ask for it with `needs: [{field}]` in a step before, on each way that leads here"),
        false => format!("carry `{field}` over, or ask for it with `needs: [{field}]` in a step before"),
    };
    if read.by == Reader::On {
        help.push_str(", or let a `role` answer instead of `on`");
    }
    let message = format!("{what}: nothing sets `{field}` on {way}");
    let mut finding = rules::finding(&RULE, map.place(read.word.span), message, help);
    let steps = trail.map_or(&[][..], |trail| &trail.steps);
    for (at, step) in steps.iter().enumerate().take(steps.len().saturating_sub(1)) {
        if at >= MOST_NAMED[0] && at + MOST_NAMED[1] < steps.len() {
            continue;
        }
        let (there, draft) = (&atlas.maps[step.0], &atlas.maps[step.0].draft.steps[step.1]);
        let words = match (at, opened, draft.kind) {
            (0, true, _) => "a case is opened here".to_string(),
            (0, false, KindWord::Link) => format!("this link does not carry `{field}`"),
            (0, false, _) => format!("the case that is started from here is not given `{field}`"),
            _ => format!("then {}", name(atlas, read, *step)),
        };
        finding = finding.related(there.place(draft.id.span), words);
    }
    finding
}

/// Whether a way begins with a case that is opened by hand; otherwise another case leads there.
fn is_opened(atlas: &Atlas<'_>, trail: &Trail) -> bool {
    let [(map, at, _), (_, _, kind), ..] = trail.steps[..] else { return false };
    kind.is_some() && atlas.maps[map].draft.steps[at].kind == KindWord::Start
}

/// A step's name as it is seen from the map of the finding.
fn name(atlas: &Atlas<'_>, read: &Read<'_>, (map, step, _): (usize, usize, Option<EdgeKind>)) -> String {
    let draft = atlas.maps[map].draft;
    let id = &draft.steps[step].id.text;
    if map == read.map { format!("`{id}`") } else { format!("`{}/{id}`", draft.id.text) }
}

fn in_words(names: &[String]) -> String {
    let [first, last] = MOST_NAMED;
    if names.len() <= first + last {
        return names.join(" → ");
    }
    format!("{} → … → {}", names[..first].join(" → "), names[names.len() - last..].join(" → "))
}

/// Why a case goes to a step, where it is not because something was done.
fn why(kind: Option<EdgeKind>) -> String {
    let why = match kind {
        Some(EdgeKind::Lapsed) => "(lapsed) ",
        Some(EdgeKind::Go) => "(deadline passed) ",
        Some(EdgeKind::LimitGo) => "(limit passed) ",
        _ => "",
    };
    why.to_string()
}
