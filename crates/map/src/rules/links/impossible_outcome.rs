//! `impossible-outcome`: a call has a way on for an outcome with which the called map cannot end.

use std::collections::BTreeSet;

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{KindWord, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "impossible-outcome",
    family: Family::Links,
    severity: Severity::Error,
    about: "A call has a way on for an outcome with which the called map cannot end.",
    why: "The other map never ends in this way, so what should follow is never done. Often the outcome was renamed there and not here.",
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
  notified: { kind: start, title: ASW told that the family moves, next: ask-panel }
  ask-panel:
    kind: link
    to: panel
    mode: call
    outcomes: { granted: done, refused: not-moved, ⟦deferred⟧: not-moved }
  done: { kind: end, outcome: transferred }
  not-moved: { kind: end, outcome: not-transferred }
",
        ),
        (
            "panel.yaml",
            r"map: panel
title: Resource panel
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  asked: { kind: start, title: Panel asked, from: transfer-out, next: agreed }
  agreed:
    kind: decision
    role: TM
    title: Does the panel agree?
    answers: { yes: granted, no: refused }
  granted: { kind: end, outcome: granted }
  refused: { kind: end, outcome: refused }
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
  notified: { kind: start, title: ASW told that the family moves, next: ask-panel }
  ask-panel:
    kind: link
    to: panel
    mode: call
    outcomes: { granted: done, refused: not-moved }
  done: { kind: end, outcome: transferred }
  not-moved: { kind: end, outcome: not-transferred }
",
        ),
        (
            "panel.yaml",
            r"map: panel
title: Resource panel
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  asked: { kind: start, title: Panel asked, from: transfer-out, next: agreed }
  agreed:
    kind: decision
    role: TM
    title: Does the panel agree?
    answers: { yes: granted, no: refused }
  granted: { kind: end, outcome: granted }
  refused: { kind: end, outcome: refused }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for (_, step) in map.of_kind(KindWord::Link) {
            let Some(to) = &step.to else { continue };
            step.outcomes.iter().for_each(|(outcome, _)| report_impossible(atlas, map, to, outcome, out));
        }
        for from in map.draft.steps.iter().filter_map(|step| step.comes_from.as_ref()) {
            let Some(other) = &from.map else { continue };
            from.outcomes.iter().for_each(|outcome| report_impossible(atlas, map, other, outcome, out));
        }
        for round in &map.draft.rounds {
            let Some(done) = round.done.as_ref().or(round.map.as_ref()) else { continue };
            round.done_when.iter().for_each(|way| report_impossible_way(atlas, map, done, way, out));
        }
    }
}

fn report_impossible(atlas: &Atlas<'_>, map: &MapView<'_>, to: &Word, outcome: &Word, out: &mut Vec<Diagnostic>) {
    let Some(target) = atlas.map_number(&to.text) else { return };
    let possible = atlas.outcomes_of(target);
    if possible.is_empty() || !atlas.knows_outcomes_of(target) || possible.contains(&outcome.text) {
        return;
    }
    let message = format!("`{}` never ends with `{}`", to.text, outcome.text);
    let list = possible.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
    let finding = rules::finding(&RULE, map.place(outcome.span), message, format!("its outcomes are {list}"));
    rules::misspelt(out, finding, &outcome.text, possible.iter().map(String::as_str));
}

/// What comes round is done when a case ends in a way in which a case of that map itself can be over.
fn report_impossible_way(atlas: &Atlas<'_>, map: &MapView<'_>, done: &Word, way: &Word, out: &mut Vec<Diagnostic>) {
    let Some(number) = atlas.map_number(&done.text).filter(|number| atlas.knows_outcomes_of(*number)) else { return };
    let target = &atlas.maps[number];
    let ends = target.of_kind(KindWord::End).filter_map(|(_, end)| end.outcome.as_ref());
    let handed = target.links_out().iter().filter(|link| link.mode == "hand-over").map(|link| link.to);
    let possible: BTreeSet<&str> = ends.chain(handed).map(|word| word.text.as_str()).collect();
    if possible.contains(way.text.as_str()) {
        return;
    }
    let message = format!("no case of `{}` is ever over with `{}`", done.text, way.text);
    let list = possible.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
    let help = format!("it ends with, or is handed over to: {list}");
    rules::misspelt(out, rules::finding(&RULE, map.place(way.span), message, help), &way.text, possible);
}
