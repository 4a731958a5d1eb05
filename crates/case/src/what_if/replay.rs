//! Doing again what people did, on other machines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_map::diff::Renames;
use mapcase_map::model::{Field, FieldType};

use super::Names;
use super::deeds::{Deed, What, deeds};
use crate::command::{Act, Command, Fault, Opening, Refusal, Stop};
use crate::event::{Event, EventBody, Opened};
use crate::family::{Family, Library};
use crate::number::CaseNumber;
use crate::value::Kept;

/// What came of a family on other maps.
#[derive(Debug)]
pub struct Replayed {
    /// The events that there would have been, with numbers of their own for the cases.
    pub events: Vec<(CaseNumber, Event)>,
    /// The cases of the past, and their numbers here.
    pub pairs: BTreeMap<CaseNumber, CaseNumber>,
    /// The cases of the past that could not be followed to their end.
    pub stopped: BTreeMap<CaseNumber, Stopped>,
}

/// Where a case could be followed no further: what would have happened then, nobody can say.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// How many of the events of the past were before.
    pub first: usize,
    /// How many of the events here were before.
    pub events: usize,
    /// When.
    pub at: DateTime<Utc>,
    /// What was to be done: `do prepare`.
    pub act: String,
    /// Why it could not be.
    pub why: Why,
}

/// Why a case could not be followed further.
#[derive(Clone, Debug)]
pub enum Why {
    /// The new map refuses it.
    Refused(Box<Refusal>),
    /// The case would not have stood at this step.
    NotThere,
    /// It waits for a case that could not be followed further.
    Follows(CaseNumber),
    /// It cannot be known: a value was erased, a time cannot be worked out.
    Unknown(String),
}

/// Does again what a family's events tell that people did. `log` has the events in the order in which they were recorded; `free` is a
/// number above those of all cases of the casebook; timers fire until `now`.
pub fn replay(
    library: &dyn Library,
    log: &[(CaseNumber, Event)],
    names: Names<'_>,
    free: u64,
    now: DateTime<Utc>,
) -> Replayed {
    let openings = log.iter().enumerate().filter_map(|(at, (_, event))| match &event.body {
        EventBody::CaseOpened(opened) => Some((at, opened)),
        _ => None,
    });
    let openings: Vec<(usize, &Opened)> = openings.collect();
    let renames = openings.iter().map(|(_, opened)| (opened.case, names(opened))).collect();
    let mut again = Again {
        family: Family::new(library, Vec::new(), free, now),
        openings,
        seen: 0,
        renames,
        pairs: BTreeMap::new(),
        taken: BTreeSet::new(),
        stopped: BTreeMap::new(),
    };
    again.live(log, now);
    Replayed { events: again.family.events, pairs: again.pairs, stopped: again.stopped }
}

struct Again<'a> {
    family: Family<'a>,
    openings: Vec<(usize, &'a Opened)>,
    /// How many openings of the past have been looked for here.
    seen: usize,
    renames: BTreeMap<CaseNumber, Arc<Renames>>,
    pairs: BTreeMap<CaseNumber, CaseNumber>,
    taken: BTreeSet<CaseNumber>,
    stopped: BTreeMap<CaseNumber, Stopped>,
}

