//! What the commands on cases say: how a case stands after a command, and its row in a list.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use mapcase_case::{Act, CaseNumber, Timer};
use mapcase_engine::Answer;
use mapcase_engine::query::{CaseRow, View};
use mapcase_map::time::{local, local_date, start_of_day};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{BOLD, DIM, ERROR};
use crate::session::{Acting, Session, brief, next, span, stamp};
use crate::text;
use crate::words;

/// Gives a command on a case and says how the case then stands.
pub fn act(context: &Context, case: CaseNumber, act: Act, acting: &Acting, done: &str) -> Result<Exit, CliError> {
    let mut session = Session::acting(context)?;
    session.known_role(context.role())?;
    let command = acting.command(act, context, session.zone)?;
    match session.engine.command(case, &command, acting.request.as_deref()) {
        Ok(said) => answer(&session, context, &said, done),
        Err(error) => Err(session.with_possible(error, case)),
    }
}

/// Says how a case stands after a command.
pub fn answer(session: &Session, context: &Context, answer: &Answer, done: &str) -> Result<Exit, CliError> {
    if context.is_json() {
        context.out.json(answer)?;
        return Ok(Exit::Done);
    }
    let case: CaseNumber = answer.case.parse().map_err(|error| CliError::usage(format!("{error}")))?;
    let view = session.view(case)?;
    let out = &context.out;
    out.line(format_args!("{BOLD}{case}{BOLD:#} {done} {DIM}({}){DIM:#}", view.machine.map().id));
    standing(session, context, &view);
    if view.state.children.is_empty() {
        return Ok(Exit::Done);
    }
    // What was opened since a person last did something here was opened by this command.
    let history = session.engine.history(case)?;
    let acted = history.iter().rev().find(|row| row.event.actor.is_some()).map_or(0, |row| row.event.seq);
    for linked in view.state.children.iter().filter(|child| child.seq > acted) {
        out.line(format_args!("  opened case {BOLD}{}{BOLD:#} in {}", linked.case, linked.map));
    }
    Ok(Exit::Done)
}

/// Where a case stands, in a few lines.
pub fn standing(session: &Session, context: &Context, view: &View) {
    let (out, state) = (&context.out, &view.state);
    let width = out.width();
    let lines =
        |label: &str, words: &str| text::beside(2, label, 12, words, width).iter().for_each(|line| out.line(line));
    match &state.status {
        mapcase_case::Status::Open => {}
        other => lines("status", &status_words(other)),
    }
    if !state.is_open() {
        return;
    }
    let step = view.machine.step(&state.step);
    lines("stands at", &format!("{}: {}", state.step, step.map_or("", |step| step.title.as_str())));
    lines("waits for", &mapcase_case::possible::waits_for(&view.machine, state));
    for timer in &state.timers {
        lines(timer_label(timer), &timer_words(timer, session, view));
    }
    let commands = next(view);
    let moves = |command: &&String| [" do ", " answer ", " receive "].iter().any(|verb| command.contains(verb));
    let moving: Vec<&String> = commands.iter().filter(moves).collect();
    let shown = if moving.is_empty() { commands.iter().collect() } else { moving };
    shown.iter().for_each(|command| out.line(format_args!("  {DIM}next{DIM:#}        {command}")));
}

/// How a case ended, in words.
pub fn status_words(status: &mapcase_case::Status) -> String {
    use mapcase_case::Status;
    match status {
        Status::Open => "open".to_string(),
        Status::Ended { outcome } => format!("ended: {outcome}"),
        Status::HandedOver { case, map } => format!("handed over to case {case} ({map})"),
        Status::Withdrawn => "withdrawn".to_string(),
    }
}

/// The word before a timer's time.
pub fn timer_label(timer: &Timer) -> &'static str {
    use mapcase_case::TimerKind;
    match timer.kind {
        TimerKind::Deadline | TimerKind::Limit => "due",
        TimerKind::Start => "opens",
        TimerKind::By => "by",
        TimerKind::Timeout => "lapses",
        TimerKind::Until => "until",
    }
}

/// When a timer is due and why then.
pub fn timer_words(timer: &Timer, session: &Session, view: &View) -> String {
    let zone = view.machine.map().zone;
    let now = session.engine.now();
    let what = match timer.kind {
        mapcase_case::TimerKind::Limit => format!("limit {}: ", timer.id),
        kind if kind.is_of_round() => format!("{}: ", timer.id),
        _ => String::new(),
    };
    let left = (timer.due.due_at - now).num_seconds();
    let state = match (timer.is_late(now), timer.kind.is_deadline()) {
        (true, true) => format!("LATE by {}", span(-left)),
        (true, false) => "now".to_string(),
        (false, _) => format!("in {}", span(left)),
    };
    let skipped: Vec<String> = timer
        .due
        .skipped
        .iter()
        .filter(|day| !is_weekend(day))
        .map(|day| format!("{} {}", day.date, day.why))
        .collect();
    let skipped = if skipped.is_empty() { String::new() } else { format!("; without {}", skipped.join(", ")) };
    let rule = words::rule(&timer.rule);
    format!("{what}{} ({state}): {rule}{skipped}", due_by(timer, zone))
}

/// By when a timer is due, as people say it: the end of a day, or an instant.
fn due_by(timer: &Timer, zone: chrono_tz::Tz) -> String {
    let day = words::short_day(timer.due.due_on);
    match (timer.kind, local_date(timer.due.due_at, zone)) {
        (mapcase_case::TimerKind::Until | mapcase_case::TimerKind::Start, _) => {
            format!("{day}, {}", local(timer.due.due_at, zone))
        }
        (_, Ok(date)) if date != timer.due.due_on => format!("end of {day}"),
        _ => local(timer.due.due_at, zone),
    }
}

