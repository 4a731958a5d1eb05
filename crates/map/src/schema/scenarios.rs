//! Stories that test a map.
#![expect(dead_code, reason = "the shapes are described, never made")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::words::{Allow, AnswerId, FieldId, Id, OneOrMore, RoleId, Span, Text, Typed};

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

/// One case of the map under test, told from its opening to where it is to have come.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Story {
    /// When the case is opened, as `2022-10-14 10:00`.
    starts: Text,
    /// The start, where the map has several; one with `from` can be named too.
    entry: Option<Id>,
    /// The role that opens it.
    r#as: Option<RoleId>,
    /// The person who opens it.
    by: Option<Text>,
    /// Each field that is known at opening, with its value as it would be typed.
    record: Option<BTreeMap<FieldId, Typed>>,
    /// What happens, one item after the other.
    story: Vec<Item>,
    /// How the case must have ended.
    ends: Option<Ends>,
    /// A list of texts for readers.
    notes: Option<Vec<Text>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// What somebody does, or tries.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
struct Act {
    /// The step that is done, or the decision that is answered.
    r#do: Option<Id>,
    /// The answer, where `do` names a decision.
    answer: Option<AnswerId>,
    /// The wait for which something has come.
    receive: Option<Id>,
    /// Each field that is set first, with its value; an empty text clears one.
    set: Option<BTreeMap<FieldId, Typed>>,
    /// Each piece of evidence that is attached first, with a reference.
    attach: Option<BTreeMap<Id, Typed>>,
    /// One or a list: items of the checklist that are ticked first.
    check_off: Option<OneOrMore<Id>>,
    /// The role that acts; the first that may, where it is not said.
    r#as: Option<RoleId>,
    /// The person who acts; somebody called after the role, where it is not said.
    by: Option<Text>,
}

/// One thing that happens in a story.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "minProperties" = 1,
    "dependencies" = {
        "answer": ["do"],
        "do": { "not": { "anyOf": [
            { "required": ["receive"] }, { "required": ["wait"] }, { "required": ["expect"] }, { "required": ["refuse"] },
        ] } },
        "receive": { "not": { "anyOf": [
            { "required": ["wait"] }, { "required": ["expect"] }, { "required": ["refuse"] },
        ] } },
        "wait": { "maxProperties": 1 },
        "expect": { "properties": {
            "set": false, "attach": false, "check-off": false, "answer": false, "as": false, "by": false,
            "refuse": false,
        } },
        "refuse": { "properties": {
            "set": false, "attach": false, "check-off": false, "answer": false, "as": false, "by": false,
        } },
    },
))]
struct Item {
    #[schemars(flatten)]
    act: Act,
    /// When. The clock goes on to it, and timers fire on the way.
    at: Option<Text>,
    /// The map of the case that the item is about, if it is not the story's own.
    r#in: Option<Id>,
    /// For how long the clock runs, and timers fire.
    wait: Option<Span>,
    /// How the case must stand.
    expect: Option<Expect>,
    /// What is tried and must be refused.
    refuse: Option<Refuse>,
}

/// How the case must stand. What is not said may be anyhow.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", extend("minProperties" = 1))]
struct Expect {
    /// Where the case stands, or stood last.
    step: Option<Id>,
    /// One or a list: the deadlines, by their steps, and the limits that are late and not met; `[]` if nothing is to be late.
    late: Option<Late>,
    /// One or a list: waits that the case left, the last time, because their time ran out.
    lapsed: Option<OneOrMore<Id>>,
    /// The outcome with which it ended.
    outcome: Option<AnswerId>,
    /// The map to which it was handed over.
    handed_over: Option<Id>,
}

/// One or a list, which may be empty.
#[derive(JsonSchema)]
#[schemars(inline, untagged)]
enum Late {
    /// One.
    One(Id),
    /// A list.
    List(Vec<Id>),
}

/// What is tried and must be refused.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "dependencies" = { "answer": ["do"] },
    "anyOf" = [
        { "required": ["do"] }, { "required": ["receive"] }, { "required": ["set"] }, { "required": ["attach"] },
        { "required": ["check-off"] },
    ],
))]
struct Refuse {
    #[schemars(flatten)]
    act: Act,
    /// Why it must be refused; without it, any reason will do.
    because: Option<Reason>,
}

/// Why something is refused.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
enum Reason {
    /// The case stands at another step.
    NotHere,
    /// Something must be there first.
    Missing,
    /// The role may not do it.
    WrongRole,
    /// Duties are kept apart, and this person did the other.
    SamePerson,
    /// The step is not done in this way.
    WrongCommand,
    /// The decision has no such answer.
    WrongAnswer,
    /// The value is not of the field's type.
    WrongValue,
    /// There is no such field, item or step.
    Unknown,
    /// The case has ended.
    NotOpen,
    /// `at` is before what it follows.
    TooEarly,
    /// The time ran out, and somebody has acted since.
    TooLate,
    /// `at` is still to come.
    InTheFuture,
    /// Another case waits for its outcome.
    Awaited,
    /// The map cannot be used.
    NoMap,
}

/// How the case must have ended: one of these.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", extend("minProperties" = 1, "maxProperties" = 1))]
struct Ends {
    /// The outcome.
    outcome: Option<AnswerId>,
    /// The map.
    handed_over: Option<Id>,
}
