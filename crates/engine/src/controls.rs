//! How controls held in a casebook: how often what carries each was done and met, and which cases are an exception. The events
//! are read once, for all controls together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use mapcase_case::CaseNumber;
use mapcase_case::event::{Event, EventBody};
use mapcase_case::visits::{Leaving, walk};
use mapcase_map::controls::{Carrier, Report};
use mapcase_map::model::{FieldId, MapId};

use crate::engine::Engine;
use crate::error::Error;
use crate::query::record_of;
use crate::{stamp, store};

/// How often something held. All revisions of a map are counted together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// How often the step, or what comes round, was done; of a map, how many cases were opened; of a report, how many open cases
    /// it looks at.
    pub done: usize,
    /// How often it opened a case: of what comes round alone.
    pub opened: usize,
    /// Cases that went on without it: a wait lapsed, or a deadline moved them.
    pub passed_by: Vec<CaseNumber>,
    /// How often the deadline or the limit was met in time.
    pub in_time: usize,
    /// Cases that were late, or are.
    pub late: Vec<CaseNumber>,
    /// How many times run now and have not passed.
    pub running: usize,
}

/// A case that is an exception to a control now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The case.
    pub case: CaseNumber,
    /// Whom or what it is about.
    pub subject: Option<String>,
    /// Its map.
    pub map: MapId,
    /// The step at which it stands.
    pub step: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why.
    pub why: Vec<Why>,
}

/// Why a case is an exception now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A field is not set.
    NotSet(FieldId),
    /// Something was not done by its time.
    Late {
        /// The word for what it is: `deadline`, `limit`, `by`.
        kind: String,
        /// The id of the step, of the limit, or of what comes round.
        id: String,
        /// What it is counted from, in words.
        rule: String,
    },
}

/// What the casebook says of all controls.
#[derive(Debug, Default)]
pub struct Counted {
    steps: HashMap<Key, Held>,
    rounds: HashMap<Key, Held>,
    times: HashMap<Timed, Held>,
    opened: HashMap<MapId, usize>,
    /// The open cases of each map.
    open: HashMap<MapId, BTreeMap<CaseNumber, Open>>,
}

