//! From trees to drafts: each file's keys and the types of their values. A draft may lack anything that the text
//! lacks or has wrong; each such place has a finding, and every word keeps its place for the rules that follow.

mod atlas;
mod fields;
mod map;
mod steps;

use std::sync::Arc;

pub use atlas::{AtlasDraft, CalendarDraft, ControlsDraft, DocumentDraft, ScenariosDraft};
pub use fields::{Fields, Word, is_id};
pub use map::{FieldDraft, LimitDraft, MapDraft, read_duration, read_map};
pub use steps::{AnchoredDraft, FlowDraft, KindWord, OverdueDraft, StepDraft, UntilDraft};

use crate::diagnostic::Diagnostic;
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

/// Reads one file's tree as what its first key says it is.
pub fn read(source: &Arc<Source>, root: &Node, findings: &mut Vec<Diagnostic>) -> Option<Draft> {
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
    let fields = Fields::new(source, root, first.key_span, findings);
    match first.key.as_str() {
        "atlas" => Some(Draft::Atlas(atlas::read_atlas(fields))),
        "map" => Some(Draft::Map(Box::new(read_map(fields)))),
        "calendar" => Some(Draft::Calendar(atlas::read_calendar(fields))),
        "controls" => Some(Draft::Controls(atlas::read_controls(fields))),
        "scenarios" => Some(Draft::Scenarios(atlas::read_scenarios(fields))),
        other => {
            let finding = rules::finding(
                &rule::unknown_key::RULE,
                source.place(first.key_span),
                format!("a file cannot begin with `{other}`"),
                "its first key says what the file is: `atlas`, `map`, `calendar`, `controls` or `scenarios`",
            );
            findings.push(finding.suggest(other, FILE_KINDS));
            None
        }
    }
}
