//! Whether a case stands as a story expects.

use chrono::{DateTime, Utc};
use mapcase_case::event::EventBody;
use mapcase_case::{CaseState, Status};
use mapcase_map::scenarios::{Expect, How};

use super::words;
use crate::query::{HistoryRow, View};

/// What a story expects and is not so, and what is so instead: a line each.
pub(super) fn differences(
    expect: &Expect,
    view: &View,
    rows: &[HistoryRow],
    now: DateTime<Utc>,
) -> (Vec<String>, Vec<String>) {
    let state = &view.state;
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    let mut differ = |wanted: String, is: String| {
        expected.push(wanted);
        found.push(is);
    };
    if let Some(step) = expect.step.as_ref().filter(|step| state.step != **step) {
        differ(format!("the case stands at {step}"), format!("it {}", words::stands(state)));
    }
    if let Some(late) = &expect.late {
        let is = late_now(state, now);
        let mut wanted = late.clone();
        wanted.sort();
        wanted.dedup();
        if is != wanted {
            differ(words::late_words(&wanted), words::late_words(&is));
        }
    }
    for step in &expect.lapsed {
        match left_last(step, rows) {
            Some("wait-lapsed") => {}
            None => differ(format!("the time of {step} ran out"), format!("the case has not left {step}")),
            Some(other) => {
                differ(format!("the time of {step} ran out"), format!("the case left {step} otherwise ({other})"));
            }
        }
    }
    if let Some(how) = &expect.ended
        && !ended(state, how)
    {
        differ(format!("the case {}", words::how(how)), format!("it {}", words::stands(state)));
    }
    (expected, found)
}

/// The deadlines and limits that are late, in order.
pub(super) fn late_now(state: &CaseState, now: DateTime<Utc>) -> Vec<String> {
    let late = state.deadlines().filter(|timer| timer.is_late(now));
    let mut ids: Vec<String> = late.map(|timer| timer.id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn ended(state: &CaseState, how: &How) -> bool {
    match (&state.status, how) {
        (Status::Ended { outcome }, How::Outcome(wanted)) => outcome == wanted,
        (Status::HandedOver { map, .. }, How::HandedOver(wanted)) => map == wanted,
        _ => false,
    }
}

/// The event by which a case last left a step, if that was not taken back.
fn left_last(step: &str, rows: &[HistoryRow]) -> Option<&'static str> {
    let mut left = None;
    for row in rows {
        if row.event.body.leaves_by().is_some() && row.event.step.as_deref() == Some(step) {
            left = Some((row.event.seq, row.event.body.name()));
        }
        if let EventBody::TimeoutRetracted { of_seq } = row.event.body {
            left = left.filter(|(seq, _)| *seq < of_seq);
        }
    }
    left.map(|(_, name)| name)
}
