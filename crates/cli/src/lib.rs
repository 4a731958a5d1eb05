//! The `mapcase` command line: what is typed, what is printed, and the exit code between. What a command *does* stands in
//! the crates below; one command is one file in `commands`.

mod args;
mod atlas;
mod cases;
mod commands;
mod context;
mod engine_error;
mod error;
mod exit;
mod findings;
mod help;
mod junit;
mod output;
mod progress;
mod session;
mod spool;
mod text;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::FromArgMatches;
use etcetera::BaseStrategy;

use args::{Cli, Format};
use context::Context;
use error::CliError;
use exit::Exit;
use output::Output;

/// Runs the command line with the process's arguments.
pub fn run() -> ExitCode {
    mapcase_engine::wait::tell_long_waits(say_that_it_waits);
    let typed: Vec<OsString> = std::env::args_os().collect();
    exit_of(&typed, compiled_atlases()).into()
}

/// A command that stands still says why.
fn say_that_it_waits() {
    let patience = mapcase_engine::wait::PATIENCE.as_secs();
    let words = format!("another program is writing to the casebook; it has {patience} seconds to come to an end");
    Output::new(Format::Human, args::colour_typed(&[]), None).aside("waiting", &words);
}

/// Runs the command line with these words, the program's name first. No compiled atlas is looked for or kept.
pub fn run_with(typed: &[OsString]) -> ExitCode {
    exit_of(typed, None).into()
}

/// The folder of compiled atlases: `mapcase` in the user's cache folder, which XDG_CACHE_HOME names where it is set.
fn compiled_atlases() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("mapcase"))
}

fn exit_of(typed: &[OsString], compiled: Option<PathBuf>) -> Exit {
    let mut command = help::command(args::colour_typed(typed));
    if typed.len() < 2 {
        let _ = command.print_help();
        return Exit::Usage;
    }
    let parsed = command.try_get_matches_from(typed);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return not_understood(typed, &error),
    };
    let context = Context::new(cli.everywhere, compiled);
    let exit = cli.command.run(&context).unwrap_or_else(|error| {
        context.out.error(&error);
        error.exit()
    });
    match context.out.finish() {
        Ok(()) => exit,
        Err(error) => {
            context.out.error(&error);
            error.exit()
        }
    }
}

/// Shows the help that was asked for, or what is wrong with the arguments.
fn not_understood(typed: &[OsString], error: &clap::Error) -> Exit {
    if error.use_stderr() && args::typed(typed, "--format").as_deref() == Some("json") {
        let out = Output::new(Format::Json, args::colour_typed(typed), None);
        out.error(&CliError::from_clap(error));
        return if out.finish().is_ok() { Exit::Usage } else { Exit::Unreadable };
    }
    // A reader that has gone away, as in `| head`, is no fault.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

#[cfg(test)]
mod tests;