/// A map and an id in it.
type Key = (MapId, String);
/// A map, the kind of a timer and its id.
type Timed = (MapId, &'static str, String);

/// An open case.
#[derive(Debug)]
struct Open {
    subject: Option<String>,
    step: String,
    opened_at: DateTime<Utc>,
    record: serde_json::Map<String, serde_json::Value>,
    late: Vec<LateNow>,
}

/// What was not done by its time and is not met.
#[derive(Debug)]
struct LateNow {
    kind: &'static str,
    id: String,
    rule: String,
    due_at: DateTime<Utc>,
}

/// The timers by which a case can be late.
const DEADLINES: [&str; 3] = ["deadline", "limit", "by"];

/// What a walk is made of; other events are long and say nothing of it.
const EVENTS: &str = "SELECT case_number, seq, name, step, occurred_at, content FROM event
    WHERE name IN ('step-entered', 'step-done', 'decision-answered', 'response-received', 'wait-ended', 'wait-lapsed',
        'call-returned', 'case-ended', 'case-handed-over', 'deadline-passed', 'deadline-retracted', 'timeout-retracted',
        'start-came', 'start-done')
    ORDER BY case_number, seq";

impl Engine {
    /// Counts how often every step, deadline and limit held, and knows the open cases. What `tick` has not recorded yet counts
    /// as late from its time on.
    pub fn count_controls(&self) -> Result<Counted, Error> {
        let _snapshot = self.book.snapshot()?;
        let mut counted = Counted::default();
        let maps = self.read_cases(&mut counted)?;
        self.read_events(&maps, &mut counted)?;
        self.read_timers(&maps, &mut counted)?;
        Ok(counted)
    }

    /// The map of every case, and the open cases.
    fn read_cases(&self, counted: &mut Counted) -> Result<HashMap<CaseNumber, MapId>, Error> {
        let sql = "SELECT number, map, status, step, opened_at, record, subject FROM case_now";
        let mut query = self.book.db.prepare(sql)?;
        let mut rows = query.query([])?;
        let mut maps = HashMap::new();
        while let Some(row) = rows.next()? {
            let case = store::case_number(row.get(0)?)?;
            let map: MapId = row.get(1)?;
            *counted.opened.entry(map.clone()).or_default() += 1;
            maps.insert(case, map.clone());
            if row.get::<_, String>(2)? == "open" {
                let (opened_at, record): (String, String) = (row.get(4)?, row.get(5)?);
                let record = record_of(case, &record)?;
                let (step, subject, opened_at) = (row.get(3)?, row.get(6)?, stamp::read(&opened_at)?);
                let open = Open { subject, step, opened_at, record, late: Vec::new() };
                counted.open.entry(map).or_default().insert(case, open);
            }
        }
        Ok(maps)
    }

    fn read_events(&self, maps: &HashMap<CaseNumber, MapId>, counted: &mut Counted) -> Result<(), Error> {
        let mut query = self.book.db.prepare(EVENTS)?;
        let mut rows = query.query([])?;
        let mut events: Vec<Event> = Vec::new();
        let mut of = None;
        while let Some(row) = rows.next()? {
            let case = store::case_number(row.get(0)?)?;
            if let Some(before) = of.replace(case).filter(|before| *before != case) {
                counted.add(before, maps, &events);
                events.clear();
            }
            let (seq, name): (i64, String) = (row.get(1)?, row.get(2)?);
            let content: String = row.get(5)?;
            let body = match name.as_str() {
                // Its timers are long, and are not asked for.
                "step-entered" => EventBody::StepEntered { timers: Vec::new() },
                _ => serde_json::from_str(&content).map_err(|error| {
                    Error::Damaged(format!("event {seq} (`{name}`) of case {case} cannot be read: {error}"))
                })?,
            };
            let (seq, at) = (u64::try_from(seq).unwrap_or(0), stamp::read(&row.get::<_, String>(4)?)?);
            let (actor, role) = (None, None);
            events.push(Event { seq, body, step: row.get(3)?, actor, role, occurred_at: at, recorded_at: at });
        }
        if let Some(last) = of {
            counted.add(last, maps, &events);
        }
        Ok(())
    }

    /// What runs, and what is late; of what has passed and was not recorded yet, that it was late.
    fn read_timers(&self, maps: &HashMap<CaseNumber, MapId>, counted: &mut Counted) -> Result<(), Error> {
        let sql = "SELECT case_number, kind, id, rule, due_at, passed FROM timer ORDER BY due_at";
        let mut query = self.book.db.prepare(sql)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let case = store::case_number(row.get(0)?)?;
            let word: String = row.get(1)?;
            let (Some(map), Some(kind)) = (maps.get(&case), DEADLINES.into_iter().find(|kind| *kind == word)) else {
                continue;
            };
            let (id, rule): (String, String) = (row.get(2)?, row.get(3)?);
            let (due_at, passed): (String, bool) = (row.get(4)?, row.get(5)?);
            let due_at = stamp::read(&due_at)?;
            let held = counted.times.entry((map.clone(), kind, id.clone())).or_default();
            if due_at > self.now {
                held.running += 1;
                continue;
            }
            if !passed {
                held.late.push(case);
            }
            if let Some(open) = counted.open.get_mut(map).and_then(|open| open.get_mut(&case)) {
                open.late.push(LateNow { kind, id, rule, due_at });
            }
        }
        Ok(())
    }
}

impl Counted {
    /// Adds up the way of a case.
    fn add(&mut self, case: CaseNumber, maps: &HashMap<CaseNumber, MapId>, events: &[Event]) {
        let Some(map) = maps.get(&case) else { return };
        let way = walk(events);
        for visit in way.visits {
            let Some((_, why)) = visit.left else { continue };
            let held = self.steps.entry((map.clone(), visit.step)).or_default();
            match why {
                Leaving::Done => held.done += 1,
                Leaving::Lapsed | Leaving::Overdue => held.passed_by.push(case),
            }
        }
        for event in events {
            match &event.body {
                EventBody::StartCame { id, started: Some(_), .. } => {
                    self.rounds.entry((map.clone(), id.clone())).or_default().opened += 1;
                }
                EventBody::StartDone { id, .. } => {
                    self.rounds.entry((map.clone(), id.clone())).or_default().done += 1;
                }
                _ => {}
            }
        }
        let key = |kind: mapcase_case::TimerKind, id: String| (map.clone(), kind.word(), id);
        for kept in way.kept {
            self.times.entry(key(kept.kind, kept.id)).or_default().in_time += 1;
        }
        for late in way.late {
            self.times.entry(key(late.kind, late.id)).or_default().late.push(case);
        }
    }

