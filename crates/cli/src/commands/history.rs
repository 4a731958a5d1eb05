//! `history`: all that happened in a case.

use mapcase_case::CaseNumber;
use mapcase_case::event::Event;
use mapcase_engine::describe::describe;
use mapcase_engine::query::HistoryRow;
use mapcase_map::time::local;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{BOLD, DIM};
use crate::session::{Session, stamp};
use crate::text;

/// Show all that happened in a case
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase history 17V
  mapcase history 17V --format json

The time on the left is when it happened; where it was recorded on another day,
the line says so.

JSON: {\"case\",\"map\",\"events\":[{\"seq\",\"event\",\"step\",\"actor\",\"role\",
\"occurred_at\",\"recorded_at\",\"hash\",\"what\",\"content\"}]}; an actor of null is
the engine.")]
pub struct Args {
    /// The case
    case: CaseNumber,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let view = session.view(args.case)?;
    let rows = session.engine.history(args.case)?;
    let zone = view.machine.map().zone;
    let words = |event: &Event| describe(event, Some(&view.machine), zone);
    if context.is_json() {
        let events: Vec<Value> = rows.iter().map(|row| entry(row, &words(&row.event))).collect();
        let map = &view.machine.map().id;
        context.out.json(&json!({ "case": args.case.to_string(), "map": map, "events": events }))?;
        return Ok(Exit::Done);
    }
    let out = &context.out;
    out.line(format_args!("{BOLD}Case {}{BOLD:#}  {}", args.case, text::clean(&view.machine.map().title)));
    let widest = rows.last().map_or(1, |row| row.event.seq.to_string().len());
    for row in &rows {
        let event = &row.event;
        let who = match (&event.actor, &event.role) {
            (Some(actor), Some(role)) => format!(" — {actor} as {role}"),
            (Some(actor), None) => format!(" — {actor}"),
            (None, _) => String::new(),
        };
        let later = (event.recorded_at - event.occurred_at).num_hours() >= 24;
        let recorded = if later { format!(" (recorded {})", local(event.recorded_at, zone)) } else { String::new() };
        let label = format!("{:>widest$}  {}", event.seq, local(event.occurred_at, zone));
        let lines = text::beside(0, &label, widest + 25, &format!("{}{who}{recorded}", words(event)), out.width());
        for line in lines {
            if event.actor.is_none() { out.line(format_args!("{DIM}{line}{DIM:#}")) } else { out.line(line) }
        }
    }
    Ok(Exit::Done)
}

/// An event for programs.
pub fn entry(row: &HistoryRow, words: &str) -> Value {
    let event = &row.event;
    json!({
        "seq": event.seq,
        "event": event.body.name(),
        "step": event.step,
        "actor": event.actor,
        "role": event.role,
        "occurred_at": stamp(event.occurred_at),
        "recorded_at": stamp(event.recorded_at),
        "hash": row.hash,
        "what": words,
        "content": event.body,
    })
}
