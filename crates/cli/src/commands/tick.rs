//! `tick`: fires every timer that is due.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mapcase_case::family::Fired;
use mapcase_case::{CaseNumber, TimerKind};
use mapcase_map::time::local;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cases::Columns;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::ERROR;
use crate::progress::with_bar;
use crate::session::{Session, span, stamp};
use crate::spool::{Listed, Spool};
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

const HEADS: [&str; 4] = ["case", "due", "noticed after", "what"];

/// Runs the command.
pub fn run(_: &Args, context: &Context) -> Result<Exit, CliError> {
    let mut session = Session::acting(context)?;
    // There may be as many as there are cases.
    let mut fired = Spool::new();
    let tell = |some: Vec<Fired>| some.into_iter().for_each(|one| fired.push(&Entry::from(one)));
    let faults = with_bar("firing timers", |progress| session.engine.tick_telling(progress, tell))?;
    let now = session.engine.now();
    let exit = if faults.is_empty() { Exit::Done } else { Exit::Refused };
    if context.is_json() {
        let fired = Listed::new(fired, |entry: Entry| entry.json(now));
        context.out.long_json(&Answer { faults: faults.iter().map(ToString::to_string).collect(), fired })?;
        return Ok(exit);
    }
    let zone = session.zone;
    if fired.len() > 0 {
        let mut columns = Columns::new(&HEADS);
        fired.each(|entry: Entry| columns.widen(&entry.cells(now, zone)))?;
        columns.head(context, &HEADS);
        fired.each(|entry: Entry| columns.row(context, &entry.cells(now, zone)))?;
        context.out.blank();
    }
    context.out.line(format!("{} fired", text::count(fired.len(), "timer")));
    for fault in &faults {
        context.out.line(format_args!("{ERROR}could not fire{ERROR:#}: {fault}"));
    }
    Ok(exit)
}

/// The answer for programs; its keys stand in their order.
#[derive(Serialize)]
struct Answer<F> {
    faults: Vec<String>,
    fired: F,
}

/// What is told of a timer that fired.
#[derive(Serialize, Deserialize)]
struct Entry {
    case: CaseNumber,
    step: String,
    kind: TimerKind,
    id: String,
    due_at: DateTime<Utc>,
}

impl From<Fired> for Entry {
    fn from(fired: Fired) -> Self {
        let Fired { case, step, timer } = fired;
        Self { case, step, kind: timer.kind, id: timer.id, due_at: timer.due.due_at }
    }
}

impl Entry {
    fn late(&self, now: DateTime<Utc>) -> i64 {
        (now - self.due_at).num_seconds()
    }

    fn cells(&self, now: DateTime<Utc>, zone: Tz) -> [String; 4] {
        let what = match self.kind {
            TimerKind::Deadline => "deadline passed",
            TimerKind::Limit => "limit passed",
            TimerKind::Timeout => "time ran out",
            TimerKind::Until => "the time came",
            TimerKind::Start => "came round",
            TimerKind::By => "not done in time",
        };
        [self.case.to_string(), local(self.due_at, zone), span(self.late(now)), format!("{what}: {}", self.id)]
    }

    fn json(&self, now: DateTime<Utc>) -> Value {
        json!({
            "case": self.case.to_string(),
            "step": self.step,
            "kind": self.kind.word(),
            "id": self.id,
            "due_at": stamp(self.due_at),
            "noticed_after_seconds": self.late(now),
        })
    }
}
