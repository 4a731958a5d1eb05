//! `receive`: records that what a wait waited for came.

use mapcase_case::{Act, CaseNumber};

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{Acting, Supplies};

/// Record that what a case waits for has come
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase receive 17V --attach returned-documents=SP-2022-120
  mapcase receive 17V --at '2022-10-25 09:30'   came then, recorded now

What came before a time ran out and is recorded after it counts as in time, if
nobody has acted on the case since: the timeout is taken back.")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// The wait; naming it makes sure that the case waits where you think
    step: Option<String>,
    #[command(flatten)]
    supplies: Supplies,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let act =
        Act::Receive { step: args.step.clone(), set: args.supplies.fields()?, attach: args.supplies.attachments() };
    cases::act(context, args.case, act, &args.acting, "received")
}
