//! Inventing stories: what people do, one after another, in time and late, rightly and wrongly.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::{CaseNumber, Command, Opening};
use mapcase_engine::Engine;
use mapcase_map::CheckedAtlas;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::common::deeds::deed;
pub use crate::common::deeds::{Dice, Openings};
use crate::common::{Book, at, opening};
use crate::live::{Lived, Names, outcome, tell};

/// What somebody does.
#[derive(Clone, Debug)]
pub enum Deed {
    Open(Opening),
    Act(String, Command),
}

/// What somebody does at a time.
#[derive(Clone, Debug)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub deed: Deed,
}

/// What people do, in order, and the time at which everything is looked at.
#[derive(Clone, Debug)]
pub struct Story {
    pub moments: Vec<Moment>,
    pub end: DateTime<Utc>,
}

impl fmt::Display for Story {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for moment in &self.moments {
            writeln!(out, "{} {:?}", moment.now, moment.deed)?;
        }
        write!(out, "{} the end", self.end)
    }
}

/// Lists of numbers of which stories are made, the same in every run.
pub fn with_words(count: u32, seed: u8, test: impl Fn(Vec<Vec<u32>>) -> Result<(), TestCaseError>) {
    let config = Config { cases: count, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let words = prop::collection::vec(prop::collection::vec(any::<u32>(), 24), 4..22);
    if let Err(error) = runner.run(&words, test) {
        let told = error.to_string();
        panic!("{}", told.split("minimal failing input").next().unwrap_or(&told));
    }
}

pub const REAL: Openings = &[
    (
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-03-31")],
    ),
    (
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-02-28")],
    ),
    (
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "yes"), ("review_anchor", "2022-04-10")],
    ),
    ("transfer-out", &[("ics_number", "123456"), ("child_name", "A Child")]),
    ("transfer-in", &[("ics_number", "123456")]),
    ("service-uplift-request", &[("ics_number", "123456")]),
    ("direct-payment-closure", &[("ics_number", "123456"), ("date_ending", "2022-12-24")]),
    (
        "financial-review-preparation",
        &[("ics_number", "123456"), ("family_managed", "no"), ("review_anchor", "2022-04-10")],
    ),
    ("escalation-to-dct-csm", &[("ics_number", "123456")]),
];

/// Invents a story and lives it with a tick before each command.
pub fn invent(atlas: &Arc<CheckedAtlas>, openings: Openings, words: &[Vec<u32>]) -> (Story, Lived) {
    let mut now = at("2022-10-03 09:00");
    let book = Book::new(atlas, now);
    let mut moments = Vec::new();
    let mut answers = Vec::new();
    let mut run = book.on(now);
    let mut last = None;
    for (index, words) in words.iter().enumerate() {
        let mut dice = Dice::new(words.clone());
        now += gap(&mut dice, &run);
        run.set_time(Some(now)).unwrap();
        let report = run.tick(|_, _| {}).unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        let deed = if index == 0 || dice.of_100(3) {
            let (map, record) = dice.one(openings).unwrap();
            let mut opening = opening(map, record);
            // Another child each time: cases of one would be one family.
            opening
                .record
                .entry("ics_number".to_string())
                .and_modify(|number| *number = format!("{}", 100_000 + index));
            if dice.of_100(30) {
                opening.at = Some(now - TimeDelta::hours(i64::from(dice.below(300))));
            }
            Deed::Open(opening)
        } else {
            let (case, command) = act(&mut dice, &run, last, now);
            last = Some(case);
            Deed::Act(Names::of(&book).name(case).to_string(), command)
        };
        let result = match &deed {
            Deed::Open(opening) => run.open(opening, None),
            Deed::Act(name, command) => run.command(Names::of(&book).number(&book, name).unwrap(), command, None),
        };
        answers.push(outcome(&run, &result));
        moments.push(Moment { now, deed });
    }
    let end = now + TimeDelta::days(80);
    (Story { moments, end }, tell(&book, &mut run, end, answers, true))
}

/// Minutes, days, weeks, or just before, at and after the time at which something is due.
fn gap(dice: &mut Dice, run: &Engine) -> TimeDelta {
    match dice.below(10) {
        0..=4 => TimeDelta::minutes(i64::from(dice.below(600))),
        5 => TimeDelta::hours(i64::from(dice.below(240))),
        6 => TimeDelta::days(i64::from(dice.below(40))),
        _ => {
            let due: Vec<_> = run.due(None, None).unwrap().into_iter().filter(|row| row.due_at > run.now()).collect();
            let Some(row) = dice.one(&due) else { return TimeDelta::hours(1) };
            row.due_at - run.now() + TimeDelta::seconds(i64::from(dice.below(3)) - 1)
        }
    }
}

fn act(dice: &mut Dice, run: &Engine, last: Option<CaseNumber>, now: DateTime<Utc>) -> (CaseNumber, Command) {
    let cases = run.cases().unwrap();
    let open: Vec<CaseNumber> = cases.iter().copied().filter(|case| run.view(*case).unwrap().state.is_open()).collect();
    let some = if dice.of_100(8) || open.is_empty() { &cases } else { &open };
    // Mostly the case that somebody acted on last: a story should get somewhere.
    let last = last.filter(|last| some.contains(last) && dice.of_100(70));
    let case = last.unwrap_or_else(|| *dice.one(some).unwrap());
    let view = run.view(case).unwrap();
    let supervisor = &run.shelf().atlas().unwrap().supervisors()[0];
    (case, deed(dice, &view.state, &view.machine, supervisor, now))
}
