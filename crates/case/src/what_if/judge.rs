//! What to say of each case: whether it went the same way, and what was late.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mapcase_map::model::{MapId, StepId};

use super::Names;
use super::replay::{Replayed, Stopped, Why};
use super::way::{Late, Move, Way, late_without};
use crate::command::Refusal;
use crate::event::{Event, EventBody, Opened};
use crate::number::CaseNumber;

/// A case of the past, judged by other maps.
#[derive(Debug)]
pub struct Judged {
    /// The case.
    pub case: CaseNumber,
    /// Its map.
    pub map: MapId,
    /// What would have become of it.
    pub verdict: Verdict,
    /// What would have been late and was not; as far as the ways are the same.
    pub newly_late: Vec<Late>,
    /// What was late and would not have been; as far as the ways are the same.
    pub no_longer_late: Vec<Late>,
    /// Cases that would have been opened from it, by their maps, as far as the ways are the same.
    pub opens: Vec<MapId>,
}

/// What would have become of a case.
#[derive(Debug)]
pub enum Verdict {
    /// It would have gone the same way.
    Same,
    /// It would have gone another way.
    OtherWay(Parting),
    /// Something that was done would have been refused.
    Refused {
        /// When it was recorded.
        at: DateTime<Utc>,
        /// What was done: `do prepare`.
        act: String,
        /// Why it would have been refused.
        refusal: Box<Refusal>,
    },
    /// It would not have been opened.
    NotOpened,
    /// It went the same way as far as can be known; why no further.
    Unknown {
        /// From when on nothing is known.
        at: DateTime<Utc>,
        /// Why.
        why: String,
    },
}

impl Verdict {
    /// The word for programs: `same`, `other-way`, `refused`, `not-opened` or `unknown`.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::OtherWay(_) => "other-way",
            Verdict::Refused { .. } => "refused",
            Verdict::NotOpened => "not-opened",
            Verdict::Unknown { .. } => "unknown",
        }
    }
}

/// Where two ways part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The last step that they have in common, by its name in the new map.
    pub step: StepId,
    /// What the case did there, and when; nothing, where it stood.
    pub was: Option<(Move, DateTime<Utc>)>,
    /// What it would have done, and when.
    pub is: Option<(Move, DateTime<Utc>)>,
    /// The earlier of the two times.
    pub at: DateTime<Utc>,
}

/// Judges each case of a family. `log` is what was replayed.
pub fn judge<'r>(log: &'r [(CaseNumber, Event)], replayed: &'r Replayed, names: Names<'_>) -> Vec<Judged> {
    let stopped = &replayed.stopped;
    let followed = |case: &CaseNumber, at: usize| stopped.get(case).is_none_or(|stopped| at < stopped.first);
    let past = ways(log, names, &followed);
    let whole = ways(log, names, &|_, _| true);
    let known: BTreeMap<CaseNumber, CaseNumber> = replayed.pairs.iter().map(|(past, here)| (*here, *past)).collect();
    let followed = |here: &CaseNumber, at: usize| {
        let past = known.get(here).and_then(|past| stopped.get(past));
        past.is_none_or(|stopped| at < stopped.events)
    };
    let here = ways(&replayed.events, &|_| Default::default(), &followed);
    let mut opens: BTreeMap<CaseNumber, Vec<(MapId, DateTime<Utc>)>> = BTreeMap::new();
    for (at, (case, event)) in replayed.events.iter().enumerate() {
        if let EventBody::CaseOpened(Opened { origin: Some(origin), map, .. }) = &event.body
            && !known.contains_key(case)
            && followed(&origin.case, at)
        {
            opens.entry(origin.case).or_default().push((map.clone(), event.occurred_at));
        }
    }
    let openings = log.iter().enumerate().filter_map(|(at, (_, event))| match &event.body {
        EventBody::CaseOpened(opened) => Some((opened.case, (at, opened))),
        _ => None,
    });
    let judging = Judging { openings: openings.collect(), past, whole, here, opens, replayed };
    let judged = judging.openings.values().filter_map(|(at, opened)| Some(judging.one(opened, &log.get(*at)?.1)));
    judged.collect()
}

type Ways = BTreeMap<CaseNumber, Way>;

/// The ways of cases, each as far as it is followed.
fn ways(log: &[(CaseNumber, Event)], names: Names<'_>, followed: &dyn Fn(&CaseNumber, usize) -> bool) -> Ways {
    let mut ways: BTreeMap<CaseNumber, (Way, _)> = BTreeMap::new();
    for (at, (case, event)) in log.iter().enumerate() {
        if let EventBody::CaseOpened(opened) = &event.body {
            ways.insert(*case, (Way::default(), names(opened)));
        }
        if let Some((way, renames)) = ways.get_mut(case).filter(|_| followed(case, at)) {
            way.add(event, renames);
        }
    }
    ways.into_iter().map(|(case, (way, _))| (case, way)).collect()
}

