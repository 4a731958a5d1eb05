//! `map times`: how long a case of a map may take, and where the time goes.

use chrono::DateTime;
use mapcase_map::bounds::{Because, OpenStep, Plans, Route, Times, times};
use mapcase_map::model::{LinkMode, Map, Step, StepKind};
use mapcase_map::time::local_date;
use serde_json::{Value, json};

use crate::atlas;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{BOLD, DIM, GOOD, Output, WARNING};
use crate::text::{self, pad};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  mapcase map times transfer-out
  mapcase map times transfer-out --format json

From each start to each end: the soonest and the latest at which a case that
keeps every deadline and every limit can be there, with the day on which it
would have to begin for that. Loops are gone round once. Days are counted as a
deadline counts them: the day on which a case begins is day 0. What a called
map takes counts in. docs/times.md says more.

JSON: {\"map\",\"routes\":[{\"from\":[STEP],\"to\",\"ends\",\"outcome\",
\"hands_over_to\",\"shortest\":{\"seconds\",\"text\"},\"bounded\",\"longest\":
{\"seconds\",\"text\",\"begun_on\",\"every_day\"},\"shares\":[{\"map\",\"step\",
\"limit\",\"seconds\",\"percent\"}],\"open\":[{\"map\",\"step\",\"why\"}],
\"loops\":[[STEP]],\"complete\"}],\"open\":[{\"map\",\"step\",\"why\"}]}. Where
`bounded` is false, `longest` is what the limits that there are add up to;
`complete` is false where there are more paths or days than were looked at.";

/// Show how long a case may take, and where the time goes
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The map, such as transfer-out
    map: String,
}

/// Shows the times of the map.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let whole = context.atlas()?;
    let map = atlas::machine(&whole, &args.map, context.atlas_dir())?.map();
    let plans = Plans::of_atlas(&whole);
    let found = plans.number(&map.id).map_or_else(Times::default, |number| times(&plans, number));
    if context.is_json() {
        context.out.json(&answer(map, &found))?;
    } else {
        Page { map, out: &context.out }.say(&found);
    }
    Ok(Exit::Done)
}

/// An amount of time: whole days, or hours and minutes.
fn span(seconds: i64) -> String {
    let of = |amount: i64, one: &str| text::count(usize::try_from(amount).unwrap_or(0), one);
    let minutes = (seconds + 30) / 60;
    let (days, hours, left) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    let parts = match (days, hours, left) {
        (0, 0, 0) => return "at once".to_string(),
        (0, 0, _) => vec![of(left, "minute")],
        (0, _, 0) => vec![of(hours, "hour")],
        (0, ..) => vec![of(hours, "hour"), of(left, "minute")],
        // An hour more or less is the clock's change.
        (_, 23, _) => vec![of(days + 1, "day")],
        (_, 0 | 1, _) => vec![of(days, "day")],
        _ => vec![of(days, "day"), of(hours, "hour")],
    };
    parts.join(" ")
}

fn why(because: &Because) -> String {
    match because {
        Because::NoDeadline => "it has no deadline".to_string(),
        Because::Unsettled => "its time is to be confirmed (TBC)".to_string(),
        Because::Record => "its time counts from a date of the record".to_string(),
        Because::NotPassed => "its time counts from a step that a case may not have passed".to_string(),
        Because::Calls(map) => format!("it waits for {map}, whose way back is not known"),
        Because::NotDrawn(map) => format!("the map {map} is not drawn yet"),
    }
}

/// A step, with its map where that is another.
fn name(here: &str, map: &str, step: &str) -> String {
    if here == map { step.to_string() } else { format!("{map}/{step}") }
}

fn percent(route: &Route, seconds: i64) -> i64 {
    let all: i64 = route.shares.iter().map(|share| share.seconds).sum();
    (seconds * 200 + all) / (2 * all.max(1))
}

struct Page<'a> {
    map: &'a Map,
    out: &'a Output,
}

/// How many steps without a limit are named at an end; all of them stand at the foot.
const MOST_NAMED: usize = 3;
/// Columns of the labels under an end.
const LABEL: usize = 12;

