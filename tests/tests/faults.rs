//! Real faults under the real program: kills, a full disk, what cannot be written or read, others who write, damage to the file, a
//! clock that goes back. What is promised, and what a long run printed, stands in docs/trust.md.
//!
//! `MAPCASE_KILLS=10000 cargo test --release -p mapcase-tests --test faults kills -- --nocapture` kills for long;
//! `MAPCASE_FLIPS=2000 ... damage ...` damages for long.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::print_stdout, reason = "a long run says what it found")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about, and wait")]

#[path = "faults/clock.rs"]
mod clock;
mod common;
#[path = "faults/damage.rs"]
mod damage;
#[path = "faults/full.rs"]
mod full;
#[path = "faults/kills.rs"]
mod kills;
#[path = "faults/ledger.rs"]
mod ledger;
#[path = "faults/locked.rs"]
mod locked;
#[path = "faults/stage.rs"]
mod stage;
#[path = "faults/together.rs"]
mod together;
#[path = "faults/unwritable.rs"]
mod unwritable;
