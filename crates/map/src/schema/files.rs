//! The files beside the maps: the atlas itself, calendars, registers of controls.
#![expect(dead_code, reason = "the shapes are described, never made")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::words::{Allow, AnswerId, ControlId, Day, FieldId, Flag, Id, OneOrMore, RoleId, Text, Titles};

/// What the maps of a folder share: who acts, which groups of maps there are, which documents they are taken from.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Atlas {
    /// The atlas: its id.
    atlas: Id,
    /// What people read.
    title: Text,
    /// By whose clock days begin and end: a name of the time zone database, such as `Europe/London`.
    time_zone: Text,
    /// The calendar of every map that names none.
    calendar: Id,
    /// The field of the record that ties the cases of one subject together: a text that is not personal.
    subject: Option<FieldId>,
    /// Each role with its title.
    roles: Titles<RoleId>,
    /// Each theme with its title.
    themes: Titles<Id>,
    /// Each origin of a time with its title.
    origins: Option<Titles<Text>>,
    /// A list of roles that may do what only a supervisor may, such as withdraw a case.
    supervisors: Option<Vec<RoleId>>,
    /// Each document that maps are taken from: its id, and below it what is known of it.
    documents: Option<BTreeMap<Id, Document>>,
    /// By what the worklist is ordered before time: a list of entries, of which the first that holds ranks a case.
    risk: Option<Vec<Risk>>,
    /// A list of texts for readers.
    notes: Option<Vec<Text>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// An entry of the risk rule: all that it says must hold. It needs at least one of `map`, `theme`, `where` and `late`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Risk {
    /// What people read beside a case. Entries of one title are one rank.
    title: Text,
    /// One or a list: the case's map.
    map: Option<OneOrMore<Id>>,
    /// One or a list: the theme of the case's map.
    theme: Option<OneOrMore<Id>>,
    /// Yes-no and choice fields of the record, each with a value or a list of values.
    #[schemars(rename = "where", length(min = 1))]
    where_: Option<BTreeMap<FieldId, OneOrMore<AnswerId>>>,
    /// `true`: a deadline or a limit of the case has passed and is not met.
    late: Option<Flag>,
}

/// A document that maps are taken from.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Document {
    /// Its title.
    title: Text,
    /// Its version in its own words; in quotes if it is a number.
    version: Option<Text>,
    /// A year, a month or a day; a year alone in quotes: `'2026'`.
    date: Option<Text>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// Which days are not working days.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Calendar {
    /// The calendar: its id.
    calendar: Id,
    /// What people read.
    title: Text,
    /// The days of every week that are not working days: `[saturday, sunday]`.
    #[schemars(length(max = 6))]
    weekend: Vec<Weekday>,
    /// The first and the last year of which every holiday is listed: `2015..2027`, within 1900 to 2200.
    #[schemars(regex(pattern = r"^\s*[0-9]{4}\s*\.\.\s*[0-9]{4}\s*$"))]
    covers: String,
    /// Each date with the holiday's name; nothing behind the colon if there are none.
    holidays: Holidays,
    /// A list of texts for readers.
    notes: Option<Vec<Text>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// Each date with the holiday's name, or nothing.
pub struct Holidays;

impl JsonSchema for Holidays {
    fn schema_name() -> Cow<'static, str> {
        "Holidays".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [generator.subschema_for::<BTreeMap<Day, Text>>(), { "type": "null" }] })
    }
}

/// A day of the week.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// What an audit asks for.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Controls {
    /// The register of controls: its id.
    controls: Id,
    /// What people read.
    title: Text,
    /// Each control: its reference, and below it what is asked for.
    items: BTreeMap<ControlId, Control>,
    /// A list of texts for readers.
    notes: Option<Vec<Text>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// A control.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Control {
    /// What is asked for.
    title: Text,
    /// One or a list: how the control takes hold.
    binds: OneOrMore<Binding>,
    /// Reports that carry the control: each id, and below it which open cases are an exception.
    exceptions: Option<BTreeMap<Id, Report>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// A report of a control, over all open cases of some maps. It needs `without` or `late`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Report {
    /// What people read.
    title: Text,
    /// One or a list: the maps whose open cases are looked at.
    cases: OneOrMore<Id>,
    /// One or a list of fields: a case is an exception where one of them is not set.
    without: Option<OneOrMore<FieldId>>,
    /// One or a list of steps with a deadline, of limits and of what comes round with `by`, or `any`: a case is an exception where
    /// one of them is late.
    late: Option<OneOrMore<Id>>,
}

/// How a control takes hold.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
pub enum Binding {
    /// A reference to a document must be attached.
    Evidence,
    /// Something must be done by a time.
    Deadline,
    /// Two things are not done by the same person.
    Separation,
    /// Somebody must be told.
    Report,
}