impl Page<'_> {
    fn say(&self, times: &Times) {
        for line in text::wrap(&self.map.title, self.out.prose_width()) {
            self.out.line(format_args!("{BOLD}{line}{BOLD:#}"));
        }
        let mut routes = times.routes.iter().peekable();
        let mut before: Option<&[usize]> = None;
        while let Some(route) = routes.next() {
            if before != Some(&route.from) {
                self.out.blank();
                for line in text::beside(0, "From", 5, &words::any(&self.ids(&route.from)), self.out.prose_width()) {
                    self.out.line(format_args!("{BOLD}{line}{BOLD:#}"));
                }
            }
            before = Some(&route.from);
            // Ends of which the same is to be said stand together.
            let mut ends = vec![route.to];
            while let Some(same) = routes.next_if(|other| Route { to: route.to, ..(*other).clone() } == *route) {
                ends.push(same.to);
            }
            self.out.blank();
            for end in ends.iter().map(|at| &self.map.steps[*at]) {
                self.out.line(format_args!("  to {BOLD}{}{BOLD:#} {DIM}({}){DIM:#}", end.id, self::ends(end)));
            }
            self.route(route);
        }
        self.open(times);
    }

    fn ids(&self, steps: &[usize]) -> Vec<String> {
        steps.iter().map(|at| self.map.steps[*at].id.clone()).collect()
    }

    fn row(&self, indent: usize, label: &str, columns: usize, words: &str) {
        text::beside(indent, label, columns, words, self.out.prose_width()).iter().for_each(|line| self.out.line(line));
    }

    fn route(&self, route: &Route) {
        let soonest = route.shortest.map_or("beyond what the calendar covers".to_string(), span);
        self.row(4, "soonest", LABEL, &soonest);
        let latest = match route.longest {
            None => "beyond what the calendar covers".to_string(),
            Some(seconds) if route.is_bounded() => format!("{}{}", span(seconds), self.begun(route)),
            Some(_) => format!("no bound: {}", self.because(route)),
        };
        let style = if route.is_bounded() { GOOD } else { WARNING };
        let mut lines = text::beside(4, "latest", LABEL, &latest, self.out.prose_width()).into_iter();
        if let Some(first) = lines.next() {
            let (label, words) = first.split_at_checked(4 + LABEL).unwrap_or((&first, ""));
            self.out.line(format_args!("{label}{style}{words}{style:#}"));
        }
        lines.for_each(|line| self.out.line(line));
        if let Some(seconds) = route.longest.filter(|seconds| *seconds > 0 && !route.is_bounded()) {
            self.row(4, "limited", LABEL, &format!("{} in all{}", span(seconds), self.begun(route)));
        }
        self.shares(route);
    }

    /// When the longest begins, where that matters.
    fn begun(&self, route: &Route) -> String {
        let date = route.begun.and_then(|at| local_date(DateTime::from_timestamp(at, 0)?, self.map.zone).ok());
        match (date, route.all) {
            (Some(_), true) if route.every_day => ", whatever the day on which it begins".to_string(),
            (Some(date), true) => format!(", begun at worst on {}", words::day(date)),
            (Some(date), false) => format!(" of the ways and days looked at, begun on {}", words::day(date)),
            (None, _) => String::new(),
        }
    }

    /// What keeps the route from having a bound.
    fn because(&self, route: &Route) -> String {
        let mut named: Vec<String> = Vec::new();
        for open in &route.open {
            let name = name(&self.map.id, &open.map, &open.step);
            if !named.contains(&name) {
                named.push(name);
            }
        }
        if named.len() > MOST_NAMED {
            let more = text::count(named.len() - MOST_NAMED, "step");
            named.splice(MOST_NAMED.., [format!("{more} more")]);
        }
        let mut reasons = Vec::new();
        if !named.is_empty() {
            reasons.push(format!("nothing limits {}", words::all(&named)));
        }
        let again = |steps: &Vec<usize>| format!("a case can go round {} again", words::all(&self.ids(steps)));
        reasons.extend(route.loops.iter().map(again));
        reasons.join("; ")
    }

    fn shares(&self, route: &Route) {
        let label = |share: &mapcase_map::bounds::Share| {
            let name = name(&self.map.id, &share.map, &share.step);
            share.limit.as_ref().map_or(name.clone(), |limit| format!("{name} (limit {limit})"))
        };
        let widest = route.shares.iter().map(|share| text::width(&label(share))).max().unwrap_or(0);
        for share in &route.shares {
            let (time, part) = (span(share.seconds), percent(route, share.seconds));
            self.out.line(format_args!("      {}  {part:>3} %  {time}", pad(&label(share), widest)));
        }
    }

    fn open(&self, times: &Times) {
        if times.open.is_empty() {
            return;
        }
        self.out.blank();
        self.out.line(format_args!("{BOLD}Nothing limits{BOLD:#}"));
        let named: Vec<_> = times.open.iter().map(|open| (name(&self.map.id, &open.map, &open.step), open)).collect();
        let widest = named.iter().map(|(name, _)| text::width(name)).max().unwrap_or(0);
        named.iter().for_each(|(name, open)| self.row(2, name, widest + 2, &why(&open.because)));
    }
}

