//! `work`: the worklist of a role or a person.

use mapcase_engine::query::WorkRow;
use serde_json::{Value, json};

use crate::cases::{due_words, list, row_json};
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
  mapcase work --as CSM --limit 20

What is riskiest, `risk` in atlas.yaml says; without it all cases rank alike.
A day alone is the last one that is in time.

JSON: {\"work\":[{\"role\",\"why\" (act or told),\"about\",
\"risk\" ({\"rank\" (1 comes first),\"title\"} or null), and all of `list`}]}")]
pub struct Args {
    /// Only what is for this role [default: the role of --as, or every role]
    #[arg(long = "role", value_name = "ROLE")]
    of_role: Option<String>,
    /// Only cases that are given to you
    #[arg(long)]
    mine: bool,
    /// Only so many, the first
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let role = args.of_role.as_deref().or(context.role());
    session.known_role(role)?;
    let person = if args.mine { Some(context.actor()?) } else { None };
    let rows = session.engine.work(role, person.as_deref())?;
    if context.is_json() {
        let work: Vec<Value> = rows
            .iter()
            .take(args.limit.unwrap_or(usize::MAX))
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
    let lines = lines(&rows);
    let ranked = lines.iter().any(|(row, _)| row.risk.is_some());
    let mut heads = vec!["case"];
    heads.extend(role.is_none().then_some("role"));
    heads.push("due");
    heads.extend(ranked.then_some("risk"));
    heads.push("what");
    let lines = lines.iter().map(|(row, roles)| {
        let mut cells = vec![row.case.case.to_string()];
        cells.extend(role.is_none().then(|| roles.join(", ")));
        cells.push(due_words(&row.case, &session));
        cells.extend(ranked.then(|| row.risk.as_ref().map_or(String::new(), |risk| risk.title.clone())));
        cells.push(match row.why.as_str() {
            "told" => format!("told that {} is late", row.about),
            _ => row.case.title.clone(),
        });
        (&row.case, cells)
    });
    list((&session, context), &heads, args.limit, "line", lines);
    Ok(Exit::Done)
}

/// One line for what several roles may do, with the roles.
fn lines(rows: &[WorkRow]) -> Vec<(&WorkRow, Vec<&str>)> {
    let mut lines: Vec<(&WorkRow, Vec<&str>)> = Vec::new();
    for row in rows {
        let same = |last: &WorkRow| (last.case.case, &last.why, &last.about) == (row.case.case, &row.why, &row.about);
        match lines.last_mut() {
            Some((last, roles)) if same(last) => roles.push(&row.role),
            _ => lines.push((row, vec![&row.role])),
        }
    }
    lines
}
