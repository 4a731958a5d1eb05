//! `unanswered-choice`: a decision `on` a field has no answer for one of the field's values.

use std::collections::HashSet;

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity, surely};
use crate::read::StepDraft;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unanswered-choice",
    family: Family::Data,
    severity: Severity::Error,
    about: "A decision `on` a yes-no or choice field has no answer for one of the field's values.",
    why: "A case whose record holds that value stands at the decision, and can go on only if somebody changes what the record says.",
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
  came_by: { type: choice, title: How the notice came, choices: [letter, telephone, email] }
steps:
  notified: { kind: start, title: ASW told that the family moves, needs: [came_by], next: how }
  how:
    kind: decision
    on: ⟦came_by⟧
    title: How did the notice come?
    answers: { letter: done, email: confirm }
  confirm: { role: Admin, title: Notice confirmed in writing, next: done }
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
  came_by: { type: choice, title: How the notice came, choices: [letter, telephone, email] }
steps:
  notified: { kind: start, title: ASW told that the family moves, needs: [came_by], next: how }
  how:
    kind: decision
    on: came_by
    title: How did the notice come?
    answers: { letter: done, email: confirm, telephone: confirm }
  confirm: { role: Admin, title: Notice confirmed in writing, next: done }
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many misspelt answers of one decision are guessed; each is compared with every value.
const MOST_GUESSES: usize = 10;
/// How many values are named.
const MOST_NAMED: usize = 6;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for step in &map.draft.steps {
            out.extend(report(map, step));
        }
    }
}

fn report(map: &MapView<'_>, step: &StepDraft) -> Option<Diagnostic> {
    let on = step.on.as_ref()?;
    let field = map.field(&on.text)?;
    let open = unanswered(map, step);
    let first = open.first()?;
    let names = rules::first_names(open.iter().copied(), MOST_NAMED);
    let message = format!("`{}` may be {}, and this decision has no answer for that", on.text, names.join(" or "));
    let help = format!("add `{first}: STEP` to `answers`");
    let finding = rules::finding(&RULE, map.place(on.span), message, help);
    let place = field.choices.iter().find(|choice| choice.text == *first).map_or(field.id.span, |choice| choice.span);
    Some(finding.related(map.place(place), "the record allows it here"))
}

/// The values of the field that a decision is `on` for which it has no answer. A misspelt answer is the affair of
/// `unknown-answer`.
pub(crate) fn unanswered<'a>(map: &MapView<'a>, step: &StepDraft) -> Vec<&'a str> {
    let Some(field) = step.on.as_ref().and_then(|on| map.field(&on.text)) else { return Vec::new() };
    if step.answers.is_empty() || step.is_lost("answers") {
        return Vec::new();
    }
    let values = field.values();
    let known: HashSet<&str> = values.iter().copied().collect();
    let (right, strange): (Vec<&str>, Vec<&str>) =
        step.answers.iter().map(|(answer, _)| answer.text.as_str()).partition(|answer| known.contains(answer));
    let mut answered: HashSet<&str> = right.into_iter().collect();
    let meant = strange.into_iter().take(MOST_GUESSES).filter_map(|answer| surely(answer, known.iter().copied()));
    answered.extend(meant);
    values.into_iter().filter(|value| !answered.contains(value)).collect()
}
