//! `set`: sets fields of a case's record.

use mapcase_case::{Act, CaseNumber};

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{Acting, fields, pair};

/// Set fields of a case's record
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase set 17V ola='Northtown Council'
  mapcase set 17V date_ending=2022-11-30 amount=£1,250.00
  mapcase set 17V ola=                          clears the field")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// The fields and their values; nothing after the sign clears a field
    #[arg(required = true, value_name = "FIELD=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    cases::act(context, args.case, Act::Set(fields(&args.fields)?), &args.acting, "set")
}
