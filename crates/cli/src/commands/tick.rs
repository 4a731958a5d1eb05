//! `tick`: fires every timer that is due.

use mapcase_case::TimerKind;
use mapcase_case::family::Fired;
use mapcase_map::time::local;
use serde_json::{Value, json};

use crate::cases::table;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::ERROR;
use crate::progress::with_bar;
use crate::session::{Session, span, stamp};
use crate::text;

/// Fire every timer that is due, each once
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase tick                           run this every few minutes (cron)
  mapcase tick --format json

The answer says how late each was noticed. No history depends on how often this
runs: a timer that fires late occurred when it was due. Exit code 1 says that a
timer could not fire; the others did.
JSON: {\"fired\":[{\"case\",\"step\",\"kind\",\"id\",\"due_at\",\"noticed_after_seconds\"}],
\"faults\":[TEXT]}")]
pub struct Args {}

/// Runs the command.
pub fn run(_: &Args, context: &Context) -> Result<Exit, CliError> {
    let mut session = Session::acting(context)?;
    let report = with_bar("firing timers", |progress| session.engine.tick(progress))?;
    let now = session.engine.now();
    let late = |fired: &Fired| (now - fired.timer.due.due_at).num_seconds();
    let exit = if report.faults.is_empty() { Exit::Done } else { Exit::Refused };
    if context.is_json() {
        let fired: Vec<Value> = report.fired.iter().map(|fired| entry(fired, late(fired))).collect();
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        context.out.json(&json!({ "fired": fired, "faults": faults }))?;
        return Ok(exit);
    }
    let rows: Vec<Vec<String>> = report
        .fired
        .iter()
        .map(|fired| {
            let what = match fired.timer.kind {
                TimerKind::Deadline => "deadline passed",
                TimerKind::Limit => "limit passed",
                TimerKind::Timeout => "time ran out",
                TimerKind::Until => "the time came",
                TimerKind::Start => "came round",
                TimerKind::By => "not done in time",
            };
            let due = local(fired.timer.due.due_at, session.zone);
            vec![fired.case.to_string(), due, span(late(fired)), format!("{what}: {}", fired.timer.id)]
        })
        .collect();
    if !rows.is_empty() {
        table(context, &["case", "due", "noticed after", "what"], &rows);
        context.out.blank();
    }
    context.out.line(format!("{} fired", text::count(rows.len(), "timer")));
    for fault in &report.faults {
        context.out.line(format_args!("{ERROR}could not fire{ERROR:#}: {fault}"));
    }
    Ok(exit)
}

fn entry(fired: &Fired, late: i64) -> Value {
    json!({
        "case": fired.case.to_string(),
        "step": fired.step,
        "kind": fired.timer.kind.word(),
        "id": fired.timer.id,
        "due_at": stamp(fired.timer.due.due_at),
        "noticed_after_seconds": late,
    })
}
