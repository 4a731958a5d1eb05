//! `check-off`: ticks an item of a step's checklist.

use mapcase_case::{Act, CaseNumber};

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Acting;

/// Tick an item of the step's checklist
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mapcase check-off 17V agreement-signed")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// The item; `mapcase show CASE` names those that are missing
    item: String,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    cases::act(context, args.case, Act::CheckOff(args.item.clone()), &args.acting, "checked off")
}
