//! `unknown-step`: a step is named that the map does not have.

use crate::check::Atlas;
use crate::check::{MapView, ways};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-step",
    family: Family::Names,
    severity: Severity::Error,
    about: "A step is named that the map does not have.",
    why: "A case cannot go to a step that is not there. It would stand still, and a family would wait.",
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
  notified: { kind: start, title: ASW told that the family moves, next: ⟦requst⟧ }
  request:
    role: ASW
    title: Transfer request made to the other authority
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
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.draft.steps_whole) {
        for step in &map.draft.steps {
            let named = ways(step).into_iter().map(|(word, _)| word).chain(&step.not_by);
            named.for_each(|word| report_unknown(map, word, out));
        }
        for limit in &map.draft.limits {
            let go = limit.overdue.iter().flat_map(|overdue| &overdue.go);
            let named = limit.from.iter().chain(&limit.to).chain(go);
            named.for_each(|word| report_unknown(map, word, out));
        }
    }
}

fn report_unknown(map: &MapView<'_>, word: &Word, out: &mut Vec<Diagnostic>) {
    if map.chart.step(&word.text).is_some() {
        return;
    }
    let message = format!("there is no step `{}` in this map", word.text);
    let finding = rules::finding(&RULE, map.place(word.span), message, "name a step of this map, or add the step");
    rules::misspelt(out, finding, &word.text, map.chart.ids());
}
