//! The atlas of `processes` against the catalogue of the 2022 document: every map, every title that survived, every link; and the
//! table of docs/atlas.md. `UPDATE_ATLAS=1 cargo test -p mapcase-tests --test atlas` writes the table anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

#[path = "atlas/catalogue.rs"]
mod catalogue;
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::sync::{Arc, LazyLock};

use catalogue::{LINKS, MAPS};
use common::root;
use mapcase_engine::files;
use mapcase_engine::story::{self, Coverage};
use mapcase_map::links::{Link, Why, links};
use mapcase_map::model::{LinkMode, Map, Reading, StepKind};
use mapcase_map::{CheckedAtlas, Machine};

static ATLAS: LazyLock<Arc<CheckedAtlas>> = LazyLock::new(|| {
    let checked = mapcase_map::check(&files::read_atlas_files(&root("processes")).unwrap());
    Arc::new(checked.atlas.unwrap())
});

fn map(id: &str) -> &'static Map {
    ATLAS.machine(id).unwrap_or_else(|| panic!("there is no map {id}")).map()
}

fn id_of(number: u32) -> &'static str {
    MAPS.iter().find(|named| named.number == number).unwrap().id
}

#[test]
fn every_map_of_the_catalogue_is_drawn_under_its_title() {
    for named in &MAPS {
        let map = map(named.id);
        named.title.iter().for_each(|title| assert_eq!(map.title, *title, "{}", map.id));
        let untitled = map.about.notes.iter().any(|note| note.contains("neither title nor chart survived"));
        assert_eq!(named.title.is_none(), untitled, "{}: whether its title survived is not what its notes say", map.id);
        let transcribed = [27, 36, 37].contains(&named.number);
        let reading = if transcribed { Reading::Transcribed } else { Reading::Reconstructed };
        assert_eq!(map.about.reading, reading, "{}", map.id);
    }
}

#[test]
fn a_map_that_is_reconstructed_says_so_and_what_is_uncertain() {
    for machine in ATLAS.machines().values() {
        let about = &machine.map().about;
        if about.reading == Reading::Reconstructed {
            assert!(
                about.notes.iter().any(|note| note.contains("its owner has yet to confirm it")),
                "{}",
                machine.map().id
            );
            assert!(
                about.notes.iter().any(|note| note.contains("[?]")),
                "{}: no question to its owner",
                machine.map().id
            );
        }
    }
}

/// Whether a map leads to another.
fn leads(from: &Map, to: &str) -> bool {
    links(from).iter().any(|link| link.to == to)
}

#[test]
fn every_link_of_the_catalogue_is_there_or_its_map_says_why_not() {
    let mut lost = Vec::new();
    for (from, targets) in &LINKS {
        let from = map(id_of(*from));
        for number in *targets {
            let to = map(id_of(*number));
            let names = |note: &String| note.contains(&to.id) || note.contains(&format!("M{number:02}"));
            if !leads(from, &to.id) && !from.about.notes.iter().any(names) {
                lost.push(format!("{} to {}", from.id, to.id));
            }
        }
    }
    assert_eq!(lost, Vec::<String>::new(), "neither a link nor a note that names the other map");
}

#[test]
fn every_time_says_where_it_comes_from() {
    for machine in ATLAS.machines().values() {
        let map = machine.map();
        for step in &map.steps {
            let waits = matches!(
                step.kind,
                StepKind::WaitFor { timeout: Some(_), .. } | StepKind::WaitUntil { after: Some(_), .. }
            );
            assert!(step.origin.is_some() || !(step.due.is_some() || waits), "{}: {}", map.id, step.id);
        }
        assert!(map.limits.values().all(|limit| limit.origin.is_some()), "{}", map.id);
    }
}

/// How many stories each map has, and what all stories together cover. They pass.
static STORIES: LazyLock<(BTreeMap<&'static str, usize>, Coverage)> = LazyLock::new(|| {
    let (mut counts, mut coverage) = (BTreeMap::new(), Coverage::default());
    for scenarios in ATLAS.scenarios() {
        for one in &scenarios.stories {
            let told = story::run(&ATLAS, &scenarios.map, one);
            assert_eq!(told.failure, None, "{}: {}", scenarios.map, one.id);
            *counts.entry(scenarios.map.as_str()).or_default() += 1;
            coverage.merge(&told.coverage);
        }
    }
    (counts, coverage)
});

#[test]
fn the_stories_come_to_every_step_way_answer_timeout_and_deadline() {
    let rest: Vec<String> = ATLAS.machines().values().flat_map(|machine| uncovered(machine)).collect();
    assert_eq!(rest, Vec::<String>::new(), "no story comes to these; `mapcase map test --suggest` writes some");
}

