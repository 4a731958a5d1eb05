//! `impossible-outcome`: a call has a way on for an outcome with which the called map cannot end.

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
