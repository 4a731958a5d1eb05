//! Running a story: each item through the engine, as a person would do it, up to the first that does not go as the story says.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mapcase_case::{Act, Attachment, CaseNumber, Command, Opening};
use mapcase_map::CheckedAtlas;
use mapcase_map::model::Step;
use mapcase_map::scenarios::{Deed, Expect, How, Item, Story, Verb, What};
use mapcase_map::text::Place;
use mapcase_map::time::Duration;

use super::{Coverage, Failure, Line, Told, check, clock, words};
use crate::casebook::Casebook;
use crate::engine::Engine;
use crate::error::Error;
use crate::query::{ListFilter, View};

/// Who acts where neither the story nor the step says.
pub(super) const SOMEBODY: &str = "somebody";

/// Runs a story of a map. What goes wrong, with the story or with the engine, is its failure.
pub fn run(atlas: &Arc<CheckedAtlas>, map: &str, story: &Story) -> Told {
    let mut told = Told {
        map: map.to_string(),
        id: story.id.clone(),
        place: story.place.clone(),
        lines: Vec::new(),
        failure: None,
        coverage: Coverage::default(),
    };
    let opened = Casebook::in_memory(story.starts).and_then(|book| {
        let engine = Engine::new(book, Some(atlas.clone()), Some(story.starts))?;
        Ok(Run { engine, zone: atlas.zone(), first: CaseNumber(0), seen: BTreeMap::new(), lines: Vec::new() })
    });
    let here = Here { place: story.place.clone(), what: "open the case".to_string() };
    match opened {
        Err(error) => told.failure = Some(here.fault(story.starts, &error)),
        Ok(mut run) => {
            told.failure = run.tell(map, story).err().map(|failure| *failure);
            told.coverage = run.coverage();
            told.lines = run.lines;
        }
    }
    told
}

/// A failure is large and rare.
pub(super) type Outcome<T> = Result<T, Box<Failure>>;

/// The item at hand.
pub(super) struct Here {
    pub place: Option<Place>,
    pub what: String,
}

impl Here {
    /// A failure here.
    pub fn failure(&self, at: DateTime<Utc>, expected: impl Into<String>, found: impl Into<String>) -> Failure {
        let (place, what) = (self.place.clone(), self.what.clone());
        Failure { place, at, what, expected: expected.into(), found: found.into(), possible: Vec::new() }
    }

    /// The engine cannot go on.
    fn fault(&self, at: DateTime<Utc>, error: &Error) -> Failure {
        self.failure(at, "the engine goes on", error.to_string())
    }
}

pub(super) struct Run {
    pub engine: Engine,
    zone: Tz,
    /// The case that the story opened.
    pub first: CaseNumber,
    /// The last event of each case that was told.
    seen: BTreeMap<CaseNumber, u64>,
    lines: Vec<Line>,
}

impl Run {
    fn tell(&mut self, map: &str, story: &Story) -> Outcome<()> {
        self.open(map, story)?;
        for item in &story.items {
            let here = Here { place: item.place.clone(), what: words::item(item, self.zone) };
            self.item(item, &here)?;
        }
        if let Some(ends) = &story.ends {
            let here = Here { place: ends.place.clone(), what: format!("ends: {}", words::how(&ends.how)) };
            self.ends(&ends.how, &here)?;
        }
        Ok(())
    }

    fn open(&mut self, map: &str, story: &Story) -> Outcome<()> {
        let entry = story.entry.as_ref().map(|entry| format!(" at {entry}")).unwrap_or_default();
        let role = story.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
        let here = Here { place: story.place.clone(), what: format!("open {map}{entry}{role}") };
        let opening = Opening {
            map: map.to_string(),
            entry: story.entry.clone(),
            record: story.record.clone(),
            actor: story.by.as_ref().or(story.role.as_ref()).map_or(SOMEBODY, String::as_str).to_string(),
            role: story.role.clone(),
            at: None,
        };
        match self.engine.open(&opening, None) {
            Ok(answer) => {
                self.first = answer.case.parse().unwrap_or(CaseNumber(1));
                self.line(&here, self.first)
            }
            Err(error) => Err(Box::new(here.failure(story.starts, "the case is opened", said(&error)))),
        }
    }

