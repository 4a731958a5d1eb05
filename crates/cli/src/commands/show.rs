//! `show`: why is it here? What a case waits for, who may act, since when, what is missing, what is due, what is possible.

use mapcase_case::possible::{missing, possible, waits_for};
use mapcase_case::{CaseNumber, Kept, Timer, TimerKind};
use mapcase_engine::query::{CaseRow, View};
use mapcase_map::time::local;
use serde_json::{Map, Value, json};

use crate::cases::{status_words, timer_label, timer_words};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{BOLD, DIM, ERROR, WARNING};
use crate::session::{Session, next, span, stamp};
use crate::text;

/// Show a case: why it is here, what is missing, due and next
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase show 17V
  mapcase show 17v --format json

JSON: case, map, revision, status, step, title, since, role (all in one text),
roles, waits_for, needs (ids of what is missing), missing, deadlines[{id,kind,
due_at,due_on,late,rule,skipped}], timeout, until, starts (as deadlines: the
cases that open by themselves), next (commands), possible, record, assigned,
origin, linked, family[{case,map,step,title}] (open cases that belong with it),
seq.")]
pub struct Args {
    /// The case
    case: CaseNumber,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let view = session.view(args.case)?;
    let mut family = session.engine.family(args.case)?;
    family.retain(|row| row.case != args.case);
    if context.is_json() {
        context.out.json(&json(&session, &view, &family))?;
    } else {
        say(&session, context, &view);
        say_family(context, &view, &family);
    }
    Ok(Exit::Done)
}

fn timer_json(timer: &Timer, session: &Session) -> Value {
    json!({
        "id": timer.id,
        "kind": timer.kind.word(),
        "due_at": stamp(timer.due.due_at),
        "due_on": timer.due.due_on,
        "late": timer.is_late(session.engine.now()),
        "rule": timer.rule,
        "skipped": timer.due.skipped,
        "tell": timer.tell,
    })
}

fn json(session: &Session, view: &View, family: &[CaseRow]) -> Value {
    let (state, machine) = (&view.state, &view.machine);
    let step = machine.step(&state.step);
    let open = state.is_open();
    let missing = step.filter(|_| open).map(|step| missing(machine, state, step)).unwrap_or_default();
    let of_kind =
        |kind: TimerKind| state.timers.iter().find(|timer| timer.kind == kind).map(|timer| timer_json(timer, session));
    let starts = state.timers.iter().filter(|timer| timer.kind == TimerKind::Start);
    let starts: Vec<Value> = starts.map(|timer| timer_json(timer, session)).collect();
    let roles = step.filter(|_| open).map(|step| step.roles.clone()).unwrap_or_default();
    let record: Map<String, Value> =
        state.record.iter().map(|(field, kept)| (field.clone(), kept_json(kept))).collect();
    let status = match &state.status {
        mapcase_case::Status::Ended { outcome } => json!(outcome),
        mapcase_case::Status::HandedOver { map, .. } => json!(map),
        _ => Value::Null,
    };
    let possible: Vec<Value> = possible(machine, state)
        .into_iter()
        .map(|one| {
            json!({ "verb": one.verb, "argument": one.argument, "roles": one.roles, "leads_to": one.leads_to, "missing": one.missing })
        })
        .collect();
    json!({
        "case": state.case.to_string(),
        "map": machine.map().id,
        "map_title": machine.map().title,
        "revision": machine.map().revision,
        "digest": machine.digest(),
        "status": state.status.word(),
        "outcome": status,
        "step": state.step,
        "title": step.map(|step| step.title.clone()),
        "since": stamp(state.entered_at),
        "role": (!roles.is_empty()).then(|| roles.join(", ")),
        "roles": roles,
        "waits_for": open.then(|| waits_for(machine, state)),
        "needs": missing.iter().map(|missing| missing.id.clone()).collect::<Vec<_>>(),
        "missing": missing.iter().map(|missing| json!({ "kind": missing.kind, "id": missing.id, "title": missing.title })).collect::<Vec<_>>(),
        "deadlines": state.deadlines().map(|timer| timer_json(timer, session)).collect::<Vec<_>>(),
        "timeout": of_kind(TimerKind::Timeout),
        "until": of_kind(TimerKind::Until),
        "starts": starts,
        "next": next(view),
        "possible": possible,
        "record": record,
        "assigned": state.assigned,
        "opened_at": stamp(state.opened_at),
        "origin": state.origin().map(|origin| json!({ "case": origin.case.to_string(), "map": origin.map, "step": origin.step, "mode": origin.mode })),
        "linked": state.children.iter().map(|child| json!({ "case": child.case.to_string(), "map": child.map, "mode": child.mode })).collect::<Vec<_>>(),
        "family": family.iter().map(|row| json!({ "case": row.case.to_string(), "map": row.map, "step": row.step, "title": row.title })).collect::<Vec<_>>(),
        "seq": state.seq,
        "timers_to_fire": view.to_fire,
    })
}

fn kept_json(kept: &Kept) -> Value {
    match kept.value() {
        Some(value) => json!(value.display()),
        None => Value::Null,
    }
}

