//! `unknown-field`: a field is named that the map's record does not have, or that is not of a type that can stand there.

use crate::check::Atlas;
use crate::check::MapView;
use crate::diagnostic::nearest;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{RoundDraft, StepDraft, Word};
use crate::rules::names::{duplicate_name, unknown_step};
use crate::rules::text::wrong_type;
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-field",
    family: Family::Names,
    severity: Severity::Error,
    about: "A field is named that the map's record does not have, or that is not of a type that can stand there.",
    why: "A step cannot ask for, and a deadline cannot count from, what the record has no place for.",
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
  date_ending: { type: date, title: Date ending }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    needs: [⟦ending_date⟧]
    next: notify
  notify:
    role: ASW
    title: Payment team told to stop the payment
    sends: { to: Payment team, what: [date_ending] }
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
  date_ending: { type: date, title: Date ending }
steps:
  notified: { kind: start, title: ASW told that the family moves, next: request }
  request:
    role: ASW
    title: Transfer request made to the other authority
    needs: [date_ending]
    next: notify
  notify:
    role: ASW
    title: Payment team told to stop the payment
    sends: { to: Payment team, what: [date_ending] }
    next: done
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in atlas.maps.iter().filter(|map| map.draft.record_whole) {
        for step in &map.draft.steps {
            check_step(map, step, out);
        }
        for round in &map.draft.rounds {
            check_round(map, round, out);
        }
    }
    check_subject(atlas, out);
}

fn check_round(map: &MapView<'_>, round: &RoundDraft, out: &mut Vec<Diagnostic>) {
    round.carries.iter().filter(|word| !has_field(map, word)).for_each(|word| report_unknown(map, word, out));
    if let Some(sets) = &round.sets {
        let words = ["the day on which it was done cannot be kept in", "name a field that is a date"];
        check_type(map, sets, &["date"], words, out);
    }
    round.anchors().for_each(|anchor| check_anchor(map, anchor, out));
    if let Some(at) = round.at.as_ref().filter(|at| at.anchor.as_ref() == Some(&at.word)) {
        check_bare(map, &at.word, out);
    }
}

/// The atlas's `subject` is a field of some map, and cases can be found by it there.
fn check_subject(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some((top, subject)) = atlas.atlas.and_then(|top| Some((top, top.subject.as_ref()?))) else { return };
    let mut fields = atlas.maps.iter().filter_map(|map| Some((map, map.field(&subject.text)?))).peekable();
    if fields.peek().is_none() && !atlas.has_unread_file() && atlas.maps.iter().all(|map| map.draft.record_whole) {
        let message = format!("no map's record has a field `{}`", subject.text);
        let help = "name the field that stands in the records of cases that belong together";
        let known = atlas.maps.iter().flat_map(field_ids);
        rules::misspelt(
            out,
            rules::finding(&RULE, top.source.place(subject.span), message, help),
            &subject.text,
            known,
        );
    }
    for (map, field) in fields {
        let wrong = field.kind.as_ref().filter(|kind| kind.text != "text" || field.personal);
        let Some(kind) = wrong else { continue };
        let message = format!("cases cannot be found by `{}` here: it is the atlas's subject", subject.text);
        let help = "make it a text that is not `personal`, or name another field as `subject`";
        out.push(rules::finding(&wrong_type::RULE, map.place(kind.span), message, help));
    }
}

fn check_step(map: &MapView<'_>, step: &StepDraft, out: &mut Vec<Diagnostic>) {
    let flows = step.sends.iter().chain(&step.receives).flat_map(|flow| &flow.what);
    for word in step.needs.iter().chain(&step.carries).chain(flows) {
        if !has_field(map, word) {
            report_unknown(map, word, out);
        }
    }
    if let Some(on) = &step.on {
        let what = "a decision cannot be answered from";
        let help = "name a field that is a yes-no or a choice, or leave `on` out and name the `role` that answers";
        check_type(map, on, &["yes-no", "choice"], [what, help], out);
    }
    let anchored = step.due.iter().chain(&step.within).filter_map(|due| due.anchor.as_ref());
    let anchors = anchored.chain(step.until.as_ref().and_then(|until| until.anchor.as_ref()));
    anchors.for_each(|anchor| check_anchor(map, anchor, out));
    if let Some(until) = step.until.as_ref().filter(|until| until.anchor.as_ref() == Some(&until.word)) {
        check_bare(map, &until.word, out);
    }
}

