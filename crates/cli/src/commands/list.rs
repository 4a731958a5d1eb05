//! `list`: every case, or those that a filter lets through.

use std::collections::BTreeMap;

use mapcase_engine::query::{CaseRow, ListFilter};
use serde_json::{Value, json};

use crate::cases::{due_words, list, row_json, table};
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
  mapcase list --late --limit 20
  mapcase list --count                          how many of each map

A day alone is the last one that is in time.

JSON: {\"cases\":[{\"case\",\"subject\",\"map\",\"step\",\"title\",\"status\",\"outcome\",
\"since\",\"assigned\",\"due_at\",\"late\"}]}
JSON of --count: {\"maps\":[{\"map\",\"open\",\"late\",\"ended\",\"handed_over\",
\"withdrawn\",\"all\"}],\"all\":{the same of all}}")]
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
    /// Only so many, the oldest
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// How many there are of each map, instead of which
    #[arg(long, conflicts_with = "limit")]
    count: bool,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let filter =
        ListFilter { status: args.status.clone(), map: args.map.clone(), step: args.step.clone(), late: args.late };
    let rows = session.engine.list(&filter)?;
    if args.count {
        return counts(&rows, context);
    }
    if context.is_json() {
        let rows = rows.iter().take(args.limit.unwrap_or(usize::MAX));
        context.out.json(&json!({ "cases": rows.map(row_json).collect::<Vec<_>>() }))?;
        return Ok(Exit::Done);
    }
    if rows.is_empty() {
        context.out.line("no cases");
        return Ok(Exit::Done);
    }
    let lines = rows.iter().map(|row| {
        let status = match &row.outcome {
            Some(outcome) if row.status == "ended" => format!("ended: {outcome}"),
            _ => row.status.clone(),
        };
        (row, vec![row.case.to_string(), status, due_words(row, &session), format!("{} · {}", row.map, row.step)])
    });
    list((&session, context), &["case", "status", "due", "map · step"], args.limit, "case", lines);
    if args.limit.is_none_or(|limit| limit >= rows.len()) {
        context.out.blank();
        context.out.line(text::count(rows.len(), "case"));
    }
    Ok(Exit::Done)
}

/// How many cases there are of a map.
#[derive(Default)]
struct Count {
    by_status: [usize; STATUSES.len()],
    late: usize,
    all: usize,
}

/// What stands for no case; a column of nothing else is left out.
const NONE: &str = "-";

const STATUSES: [&str; 4] = ["open", "ended", "handed-over", "withdrawn"];

impl Count {
    fn add(&mut self, row: &CaseRow) {
        let place = STATUSES.iter().position(|status| *status == row.status);
        place.and_then(|place| self.by_status.get_mut(place)).into_iter().for_each(|number| *number += 1);
        self.late += usize::from(row.late);
        self.all += 1;
    }

    fn json(&self) -> Value {
        let [open, ended, handed_over, withdrawn] = self.by_status;
        let late = self.late;
        json!({ "open": open, "ended": ended, "handed_over": handed_over, "withdrawn": withdrawn, "late": late, "all": self.all })
    }

    fn cells(&self, name: &str) -> Vec<String> {
        let number = |number: &usize| if *number == 0 { NONE.to_string() } else { number.to_string() };
        let [open, rest @ ..] = &self.by_status;
        let numbers = [open, &self.late].into_iter().chain(rest).chain([&self.all]).map(number);
        // The name stands last, where there is room for it.
        numbers.chain([name.to_string()]).collect()
    }
}

fn counts(rows: &[CaseRow], context: &Context) -> Result<Exit, CliError> {
    let (mut maps, mut all): (BTreeMap<&str, Count>, Count) = (BTreeMap::new(), Count::default());
    for row in rows {
        maps.entry(&row.map).or_default().add(row);
        all.add(row);
    }
    if context.is_json() {
        let one = |(map, count): (&&str, &Count)| {
            let mut entry = count.json();
            entry["map"] = json!(map);
            entry
        };
        context.out.json(&json!({ "maps": maps.iter().map(one).collect::<Vec<_>>(), "all": all.json() }))?;
        return Ok(Exit::Done);
    }
    let mut cells: Vec<Vec<String>> = maps.iter().map(|(map, count)| count.cells(map)).collect();
    let sums = all.cells("");
    let mut heads = vec!["open", "late", "ended", "handed over", "withdrawn", "all", "map"];
    let none: Vec<usize> = (0..sums.len()).rev().filter(|at| sums.get(*at).is_some_and(|sum| sum == NONE)).collect();
    cells.push(sums);
    for at in none {
        heads.remove(at);
        cells.iter_mut().for_each(|cells| drop(cells.remove(at)));
    }
    table(context, &heads, &cells);
    Ok(Exit::Done)
}
