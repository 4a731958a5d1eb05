//! `unknown-field`: a field is named that the map's record does not have, or that is not of a type that can stand there.

use crate::check::Atlas;
use crate::check::MapView;
use crate::diagnostic::nearest;
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{StepDraft, Word};
use crate::rules::names::unknown_step;
use crate::rules::text::wrong_type;
use crate::rules::{self, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-field",
    family: Family::Names,
    severity: Severity::Error,
    about: "A field is named that the map's record does not have, or that is not of a type that can stand there.",
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for map in &atlas.maps {
        for step in &map.draft.steps {
            check_step(map, step, out);
        }
    }
}

fn check_step(map: &MapView<'_>, step: &StepDraft, out: &mut Vec<Diagnostic>) {
    let flows = step.sends.iter().chain(&step.receives).flat_map(|flow| &flow.what);
    for word in step.needs.iter().chain(&step.carries).chain(flows) {
        if !has_field(map, word) {
            out.push(unknown(map, word));
        }
    }
    if let Some(on) = &step.on {
        check_type(map, on, &["yes-no", "choice"], "a decision is answered from a yes-no or a choice", out);
    }
    let anchored = step.due.iter().chain(&step.within).filter_map(|due| due.anchor.as_ref());
    let anchors = anchored.chain(step.until.as_ref().and_then(|until| until.anchor.as_ref()));
    anchors.for_each(|anchor| check_anchor(map, anchor, out));
}

fn has_field(map: &MapView<'_>, word: &Word) -> bool {
    map.draft.record.iter().any(|field| field.id.text == word.text)
}

fn field_ids<'m>(map: &'m MapView<'_>) -> impl Iterator<Item = &'m str> {
    map.draft.record.iter().map(|field| field.id.text.as_str())
}

fn unknown(map: &MapView<'_>, word: &Word) -> Diagnostic {
    let message = format!("there is no field `{}` in this map's record", word.text);
    let finding = rules::finding(&RULE, map.place(word.span), message, "name a field of `record`, or add it there");
    finding.suggest(&word.text, field_ids(map))
}

fn check_type(map: &MapView<'_>, word: &Word, kinds: &[&str], why: &str, out: &mut Vec<Diagnostic>) {
    let Some(field) = map.draft.record.iter().find(|field| field.id.text == word.text) else {
        out.push(unknown(map, word));
        return;
    };
    let Some(kind) = &field.kind else { return };
    if !kinds.contains(&kind.text.as_str()) {
        let message = format!("`{}` is a {} field", word.text, kind.text);
        let finding = rules::finding(&wrong_type::RULE, map.place(word.span), message, why);
        out.push(finding.related(map.place(kind.span), "its type is given here"));
    }
}

/// An anchor is a step or a date of the record. What is neither is reported as the one it is nearer to.
fn check_anchor(map: &MapView<'_>, anchor: &Word, out: &mut Vec<Diagnostic>) {
    if map.chart.step(&anchor.text).is_some() {
        return;
    }
    if has_field(map, anchor) {
        check_type(map, anchor, &["date"], "time is counted from a step or from a date of the record", out);
    } else if nearest(&anchor.text, map.chart.ids()).is_none()
        && (anchor.text.contains('_') || nearest(&anchor.text, field_ids(map)).is_some())
    {
        out.push(unknown(map, anchor));
    } else {
        let message = format!("there is no step and no date `{}` in this map to count from", anchor.text);
        let help = "name a step of this map, or a date of its record";
        let finding = rules::finding(&unknown_step::RULE, map.place(anchor.span), message, help);
        out.push(finding.suggest(&anchor.text, map.chart.ids()));
    }
}
