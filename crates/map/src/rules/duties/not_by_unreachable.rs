//! `not-by-unreachable`: the step named in `not_by` cannot have been done by anybody before this one.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;

use crate::check::{Atlas, EdgeKind, MapView, Spread};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{KindWord, StepDraft, Word};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not-by-unreachable",
    family: Family::Duties,
    severity: Severity::Warning,
    about: "The step named in `not_by` cannot have been done by anybody before this one, so nobody is kept from doing it.",
    why: "It looks as if two people were needed, and one person can do both: the second pair of eyes is missing.",
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
  notified: { kind: start, title: ASW told that the family moves, next: work-out }
  work-out:
    role: [ASW, Admin]
    title: Last payment worked out
    next: check-sum
  check-sum:
    role: [Admin, TM]
    title: Last payment checked by a second person
    not_by: ⟦pay⟧
    next: pay
  pay:
    role: [Admin, TM]
    title: Last payment made
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
  notified: { kind: start, title: ASW told that the family moves, next: work-out }
  work-out:
    role: [ASW, Admin]
    title: Last payment worked out
    next: check-sum
  check-sum:
    role: [Admin, TM]
    title: Last payment checked by a second person
    not_by: work-out
    next: pay
  pay:
    role: [Admin, TM]
    title: Last payment made
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many steps are looked at in one walk.
const BATCH: usize = 64;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.chart.whole) {
        let duties = duties(map);
        let reached = if duties.is_empty() { Vec::new() } else { map.chart.reached(map.starts().map(|(at, _)| at)) };
        let mut groups: Vec<(usize, Vec<(usize, &Word)>)> = Vec::new();
        let mut places = HashMap::new();
        for (at, word, other) in duties {
            if let Some(why) = nobody_does(&map.draft.steps[other]) {
                out.push(report(map, word, other, &format!("`{}` {why}, so nobody is kept from this", word.text)));
            } else if reached[at] && reached[other] {
                let place = *places.entry(other).or_insert(groups.len());
                if place == groups.len() {
                    groups.push((other, Vec::new()));
                }
                groups[place].1.push((at, word));
            }
        }
        for batch in groups.chunks(BATCH) {
            check_batch(map, batch, out);
        }
    }
}

/// Every `not_by` of a map: the step that has it, the word, and the step that is named.
fn duties<'a>(map: &MapView<'a>) -> Vec<(usize, &'a Word, usize)> {
    let steps = map.draft.steps.iter().enumerate();
    let named = steps.flat_map(|(at, step)| step.not_by.iter().map(move |word| (at, word)));
    named.filter_map(|(at, word)| Some((at, word, map.chart.guess(&word.text)?))).collect()
}

/// Why nobody does a step; none where somebody does.
pub(crate) fn nobody_does(step: &StepDraft) -> Option<&'static str> {
    match step.kind {
        KindWord::Start if !step.from.is_empty() => Some("is done by the link that leads to it"),
        KindWord::Decision if step.on.is_some() => Some("is answered from the record"),
        KindWord::Wait if step.until.is_some() => Some("is over when its time has come"),
        KindWord::Link => Some("is a link, which nobody does"),
        KindWord::End => Some("is an end, after which nothing is done"),
        _ => None,
    }
}

/// Reports every step of a batch to which no way leads from the doing of the one that it names.
fn check_batch(map: &MapView<'_>, batch: &[(usize, Vec<(usize, &Word)>)], out: &mut Vec<Diagnostic>) {
    let mut spread = Spread::over(map.draft.steps.len());
    for (at, (other, _)) in batch.iter().enumerate() {
        // What passes by itself when time runs out was done by nobody.
        let by_person = |kind| matches!(kind, EdgeKind::Next | EdgeKind::Answer | EdgeKind::Received);
        let ways = map.chart.out(*other).filter(|(_, kind, _)| by_person(*kind));
        ways.for_each(|(to, _, _)| spread.add(to, 1 << at));
    }
    // Most are found near by, and the walk is over when all are.
    let mut open: HashMap<usize, u64> = HashMap::new();
    for (at, (_, uses)) in batch.iter().enumerate() {
        uses.iter().for_each(|(step, _)| *open.entry(*step).or_default() |= 1 << at);
    }
    while let Some((node, marks)) = spread.next().filter(|_| !open.is_empty()) {
        if let Some(left) = open.get_mut(&node) {
            *left &= !marks;
            if *left == 0 {
                open.remove(&node);
            }
        }
        for next in map.chart.graph.neighbors(NodeIndex::new(node)) {
            spread.add(next.index(), marks);
        }
    }
    for (at, (other, uses)) in batch.iter().enumerate() {
        for (step, word) in uses.iter().filter(|(step, _)| spread.at(*step) & (1 << at) == 0) {
            let id = &map.draft.steps[*step].id.text;
            let message = match step == other {
                true => format!("`{id}` is done once at the most, so nobody is kept from this"),
                false => format!("`{}` is never done before `{id}`, so nobody is kept from this", word.text),
            };
            out.push(report(map, word, *other, &message));
        }
    }
}

fn report(map: &MapView<'_>, word: &Word, other: usize, message: &str) -> Diagnostic {
    let help = "name a step that a person has done before this one, or take `not_by` out";
    let finding = rules::finding(&RULE, map.place(word.span), message, help);
    finding.related(map.place(map.draft.steps[other].id.span), "the step that is named")
}
