//! The worst day on which a path can begin, and the best.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::clock::DAY;
use super::problem::{Clocks, Problem};
use super::{Clock, Gap, Plans};

/// How many instants are worked out in looking for the worst day of one question.
pub const USUAL_WORK: usize = 1_000_000;
/// The most instants of one day at which a path is begun.
const MOST_OFFSETS: usize = 48;

/// The path and the day at which something is furthest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extreme {
    /// The number of the path's problem.
    pub problem: usize,
    /// The instant at which it begins.
    pub start: i64,
    /// Seconds: those that the path takes or, of a limit, those by which it is late, 1 where it is late at its very
    /// end; whole days, where the limit is in days.
    pub seconds: i64,
    /// The instants of the problem.
    pub at: Vec<i64>,
    /// What the same comes to on the best day.
    pub least: i64,
    /// On how many days it is late.
    pub late_days: usize,
    /// How many days were looked at.
    pub days: usize,
    /// Whether that is every day of the calendar.
    pub all_days: bool,
}

impl Extreme {
    fn new(problem: usize, start: i64, seconds: i64, at: Vec<i64>) -> Self {
        Self { problem, start, seconds, at, least: seconds, late_days: 0, days: 0, all_days: true }
    }
}

/// A search over the days of a calendar.
pub struct Search<'s, 'a> {
    plans: &'s Plans<'a>,
    calendar: usize,
    work: usize,
}

impl<'s, 'a> Search<'s, 'a> {
    /// A search over the days that a calendar covers, which works out so many instants and then skips days.
    pub fn new(plans: &'s Plans<'a>, calendar: usize, work: usize) -> Self {
        Self { plans, calendar, work }
    }

    /// The day on which a limit is missed by most though every deadline is kept; none where it never is.
    pub fn missed(&self, problems: &[Problem], limit: &Gap) -> Option<Extreme> {
        let working = |calendar, days| self.plans.longest(calendar, days);
        let mut hopeful = latest(problems);
        hopeful.retain(|at| !problems[*at].always_meets(limit, &working));
        if hopeful.is_empty() {
            return None;
        }
        let clock = self.plans.clock(self.calendar)?;
        let offsets = limit.seconds().map(|_| offsets(problems, &hopeful));
        self.furthest(clock, problems, &hopeful, offsets.as_deref(), |_, at, start| {
            let last = at.last().copied().unwrap_or(start);
            let late = last - clock.due(limit, start)? + 1;
            // Days are late by whole days, also where the clocks change.
            match limit.seconds() {
                None if late > 0 => Some((clock.date(last)? - clock.date(last - late)?).num_days() * DAY),
                _ => Some(late),
            }
        })
    }

    /// The day on which the longest of the paths takes longest. Where days of any kind count, so does the time: in whole days.
    pub fn longest(&self, problems: &[Problem]) -> Option<Extreme> {
        let clock = self.plans.clock(self.calendar)?;
        let all = latest(problems);
        let offsets = offsets(problems, &all);
        self.furthest(clock, problems, &all, Some(&offsets), |problem, at, start| {
            let last = at.last().copied().unwrap_or(start);
            lasts(clock, problem, start, last, i64::from(last > start))
        })
    }

    /// The day on which the shortest of the paths takes shortest, with everybody acting at once.
    pub fn shortest(&self, problems: &[Problem]) -> Option<Extreme> {
        let clock = self.plans.clock(self.calendar)?;
        let clocks: &Clocks<'_> = &|calendar| self.plans.clock(calendar);
        let mut best: Option<Extreme> = None;
        for problem in distinct(problems) {
            for day in self.every(clock, 2 * (problems[problem].len() + 1)) {
                for start in [clock.start(day), clock.start(day + 1) - 1] {
                    let Some(at) = problems[problem].soonest(start, clocks) else { continue };
                    let last = at.last().copied().unwrap_or(start);
                    let Some(seconds) = lasts(clock, &problems[problem], start, last, 0) else { continue };
                    let shorter = best.as_ref().is_none_or(|best| seconds < best.seconds);
                    if shorter && problems[problem].latest(start, clocks).is_some() {
                        best = Some(Extreme::new(problem, start, seconds, at));
                    }
                }
                if best.as_ref().is_some_and(|best| best.seconds == 0) {
                    return best;
                }
            }
        }
        best
    }

