//! `unused-field`: a field of the record that nothing asks for, reads, sends or carries.

use std::collections::HashSet;

use crate::check::missing::given;
use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unused-field",
    family: Family::Data,
    severity: Severity::Warning,
    about: "A field of the record that nothing asks for, reads, sends or carries.",
    why: "Either a step forgot to ask for it, or it is left over: what nobody needs should not be kept about a family.",
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
  ⟦school⟧: { type: text, title: School of the child }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    needs: [date_ending]
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

record:
  date_ending: { type: date, title: Last day of the payment }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    needs: [date_ending]
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many names of one map that its record does not have are guessed.
const MOST_GUESSES: usize = 50;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let mut used: Vec<HashSet<&str>> = atlas.maps.iter().map(used_inside).collect();
    for (from, map) in atlas.maps.iter().enumerate() {
        for link in map.links_out() {
            let Some(to) = atlas.map_number(&link.to.text) else { continue };
            let target = &atlas.maps[to];
            match link.carries {
                Some(carries) => {
                    used[to].extend(carries.iter().filter_map(|word| Some(target.field(&word.text)?.id.text.as_str())));
                }
                None => {
                    for field in given(map, target) {
                        used[from].insert(&field.id.text);
                        used[to].insert(&field.id.text);
                    }
                }
            }
        }
    }
    for (number, map) in atlas.maps.iter().enumerate().filter(|(_, map)| map.is_all_read()) {
        for field in map.draft.record.iter().filter(|field| !used[number].contains(field.id.text.as_str())) {
            let message = format!("nothing asks for `{0}`, reads it, sends it or carries it", field.id.text);
            let help = format!("ask for it where it becomes known, as in `needs: [{}]`, or take it out", field.id.text);
            out.push(rules::finding(&RULE, map.place(field.id.span), message, help));
        }
    }
}

/// The fields that the steps of a map name; a name that the record does not have stands for the one it is nearest to.
fn used_inside<'a>(map: &MapView<'a>) -> HashSet<&'a str> {
    let mut words: Vec<&'a Word> = Vec::new();
    for step in &map.draft.steps {
        words.extend(step.needs.iter().chain(&step.carries).chain(&step.on));
        words.extend(step.sends.iter().chain(&step.receives).flat_map(|flow| &flow.what));
        words.extend(step.due.iter().chain(&step.within).filter_map(|time| time.anchor.as_ref()));
        words.extend(step.until.iter().filter_map(|until| until.anchor.as_ref()));
    }
    for round in &map.draft.rounds {
        words.extend(round.carries.iter().chain(&round.sets).chain(round.anchors()));
    }
    let ids = || map.draft.record.iter().map(|field| field.id.text.as_str());
    let (known, unknown): (Vec<&Word>, Vec<&Word>) =
        words.into_iter().partition(|word| map.field(&word.text).is_some());
    let mut used: HashSet<&str> = known.into_iter().map(|word| word.text.as_str()).collect();
    let is_step = |word: &&Word| map.chart.step(&word.text).is_some();
    let strange: HashSet<&str> =
        unknown.into_iter().filter(|word| !is_step(word)).map(|word| word.text.as_str()).collect();
    if strange.len() > MOST_GUESSES {
        return ids().collect();
    }
    used.extend(strange.into_iter().filter_map(|word| nearest(word, ids())));
    used
}
