//! Stories that test a map.
#![expect(dead_code, reason = "the shapes are described, never made")]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use super::words::{Allow, FieldId, Id, RoleId, Text, Typed};

/// Stories that test a map.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Scenarios {
    /// The scenarios of a map: the map under test.
    scenarios: Id,
    /// Each story: its id, and below it what happens.
    cases: BTreeMap<Id, Story>,
    /// A list of texts for readers.
    notes: Option<Vec<Text>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// A story.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Story {
    /// When the case is opened, as `2022-10-10 09:00`.
    starts: Text,
    /// The start, where the map has several.
    entry: Option<Id>,
    /// The role that opens it.
    r#as: Option<RoleId>,
    /// What is known at opening: each field with its value.
    record: Option<BTreeMap<FieldId, Typed>>,
    /// What happens, one item after the other.
    story: Vec<Value>,
    /// How the case ends.
    ends: Option<Value>,
    /// A list of texts for readers.
    notes: Option<Vec<Text>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}
