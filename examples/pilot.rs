//! Runs `pilot.session`: real maps, a fresh casebook, a simulated clock. Each command goes through the same code as `mapcase`
//! typed in a shell. The casebook stays in `target/pilot`, for a look of your own.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use mapcase_tests::{Line, read};

const SESSION: &str = include_str!("pilot.session");

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("target/pilot");
    let casebook = folder.join("casebook.db");
    let _ = std::fs::remove_dir_all(&folder);
    if let Err(error) = std::fs::create_dir_all(&folder) {
        println!("{}: {error}", folder.display());
        return ExitCode::FAILURE;
    }
    for line in read(SESSION) {
        match line {
            Line::Said(said) => println!("# {said}"),
            Line::Empty => println!(),
            Line::Printed(_) => {}
            Line::Command { typed, words } => {
                println!("$ {typed}");
                let mut args: Vec<OsString> = words.into_iter().map(OsString::from).collect();
                args.extend(["--casebook".into(), casebook.clone().into(), "--actor".into(), "pilot".into()]);
                args.extend(["--atlas".into(), root.join("processes").into()]);
                if mapcase_cli::run_with(&args) != ExitCode::SUCCESS {
                    return ExitCode::FAILURE;
                }
                println!();
            }
        }
    }
    println!("The casebook is {}.", Path::new("target/pilot/casebook.db").display());
    ExitCode::SUCCESS
}
