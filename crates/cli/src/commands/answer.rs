//! `answer`: answers a question.

use mapcase_case::{Act, CaseNumber};

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{Acting, Supplies};

/// Answer the question at which a case stands
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase answer 17V yes
  mapcase answer 17V no --as Admin --step second-letter-sent")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// The answer; `mapcase show CASE` names those that are possible
    answer: String,
    /// The decision; naming it makes sure that the case stands where you think
    #[arg(long, value_name = "STEP")]
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
    let act = Act::Answer {
        step: args.step.clone(),
        answer: args.answer.clone(),
        set: args.supplies.fields()?,
        check_off: args.check_off.clone(),
        attach: args.supplies.attachments(),
    };
    cases::act(context, args.case, act, &args.acting, "answered")
}
