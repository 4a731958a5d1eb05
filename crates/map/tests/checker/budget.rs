//! `limit-over-budget` against brute force: on random maps every path is walked from every day and several times of day, with
//! the plain functions of time, and the worst that is found must be the worst that the rule names.
//!
//! `MAPCASE_BUDGET_MAPS=500` looks at so many maps over 2015 to 2027 in place of a few over one year.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Duration as Span, NaiveDate, NaiveTime, Utc};
use mapcase_map::bounds::{Called, Goal, Plans, Search, paths};
use mapcase_map::model::{Anchor, Map, StepKind};
use mapcase_map::time::{self, Calendar, Duration, local_date, start_of_day};
use mapcase_map::{AtlasFile, CheckedAtlas, Machine, Transition, check};

use crate::common::{one_line, processes};
use crate::numbers::Numbers;

type At = DateTime<Utc>;

/// A way through a map: each step after the first, and how it is left.
type Way<'m> = Vec<(&'m str, Transition)>;

/// Whoever looks at every run.
struct Brute<'m> {
    map: &'m Map,
    machine: &'m Machine,
    calendar: &'m Calendar,
    limit: &'m str,
}

/// What is said of the time of one step of a way.
#[derive(Clone, Debug)]
enum Said<'m> {
    /// It goes on at once, or nobody says.
    AtOnce,
    /// Somebody must act, and only a later deadline or a limit says until when.
    Later,
    /// Before the deadline that counts from a position.
    Before(usize, &'m Duration),
    /// When the time from a position has passed.
    When(usize, &'m Duration, bool),
}

/// What is said of a way: of each step, and the limits that run from one position to another.
struct Told<'m> {
    said: Vec<Said<'m>>,
    spans: Vec<(usize, usize, &'m Duration)>,
}

/// Steps of which nobody says anything take no time, but for those that a later deadline or a limit ends.
fn cover(said: &mut [Said<'_>], stopped: Vec<(usize, usize)>) {
    let ends = said.iter().enumerate().filter_map(|(at, said)| match said {
        Said::Before(from, _) => Some((*from, at + 1)),
        _ => None,
    });
    let giving: Vec<(usize, usize)> = ends.chain(stopped).collect();
    for (at, said) in said.iter_mut().enumerate() {
        let covered = giving.iter().any(|(from, to)| *from < at + 1 && at < *to);
        if matches!(said, Said::Later) && !covered {
            *said = Said::AtOnce;
        }
    }
}

impl<'m> Brute<'m> {
    fn due(&self, duration: &Duration, from: At) -> Option<At> {
        Some(time::due(duration, time::Anchor::Instant(from), self.map.zone, self.calendar).ok()?.due_at)
    }

    fn end(&self, duration: &Duration, from: At, until: bool) -> Option<At> {
        let reckon = if until { time::until } else { time::due };
        Some(reckon(duration, time::Anchor::Instant(from), self.map.zone, self.calendar).ok()?.due_at)
    }

    /// Every way from the limit's beginning to its end that comes to no step twice.
    fn ways(&self) -> Vec<Way<'m>> {
        let limit = &self.map.limits[self.limit];
        let mut found = Vec::new();
        let first: Vec<&'m str> = self
            .machine
            .transitions(&limit.from)
            .filter(|(why, _)| !matches!(why, Transition::Overdue(_)))
            .map(|(_, to)| to.id.as_str())
            .collect();
        for to in first {
            self.on(to, &mut Vec::new(), &mut found);
        }
        found
    }

    fn on(&self, here: &'m str, way: &mut Way<'m>, found: &mut Vec<Way<'m>>) {
        let limit = &self.map.limits[self.limit];
        let seen = way.iter().any(|(step, _)| *step == here);
        if seen || here == limit.from && here != limit.to {
            return;
        }
        for (why, to) in self.machine.transitions(here) {
            if *why == Transition::Overdue(Some(self.limit.to_string())) {
                continue;
            }
            way.push((here, why.clone()));
            if here == limit.to && !matches!(why, Transition::Overdue(_)) {
                found.push(way.clone());
            } else {
                self.on(&to.id, way, found);
            }
            way.pop();
        }
    }

    /// Whether a case can come from the doing of a step to that of another without any time passing.
    fn at_once(&self, from: &str, to: &str) -> bool {
        let mut open = vec![from.to_string()];
        let mut seen = Vec::new();
        while let Some(here) = open.pop() {
            if here == to {
                return true;
            }
            let waits = matches!(self.machine.step(&here).unwrap().kind, StepKind::WaitUntil { .. });
            if waits || seen.contains(&here) {
                continue;
            }
            let ways = self.machine.transitions(&here);
            let quick = ways.filter(|(why, _)| !matches!(why, Transition::Lapsed | Transition::Overdue(_)));
            open.extend(quick.map(|(_, to)| to.id.clone()));
            seen.push(here);
        }
        false
    }

    /// What is said of each step of a way, and the limits that run on it; none where no case goes so.
    fn told(&self, way: &Way<'m>) -> Option<Told<'m>> {
        let root = self.map.limits[self.limit].from.as_str();
        let mut done: BTreeMap<&str, usize> = BTreeMap::from([(root, 0)]);
        let mut running: BTreeMap<&str, usize> = BTreeMap::new();
        let mut spans = Vec::new();
        let mut said = Vec::new();
        let others: Vec<_> = self.map.limits.iter().filter(|(id, _)| *id != self.limit).collect();
        others.iter().filter(|(_, limit)| limit.from == root).for_each(|(id, _)| {
            running.insert(id, 0);
        });
        let mut stopped = Vec::new();
        for (number, (id, why)) in way.iter().enumerate() {
            let step = self.machine.step(id)?;
            let from = |anchor: &Anchor| match anchor {
                Anchor::Entering => Some(number),
                Anchor::Step(step) => {
                    let known = done.get(step.as_str()).copied();
                    known.or_else(|| self.at_once(step, root).then_some(0))
                }
                Anchor::Field(_) => None,
            };
            let timed = match &step.kind {
                StepKind::WaitFor { timeout, .. } => {
                    timeout.as_ref().map(|it| (it.within.as_ref().unwrap(), &it.anchor))
                }
                StepKind::WaitUntil { after, anchor, .. } => Some((after.as_ref().unwrap(), anchor)),
                _ => step.due.as_ref().map(|due| (due.within.as_ref().unwrap(), &due.anchor)),
            };
            said.push(match (timed, why) {
                (_, Transition::Overdue(Some(other))) => {
                    let from = running.remove(other.as_str())?;
                    Said::When(from, self.map.limits[other].within.as_ref()?, false)
                }
                (Some((within, anchor)), Transition::Lapsed | Transition::Overdue(None)) => {
                    Said::When(from(anchor)?, within, false)
                }
                (Some((within, anchor)), _) if step.kind_word() == "wait" && step.roles.is_empty() => {
                    Said::When(from(anchor)?, within, true)
                }
                (Some((within, anchor)), _) => from(anchor).map_or(Said::Later, |from| Said::Before(from, within)),
                (None, _) if matches!(step.kind, StepKind::Start { .. } | StepKind::End { .. }) => Said::AtOnce,
                (None, _) => Said::Later,
            });
            if !matches!(why, Transition::Overdue(_)) {
                done.insert(id, number + 1);
                for (limit_id, limit) in &others {
                    if limit.to == *id
                        && let Some(from) = running.remove(limit_id.as_str())
                    {
                        spans.push((from, number + 1, limit.within.as_ref()?));
                        stopped.push((from, number + 1));
                    }
                    if limit.from == *id {
                        running.insert(limit_id, number + 1);
                    }
                }
            }
        }
        stopped.retain(|span| *span != (0, way.len()));
        cover(&mut said, stopped);
        for (id, from) in running {
            spans.push((from, way.len(), self.map.limits[id].within.as_ref()?));
        }
        Some(Told { said, spans })
    }

    /// The latest instant at which the way can be at its end with everything in time. Each step is done at its last instant;
    /// where that makes another late, at every instant that could matter.
    fn latest(&self, told: &Told<'m>, start: At) -> Option<At> {
        let mut at = vec![start];
        let mut kept = true;
        for said in &told.said {
            let before = at[at.len() - 1];
            at.push(match said {
                Said::AtOnce => before,
                Said::Later => return self.search(told, &mut vec![start]),
                Said::Before(from, within) => self.due(within, at[*from])? - Span::seconds(1),
                Said::When(from, within, until) => self.end(within, at[*from], *until)?.max(before),
            });
            kept &= at[at.len() - 1] >= before;
        }
        if kept && self.spans_hold(told, &at)? { at.pop() } else { self.search(told, &mut vec![start]) }
    }

    fn spans_hold(&self, told: &Told<'m>, at: &[At]) -> Option<bool> {
        for (from, to, within) in &told.spans {
            if at[*to] >= self.due(within, at[*from])? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Tries every instant that could matter for each step, one after the other.
    fn search(&self, told: &Told<'m>, at: &mut Vec<At>) -> Option<At> {
        let here = at.len();
        let before = at[here - 1];
        let Some(said) = told.said.get(here - 1) else {
            return self.spans_hold(told, at)?.then_some(before);
        };
        let tries = match said {
            Said::AtOnce => vec![before],
            Said::When(from, within, until) => vec![self.end(within, at[*from], *until)?.max(before)],
            Said::Before(from, within) => {
                let last = self.due(within, at[*from])? - Span::seconds(1);
                let mut tries = self.marks(told, at)?;
                tries.push(last);
                tries.push(before);
                tries.retain(|mark| (before..=last).contains(mark));
                tries
            }
            Said::Later => {
                let mut tries = self.marks(told, at)?;
                tries.push(before);
                tries.retain(|mark| *mark >= before);
                tries
            }
        };
        let mut best = None;
        for time in tries.into_iter().collect::<BTreeSet<_>>() {
            at.push(time);
            best = best.max(self.search(told, at));
            at.pop();
        }
        best
    }

    /// The last instants before what is known to end something further on, and those from which the waits on the way still
    /// end by then.
    fn marks(&self, told: &Told<'m>, at: &[At]) -> Option<Vec<At>> {
        let here = at.len();
        let mut marks = Vec::new();
        for said in &told.said[here - 1..] {
            if let Said::Before(from, within) = said
                && *from < here
            {
                marks.push(self.due(within, at[*from])? - Span::seconds(1));
            }
        }
        for (from, to, within) in &told.spans {
            if *from < here && *to >= here {
                marks.push(self.due(within, at[*from])? - Span::seconds(1));
            }
        }
        for _ in 0..2 {
            for said in &told.said[here - 1..] {
                if let Said::When(_, within, until) = said {
                    for mark in marks.clone() {
                        marks.extend(self.latest_beginning(within, *until, mark, at[0]));
                    }
                }
            }
        }
        Some(marks)
    }

    /// The latest instant from which a wait ends by a mark, looked for day by day.
    fn latest_beginning(&self, within: &Duration, until: bool, mark: At, first: At) -> Option<At> {
        if within.family() == time::Family::Elapsed {
            return Some(mark - (self.end(within, mark, until)? - mark));
        }
        let mut day = local_date(mark, self.map.zone).ok()?;
        let first = local_date(first, self.map.zone).ok()?;
        while day >= first {
            let last = start_of_day(day.succ_opt()?, self.map.zone).ok()? - Span::seconds(1);
            if self.end(within, last, until)? <= mark {
                return Some(last);
            }
            day = day.pred_opt()?;
        }
        None
    }

    /// The latest by which the limit is missed though all is in time, and the day on which it begins: of all days that the
    /// calendar covers, at some times of day.
    fn worst(&self, clocks: &[NaiveTime]) -> Option<(i64, NaiveDate)> {
        let within = self.map.limits[self.limit].within.as_ref()?;
        let ways: Vec<Told<'m>> = self.ways().iter().filter_map(|way| self.told(way)).collect();
        let (first, last) = (self.calendar.first_year, self.calendar.last_year);
        let mut date = NaiveDate::from_ymd_opt(first, 1, 1)?;
        let mut worst = None;
        while date.year() <= last {
            for clock in clocks {
                let Some(local) = date.and_time(*clock).and_local_timezone(self.map.zone).earliest() else { continue };
                let start = local.to_utc();
                for told in &ways {
                    let Some(end) = self.latest(told, start) else { continue };
                    let Some(due) = self.due(within, start) else { continue };
                    let mut seconds = (end - due).num_seconds() + 1;
                    if within.family() != time::Family::Elapsed && seconds > 0 {
                        let day = |at: At| local_date(at, self.map.zone).unwrap();
                        seconds = (day(end) - day(due - Span::seconds(1))).num_days() * 86_400;
                    }
                    if seconds > 0 && worst.is_none_or(|(most, _)| seconds > most) {
                        worst = Some((seconds, date));
                    }
                }
            }
            date = date.succ_opt()?;
        }
        worst
    }
}

/// A random map of some steps, most of which have times, with a limit or two.
fn invented(numbers: &mut Numbers) -> String {
    let count = 2 + numbers.below(7);
    let mut steps = String::from("steps:\n  s: { kind: start, title: Begun, next: a0 }\n");
    let goal = |numbers: &mut Numbers, at: usize| match numbers.below(12) {
        0 => format!("a{}", numbers.below(count)),
        1..=3 if at + 2 < count => format!("a{}", at + 2),
        _ if at + 1 < count => format!("a{}", at + 1),
        _ => "done".to_string(),
    };
    for at in 0..count {
        let anchor = |numbers: &mut Numbers, joint: &str| match numbers.below(3) {
            0 => format!(" {joint} {}", if at == 0 { "s".to_string() } else { format!("a{}", numbers.below(at)) }),
            _ => String::new(),
        };
        let next = goal(numbers, at);
        let (time, from) = (duration(numbers), anchor(numbers, "of"));
        let go = if numbers.below(8) == 0 { format!(", go: {}", goal(numbers, at)) } else { String::new() };
        let due = format!("due: {time}{from}, overdue: {{ tell: TM{go} }}");
        steps.push_str(&match numbers.below(10) {
            0 => format!("  a{at}: {{ role: TM, title: Do, next: {next} }}\n"),
            1 => format!("  a{at}: {{ kind: wait, title: Wait, until: {}{}, next: {next} }}\n", duration(numbers), anchor(numbers, "after")),
            2 => format!(
                "  a{at}: {{ kind: wait, role: TM, title: Ask, for: It, within: {time}{from}, received: {next}, lapsed: {} }}\n",
                goal(numbers, at)
            ),
            3 | 4 => format!(
                "  a{at}: {{ kind: decision, role: TM, title: Is it?, {due}, answers: {{ yes: {next}, no: {} }} }}\n",
                goal(numbers, at)
            ),
            _ => format!("  a{at}: {{ role: TM, title: Do, {due}, next: {next} }}\n"),
        });
    }
    steps.push_str("  done: { kind: end, outcome: done }\nlimits:\n");
    let from = numbers.below(count.div_ceil(2));
    let from = if numbers.below(2) == 0 { "s".to_string() } else { format!("a{from}") };
    let within = duration_of(numbers, 4);
    steps.push_str(&format!(
        "  all: {{ title: All, from: {from}, to: a{}, within: {within}, overdue: {{ tell: TM }} }}\n",
        count - 1
    ));
    if numbers.below(3) == 0 {
        let (from, to) = (numbers.below(count), numbers.below(count));
        let go = if numbers.below(3) == 0 { ", go: done" } else { "" };
        let within = duration_of(numbers, 2);
        steps.push_str(&format!(
            "  one: {{ title: One, from: a{from}, to: a{to}, within: {within}, overdue: {{ tell: TM{go} }} }}\n"
        ));
    }
    steps
}

fn duration(numbers: &mut Numbers) -> String {
    duration_of(numbers, 1)
}

/// A duration, longer by a factor.
fn duration_of(numbers: &mut Numbers, factor: usize) -> String {
    let amount = |numbers: &mut Numbers, most: usize| (1 + numbers.below(most)) * factor;
    match numbers.below(12) {
        0..=3 => format!("{} working days", amount(numbers, 8)),
        4..=7 => format!("{} days", amount(numbers, 12)),
        8 => format!("{} weeks", amount(numbers, 3)),
        9 => format!("{} months", factor.div_ceil(4)),
        10 => format!("{} hours", [6, 24, 36, 72][numbers.below(4)] * factor),
        _ => format!("{} minutes", 90 * factor),
    }
}

/// The real holidays of England and Wales, of some years.
fn calendar(first: i32, last: i32) -> String {
    let file = processes().into_iter().find(|file| file.path.ends_with("england-and-wales.yaml")).unwrap();
    let text = String::from_utf8(file.bytes).unwrap();
    let years = first..=last;
    let kept = text.lines().filter(|line| {
        let year = line.trim().get(..4).and_then(|year| year.parse::<i32>().ok());
        year.is_none_or(|year| years.contains(&year))
    });
    let lines: Vec<String> = kept
        .map(|line| if line.starts_with("covers:") { format!("covers: {first}..{last}") } else { line.to_string() })
        .collect();
    lines.join("\n") + "\n"
}

fn atlas(map: &str, calendar: &str) -> Vec<AtlasFile> {
    const ATLAS: &str = "atlas: a\ntitle: A\ntime_zone: Europe/London\ncalendar: england-and-wales\nroles: { TM: T }\nthemes: { t: T }\ndocuments: { d: { title: D, date: 2022-11 } }\n";
    let head = "map: m\ntitle: M\nrevision: 1\ntheme: t\nowner: TM\nreview_by: 2027-11-30\nsource: { document: d, reading: reconstructed }\n";
    let file = |path: &str, text: String| AtlasFile { path: path.to_string(), bytes: text.into_bytes() };
    vec![
        file("atlas.yaml", ATLAS.to_string()),
        file("england-and-wales.yaml", calendar.to_string()),
        file("m.yaml", format!("{head}{map}")),
    ]
}

/// What the engine of the rule finds for a limit: the seconds, the day and the time of day; and whether it saw every path.
type Found = (Option<(i64, NaiveDate, NaiveTime)>, bool);

fn found(atlas: &CheckedAtlas, limit: &str) -> Found {
    let plans = Plans::of_atlas(atlas);
    let plan = &plans.maps[0];
    let which = plan.limits.iter().position(|known| known.id == limit).unwrap();
    let (from, to, within) = (plan.limits[which].from, plan.limits[which].to, &plan.limits[which].within);
    let all = paths(&plans, 0, from, Goal::Done(to), Some(which), &mut Called::new());
    let problems: Vec<_> = all.list.iter().map(|path| path.problem()).collect();
    let search = Search::new(&plans, plan.calendar.unwrap(), usize::MAX);
    let worst = search.missed(&problems, within).map(|worst| {
        let local = DateTime::from_timestamp(worst.start, 0).unwrap().with_timezone(&atlas.zone());
        (worst.seconds, local.date_naive(), local.time())
    });
    (worst, all.all)
}

/// The times of day at which brute force begins: the ends of the day, a time inside it, and the one that the rule names.
fn clocks(named: Option<NaiveTime>) -> Vec<NaiveTime> {
    let time = |hour, minute, second| NaiveTime::from_hms_opt(hour, minute, second).unwrap();
    let mut clocks = vec![time(0, 0, 0), time(9, 30, 0), time(23, 59, 59)];
    clocks.extend(named);
    clocks
}

/// How many maps were looked at, and for how many of their limits everybody can be in time and late all the same.
fn agree(maps: usize, seed: u64, calendar: &str) -> (usize, usize) {
    let mut numbers = Numbers(seed);
    let (mut looked, mut missed) = (0, 0);
    while looked < maps {
        let map = invented(&mut numbers);
        let checked = check(&atlas(&map, calendar));
        let Some(machine) = checked.atlas.as_ref().and_then(|atlas| atlas.machine("m")) else { continue };
        looked += 1;
        let whole = checked.atlas.as_ref().unwrap();
        for limit in machine.map().limits.keys() {
            let (rule, all) = found(whole, limit);
            assert!(all, "a small map has few paths:\n{map}");
            let calendar = &whole.calendars()["england-and-wales"];
            let brute = Brute { map: machine.map(), machine, calendar, limit };
            let worst = brute.worst(&clocks(rule.map(|(_, _, clock)| clock)));
            let named = rule.map(|(seconds, date, _)| (seconds, date));
            assert_eq!(named, worst, "the rule and brute force on limit `{limit}` of\n{map}");
            let place = format!("limit `{limit}`");
            let line = map.lines().position(|line| line.starts_with(&format!("  {limit}:"))).unwrap() + 8;
            let said = checked.findings.iter().filter(|finding| finding.rule == "limit-over-budget");
            let said: Vec<String> = said.filter(|finding| finding.place.line == line).map(one_line).collect();
            assert_eq!(said.len(), usize::from(worst.is_some()), "{place}: {said:?}\n{map}");
            missed += usize::from(worst.is_some());
        }
    }
    (looked, missed)
}

#[test]
fn the_rule_agrees_with_brute_force() {
    if let Some(maps) = std::env::var("MAPCASE_BUDGET_MAPS").ok().and_then(|maps| maps.parse().ok()) {
        let (looked, missed) = agree(maps, 3, &calendar(2015, 2027));
        eprintln!("{looked} maps over 2015 to 2027; {missed} limits can be missed with everybody in time");
        return;
    }
    let (looked, missed) = agree(24, 1, &calendar(2021, 2021));
    assert!(missed * 6 > looked && missed < looked, "{missed} of {looked}");
}
