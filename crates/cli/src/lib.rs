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
mod text;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

use args::{Cli, Format};
use context::Context;
use error::CliError;
use exit::Exit;
use output::Output;

/// Runs the command line with the process's arguments.
pub fn run() -> ExitCode {
    mapcase_engine::wait::tell_long_waits(say_that_it_waits);
    let typed: Vec<OsString> = std::env::args_os().collect();
    run_with(&typed)
}

/// A command that stands still says why.
fn say_that_it_waits() {
    let patience = mapcase_engine::wait::PATIENCE.as_secs();
    let words = format!("another program is writing to the casebook; it has {patience} seconds to come to an end");
    Output::new(Format::Human, args::colour_typed(&[]), None).aside("waiting", &words);
}

/// Runs the command line with these words, the program's name first.
pub fn run_with(typed: &[OsString]) -> ExitCode {
    exit_of(typed).into()
}

fn exit_of(typed: &[OsString]) -> Exit {
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
    let context = Context::new(cli.everywhere);
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
