//! `call-never-returns`: a call waits for an outcome of a map that has none: neither it nor any map it hands over to has an end.

use crate::check::Atlas;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::KindWord;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "call-never-returns",
    family: Family::Links,
    severity: Severity::Error,
    about: "A call waits for an outcome of a map that has none: neither it nor any map it hands over to has an end.",
    why: "The case waits for an answer that cannot come: the other map passes its cases on and never ends one.",
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
  asked: { kind: start, title: Panel asked, from: [transfer-out, appeal], next: look }
  look: { role: TM, title: Panel looks at the request, next: to-appeal }
  to-appeal: { kind: link, to: appeal }
",
        ),
        (
            "appeal.yaml",
            r"map: appeal
title: Appeal
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  begun: { kind: start, title: Appeal begun, from: panel, next: hear }
  hear: { role: TM, title: Appeal heard, next: back-to-panel }
  back-to-panel: { kind: link, to: panel }
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
  asked: { kind: start, title: Panel asked, from: transfer-out, next: look }
  look: { role: TM, title: Panel looks at the request, next: granted }
  granted: { kind: end, outcome: granted }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        let calls =
            map.of_kind(KindWord::Link).filter(|(_, step)| step.mode.as_ref().is_some_and(|mode| mode.text == "call"));
        for (_, step) in calls {
            let Some(to) = &step.to else { continue };
            let Some(target) = atlas.map_number(&to.text) else { continue };
            let callee = &atlas.maps[target];
            let may_return = !atlas.outcomes_of(target).is_empty() || !atlas.knows_outcomes_of(target);
            if may_return || callee.finals().next().is_none() {
                continue;
            }
            let message = format!("this call never returns: no case of `{}` comes to an end with an outcome", to.text);
            let finding = rules::finding(
                &RULE,
                map.place(to.span),
                message,
                "hand over instead (leave `mode` and `outcomes` out), or give the called map an end",
            );
            out.push(finding.related(callee.place(callee.draft.id.span), format!("the map `{}`", to.text)));
        }
    }
}
