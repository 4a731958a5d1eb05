//! The whole engine under a seeded simulation: workers and tickers on one casebook, a clock that jumps, and a disk that fails, is full and
//! loses what was not synced. After each crash, and at the end, the casebook is held against a ledger that knows nothing of it.
//!
//! `MAPCASE_SEEDS=5000` lives so many seeds; `MAPCASE_SEED=17` lives that one and tells its log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment how much to do; files stand for those of the disk")]

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

use simulator::life::live;
use simulator::world::Ways;

#[test]
fn seeds() {
    let many: u64 = std::env::var("MAPCASE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let one: Option<u64> = std::env::var("MAPCASE_SEED").ok().and_then(|text| text.parse().ok());
    let mut stats = simulator::world::Stats::new();
    let range = one.map_or(0..many, |one| one..one + 1);
    for seed in range {
        let world = live(seed, Ways::default());
        if one.is_some() { println!("{}", world.log); }
        assert!(world.findings.is_empty(), "seed {seed}\n{}", world.log);
        for (k, v) in world.stats { *stats.entry(k).or_default() += v; }
        for (k, v) in &simulator::disk::disk().struck { *stats.entry(k.to_string()).or_default() += v; }
    }
    println!("{stats:#?}");
}