    /// The days that are looked at, where each costs so many instants.
    fn every(&self, clock: &Clock, cost: usize) -> impl Iterator<Item = usize> + use<> {
        let days = clock.days();
        let stride = (cost.saturating_mul(days) / self.work.max(1)) + 1;
        (0..days).step_by(stride)
    }

    /// Begins each path on each day: at the end of the day or, with offsets, at each instant from which days begin to count
    /// anew. Between those nothing gets worse.
    fn furthest(
        &self,
        clock: &Clock,
        problems: &[Problem],
        wanted: &[usize],
        offsets: Option<&[i64]>,
        score: impl Fn(&Problem, &[i64], i64) -> Option<i64>,
    ) -> Option<Extreme> {
        let clocks: &Clocks<'_> = &|calendar| self.plans.clock(calendar);
        let instants: usize = wanted.iter().map(|at| problems[*at].len() + 1).sum();
        let cost = instants * offsets.map_or(1, |offsets| offsets.len() + 1);
        let covered = clock.start(0)..clock.start(clock.days());
        let mut best: Option<Extreme> = None;
        let (mut days, mut late_days, mut least) = (0, 0, i64::MAX);
        let mut at = Vec::new();
        for day in self.every(clock, cost) {
            // So many days on, less so much, is this day again, but for an hour where the clocks change.
            let on = |offset: i64| usize::try_from((offset + DAY - 1) / DAY).map_or(day, |days| day + days);
            let within = offsets.into_iter().flatten().map(|offset| clock.start(on(*offset)).saturating_sub(*offset));
            let starts = within.chain([clock.start(day + 1) - 1]).filter(|start| covered.contains(start));
            let mut furthest: Option<i64> = None;
            for (start, problem) in starts.flat_map(|start| wanted.iter().map(move |problem| (start, *problem))) {
                if !problems[problem].latest_into(&mut at, start, clocks) {
                    continue;
                }
                let Some(seconds) = score(&problems[problem], &at, start) else { continue };
                furthest = furthest.max(Some(seconds));
                // Of those that are as far the first day, and of that day the last instant.
                let rank = |seconds: i64, start: i64| (seconds, Reverse(clock.day(start)), start);
                let further = |best: &Extreme| rank(seconds, start) > rank(best.seconds, best.start);
                if seconds > 0 && best.as_ref().is_none_or(further) {
                    best = Some(Extreme::new(problem, start, seconds, at.clone()));
                }
            }
            days += usize::from(furthest.is_some());
            late_days += usize::from(furthest.is_some_and(|seconds| seconds > 0));
            least = least.min(furthest.unwrap_or(i64::MAX));
        }
        let all_days = self.every(clock, cost).nth(1).is_none_or(|second| second == 1);
        best.map(|best| Extreme { least, late_days, days, all_days, ..best })
    }
}

/// How long a path takes: in whole days where days of any kind count on it, to the second where only hours do. The second that
/// is still in time may be added.
fn lasts(clock: &Clock, problem: &Problem, start: i64, last: i64, and: i64) -> Option<i64> {
    match problem.is_elapsed() {
        true => Some(last - start + and),
        false => Some((clock.date(last)? - clock.date(start)?).num_days() * DAY),
    }
}

/// The problems without those that stand there already.
fn distinct(problems: &[Problem]) -> Vec<usize> {
    let mut seen = HashSet::new();
    (0..problems.len()).filter(|at| seen.insert(problems[*at].essence())).collect()
}

/// The problems without those that are another or a part of another, which is then never sooner over.
fn latest(problems: &[Problem]) -> Vec<usize> {
    let mut wanted: Vec<usize> = (0..problems.len()).collect();
    wanted.sort_by_key(|at| Reverse(problems[*at].len()));
    let mut kept: Vec<usize> = Vec::new();
    for at in wanted {
        let one = &problems[at];
        let covers = |other: &Problem| one.is_part_of(other) || one.essence() == other.essence();
        if !kept.iter().any(|other| covers(&problems[*other])) {
            kept.push(at);
        }
    }
    kept.sort_unstable();
    kept
}

/// The offsets of all problems.
fn offsets(problems: &[Problem], wanted: &[usize]) -> Vec<i64> {
    let mut offsets: Vec<i64> = wanted.iter().flat_map(|at| problems[*at].offsets()).collect();
    offsets.sort_unstable();
    offsets.dedup();
    offsets.truncate(MOST_OFFSETS);
    offsets
}
