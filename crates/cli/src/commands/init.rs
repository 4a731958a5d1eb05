//! `init`: makes a casebook.

use mapcase_engine::{Casebook, Clock, Making, stamp};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{self, when};

/// Make a new casebook
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase init                                  makes casebook.db here
  mapcase init --casebook transfers.db
  mapcase init --simulated --now '2022-10-10 09:00'
                                                for trying maps out

A simulated casebook goes by the time that is said with --now; a real one never
does. A file that exists is left as it is.")]
pub struct Args {
    /// Its time is what --now says, never the machine's; to try maps out and to teach
    #[arg(long)]
    simulated: bool,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let zone = context.atlas().map_or(chrono_tz::UTC, |atlas| atlas.zone());
    let now = match context.now() {
        Some(_) if !args.simulated => {
            return Err(
                CliError::refused("a real casebook goes by the real clock").help("add --simulated, or leave --now out")
            );
        }
        Some(text) => when(text, zone)?,
        None => Clock::machine(),
    };
    let making = Making { simulated: args.simulated, now: stamp::sensible(now)? };
    let book = Casebook::make(context.casebook(), making)?;
    if context.is_json() {
        let answer = serde_json::json!({
            "casebook": book.path().display().to_string(),
            "simulated": args.simulated,
            "made_at": session::stamp(making.now),
        });
        context.out.json(&answer)?;
        return Ok(Exit::Done);
    }
    let kind = if args.simulated { "a simulated casebook" } else { "a casebook" };
    context.out.line(format!("made {kind}: {}", book.path().display()));
    Ok(Exit::Done)
}
