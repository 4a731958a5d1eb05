//! What a map says of time, and nothing else: the same for a draft, which the rules look at, and for a checked map.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};

use chrono_tz::Tz;

use super::clock::longest;
use super::{Clock, Gap};
use crate::atlas::CheckedAtlas;
use crate::check::{Atlas, EdgeKind, MapView, ways};
use crate::machine::{self, Machine, Transition};
use crate::model::{self, Anchor, LinkMode, StepKind};
use crate::read::{AnchoredDraft, KindWord, StepDraft, UntilDraft, Word};
use crate::time::{Calendar, Duration};

/// What the maps of an atlas say of time.
#[derive(Debug)]
pub struct Plans<'a> {
    zone: Tz,
    calendars: Vec<(&'a Calendar, OnceCell<Option<Clock>>)>,
    /// The maps.
    pub maps: Vec<Plan>,
    by_id: HashMap<String, usize>,
    longest: RefCell<HashMap<(usize, i64), i64>>,
}

/// What one map says of time.
#[derive(Debug)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// Its steps, in the file's order.
    pub stages: Vec<Stage>,
    /// Its limits whose ends and times are known.
    pub limits: Vec<Limit>,
    /// The number of its calendar, where that is known.
    pub calendar: Option<usize>,
    /// Whether it is drawn, and stands not only for a map to come.
    pub drawn: bool,
}

/// A step.
#[derive(Debug)]
pub struct Stage {
    /// Its id.
    pub id: String,
    /// What keeps a case there.
    pub holds: Holds,
    /// The maps that lead here, where it is a start.
    pub from: Option<Vec<String>>,
    /// Where a case goes.
    pub ways: Vec<Way>,
}

impl Stage {
    /// The time that is said of the step.
    pub fn timed(&self) -> Option<&Timed> {
        match &self.holds {
            Holds::Somebody(timed) | Holds::Answer(timed) => timed.as_ref(),
            Holds::Time(timed) => Some(timed),
            _ => None,
        }
    }

    /// Whether the case ends there.
    pub fn is_over(&self) -> bool {
        matches!(self.holds, Holds::End(_) | Holds::HandOver(..))
    }
}

/// What keeps a case at a step.
#[derive(Debug)]
pub enum Holds {
    /// Nothing: the case goes on at once.
    Nothing,
    /// Somebody must act, perhaps by a deadline.
    Somebody(Option<Timed>),
    /// Something must come, perhaps within a time.
    Answer(Option<Timed>),
    /// A time must pass.
    Time(Timed),
    /// A case of this map must end; the start it arrives at, where that is named.
    Call(String, Option<String>),
    /// The case ends there with this outcome.
    End(String),
    /// The case is handed over to this map; the start it arrives at, where that is named.
    HandOver(String, Option<String>),
}

/// A time and what it counts from.
#[derive(Debug)]
pub struct Timed {
    /// How long; none where it is not settled, or where it is the date of the record itself.
    pub gap: Option<Gap>,
    /// What it counts from.
    pub from: From,
}

/// What a time counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The case coming to the step.
    Coming,
    /// The latest doing of a step.
    Stage(usize),
    /// A date of the record.
    Record,
}

/// A way from a step.
#[derive(Clone, Debug)]
pub struct Way {
    /// The step to which it leads.
    pub to: usize,
    /// Why a case goes there.
    pub why: Why,
    /// The outcome of a call.
    pub outcome: Option<String>,
}

/// Why a case goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The step was done, the answer came, or the engine goes on by itself.
    Done,
    /// The time of a wait ran out.
    Lapsed,
    /// The step's deadline passed, and says where the case goes.
    Go,
    /// The limit of this number passed, and says where the case goes.
    LimitGo(usize),
}

impl Why {
    /// Whether the step counts as done.
    pub fn is_done(self) -> bool {
        matches!(self, Why::Done | Why::Lapsed)
    }
}

/// A deadline that spans steps.
#[derive(Debug)]
pub struct Limit {
    /// Its id.
    pub id: String,
    /// The step whose doing starts it.
    pub from: usize,
    /// The step whose doing stops it.
    pub to: usize,
    /// How long.
    pub within: Gap,
    /// Where the case goes when it passes.
    pub go: Option<usize>,
}

impl<'a> Plans<'a> {
    fn new(zone: Tz, calendars: Vec<&'a Calendar>, maps: Vec<Plan>) -> Self {
        let by_id = maps.iter().enumerate().rev().map(|(at, map)| (map.id.clone(), at)).collect();
        let calendars = calendars.into_iter().map(|calendar| (calendar, OnceCell::new())).collect();
        Self { zone, calendars, maps, by_id, longest: RefCell::default() }
    }

