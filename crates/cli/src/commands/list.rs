//! `list`: every case, or those that a filter lets through.

use mapcase_engine::query::ListFilter;
use serde_json::json;

use crate::cases::{due_words, row_json, table};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Session;
use crate::text;

/// List cases
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase list
  mapcase list --status open --map transfer-out
  mapcase list --late --format json

JSON: {\"cases\":[{\"case\",\"map\",\"step\",\"title\",\"status\",\"outcome\",\"since\",
\"assigned\",\"due_at\",\"late\"}]}")]
pub struct Args {
    /// Only cases of this status
    #[arg(long, value_parser = ["open", "ended", "handed-over", "withdrawn"])]
    status: Option<String>,
    /// Only cases of this map
    #[arg(long, value_name = "MAP")]
    map: Option<String>,
    /// Only cases that stand at this step
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
    /// Only cases with a deadline that has passed
    #[arg(long)]
    late: bool,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let filter =
        ListFilter { status: args.status.clone(), map: args.map.clone(), step: args.step.clone(), late: args.late };
    let rows = session.engine.list(&filter)?;
    if context.is_json() {
        context.out.json(&json!({ "cases": rows.iter().map(row_json).collect::<Vec<_>>() }))?;
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        context.out.line("no cases");
        return Ok(Exit::Done);
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let status = match &row.outcome {
                Some(outcome) if row.status == "ended" => format!("ended: {outcome}"),
                _ => row.status.clone(),
            };
            vec![row.case.to_string(), status, due_words(row, &session), format!("{} · {}", row.map, row.step)]
        })
        .collect();
    table(context, &["case", "status", "due", "map · step"], &cells);
    context.out.blank();
    context.out.line(text::count(rows.len(), "case"));
    Ok(Exit::Done)
}
