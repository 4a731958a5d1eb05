//! `withdraw`: ends a case from outside.

use mapcase_case::{Act, CaseNumber};

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Acting;

/// Withdraw a case, such as one that was opened in error
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mapcase withdraw 17V --as CSM --reason 'opened twice; see 16Q'

Only the roles that the atlas names as supervisors may do this. The history
stays.")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let act = Act::Withdraw { reason: args.reason.clone() };
    cases::act(context, args.case, act, &args.acting, "withdrawn")
}
