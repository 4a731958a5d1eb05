//! `deadline`: when is it due, and why then.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use mapcase_engine::stamp;
use mapcase_map::CheckedAtlas;
use mapcase_map::time::{self, Anchor, Calendar, Due, Duration, Family, Skipped, local_date};
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{BOLD, DIM, ERROR};
use crate::text;
use crate::words;

const EXAMPLES: &str = "\
Examples:
  mapcase deadline 72 hours --from '2022-10-28 16:00'
  mapcase deadline 45 working days --from 2022-11-24 --calendar scotland
  mapcase deadline '17 years 6 months' --from 2005-03-01 --format json

How it counts:
  minutes, hours        elapsed time, across weekends and clock changes
  days weeks months     to the end of the last day; the day it counts from
  years                 is day 0
  working days          as days, without those that the calendar skips

JSON: {\"due_at\",\"due_on\",\"skipped\":[{\"date\",\"why\"}]}. It is late from `due_at`
on, which is UTC; `due_on` is the last local day on which it is in time or,
for hours and minutes, the local date of `due_at`.";

/// Say when something is due, from when it is late, and why then
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// How long: numbers and minutes, hours, days, weeks, months, years or working days
    #[arg(required = true, num_args = 1.., value_name = "DURATION")]
    duration: Vec<String>,
    /// What it counts from: a date, or a local time or one with an offset, in quotes
    #[arg(long, value_name = "WHEN")]
    from: String,
    /// The calendar of working days [default: the atlas's]
    #[arg(long, value_name = "CALENDAR")]
    calendar: Option<String>,
}

/// The answer for programs.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    due_at: String,
    due_on: NaiveDate,
    skipped: &'a [Skipped],
}

/// Works the deadline out and says why.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let duration = read_duration(&args.duration)?;
    let atlas = context.atlas()?;
    let zone = atlas.zone();
    let calendar = calendar(&atlas, args.calendar.as_deref())?;
    let from = time::parse_when(&args.from, zone)?;
    let due = time::due(&duration, Anchor::Instant(from), zone, calendar)?;
    if context.is_json() {
        let due_at = stamp::write(due.due_at);
        context.out.json(&Answer { due_at, due_on: due.due_on, skipped: &due.skipped })?;
    } else {
        say(context, &Question { duration, from, zone, calendar }, &due);
    }
    Ok(Exit::Done)
}

fn read_duration(typed: &[String]) -> Result<Duration, CliError> {
    Duration::parse(&typed.join(" ")).map_err(|fault| match typed.last() {
        Some(last) if typed.len() > 1 && last.contains(':') => {
            CliError::usage(format!("`{last}` is not part of a duration"))
                .help("put a date and a time of day in quotes, as in `--from '2022-10-14 10:00'`")
        }
        _ => CliError::from(fault),
    })
}

fn calendar<'a>(atlas: &'a CheckedAtlas, named: Option<&str>) -> Result<&'a Calendar, CliError> {
    let id = named.unwrap_or(atlas.default_calendar());
    atlas.calendars().get(id).map(AsRef::as_ref).ok_or_else(|| {
        let known = || atlas.calendars().keys().map(String::as_str);
        let otherwise = format!("its calendars are {}", known().collect::<Vec<_>>().join(", "));
        CliError::not_found(format!("there is no calendar `{id}` in the atlas")).or_meant(id, known(), &otherwise)
    })
}

/// What was asked.
struct Question<'a> {
    duration: Duration,
    from: DateTime<Utc>,
    zone: Tz,
    calendar: &'a Calendar,
}

fn say(context: &Context, question: &Question<'_>, due: &Due) {
    let out = &context.out;
    let family = question.duration.family();
    let from = match (family, local_date(question.from, question.zone)) {
        (Family::Calendar | Family::Working, Ok(day)) => words::day(day),
        _ => words::instant(question.from, question.zone),
    };
    out.line(format_args!("{BOLD}{} from {from}{BOLD:#}", question.duration));
    out.blank();
    if family != Family::Elapsed {
        out.line(format_args!("  In time until  the end of {}", words::day(due.due_on)));
    }
    let utc = stamp::write(due.due_at);
    let late = words::instant(due.due_at, question.zone);
    out.line(format_args!("  Late from      {ERROR}{late}{ERROR:#}"));
    out.line(format_args!("                 {DIM}{utc}{DIM:#}"));
    let why = reason(question, due);
    text::beside(2, "Because", 15, &why, out.prose_width()).iter().for_each(|line| out.line(line));
    if due.skipped.is_empty() {
        return;
    }
    out.blank();
    let calendar = &question.calendar;
    let head = format!("{} that {} not count ({}):", days(due.skipped.len()), does(due.skipped.len()), calendar.title);
    text::wrap(&head, out.prose_width().saturating_sub(2)).iter().for_each(|line| out.line(format_args!("  {line}")));
    for skipped in &due.skipped {
        let (date, why) = (words::short_day(skipped.date), text::clean(&skipped.why));
        if is_weekend(skipped, calendar) {
            out.line(format_args!("    {DIM}{date}  weekend{DIM:#}"));
        } else {
            out.line(format_args!("    {date}  {why}"));
        }
    }
}

fn is_weekend(skipped: &Skipped, calendar: &Calendar) -> bool {
    calendar.weekend.contains(&skipped.date.weekday())
}

fn days(count: usize) -> String {
    if count == 1 { "1 day".to_string() } else { format!("{count} days") }
}

fn does(count: usize) -> &'static str {
    if count == 1 { "does" } else { "do" }
}

/// Why it is then, in a sentence or two.
fn reason(question: &Question<'_>, due: &Due) -> String {
    match question.duration.family() {
        Family::Elapsed => {
            let (before, after) =
                (words::zone_name(question.from, question.zone), words::zone_name(due.due_at, question.zone));
            let change = if before == after {
                String::new()
            } else {
                format!("; the clocks change from {before} to {after} on the way")
            };
            format!("hours and minutes are elapsed time, weekends included{change}")
        }
        Family::Calendar => "the day it counts from is day 0, and the last day is in time to its end".to_string(),
        Family::Working => {
            let holidays = due.skipped.iter().filter(|skipped| !is_weekend(skipped, question.calendar)).count();
            let weekend = days(due.skipped.len() - holidays);
            let holidays = text::count(holidays, "holiday");
            format!(
                "the day it counts from is day 0; {weekend} of weekend and {holidays} do not count; the last day is in time \
                 to its end"
            )
        }
    }
}
