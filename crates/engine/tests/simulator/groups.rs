//! Several commands in one transaction.

use mapcase_engine::{Answer, Error};

use super::disk::disk;
use super::give::obey;
use super::paper::{Given, Try};
use super::world::{Kind, World};

impl World {
    /// Several commands in one transaction; meanwhile another worker looks.
    pub fn group(&mut self, worker: usize) {
        let many = 2 + self.numbers.below(4);
        let mut deeds = Vec::new();
        let (before, said, now) = (self.paper.clone(), self.said(), self.now);
        // Each is invented for how the case stands after the one before it.
        for _ in 0..many {
            let given = self.given();
            let _ = self.paper.give(&given, now);
            deeds.push(given);
        }
        self.paper = before;
        self.say(&format!("worker {worker}, together: {deeds:?}"));
        let other = (worker + 1) % self.workers.len();
        let attempt = Try::Deeds(deeds.clone(), now);
        let done = self.attempt(worker, attempt, |engine, world| {
            engine.set_time(said)?;
            engine.together(|engine| {
                let mut answers = Vec::new();
                for given in &deeds {
                    match obey(engine, given) {
                        answer @ (Ok(_) | Err(Error::Refused(_))) => answers.push(answer),
                        Err(error) => return Err(error),
                    }
                    world.look_on(worker, other);
                }
                Ok(answers)
            })
        });
        let Some((result, struck)) = done else { return };
        match result {
            Ok(answers) => self.judge_group(&deeds, answers),
            Err(error) if struck && error.is_of_the_casebook() => {
                self.say(&format!("  failed: {error}"));
                self.count("groups failed", 1);
                self.accept(&[]);
            }
            Err(error) => self.find(Kind::Answer, format!("a group came to {error:?}")),
        }
    }

    fn judge_group(&mut self, deeds: &[Given], answers: Vec<Result<Answer, Error>>) {
        self.count("groups", 1);
        let (mut paper, mut all, now) = (self.paper.clone(), Vec::new(), self.now);
        for (given, answer) in deeds.iter().zip(answers) {
            match (answer, paper.give(given, now)) {
                (Ok(answer), Ok((right, lines))) if answer == right => {
                    self.count("commands acknowledged", 1);
                    all.extend(lines);
                }
                (Err(Error::Refused(_)), Err(_)) => self.count("commands refused", 1),
                (answer, right) => self.find(Kind::Answer, format!("{given:?}: {answer:?}, and right is {right:?}")),
            }
        }
        self.say(&format!("  {} events", all.len()));
        if !all.is_empty() {
            self.sure();
        }
        self.paper = paper;
        self.accept(&all);
    }

    /// While a group is written, another worker sees nothing of it. (It could not write either, and would wait for it by the machine's clock.)
    fn look_on(&mut self, worker: usize, other: usize) {
        if other == worker || disk().is_dead(worker) || disk().down().is_some() || self.numbers.of_100(60) {
            return;
        }
        let Some(engine) = self.workers[other].take() else { return };
        let armed = disk().set_aside();
        disk().worker = other;
        if let Some(case) = self.paper.states.keys().next_back().copied() {
            let seen = engine.view(case).map(|view| view.state.seq);
            let right = self.paper.states[&case].seq;
            if !matches!(seen, Ok(seq) if seq == right) {
                self.find(Kind::State, format!("while others write, {case} has {seen:?} events and not {right}"));
            }
            self.count("reads while others write", 1);
        }
        self.workers[other] = Some(engine);
        disk().worker = worker;
        disk().put_back(armed);
    }
}
