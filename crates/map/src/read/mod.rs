//! From trees to drafts: each file's keys and the types of their values. A draft may lack anything that the text
//! lacks or has wrong; each such place has a finding, and every word keeps its place for the rules that follow.

mod allow;
mod atlas;
mod fields;
mod hints;
mod kinds;
mod map;
mod register;
mod risk;
mod rounds;
mod scenarios;
mod steps;
mod times;

use std::sync::Arc;

pub use allow::Allowance;
pub use atlas::{AtlasDraft, CalendarDraft, DocumentDraft};
pub use fields::{Fields, Word, is_id};
pub use kinds::KindWord;
pub use map::{FieldDraft, LimitDraft, MapDraft, read_duration, read_map};
pub use register::{ControlDraft, ControlsDraft, ExceptionDraft, LateDraft};
pub use risk::RiskDraft;
pub use rounds::RoundDraft;
pub use scenarios::{ActDraft, EndsDraft, ExpectDraft, ItemDraft, REFUSALS, ScenariosDraft, StoryDraft, WhatDraft};
pub use steps::StepDraft;
pub use times::{AnchoredDraft, ComesFromDraft, FlowDraft, OverdueDraft, UntilDraft};

use crate::diagnostic::{Diagnostic, nearest};
use crate::rules::{self, text as rule};
use crate::text::{Node, Source, Span};

/// What one file of the atlas turned out to be.
#[derive(Debug)]
pub enum Draft {
    /// `atlas.yaml`.
    Atlas(AtlasDraft),
    /// A map.
    Map(Box<MapDraft>),
    /// A calendar.
    Calendar(CalendarDraft),
    /// A register of controls.
    Controls(ControlsDraft),
    /// Scenarios of a map.
    Scenarios(ScenariosDraft),
}

const FILE_KINDS: [&str; 5] = ["atlas", "map", "calendar", "controls", "scenarios"];

/// Reads one file's tree as what its first key says it is, and what it allows.
pub fn read(
    source: &Arc<Source>,
    root: &Node,
    findings: &mut Vec<Diagnostic>,
    allowances: &mut Vec<Allowance>,
) -> Option<Draft> {
    let first = root.entries().first();
    let Some(first) = first else {
        let place = source.place(Span { start: 0, end: source.text().chars().next().map_or(0, char::len_utf8) });
        let found = root.describe();
        findings.push(rules::finding(
            &rule::missing_key::RULE,
            place,
            format!("this file does not say what it is: found {found}"),
            "begin it with one of the keys `atlas`, `map`, `calendar`, `controls` or `scenarios`",
        ));
        return None;
    };
    let kinds = || root.entries().iter().filter(|entry| FILE_KINDS.contains(&entry.key.as_str()));
    let (kind, head) = match (nearest(&first.key, FILE_KINDS), kinds().next()) {
        (_, Some(entry)) if entry.key_span == first.key_span => (entry.key.as_str(), entry.key_span),
        (_, Some(entry)) => {
            let message = format!("`{}` must be the first key of the file", entry.key);
            let help = "move it to the top: the first key says what the file is";
            findings.push(rules::finding(&rule::unknown_key::RULE, source.place(entry.key_span), message, help));
            (entry.key.as_str(), entry.key_span)
        }
        // A misspelt key is reported with the others.
        (Some(meant), None) => (meant, first.key_span),
        (None, None) => {
            let message = format!("a file cannot begin with `{}`", first.key);
            let help = "its first key says what the file is: `atlas`, `map`, `calendar`, `controls` or `scenarios`";
            findings.push(rules::finding(&rule::unknown_key::RULE, source.place(first.key_span), message, help));
            return None;
        }
    };
    let mut fields = Fields::new(source, root, head, findings, allowances);
    fields.is_file = true;
    Some(match kind {
        "atlas" => Draft::Atlas(atlas::read_atlas(fields)),
        "map" => Draft::Map(Box::new(read_map(fields))),
        "calendar" => Draft::Calendar(atlas::read_calendar(fields)),
        "controls" => Draft::Controls(register::read_controls(fields)),
        _ => Draft::Scenarios(scenarios::read_scenarios(fields)),
    })
}
