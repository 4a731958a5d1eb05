//! Invented atlases: whatever is valid by construction has no fault; each fault put into one is found by its rule, and
//! nothing panics; the soundness verdict is that of a search through every state.
//!
//! `MAPCASE_INVENTED=100000 cargo test --release -p mapcase-map --test invent` runs so many of each.
#![allow(clippy::disallowed_methods, reason = "how many are run is said by the environment")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test says what it tried")]

mod faults;
mod plan;
mod sound;
mod valid;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use mapcase_map::check::check_on;
use mapcase_map::{Diagnostic, Severity, rules};

use faults::{Fault, KINDS};
use plan::{Numbers, Plan};

/// How many atlases and faults are invented, unless the environment asks for more.
const USUAL: u64 = 1_000;

fn how_many() -> u64 {
    std::env::var("MAPCASE_INVENTED").ok().and_then(|text| text.parse().ok()).unwrap_or(USUAL)
}

/// Runs every seed below a number on two threads; the seed that fails is named.
fn each_seed(run: impl Fn(u64) + Sync) {
    let all = how_many();
    std::thread::scope(|scope| {
        for part in 0..2 {
            let run = &run;
            scope.spawn(move || {
                for seed in (part..all).step_by(2) {
                    let run = std::panic::AssertUnwindSafe(|| run(seed));
                    if let Err(cause) = std::panic::catch_unwind(run) {
                        eprintln!("the seed that shows it: {seed}");
                        std::panic::resume_unwind(cause);
                    }
                }
            });
        }
    });
}

fn lines(findings: &[&Diagnostic]) -> String {
    let line = |finding: &&Diagnostic| {
        let (place, rule) = (&finding.place, finding.rule);
        format!("{}:{}:{} {rule}: {}\n", place.file, place.line, place.column, finding.message)
    };
    findings.iter().map(line).collect()
}

fn faults_of(findings: &[Diagnostic]) -> Vec<&Diagnostic> {
    findings.iter().filter(|finding| finding.severity < Severity::Note).collect()
}

#[test]
fn an_atlas_that_is_valid_by_construction_has_no_fault() {
    let seen = Mutex::new(BTreeMap::<&'static str, u64>::new());
    each_seed(|seed| {
        let plan = valid::invent(&mut Numbers(seed));
        let checked = check_on(&plan.files(), Some(rules::DAY));
        let faults = faults_of(&checked.findings);
        assert!(faults.is_empty(), "seed {seed}\n{}\n{}", lines(&faults), plan.text());
        let atlas = checked.atlas.expect("an atlas without errors");
        assert_eq!(atlas.machines().len(), plan.maps.len());
        let mut seen = seen.lock().unwrap();
        for machine in atlas.machines().values() {
            machine.map().steps.iter().for_each(|step| *seen.entry(step.kind_word()).or_default() += 1);
        }
    });
    let seen = seen.into_inner().unwrap();
    println!("{} atlases with these steps: {seen:?}", how_many());
    assert_eq!(seen.len(), 6, "every kind of step is invented");
}

#[test]
fn each_fault_is_found_by_its_rule_and_is_the_only_one() {
    let found = Mutex::new(BTreeMap::<&'static str, u64>::new());
    let wrong = Mutex::new(BTreeMap::<&'static str, String>::new());
    each_seed(|seed| {
        let mut numbers = Numbers(seed);
        let plan = valid::invent(&mut numbers);
        let kind = &KINDS[(seed / 2) as usize % KINDS.len()];
        let Some(Fault { files, place: (file, line) }) = (kind.put)(plan.clone(), &mut numbers) else { return };
        let checked = check_on(&files, Some(rules::DAY));
        let shown = || {
            let text = files.iter().map(|file| format!("# {}\n{}", file.path, String::from_utf8_lossy(&file.bytes)));
            format!("seed {seed}, {}, expected in {file}:{line:?}\n{}", kind.rule, text.collect::<String>())
        };
        let hit = checked.findings.iter().any(|finding| {
            let there = line.is_none_or(|line| finding.place.line == line);
            finding.rule == kind.rule && *finding.place.file == *file && there
        });
        if !hit {
            let all = checked.findings.iter().collect::<Vec<_>>();
            wrong
                .lock()
                .unwrap()
                .entry(kind.rule)
                .or_insert_with(|| format!("not found\n{}\n{}", lines(&all), shown()));
        }
        let mut others = faults_of(&checked.findings);
        others.retain(|finding| finding.rule != kind.rule && !kind.brings.contains(&finding.rule));
        if hit && !others.is_empty() {
            let report = || format!("brings other findings\n{}\n{}", lines(&others), shown());
            wrong.lock().unwrap().entry(kind.rule).or_insert_with(report);
        }
        *found.lock().unwrap().entry(kind.rule).or_default() += 1;
    });
    // One atlas for each rule that is at fault: one after the other would take all day.
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{}",
        wrong.into_iter().map(|(rule, report)| format!("## {rule}\n{report}\n")).collect::<String>()
    );
    let found = found.into_inner().unwrap();
    println!("{} faults found, by rule: {found:#?}", found.values().sum::<u64>());
    let silent: Vec<_> = KINDS.iter().map(|kind| kind.rule).filter(|rule| !found.contains_key(rule)).collect();
    assert!(silent.is_empty(), "no invented atlas could have these faults: {silent:?}");
}

#[test]
fn every_rule_has_a_fault() {
    let rules: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(KINDS.iter().map(|kind| kind.rule).collect::<BTreeSet<_>>(), rules, "see tests/invent/faults");
}

#[test]
fn the_verdict_on_soundness_is_that_of_a_search_through_every_state() {
    let counts = Mutex::new((0u64, 0u64));
    each_seed(|seed| {
        let net = sound::invent(&mut Numbers(seed));
        let verdict = sound::verdict(&net);
        let searched = sound::search(&net);
        assert!(verdict.agrees(&searched), "seed {seed}\n{verdict:?}\n{searched:?}\n{}", net.text());
        let mut counts = counts.lock().unwrap();
        if searched.is_sound() { counts.0 += 1 } else { counts.1 += 1 }
    });
    let (sound, unsound) = counts.into_inner().unwrap();
    println!("agreed on {sound} sound and {unsound} unsound maps");
    assert!(sound > how_many() / 20 && unsound > how_many() / 20, "{sound} sound, {unsound} unsound");
}

/// Kept apart so that a plan can be looked at: what the generator makes reads like a map.
#[test]
fn an_invented_atlas_reads_like_one() {
    let plan: Plan = valid::invent(&mut Numbers(21));
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("invented", plan.text());
    });
}