/// `until: STEP` names no time: the step was done long ago, or never was.
fn check_bare(map: &MapView<'_>, word: &Word, out: &mut Vec<Diagnostic>) {
    if map.chart.step(&word.text).is_some() && !has_field(map, word) {
        let message = format!("`{}` is a step and no date: this wait would never end", word.text);
        let help = format!("say how long after it, as in `2 weeks after {}`", word.text);
        out.push(rules::finding(&wrong_type::RULE, map.place(word.span), message, help));
    }
}

/// A step and a field of one name: nobody can say which of them time is counted from.
fn check_both(map: &MapView<'_>, anchor: &Word, out: &mut Vec<Diagnostic>) {
    let (Some(at), Some(field)) = (map.chart.step(&anchor.text), map.field(&anchor.text)) else { return };
    let message = format!("`{}` is a step and a field: it is not clear which time is counted from", anchor.text);
    let finding =
        rules::finding(&duplicate_name::RULE, map.place(anchor.span), message, "rename the step or the field");
    let step = &map.draft.steps[at];
    out.push(finding.related(map.place(step.id.span), "the step").related(map.place(field.id.span), "the field"));
}

fn has_field(map: &MapView<'_>, word: &Word) -> bool {
    map.field(&word.text).is_some()
}

fn field_ids<'m>(map: &'m MapView<'_>) -> impl Iterator<Item = &'m str> {
    map.draft.record.iter().map(|field| field.id.text.as_str())
}

fn report_unknown(map: &MapView<'_>, word: &Word, out: &mut Vec<Diagnostic>) {
    let message = format!("there is no field `{}` in this map's record", word.text);
    let finding = rules::finding(&RULE, map.place(word.span), message, "name a field of `record`, or add it there");
    rules::misspelt(out, finding, &word.text, field_ids(map));
}

fn check_type(map: &MapView<'_>, word: &Word, kinds: &[&str], [what, help]: [&str; 2], out: &mut Vec<Diagnostic>) {
    let Some(field) = map.field(&word.text) else {
        report_unknown(map, word, out);
        return;
    };
    let Some(kind) = &field.kind else { return };
    if !kinds.contains(&kind.text.as_str()) {
        let message = format!("{what} `{}`, whose type is {}", word.text, kind.text);
        let finding = rules::finding(&wrong_type::RULE, map.place(word.span), message, help);
        out.push(finding.related(map.place(kind.span), "its type is given here"));
    }
}

/// An anchor is a step or a date of the record. What is neither is reported as the one it is nearer to.
fn check_anchor(map: &MapView<'_>, anchor: &Word, out: &mut Vec<Diagnostic>) {
    if map.chart.step(&anchor.text).is_some() {
        check_both(map, anchor, out);
        return;
    }
    if has_field(map, anchor) {
        let words = ["time cannot be counted from", "name a step of this map, or a field that is a date"];
        check_type(map, anchor, &["date"], words, out);
    } else if !map.draft.steps_whole {
        // It may be a step that could not be read.
    } else if nearest(&anchor.text, map.chart.ids()).is_none()
        && (anchor.text.contains('_') || nearest(&anchor.text, field_ids(map)).is_some())
    {
        report_unknown(map, anchor, out);
    } else {
        let message = format!("there is no step and no date `{}` in this map to count from", anchor.text);
        let help = "name a step of this map, or a date of its record";
        let finding = rules::finding(&unknown_step::RULE, map.place(anchor.span), message, help);
        rules::misspelt(out, finding, &anchor.text, map.chart.ids());
    }
}
