//! `audit`: what auditors ask of a casebook.

mod replay;
mod verify;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Replay a case, or verify that no history was changed
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Audit,
}

/// What auditors ask.
#[derive(Debug, clap::Subcommand)]
enum Audit {
    Replay(replay::Args),
    Verify(verify::Args),
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    match &args.command {
        Audit::Replay(args) => replay::run(args, context),
        Audit::Verify(args) => verify::run(args, context),
    }
}
