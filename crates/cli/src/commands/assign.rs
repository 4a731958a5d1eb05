//! `assign`: gives a case to a person.

use mapcase_case::{Act, CaseNumber};

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Acting;

/// Give a case to a person
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase assign 17V                            I take it
  mapcase assign 17V priya
  mapcase assign 17V --nobody")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// The person's login; yours, where none is said
    #[arg(conflicts_with = "nobody")]
    person: Option<String>,
    /// Takes the case from whoever has it
    #[arg(long)]
    nobody: bool,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let to = match (&args.person, args.nobody) {
        (Some(person), _) => Some(person.clone()),
        (None, true) => None,
        (None, false) => Some(context.actor()?),
    };
    cases::act(context, args.case, Act::Assign(to), &args.acting, "assigned")
}