impl Again<'_> {
    fn live(&mut self, log: &[(CaseNumber, Event)], now: DateTime<Utc>) {
        let mut last = None;
        for deed in deeds(log) {
            let at = last.map_or(deed.recorded_at(), |last: DateTime<Utc>| last.max(deed.recorded_at()));
            last = Some(at);
            self.family.now = at;
            if self.stopped.contains_key(&deed.case) {
                continue;
            }
            if let Err(why) = self.act(&deed) {
                let why = self.told(why);
                let (first, events) = (deed.first, self.family.events.len());
                self.stop(deed.case, Stopped { first, events, at, act: deed.words(), why });
            }
        }
        self.family.now = last.map_or(now, |last| last.max(now));
        let settled = self.family.settle();
        self.look_for(log.len());
        if let Err(fault) = settled {
            let events = self.family.events.len();
            let stopped = Stopped { first: log.len(), events, at: now, act: "wait".to_string(), why: unknown(fault) };
            let cases: Vec<CaseNumber> = self.pairs.keys().copied().collect();
            for case in cases {
                self.stopped.entry(case).or_insert_with(|| stopped.clone());
            }
        }
    }

    /// Follows a case no further, nor those that wait for its outcome.
    fn stop(&mut self, case: CaseNumber, stopped: Stopped) {
        let mut open = vec![case];
        let waiting = Stopped { act: "wait".to_string(), why: Why::Follows(case), ..stopped.clone() };
        self.stopped.insert(case, stopped);
        while let Some(case) = open.pop() {
            let Some(here) = self.pairs.get(&case) else { continue };
            let called = self.family.called(*here);
            let waits =
                |number: &CaseNumber| self.family.state(*number).and_then(|state| state.waits_for) == Some(called);
            let callers = self.pairs.iter().filter(|(past, number)| waits(number) && !self.stopped.contains_key(past));
            let callers: Vec<CaseNumber> = callers.map(|(past, _)| *past).collect();
            for caller in callers {
                self.stopped.insert(caller, waiting.clone());
                open.push(caller);
            }
        }
    }

    fn act(&mut self, deed: &Deed<'_>) -> Result<(), Why> {
        if let What::Open = deed.what {
            self.family.settle().map_err(unknown)?;
            self.look_for(deed.first);
            let opening = self.opening(deed)?;
            let (events, free, states) = (self.family.events.len(), self.family.free, self.family.states.clone());
            let here = match self.family.open(&opening) {
                Ok(here) => here,
                Err(stop) => {
                    self.family.events.truncate(events);
                    (self.family.free, self.family.states) = (free, states);
                    return Err(of_stop(stop));
                }
            };
            self.pairs.insert(deed.case, here);
            self.taken.insert(here);
            return Ok(());
        }
        self.family.settle().map_err(unknown)?;
        self.look_for(deed.first);
        // A case that is not there was not opened; it is known by that.
        let Some(here) = self.pairs.get(&deed.case).copied() else { return Ok(()) };
        let stood = deed.event.step.as_deref().map(|step| self.names(deed.case).step_id(step));
        let elsewhere = self.family.state(here).is_none_or(|state| Some(&state.step) != stood.as_ref());
        for command in self.commands(deed, here)? {
            // What is ticked or attached belongs to the step.
            if elsewhere && matches!(command.act, Act::CheckOff(_) | Act::Attach(_)) {
                return Err(Why::NotThere);
            }
            let (events, free, states) = (self.family.events.len(), self.family.free, self.family.states.clone());
            if let Err(stop) = self.family.command(here, &command) {
                self.family.events.truncate(events);
                (self.family.free, self.family.states) = (free, states);
                return Err(of_stop(stop));
            }
        }
        Ok(())
    }

    fn names(&self, case: CaseNumber) -> Arc<Renames> {
        self.renames.get(&case).cloned().unwrap_or_default()
    }

    fn opening(&self, deed: &Deed<'_>) -> Result<Opening, Why> {
        let opened = self.openings.iter().map(|(_, opened)| opened).find(|opened| opened.case == deed.case);
        let Some(opened) = opened else { return Err(Why::NotThere) };
        let names = self.names(deed.case);
        let machine = self.family.library.current(&opened.map).ok();
        let record = machine.as_ref().map(|machine| &machine.map().record);
        Ok(Opening {
            map: opened.map.clone(),
            entry: deed.event.step.as_deref().map(|step| names.step_id(step)),
            record: texts(deed, &names, record)?.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
            actor: deed.event.actor.clone().unwrap_or_default(),
            role: deed.event.role.clone(),
            at: Some(deed.event.occurred_at),
        })
    }

    /// The commands of a deed: one, but for ticks that an answer cannot take along.
    fn commands(&self, deed: &Deed<'_>, here: CaseNumber) -> Result<Vec<Command>, Why> {
        let names = self.names(deed.case);
        let state = self.family.state(here).ok_or(Why::NotThere)?;
        let machine = self.family.library.revision(&state.opened.digest).map_err(Why::Unknown)?;
        let set = texts(deed, &names, Some(&machine.map().record))?;
        let step = deed.event.step.as_deref().map(|step| names.step_id(step));
        let attach = deed.attach.clone();
        let items: Vec<String> = deed.items.iter().map(|item| (*item).clone()).collect();
        let mut acts = Vec::new();
        match deed.what {
            What::Do => acts.push(Act::Do { step, set, check_off: items, attach }),
            What::Answer(answer) => {
                acts.push(Act::Answer { step, answer: answer.clone(), set, check_off: items, attach });
            }
            What::Receive => {
                acts.extend(items.into_iter().map(Act::CheckOff));
                acts.push(Act::Receive { step, set, attach });
            }
            What::Supply => {
                acts.extend((!set.is_empty()).then_some(Act::Set(set)));
                acts.extend(items.into_iter().map(Act::CheckOff));
                acts.extend(attach.into_iter().map(Act::Attach));
            }
            What::Note(text) => acts.push(Act::Note(text.clone())),
            What::Assign(to) => acts.push(Act::Assign(to.cloned())),
            What::Withdraw(reason) => acts.push(Act::Withdraw { reason: reason.clone() }),
            What::Open => {}
        }
        let command = |act| Command {
            act,
            actor: deed.event.actor.clone().unwrap_or_default(),
            role: deed.event.role.clone(),
            at: Some(deed.event.occurred_at),
            expect: None,
        };
        Ok(acts.into_iter().map(command).collect())
    }

    /// Finds the cases here that stand for those which the past had opened before an event: of the same map, from the same step
    /// of the same case, in the same order.
    fn look_for(&mut self, first: usize) {
        while let Some((at, opened)) = self.openings.get(self.seen).filter(|(at, _)| *at < first) {
            self.seen += 1;
            let Some(origin) = &opened.origin else { continue };
            let Some(parent) = self.pairs.get(&origin.case) else { continue };
            if self.stopped.get(&origin.case).is_some_and(|stopped| stopped.first <= *at) {
                continue;
            }
            let names = self.names(origin.case);
            let renamed = names.limits.get(&origin.step).or_else(|| names.rounds.get(&origin.step));
            let from = renamed.cloned().unwrap_or_else(|| names.step_id(&origin.step));
            let is_it = |other: &&crate::CaseState| {
                other.opened.map == opened.map
                    && !self.taken.contains(&other.case)
                    && other.origin().is_some_and(|other| other.case == *parent && other.step == from)
            };
            let found = self.family.states().find(is_it).map(|state| state.case);
            if let Some(here) = found {
                self.pairs.insert(opened.case, here);
                self.taken.insert(here);
            }
        }
    }

    /// Why something was refused, with the numbers that cases had in the past.
    fn told(&self, why: Why) -> Why {
        let Why::Refused(mut refusal) = why else { return why };
        let known: BTreeMap<String, String> =
            self.pairs.iter().map(|(past, here)| (here.to_string(), past.to_string())).collect();
        for text in [&mut refusal.message, &mut refusal.help] {
            let words = text.split(' ').map(|word| known.get(word).map_or(word, String::as_str));
            *text = words.collect::<Vec<_>>().join(" ");
        }
        Why::Refused(refusal)
    }
}

