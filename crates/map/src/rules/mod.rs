//! The rules: one file each, with what it is and the check. Rules of the family *text* are raised by the reader; the
//! others look at the drafts of the whole atlas.

pub mod controls;
pub mod data;
pub mod duties;
pub mod example;
pub mod graph;
pub mod links;
pub mod names;
pub mod provenance;
pub mod text;
pub mod time;

pub use example::{BadBytes, DAY, Example, Mark};

use crate::check::Atlas;
use crate::check::MOST_OF_ONE_RULE_A_FILE;
use crate::diagnostic::{Diagnostic, Severity, shown};
use crate::text::Place;

/// The families of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// What one file says by itself.
    Text,
    /// Names that must mean something.
    Names,
    /// The shape of one map.
    Graph,
    /// Maps that lead to maps.
    Links,
    /// What a case's record holds, and what is read from it.
    Data,
    /// Deadlines.
    Time,
    /// Who may act.
    Duties,
    /// Where a map comes from, and what is not settled.
    Provenance,
    /// The registers of controls, and what carries each.
    Controls,
}

impl Family {
    /// Every family, in the order of the rules.
    pub const ALL: [Family; 9] = [
        Family::Text,
        Family::Names,
        Family::Graph,
        Family::Links,
        Family::Data,
        Family::Time,
        Family::Duties,
        Family::Provenance,
        Family::Controls,
    ];

    /// The word in reports, and what the family is about.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Family::Text => ("text", "what one file says by itself"),
            Family::Names => ("names", "words that must mean something"),
            Family::Graph => ("graph", "the shape of one map"),
            Family::Links => ("links", "maps that lead to maps"),
            Family::Data => ("data", "what a record holds, and what is read from it"),
            Family::Time => ("time", "deadlines"),
            Family::Duties => ("duties", "who may act"),
            Family::Provenance => ("provenance", "where a map comes from, and what is not settled"),
            Family::Controls => ("controls", "what audits ask for, and what carries it"),
        }
    }
}

/// A rule of the checker.
#[derive(Debug)]
pub struct Rule {
    /// Its id, which names the fault.
    pub id: &'static str,
    /// Its family.
    pub family: Family,
    /// How bad a finding is.
    pub severity: Severity,
    /// What it finds, in a sentence or two.
    pub about: &'static str,
    /// Why that matters to a case, in words for a process owner.
    pub why: &'static str,
    /// A small atlas that has the fault; what is found is marked.
    pub bad: Example,
    /// The same without the fault.
    pub good: Example,
}

/// A check over the whole atlas.
pub type Check = fn(&Atlas<'_>, &mut Vec<Diagnostic>);

/// Makes a finding of a rule.
pub fn finding(rule: &'static Rule, place: Place, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic {
        rule: rule.id,
        severity: rule.severity,
        message: shown(message),
        place,
        help: shown(help),
        suggestion: None,
        related: Vec::new(),
        fix: None,
    }
}

/// How many steps of a path are named.
pub(crate) const MOST_OF_A_PATH: usize = 8;

/// A path in words: its steps, with the middle of a long one left out.
pub(crate) fn path_words<'a>(steps: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = steps.map(|step| format!("`{step}`")).collect();
    if words.len() > MOST_OF_A_PATH {
        let middle = MOST_OF_A_PATH / 2..words.len() - MOST_OF_A_PATH / 2;
        words.splice(middle, ["…".to_string()]);
    }
    words.join(" → ")
}

/// The first of some names, in backquotes, and how many more there are.
pub(crate) fn first_names<'a>(names: impl ExactSizeIterator<Item = &'a str>, most: usize) -> Vec<String> {
    let more = names.len().saturating_sub(most);
    let mut words: Vec<String> = names.take(most).map(|name| format!("`{name}`")).collect();
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words
}

/// Adds a finding about a misspelt name, with the name that was probably meant. Looking for that costs a comparison with
/// every known name, so it is not done for findings that will not be kept.
pub(crate) fn misspelt<'a>(
    out: &mut Vec<Diagnostic>,
    finding: Diagnostic,
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) {
    let enough = out.len().checked_sub(MOST_OF_ONE_RULE_A_FILE).and_then(|at| out.get(at));
    let kept = enough.is_none_or(|other| other.rule != finding.rule || other.place.file != finding.place.file);
    out.push(if kept { finding.suggest(word, known) } else { finding });
}

/// The errors with which a map still runs. They may be allowed, as every warning and note may.
const ALLOWABLE_ERRORS: [&str; 1] = ["control-unbound"];
/// The rules about allowances. Whoever would allow one takes the allowance out.
const ABOUT_ALLOWANCES: [&str; 3] = ["unknown-rule", "unallowable-rule", "unused-allowance"];

/// Whether a finding of the rule may be allowed where it stands, by `allow: { RULE: why }`.
pub fn may_be_allowed(rule: &Rule) -> bool {
    match rule.severity {
        Severity::Error => ALLOWABLE_ERRORS.contains(&rule.id),
        Severity::Warning | Severity::Note => !ABOUT_ALLOWANCES.contains(&rule.id),
    }
}

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id).copied()
}

