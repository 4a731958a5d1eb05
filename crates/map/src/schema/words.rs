//! What stands behind keys: ids, texts, lists, durations.
#![expect(dead_code, reason = "the shapes are described, never made")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

/// An id of a map, a step, a limit and the like.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct Id(#[schemars(regex(pattern = "^[a-z][a-z0-9-]*$"))] String);

/// An id of a field of the record.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct FieldId(#[schemars(regex(pattern = "^[a-z][a-z0-9_]*$"))] String);

/// A role, or `TBC`.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct RoleId(#[schemars(regex(pattern = "^[A-Za-z][A-Za-z0-9 _-]*$"))] String);

/// The reference of a control.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct ControlId(#[schemars(regex(pattern = "^[A-Za-z0-9][A-Za-z0-9.-]*$"))] String);

/// An answer or an outcome.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct AnswerId(#[schemars(regex(pattern = "^[a-z0-9][a-z0-9_-]*$"))] String);

/// A rule of the checker.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct RuleId(#[schemars(regex(pattern = "^[a-z0-9-]+$"))] String);

/// A text for people.
#[derive(JsonSchema)]
#[schemars(inline)]
pub struct Text(#[schemars(regex(pattern = r"\S"))] String);

/// A day, as `2027-11-30`.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(inline)]
pub struct Day(#[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))] String);

/// One or a list.
#[derive(JsonSchema)]
#[schemars(inline, untagged)]
pub enum OneOrMore<T> {
    /// One.
    One(T),
    /// A list.
    More(#[schemars(length(min = 1))] Vec<T>),
}

/// A duration alone, or `TBC`.
#[derive(JsonSchema)]
#[schemars(inline)]
pub struct Span(
    #[schemars(
        regex(
            pattern = r"^\s*(TBC|[0-9]+\s+((working\s+day|minute|hour|day|week|month|year)s?)(\s+[0-9]+\s+((minute|hour|day|week|month|year)s?))*)\s*$"
        ),
        extend("examples" = ["2 weeks", "5 working days", "72 hours"])
    )]
    String,
);

/// A duration, perhaps counted from a step or a date of the record.
#[derive(JsonSchema)]
#[schemars(inline)]
pub struct Deadline(
    #[schemars(
        regex(
            pattern = r"^\s*(TBC|[0-9]+\s+((working\s+day|minute|hour|day|week|month|year)s?)(\s+[0-9]+\s+((minute|hour|day|week|month|year)s?))*)(\s+of\s+[a-z][a-z0-9_-]*)?\s*$"
        ),
        extend("examples" = ["72 hours", "5 working days of STEP", "2 weeks of FIELD"])
    )]
    String,
);

/// A time to which a wait lasts: a duration, perhaps after a step or a date, or a date of the record.
#[derive(JsonSchema)]
#[schemars(inline)]
pub struct Until(
    #[schemars(
        regex(
            pattern = r"^\s*((TBC|[0-9]+\s+((working\s+day|minute|hour|day|week|month|year)s?)(\s+[0-9]+\s+((minute|hour|day|week|month|year)s?))*)(\s+after\s+[a-z][a-z0-9_-]*)?|[a-z][a-z0-9_-]*)\s*$"
        ),
        extend("examples" = ["2 weeks", "6 months after FIELD", "3 weeks after STEP", "FIELD"])
    )]
    String,
);

/// A value of the record as it would be typed.
#[derive(JsonSchema)]
#[schemars(inline, untagged)]
pub enum Typed {
    /// Words, also those that are dates.
    Words(String),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
}

/// `true`, `false`, `yes` or `no`.
#[derive(JsonSchema)]
#[schemars(inline, untagged)]
pub enum Flag {
    /// True or false.
    Bool(bool),
    /// The same in words.
    Word(YesNo),
}

/// The same in words.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
pub enum YesNo {
    Yes,
    No,
}

/// Titles by ids.
pub type Titles<T> = BTreeMap<T, Text>;
/// Findings that are known and stay: each rule with the reason.
pub type Allow = BTreeMap<RuleId, Text>;
