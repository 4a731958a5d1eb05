//! `casebook rebuild`: makes the projections anew from the events.

use serde_json::json;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::progress::with_bar;
use crate::session::Session;
use crate::text;

/// Make worklists, timers and lists anew from the events
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mapcase casebook rebuild

The events themselves are only read. Useful after `mapcase audit verify` found
rows that do not follow from them.")]
pub struct Args {}

/// Runs the command.
pub fn run(_: &Args, context: &Context) -> Result<Exit, CliError> {
    let mut session = Session::reading(context)?;
    let cases = with_bar("rebuilding", |progress| session.engine.rebuild(progress))?;
    if context.is_json() {
        context.out.json(&json!({ "cases": cases }))?;
    } else {
        context.out.line(format!("rebuilt {} from the events", text::count(cases, "case")));
    }
    Ok(Exit::Done)
}
