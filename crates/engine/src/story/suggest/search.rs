//! The search: breadth first over what can be done and what the clock brings.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use mapcase_case::{CaseNumber, CaseState, Family, Library, Opening, Status, Stop, Timer, TimerKind};
use mapcase_map::model::{FieldType, Role};
use mapcase_map::scenarios::Item;
use mapcase_map::time::{Calendar, start_of_day};
use mapcase_map::{CheckedAtlas, Machine};

use super::super::Element;
use super::super::coverage::covered_by;
use super::moves;
use super::values::Values;

/// How many situations one search looks at; far more than the maps that people draw have.
const MOST_SITUATIONS: usize = 10_000;
/// How many a story looks at for something further to come to, before another story begins.
const MOST_FURTHER: usize = 1_000;
/// How often one map may be called inside itself: maps that call each other in a circle do so without end.
const MOST_OF_ONE_MAP: usize = 2;

/// How a story opens its case.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    pub entry: Option<String>,
    pub role: Option<Role>,
    pub record: BTreeMap<String, String>,
}

/// A situation: how the cases stand, and what led here from the one before.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The case of the story, the one that it waits for, and so on.
    pub chain: Vec<CaseState>,
    /// The first number that no case has.
    pub free: u64,
    pub now: DateTime<Utc>,
    pub opening: Opened,
    /// What was done; nothing for the opening.
    pub item: Option<Item>,
    /// What of the map under test this came to.
    pub came: Vec<Element>,
    before: Option<usize>,
}

impl Spot {
    /// The case of the story.
    pub fn main(&self) -> Option<&CaseState> {
        self.chain.first()
    }

    /// The case that can be acted on: the last that another waits for.
    pub fn active(&self) -> Option<&CaseState> {
        self.chain.last()
    }

    /// The timer that fires next.
    pub fn next_timer(&self) -> Option<&Timer> {
        self.chain.iter().filter_map(CaseState::next_timer).min_by_key(|timer| timer.fires_at())
    }
}

/// How much was looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    /// Every situation there is.
    All(usize),
    /// As many as are looked at.
    Some(usize),
}

/// A search on one map.
pub(super) struct Search<'s> {
    pub atlas: &'s CheckedAtlas,
    pub machine: &'s Arc<Machine>,
    pub values: Values<'s>,
    /// Whether what is set already is also set anew: answers from the record change, dates move.
    pub corrects: bool,
    digests: BTreeMap<&'s str, &'s Arc<Machine>>,
    starts: DateTime<Utc>,
    fault: Option<String>,
    found: Found,
}

impl<'s> Search<'s> {
    pub fn new(atlas: &'s CheckedAtlas, machine: &'s Arc<Machine>) -> Self {
        let digests = atlas.machines().values().map(|machine| (machine.digest(), machine)).collect();
        let starts = first_day(atlas, machine);
        Self {
            atlas,
            machine,
            values: Values::new(atlas),
            corrects: false,
            digests,
            starts,
            fault: None,
            found: Found::All(0),
        }
    }

    /// When stories open their cases.
    pub fn starts(&self) -> DateTime<Utc> {
        self.starts
    }

    /// What kept the engine from going on somewhere.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// How much the last search looked at.
    pub fn found(&self) -> Found {
        self.found
    }

    /// Notes what kept the engine from going on; the first is told.
    pub fn note(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }

