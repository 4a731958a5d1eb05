//! `open`: opens a case.

use mapcase_case::Opening;

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{Session, fields, pair, when};

/// Open a case in a map
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase open transfer-out
  mapcase open financial-review-preparation \\
      ics_number=123456 family_managed=yes review_anchor=2022-04-10
  mapcase open transfer-out --entry from-needs-review --at '2022-10-14 10:00'

Opening does the map's start: the case then stands at the step after it. What
the start needs is given here.")]
pub struct Args {
    /// The map; `mapcase map list` names them
    map: String,
    /// Fields of the record that are known already
    #[arg(value_name = "FIELD=VALUE", value_parser = pair)]
    record: Vec<(String, String)>,
    /// The same, as an option
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// The start, where the map has several
    #[arg(long, value_name = "START")]
    entry: Option<String>,
    /// When it began, if not now
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
    /// An id of your own: a command repeated with it is answered as the first was and opens nothing
    #[arg(long, value_name = "ID")]
    request: Option<String>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let mut session = Session::acting(context)?;
    if let Some(atlas) = session.engine.shelf().atlas() {
        crate::atlas::machine(atlas, &args.map, context.atlas_dir())?;
    }
    session.known_role(context.role())?;
    let pairs: Vec<(String, String)> = args.record.iter().chain(&args.set).cloned().collect();
    let opening = Opening {
        map: args.map.clone(),
        entry: args.entry.clone(),
        record: fields(&pairs)?,
        actor: context.actor()?,
        role: context.role().map(str::to_string),
        at: args.at.as_deref().map(|text| when(text, session.zone)).transpose()?,
    };
    let answer = session.engine.open(&opening, args.request.as_deref())?;
    cases::answer(&session, context, &answer, "opened")
}
