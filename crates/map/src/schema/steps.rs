//! The steps of a map: a shape for each kind, told apart by `kind`, so that an editor offers the keys of that kind.
#![expect(dead_code, reason = "the shapes are described, never made")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::words::{Allow, AnswerId, ControlId, Deadline, FieldId, Id, OneOrMore, RoleId, Text, Titles, Until};

/// A step of any kind.
pub struct Step;

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        "AnyStep".into()
    }

    /// A step without `kind` is what a role does. Each kind has a condition of its own, so that a fault is named by the kind
    /// that the step says it is and not by all six.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let shapes = [
            ("start", generator.subschema_for::<Start>()),
            ("decision", generator.subschema_for::<Decision>()),
            ("wait", generator.subschema_for::<Wait>()),
            ("link", generator.subschema_for::<Link>()),
            ("end", generator.subschema_for::<End>()),
        ];
        let of_kind = |kind: &str| json!({ "required": ["kind"], "properties": { "kind": { "const": kind } } });
        let mut all: Vec<Value> =
            shapes.iter().map(|(kind, shape)| json!({ "if": of_kind(kind), "then": shape })).collect();
        let others: Vec<Value> = shapes.iter().map(|(kind, _)| of_kind(kind)).collect();
        all.push(json!({ "if": { "anyOf": others }, "else": generator.subschema_for::<Task>() }));
        json_schema!({ "description": "A place where a case can stand.", "type": "object", "allOf": all })
    }
}

/// What every kind of step has.
#[derive(JsonSchema)]
struct Common {
    /// What kind of step it is; `step` if nothing is said.
    kind: Option<Kind>,
    /// The source's own words for this step.
    quote: Option<Text>,
    /// Why this step, or a part of it, stands here although the source does not say it.
    inferred: Option<Text>,
    /// A text for the process owner.
    note: Option<Text>,
    /// A list of controls that the step carries.
    controls: Option<Vec<ControlId>>,
    /// Findings that are known and stay: each rule with the reason.
    allow: Option<Allow>,
}

/// The kinds of steps.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Kind {
    /// Where a case begins. Opening a case does it.
    Start,
    /// Something that a role does; what a step is if no kind is said.
    Step,
    /// A question, answered by a role or by the record.
    Decision,
    /// For something that comes (`for`), or for a time (`until`).
    Wait,
    /// To another map.
    Link,
    /// Where a case ends, with an outcome.
    End,
}

/// What a role must have, and may say, before something is done.
#[derive(JsonSchema)]
struct Duties {
    /// A list of fields that must be set before it can be done.
    needs: Option<Vec<FieldId>>,
    /// A list of names; a reference must be attached under each before it can be done.
    evidence: Option<Vec<Id>>,
    /// Items that must be ticked before it can be done: each id with its title.
    checklist: Option<Titles<Id>>,
    /// One or a list of steps: who did one of them last in this case cannot do this.
    not_by: Option<OneOrMore<Id>>,
    /// A deadline: `72 hours`, `72 hours of STEP` or `72 hours of FIELD`.
    due: Option<Deadline>,
    /// Where the time comes from: one of the atlas's origins.
    origin: Option<Text>,
    /// What happens when the deadline passes.
    overdue: Option<Overdue>,
    /// Information that goes out when it is done.
    sends: Option<Sends>,
    /// Information that comes in.
    receives: Option<Receives>,
}

/// Where a case begins. Opening a case does its start, so the case then stands at `next`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Start {
    #[schemars(flatten)]
    common: Common,
    /// What people read.
    title: Text,
    /// The step to which the case goes.
    next: Id,
    /// One or a list: who may open a case here.
    role: Option<OneOrMore<RoleId>>,
    /// One or a list: the maps that lead to this start.
    from: Option<OneOrMore<Id>>,
    /// A list of fields that must be given at opening.
    needs: Option<Vec<FieldId>>,
    /// Information that comes in.
    receives: Option<Receives>,
}

/// Something that a role does.
#[derive(JsonSchema)]
#[schemars(rename = "Step", deny_unknown_fields, extend("dependencies" = { "due": ["overdue"] }))]
struct Task {
    #[schemars(flatten)]
    common: Common,
    #[schemars(flatten)]
    duties: Duties,
    /// What people read.
    title: Text,
    /// One or a list: any one of these may do it.
    role: OneOrMore<RoleId>,
    /// The step to which the case goes.
    next: Id,
}

/// A question. It has `role` or `on`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "dependencies" = { "due": ["overdue"] },
    "anyOf" = [{ "required": ["role"] }, { "required": ["on"] }],
    "if" = { "required": ["on"] },
    "then" = { "properties": {
        "needs": false, "evidence": false, "checklist": false, "not_by": false, "due": false, "overdue": false,
        "sends": false,
    } },
))]
struct Decision {
    #[schemars(flatten)]
    common: Common,
    #[schemars(flatten)]
    duties: Duties,
    /// What people read.
    title: Text,
    /// One or a list: who answers. With `on`: who is asked to set the field.
    role: Option<OneOrMore<RoleId>>,
    /// A yes-no or choice field. The case answers by itself when it arrives.
    on: Option<FieldId>,
    /// Each answer with the step to which it leads; two or more.
    #[schemars(extend("minProperties" = 1))]
    answers: BTreeMap<AnswerId, Id>,
}