    /// How often what carries a control held; of a report, how many open cases it looks at.
    pub fn held(&self, carrier: &Carrier<'_>) -> Held {
        match carrier {
            Carrier::Map(map) => {
                Held { done: self.opened.get(&map.id).copied().unwrap_or_default(), ..Held::default() }
            }
            Carrier::Limit(map, id, _) => self.timed(&map.id, "limit", id),
            Carrier::Step(map, step) => {
                let visits = self.steps.get(&(map.id.clone(), step.id.clone())).cloned().unwrap_or_default();
                Held { passed_by: visits.passed_by, done: visits.done, ..self.timed(&map.id, "deadline", &step.id) }
            }
            Carrier::Starts(map, id, _) => {
                let came = self.rounds.get(&(map.id.clone(), id.to_string())).cloned().unwrap_or_default();
                Held { opened: came.opened, done: came.done, ..self.timed(&map.id, "by", id) }
            }
            Carrier::Report(report) => {
                let done = reported_maps(report).map(|map| self.of_map(map).count()).sum();
                Held { done, ..Held::default() }
            }
        }
    }

    fn timed(&self, map: &str, kind: &'static str, id: &str) -> Held {
        self.times.get(&(map.to_string(), kind, id.to_string())).cloned().unwrap_or_default()
    }

    /// The open cases that are an exception now, longest first: those that are late, and those of a report.
    pub fn exceptions(&self, carrier: &Carrier<'_>) -> Vec<Exception> {
        let mut found: Vec<Exception> = match carrier {
            Carrier::Map(_) => Vec::new(),
            Carrier::Step(map, step) => self.late(&map.id, |late| late.kind == "deadline" && late.id == step.id),
            Carrier::Limit(map, id, _) => self.late(&map.id, |late| late.kind == "limit" && late.id == *id),
            Carrier::Starts(map, id, _) => self.late(&map.id, |late| late.kind == "by" && late.id == *id),
            Carrier::Report(report) => self.reported(report),
        };
        found.sort_by_key(|exception| (exception.since, exception.case));
        found
    }

    fn of_map(&self, map: &str) -> impl Iterator<Item = (CaseNumber, &Open)> {
        self.open.get(map).into_iter().flatten().map(|(case, open)| (*case, open))
    }

    fn late(&self, map: &str, is_it: impl Fn(&LateNow) -> bool) -> Vec<Exception> {
        let late = self.of_map(map).filter_map(|(case, open)| {
            let late = open.late.iter().find(|late| is_it(late))?;
            Some(open.exception(case, map, late.due_at, vec![late.why()]))
        });
        late.collect()
    }

    fn reported(&self, report: &Report) -> Vec<Exception> {
        let of_maps = reported_maps(report).flat_map(|map| self.of_map(map).map(move |(case, open)| (map, case, open)));
        let found = of_maps.filter_map(|(map, case, open)| {
            let unset = report.without.iter().filter(|field| !open.record.contains_key(*field));
            let mut why: Vec<Why> = unset.cloned().map(Why::NotSet).collect();
            let late: Vec<&LateNow> = open.late.iter().filter(|late| report.late.counts(&late.id)).collect();
            let opened = (!why.is_empty()).then_some(open.opened_at);
            let since = opened.into_iter().chain(late.iter().map(|late| late.due_at)).min()?;
            why.extend(late.into_iter().map(LateNow::why));
            Some(open.exception(case, map, since, why))
        });
        found.collect()
    }
}

/// The maps of a report, each once.
fn reported_maps(report: &Report) -> impl Iterator<Item = &MapId> {
    report.cases.iter().collect::<BTreeSet<_>>().into_iter()
}

impl Open {
    fn exception(&self, case: CaseNumber, map: &str, since: DateTime<Utc>, why: Vec<Why>) -> Exception {
        let (subject, step) = (self.subject.clone(), self.step.clone());
        Exception { case, subject, map: map.to_string(), step, since, why }
    }
}

impl LateNow {
    fn why(&self) -> Why {
        Why::Late { kind: self.kind.to_string(), id: self.id.clone(), rule: self.rule.clone() }
    }
}
