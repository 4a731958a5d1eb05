//! `unknown-map`: a link, a deadline, a start or a scenarios file names a map that the atlas does not have.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};
use crate::text::Place;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-map",
    family: Family::Names,
    severity: Severity::Error,
    about: "A link, a deadline, a start or a scenarios file names a map that the atlas does not have.",
    why: "A case that is handed to a map that is not there would be nobody's.",
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
    role: ASW
    title: Transfer request made to the other authority
    next: done
  done: { kind: link, to: ⟦direct-payment-closure⟧ }
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
    for map in &atlas.maps {
        for link in map.links_out() {
            report_unknown(atlas, link.to, map.place(link.to.span), out);
        }
        map.named_maps().for_each(|word| report_unknown(atlas, word, map.place(word.span), out));
        for (_, start) in map.starts() {
            start.from.iter().for_each(|word| report_unknown(atlas, word, map.place(word.span), out));
        }
    }
    for scenarios in &atlas.scenarios {
        let map = scenarios.map.iter();
        map.for_each(|word| report_unknown(atlas, word, scenarios.source.place(word.span), out));
    }
}

fn report_unknown(atlas: &Atlas<'_>, word: &Word, place: Place, out: &mut Vec<Diagnostic>) {
    if atlas.may_exist(&word.text) {
        return;
    }
    let message = format!("there is no map `{}` in this atlas", word.text);
    let help = "name a map of the atlas, or add the map (a one-step map with `reading: placeholder` will do at first)";
    let finding = rules::finding(&RULE, place, message, help);
    rules::misspelt(out, finding, &word.text, atlas.map_ids());
}