fn of_stop(stop: Stop) -> Why {
    match stop {
        Stop::Refused(refusal) => Why::Refused(refusal),
        Stop::Fault(fault) => unknown(fault),
    }
}

fn unknown(fault: Fault) -> Why {
    // The number in a fault's own words is one that the case has only here.
    Why::Unknown(match fault {
        Fault::Time { source, .. } => source.to_string(),
        Fault::Map { map, why, .. } => format!("it would go on in the map `{map}`, which cannot run: {why}"),
        Fault::Endless { .. } => "it would go from step to step by itself without end".to_string(),
        Fault::Broken { source, .. } => source.to_string(),
        Fault::Inconsistent { what, .. } => what,
    })
}

/// The fields of a deed as a user would type them.
fn texts(
    deed: &Deed<'_>,
    names: &Renames,
    record: Option<&BTreeMap<String, Field>>,
) -> Result<BTreeMap<String, String>, Why> {
    let mut texts = BTreeMap::new();
    for (name, kept) in &deed.set {
        let field = names.field_id(name);
        let text = match kept.map(|kept| (kept, kept.value())) {
            None => String::new(),
            Some((_, Some(value))) => value.display(),
            Some((Kept::Plain(_) | Kept::Personal { .. }, None)) => {
                match record.and_then(|record| record.get(&field)) {
                    // That something stood there is known, and no map looks at what.
                    Some(Field { kind: FieldType::Text { pattern: None }, .. }) => "(erased)".to_string(),
                    _ => return Err(Why::Unknown(format!("what stood in `{name}` was erased"))),
                }
            }
        };
        texts.insert(field, text);
    }
    Ok(texts)
}
