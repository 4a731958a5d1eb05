//! Works 24 hours of a council on one casebook with several workers at once, as fast as they can: that none waits for ever, and how long
//! a command takes.
//!
//! `cargo run --release --example council_day -- target/day.db 8 5`: with 8 workers, an hour in 5 seconds.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use mapcase_engine::files;
use mapcase_examples::{Load, Plan, Worked, work};

#[expect(clippy::print_stderr, reason = "and why it cannot")]
fn main() -> ExitCode {
    day().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn day() -> Result<ExitCode, Box<dyn Error>> {
    let mut typed = std::env::args().skip(1);
    let path = PathBuf::from(typed.next().unwrap_or_else(|| "target/day.db".to_string()));
    let workers: usize = typed.next().map_or(Ok(8), |text| text.parse())?;
    let seconds: f64 = typed.next().map_or(Ok(5.0), |text| text.parse())?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../processes");
    let checked = mapcase_map::check(&files::read_atlas_files(&folder)?);
    let atlas = Arc::new(checked.atlas.ok_or("the atlas has errors")?);
    let days = NaiveDate::from_ymd_opt(2025, 4, 1).zip(NaiveDate::from_ymd_opt(2025, 6, 30));
    let (first, last) = days.ok_or("there are no such days")?;
    let before = Plan { children: 500, seed: 1, first, last };
    let load = Load { before, workers, hours: 24, an_hour: Duration::from_secs_f64(seconds) };
    let worked = work(&atlas, load, &path)?;
    Ok(if say(&worked, seconds) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints what came of it, and says whether all is well.
#[expect(clippy::print_stdout, reason = "an example shows what it does")]
fn say(worked: &Worked, seconds: f64) -> bool {
    let mut took: Vec<u64> = worked.workers.iter().flat_map(|busy| busy.took.iter().copied()).collect();
    took.sort_unstable();
    let ms = |per_mille: usize| {
        took.get(took.len().saturating_sub(1) * per_mille / 1_000).map_or(0.0, |us| *us as f64 / 1e3)
    };
    let done: usize = worked.workers.iter().flat_map(|busy| &busy.done).sum();
    let read: usize = worked.workers.iter().map(|busy| busy.read).sum();
    let hours = || worked.workers.iter().flat_map(|busy| busy.done.iter().copied());
    let gap = worked.workers.iter().map(|busy| busy.longest_gap).max().unwrap_or(0) as f64 / 1e3;
    let mut refused = std::collections::BTreeMap::<&str, usize>::new();
    let all = worked.workers.iter().flat_map(|busy| &busy.refused);
    all.for_each(|(reason, number)| *refused.entry(reason).or_default() += number);
    let reasons: Vec<String> = refused.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
    let failed: Vec<&String> = worked.workers.iter().flat_map(|busy| &busy.failed).collect();
    let tick = worked.ticks.iter().max().copied().unwrap_or(0) as f64 / 1e3;
    let rate = done as f64 / (seconds * 24.0);
    println!(
        "24 hours, {} workers, {seconds} s an hour: {done} commands done, {rate:.0} a second; {read} lists read",
        worked.workers.len()
    );
    println!("refused: {}", reasons.join(", "));
    println!(
        "{} timers fired by {} ticks beside them, the longest tick {tick:.0} ms",
        worked.fired,
        worked.ticks.len()
    );
    println!(
        "a command: p50 {:.2} ms, p90 {:.2}, p99 {:.2}, p99.9 {:.2}, longest {:.2}",
        ms(500),
        ms(900),
        ms(990),
        ms(999),
        ms(1_000)
    );
    println!(
        "a worker did from {} to {} commands in an hour; none went longer than {gap:.0} ms without one",
        hours().min().unwrap_or(0),
        hours().max().unwrap_or(0)
    );
    println!(
        "{} cases, {} events; verified: {} findings; {} commands failed",
        worked.cases,
        worked.events,
        worked.findings.len(),
        failed.len()
    );
    failed.iter().take(10).for_each(|failed| println!("failed: {failed}"));
    worked.findings.iter().take(10).for_each(|finding| println!("found: {finding}"));
    failed.is_empty() && worked.findings.is_empty() && hours().all(|done| done > 0)
}
