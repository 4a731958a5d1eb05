//! Suggested stories on invented atlases, which are valid by construction: each story passes as it would be written, and what
//! none comes to is said, with the reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops here")]

#[path = "../../map/tests/invent/plan.rs"]
#[allow(dead_code, reason = "faults are put into plans by the tests of the checker")]
mod plan;
#[path = "../../map/tests/invent/valid.rs"]
mod valid;

use std::collections::BTreeMap;
use std::sync::Arc;

use mapcase_engine::story::suggest::{Suggestion, suggest, yaml};
use mapcase_engine::story::{Coverage, Element, run};
use mapcase_map::{AtlasFile, CheckedAtlas, check};

use plan::Numbers;

/// The atlas of these files, which must be without errors.
fn atlas(files: &[AtlasFile], seed: u64) -> Arc<CheckedAtlas> {
    let checked = check(files);
    assert!(!checked.has_errors(), "seed {seed}: {:#?}", checked.findings);
    Arc::new(checked.atlas.unwrap())
}

#[test]
fn what_is_suggested_for_an_invented_atlas_passes_and_covers_what_can_be_reached() {
    let (mut stories, mut elements, mut left) = (0, 0, 0);
    for seed in 0..20 {
        let mut files = valid::invent(&mut Numbers(seed)).files();
        let bare = atlas(&files, seed);
        let mut suggestions: BTreeMap<String, Suggestion> = BTreeMap::new();
        for (id, machine) in bare.machines() {
            let suggestion = suggest(&bare, machine, &Coverage::default());
            let cases: String = suggestion.stories.iter().map(|story| yaml::story(story, bare.zone())).collect();
            let text = format!("scenarios: {id}\ncases:\n{cases}");
            files.push(AtlasFile { path: format!("{id}.scenarios.yaml"), bytes: text.into_bytes() });
            suggestions.insert(id.clone(), suggestion);
        }
        let whole = atlas(&files, seed);
        for scenarios in whole.scenarios() {
            let mut coverage = Coverage::default();
            for story in &scenarios.stories {
                let told = run(&whole, &scenarios.map, story);
                assert_eq!(told.failure, None, "seed {seed}: {}", yaml::story(story, whole.zone()));
                coverage.merge(&told.coverage);
                stories += 1;
            }
            let machine = whole.machine(&scenarios.map).unwrap();
            let unreached = &suggestions[&scenarios.map].unreached;
            let rest: Vec<Element> = coverage.rest(machine);
            assert!(
                rest.iter().all(|one| unreached.iter().any(|other| other.element == *one)),
                "seed {seed}: {rest:#?}"
            );
            // Everything was looked at: nothing is given up.
            assert!(
                unreached.iter().all(|one| one.why.starts_with("nothing that is done")),
                "seed {seed}: {unreached:#?}"
            );
            let totals = coverage.totals(machine);
            elements += totals.steps.all + totals.ways.all + totals.overdue.all;
            left += rest.len();
        }
    }
    // What cannot be reached hangs on two questions in a row that the same field answers.
    assert!(stories > 100 && left * 20 < elements, "{stories} stories, {left} of {elements} are left");
}
