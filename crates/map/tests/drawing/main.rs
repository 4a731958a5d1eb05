//! Drawings read back: whatever the map, no shape lies on another, all words are within their shapes, no line runs through a shape,
//! no label lies on anything, and the same map gives the same drawing.
#![allow(clippy::disallowed_methods, reason = "tests read the maps of this project")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bpmn;
mod random;
mod reading;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mapcase_map::draw::{Left, Taken, Visit, atlas_dot, atlas_mermaid, atlas_svg, svg};
use mapcase_map::{AtlasFile, CheckedAtlas, Machine, check};
use reading::Drawing;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, found: &mut Vec<AtlasFile>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(AtlasFile { path: path.display().to_string(), bytes: fs::read(&path).unwrap() });
        }
    }
}

fn atlas(folder: &str) -> CheckedAtlas {
    let mut found = Vec::new();
    files(&root().join(folder), &mut found);
    check(&found).atlas.unwrap()
}

const ATLASES: [&str; 4] = ["processes", "examples/library", "tests/atlases/permits", "tests/atlases/design"];

/// A case that passed every step of a map once, in the file's order, and is late everywhere.
fn everywhere(machine: &Machine) -> Taken {
    let steps = &machine.map().steps;
    let visit =
        |step: &String| Visit { step: step.clone(), when: "2022-10-28 16:00 BST".to_string(), left: Left::Done };
    let since = "it was due by 2022-10-28 16:00 BST".to_string();
    Taken {
        case: "17V".to_string(),
        standing: vec!["it stands somewhere".to_string()],
        visits: steps.iter().cycle().take(3 * steps.len()).map(|step| visit(&step.id)).collect(),
        here: steps.last().map(|step| step.id.clone()),
        late: steps.iter().map(|step| (step.id.clone(), since.clone())).collect(),
        late_limits: machine.map().limits.keys().map(|limit| (limit.clone(), since.clone())).collect(),
    }
}

fn assert_sound(machine: &Machine, atlas: &CheckedAtlas) {
    for taken in [None, Some(everywhere(machine))] {
        let text = svg(machine, atlas, taken.as_ref());
        let drawing = Drawing::read(&text);
        let faults = drawing.faults();
        assert!(faults.is_empty(), "{}: {faults:#?}", machine.map().id);
        assert!(drawing.shapes.len() >= machine.map().steps.len());
        assert_eq!(drawing.badges.len(), if taken.is_some() { machine.map().steps.len() } else { 0 });
    }
}

#[test]
fn every_map_of_every_atlas_is_drawn_soundly() {
    for folder in ATLASES {
        let atlas = atlas(folder);
        assert!(!atlas.machines().is_empty());
        atlas.machines().values().for_each(|machine| assert_sound(machine, &atlas));
    }
}

#[test]
fn the_same_map_gives_the_same_drawing() {
    for folder in ATLASES {
        let (one, other) = (atlas(folder), atlas(folder));
        for (machine, same) in one.machines().values().zip(other.machines().values()) {
            assert_eq!(svg(machine, &one, None), svg(same, &other, None));
        }
        assert_eq!(atlas_svg(&one), atlas_svg(&other));
    }
}

#[test]
fn two_hundred_random_maps_are_drawn_soundly() {
    let atlas = atlas("tests/atlases/permits");
    let zone = atlas.zone();
    for seed in 0..200 {
        assert_sound(&Machine::new(random::map(seed, zone)), &atlas);
    }
}

#[test]
fn every_way_of_a_map_is_a_line_of_its_drawing() {
    for folder in ATLASES {
        let atlas = atlas(folder);
        for machine in atlas.machines().values() {
            let drawing = Drawing::read(&svg(machine, &atlas, None));
            let mut ways: BTreeMap<(&str, &str, bool), usize> = BTreeMap::new();
            for step in &machine.map().steps {
                for (transition, to) in machine.transitions(&step.id) {
                    use mapcase_map::Transition::{Lapsed, Overdue};
                    if !matches!(transition, Overdue(Some(_))) {
                        *ways.entry((&step.id, &to.id, matches!(transition, Lapsed | Overdue(_)))).or_default() += 1;
                    }
                }
            }
            let drawn = drawing.lines.iter().filter(|line| !line.class.contains("flowing")).count();
            let started = drawing.shapes.iter().filter(|shape| shape.said.contains("opened beside this case")).count();
            assert_eq!(drawn, ways.len() + started, "{}", machine.map().id);
        }
    }
}

#[test]
fn every_atlas_has_a_sound_chart() {
    for folder in ATLASES {
        let atlas = atlas(folder);
        let drawing = Drawing::read(&atlas_svg(&atlas));
        assert!(drawing.faults().is_empty(), "{folder}: {:#?}", drawing.faults());
        let maps = atlas.machines().len() + atlas.stopped().len();
        assert_eq!(drawing.shapes.len(), maps);
        for (drawing, mark) in [(atlas_mermaid(&atlas), "subgraph"), (atlas_dot(&atlas), "subgraph cluster_")] {
            let themes: std::collections::BTreeSet<_> =
                atlas.machines().values().map(|machine| &machine.map().about.theme).collect();
            assert_eq!(drawing.matches(mark).count(), themes.len() + usize::from(!atlas.stopped().is_empty()));
        }
    }
}

#[test]
fn a_chart_of_a_thousand_steps_is_drawn() {
    let atlas = atlas("tests/atlases/permits");
    let text = svg(&Machine::new(random::long(1_000, atlas.zone())), &atlas, None);
    assert_eq!(Drawing::read(&text).shapes.len(), 1_000);
}