    fn item(&mut self, item: &Item, here: &Here) -> Outcome<()> {
        let now = self.engine.now();
        let until = match &item.what {
            What::Wait(duration) => Some(self.later(duration, here)?),
            _ => item.at.filter(|at| *at > now),
        };
        if let Some(until) = until {
            self.go_on(until, here)?;
        }
        let case = self.find(item, here)?.state.case;
        // A time that is past is recorded late.
        let late = item.at.filter(|at| *at < now);
        match &item.what {
            What::Wait(_) | What::Clock => {}
            What::Act(deed) => {
                if let Err(error) = self.act(case, deed, late) {
                    let mut failure = here.failure(self.engine.now(), "it is done", said(&error));
                    failure.possible = self.possible(case);
                    return Err(Box::new(failure));
                }
            }
            What::Refuse { deed, because } => self.refused(case, deed, late, because.as_deref(), here)?,
            What::Expect(expect) => self.expected(case, expect, here)?,
        }
        self.line(here, case)
    }

    /// When the clock has run for a duration, by the calendar of the map under test.
    fn later(&self, duration: &Duration, here: &Here) -> Outcome<DateTime<Utc>> {
        let now = self.engine.now();
        let view = self.engine.view(self.first).map_err(|error| Box::new(here.fault(now, &error)))?;
        let atlas = self.engine.shelf().atlas();
        let calendar = atlas.and_then(|atlas| atlas.calendars().get(&view.machine.map().calendar));
        let later = calendar.map(|calendar| clock::later(duration, now, self.zone, calendar));
        let why = match later {
            Some(Ok(until)) => return Ok(until),
            Some(Err(error)) => error.to_string(),
            None => "the map's calendar is not there".to_string(),
        };
        Err(Box::new(here.failure(now, "the clock runs", why)))
    }

    /// Lets the clock run; timers fire.
    fn go_on(&mut self, until: DateTime<Utc>, here: &Here) -> Outcome<()> {
        let now = self.engine.now();
        let ticked = self.engine.set_time(Some(until)).and_then(|()| self.engine.tick(|_, _| {}));
        let fault = match ticked {
            Ok(report) => report.faults.into_iter().next(),
            Err(error) => Some(error),
        };
        fault.map_or(Ok(()), |error| Err(Box::new(here.fault(now, &error))))
    }

    /// The case that an item is about: the one of its map that was opened last, rather one that is open.
    fn find(&self, item: &Item, here: &Here) -> Outcome<View> {
        let fault = |error: Error| Box::new(here.fault(self.engine.now(), &error));
        let Some(map) = &item.inside else { return self.engine.view(self.first).map_err(fault) };
        let mut found: Option<View> = None;
        for case in self.engine.cases().map_err(fault)? {
            let view = self.engine.view(case).map_err(fault)?;
            let better = found.as_ref().is_none_or(|found| view.state.is_open() || !found.state.is_open());
            if view.state.opened.map == *map && better {
                found = Some(view);
            }
        }
        found.ok_or_else(|| {
            let mut failure =
                here.failure(self.engine.now(), format!("there is a case in {map}"), "none has been opened");
            failure.possible = self.possible(self.first);
            Box::new(failure)
        })
    }

    /// Does what a person does.
    pub fn act(&mut self, case: CaseNumber, deed: &Deed, at: Option<DateTime<Utc>>) -> Result<(), Error> {
        let view = self.engine.view(case)?;
        let step = view.machine.step(&view.state.step);
        let actor = actor(deed, step);
        for act in acts(deed) {
            let command = Command { act, actor: actor.clone(), role: deed.role.clone(), at, expect: None };
            self.engine.command(case, &command, None)?;
        }
        Ok(())
    }

    /// What is possible for a case, and for the one it waits for.
    pub fn possible(&self, case: CaseNumber) -> Vec<String> {
        let Ok(view) = self.engine.view(case) else { return Vec::new() };
        let mut lines = words::possible(&view.machine, &view.state);
        let called = view.state.waits_for.and_then(|called| self.engine.view(called).ok());
        if let Some(called) = called {
            let inside = words::possible(&called.machine, &called.state);
            lines.extend(inside.into_iter().map(|line| format!("in {}: {line}", called.state.opened.map)));
        }
        lines
    }