struct Judging<'r> {
    /// Where each case of the past was opened, and how.
    openings: BTreeMap<CaseNumber, (usize, &'r Opened)>,
    /// As far as each was followed.
    past: Ways,
    /// To the end.
    whole: Ways,
    here: Ways,
    /// The cases that would have been opened and were not, by the case that opens them, with their times.
    opens: BTreeMap<CaseNumber, Vec<(MapId, DateTime<Utc>)>>,
    replayed: &'r Replayed,
}

impl Judging<'_> {
    fn one(&self, opened: &Opened, event: &Event) -> Judged {
        let none = Way::default();
        let was = self.past.get(&opened.case).unwrap_or(&none);
        let number = self.replayed.pairs.get(&opened.case);
        let is = number.and_then(|number| self.here.get(number));
        let stopped = self.replayed.stopped.get(&opened.case);
        let verdict = match (is.map(|is| (was.parts_from(is), is)), stopped) {
            (Some((Some(at), is)), _) => {
                let whole = self.whole.get(&opened.case).unwrap_or(was);
                Verdict::OtherWay(parting(was, whole, is, at, event.occurred_at))
            }
            (Some((None, _)), Some(stopped)) if !is_over(was) => at_the_end(stopped),
            (Some((None, _)), _) => Verdict::Same,
            // Its very opening is refused.
            (None, Some(stopped)) => at_the_end(stopped),
            (None, None) => self.not_there(opened.case),
        };
        let until = match &verdict {
            Verdict::OtherWay(parting) => Some(parting.at),
            _ => stopped.map(|stopped| stopped.at),
        };
        let is = is.unwrap_or(was);
        let opens = number.and_then(|number| self.opens.get(number)).into_iter().flatten();
        let opens = opens.filter(|(_, at)| until.is_none_or(|until| *at <= until)).map(|(map, _)| map.clone());
        Judged {
            case: opened.case,
            map: opened.map.clone(),
            newly_late: late_without(is, was, until),
            no_longer_late: late_without(was, is, until),
            opens: opens.collect(),
            verdict,
        }
    }

    /// A case that is not there: it would not have been opened, or nobody knows, because a case from which it came could not be
    /// followed so far.
    fn not_there(&self, case: CaseNumber) -> Verdict {
        let mut case = case;
        // Each case came from an earlier one.
        while let Some((at, opened)) = self.openings.get(&case) {
            let Some(parent) = opened.origin.as_ref().map(|origin| origin.case).filter(|parent| *parent < case) else {
                break;
            };
            if self.replayed.pairs.contains_key(&parent) {
                let stopped = self.replayed.stopped.get(&parent).filter(|stopped| stopped.first <= *at);
                let unknown = |stopped: &Stopped| Verdict::Unknown { at: stopped.at, why: otherwise(parent) };
                return stopped.map_or(Verdict::NotOpened, unknown);
            }
            case = parent;
        }
        // The first case of all could not be opened: what is known of it holds for those that came of it.
        match self.replayed.stopped.get(&case) {
            Some(stopped) => Verdict::Unknown { at: stopped.at, why: otherwise(case) },
            None => Verdict::NotOpened,
        }
    }
}

/// What is to be said of a case that went the same way as far as it was followed.
fn at_the_end(stopped: &Stopped) -> Verdict {
    let at = stopped.at;
    match &stopped.why {
        Why::Refused(refusal) => Verdict::Refused { at, act: stopped.act.clone(), refusal: refusal.clone() },
        Why::Unknown(why) => Verdict::Unknown { at, why: why.clone() },
        Why::Follows(case) => Verdict::Unknown { at, why: otherwise(*case) },
        Why::NotThere => Verdict::Unknown { at, why: format!("{} was done at another step", stopped.act) },
    }
}

fn otherwise(case: CaseNumber) -> String {
    format!("case {case} would have gone otherwise")
}

fn is_over(way: &Way) -> bool {
    matches!(way.moves.last(), Some((Move::Ended(_) | Move::HandedOver(_) | Move::Withdrawn, ..)))
}

/// Where a way of the past parts from the one here. `whole` is the past way to its end, also beyond what was followed.
fn parting(was: &Way, whole: &Way, is: &Way, at: usize, opened_at: DateTime<Utc>) -> Parting {
    let moved = |way: &Way| way.moves.get(at).map(|(found, at, _)| (found.clone(), *at));
    // What was taken back later is no longer part of the whole.
    let went_on = || moved(whole).filter(|_| whole.parts_from(was).is_none_or(|parts| parts >= at));
    let (old, new) = (moved(was).or_else(went_on), moved(is));
    let earlier = old.iter().chain(&new).map(|(_, at)| *at).min();
    Parting { step: was.step_at(at), at: earlier.unwrap_or(opened_at), was: old, is: new }
}
