//! `work`: the worklist of a role or a person.

use mapcase_engine::query::WorkRow;
use serde_json::{Value, json};

use crate::cases::{due_words, row_json, table};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Session;

/// Show what is to be done: riskiest first, then due soonest
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase work --role ASW
  mapcase work --role TM                        also what TM was told is late
  mapcase work --mine --actor priya

What is riskiest, `risk` in atlas.yaml says; without it all cases rank alike.

JSON: {\"work\":[{\"role\",\"why\" (act or told),\"about\",
\"risk\" ({\"rank\" (1 comes first),\"title\"} or null), and all of `list`}]}")]
pub struct Args {
    /// Only what is for this role [default: the role of --as, or every role]
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Only cases that are given to you
    #[arg(long)]
    mine: bool,
}

/// The column of the risk, left out where nothing is ranked.
const RISK: usize = 3;

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let role = args.role.as_deref().or(context.role());
    session.known_role(role)?;
    let person = if args.mine { Some(context.actor()?) } else { None };
    let rows = session.engine.work(role, person.as_deref())?;
    if context.is_json() {
        let work: Vec<Value> = rows
            .iter()
            .map(|row| {
                let mut entry = row_json(&row.case);
                entry["role"] = json!(row.role);
                entry["why"] = json!(row.why);
                entry["about"] = json!(row.about);
                entry["risk"] = json!(row.risk.as_ref().map(|risk| json!({ "rank": risk.rank, "title": risk.title })));
                entry
            })
            .collect();
        context.out.json(&json!({ "work": work }))?;
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        context.out.line("nothing to do");
        return Ok(Exit::Done);
    }
    // One line for what several roles may do.
    let mut cells: Vec<Vec<String>> = Vec::new();
    let mut last: Option<&WorkRow> = None;
    for row in &rows {
        let same = |last: &WorkRow| (last.case.case, &last.why, &last.about) == (row.case.case, &row.why, &row.about);
        match (cells.last_mut().and_then(|cells| cells.get_mut(1)), last.is_some_and(same)) {
            (Some(roles), true) => roles.push_str(&format!(", {}", row.role)),
            _ => {
                let what = match row.why.as_str() {
                    "told" => format!("told that {} is late", row.about),
                    _ => row.case.title.clone(),
                };
                let risk = row.risk.as_ref().map_or(String::new(), |risk| risk.title.clone());
                cells.push(vec![
                    row.case.case.to_string(),
                    row.role.clone(),
                    due_words(&row.case, &session),
                    risk,
                    what,
                ]);
            }
        }
        last = Some(row);
    }
    let mut heads = vec!["case", "role", "due", "risk", "what"];
    if rows.iter().all(|row| row.risk.is_none()) {
        heads.remove(RISK);
        cells.iter_mut().for_each(|cells| drop(cells.remove(RISK)));
    }
    table(context, &heads, &cells);
    Ok(Exit::Done)
}