    /// What the drafts of an atlas say; none where its zone is not known. The maps have the numbers that they have there.
    pub fn of_drafts(atlas: &Atlas<'a>) -> Option<Self> {
        let top = atlas.atlas?;
        let known: Vec<&Calendar> = atlas.calendars.iter().filter_map(|draft| draft.calendar.as_ref()).collect();
        let number =
            |word: Option<&Word>| known.iter().position(|calendar| word.is_some_and(|it| it.text == calendar.id));
        let usual = number(top.calendar.as_ref());
        let maps = atlas.maps.iter().map(|map| {
            let own = map.draft.calendar.as_ref();
            draft_plan(map, if own.is_some() { number(own) } else { usual })
        });
        Some(Self::new(top.zone?, known.clone(), maps.collect()))
    }

    /// What the maps of a checked atlas say.
    pub fn of_atlas(atlas: &'a CheckedAtlas) -> Self {
        let known: BTreeMap<&str, &Calendar> = atlas.calendars().iter().map(|(id, it)| (id.as_str(), &**it)).collect();
        let ids: Vec<&str> = known.keys().copied().collect();
        let maps = atlas.machines().values().map(|machine| {
            let calendar = ids.iter().position(|id| *id == machine.map().calendar);
            machine_plan(machine, calendar)
        });
        Self::new(atlas.zone(), known.values().copied().collect(), maps.collect())
    }

    /// The number of the map of an id.
    pub fn number(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Seconds that so many working days of a calendar never last longer than.
    pub(super) fn longest(&self, calendar: usize, working_days: i64) -> i64 {
        let Some((known, _)) = self.calendars.get(calendar) else { return i64::MAX };
        *self.longest.borrow_mut().entry((calendar, working_days)).or_insert_with(|| longest(known, working_days))
    }

    /// The tables of a calendar.
    pub fn clock(&self, calendar: usize) -> Option<&Clock> {
        let (calendar, clock) = self.calendars.get(calendar)?;
        clock.get_or_init(|| Clock::new(self.zone, calendar)).as_ref()
    }

    /// The start of a map at which a case from another map arrives.
    pub fn entry(&self, map: usize, from: &str, entry: Option<&str>) -> Option<usize> {
        let stages = &self.maps[map].stages;
        let names = |maps: &Vec<String>| maps.iter().any(|map| map == from);
        let at = match entry {
            Some(entry) => stages.iter().position(|stage| stage.id == entry),
            None => stages.iter().position(|stage| stage.from.as_ref().is_some_and(names)),
        };
        at.or_else(|| stages.iter().position(|stage| stage.from.is_some()).filter(|_| !self.maps[map].drawn))
    }
}

impl Plan {
    /// The starts, by number.
    pub fn starts(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.stages.len()).filter(|at| self.stages[*at].from.is_some())
    }

    /// The steps from which one of `goals` can be reached by ways that are wanted.
    pub(super) fn reaching(&self, goals: &[usize], wanted: impl Fn(&Stage, &Way) -> bool) -> Vec<bool> {
        let mut before = vec![Vec::new(); self.stages.len()];
        for (at, stage) in self.stages.iter().enumerate() {
            let ways = stage.ways.iter().filter(|way| wanted(stage, way));
            ways.for_each(|way| before[way.to].push(at));
        }
        let mut reaching = vec![false; self.stages.len()];
        let mut open = goals.to_vec();
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut reaching[at], true) {
                open.extend(&before[at]);
            }
        }
        reaching
    }

    /// The steps from which a case can come to `root` at once, everybody acting as soon as it comes; `root` among them.
    pub(super) fn at_once_before(&self, root: usize) -> Vec<bool> {
        let waits = |stage: &Stage| matches!(stage.holds, Holds::Time(_) | Holds::Call(..));
        self.reaching(&[root], |stage, way| way.why == Why::Done && !waits(stage))
    }

    /// The number of the step of an id.
    pub fn stage(&self, id: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.id == id)
    }
}

fn draft_plan(map: &MapView<'_>, calendar: Option<usize>) -> Plan {
    let step = |word: &Option<Word>| word.as_ref().and_then(|word| map.chart.guess(&word.text));
    let limits = map.draft.limits.iter().filter_map(|limit| {
        Some(Limit {
            id: limit.id.text.clone(),
            from: step(&limit.from)?,
            to: step(&limit.to)?,
            within: Gap::new(limit.within.as_ref()?.duration.as_ref()?, calendar?),
            go: limit.overdue.as_ref().and_then(|overdue| step(&overdue.go)),
        })
    });
    Plan {
        id: map.draft.id.text.clone(),
        stages: map.draft.steps.iter().map(|step| draft_stage(map, step, calendar)).collect(),
        limits: limits.collect(),
        calendar,
        drawn: !map.is_placeholder(),
    }
}

