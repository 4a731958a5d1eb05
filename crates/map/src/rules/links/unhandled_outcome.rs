//! `unhandled-outcome`: a called map can end with an outcome for which the caller has no way on.

use std::collections::{BTreeSet, VecDeque};

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity, surely};
use crate::read::{KindWord, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unhandled-outcome",
    family: Family::Links,
    severity: Severity::Error,
    about: "A called map can end with an outcome for which the caller has no way on.",
    why: "When the other map ends in this way, the case comes back and has nowhere to go.",
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
    to: ⟦panel⟧
    mode: call
    outcomes: { granted: done }
  done: { kind: end, outcome: transferred }
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
        for (_, step) in
            map.of_kind(KindWord::Link).filter(|(_, step)| !step.outcomes.is_empty() && !step.is_lost("outcomes"))
        {
            let Some(to) = &step.to else { continue };
            let Some(target) = atlas.map_number(&to.text) else { continue };
            let possible = atlas.outcomes_of(target);
            let ids = || possible.iter().map(String::as_str);
            let handled: BTreeSet<&str> =
                step.outcomes
                    .iter()
                    // A misspelt outcome is the affair of `impossible-outcome`.
                    .map(|(word, _)| {
                        if possible.contains(&word.text) { &word.text } else { surely(&word.text, ids()).unwrap_or("") }
                    })
                    .collect();
            for outcome in possible.iter().filter(|outcome| !handled.contains(outcome.as_str())) {
                let message = format!("`{}` can end with `{outcome}`, and this call has no way on from that", to.text);
                let mut finding =
                    rules::finding(&RULE, map.place(to.span), message, format!("add `{outcome}: STEP` to `outcomes`"));
                if let Some((ending, word)) = end_with(atlas, target, outcome) {
                    finding = finding.related(ending.place(word.span), "it ends so here");
                }
                out.push(finding);
            }
        }
    }
}

/// The end with this outcome, in the called map or in one that it hands over to.
fn end_with<'m, 'a>(atlas: &'m Atlas<'a>, called: usize, outcome: &str) -> Option<(&'m MapView<'a>, &'a Word)> {
    let mut seen = BTreeSet::from([called]);
    let mut open = VecDeque::from([called]);
    while let Some(map) = open.pop_front().map(|number| &atlas.maps[number]) {
        let mut ends = map.of_kind(KindWord::End).filter_map(|(_, end)| end.outcome.as_ref());
        if let Some(word) = ends.find(|word| word.text == outcome) {
            return Some((map, word));
        }
        let handed = map.links_out().iter().filter(|link| link.mode == "hand-over");
        open.extend(handed.filter_map(|link| atlas.map_number(&link.to.text)).filter(|to| seen.insert(*to)));
    }
    None
}
