//! `due`: what is late, and what will be.

use mapcase_engine::query::DueRow;
use mapcase_map::time::{self, Anchor, Duration};
use serde_json::{Value, json};

use crate::cases::{first_moment, last_moment, late_words, list};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{Session, stamp};
use crate::words;

/// Show what is late and what is due, soonest first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase due
  mapcase due --within '5 working days'
  mapcase due --within '72 hours' --role TM
  mapcase due --limit 20

A day alone is the last one that is in time; of what opens, the day on which
it does.

JSON: {\"due\":[{\"case\",\"subject\",\"map\",\"step\",\"kind\",\"id\",\"due_at\",\"due_on\",
\"late\",\"rule\"}]}")]
pub struct Args {
    /// Only what is late or due within this time
    #[arg(long, value_name = "DURATION")]
    within: Option<String>,
    /// Only cases on the worklist of this role [default: the role of --as]
    #[arg(long = "role", value_name = "ROLE")]
    of_role: Option<String>,
    /// Only so many, the soonest
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
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
    let role = args.of_role.as_deref().or(context.role());
    session.known_role(role)?;
    let rows = session.engine.due(until, role)?;
    if context.is_json() {
        let rows = rows.iter().take(args.limit.unwrap_or(usize::MAX));
        context.out.json(&json!({ "due": rows.map(entry).collect::<Vec<_>>() }))?;
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        context.out.line("nothing is late or due");
        return Ok(Exit::Done);
    }
    let lines = rows.iter().map(|row| {
        let state = match row.kind.as_str() {
            _ if row.late => late_words(row.due_at, &session),
            "until" | "start" => first_moment(row.due_at, session.zone),
            _ => last_moment(row.due_at, session.zone),
        };
        let what = match row.kind.as_str() {
            // The map that it opens says what it is.
            "start" => row.rule.clone(),
            "limit" | "by" => format!("{} ({})", row.id, row.rule),
            // Of the step at which the case stands.
            _ => {
                let rule = row.rule.strip_prefix("until ").unwrap_or(words::rule(&row.rule));
                format!("{} ({rule})", row.case.title)
            }
        };
        (&row.case, vec![row.case.case.to_string(), state, row.kind.clone(), what])
    });
    list((&session, context), &["case", "due", "kind", "what"], args.limit, "time", lines);
    Ok(Exit::Done)
}

fn entry(row: &DueRow) -> Value {
    json!({
        "case": row.case.case.to_string(),
        "subject": row.case.subject,
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
