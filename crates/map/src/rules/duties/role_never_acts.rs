//! `role-never-acts`: a role of the atlas that no map needs.

use std::collections::HashSet;

use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "role-never-acts",
    family: Family::Duties,
    severity: Severity::Note,
    about: "A role of the atlas that acts in no map: it does no step, is told and sent nothing, owns no map and supervises nobody.",
    why: "Either a step has been given to somebody else, or a map in which the role acts is still to be drawn.",
    bad: Example::of(&[
        (
            "atlas.yaml",
            r"atlas: example
title: An example
time_zone: Europe/London
calendar: england-and-wales
roles:
  ASW: Allocated social worker
  TM: Social care team manager
  ⟦Admin⟧: Admin assistant
themes:
  t: Transfers
documents:
  d: { title: Process maps, date: '2022-11' }
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
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
    ]),
    good: Example::of(&[
        (
            "atlas.yaml",
            r"atlas: example
title: An example
time_zone: Europe/London
calendar: england-and-wales
roles:
  ASW: Allocated social worker
  TM: Social care team manager
  Admin: Admin assistant
themes:
  t: Transfers
documents:
  d: { title: Process maps, date: '2022-11' }
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
    next: tell-payments
  tell-payments:
    role: Admin
    title: Payment team told to stop the payment
    next: done
  done: { kind: end, outcome: transferred }
",
        ),
    ]),
};

/// How many names of roles that the atlas does not list are guessed.
const MOST_GUESSES: usize = 50;
/// How many further roles are shown.
const MOST_NAMED: usize = 30;
/// How many words of what is sent to somebody can be a role.
const MOST_WORDS: usize = 4;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(top) = atlas.atlas.filter(|top| !top.is_lost("roles") && !top.is_lost("supervisors")) else { return };
    // What could not be read may be what the role does.
    if atlas.maps.is_empty() || atlas.has_unread_file() || !atlas.maps.iter().all(|map| map.is_all_read()) {
        return;
    }
    let acting: HashSet<&str> =
        atlas.maps.iter().flat_map(MapView::roles).chain(&top.supervisors).map(|word| word.text.as_str()).collect();
    let known: HashSet<&str> = top.roles.iter().map(|(role, _)| role.text.as_str()).collect();
    let strange: Vec<&str> = acting.iter().copied().filter(|role| !known.contains(role)).collect();
    if strange.len() > MOST_GUESSES {
        return;
    }
    let meant: HashSet<&str> = strange.into_iter().filter_map(|role| nearest(role, known.iter().copied())).collect();
    let parties = parties(atlas);
    let is_named = |text: &str| parties.contains(&words(text).join(" "));
    let acts = |role: &str| acting.contains(role) || meant.contains(role) || is_named(role);
    let mut idle = top.roles.iter().filter(|(role, title)| !acts(&role.text) && !is_named(&title.text));
    let Some((role, title)) = idle.next() else { return };
    let message = format!("`{}` ({}) does nothing in any map", role.text, title.text);
    let help = "give it what it does, or take it out; keep it if its maps are still to be drawn";
    let mut finding = rules::finding(&RULE, top.source.place(role.span), message, help);
    let rest: Vec<_> = idle.collect();
    for (role, _) in rest.iter().take(MOST_NAMED) {
        finding = finding.related(top.source.place(role.span), format!("nor does `{}`", role.text));
    }
    match rest.len() {
        0 => {}
        1 => finding.message.push_str(", nor does one other role"),
        more => finding.message.push_str(&format!(", nor do {more} other roles")),
    }
    out.push(finding);
}

/// Every word, and few words in a row, of those to whom something is sent or from whom something comes.
fn parties(atlas: &Atlas<'_>) -> HashSet<String> {
    let steps = atlas.maps.iter().flat_map(|map| &map.draft.steps);
    let flows = steps.flat_map(|step| step.sends.iter().chain(&step.receives));
    let texts: HashSet<&str> = flows.filter_map(|flow| flow.party.as_deref()).collect();
    let mut found = HashSet::new();
    for text in texts {
        let words = words(text);
        for from in 0..words.len() {
            found.extend((from + 1..=words.len().min(from + MOST_WORDS)).map(|to| words[from..to].join(" ")));
        }
    }
    found
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_string).collect()
}
