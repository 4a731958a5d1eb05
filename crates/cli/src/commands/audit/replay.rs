//! `audit replay`: a case, event by event, against its map.

use mapcase_case::CaseNumber;
use mapcase_engine::describe::describe;
use mapcase_engine::replay::{Replay, ReplayRow};
use mapcase_map::time::local;
use serde_json::{Value, json};

use crate::cases::status_words;
use crate::commands::history;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{BOLD, DIM, ERROR, GOOD};
use crate::session::{Session, when};
use crate::text;

/// Replay a case event by event, each move held against its map
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase audit replay 17V
  mapcase audit replay 17V --as-of 2022-11-01   what was known then

Exit code 1 says that a move is not one of the map's. JSON: {\"case\",\"map\",
\"revision\",\"digest\",\"events\":[those of history, with \"stands_at\",\"status\",
\"fault\"],\"state\":{\"step\",\"status\",\"seq\"},\"later\"}")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// Only what was recorded by this time
    #[arg(long, value_name = "WHEN")]
    as_of: Option<String>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let zone = session.view(args.case)?.machine.map().zone;
    let as_of = args.as_of.as_deref().map(|text| when(text, zone)).transpose()?;
    let all = session.engine.history(args.case)?;
    let first = all.first().map_or(session.engine.now(), |row| row.event.recorded_at);
    if as_of.is_some_and(|as_of| first > as_of) {
        let message = format!("case {} was opened later: it was recorded {}", args.case, local(first, zone));
        return Err(CliError::not_found(message).help("give a later --as-of"));
    }
    let replay = session.engine.replay(args.case, as_of)?;
    if context.is_json() {
        context.out.json(&json(args.case, &replay))?;
    } else {
        say(args.case, &replay, context);
    }
    let faulty = replay.rows.iter().any(|row| row.fault.is_some());
    Ok(if faulty { Exit::Refused } else { Exit::Done })
}

fn words(row: &ReplayRow, replay: &Replay) -> String {
    describe(&row.row.event, Some(&replay.machine), replay.machine.map().zone)
}

fn json(case: CaseNumber, replay: &Replay) -> Value {
    let map = replay.machine.map();
    let events: Vec<Value> = replay
        .rows
        .iter()
        .map(|row| {
            let mut entry = history::entry(&row.row, &words(row, replay));
            entry["stands_at"] = json!(row.step);
            entry["status"] = json!(row.status);
            entry["fault"] = json!(row.fault);
            entry
        })
        .collect();
    let state = &replay.state;
    json!({
        "case": case.to_string(),
        "map": map.id,
        "revision": map.revision,
        "digest": replay.machine.digest(),
        "events": events,
        "state": { "step": state.step, "status": state.status.word(), "seq": state.seq },
        "later": replay.later,
    })
}

fn say(case: CaseNumber, replay: &Replay, context: &Context) {
    let (out, map) = (&context.out, replay.machine.map());
    out.line(format_args!("{BOLD}Case {case}{BOLD:#}  {}, revision {}", map.id, map.revision));
    out.line(format_args!("{DIM}meaning {}{DIM:#}", replay.machine.digest()));
    for row in &replay.rows {
        let event = &row.row.event;
        out.blank();
        let who = match (&event.actor, &event.role) {
            (Some(actor), Some(role)) => format!("{actor} as {role}"),
            (Some(actor), None) => actor.clone(),
            (None, _) => "mapcase".to_string(),
        };
        out.line(format_args!("{BOLD}{}{BOLD:#} {} {DIM}({}){DIM:#}", event.seq, event.body.name(), text::clean(&who)));
        let say = |words: &str| {
            text::wrap(words, out.width().saturating_sub(4))
                .iter()
                .for_each(|line| out.line(format_args!("    {line}")))
        };
        say(&words(row, replay));
        say(&format!(
            "occurred {}, recorded {}",
            local(event.occurred_at, map.zone),
            local(event.recorded_at, map.zone)
        ));
        say(&format!("stands at {} ({})", row.step, row.status));
        if let Some(fault) = &row.fault {
            out.line(format_args!("    {ERROR}not by the map{ERROR:#}: {fault}"));
        }
    }
    out.blank();
    let faults = replay.rows.iter().filter(|row| row.fault.is_some()).count();
    let events = text::count(replay.rows.len(), "event");
    if faults == 0 {
        out.line(format_args!(
            "{GOOD}{events}, every move one of the map's{GOOD:#}; {}",
            status_words(&replay.state.status)
        ));
    } else {
        out.line(format_args!("{ERROR}{events}, {faults} not by the map{ERROR:#}"));
    }
    if replay.later > 0 {
        out.line(format!("{} recorded later and left out", text::count(replay.later, "event")));
    }
}
