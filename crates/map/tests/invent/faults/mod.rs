//! Faults, one for each rule, that can be put into an invented atlas.

mod chart;
mod data;
mod names;
mod said;
mod text;
mod times;

use mapcase_map::AtlasFile;

use crate::plan::{Numbers, Plan};

/// An atlas with one fault.
pub struct Fault {
    /// Its files.
    pub files: Vec<AtlasFile>,
    /// Where the fault must be found: the file, and the line where it is known.
    pub place: (String, Option<usize>),
}

/// Puts a fault into an atlas; nothing, where this atlas cannot have it.
pub type Put = fn(Plan, &mut Numbers) -> Option<Fault>;

/// A kind of fault.
pub struct FaultKind {
    /// The rule that finds it.
    pub rule: &'static str,
    /// Errors and warnings of other rules that the fault also is.
    pub brings: &'static [&'static str],
    /// Puts it into an atlas.
    pub put: Put,
}

const fn kind(rule: &'static str, brings: &'static [&'static str], put: Put) -> FaultKind {
    FaultKind { rule, brings, put }
}

/// Every kind of fault.
pub static KINDS: &[FaultKind] = &[
    kind("yaml-syntax", &[], text::yaml_syntax),
    kind("unsupported-yaml", &[], text::unsupported_yaml),
    kind("not-utf-8", &[], text::not_utf_8),
    kind("duplicate-key", &[], text::duplicate_key),
    kind("unknown-key", &[], text::unknown_key),
    kind("missing-key", &[], text::missing_key),
    kind("wrong-type", &[], text::wrong_type),
    kind("bad-id", &[], text::bad_id),
    kind("bad-duration", &[], text::bad_duration),
    kind("bad-pattern", &[], text::bad_pattern),
    kind("file-name-differs", &[], text::file_name_differs),
    kind("too-large", &[], text::too_large),
    kind("unknown-step", &[], names::unknown_step),
    kind("unknown-map", &[], names::unknown_map),
    kind("unknown-role", &[], names::unknown_role),
    kind("unknown-theme", &[], names::unknown_theme),
    kind("unknown-origin", &[], said::unknown_origin),
    kind("unknown-field", &[], names::unknown_field),
    kind("unknown-control", &[], names::unknown_control),
    kind("unknown-document", &[], names::unknown_document),
    kind("unknown-calendar", &[], names::unknown_calendar),
    kind("unknown-entry", &[], names::unknown_entry),
    kind("ambiguous-entry", &[], names::ambiguous_entry),
    kind("unknown-time-zone", &[], names::unknown_time_zone),
    kind("duplicate-name", &[], names::duplicate_name),
    kind("duplicate-map", &[], names::duplicate_map),
    kind("no-atlas", &[], names::no_atlas),
    kind("no-start", &[], chart::no_start),
    kind("no-end", &[], chart::no_end),
    kind("unreachable-step", &[], chart::unreachable_step),
    kind("dead-end", &[], chart::dead_end),
    kind("edge-into-start", &[], chart::edge_into_start),
    kind("silent-loop", &[], chart::silent_loop),
    kind("single-answer", &[], chart::single_answer),
    kind("same-answers", &[], chart::same_answers),
    kind("one-sided-link", &[], chart::one_sided_link),
    kind("unhandled-outcome", &[], chart::unhandled_outcome),
    kind("impossible-outcome", &[], chart::impossible_outcome),
    kind("call-never-returns", &[], chart::call_never_returns),
    kind("call-cycle", &["limit-over-budget"], chart::call_cycle),
    kind("carried-field-unknown", &[], chart::carried_field_unknown),
    kind("maybe-unset-field", &[], data::maybe_unset_field),
    kind("unanswered-choice", &[], data::unanswered_choice),
    kind("unknown-answer", &[], data::unknown_answer),
    kind("unused-field", &[], data::unused_field),
    kind("unhandled-deadline", &[], chart::unhandled_deadline),
    kind("not-by-unreachable", &[], data::not_by_unreachable),
    kind("not-by-disjoint-roles", &[], data::not_by_disjoint_roles),
    kind("role-never-acts", &[], data::role_never_acts),
    kind("limit-over-budget", &[], times::limit_over_budget),
    kind("limit-never-stops", &[], times::limit_never_stops),
    kind("anchor-not-passed", &[], times::anchor_not_passed),
    kind("endless-wait", &[], times::endless_wait),
    kind("limit-cut-short", &[], times::limit_cut_short),
    kind("deadline-after-timeout", &[], times::deadline_after_timeout),
    kind("unbounded-loop", &[], times::unbounded_loop),
    kind("unbounded-step", &[], times::unbounded_step),
    kind("missing-quote", &[], said::missing_quote),
    kind("missing-origin", &[], said::missing_origin),
    kind("reconstructed", &[], said::reconstructed),
    kind("review-overdue", &[], said::review_overdue),
    kind("to-be-confirmed", &[], said::to_be_confirmed),
    kind("control-unbound", &[], said::control_unbound),
    kind("unknown-rule", &[], said::unknown_rule),
    kind("unallowable-rule", &[], said::unallowable_rule),
    kind("unused-allowance", &[], said::unused_allowance),
];

/// A line of an atlas's step: where it stands.
#[derive(Clone, Debug)]
pub struct Spot {
    map: usize,
    step: usize,
}

/// The steps of an atlas that fit.
fn spots(plan: &Plan, fits: impl Fn(&crate::plan::Group) -> bool) -> Vec<Spot> {
    let mut found = Vec::new();
    for (map, of) in plan.maps.iter().enumerate() {
        let steps = of.steps.iter().enumerate().filter(|(_, step)| fits(step));
        found.extend(steps.map(|(step, _)| Spot { map, step }));
    }
    found
}

/// Writes one key of some step that fits; the fault is on that key's line.
fn rewrite(
    mut plan: Plan,
    numbers: &mut Numbers,
    fits: impl Fn(&crate::plan::Group) -> bool,
    key: &str,
    value: impl Fn(&str) -> String,
) -> Option<Fault> {
    let Spot { map, step } = numbers.one(&spots(&plan, fits)).cloned()?;
    let group = &mut plan.maps[map].steps[step];
    let new = value(group.get(key).unwrap_or(""));
    group.set(key, &new);
    let id = group.id.clone();
    Some(on_key(&plan, map, &id, Some(key)))
}

/// The atlas with its fault on a line of a group of one map.
fn on_key(plan: &Plan, map: usize, group: &str, key: Option<&str>) -> Fault {
    let map = &plan.maps[map];
    Fault { files: plan.files(), place: (map.file(), map.line_of(group, key)) }
}

/// The atlas with its fault on the first line of a file that has some words.
fn on_words(plan: &Plan, file: &str, words: &str) -> Option<Fault> {
    let files = plan.files();
    let text = files.iter().find(|other| other.path == file).map(|file| String::from_utf8_lossy(&file.bytes))?;
    let line = text.lines().position(|line| line.contains(words))? + 1;
    Some(Fault { place: (file.to_string(), Some(line)), files })
}
