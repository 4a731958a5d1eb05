//! What audits ask for, and what carries it: maps, steps, limits, what comes round, and reports.

use serde::{Deserialize, Serialize};

use crate::atlas::CheckedAtlas;
use crate::model::{FieldId, Limit, Map, MapId, Round, Step};

/// A register: what one audit asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The references of its controls, in the file's order.
    pub items: Vec<String>,
}

/// What an audit asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// What is asked for, in words.
    pub title: String,
    /// How it takes hold: `evidence`, `deadline`, `separation`, `report`.
    pub binds: Vec<String>,
    /// Its reports: which cases are an exception to it.
    pub reports: Vec<Report>,
}

/// A report of a control: the open cases of some maps that are an exception to it, old ones too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Every control that a map carries, with what carries it: the map as a whole, then steps, limits and what comes round.
pub fn carried(map: &Map) -> impl Iterator<Item = (&str, Carrier<'_>)> {
    let steps = map.steps.iter().flat_map(move |step| by(&step.controls, Carrier::Step(map, step)));
    let limits = map.limits.iter().flat_map(move |(id, limit)| by(&limit.controls, Carrier::Limit(map, id, limit)));
    let rounds = map.rounds.iter().flat_map(move |(id, round)| by(&round.controls, Carrier::Starts(map, id, round)));
    by(&map.about.controls, Carrier::Map(map)).chain(steps).chain(limits).chain(rounds)
}

fn by<'m>(controls: &'m [String], carrier: Carrier<'m>) -> impl Iterator<Item = (&'m str, Carrier<'m>)> {
    controls.iter().map(move |control| (control.as_str(), carrier))
}

impl CheckedAtlas {
    /// Everything that carries a control: whole maps, then map by map steps, limits and what comes round, then reports.
    pub fn carriers(&self, control: &str) -> Vec<Carrier<'_>> {
        let all = self.machines().values().flat_map(|machine| carried(machine.map()));
        let mut carriers: Vec<Carrier<'_>> = all.filter(|(of, _)| *of == control).map(|(_, carrier)| carrier).collect();
        carriers.sort_by_key(|carrier| !matches!(carrier, Carrier::Map(_)));
        let reports = self.controls().get(control).into_iter().flat_map(|control| &control.reports);
        carriers.extend(reports.map(Carrier::Report));
        carriers
    }
}
