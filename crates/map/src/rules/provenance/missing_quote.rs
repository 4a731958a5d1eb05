//! `missing-quote`: a step of a transcribed map has no words of the source.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing-quote",
    family: Family::Provenance,
    severity: Severity::Warning,
    about: "A step of a transcribed map has neither the words of the source (`quote`) nor the reason why it stands there without them (`inferred`).",
    why: "A transcribed map claims that each of its steps can be traced to the source. A step that cannot was added by somebody, and nobody can tell whether people must follow it.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: transcribed }

steps:
  notified:
    kind: start
    title: ASW told that the family moves
    quote: ASW notified that the family is moving
    next: request
  ⟦request⟧:
    role: ASW
    title: Transfer request made to the other authority
    next: done
  done:
    kind: end
    outcome: transferred
    inferred: The chart has no end; it stops here.
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
source: { document: d, reading: transcribed }

steps:
  notified:
    kind: start
    title: ASW told that the family moves
    quote: ASW notified that the family is moving
    next: request
  request:
    role: ASW
    title: Transfer request made to the other authority
    quote: Transfer request made to OLA
    next: done
  done:
    kind: end
    outcome: transferred
    inferred: The chart has no end; it stops here.
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let transcribed = |reading: &Option<Word>| reading.as_ref().is_some_and(|word| word.text == "transcribed");
    for map in atlas.maps.iter().filter(|map| transcribed(&map.draft.reading)) {
        for step in map.draft.steps.iter().filter(|step| step.kind_known) {
            let lost = ["quote", "inferred", "<<"].iter().any(|key| step.is_lost(key));
            if step.quote.is_some() || step.inferred.is_some() || lost {
                continue;
            }
            let message = format!("`{}` has no `quote`, and this map is said to be transcribed", step.id.text);
            let help =
                "add `quote:` with the source's own words or, if it does not say this, `inferred:` with the reason";
            out.push(rules::finding(&RULE, map.place(step.id.span), message, help));
        }
    }
}
