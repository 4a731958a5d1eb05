//! Lives a year of a council over the maps of `processes`: children with a direct payment and children who come, what happens to them,
//! and the people who act for them. The same seed gives the same year.
//!
//! `cargo run --release --example council_year -- target/year.db 2000 1`

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use mapcase_engine::files;
use mapcase_examples::{Plan, Report, live};

#[expect(clippy::print_stderr, reason = "and why it cannot")]
fn main() -> ExitCode {
    year().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
fn year() -> Result<ExitCode, Box<dyn Error>> {
    let began = Instant::now();
    let mut typed = std::env::args().skip(1);
    let path = PathBuf::from(typed.next().unwrap_or_else(|| "target/year.db".to_string()));
    let children: u64 = typed.next().map_or(Ok(2000), |text| text.parse())?;
    let seed: u64 = typed.next().map_or(Ok(1), |text| text.parse())?;
    if path.exists() {
        return Err(format!("{} exists already and is left as it is: name another file", path.display()).into());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../processes");
    let checked = mapcase_map::check(&files::read_atlas_files(&folder)?);
    let atlas = Arc::new(checked.atlas.ok_or("the atlas has errors")?);
    let plan = Plan::new(children, seed).ok_or("there is no such year")?;
    let lived = live(&atlas, plan)?;
    let year = began.elapsed();
    lived.engine.book().copy_to(&path)?;
    let report = Report::of(&lived)?;
    println!("{report}");
    let verified = lived.engine.verify(None, |_, _| {})?;
    verified.findings.iter().take(20).for_each(|finding| println!("{:?}: {}", finding.case, finding.what));
    lived.refused.iter().take(20).for_each(|what| println!("refused: {what}"));
    println!(
        "{children} children, {} cases, {} events, {} commands, {} timers fired at night",
        report.count(),
        verified.events,
        lived.commands,
        lived.fired
    );
    println!("verified: {} findings; refused: {} commands", verified.findings.len(), lived.refused.len());
    println!(
        "{:.1} s, of which {:.1} s to live the year; the casebook is {}",
        began.elapsed().as_secs_f64(),
        year.as_secs_f64(),
        path.display()
    );
    let sound = report.stuck.is_empty() && verified.findings.is_empty() && lived.refused.is_empty();
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
