//! The chain of a case's events.

use std::collections::{BTreeMap, BTreeSet};

use mapcase_case::CaseNumber;
use mapcase_case::event::Event;
use rusqlite::Connection;

use super::Verification;
use crate::error::Error;
use crate::store::Stored;
use crate::{hash, store};

/// What a case's row says of its last event.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub seq: u64,
    pub hash: String,
}

/// The heads of all cases that have a row.
pub(crate) fn heads(db: &Connection) -> Result<BTreeMap<CaseNumber, Head>, Error> {
    let mut query = db.prepare("SELECT number, seq, hash FROM case_now")?;
    let rows = query
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get(2)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|(number, seq, hash)| {
            Ok((store::case_number(number)?, Head { seq: u64::try_from(seq).unwrap_or(0), hash }))
        })
        .collect()
}

/// Checks a case's events: none is missing, each is as it was recorded and follows the one before it, and the last is the one
/// that the case's row names. Gives back the events that can be read.
pub(crate) fn check(
    db: &Connection,
    case: CaseNumber,
    head: Option<&Head>,
    report: &mut Verification,
) -> Result<Vec<Event>, Error> {
    let rows = store::load_each(db, case)?;
    report.events += rows.len();
    let mut found = Faults { case, list: BTreeMap::new() };
    let mut expected = 1;
    for (seq, stored) in &rows {
        if *seq > expected {
            found.missing(expected, seq - 1, "");
        }
        match stored {
            Err(error) => found.add(*seq, error.to_string()),
            Ok(stored) => check_content(stored, &mut found),
        }
        expected = seq.saturating_add(1);
    }
    let events: Vec<(u64, Option<Stored>)> = rows.into_iter().map(|(seq, stored)| (seq, stored.ok())).collect();
    check_end(&events, head, &mut found);
    check_links(&events, head, &mut found);
    for (seq, whats) in found.list {
        whats.into_iter().for_each(|what| report.find(Some(case), Some(seq), what));
    }
    Ok(events.into_iter().filter_map(|(_, stored)| Some(stored?.event)).collect())
}

/// What is wrong with the events of one case.
struct Faults {
    case: CaseNumber,
    list: BTreeMap<u64, Vec<String>>,
}

impl Faults {
    fn add(&mut self, seq: u64, what: impl Into<String>) {
        self.list.entry(seq).or_default().push(what.into());
    }

    fn missing(&mut self, first: u64, last: u64, why: &str) {
        let what = if first == last {
            format!("event {first} is missing{why}")
        } else {
            format!("events {first} to {last} are missing{why}")
        };
        self.add(first, what);
    }

    fn at(&self, seq: u64) -> bool {
        self.list.contains_key(&seq)
    }
}

/// Whether an event's hash is that of its content, and its columns are written as mapcase writes them.
fn check_content(stored: &Stored, found: &mut Faults) {
    let (seq, name) = (stored.event.seq, stored.event.body.name());
    let content = hash::body(&stored.event.body);
    if hash::written_event(&stored.previous_hash, found.case, &stored.event, &content) != stored.hash {
        found.add(seq, "it was changed: its hash is not that of its content");
    } else if stored.content != content {
        // What reading passes over: a key that no event has, another order, a blank.
        found.add(seq, "it was changed: its content is not written as mapcase writes it");
    }
    if stored.name != name {
        found.add(seq, format!("its name column says `{}` and its content `{name}`", stored.name));
    }
}

/// Whether the last event is the one that the case's row names: a history that was cut off, or grew by hand, is not.
fn check_end(events: &[(u64, Option<Stored>)], head: Option<&Head>, found: &mut Faults) {
    let Some(head) = head else { return };
    let last = events.last().map_or(0, |(seq, _)| *seq);
    if head.seq > last {
        found.missing(last + 1, head.seq, &format!(": the case had {} events", head.seq));
    }
    for (seq, _) in events.iter().filter(|(seq, _)| *seq > head.seq) {
        found.add(*seq, format!("it was added behind event {}, which was the last", head.seq));
    }
    let at_head = events.iter().find(|(seq, _)| *seq == head.seq).and_then(|(_, stored)| stored.as_ref());
    // Where its own content was changed that is said already.
    if at_head.is_some_and(|stored| stored.hash != head.hash) && !found.at(head.seq) {
        found.add(
            head.seq,
            "it is not the event that was recorded here, or one before it is not: the case's row has another hash",
        );
    }
}

/// Whether each event follows the one before it. The last is vouched for by the case's row, and each event vouches for the one
/// before it: so where two do not fit, it is the earlier one that was replaced, as long as the later one is vouched for.
fn check_links(events: &[(u64, Option<Stored>)], head: Option<&Head>, found: &mut Faults) {
    let mut vouched = BTreeSet::new();
    let mut later: Option<&Stored> = None;
    for (seq, stored) in events.iter().rev() {
        let is_head = |stored: &Stored| head.is_some_and(|head| head.seq == *seq && head.hash == stored.hash);
        if stored.as_ref().is_some_and(is_head) && !found.at(*seq) {
            vouched.insert(*seq);
        }
        let follower = later.take().filter(|later| later.event.seq == seq.saturating_add(1));
        if let (Some(stored), Some(follower)) = (stored, follower) {
            check_link(stored, follower, &mut vouched, found);
        }
        later = stored.as_ref();
    }
    let first = events.first().and_then(|(seq, stored)| stored.as_ref().filter(|_| *seq == 1));
    if first.is_some_and(|first| first.previous_hash != hash::FIRST) && !found.at(1) {
        found.add(1, "it names an event before it, and it is the first");
    }
}

fn check_link(stored: &Stored, follower: &Stored, vouched: &mut BTreeSet<u64>, found: &mut Faults) {
    let (seq, next) = (stored.event.seq, follower.event.seq);
    let fits = stored.hash == follower.previous_hash;
    match (fits, vouched.contains(&next)) {
        (true, true) if !found.at(seq) => {
            vouched.insert(seq);
        }
        (true, _) => {}
        // One of the two was changed and that is said already.
        (false, _) if found.at(seq) || found.at(next) => {}
        (false, true) => found.add(seq, format!("it was replaced: event {next} follows another")),
        (false, false) => found.add(next, format!("it does not follow event {seq}: one of the two was replaced")),
    }
}
