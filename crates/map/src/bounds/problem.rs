//! The latest instants at which the steps of a path are still in time.

use super::path::{Bound, Path};
use super::{Clock, Gap};

/// The times of a path, without the steps that take none. Instant 0 is given; each other is not before the one before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    rules: Vec<Rule>,
    /// Limits: from which instant to which, in the order in which they stop.
    spans: Vec<(usize, usize, Gap)>,
    /// The instant of each position of the path.
    at: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Rule {
    Free,
    By(usize, Gap),
    At(usize, Gap, bool),
}

/// The tables of each calendar.
pub(super) type Clocks<'c> = dyn Fn(usize) -> Option<&'c Clock> + 'c;

impl Problem {
    pub(super) fn new(path: &Path) -> Self {
        let mut rules = Vec::new();
        let mut at = vec![0];
        for leg in &path.legs {
            rules.extend(match &leg.bound {
                Bound::Nothing | Bound::Open(_) => None,
                Bound::Covered => Some(Rule::Free),
                Bound::By(from, gap) => Some(Rule::By(at[*from], gap.clone())),
                Bound::At(from, gap, until) => Some(Rule::At(at[*from], gap.clone(), *until)),
            });
            at.push(rules.len());
        }
        let spans = path.spans.iter().map(|span| (at[span.from], at[span.to], span.gap.clone()));
        let mut spans: Vec<_> = spans.collect();
        spans.sort_by_key(|(_, to, _)| *to);
        Self { spans, rules, at }
    }

    /// How many instants are sought.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether nothing on the path takes time.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether nothing but hours and minutes count.
    pub fn is_elapsed(&self) -> bool {
        let elapsed = |rule: &Rule| match rule {
            Rule::Free => true,
            Rule::By(_, gap) | Rule::At(_, gap, _) => gap.seconds().is_some(),
        };
        self.rules.iter().all(elapsed) && self.spans.iter().all(|(_, _, gap)| gap.seconds().is_some())
    }

    /// Whether this is never later than another: the other has the same times in the same order and perhaps more, each
    /// counted from the one before it.
    pub(super) fn is_part_of(&self, other: &Problem) -> bool {
        let in_a_row = |problem: &Problem| {
            let from_before = |(before, rule): (usize, &Rule)| matches!(rule, Rule::By(from, _) if *from == before);
            problem.spans.is_empty() && problem.rules.iter().enumerate().all(from_before)
        };
        fn gap(rule: &Rule) -> Option<&Gap> {
            match rule {
                Rule::By(_, gap) => Some(gap),
                _ => None,
            }
        }
        let mut others = other.rules.iter().map(gap);
        in_a_row(self) && in_a_row(other) && self.rules.iter().map(gap).all(|own| others.any(|other| other == own))
    }

    /// What two problems have in common whose instants are the same.
    pub(super) fn essence(&self) -> (&[impl Eq + std::hash::Hash + use<>], &[(usize, usize, Gap)]) {
        (&self.rules, &self.spans)
    }

    /// The instants of the path's positions, from those of the problem.
    pub fn positions(&self, instants: &[i64]) -> Vec<i64> {
        self.at.iter().map(|at| instants[*at]).collect()
    }

    /// The latest instants that keep every deadline, begun at `start`; none where no instants do, or the calendar ends.
    ///
    /// Each is brought down to what the others allow until nothing moves. What is written can be kept later than that by
    /// nobody, and at that everything is kept.
    pub(super) fn latest(&self, start: i64, clocks: &Clocks<'_>) -> Option<Vec<i64>> {
        let mut at = Vec::new();
        self.latest_into(&mut at, start, clocks).then_some(at)
    }

    /// The same, into room that is used again and again; says whether there are such instants.
    pub(super) fn latest_into(&self, at: &mut Vec<i64>, start: i64, clocks: &Clocks<'_>) -> bool {
        let count = self.rules.len();
        at.clear();
        at.resize(count + 1, i64::MAX);
        at[0] = start;
        let mut round = || {
            self.forwards(at, clocks)?;
            self.backwards(at, start, clocks)
        };
        (0..count + 3).map_while(|_| round()).any(|moved| !moved)
    }

    /// Brings each instant down to what those before it allow.
    fn forwards(&self, at: &mut [i64], clocks: &Clocks<'_>) -> Option<()> {
        let mut spans = self.spans.iter().peekable();
        for here in 1..at.len() {
            let most = match &self.rules[here - 1] {
                Rule::Free => i64::MAX,
                Rule::By(from, gap) => last_before(clocks(gap.calendar)?.due(gap, at[*from])?),
                Rule::At(from, gap, until) => ends(gap, at[*from], *until, clocks)?.max(at[here - 1]),
            };
            at[here] = at[here].min(most);
            while let Some((from, _, gap)) = spans.next_if(|(_, to, _)| *to <= here) {
                at[here] = at[here].min(last_before(clocks(gap.calendar)?.due(gap, at[*from])?));
            }
        }
        Some(())
    }

