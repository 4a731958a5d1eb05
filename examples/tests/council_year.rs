//! Small years of a council, on the maps of `processes`: nobody tries what they may not, nothing is stuck, every map is entered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use mapcase_engine::{Casebook, Engine, files};
use mapcase_examples::{Lived, Plan, Report, live, unknown_answers};
use mapcase_map::CheckedAtlas;

fn atlas() -> Arc<CheckedAtlas> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../processes");
    Arc::new(mapcase_map::check(&files::read_atlas_files(&folder).unwrap()).atlas.unwrap())
}

fn year(atlas: &Arc<CheckedAtlas>, seed: u64) -> Lived {
    live(atlas, Plan::new(16, seed).unwrap()).unwrap()
}

/// All that happened, but for hashes: those of personal values are salted.
fn histories(engine: &Engine) -> String {
    let events = |case| engine.history(case).unwrap().into_iter().map(move |row| format!("{case} {:?}\n", row.event));
    let text: String = engine.cases().unwrap().into_iter().flat_map(events).collect();
    text.lines().filter(|line| !line.contains("Personal")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_year_goes_through_every_map_and_leaves_no_case_stuck() {
    let atlas = atlas();
    let (mut entered, mut exceptions) = (BTreeSet::<String>::new(), BTreeSet::<String>::new());
    for seed in 1..=3 {
        let lived = year(&atlas, seed);
        assert_eq!(lived.refused, Vec::<String>::new(), "seed {seed}");
        let report = Report::of(&lived).unwrap();
        assert_eq!(report.stuck, Vec::new(), "seed {seed}");
        assert!(report.late > 0, "seed {seed}: somebody is always late");
        let verified = lived.engine.verify(None, |_, _| {}).unwrap();
        assert_eq!(verified.findings, Vec::new(), "seed {seed}");
        assert_eq!(verified.cases, report.count(), "seed {seed}");
        entered.extend(report.cases.into_keys());
        exceptions.extend(report.exceptions.into_keys());
    }
    let missing: Vec<&String> = atlas.machines().keys().filter(|map| !entered.contains(*map)).collect();
    assert!(missing.is_empty(), "no case went through {missing:?}");
    // Start dates and signed agreements are missing, and reviews are late.
    for control in ["A3.4", "A3.6", "A4.1"] {
        assert!(exceptions.contains(control), "{control} is not among {exceptions:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_year_and_it_can_be_kept_in_a_file() {
    let atlas = atlas();
    let (one, again, other) = (year(&atlas, 4), year(&atlas, 4), year(&atlas, 5));
    let first = histories(&one.engine);
    assert!(first == histories(&again.engine), "the same seed gave another year");
    assert!(first != histories(&other.engine), "another seed gave the same year");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("year.db");
    one.engine.book().copy_to(&path).unwrap();
    let kept = Engine::new(Casebook::open(&path).unwrap(), Some(atlas.clone()), None).unwrap();
    assert_eq!(kept.now(), one.engine.now());
    assert!(first == histories(&kept), "the file holds another year");
    assert_eq!(kept.verify(None, |_, _| {}).unwrap().findings, Vec::new());
    let again = one.engine.book().copy_to(&path).unwrap_err().to_string();
    assert!(again.contains("year.db"), "{again}");
    let names = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = names.filter(|name| name.contains("unfinished")).collect();
    assert_eq!(left, Vec::<String>::new());
}

/// A step that is renamed must not lose its weights unseen.
#[test]
fn every_weight_is_of_an_answer_that_a_map_has() {
    assert_eq!(unknown_answers(&atlas()).unwrap(), Vec::<String>::new());
}
