//! What audits ask for, and what carries it: maps, steps, limits, what comes round, and reports.

use crate::atlas::CheckedAtlas;
use crate::model::{FieldId, Limit, Map, MapId, Round, Step};

/// A register: what one audit asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The references of its controls, in the file's order.
    pub items: Vec<String>,
}

/// What an audit asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// What is asked for, in words.
    pub title: String,
    /// How it takes hold: `evidence`, `deadline`, `separation`, `report`.
    pub binds: Vec<String>,
    /// Its reports: which cases are an exception to it.
    pub reports: Vec<Report>,
}

/// A report of a control: the open cases of some maps that are an exception to it, old ones too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The maps.
    pub cases: Vec<MapId>,
    /// A case is an exception where one of these fields is not set.
    pub without: Vec<FieldId>,
    /// A case is an exception where this is late.
    pub late: LateOf,
}

/// What of a case is late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LateOf {
    /// It is not asked.
    Nothing,
    /// Anything that must be done by a time.
    Anything,
    /// One of these deadlines, by their steps, limits, and what comes round.
    These(Vec<String>),
}

impl LateOf {
    /// Whether what has this id counts.
    pub fn counts(&self, id: &str) -> bool {
        match self {
            LateOf::Nothing => false,
            LateOf::Anything => true,
            LateOf::These(these) => these.iter().any(|one| one == id),
        }
    }
}

/// What carries a control.
#[derive(Clone, Copy, Debug)]
pub enum Carrier<'a> {
    /// A whole map.
    Map(&'a Map),
    /// A step.
    Step(&'a Map, &'a Step),
    /// A limit, with its id.
    Limit(&'a Map, &'a str, &'a Limit),
    /// What comes round, with its id.
    Starts(&'a Map, &'a str, &'a Round),
    /// A report.
    Report(&'a Report),
}

impl<'a> Carrier<'a> {
    /// The word for what it is: `map`, `step`, `limit`, `starts` or `report`.
    pub fn kind(&self) -> &'static str {
        match self {
            Carrier::Map(_) => "map",
            Carrier::Step(..) => "step",
            Carrier::Limit(..) => "limit",
            Carrier::Starts(..) => "starts",
            Carrier::Report(_) => "report",
        }
    }

    /// Its map; a report has several.
    pub fn map(&self) -> Option<&'a Map> {
        match self {
            Carrier::Map(map) | Carrier::Step(map, _) => Some(map),
            Carrier::Limit(map, ..) | Carrier::Starts(map, ..) => Some(map),
            Carrier::Report(_) => None,
        }
    }

    /// Its id.
    pub fn id(&self) -> &'a str {
        match self {
            Carrier::Map(map) => &map.id,
            Carrier::Step(_, step) => &step.id,
            Carrier::Limit(_, id, _) | Carrier::Starts(_, id, _) => id,
            Carrier::Report(report) => &report.id,
        }
    }

    /// Its title.
    pub fn title(&self) -> &'a str {
        match self {
            Carrier::Map(map) => &map.title,
            Carrier::Step(_, step) => &step.title,
            Carrier::Limit(.., limit) => &limit.title,
            Carrier::Starts(.., round) => &round.title,
            Carrier::Report(report) => &report.title,
        }
    }
}

impl CheckedAtlas {
    /// Everything that carries a control: whole maps, then map by map steps, limits and what comes round, then reports.
    pub fn carriers(&self, control: &str) -> Vec<Carrier<'_>> {
        let is_in = |list: &[String]| list.iter().any(|one| one == control);
        let maps = || self.machines.values().map(|machine| machine.map());
        let mut carriers: Vec<Carrier<'_>> =
            maps().filter(|map| is_in(&map.about.controls)).map(Carrier::Map).collect();
        for map in maps() {
            carriers.extend(map.steps.iter().filter(|step| is_in(&step.controls)).map(|step| Carrier::Step(map, step)));
            let limits = map.limits.iter().filter(|(_, limit)| is_in(&limit.controls));
            carriers.extend(limits.map(|(id, limit)| Carrier::Limit(map, id, limit)));
            let rounds = map.rounds.iter().filter(|(_, round)| is_in(&round.controls));
            carriers.extend(rounds.map(|(id, round)| Carrier::Starts(map, id, round)));
        }
        carriers
            .extend(self.controls.get(control).into_iter().flat_map(|control| &control.reports).map(Carrier::Report));
        carriers
    }
}