    /// Brings each instant down to the next; says whether any moved. None where `start` would have to.
    fn backwards(&self, at: &mut [i64], start: i64, clocks: &Clocks<'_>) -> Option<bool> {
        let mut moved = false;
        for (before, rule) in self.rules.iter().enumerate().rev() {
            let most = at[before + 1];
            if at[before] > most {
                at[before] = most;
                moved = true;
            }
            if let Rule::At(from, gap, until) = rule
                && ends(gap, at[*from], *until, clocks)? > most
            {
                at[*from] = latest_anchor(gap, *until, (start, at[*from]), most, clocks)?;
                moved = true;
            }
        }
        (at[0] >= start).then_some(moved)
    }

    /// The soonest instants, with everybody acting at once, begun at `start`; none where the calendar ends.
    pub(super) fn soonest(&self, start: i64, clocks: &Clocks<'_>) -> Option<Vec<i64>> {
        let mut at = vec![start];
        for (before, rule) in self.rules.iter().enumerate() {
            let here = match rule {
                Rule::Free | Rule::By(..) => at[before],
                Rule::At(from, gap, until) => ends(gap, at[*from], *until, clocks)?.max(at[before]),
            };
            at.push(here);
        }
        Some(at)
    }

    /// Whether a limit is never missed, as far as can be said without looking at days: the times of one kind that follow each
    /// other add up to no more, or all that could be is less than the limit always lasts.
    pub(super) fn always_meets(&self, limit: &Gap, working: &dyn Fn(usize, i64) -> i64) -> bool {
        let in_a_row = |(before, rule): (usize, &Rule)| match rule {
            Rule::By(from, gap) if *from == before && gap.calendar == limit.calendar => gap.amount(),
            _ => None,
        };
        let amounts: Option<Vec<_>> = self.rules.iter().enumerate().map(in_a_row).collect();
        let amounts = amounts.filter(|all| all.windows(2).all(|two| two[0].0 == two[1].0));
        if let Some(amounts) = amounts {
            let sum = amounts.iter().fold(0i64, |sum, (_, amount)| sum.saturating_add(*amount));
            return match (amounts.first(), limit.amount()) {
                (None, _) => true,
                (Some((kind, _)), Some((limited, most))) if *kind == limited => sum <= most,
                (Some((kind, _)), _) => limit.in_a_row(*kind, sum, working) <= limit.at_least(),
            };
        }
        let own = self.rules.iter().filter_map(|rule| match rule {
            Rule::Free => None,
            Rule::By(_, gap) | Rule::At(_, gap, _) => Some(gap),
        });
        // What is already too much need not be added up to the end.
        let mut left = limit.at_least();
        own.chain(self.spans.iter().map(|(_, _, gap)| gap)).all(|gap| {
            left = left.saturating_sub(gap.at_most(working));
            left >= 0
        })
    }

    /// How far into a path, in seconds, days may be counted from: after nothing but hours and minutes.
    pub(super) fn offsets(&self) -> Vec<i64> {
        let mut offsets = vec![Some(0)];
        for rule in &self.rules {
            offsets.push(match rule {
                Rule::Free => None,
                Rule::By(from, gap) => offsets[*from].zip(gap.seconds()).map(|(before, own)| before + own - 1),
                Rule::At(from, gap, _) => offsets[*from].zip(gap.seconds()).map(|(before, own)| before + own),
            });
        }
        offsets.into_iter().flatten().collect()
    }
}

/// The last second that is in time; without end where there is none yet.
fn last_before(due: i64) -> i64 {
    if due == i64::MAX { due } else { due - 1 }
}

fn ends(gap: &Gap, from: i64, until: bool, clocks: &Clocks<'_>) -> Option<i64> {
    let clock = clocks(gap.calendar)?;
    if until { clock.until(gap, from) } else { clock.due(gap, from) }
}

/// The latest instant of a range from which a time ends by `most`; none where it ends later from the first.
fn latest_anchor(gap: &Gap, until: bool, range: (i64, i64), most: i64, clocks: &Clocks<'_>) -> Option<i64> {
    let (mut good, mut bad) = range;
    if ends(gap, good, until, clocks)? > most {
        return None;
    }
    if bad == i64::MAX {
        bad = most.saturating_add(1);
    }
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if ends(gap, middle, until, clocks)? > most { bad = middle } else { good = middle }
    }
    Some(good)
}