fn say(session: &Session, context: &Context, view: &View) {
    let (out, state, map) = (&context.out, &view.state, view.machine.map());
    let width = out.width();
    let lines =
        |label: &str, words: &str| text::beside(2, label, 12, words, width).iter().for_each(|line| out.line(line));
    out.line(format_args!("{BOLD}Case {}{BOLD:#}  {}", state.case, text::clean(&map.title)));
    lines("map", &format!("{}, revision {}", map.id, map.revision));
    lines("status", &status_words(&state.status));
    let title = view.machine.step(&state.step).map_or("", |step| step.title.as_str());
    lines(if state.is_open() { "stands at" } else { "stood at" }, &format!("{}: {title}", state.step));
    let now = session.engine.now();
    lines(
        "since",
        &format!("{} ({})", local(state.entered_at, map.zone), span((now - state.entered_at).num_seconds())),
    );
    if let Some(origin) = state.origin() {
        let how = match origin.mode.as_str() {
            "hand-over" => "handed over by",
            "call" => "called by",
            _ => "started by",
        };
        lines("came from", &format!("{how} case {} ({}, {})", origin.case, origin.map, origin.step));
    }
    if let Some(person) = &state.assigned {
        lines("given to", person);
    }
    if state.is_open() {
        lines("waits for", &waits_for(&view.machine, state));
        say_missing(context, view);
    }
    say_timers(session, context, view);
    if view.to_fire > 0 {
        out.line(format_args!("  {WARNING}time has passed{WARNING:#} that is not recorded yet: run `mapcase tick`"));
    }
    say_next(context, view);
    say_record(context, view);
}

fn say_missing(context: &Context, view: &View) {
    let Some(step) = view.machine.step(&view.state.step) else { return };
    for missing in missing(&view.machine, &view.state, step) {
        let lines = text::beside(2, "missing", 12, &missing.words(), context.out.width());
        lines.iter().for_each(|line| context.out.line(line));
    }
}

fn say_timers(session: &Session, context: &Context, view: &View) {
    let now = session.engine.now();
    for timer in &view.state.timers {
        let label = timer_label(timer);
        let late = timer.kind.is_deadline() && timer.is_late(now);
        for line in text::beside(2, label, 12, &timer_words(timer, session, view), context.out.width()) {
            if late { context.out.line(format_args!("{ERROR}{line}{ERROR:#}")) } else { context.out.line(line) }
        }
    }
}

fn say_next(context: &Context, view: &View) {
    let possible = possible(&view.machine, &view.state);
    if possible.is_empty() {
        return;
    }
    context.out.blank();
    context.out.line(format_args!("{BOLD}Possible now{BOLD:#}"));
    for (command, one) in next(view).into_iter().zip(possible) {
        let then = match (&one.leads_to, one.missing) {
            (Some(step), true) => format!("  then {step}, once nothing is missing"),
            (Some(step), false) => format!("  then {step}"),
            (None, _) => String::new(),
        };
        if text::width(&command) + text::width(&then) + 2 <= context.out.width() {
            context.out.line(format_args!("  {command}{DIM}{then}{DIM:#}"));
        } else {
            context.out.line(format_args!("  {command}"));
            if !then.is_empty() {
                context.out.line(format_args!("      {DIM}{}{DIM:#}", then.trim_start()));
            }
        }
    }
}

fn say_record(context: &Context, view: &View) {
    let (out, state, map) = (&context.out, &view.state, view.machine.map());
    if !state.record.is_empty() {
        out.blank();
        out.line(format_args!("{BOLD}Record{BOLD:#}"));
        let widest = state.record.keys().map(|field| text::width(field)).max().unwrap_or(0);
        for (field, kept) in &state.record {
            let title = map.record.get(field).map_or("", |field| field.title.as_str());
            let value = kept.value().map_or("(erased)".to_string(), |value| value.display());
            let words = format!("{value}  ({title})");
            text::beside(2, field, widest + 2, &words, out.width()).iter().for_each(|line| out.line(line));
        }
    }
    if !state.children.is_empty() {
        out.blank();
        out.line(format_args!("{BOLD}Linked cases{BOLD:#}"));
        for child in &state.children {
            let how = match child.mode {
                "hand-over" => "handed over to",
                "call" => "called",
                _ => "started",
            };
            out.line(format_args!("  {how} {} {DIM}({}){DIM:#}", child.case, child.map));
        }
    }
}

/// The open cases that belong with this one, but for those that it opened or came from.
fn say_family(context: &Context, view: &View, family: &[CaseRow]) {
    let state = &view.state;
    let known = |row: &&CaseRow| {
        state.children.iter().any(|child| child.case == row.case)
            || state.origin().is_some_and(|origin| origin.case == row.case)
    };
    let others: Vec<&CaseRow> = family.iter().filter(|row| !known(row)).collect();
    if others.is_empty() {
        return;
    }
    context.out.blank();
    context.out.line(format_args!("{BOLD}Open cases that belong with it{BOLD:#}"));
    for row in others {
        context.out.line(format_args!("  {} {DIM}({}: {}){DIM:#}", row.case, row.map, row.step));
    }
}