fn is_weekend(day: &mapcase_map::time::Skipped) -> bool {
    day.why.parse::<chrono::Weekday>().is_ok()
}

/// A case's row for programs.
pub fn row_json(row: &CaseRow) -> Value {
    json!({
        "case": row.case.to_string(),
        "subject": row.subject,
        "map": row.map,
        "step": row.step,
        "title": row.title,
        "status": row.status,
        "outcome": row.outcome,
        "since": stamp(row.since),
        "assigned": row.assigned,
        "due_at": row.due_at.map(stamp),
        "late": row.late,
    })
}

/// When a row is due, in words.
pub fn due_words(row: &CaseRow, session: &Session) -> String {
    match row.due_at {
        None => String::new(),
        Some(at) if row.late => late_words(at, session),
        Some(at) => last_moment(at, session.zone),
    }
}

/// For how long something is late, in a column.
pub fn late_words(due_at: DateTime<Utc>, session: &Session) -> String {
    format!("LATE {}", brief((session.engine.now() - due_at).num_seconds()))
}

/// By when something must be done, in a column: the last day that is in time, or the instant from which it is late.
pub fn last_moment(due_at: DateTime<Utc>, zone: Tz) -> String {
    match at_midnight(due_at, zone).and_then(|day| day.pred_opt()) {
        Some(last) => last.to_string(),
        None => local(due_at, zone),
    }
}

/// From when on something holds, in a column: a day, or an instant.
pub fn first_moment(at: DateTime<Utc>, zone: Tz) -> String {
    at_midnight(at, zone).map_or_else(|| local(at, zone), |day| day.to_string())
}

/// The day that begins at an instant, if one does.
fn at_midnight(at: DateTime<Utc>, zone: Tz) -> Option<NaiveDate> {
    let day = local_date(at, zone).ok()?;
    start_of_day(day, zone).is_ok_and(|begins| begins == at).then_some(day)
}

/// Prints the lines of a list of cases, the first `limit` of them, each with its cells; behind the case's number whom it is about, where any
/// line says so. `one` is what a line is called where not all are shown.
pub fn list<'r>(
    (session, context): (&Session, &Context),
    heads: &[&str],
    limit: Option<usize>,
    one: &str,
    lines: impl ExactSizeIterator<Item = (&'r CaseRow, Vec<String>)>,
) {
    let all = lines.len();
    let (rows, mut cells): (Vec<&CaseRow>, Vec<Vec<String>>) = lines.take(limit.unwrap_or(all)).unzip();
    let (mut heads, title) = (heads.to_vec(), session.subject_title());
    if rows.iter().any(|row| row.subject.is_some()) {
        heads.insert(1, &title);
        for (row, cells) in rows.iter().zip(&mut cells) {
            cells.insert(1, row.subject.clone().unwrap_or_default());
        }
    }
    table(context, &heads, &cells);
    if rows.len() < all {
        context.out.blank();
        context.out.line(format_args!("the first {} of {}", rows.len(), text::count(all, one)));
    }
}

/// Prints a table: each column as wide as its widest cell, the last cut to the width of the output.
pub fn table(context: &Context, heads: &[&str], rows: &[Vec<String>]) {
    let mut columns = Columns::new(heads);
    rows.iter().for_each(|row| columns.widen(row));
    columns.head(context, heads);
    rows.iter().for_each(|row| columns.row(context, row));
}

/// How wide the columns of a table are.
pub struct Columns(Vec<usize>);

impl Columns {
    /// As wide as their heads.
    pub fn new(heads: &[&str]) -> Self {
        Self(heads.iter().map(|head| text::width(head)).collect())
    }

    /// Wide enough for a row as well.
    pub fn widen(&mut self, row: &[String]) {
        for (width, cell) in self.0.iter_mut().zip(row) {
            *width = text::width(&text::clean(cell)).max(*width);
        }
    }

    /// Prints the heads.
    pub fn head(&self, context: &Context, heads: &[&str]) {
        let words = self.line(context, heads.iter().map(ToString::to_string));
        context.out.line(format_args!("{BOLD}{words}{BOLD:#}"));
    }

    /// Prints a row.
    pub fn row(&self, context: &Context, row: &[String]) {
        let late = row.iter().any(|cell| text::clean(cell).starts_with("LATE"));
        let words = self.line(context, row.iter().map(|cell| text::clean(cell)));
        if late { context.out.line(format_args!("{ERROR}{words}{ERROR:#}")) } else { context.out.line(words) }
    }

    fn line(&self, context: &Context, cells: impl ExactSizeIterator<Item = String>) -> String {
        let before_last: usize = self.0.iter().rev().skip(1).map(|width| width + 2).sum();
        let room = context.out.width().saturating_sub(before_last).max(16);
        let (mut words, last) = (String::new(), cells.len().saturating_sub(1));
        for (at, cell) in cells.enumerate() {
            match self.0.get(at).filter(|_| at < last) {
                Some(width) => words.push_str(&text::pad(&cell, width + 2)),
                None => words.push_str(&cut(&cell, room)),
            }
        }
        words.trim_end().to_string()
    }
}

fn cut(text: &str, columns: usize) -> String {
    if text::width(text) <= columns {
        return text.to_string();
    }
    let mut short = String::new();
    for letter in text.chars() {
        if text::width(&short) + 2 > columns {
            break;
        }
        short.push(letter);
    }
    format!("{}…", short.trim_end())
}