/// For something that comes (`for`), or for a time (`until`). Never both.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "anyOf" = [{ "required": ["for"] }, { "required": ["until"] }],
    "dependencies" = { "lapsed": ["within"], "within": ["lapsed"] },
    "if" = { "required": ["for"] },
    "then" = { "required": ["role", "received"], "properties": { "until": false, "next": false } },
    "else" = {
        "if": { "required": ["until"] },
        "then": {
            "required": ["next"],
            "properties": {
                "within": false, "comes_from": false, "received": false, "lapsed": false, "needs": false, "evidence": false,
                "receives": false,
            },
        },
    },
))]
struct Wait {
    #[schemars(flatten)]
    common: Common,
    /// What people read; a wait without it is named by what it waits for.
    title: Option<Text>,
    /// What comes, in words.
    r#for: Option<Text>,
    /// A time: `6 months after FIELD`, `3 weeks after STEP`, `FIELD` (a date), or `2 weeks` (of coming here).
    until: Option<Until>,
    /// One or a list: who records that it came.
    role: Option<OneOrMore<RoleId>>,
    /// Where the time comes from: one of the atlas's origins.
    origin: Option<Text>,
    /// The end of another map's case that is what comes, for cases that belong together.
    comes_from: Option<ComesFrom>,
    /// The step to which the case goes when it came.
    received: Option<Id>,
    /// How long the wait is: `2 weeks`, `2 weeks of STEP` or `2 weeks of FIELD`.
    within: Option<Deadline>,
    /// The step to which the case goes when the time has run out.
    lapsed: Option<Id>,
    /// A list of fields that must be set when it is recorded.
    needs: Option<Vec<FieldId>>,
    /// A list of references that must be attached when it is recorded.
    evidence: Option<Vec<Id>>,
    /// Information that comes in.
    receives: Option<Receives>,
    /// The step to which the case goes when the time has come.
    next: Option<Id>,
}

/// To another map.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "if" = { "required": ["mode"], "properties": { "mode": { "const": "call" } } },
    "then" = { "required": ["outcomes"], "properties": { "next": false } },
    "else" = {
        "properties": { "outcomes": false },
        "if": { "required": ["mode"], "properties": { "mode": { "const": "start" } } },
        "then": { "required": ["next"] },
        "else": { "properties": { "next": false } },
    },
))]
struct Link {
    #[schemars(flatten)]
    common: Common,
    /// What people read; a link without it is named by the other map.
    title: Option<Text>,
    /// The other map.
    to: Id,
    /// How the case goes there; `hand-over` if nothing is said.
    mode: Option<Mode>,
    /// A list of fields that go along.
    carries: Option<Vec<FieldId>>,
    /// The start of the other map, where several could be meant.
    entry: Option<Id>,
    /// Of a call only: each outcome of the other map with the step to which it leads.
    outcomes: Option<BTreeMap<AnswerId, Id>>,
    /// Of `mode: start` only: the step to which this case goes.
    next: Option<Id>,
}

/// How a case goes to another map.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
enum Mode {
    /// This case ends, and another goes on in its place.
    HandOver,
    /// This case waits for the other's outcome.
    Call,
    /// Another case runs beside, and this one goes on at once.
    Start,
}

/// Where a case ends.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct End {
    #[schemars(flatten)]
    common: Common,
    /// What people read; an end without it is named by its outcome.
    title: Option<Text>,
    /// How the case ended, in one word.
    outcome: AnswerId,
    /// For readers only: nobody has to do an end.
    role: Option<OneOrMore<RoleId>>,
}

/// What happens when a deadline passes: at least one of these.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct Overdue {
    /// One or a list of roles: the case stands in their worklist until the deadline is met.
    tell: Option<OneOrMore<RoleId>>,
    /// A map in which a case is started beside.
    start: Option<Id>,
    /// A step to which the case goes.
    go: Option<Id>,
}

/// What happens when what comes round is late: at least one of these.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct LateRound {
    /// One or a list of roles: the case stands in their worklist until it was done.
    tell: Option<OneOrMore<RoleId>>,
    /// A map in which a case is started beside.
    start: Option<Id>,
}

/// The end of another map's case that is what a wait waits for.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ComesFrom {
    /// The map.
    map: Id,
    /// One or a list of the outcomes that count.
    outcome: OneOrMore<AnswerId>,
}

/// Information that goes out.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Sends {
    /// To whom, in words.
    to: Text,
    /// A list of fields.
    what: Option<Vec<FieldId>>,
}

/// Information that comes in.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Receives {
    /// From whom, in words.
    from: Text,
    /// A list of fields.
    what: Option<Vec<FieldId>>,
}
