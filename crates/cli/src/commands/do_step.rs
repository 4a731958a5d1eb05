//! `do`: does a step.

use mapcase_case::{Act, CaseNumber};

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{Acting, Supplies};

/// Do the step at which a case stands
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase do 17V
  mapcase do 17V request-transfer --as ASW
  mapcase do 17V --set date_ending=2022-11-30 --attach letter=SP-2022-114
  mapcase do 17V --at '2022-10-14 10:00'        done then, recorded now

Without --as you act in the step's role; where it has several, in the first.")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// The step; naming it makes sure that the case stands where you think
    step: Option<String>,
    #[command(flatten)]
    supplies: Supplies,
    /// Ticks an item of the checklist first; may be repeated
    #[arg(long = "check-off", value_name = "ITEM")]
    check_off: Vec<String>,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let act = Act::Do {
        step: args.step.clone(),
        set: args.supplies.fields()?,
        check_off: args.check_off.clone(),
        attach: args.supplies.attachments(),
    };
    cases::act(context, args.case, act, &args.acting, "done")
}
