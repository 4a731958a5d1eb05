//! A path through a map: a row of steps, each left in one way, and what the map says of the time at each.

use std::collections::HashMap;
use std::rc::Rc;

use super::plan::{From, Holds, Plan, Plans, Timed, Why};
use super::{Gap, Problem};

/// A path. Position 0 is where it begins; position `n` is the leaving of leg `n - 1`.
#[derive(Debug)]
pub struct Path {
    /// The steps, without the one at which it begins.
    pub legs: Vec<Leg>,
    /// Limits that run from one position to another.
    pub spans: Vec<Span>,
    /// The last step, in the map in which the path begins.
    pub end: usize,
}

/// A step of a path.
#[derive(Clone, Debug)]
pub struct Leg {
    /// The number of its map.
    pub map: usize,
    /// The number of the step.
    pub stage: usize,
    /// How it is left.
    pub why: Why,
    /// What the map says of the time.
    pub bound: Bound,
}

/// What a map says of the time at which a step is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The case goes on at once.
    Nothing,
    /// Nobody says.
    Open(Because),
    /// Nobody says it of this step, but a limit or a later deadline that counts from an earlier step ends it.
    Covered,
    /// Before the deadline that counts from a position.
    By(usize, Gap),
    /// When the time that counts from a position has passed; for a wait for a time, at the beginning of its day.
    At(usize, Gap, bool),
}

/// Why a step has no bound.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// It has no deadline.
    NoDeadline,
    /// Its time is not settled.
    Unsettled,
    /// Its time counts from a date of the record.
    Record,
    /// Its time counts from a step that is not done on this path.
    NotPassed,
    /// It waits for a map that is not known, or that waits for this one.
    Calls(String),
    /// It is the only step of a map that is not drawn yet.
    NotDrawn(String),
}

/// A limit that runs on a path.
#[derive(Clone, Debug)]
pub struct Span {
    /// The position at which it starts.
    pub from: usize,
    /// The position at which it stops, or the last.
    pub to: usize,
    /// The number of its map.
    pub map: usize,
    /// Its number there.
    pub limit: usize,
    /// How long.
    pub gap: Gap,
}

/// A part of a path that takes time, as it is added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The position at which it ends.
    pub position: usize,
    /// The seconds that it takes.
    pub seconds: i64,
    /// The limit that ends it, where that is no deadline of the step: the number of the map and of the limit.
    pub limit: Option<(usize, usize)>,
}

/// A step of a path before its times are known: how it is left and, of a call, what happens in the called map.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    pub stage: usize,
    pub why: Why,
    pub inside: Option<Rc<Path>>,
}

/// Makes a path of its steps.
pub(super) struct Maker<'p, 'a> {
    pub plans: &'p Plans<'a>,
    pub map: usize,
    pub root: usize,
    /// The steps from which a case can come to the root at once.
    pub before: &'p [bool],
    /// The limit that is asked about, which binds nothing here.
    pub except: Option<usize>,
}

/// What is known while a path is made.
struct Making {
    path: Path,
    done: HashMap<usize, usize>,
    running: HashMap<usize, usize>,
}

impl Maker<'_, '_> {
    fn plan(&self) -> &Plan {
        &self.plans.maps[self.map]
    }

    /// The path; none where a case cannot go so.
    pub fn make(&self, paces: &[Pace]) -> Option<Path> {
        let end = paces.last().map_or(self.root, |pace| pace.stage);
        let path = Path { legs: Vec::with_capacity(paces.len()), spans: Vec::new(), end };
        let mut making = Making { path, done: HashMap::new(), running: HashMap::new() };
        self.left(&mut making, self.root);
        for pace in paces {
            if let Some(inside) = &pace.inside {
                making.path.append(inside);
            }
            let bound = self.bound(&making, pace)?;
            let (map, stage, why) = (self.map, pace.stage, pace.why);
            making.path.legs.push(Leg { map, stage, why, bound });
            if why.is_done() {
                self.left(&mut making, stage);
            }
            if let Why::LimitGo(limit) = why {
                making.running.remove(&limit);
            }
        }
        // A limit that still runs is not to pass either.
        let last = making.path.legs.len();
        let mut running: Vec<(usize, usize)> = making.running.into_iter().collect();
        running.sort_unstable();
        // On the way to the end of a limit only those give time that begin and stop inside it.
        let inside = self.except.is_none();
        let stopped = making.path.spans.iter().filter(|span| inside || (span.from, span.to) != (0, last));
        let mut giving: Vec<(usize, usize)> = stopped.map(|span| (span.from, span.to)).collect();
        let running: Vec<Span> = running.into_iter().map(|(limit, from)| self.span(from, last, limit)).collect();
        giving.extend(running.iter().filter(|_| inside).map(|span| (span.from, span.to)));
        making.path.spans.extend(running);
        making.path.cover(&giving);
        Some(making.path)
    }

    fn span(&self, from: usize, to: usize, limit: usize) -> Span {
        Span { from, to, map: self.map, limit, gap: self.plan().limits[limit].within.clone() }
    }

    /// A step was done: limits stop and start.
    fn left(&self, making: &mut Making, stage: usize) {
        let at = making.path.legs.len();
        making.done.insert(stage, at);
        for (number, limit) in self.plan().limits.iter().enumerate().filter(|(number, _)| Some(*number) != self.except)
        {
            if limit.to == stage
                && let Some(from) = making.running.remove(&number)
            {
                making.path.spans.push(self.span(from, at, number));
            }
            if limit.from == stage {
                making.running.insert(number, at);
            }
        }
    }

