//! `unknown-calendar`: the atlas or a map names a calendar that is not there.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::Word;
use crate::rules::{self, Example, Family, Rule};
use crate::text::Source;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-calendar",
    family: Family::Names,
    severity: Severity::Error,
    about: "The atlas or a map names a calendar that is not there.",
    why: "Working days are counted by the calendar. Without it no deadline in working days can be worked out.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
calendar: ⟦wales⟧
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    due: 5 working days
    overdue: { tell: TM }
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
calendar: england-and-wales
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    due: 5 working days
    overdue: { tell: TM }
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    if let Some(top) = atlas.atlas {
        top.calendar.iter().for_each(|word| report_unknown(atlas, &top.source, word, out));
    }
    for map in &atlas.maps {
        map.draft.calendar.iter().for_each(|word| report_unknown(atlas, &map.draft.source, word, out));
    }
}

fn report_unknown(atlas: &Atlas<'_>, source: &Source, word: &Word, out: &mut Vec<Diagnostic>) {
    let known = atlas.calendar_ids();
    if known.contains_key(word.text.as_str()) || atlas.is_unread(&word.text) {
        return;
    }
    let message = format!("there is no calendar `{}` in the atlas", word.text);
    let finding =
        rules::finding(&RULE, source.place(word.span), message, "name a calendar of the atlas, or add the file");
    rules::misspelt(out, finding, &word.text, known.keys().copied());
}