fn uncovered(machine: &Machine) -> Vec<String> {
    STORIES.1.rest(machine).iter().map(|element| format!("{}: {element:?}", machine.map().id)).collect()
}

/// How a link leads to its map.
fn mode(link: &Link<'_>) -> &'static str {
    match link.why {
        Why::Step(LinkMode::HandOver) => "hands over to",
        Why::Step(LinkMode::Call { .. }) => "calls",
        Why::Step(LinkMode::Start { .. }) => "starts",
        Why::Late => "starts when late",
        Why::Round => "starts when due",
    }
}

fn table() -> String {
    let mut text = String::from(
        "| | map | reading | steps | decisions | times | limits | links out | links in | stories | coverage |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut inward: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for machine in ATLAS.machines().values() {
        for link in links(machine.map()) {
            inward.entry(link.to).or_default().insert(&machine.map().id);
        }
    }
    let mut all: Vec<(Option<u32>, &Map)> =
        ATLAS.machines().values().map(|machine| (number(machine.map()), machine.map())).collect();
    all.sort_by_key(|(number, map)| (number.is_none(), *number, &map.id));
    for (number, map) in all {
        let machine = ATLAS.machine(&map.id).unwrap();
        let decisions = map.steps.iter().filter(|step| matches!(step.kind, StepKind::Decision { .. })).count();
        let times = map.steps.iter().filter(|step| step.origin.is_some()).count();
        let out: BTreeSet<&str> = links(map).iter().map(|link| link.to.as_str()).collect();
        writeln!(
            text,
            "| {} | `{}` {} | {} | {} | {decisions} | {times} | {} | {} | {} | {} | {} % |",
            number.map_or(String::new(), |number| format!("M{number:02}")),
            map.id,
            map.title,
            map.about.reading.word(),
            map.steps.len(),
            map.limits.len(),
            out.len(),
            inward.get(map.id.as_str()).map_or(0, BTreeSet::len),
            STORIES.0.get(map.id.as_str()).unwrap_or(&0),
            STORIES.1.totals(machine).percent(),
        )
        .unwrap();
    }
    text
}

fn number(map: &Map) -> Option<u32> {
    MAPS.iter().find(|named| named.id == map.id).map(|named| named.number)
}

fn link_table() -> String {
    let mut text = String::from("| map | of the catalogue | not of the catalogue |\n| --- | --- | --- |\n");
    let named: BTreeMap<u32, &[u32]> = LINKS.into_iter().collect();
    for from in &MAPS {
        let asked = named.get(&from.number).copied().unwrap_or_default();
        let there = |id: &str| {
            let ways: BTreeSet<&str> = links(map(from.id)).iter().filter(|link| link.to == id).map(mode).collect();
            ways.into_iter().collect::<Vec<_>>().join(", ")
        };
        let cell = |to: &str| match there(to) {
            none if none.is_empty() => format!("*not* `{to}`: see the map's notes"),
            ways => format!("{ways} `{to}`"),
        };
        let asked: Vec<&str> = asked.iter().map(|to| id_of(*to)).collect();
        let others: BTreeSet<&str> =
            links(map(from.id)).iter().map(|link| link.to.as_str()).filter(|to| !asked.contains(to)).collect();
        let list = |ids: Vec<&str>| ids.into_iter().map(cell).collect::<Vec<_>>().join("; ");
        let others = list(others.into_iter().collect());
        writeln!(text, "| M{:02} `{}` | {} | {others} |", from.number, from.id, list(asked)).unwrap();
    }
    text
}

/// What stands between two marks of docs/atlas.md, with its place.
fn part<'t>(text: &'t str, name: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("<!-- {name} -->\n")).unwrap_or_else(|| panic!("no mark `{name}`"));
    rest.split_once("<!-- end -->").unwrap().0
}

#[test]
fn the_tables_of_the_document_are_those_of_the_atlas() {
    let path = root("docs/atlas.md");
    let mut text = fs::read_to_string(&path).unwrap();
    for (name, table) in [("maps", table()), ("links", link_table())] {
        let new = format!("<!-- {name} -->\n\n{table}\n<!-- end -->");
        let old = format!("<!-- {name} -->\n{}<!-- end -->", part(&text, name));
        if std::env::var("UPDATE_ATLAS").is_ok() {
            text = text.replace(&old, &new);
        }
        assert!(text.contains(&new), "the table of {name} is stale: UPDATE_ATLAS=1 writes it anew");
    }
    if std::env::var("UPDATE_ATLAS").is_ok() {
        fs::write(path, text).unwrap();
    }
}
