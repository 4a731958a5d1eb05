//! The whole engine under a seeded simulation: workers and tickers on one casebook, a clock that jumps, and a disk that fails, is full and
//! loses what was not synced. After each crash, and at the end, the casebook is held against a ledger that knows nothing of it.
//!
//! `MAPCASE_SEEDS=5000` lives so many seeds; `MAPCASE_SEED=17` lives that one and tells its log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]
#![allow(
    clippy::disallowed_methods,
    reason = "a test is told by its environment how much to do; files stand for those of the disk"
)]

mod common;
#[path = "../../map/tests/invent/plan.rs"]
#[allow(dead_code, reason = "faults are put into plans by the tests of the checker")]
mod plan;
#[path = "simulator/mod.rs"]
mod simulator;
#[path = "../../map/tests/invent/valid.rs"]
mod valid;
#[path = "regimes/wild.rs"]
mod wild;

use std::collections::{BTreeMap, BTreeSet};

use simulator::disk::{Fault, Plant, disk};
use simulator::life::{alone, live};
use simulator::paper::{Deed, Given};
use simulator::planted::Sabotage;
use simulator::summary;
use simulator::world::{Kind, Ways};

fn said(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Without optimisation everything takes longer: there it is done less often.
const DEBUG: bool = cfg!(debug_assertions);

/// How many seeds plain `cargo test` lives.
const SEEDS: u64 = if DEBUG { 100 } else { 400 };

#[test]
fn seeds() {
    if let Some(seed) = said("MAPCASE_SEED") {
        let lived = live(seed, Ways::default());
        println!("{}", lived.log);
        return assert!(lived.findings.is_empty(), "{}", summary::told(seed, &lived));
    }
    let stats = summary::many(said("MAPCASE_SEEDS").unwrap_or(SEEDS));
    println!("{}", summary::table(&stats));
    for name in
        ["commands acknowledged", "commands refused", "fault: power cuts", "fault: full disks", "fault: torn writes"]
    {
        assert!(stats.get(name).is_some_and(|times| *times > 0), "no {name}: {stats:#?}");
    }
}

/// In a child: lives its part of the seeds. Otherwise nothing.
#[test]
fn a_part_of_the_seeds() {
    if let Ok(part) = std::env::var(summary::PART) {
        summary::part(&part);
    }
}

#[test]
fn the_same_seed_has_the_same_log() {
    for seed in [3, 1_000_003, 77, 4_711] {
        let (one, other) = (live(seed, Ways::default()), live(seed, Ways::default()));
        assert!(one.log.lines().count() > 20, "{}", one.log);
        for (one, other) in one.log.lines().zip(other.log.lines()) {
            assert_eq!(one, other, "seed {seed}");
        }
        assert_eq!(one.log.len(), other.log.len());
    }
}

/// Whatever is lived, and at whichever change of the disk the power is cut.
#[test]
fn the_power_is_cut_at_every_change_of_the_disk() {
    let (seeds, step) = if DEBUG { (1..2, 17) } else { (1..3, 1) };
    for seed in seeds {
        let whole = live(seed, Ways { cut_at: Some(0), ..Ways::default() });
        assert!(whole.changes > 100 && whole.findings.is_empty(), "{}", summary::told(seed, &whole));
        for cut in (1..=whole.changes).step_by(step) {
            let lived = live(seed, Ways { cut_at: Some(cut), ..Ways::default() });
            assert!(lived.findings.is_empty(), "cut at {cut}: {}", summary::told(seed, &lived));
        }
        println!("seed {seed}: the power was cut at every {step}. of {} changes", whole.changes);
    }
}

/// All programs are killed at some point of a command, before it is synced or after; the command is given again, and answered; the power is
/// cut. What was answered is there, whether the answer was a new one or the old one again.
#[test]
fn what_is_answered_again_is_on_the_disk() {
    let mut again = 0;
    let seeds = if DEBUG { 0..2 } else { 0..6 };
    for (seed, after) in seeds.flat_map(|seed| (0..40).map(move |after| (seed, after))) {
        let lived = alone(seed, |world| {
            let opening = world.ground.openings[0].clone();
            let given = Given { deed: Deed::Open(opening), request: Some("request".to_string()) };
            world.fault(Fault::KillAll, after);
            world.give(0, given.clone());
            again += u32::from(!world.kept.is_empty() && world.unsure.is_some());
            disk().calm();
            world.give(0, given);
            disk().stop(Fault::Power);
            world.recover();
        });
        assert!(lived.findings.is_empty(), "killed after {after} changes: {}", summary::told(seed, &lived));
    }
    println!("{again} times the command was there, unanswered");
    assert!(again > 0);
}

/// What is planted is found in at least so many of some seeds, as something of these kinds; without it nothing is found in them, as the test
/// of the seeds shows.
fn found(seeds: u64, ways: Ways, least: u64, kinds: &[Kind]) {
    let seeds = if DEBUG { seeds / 2 } else { seeds };
    let mut found = BTreeMap::new();
    let mut right = 0;
    for seed in 0..seeds.min(SEEDS) {
        let findings = live(seed, ways).findings;
        let of_seed: BTreeSet<Kind> = findings.into_iter().map(|finding| finding.kind).collect();
        right += u64::from(kinds.iter().any(|kind| of_seed.contains(kind)));
        of_seed.into_iter().for_each(|kind| *found.entry(kind).or_insert(0) += 1);
    }
    println!("{:?} {:?}: found in {right} of {seeds} seeds: {found:?}", ways.disk, ways.sabotage);
    assert!(right >= least, "only in {right} of {seeds} seeds: {found:?}");
}

fn planted(sabotage: Sabotage) -> Ways {
    Ways { sabotage: Some(sabotage), ..Ways::default() }
}

#[test]
fn a_lost_event_is_found() {
    found(80, Ways { disk: Plant::LyingSync, ..Ways::default() }, 3, &[Kind::Lost]);
}

#[test]
fn a_torn_write_that_passes_for_whole_is_found() {
    let kinds = [Kind::Torn, Kind::Changed, Kind::Lost];
    found(80, Ways { disk: Plant::TornPage, ..Ways::default() }, 3, &kinds);
}

#[test]
fn a_timer_that_fires_twice_is_found() {
    found(24, planted(Sabotage::FireTwice), 3, &[Kind::Timer]);
}

#[test]
fn a_wrong_order_is_found() {
    found(40, planted(Sabotage::Swap), 2, &[Kind::Order]);
}

#[test]
fn a_command_that_was_acknowledged_and_is_not_there_is_found() {
    found(20, planted(Sabotage::TakeOut), 3, &[Kind::Lost]);
}

#[test]
fn an_event_that_nobody_was_told_of_is_found() {
    found(12, planted(Sabotage::PutIn), 4, &[Kind::Unacknowledged]);
}

#[test]
fn a_projection_that_drifts_is_found() {
    found(12, planted(Sabotage::Drift), 4, &[Kind::Projection]);
}
