//! The atlases of the simulator: invented ones in zones where clocks change, and those with what invented ones do not have. A process keeps
//! those that it has checked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::Opening;
use mapcase_map::{AtlasFile, CheckedAtlas, check};

use crate::common::deeds::Openings;
use crate::common::opening;
use crate::plan::Numbers;
use crate::{valid, wild};

/// How many different invented atlases there are.
const INVENTED: usize = 48;

/// A zone, and days about which its clocks do something: Samoa left out a whole day.
const ZONES: [(&str, [&str; 3]); 4] = [
    ("Europe/London", ["2026-03-26", "2026-10-22", "2026-12-22"]),
    ("America/New_York", ["2026-03-05", "2026-10-29", "2026-12-22"]),
    ("Australia/Lord_Howe", ["2026-04-02", "2026-10-01", "2026-12-22"]),
    ("Pacific/Apia", ["2011-12-26", "2011-12-28", "2011-09-22"]),
];

/// The days on which nobody works, in invented atlases: a weekend, holidays in a row, and one alone.
const CALENDAR: &str = "calendar: plain
title: Days that do not count
weekend: [saturday, sunday]
covers: 2008..2060
holidays:
  2011-12-26: The day after Christmas
  2026-10-26: A Monday
  2026-12-25: Christmas Day
  2026-12-28: The day after
";

const INVENTED_OPENINGS: Openings = &[
    ("map-0", &[("flag", "yes"), ("way", "a"), ("since", "SINCE"), ("words", "abc")]),
    ("map-0", &[("flag", "no"), ("way", "c"), ("since", "SINCE"), ("words", "abc")]),
];

/// The world that a seed is lived in.
#[derive(Clone)]
pub struct Ground {
    pub atlas: Arc<CheckedAtlas>,
    pub begin: DateTime<Utc>,
    pub openings: Vec<Opening>,
    pub name: String,
}

fn invented(number: usize) -> Arc<CheckedAtlas> {
    let (zone, _) = ZONES[number % ZONES.len()];
    let mut plan = valid::invent(&mut Numbers(number as u64));
    plan.atlas = plan.atlas.replace("Europe/London", zone);
    plan.calendar = CALENDAR.to_string();
    let files: Vec<AtlasFile> = plan.files();
    let checked = check(&files);
    assert!(!checked.has_errors(), "atlas {number}: {:#?}", checked.findings);
    Arc::new(checked.atlas.unwrap())
}

fn kept(name: &str, make: impl FnOnce() -> Arc<CheckedAtlas>) -> Arc<CheckedAtlas> {
    static KEPT: OnceLock<Mutex<BTreeMap<String, Arc<CheckedAtlas>>>> = OnceLock::new();
    let mut kept = KEPT.get_or_init(Mutex::default).lock().unwrap();
    kept.entry(name.to_string()).or_insert_with(make).clone()
}

fn morning(day: &str) -> DateTime<Utc> {
    format!("{day}T08:00:00Z").parse().unwrap()
}

fn openings(atlas: &CheckedAtlas, list: Openings, begin: DateTime<Utc>) -> Vec<Opening> {
    let since = (begin - TimeDelta::days(20)).date_naive().to_string();
    let mut openings = Vec::new();
    for (map, record) in list {
        let mut opening = opening(map, record);
        let dates = opening.record.values_mut().filter(|value| *value == "SINCE");
        dates.for_each(|value| value.clone_from(&since));
        openings.push(opening);
    }
    // And each map that a person can open.
    let others = atlas.machines().keys().filter(|map| map.starts_with("map-") && *map != "map-0");
    let first = openings[0].clone();
    openings.extend(others.map(|map| Opening { map: map.clone(), ..first.clone() }));
    openings
}

/// Where a seed is lived.
pub fn ground(numbers: &mut Numbers) -> Ground {
    let kind = numbers.below(100);
    if kind < 60 {
        let number = numbers.below(INVENTED);
        let name = format!("invented atlas {number}");
        let atlas = kept(&name, || invented(number));
        let begin = morning(ZONES[number % ZONES.len()].1[numbers.below(3)]);
        let openings = openings(&atlas, INVENTED_OPENINGS, begin);
        return Ground { atlas, begin, openings, name };
    }
    let (name, atlas) = match kind {
        60..80 => ("wild atlas", kept("wild", wild::wild_atlas)),
        _ => ("atlas of what comes round", kept("rounds", wild::rounds_atlas)),
    };
    let begin = morning(["2022-10-03", "2022-10-28", "2022-03-24", "2022-05-30"][numbers.below(4)]);
    let openings = openings(&atlas, wild::WILD, begin);
    Ground { atlas, begin, openings, name: name.to_string() }
}