    /// The machine on which a case runs.
    pub fn machine_of(&self, state: &CaseState) -> Option<&'s Arc<Machine>> {
        self.digests.get(state.opened.digest.as_str()).copied()
    }

    /// The situations of a story that comes to one of `wanted` as soon as possible, then to the nearest other, and at last to an
    /// end. None, where nothing is found.
    pub fn story(&mut self, wanted: &BTreeSet<Element>) -> Option<Vec<Spot>> {
        let mut wanted = wanted.clone();
        let roots = self.roots();
        let goal = |spot: &Spot| spot.came.iter().any(|came| wanted.contains(came));
        let mut trail = self.nearest(roots, MOST_SITUATIONS, goal)?;
        let found = self.found;
        loop {
            trail.iter().flat_map(|spot| &spot.came).for_each(|came| {
                wanted.remove(came);
            });
            let here = trail.last().cloned()?;
            let next = self.onward(here, |spot| spot.came.iter().any(|came| wanted.contains(came)));
            let Some(more) = next else { break };
            trail.extend(more);
        }
        let here = trail.last().cloned()?;
        if here.main().is_some_and(CaseState::is_open) {
            trail.extend(self.onward(here, |spot| spot.main().is_some_and(|main| !main.is_open())).unwrap_or_default());
        }
        self.found = found;
        Some(trail)
    }

    /// The situations from the one after `here` to the nearest that is a goal.
    fn onward(&mut self, here: Spot, goal: impl Fn(&Spot) -> bool) -> Option<Vec<Spot>> {
        let here = Spot { came: Vec::new(), before: None, ..here };
        let mut trail = self.nearest(vec![here], MOST_FURTHER, goal)?;
        trail.remove(0);
        Some(trail)
    }

    fn nearest(&mut self, roots: Vec<Spot>, most: usize, goal: impl Fn(&Spot) -> bool) -> Option<Vec<Spot>> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut spots: Vec<Spot> = Vec::new();
        let mut open: VecDeque<usize> = VecDeque::new();
        let mut fresh = roots;
        loop {
            for spot in fresh {
                // What came on the way is part of the goal, so that a goal is one also where the situation is known.
                if goal(&spot) {
                    let mut trail = vec![spot];
                    while let Some(before) = trail.last().and_then(|spot| spot.before) {
                        trail.push(spots[before].clone());
                    }
                    trail.reverse();
                    return Some(trail);
                }
                if !is_circle(&spot) && seen.insert(key(self, &spot)) {
                    open.push_back(spots.len());
                    spots.push(spot);
                }
            }
            self.found = Found::All(spots.len());
            if spots.len() >= most {
                self.found = Found::Some(spots.len());
                return None;
            }
            let at = open.pop_front()?;
            let here = spots[at].clone();
            fresh = moves::moves(self, &here);
            fresh.iter_mut().for_each(|spot| spot.before = Some(at));
        }
    }

    /// Every way of opening a case: each start, with each value of the fields that decide something.
    fn roots(&mut self) -> Vec<Spot> {
        let map = self.machine.map();
        let mut roots = Vec::new();
        let usual = map.usual_start().map(|start| &start.id);
        for start in map.starts() {
            let named = usual != Some(&start.id);
            let needed: Vec<&str> = start.needs.iter().map(String::as_str).collect();
            for record in self.values.choices(self.machine, &needed, self.starts) {
                let role = start.roles.first().cloned();
                let opening = Opened { entry: named.then(|| start.id.clone()), role, record };
                roots.extend(self.open(&opening));
            }
        }
        roots
    }

    fn open(&mut self, opening: &Opened) -> Option<Spot> {
        let map = self.machine.map().id.clone();
        let library = Maps { atlas: self.atlas, digests: &self.digests };
        let mut family = Family::new(&library, Vec::new(), 1, self.starts);
        let said = Opening {
            map,
            entry: opening.entry.clone(),
            record: opening.record.clone(),
            actor: opening.role.clone().unwrap_or_else(|| super::super::run::SOMEBODY.to_string()),
            role: opening.role.clone(),
            at: None,
        };
        match family.open(&said) {
            Ok(case) => {
                let from = Spot {
                    chain: Vec::new(),
                    free: 1,
                    now: self.starts,
                    opening: opening.clone(),
                    item: None,
                    came: Vec::new(),
                    before: None,
                };
                Some(self.spot(&family, case, &from, None))
            }
            Err(stop) => {
                self.note(stop.to_string());
                None
            }
        }
    }

    /// What comes of a move from a situation: `act` does it. None, where it is refused.
    pub fn after(
        &mut self,
        from: &Spot,
        now: DateTime<Utc>,
        item: Item,
        act: impl FnOnce(&mut Family<'_>) -> Result<(), Stop>,
    ) -> Result<Spot, Stop> {
        let library = Maps { atlas: self.atlas, digests: &self.digests };
        let mut family = Family::new(&library, from.chain.iter().cloned().map(Arc::new).collect(), from.free, now);
        act(&mut family)?;
        let main = from.main().map_or(CaseNumber(0), |main| main.case);
        let from = Spot { now, ..from.clone() };
        Ok(self.spot(&family, main, &from, Some(item)))
    }

    fn spot(&self, family: &Family<'_>, main: CaseNumber, from: &Spot, item: Option<Item>) -> Spot {
        let map = &self.machine.map().id;
        let of_map = |case: CaseNumber| family.state(case).is_some_and(|state| state.opened.map == *map);
        let events = family.events().iter().filter(|(case, _)| of_map(*case));
        let came = events.flat_map(|(_, event)| covered_by(event)).collect();
        let last = family.states().map(|state| state.case.0 + 1).max().unwrap_or(1);
        let (opening, free) = (from.opening.clone(), from.free.max(last));
        Spot { chain: chain(family, main), free, now: from.now, opening, item, came, before: None }
    }
}

