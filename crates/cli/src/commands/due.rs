//! `due`: what is late, and what will be.

use mapcase_engine::query::DueRow;
use mapcase_map::time::{self, Anchor, Duration, local};
use serde_json::{Value, json};

use crate::cases::table;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{Session, span, stamp};

/// Show what is late and what is due, soonest first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase due
  mapcase due --within '5 working days'
  mapcase due --within '72 hours' --role TM

JSON: {\"due\":[{\"case\",\"map\",\"step\",\"kind\",\"id\",\"due_at\",\"due_on\",\"late\",
\"rule\"}]}")]
pub struct Args {
    /// Only what is late or due within this time
    #[arg(long, value_name = "DURATION")]
    within: Option<String>,
    /// Only cases on the worklist of this role [default: the role of --as]
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let until = match &args.within {
        None => None,
        Some(text) => {
            let duration = Duration::parse(text).map_err(CliError::from)?;
            let atlas = context.atlas()?;
            let calendar = atlas.calendars().get(atlas.default_calendar());
            let calendar = calendar.ok_or_else(|| CliError::not_found("the atlas's calendar cannot be used"))?;
            Some(time::due(&duration, Anchor::Instant(session.engine.now()), session.zone, calendar)?.due_at)
        }
    };
    session.known_role(args.role.as_deref().or(context.role()))?;
    let rows = session.engine.due(until, args.role.as_deref().or(context.role()))?;
    if context.is_json() {
        context.out.json(&json!({ "due": rows.iter().map(entry).collect::<Vec<_>>() }))?;
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        context.out.line("nothing is late or due");
        return Ok(Exit::Done);
    }
    let now = session.engine.now();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let state = if row.late {
                format!("LATE {}", span((now - row.due_at).num_seconds()))
            } else {
                local(row.due_at, session.zone)
            };
            let what = match row.kind.as_str() {
                // The map that it opens says what it is.
                "start" => row.rule.clone(),
                _ => format!("{} ({})", row.id, row.rule),
            };
            vec![row.case.case.to_string(), state, row.kind.clone(), what]
        })
        .collect();
    table(context, &["case", "due", "kind", "what"], &cells);
    Ok(Exit::Done)
}

fn entry(row: &DueRow) -> Value {
    json!({
        "case": row.case.case.to_string(),
        "map": row.case.map,
        "step": row.case.step,
        "kind": row.kind,
        "id": row.id,
        "due_at": stamp(row.due_at),
        "due_on": row.due_on,
        "late": row.late,
        "rule": row.rule,
    })
}
