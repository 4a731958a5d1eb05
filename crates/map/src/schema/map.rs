//! A map: its head, its record, its limits.
#![expect(dead_code, reason = "the shapes are described, never made")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::steps::{LateRound, Overdue, Step};
use super::words::{
    Allow, AnswerId, ControlId, Day, Deadline, FieldId, Flag, Id, OneOrMore, RoleId, Span, Text, Until,
};

/// One process: a flow chart of steps.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Map {
    /// The map: its id, which is also the file's name.
    map: Id,
    /// What people read.
    title: Text,
    /// A whole number from 1; count up when the process changes.
    #[schemars(range(min = 1))]
    revision: u32,
    /// One of the atlas's themes.
    theme: Id,
    /// The role that answers for the map.
    owner: RoleId,
    /// The day by which it must be read again.
    review_by: Day,
    /// Where it was taken from.
    source: Source,
    /// Its calendar, if it is not that of the atlas.
    calendar: Option<Id>,
    /// A list of texts for the process owner.
    notes: Option<Vec<Text>>,
    /// A list of controls that the whole map carries.
    controls: Option<Vec<ControlId>>,
    /// Each field that a case may hold: its id, and below it what it is.
    record: Option<BTreeMap<FieldId, Field>>,
    /// Each step: its id, and below it the keys of its kind.
    #[schemars(extend("minProperties" = 1))]
    steps: BTreeMap<Id, Step>,
    /// Each deadline that spans steps: its id, and below it from where to where.
    limits: Option<BTreeMap<Id, Limit>>,
    /// Each case of another map that is due to start while a case of this one is open: its id, and below it when.
    starts: Option<BTreeMap<Id, Round>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// Where a map was taken from.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Source {
    /// One of the atlas's documents.
    document: Id,
    /// What the map claims to be.
    reading: Reading,
}

/// What a map claims to be.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
pub enum Reading {
    /// Every step can be traced to a place in the document.
    Transcribed,
    /// Drafted from titles, audits, law or practice; its owner has yet to confirm it.
    Reconstructed,
    /// Stands for a map that is not drawn.
    Placeholder,
}

/// A field of a case's record.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "if" = { "properties": { "type": { "const": "choice" } } },
    "then" = { "required": ["choices"] },
    "else" = { "not": { "required": ["choices"] } },
    "allOf" = [{
        "if": { "properties": { "type": { "const": "text" } } },
        "else": { "not": { "required": ["pattern"] } },
    }],
))]
pub struct Field {
    /// What its values are.
    r#type: FieldType,
    /// What people read.
    title: Text,
    /// `true`: the value is kept apart from the events and can be erased.
    personal: Option<Flag>,
    /// Of a text only: a regular expression that the whole value must match, in single quotes.
    pattern: Option<Text>,
    /// Of a choice only: a list of its values.
    #[schemars(length(min = 1))]
    choices: Option<Vec<Id>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// What the values of a field are.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
pub enum FieldType {
    /// Any words, perhaps of a pattern.
    Text,
    /// A number, such as `7.5`.
    Number,
    /// Pounds and pence.
    Money,
    /// A day.
    Date,
    /// `yes` or `no`.
    YesNo,
    /// One of `choices`.
    Choice,
}

/// A deadline that spans steps, from the doing of one to the doing of another.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Limit {
    /// What people read.
    title: Text,
    /// The step whose doing starts it. Opening a case does its start.
    from: Id,
    /// The step whose doing stops it.
    to: Id,
    /// A duration alone.
    within: Span,
    /// Where the time comes from: one of the atlas's origins.
    origin: Option<Text>,
    /// What happens when it passes.
    overdue: Overdue,
    /// A list of controls that the limit carries.
    controls: Option<Vec<ControlId>>,
    /// The source's own words.
    quote: Option<Text>,
    /// A text for the process owner.
    note: Option<Text>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// A case of another map that is due to start, once or again and again, while a case of this map is open.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("dependencies" = { "by": ["overdue"], "overdue": ["by"] }))]
pub struct Round {
    /// What people read.
    title: Text,
    /// The map in which a case is opened beside.
    map: Id,
    /// When it is opened: `11 months after FIELD`, `3 weeks after STEP` or `FIELD` (a date).
    at: Until,
    /// The start of the other map, where several could be meant.
    entry: Option<Id>,
    /// A list of fields that go along.
    carries: Option<Vec<FieldId>>,
    /// The map whose case, when it is over, is the doing of it; the same map if nothing is said.
    done: Option<Id>,
    /// One or a list: the ways in which that case must be over to count, outcomes and maps to which it is handed over; any if
    /// nothing is said.
    done_when: Option<OneOrMore<AnswerId>>,
    /// A date of the record, set to the day on which it was done: so the next counts from there.
    sets: Option<FieldId>,
    /// By when it must be done: `12 months of FIELD`.
    by: Option<Deadline>,
    /// Where the time comes from: one of the atlas's origins.
    origin: Option<Text>,
    /// What happens when `by` has passed.
    overdue: Option<LateRound>,
    /// A list of controls that it carries.
    controls: Option<Vec<ControlId>>,
    /// The source's own words.
    quote: Option<Text>,
    /// A text for the process owner.
    note: Option<Text>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}
