//! Writes small maps as nets, one JSON line each, with the checker's verdict on their soundness: what `check.py` hands to
//! pm4py. Invented maps of any shape first, then those of the folders that are named.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program that cannot go on stops here"
)]
#![allow(clippy::print_stdout, reason = "its answer goes to standard output")]
#![allow(clippy::disallowed_methods, reason = "how many are wanted is an argument")]
#![allow(dead_code, reason = "the modules are those of the checker's own tests")]

#[path = "../../../crates/map/tests/invent/plan.rs"]
mod plan;
#[path = "../../../crates/map/tests/invent/sound.rs"]
mod sound;

use std::path::Path;

use mapcase_engine::files::read_atlas_files;
use mapcase_map::check;
use mapcase_map::model::{LinkMode, StepKind};
use petgraph::visit::EdgeRef;
use serde_json::json;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let many: usize = arguments.next().and_then(|word| word.parse().ok()).expect("how many maps");
    let mut seeds = 0..;
    let mut written = 0;
    while written < many {
        let seed = seeds.next().unwrap();
        let net = sound::invent(&mut plan::Numbers(seed));
        // A net of places and transitions has no clock: a map whose limits move the case has no such net.
        if !net.limits.is_empty() {
            continue;
        }
        let ways: Vec<_> = net.ways.iter().map(|(from, to, _)| (from, to)).collect();
        let name = format!("seed {seed}");
        println!(
            "{}",
            json!({ "name": name, "starts": net.starts, "ends": net.ends, "ways": ways, "sound": sound::verdict(&net).is_sound() })
        );
        written += 1;
    }
    arguments.for_each(|folder| real(&folder));
}

/// The maps of an atlas. A map that runs is one that the checker found to be sound.
fn real(folder: &str) {
    let atlas = check(&read_atlas_files(Path::new(folder)).unwrap()).atlas.expect("an atlas");
    for machine in atlas.machines().values() {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for (at, step) in machine.map().steps.iter().enumerate() {
            match step.kind {
                StepKind::Start { .. } => starts.push(at),
                StepKind::End { .. } | StepKind::Link { mode: LinkMode::HandOver, .. } => ends.push(at),
                _ => {}
            }
        }
        let edges = machine.graph().edge_references();
        let ways: Vec<_> = edges.map(|edge| (edge.source().index(), edge.target().index())).collect();
        println!(
            "{}",
            json!({ "name": machine.map().id, "starts": starts, "ends": ends, "ways": ways, "sound": true })
        );
    }
}