    fn bound(&self, making: &Making, pace: &Pace) -> Option<Bound> {
        let here = making.path.legs.len();
        if let Why::LimitGo(limit) = pace.why {
            let from = *making.running.get(&limit)?;
            return Some(Bound::At(from, self.plan().limits[limit].within.clone(), false));
        }
        let undrawn = || Because::NotDrawn(self.plan().id.clone());
        let anchor = |timed: &Timed| match timed.from {
            From::Coming => Ok(here),
            From::Stage(stage) => match making.done.get(&stage) {
                Some(at) => Ok(*at),
                None if self.before[stage] => Ok(0),
                None => Err(Because::NotPassed),
            },
            From::Record => Err(Because::Record),
        };
        let timed = match &self.plan().stages[pace.stage].holds {
            Holds::Nothing | Holds::End(_) | Holds::HandOver(..) => return Some(Bound::Nothing),
            Holds::Call(..) if pace.inside.is_some() => return Some(Bound::Nothing),
            Holds::Call(map, _) => return Some(Bound::Open(Because::Calls(map.clone()))),
            Holds::Time(timed) => return Self::exactly(timed, anchor(timed), true),
            Holds::Somebody(timed) | Holds::Answer(timed) => timed,
        };
        match (timed, pace.why) {
            (None, Why::Done) if !self.plan().drawn => Some(Bound::Open(undrawn())),
            (None, Why::Done) => Some(Bound::Open(Because::NoDeadline)),
            (Some(timed), Why::Done) => Some(match (&timed.gap, anchor(timed)) {
                (_, Err(because)) => Bound::Open(because),
                (None, _) => Bound::Open(Because::Unsettled),
                (Some(gap), Ok(from)) => Bound::By(from, gap.clone()),
            }),
            (Some(timed), _) => Self::exactly(timed, anchor(timed), false),
            (None, _) => None,
        }
    }

    /// The case goes on when a time has passed. Where the time is not known, neither is that; where it never runs, the case
    /// never goes on so.
    fn exactly(timed: &Timed, anchor: Result<usize, Because>, until: bool) -> Option<Bound> {
        match (&timed.gap, anchor) {
            (_, Err(Because::NotPassed)) => None,
            (_, Err(because)) => Some(Bound::Open(because)),
            (None, _) => until.then_some(Bound::Open(Because::Unsettled)),
            (Some(gap), Ok(from)) => Some(Bound::At(from, gap.clone(), until)),
        }
    }
}

impl Path {
    /// Puts the path of a called map behind this one.
    pub(super) fn append(&mut self, inside: &Path) {
        let by = self.legs.len();
        let moved = |bound: &Bound| match bound {
            Bound::By(from, gap) => Bound::By(from + by, gap.clone()),
            Bound::At(from, gap, until) => Bound::At(from + by, gap.clone(), *until),
            other => other.clone(),
        };
        self.legs.extend(inside.legs.iter().map(|leg| Leg { bound: moved(&leg.bound), ..leg.clone() }));
        let spans = inside.spans.iter();
        self.spans.extend(spans.map(|span| Span { from: span.from + by, to: span.to + by, ..span.clone() }));
    }

    /// Finds the steps that have no bound of their own and are ended by one that begins before them and ends after: a
    /// deadline, or a limit that gives time.
    fn cover(&mut self, giving: &[(usize, usize)]) {
        let mut reach = vec![0; self.legs.len() + 1];
        for (at, leg) in self.legs.iter().enumerate() {
            if let Bound::By(from, _) = &leg.bound {
                reach[*from] = reach[*from].max(at + 1);
            }
        }
        for (from, to) in giving {
            reach[*from] = reach[*from].max(*to);
        }
        let mut furthest = 0;
        for (at, leg) in self.legs.iter_mut().enumerate() {
            furthest = furthest.max(reach[at]);
            if matches!(leg.bound, Bound::Open(_)) && furthest > at {
                leg.bound = Bound::Covered;
            }
        }
    }

    /// The steps that have no bound, and why.
    pub fn open(&self) -> impl Iterator<Item = (&Leg, &Because)> {
        self.legs.iter().filter_map(|leg| match &leg.bound {
            Bound::Open(because) => Some((leg, because)),
            _ => None,
        })
    }

    /// The times of the path as a problem to be solved.
    pub fn problem(&self) -> Problem {
        Problem::new(self)
    }

    /// What takes time when the positions are left at these instants.
    pub fn parts(&self, at: &[i64]) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut carried = 0;
        for (number, leg) in self.legs.iter().enumerate() {
            let position = number + 1;
            carried += at[position] - at[number];
            let own = matches!(leg.bound, Bound::By(..) | Bound::At(..));
            let around = |span: &&Span| span.from < position && position <= span.to;
            // Of several limits the one that ends first.
            let limit = self.spans.iter().filter(around).min_by_key(|span| span.to).filter(|_| !own);
            if carried > 0 && (own || limit.is_some() || position == self.legs.len()) {
                let limit = limit.map(|span| (span.map, span.limit));
                parts.push(Part { position, seconds: carried, limit });
                carried = 0;
            }
        }
        parts
    }
}