fn ends(step: &Step) -> String {
    match &step.kind {
        StepKind::Link { to, mode: LinkMode::HandOver, .. } => format!("handed over to {to}"),
        StepKind::End { outcome } => format!("ends: {outcome}"),
        _ => step.kind_word().to_string(),
    }
}

/// The answer for programs.
fn answer(map: &Map, times: &Times) -> Value {
    let open = |open: &OpenStep| json!({ "map": open.map, "step": open.step, "why": why(&open.because) });
    let id = |at: &usize| map.steps[*at].id.as_str();
    let routes = times.routes.iter().map(|route| {
        let (outcome, hands_over_to) = match &map.steps[route.to].kind {
            StepKind::End { outcome } => (Some(outcome), None),
            StepKind::Link { to, .. } => (None, Some(to)),
            _ => (None, None),
        };
        let shares = route.shares.iter().map(|share| {
            json!({ "map": share.map, "step": share.step, "limit": share.limit, "seconds": share.seconds,
                    "percent": percent(route, share.seconds) })
        });
        let begun = route.begun.and_then(|at| local_date(DateTime::from_timestamp(at, 0)?, map.zone).ok());
        let loops = route.loops.iter().map(|steps| steps.iter().map(id).collect::<Vec<_>>());
        json!({
            "from": route.from.iter().map(id).collect::<Vec<_>>(),
            "to": id(&route.to),
            "ends": if outcome.is_some() { "end" } else { "hand-over" },
            "outcome": outcome,
            "hands_over_to": hands_over_to,
            "shortest": route.shortest.map(|seconds| json!({ "seconds": seconds, "text": span(seconds) })),
            "bounded": route.is_bounded(),
            "longest": route.longest.map(|seconds| json!({ "seconds": seconds, "text": span(seconds), "begun_on": begun,
                                                                  "every_day": route.every_day })),
            "shares": shares.collect::<Vec<_>>(),
            "open": route.open.iter().map(open).collect::<Vec<_>>(),
            "loops": loops.collect::<Vec<_>>(),
            "complete": route.all,
        })
    });
    json!({
        "map": map.id,
        "routes": routes.collect::<Vec<_>>(),
        "open": times.open.iter().map(open).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn time_is_said_in_days_or_in_hours_and_minutes() {
        let hour = 3_600;
        for (seconds, words) in [
            (0, "at once"),
            (90 * 60 - 1, "1 hour 30 minutes"),
            (10 * 60, "10 minutes"),
            (24 * hour - 1, "1 day"),
            (72 * hour - 1, "3 days"),
            (71 * hour, "3 days"),
            (10 * 24 * hour + hour, "10 days"),
            (36 * hour, "1 day 12 hours"),
        ] {
            assert_eq!(span(seconds), words, "{seconds}");
        }
    }
}
