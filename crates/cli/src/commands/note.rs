//! `note`: adds a note to a case.

use mapcase_case::{Act, CaseNumber};

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Acting;

/// Add a note to a case
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mapcase note 17V 'The bank sends the statements on Friday.'

A note cannot be erased: leave personal matters to the fields that are marked
so.")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// The note
    #[arg(required = true)]
    text: Vec<String>,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    cases::act(context, args.case, Act::Note(args.text.join(" ")), &args.acting, "noted")
}