/// Every rule.
pub static ALL: &[&Rule] = &[
    &text::yaml_syntax::RULE,
    &text::unsupported_yaml::RULE,
    &text::not_utf_8::RULE,
    &text::duplicate_key::RULE,
    &text::unknown_key::RULE,
    &text::missing_key::RULE,
    &text::wrong_type::RULE,
    &text::bad_id::RULE,
    &text::bad_duration::RULE,
    &text::bad_pattern::RULE,
    &text::file_name_differs::RULE,
    &text::too_large::RULE,
    &names::unknown_step::RULE,
    &names::unknown_map::RULE,
    &names::unknown_role::RULE,
    &names::unknown_theme::RULE,
    &names::unknown_origin::RULE,
    &names::unknown_field::RULE,
    &names::unknown_control::RULE,
    &names::unknown_document::RULE,
    &names::unknown_calendar::RULE,
    &names::unknown_entry::RULE,
    &names::ambiguous_entry::RULE,
    &names::unknown_time_zone::RULE,
    &names::duplicate_name::RULE,
    &names::duplicate_map::RULE,
    &names::no_atlas::RULE,
    &names::unknown_rule::RULE,
    &names::unallowable_rule::RULE,
    &names::unused_allowance::RULE,
    &graph::no_start::RULE,
    &graph::no_end::RULE,
    &graph::unreachable_step::RULE,
    &graph::dead_end::RULE,
    &graph::edge_into_start::RULE,
    &graph::silent_loop::RULE,
    &graph::single_answer::RULE,
    &graph::same_answers::RULE,
    &links::one_sided_link::RULE,
    &links::unhandled_outcome::RULE,
    &links::impossible_outcome::RULE,
    &links::call_never_returns::RULE,
    &links::call_cycle::RULE,
    &links::carried_field_unknown::RULE,
    &data::maybe_unset_field::RULE,
    &data::unanswered_choice::RULE,
    &data::unknown_answer::RULE,
    &data::unused_field::RULE,
    &time::unhandled_deadline::RULE,
    &time::limit_over_budget::RULE,
    &time::limit_never_stops::RULE,
    &time::limit_cut_short::RULE,
    &time::anchor_not_passed::RULE,
    &time::endless_wait::RULE,
    &time::deadline_after_timeout::RULE,
    &time::unbounded_loop::RULE,
    &time::unbounded_step::RULE,
    &duties::not_by_unreachable::RULE,
    &duties::not_by_disjoint_roles::RULE,
    &duties::role_never_acts::RULE,
    &provenance::missing_quote::RULE,
    &provenance::missing_origin::RULE,
    &provenance::reconstructed::RULE,
    &provenance::review_overdue::RULE,
    &provenance::to_be_confirmed::RULE,
    &controls::control_unbound::RULE,
];

/// The checks that look at the whole atlas, in the order in which they run.
pub(crate) static CHECKS: &[Check] = &[
    names::unknown_step::check,
    names::unknown_map::check,
    names::unknown_role::check,
    names::unknown_theme::check,
    names::unknown_origin::check,
    names::unknown_field::check,
    names::unknown_control::check,
    names::unknown_document::check,
    names::unknown_calendar::check,
    names::unknown_entry::check,
    names::ambiguous_entry::check,
    names::duplicate_name::check,
    names::duplicate_map::check,
    names::no_atlas::check,
    graph::no_start::check,
    graph::no_end::check,
    graph::unreachable_step::check,
    graph::dead_end::check,
    graph::edge_into_start::check,
    graph::silent_loop::check,
    graph::single_answer::check,
    graph::same_answers::check,
    links::one_sided_link::check,
    links::unhandled_outcome::check,
    links::impossible_outcome::check,
    links::call_never_returns::check,
    links::call_cycle::check,
    links::carried_field_unknown::check,
    data::maybe_unset_field::check,
    data::unanswered_choice::check,
    data::unknown_answer::check,
    data::unused_field::check,
    time::unhandled_deadline::check,
    time::limit_over_budget::check,
    time::limit_never_stops::check,
    time::limit_cut_short::check,
    time::anchor_not_passed::check,
    time::endless_wait::check,
    time::deadline_after_timeout::check,
    time::unbounded_loop::check,
    time::unbounded_step::check,
    duties::not_by_unreachable::check,
    duties::not_by_disjoint_roles::check,
    duties::role_never_acts::check,
    provenance::missing_quote::check,
    provenance::missing_origin::check,
    provenance::reconstructed::check,
    provenance::review_overdue::check,
    provenance::to_be_confirmed::check,
    controls::control_unbound::check,
    // These have no rules of their own: what they misspell is found by those above.
    crate::check::risk::check,
    crate::check::reports::check,
    crate::check::stories::check,
];
