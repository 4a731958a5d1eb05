//! Times, deadlines and roles in words, the same wherever they are shown.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use mapcase_map::model::{Anchor, Deadline, Overdue};
use mapcase_map::time::{Duration, local, local_date};
use mapcase_map::written::listed;

/// An instant as people there read it: `Saturday 29 October 2022, 00:00 BST`.
pub fn instant(at: DateTime<Utc>, zone: Tz) -> String {
    let plain = local(at, zone);
    match (local_date(at, zone), plain.split_once(' ')) {
        (Ok(date), Some((_, clock))) => format!("{}, {clock}", day(date)),
        _ => plain,
    }
}

/// The zone's name at an instant: `BST` or `GMT`.
pub fn zone_name(at: DateTime<Utc>, zone: Tz) -> String {
    local(at, zone).rsplit(' ').next().unwrap_or_default().to_string()
}

/// A date with its weekday: `Saturday 29 October 2022`.
pub fn day(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}

/// The same in columns: `Sat 29 Oct 2022`.
pub fn short_day(date: NaiveDate) -> String {
    date.format("%a %e %b %Y").to_string()
}

/// A duration, which may not be settled yet.
pub fn duration(within: Option<&Duration>) -> String {
    within.map_or_else(|| "a time to be confirmed (TBC)".to_string(), ToString::to_string)
}

/// What a time counts from.
pub fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Entering => "the case comes here".to_string(),
        Anchor::Step(step) => format!("{step} is done"),
        Anchor::Field(field) => format!("the date in {field}"),
    }
}

/// The rule of a timer without the first word, which stands before it already or is past.
pub fn rule(rule: &str) -> &str {
    ["due ", "opens ", "by "].into_iter().find_map(|word| rule.strip_prefix(word)).unwrap_or(rule)
}

/// A deadline: `72 hours after the case comes here`.
pub fn deadline(due: &Deadline) -> String {
    format!("within {} after {}", duration(due.within.as_ref()), anchor(&due.anchor))
}

/// What happens when a deadline passes: `tell TM, start escalation`.
pub fn overdue(overdue: &Overdue) -> Option<String> {
    let mut parts = Vec::new();
    if !overdue.tell.is_empty() {
        parts.push(format!("tell {}", all(&overdue.tell)));
    }
    parts.extend(overdue.start.iter().map(|map| format!("start a case of {map} beside")));
    parts.extend(overdue.go.iter().map(|step| format!("go to {step}")));
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `A`, `A or B`, `A, B or C`.
pub fn any(words: &[String]) -> String {
    listed(words, "or")
}

/// `A`, `A and B`, `A, B and C`.
pub fn all(words: &[String]) -> String {
    listed(words, "and")
}
