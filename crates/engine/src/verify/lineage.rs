//! Whether linked cases name each other: a case that another opened says from where it came, and that other's history says
//! that it opened it. So a case that was taken out, or slipped in, shows in the histories of others.

use std::collections::{BTreeMap, BTreeSet};

use mapcase_case::CaseNumber;
use mapcase_case::event::{Event, EventBody};

use super::Verification;

/// What the events of a case say of others.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    origin: Option<CaseNumber>,
    /// The cases it opened, each with the event that says so.
    opened: BTreeMap<CaseNumber, u64>,
}

impl Links {
    pub fn of(events: &[Event]) -> Self {
        let mut links = Self::default();
        for event in events {
            match &event.body {
                EventBody::CaseOpened(opened) => {
                    links.origin = opened.origin.as_ref().map(|origin| origin.case);
                }
                EventBody::CaseHandedOver(linked)
                | EventBody::CaseCalled(linked)
                | EventBody::CaseStarted(linked)
                | EventBody::DeadlinePassed { started: Some(linked), .. }
                | EventBody::StartCame { started: Some(linked), .. } => {
                    links.opened.insert(linked.case, event.seq);
                }
                _ => {}
            }
        }
        links
    }
}

/// `all` are the cases of the casebook; `sound` those whose events were not tampered with: nothing is said of the others here.
pub(super) fn verify(all: &BTreeSet<CaseNumber>, sound: &BTreeMap<CaseNumber, Links>, report: &mut Verification) {
    for (case, links) in sound {
        for (child, seq) in &links.opened {
            let origin = sound.get(child).map(|links| links.origin);
            if !all.contains(child) {
                report.find(Some(*case), Some(*seq), format!("it opened case {child}, which is missing"));
            } else if origin.is_some_and(|origin| origin != Some(*case)) {
                let what = format!("it opened case {child}, which does not say that it came from here");
                report.find(Some(*case), Some(*seq), what);
            }
        }
        let Some(origin) = links.origin else { continue };
        let silent = sound.get(&origin).is_some_and(|parent| !parent.opened.contains_key(case));
        if silent || !all.contains(&origin) {
            let what = format!("it came from case {origin}, whose history does not say so or is missing");
            report.find(Some(*case), Some(1), what);
        }
    }
}
