//! `control-unbound`: a control of a register is carried by nothing.

use std::collections::BTreeSet;

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity, surely};
use crate::read::ControlDraft;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "control-unbound",
    family: Family::Controls,
    severity: Severity::Error,
    about: "A control of a register is carried by no map, no step, no limit and no report of its own.",
    why: "The register says that the control is asked for, and no case is held to it. The auditor finds the gap later, in the cases.",
    bad: Example::of(&[
        (
            "audit.yaml",
            r"controls: audit
title: Internal audit
items:
  A3.6: { title: A signed agreement is on file before the first payment, binds: evidence }
  ⟦A5.1⟧: { title: The transfer is asked for within 72 hours, binds: deadline }
",
        ),
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
    evidence: [agreement]
    due: 72 hours
    overdue: { tell: TM }
    controls: [A3.6]
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
    ]),
    good: Example::of(&[
        (
            "audit.yaml",
            r"controls: audit
title: Internal audit
items:
  A3.6: { title: A signed agreement is on file before the first payment, binds: evidence }
  A5.1: { title: The transfer is asked for within 72 hours, binds: deadline }
",
        ),
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
    evidence: [agreement]
    due: 72 hours
    overdue: { tell: TM }
    controls: [A3.6, A5.1]
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
    ]),
};

/// How many misspelt controls are guessed; each is compared with every control.
const MOST_GUESSES: usize = 50;

/// Runs the rule. Maps run all the same: what stops is the promise that every control is bound.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    if atlas.maps.is_empty() || atlas.has_unread_file() || !atlas.maps.iter().all(is_whole) {
        return;
    }
    let items = || atlas.controls.iter().flat_map(|register| register.items.iter().map(move |item| (register, item)));
    let known: BTreeSet<&str> = items().map(|(_, item)| item.id.text.as_str()).collect();
    let mut carried: BTreeSet<&str> = atlas.maps.iter().flat_map(MapView::controls).map(|word| &*word.text).collect();
    // A misspelt control is a fault of its own.
    let misspelt = carried.difference(&known).take(MOST_GUESSES);
    let meant: Vec<&str> = misspelt.filter_map(|word| surely(word, known.iter().copied())).collect();
    carried.extend(meant);
    let is_carried = |item: &ControlDraft| item.has_exceptions || carried.contains(item.id.text.as_str());
    for (register, ControlDraft { id, .. }) in items().filter(|(_, item)| !is_carried(item)) {
        let message = format!("nothing carries `{}`: no map, no step, no limit and no report", id.text);
        let help = format!(
            "write `controls: [{}]` where it is met, or give it a report, `exceptions`; if neither can be yet, `allow: {{ control-unbound: WHY }}` in it",
            id.text
        );
        out.push(rules::finding(&RULE, register.source.place(id.span), message, help));
    }
}

/// Whether every control that the map carries is known.
fn is_whole(map: &MapView<'_>) -> bool {
    let lost = |is_lost: &dyn Fn(&str) -> bool| is_lost("controls") || is_lost("<<");
    let draft = map.draft;
    draft.controls_whole
        && draft.steps_whole
        && draft.steps.iter().all(|step| step.kind_known && !lost(&|key| step.is_lost(key)))
        && draft.limits.iter().all(|limit| !lost(&|key| limit.is_lost(key)))
        && draft.rounds.iter().all(|round| !lost(&|key| round.is_lost(key)))
}
