//! What ought to be in the casebook: the same commands, lived on the case core alone, without SQLite, without workers and without faults.
//! It is the ledger that the casebook is held against.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_case::event::Event;
use mapcase_case::{CaseNumber, CaseState, Command, Family, Opening, Stop};
use mapcase_engine::{Answer, stamp};
use mapcase_map::CheckedAtlas;

use crate::common::Maps;

/// What somebody does.
#[derive(Clone, Debug)]
pub enum Deed {
    Open(Opening),
    Act(CaseNumber, Command),
}

/// A deed, with the request id that it comes with.
#[derive(Clone, Debug)]
pub struct Given {
    pub deed: Deed,
    pub request: Option<String>,
}

/// What is written as a whole or not at all.
#[derive(Clone, Debug)]
pub enum Try {
    Deeds(Vec<Given>, DateTime<Utc>),
    Tick(DateTime<Utc>),
}

/// An event as it must stand in the casebook, but for what is drawn by lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub case: u64,
    pub seq: u64,
    pub text: String,
}

impl Line {
    fn of(case: CaseNumber, event: &Event) -> Line {
        let body = serde_json::to_string(&event.body).unwrap();
        let body = mapcase_engine::hash::canonical(&serde_json::from_str::<serde_json::Value>(&body).unwrap());
        let (step, actor, role) = (event.step.as_deref(), event.actor.as_deref(), event.role.as_deref());
        let times = (stamp::write(event.occurred_at), stamp::write(event.recorded_at));
        Line { case: case.0, seq: event.seq, text: text(event.body.name(), step, actor, role, &times, &body) }
    }
}

/// How an event is compared.
pub fn text(
    name: &str,
    step: Option<&str>,
    actor: Option<&str>,
    role: Option<&str>,
    times: &(String, String),
    body: &str,
) -> String {
    format!("{name} {step:?} {actor:?} {role:?} {} {} {}", times.0, times.1, without_commitments(body))
}

fn without_commitments(body: &str) -> String {
    const KEY: &str = "\"commitment\":\"";
    let mut parts = body.split(KEY);
    let mut text = parts.next().unwrap_or("").to_string();
    for part in parts {
        text.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    text
}

/// The ledger.
#[derive(Clone)]
pub struct Paper {
    pub atlas: Arc<CheckedAtlas>,
    pub states: BTreeMap<CaseNumber, Arc<CaseState>>,
    /// Answers by request id.
    pub answers: BTreeMap<String, Answer>,
    /// The latest time at which something was done.
    pub clock: DateTime<Utc>,
}

impl Paper {
    pub fn new(atlas: Arc<CheckedAtlas>, clock: DateTime<Utc>) -> Paper {
        Paper { atlas, states: BTreeMap::new(), answers: BTreeMap::new(), clock }
    }

    fn family(&self, root: CaseNumber) -> Vec<Arc<CaseState>> {
        self.states.values().filter(|state| state.opened.root == root).cloned().collect()
    }

    /// Does something with one family, and says which events come of it.
    fn with<T>(
        &mut self,
        root: Option<CaseNumber>,
        now: DateTime<Utc>,
        act: impl FnOnce(&mut Family<'_>) -> Result<T, Stop>,
    ) -> Result<(T, Vec<Line>), Stop> {
        let states = root.map(|root| self.family(root)).unwrap_or_default();
        let atlas = self.atlas.clone();
        let library = Maps(&atlas);
        let mut family = Family::new(&library, states, self.states.len() as u64 + 1, now);
        let done = act(&mut family)?;
        let lines = family.events().iter().map(|(case, event)| Line::of(*case, event)).collect();
        self.states.extend(family.into_states().into_iter().map(|state| (state.case, state)));
        Ok((done, lines))
    }

    /// Does a deed, or says why it cannot be done. The answer is as the engine must give it.
    pub fn give(&mut self, given: &Given, now: DateTime<Utc>) -> Result<(Answer, Vec<Line>), Stop> {
        if let Some(answer) = given.request.as_ref().and_then(|id| self.answers.get(id)) {
            return Ok((answer.clone(), Vec::new()));
        }
        let (case, lines) = match &given.deed {
            Deed::Open(opening) => self.with(None, now, |family| family.open(opening))?,
            Deed::Act(case, command) => {
                let root = self.states.get(case).map(|state| state.opened.root);
                self.with(root, now, |family| family.command(*case, command).map(|()| *case))?
            }
        };
        let state = &self.states[&case];
        let answer = Answer {
            case: case.to_string(),
            map: state.opened.map.clone(),
            step: state.step.clone(),
            status: state.status.word().to_string(),
            seq: state.seq,
        };
        if let Some(id) = &given.request {
            self.answers.insert(id.clone(), answer.clone());
        }
        self.clock = self.clock.max(now);
        Ok((answer, lines))
    }

    /// Fires what is due, family by family, as a tick must: those first that are due first.
    pub fn tick(&mut self, now: DateTime<Utc>) -> Result<Vec<Line>, Stop> {
        let mut roots: BTreeMap<CaseNumber, DateTime<Utc>> = BTreeMap::new();
        for state in self.states.values() {
            for timer in state.timers.iter().filter(|timer| !timer.passed && timer.fires_at() <= now) {
                let first = roots.entry(state.opened.root).or_insert(timer.fires_at());
                *first = timer.fires_at().min(*first);
            }
        }
        let mut roots: Vec<(DateTime<Utc>, CaseNumber)> = roots.into_iter().map(|(root, at)| (at, root)).collect();
        roots.sort();
        let mut lines = Vec::new();
        for (_, root) in roots {
            lines.extend(self.with(Some(root), now, |family| Ok(family.settle()?))?.1);
        }
        self.clock = self.clock.max(now);
        Ok(lines)
    }

    /// Does what is written as a whole; those deeds of it that are refused leave nothing.
    pub fn attempt(&mut self, attempt: &Try) -> Vec<Line> {
        match attempt {
            Try::Tick(now) => self.tick(*now).unwrap_or_default(),
            Try::Deeds(deeds, now) => {
                let done = deeds.iter().filter_map(|given| Some(self.give(given, *now).ok()?.1));
                done.flatten().collect()
            }
        }
    }

    /// The first time after `now` at which a timer fires.
    pub fn due_after(&self, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let timers = self.states.values().flat_map(|state| &state.timers);
        let mut due: Vec<_> =
            timers.filter(|timer| !timer.passed).map(|timer| timer.fires_at()).filter(|at| *at > now).collect();
        due.sort();
        due.dedup();
        due
    }

    pub fn open_cases(&self) -> Vec<CaseNumber> {
        self.states.values().filter(|state| state.is_open()).map(|state| state.case).collect()
    }
}
