//! Commands of workers, and whether they are answered as they must be.

use chrono::{DateTime, Utc};
use mapcase_case::Stop;
use mapcase_engine::{Answer, Engine, Error};

use super::disk::{AUDITOR, disk};
use super::paper::{Deed, Given, Try};
use super::world::{Kind, World};

impl World {
    /// A worker does something; what comes of it is held against the ledger.
    pub fn attempt<T>(
        &mut self,
        worker: usize,
        attempt: Try,
        act: impl FnOnce(&mut Engine, &mut World) -> Result<T, Error>,
    ) -> Option<(Result<T, Error>, bool)> {
        let mut engine = self.workers[worker].take()?;
        let before = disk().struck();
        disk().worker = worker;
        let result = act(&mut engine, self);
        disk().worker = AUDITOR;
        if disk().down().is_some() {
            self.maybes.push(attempt);
            drop(engine);
            self.recover();
            return None;
        }
        if disk().is_dead(worker) {
            self.say(&format!("worker {worker} was killed"));
            self.maybes.push(attempt);
            drop(engine);
            disk().bury(worker);
            let rows = self.new_rows();
            self.resolve(rows);
            return None;
        }
        self.workers[worker] = Some(engine);
        let struck = disk().struck() > before;
        if let (Err(error), true) = (&result, struck)
            && !matches!(error, Error::Refused(_))
        {
            self.maybes.push(attempt);
        }
        Some((result, struck))
    }

    /// One command of a worker, and its answer.
    pub fn give(&mut self, worker: usize, given: Given) {
        let (said, refresh) = (self.said(), !self.one_clock || self.numbers.of_100(70));
        let Some(engine) = &self.workers[worker] else { return };
        // A program that stays open never goes back behind its own last command.
        let now = if refresh { self.now } else { self.now.max(engine.now()) };
        let attempt = Try::Deeds(vec![given.clone()], now);
        let done = self.attempt(worker, attempt, |engine, _| {
            if refresh {
                engine.set_time(said)?;
            }
            obey(engine, &given)
        });
        let Some((result, struck)) = done else { return };
        self.judge(&given, now, result, struck);
    }

    /// Whether the answer to a command is right, and the casebook as it says.
    pub fn judge(&mut self, given: &Given, now: DateTime<Utc>, result: Result<Answer, Error>, struck: bool) {
        let mut paper = self.paper.clone();
        let expected = paper.give(given, now);
        let clock = self.said().is_some_and(|_| now < self.paper.clock);
        match (result, expected) {
            (Ok(answer), Ok((right, lines))) => {
                self.say(&format!("  {} at {} {} {}", answer.case, answer.step, answer.status, answer.seq));
                self.count("commands acknowledged", 1);
                if answer != right {
                    self.find(Kind::Answer, format!("answered {answer:?}, and right is {right:?}"));
                }
                // An answer that is given again counts as one.
                self.sure();
                self.paper = paper;
                self.now = self.now.max(now);
                self.accept(&lines);
            }
            (Err(Error::Refused(refusal)), Err(Stop::Refused(right))) => {
                self.say(&format!("  refused: {}", refusal.kind.word()));
                self.count("commands refused", 1);
                if refusal != right {
                    self.find(Kind::Answer, format!("refused with {refusal:?}, and right is {right:?}"));
                }
                self.accept(&[]);
            }
            // Somebody asks again for what was never done, about a case that never came to be.
            (Err(Error::NoCase(case)), Err(_)) if !self.paper.states.contains_key(&case) => {
                self.say("  refused: there is no such case");
                self.count("commands refused", 1);
                self.accept(&[]);
            }
            (Err(Error::Clock(_)), _) if clock => {
                self.say("  refused: the clock is behind");
                self.count("commands refused for the clock", 1);
                self.accept(&[]);
            }
            (Err(error), _) if struck && error.is_of_the_casebook() => {
                self.say(&format!("  failed: {error}"));
                self.count("commands failed", 1);
                self.accept(&[]);
            }
            (result, expected) => {
                let kind = if struck { Kind::Error } else { Kind::Answer };
                let right = expected.map(|(answer, _)| answer);
                self.find(kind, format!("{given:?} was answered {result:?}, and right is {right:?}"));
                self.accept(&[]);
            }
        }
    }
}

/// Gives a command to an engine.
pub fn obey(engine: &mut Engine, given: &Given) -> Result<Answer, Error> {
    let request = given.request.as_deref();
    match &given.deed {
        Deed::Open(opening) => engine.open(opening, request),
        Deed::Act(case, command) => engine.command(*case, command, request),
    }
}