fn draft_stage(map: &MapView<'_>, step: &StepDraft, calendar: Option<usize>) -> Stage {
    let gap = |duration: &Option<Duration>| Some(Gap::new(duration.as_ref()?, calendar?));
    let from = |word: Option<&Word>| match word {
        None => From::Coming,
        Some(word) => map.chart.guess(&word.text).map_or(From::Record, From::Stage),
    };
    let timed = |it: &AnchoredDraft| Timed { gap: gap(&it.duration), from: from(it.anchor.as_ref()) };
    let until = |it: &UntilDraft| Timed { gap: gap(&it.duration), from: from(it.anchor.as_ref()) };
    let text = |word: &Option<Word>| word.as_ref().map(|word| word.text.clone());
    let mode = step.mode.as_ref().map_or("hand-over", |mode| mode.text.as_str());
    let holds = match (step.kind, &step.until) {
        (KindWord::Start, _) => Holds::Nothing,
        (KindWord::Decision, _) if step.on.is_some() => Holds::Nothing,
        (KindWord::Step | KindWord::Decision, _) => Holds::Somebody(step.due.as_ref().map(timed)),
        (KindWord::Wait, Some(time)) if step.wait_for.is_none() => Holds::Time(until(time)),
        (KindWord::Wait, _) => Holds::Answer(step.within.as_ref().map(timed)),
        (KindWord::Link, _) if mode == "start" => Holds::Nothing,
        (KindWord::Link, _) if mode == "call" => Holds::Call(text(&step.to).unwrap_or_default(), text(&step.entry)),
        (KindWord::Link, _) => Holds::HandOver(text(&step.to).unwrap_or_default(), text(&step.entry)),
        (KindWord::End, _) => Holds::End(text(&step.outcome).unwrap_or_default()),
    };
    let outcome =
        |to: &Word| step.outcomes.iter().find(|(_, it)| it.span == to.span).map(|(word, _)| word.text.clone());
    let ways = ways(step).into_iter().filter_map(|(to, kind)| {
        let why = match kind {
            EdgeKind::Lapsed => Why::Lapsed,
            EdgeKind::Go => Why::Go,
            _ => Why::Done,
        };
        Some(Way { to: map.chart.guess(&to.text)?, why, outcome: outcome(to) })
    });
    let is_start = step.kind == KindWord::Start && step.kind_known;
    Stage {
        id: step.id.text.clone(),
        from: is_start.then(|| step.from.iter().map(|map| map.text.clone()).collect()),
        ways: ways.collect(),
        holds,
    }
}

fn machine_plan(machine: &Machine, calendar: Option<usize>) -> Plan {
    let map = machine.map();
    let numbers: HashMap<&str, usize> = map.steps.iter().enumerate().map(|(at, step)| (&*step.id, at)).collect();
    let step = |id: &str| numbers.get(id).copied();
    let limits = map.limits.iter().filter_map(|(id, limit)| {
        Some(Limit {
            id: id.clone(),
            from: step(&limit.from)?,
            to: step(&limit.to)?,
            within: Gap::new(limit.within.as_ref()?, calendar?),
            go: limit.overdue.go.as_deref().and_then(step),
        })
    });
    Plan {
        id: map.id.clone(),
        stages: map.steps.iter().map(|it| machine_stage(it, &numbers, calendar)).collect(),
        limits: limits.collect(),
        calendar,
        drawn: map.about.reading != model::Reading::Placeholder,
    }
}

fn machine_stage(step: &model::Step, numbers: &HashMap<&str, usize>, calendar: Option<usize>) -> Stage {
    let gap = |duration: &Option<Duration>| Some(Gap::new(duration.as_ref()?, calendar?));
    let from = |anchor: &Anchor| match anchor {
        Anchor::Entering => From::Coming,
        Anchor::Step(id) => numbers.get(&**id).map_or(From::Record, |at| From::Stage(*at)),
        Anchor::Field(_) => From::Record,
    };
    let timed = |duration: &Option<Duration>, anchor| Timed { gap: gap(duration), from: from(anchor) };
    let holds = match &step.kind {
        StepKind::Start { .. }
        | StepKind::Decision { on: Some(_), .. }
        | StepKind::Link { mode: LinkMode::Start { .. }, .. } => Holds::Nothing,
        StepKind::Step { .. } | StepKind::Decision { on: None, .. } => {
            Holds::Somebody(step.due.as_ref().map(|due| timed(&due.within, &due.anchor)))
        }
        StepKind::WaitFor { timeout, .. } => Holds::Answer(timeout.as_ref().map(|it| timed(&it.within, &it.anchor))),
        StepKind::WaitUntil { after, anchor, .. } => Holds::Time(timed(after, anchor)),
        StepKind::Link { to, entry, mode: LinkMode::Call { .. }, .. } => Holds::Call(to.clone(), entry.clone()),
        StepKind::Link { to, entry, mode: LinkMode::HandOver, .. } => Holds::HandOver(to.clone(), entry.clone()),
        StepKind::End { outcome } => Holds::End(outcome.clone()),
    };
    let ways = machine::ways(step).into_iter().filter_map(|(transition, to)| {
        let why = match transition {
            Transition::Lapsed => Why::Lapsed,
            Transition::Overdue(_) => Why::Go,
            _ => Why::Done,
        };
        let outcome = match transition {
            Transition::Returned(outcome) => Some(outcome),
            _ => None,
        };
        Some(Way { to: *numbers.get(to.as_str())?, why, outcome })
    });
    let starts = match &step.kind {
        StepKind::Start { from, .. } => Some(from.clone()),
        _ => None,
    };
    Stage { id: step.id.clone(), holds, from: starts, ways: ways.collect() }
}