/// A case, the one it waits for, the one that one waits for, and so on.
fn chain(family: &Family<'_>, main: CaseNumber) -> Vec<CaseState> {
    let mut chain: Vec<CaseState> = Vec::new();
    let mut next = Some(main);
    while let Some(state) = next.and_then(|case| family.state(case)) {
        if chain.iter().any(|other| other.case == state.case) {
            break;
        }
        chain.push(state.clone());
        next = match &state.status {
            // The duty to return goes along with a hand-over; the story's own case ends with one.
            Status::HandedOver { case, .. } if state.case != main => Some(*case),
            _ => state.waits_for,
        };
    }
    chain
}

/// Whether a map waits for itself once more than is looked at.
fn is_circle(spot: &Spot) -> bool {
    let of_map = |map: &str| spot.chain.iter().filter(|state| state.opened.map == map).count();
    spot.chain.iter().any(|state| of_map(&state.opened.map) > MOST_OF_ONE_MAP)
}

/// What tells situations apart: two with the same key can come to the same things.
fn key(search: &Search<'_>, spot: &Spot) -> String {
    let mut key = String::new();
    for state in spot.chain.iter().filter(|state| state.is_open()) {
        key.push_str(&format!("{}/{}", state.opened.map, state.step));
        let mut timers: Vec<&Timer> = state.timers.iter().collect();
        timers.sort_by_key(|timer| (timer.fires_at(), timer.kind));
        for timer in timers {
            // A limit that passes soon can pass at a later step.
            let near = match (timer.fires_at() - spot.now).num_minutes() {
                _ if timer.kind != TimerKind::Limit => "",
                ..=1 => "at once",
                2..1440 => "soon",
                _ => "",
            };
            key.push_str(&format!(" {}:{}:{}:{near}", timer.kind.word(), timer.id, timer.passed));
        }
        let record = search.machine_of(state).map(|machine| &machine.map().record);
        for (name, kept) in &state.record {
            let decides = record.and_then(|record| record.get(name));
            let decides = decides.is_some_and(|field| matches!(field.kind, FieldType::YesNo | FieldType::Choice(_)));
            let value = kept.value().filter(|_| decides).map(|value| value.display()).unwrap_or_default();
            key.push_str(&format!(" {name}={value}"));
        }
        key.push(';');
    }
    key
}

/// When stories begin: when the first of the map's own does; otherwise at nine on the first Monday of March of the second year
/// that the calendar covers, or of the only one: what runs over years then has room.
fn first_day(atlas: &CheckedAtlas, machine: &Machine) -> DateTime<Utc> {
    let own = atlas.scenarios().iter().filter(|scenarios| scenarios.map == machine.map().id);
    if let Some(story) = own.flat_map(|scenarios| &scenarios.stories).next() {
        return story.starts;
    }
    let calendar = atlas.calendars().get(&machine.map().calendar);
    let year = calendar.map_or(2025, |calendar| (calendar.first_year + 1).min(calendar.last_year));
    let march = (1..=7).filter_map(|day| NaiveDate::from_ymd_opt(year, 3, day));
    let monday = march.into_iter().find(|day| day.weekday() == Weekday::Mon).unwrap_or_default();
    start_of_day(monday, atlas.zone()).unwrap_or_default() + chrono::TimeDelta::hours(9)
}

/// The atlas, for cases that no casebook keeps.
struct Maps<'m> {
    atlas: &'m CheckedAtlas,
    digests: &'m BTreeMap<&'m str, &'m Arc<Machine>>,
}

impl Library for Maps<'_> {
    fn current(&self, map: &str) -> Result<Arc<Machine>, String> {
        self.atlas.machine(map).cloned().ok_or_else(|| "it has errors or is not there".to_string())
    }

    fn revision(&self, digest: &str) -> Result<Arc<Machine>, String> {
        self.digests.get(digest).map(|machine| Arc::clone(machine)).ok_or_else(|| "it is not there".to_string())
    }

    fn calendar(&self, id: &str) -> Result<Arc<Calendar>, String> {
        self.atlas.calendars().get(id).cloned().ok_or_else(|| format!("the atlas has no calendar `{id}`"))
    }

    fn supervisors(&self) -> &[Role] {
        self.atlas.supervisors()
    }

    fn is_simulated(&self) -> bool {
        true
    }
}
