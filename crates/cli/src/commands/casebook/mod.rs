//! `casebook`: keeping a casebook.

mod rebuild;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Keep a casebook: rebuild what follows from the events
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Keeping,
}

/// What keepers do.
#[derive(Debug, clap::Subcommand)]
enum Keeping {
    Rebuild(rebuild::Args),
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    match &args.command {
        Keeping::Rebuild(args) => rebuild::run(args, context),
    }
}
