//! What the reports of controls name: maps, fields, deadlines and limits. They have no rules of their own; what they misspell
//! is found under the rules of names.

use std::collections::BTreeSet;

use super::report::Reporter;
use super::view::{Atlas, MapView};
use crate::diagnostic::Diagnostic;
use crate::read::{ExceptionDraft, LateDraft, Word};
use crate::rules::{names, text::wrong_type};

/// Holds every report of every register against the maps.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    for register in &atlas.controls {
        for report in register.items.iter().flat_map(|item| &item.exceptions) {
            Look { atlas, say: Reporter { source: &register.source, out } }.report_of(report);
        }
    }
}

struct Look<'l, 'a> {
    atlas: &'l Atlas<'a>,
    say: Reporter<'l>,
}

impl Look<'_, '_> {
    fn report_of(&mut self, report: &ExceptionDraft) {
        let atlas = self.atlas;
        let mut maps = Vec::new();
        for word in &report.cases {
            match atlas.map(&word.text) {
                Some(map) => maps.push(map),
                None if atlas.is_unread(&word.text) => {}
                None => {
                    let message = format!("there is no map `{}` in this atlas", word.text);
                    self.say.report(
                        &names::unknown_map::RULE,
                        word,
                        message,
                        "name a map of the atlas",
                        atlas.map_ids(),
                    );
                }
            }
        }
        for word in &report.without {
            maps.iter().for_each(|map| self.field(map, word));
        }
        // An id that no map has is reported once; it may be that of a map that is not known.
        if let LateDraft::These(late) = &report.late
            && maps.len() == report.cases.len()
            && !maps.is_empty()
        {
            late.iter().for_each(|word| self.late(&maps, word));
        }
    }

    fn field(&mut self, map: &MapView<'_>, word: &Word) {
        if map.field(&word.text).is_some_and(|field| field.personal) {
            let message =
                format!("`{}` is personal: it is kept apart, and no report knows whether it is set", word.text);
            return self.say.report(&wrong_type::RULE, word, message, "name a field that is not personal", []);
        }
        if !map.draft.record_whole || map.field(&word.text).is_some() {
            return;
        }
        let message = format!("there is no field `{}` in the record of the map `{}`", word.text, map.draft.id.text);
        let known = map.draft.record.iter().map(|field| field.id.text.as_str());
        self.say.report(&names::unknown_field::RULE, word, message, "name a field that each map of `cases` has", known);
    }

    /// A deadline is called after its step.
    fn late(&mut self, maps: &[&MapView<'_>], word: &Word) {
        let has_due = |map: &MapView<'_>| {
            let step = map.chart.step(&word.text).map(|at| &map.draft.steps[at]);
            step.is_some_and(|step| step.due.is_some() || step.is_lost("due"))
        };
        let is_limit = |map: &MapView<'_>| map.draft.limits.iter().any(|limit| limit.id.text == word.text);
        let round = |map: &MapView<'_>| map.draft.rounds.iter().any(|round| round.id.text == word.text);
        let has_by = |map: &MapView<'_>| {
            let mut rounds = map.draft.rounds.iter().filter(|round| round.id.text == word.text);
            rounds.any(|round| round.by.is_some() || round.is_lost("by"))
        };
        let is_whole = |map: &MapView<'_>| map.draft.steps_whole && map.draft.controls_whole && !map.draft.rounds_lost;
        if maps.iter().any(|map| has_due(map) || is_limit(map) || has_by(map) || !is_whole(map)) {
            return;
        }
        if maps.iter().any(|map| round(map)) {
            let message = format!("`{}` has no `by`, so it is never late", word.text);
            return self.say.report(&wrong_type::RULE, word, message, "name one that has `by`, or give it one", []);
        }
        if maps.iter().any(|map| map.chart.step(&word.text).is_some()) {
            let message = format!("the step `{}` has no deadline, so it is never late", word.text);
            let help = "name a step that has `due`, or a limit";
            return self.say.report(&wrong_type::RULE, word, message, help, []);
        }
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for map in maps {
            let due = map.draft.steps.iter().filter(|step| step.due.is_some());
            known.extend(due.map(|step| step.id.text.as_str()));
            known.extend(map.spanning());
        }
        let named: Vec<String> = maps.iter().map(|map| format!("`{}`", map.draft.id.text)).collect();
        let named = crate::written::listed(&named, "or");
        let message = format!("there is no deadline and no limit `{}` in {named}", word.text);
        let help = "name a step with `due`, a limit, or one of `starts` with `by`; `late: any` means all of them";
        self.say.report(&names::unknown_step::RULE, word, message, help, known);
    }
}