    /// Tells what came of an item.
    fn line(&mut self, here: &Here, case: CaseNumber) -> Outcome<()> {
        let at = self.engine.now();
        let fault = |error: Error| Box::new(here.fault(at, &error));
        let mut came = Vec::new();
        for other in self.engine.cases().map_err(fault)? {
            let view = self.engine.view(other).map_err(fault)?;
            let seen = self.seen.insert(other, view.state.seq).unwrap_or(0);
            if view.state.seq == seen {
                continue;
            }
            let events = self.engine.history(other).map_err(fault)?;
            let inside = if other == self.first { String::new() } else { format!("{}: ", view.state.opened.map) };
            let new = events.iter().filter(|row| row.event.seq > seen);
            came.extend(new.filter_map(|row| words::came(&row.event)).map(|words| format!("{inside}{words}")));
            if other == self.first || other == case {
                came.push(format!("{inside}{}", words::stands(&view.state)));
            }
        }
        self.lines.push(Line { at, what: here.what.clone(), came });
        Ok(())
    }

    fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        for case in self.engine.list(&ListFilter::default()).unwrap_or_default() {
            if let Ok(rows) = self.engine.history(case.case) {
                coverage.add_events(&case.map, rows.iter().map(|row| &row.event));
            }
        }
        coverage
    }

    fn refused(
        &mut self,
        case: CaseNumber,
        deed: &Deed,
        at: Option<DateTime<Utc>>,
        because: Option<&str>,
        here: &Here,
    ) -> Outcome<()> {
        let before = self.possible(case);
        let now = self.engine.now();
        let expected =
            because.map_or("it is refused".to_string(), |because| format!("it is refused, because {because}"));
        let found = match self.act(case, deed, at) {
            Err(Error::Refused(refusal)) if because.is_none_or(|because| because == refusal.kind.word()) => {
                return Ok(());
            }
            Err(Error::Refused(refusal)) => format!("it was refused, because {}: {refusal}", refusal.kind.word()),
            Err(error) => return Err(Box::new(here.fault(now, &error))),
            Ok(()) => {
                let stands = self.engine.view(case).map(|view| words::stands(&view.state)).unwrap_or_default();
                format!("it was done, and the case {stands}")
            }
        };
        let mut failure = here.failure(now, expected, found);
        failure.possible = before;
        Err(Box::new(failure))
    }

    fn expected(&self, case: CaseNumber, expect: &Expect, here: &Here) -> Outcome<()> {
        let now = self.engine.now();
        let fault = |error: Error| Box::new(here.fault(now, &error));
        let (view, rows) = (self.engine.view(case).map_err(fault)?, self.engine.history(case).map_err(fault)?);
        let (expected, found) = check::differences(expect, &view, &rows, now);
        if expected.is_empty() {
            return Ok(());
        }
        let mut failure = here.failure(now, expected.join("; "), found.join("; "));
        failure.possible = self.possible(case);
        Err(Box::new(failure))
    }

    fn ends(&self, how: &How, here: &Here) -> Outcome<()> {
        let expect = Expect { ended: Some(how.clone()), ..Default::default() };
        self.expected(self.first, &expect, here)
    }
}

/// What the engine says.
fn said(error: &Error) -> String {
    match error {
        Error::Refused(refusal) if !refusal.missing.is_empty() => {
            format!("{refusal}: {}", refusal.missing.join(", "))
        }
        other => other.to_string(),
    }
}

/// Who does a deed: the person who is named; otherwise somebody called after the role.
pub(super) fn actor(deed: &Deed, step: Option<&Step>) -> String {
    let usual = step.and_then(|step| step.roles.first()).map_or(SOMEBODY, String::as_str);
    deed.by.as_ref().or(deed.role.as_ref()).map_or(usual, String::as_str).to_string()
}

/// The commands of a deed, one after the other.
pub(super) fn acts(deed: &Deed) -> Vec<Act> {
    let attach = |(name, reference): (&String, &String)| Attachment {
        name: name.clone(),
        reference: reference.clone(),
        sha256: None,
    };
    let attach: Vec<Attachment> = deed.attach.iter().map(attach).collect();
    let set = deed.set.clone();
    let ticks = || deed.check_off.iter().cloned().map(Act::CheckOff);
    match &deed.verb {
        Verb::Do(step) => vec![Act::Do { step: Some(step.clone()), set, check_off: deed.check_off.clone(), attach }],
        Verb::Answer(step, answer) => {
            let (step, check_off) = (Some(step.clone()), deed.check_off.clone());
            vec![Act::Answer { step, answer: answer.clone(), set, check_off, attach }]
        }
        Verb::Receive(step) => {
            let receive = Act::Receive { step: Some(step.clone()), set, attach };
            ticks().chain([receive]).collect()
        }
        Verb::Supply => {
            let set = (!set.is_empty()).then_some(Act::Set(set));
            attach.into_iter().map(Act::Attach).chain(ticks()).chain(set).collect()
        }
    }
}
