//! The moves from a situation: everything that can be done at the step, each answer, each value that decides something, and what
//! the clock brings.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Tz;
use mapcase_case::possible::{Missing, awaited_field, missing};
use mapcase_case::{CaseState, Command, Family, RefusalKind, Stop, TimerKind};
use mapcase_map::model::{Anchor, Map, Step, StepKind};
use mapcase_map::scenarios::{Deed, Item, Verb, What};
use mapcase_map::time::{Duration, local_date, start_of_day};

use super::super::{clock, run};
use super::search::{Search, Spot};

/// Persons who act where the one who usually does may not.
const COLLEAGUES: [&str; 2] = ["a colleague", "another colleague"];

/// Stories end before times that a casebook does not take.
const LAST_YEAR: i32 = 2200;

/// Every situation that follows from one by one item of a story.
pub(super) fn moves(search: &mut Search<'_>, here: &Spot) -> Vec<Spot> {
    let mut found = Vec::new();
    if here.main().is_none_or(|main| !main.is_open()) {
        return found;
    }
    if let Some(state) = here.active().filter(|state| state.is_open()).cloned() {
        let mut deeds = deeds(search, here, &state);
        if search.corrects {
            deeds.extend(corrections(search, here, &state));
        }
        for (step, deed) in deeds {
            found.extend(attempt(search, here, &state, &step, deed));
        }
    }
    for duration in waits(search, here) {
        let calendar = search.atlas.calendars().get(&search.machine.map().calendar);
        let later = calendar.and_then(|calendar| clock::later(&duration, here.now, search.atlas.zone(), calendar).ok());
        let Some(later) = later.filter(|later| later.year() < LAST_YEAR) else { continue };
        let item = Item { place: None, at: None, inside: None, what: What::Wait(duration) };
        match search.after(here, later, item, |family| Ok(family.settle()?)) {
            Ok(spot) => found.push(spot),
            Err(stop) => search.note(stop.to_string()),
        }
    }
    found
}

/// What can be done at the step of a case, with what is missing supplied.
fn deeds(search: &Search<'_>, here: &Spot, state: &CaseState) -> Vec<(Step, Deed)> {
    let Some(machine) = search.machine_of(state) else { return Vec::new() };
    let Some(step) = machine.step(&state.step) else { return Vec::new() };
    let choices = |fields: &[&str]| search.values.choices(machine, fields, here.now);
    if let Some(field) = awaited_field(state, step) {
        let sets = choices(&[field]).into_iter();
        return sets.map(|set| (step.clone(), Deed { set, ..Deed::default() })).collect();
    }
    let id = step.id.clone();
    let verbs: Vec<Verb> = match &step.kind {
        StepKind::Start { .. } | StepKind::Step { .. } => vec![Verb::Do(id)],
        StepKind::Decision { on: None, answers } => {
            answers.keys().map(|answer| Verb::Answer(id.clone(), answer.clone())).collect()
        }
        StepKind::WaitFor { .. } => vec![Verb::Receive(id)],
        _ => return Vec::new(),
    };
    let missing = missing(machine, state, step);
    let of = |kind: &'static str| missing.iter().filter(move |missing: &&Missing| missing.kind == kind);
    let fields: Vec<&str> = of("field").map(|missing| missing.id.as_str()).collect();
    let sets = choices(&fields);
    let mut deeds = Vec::new();
    for verb in &verbs {
        for set in &sets {
            let deed = Deed {
                verb: verb.clone(),
                set: set.clone(),
                attach: of("evidence").map(|missing| (missing.id.clone(), format!("{}-1", missing.id))).collect(),
                check_off: of("item").map(|missing| missing.id.clone()).collect(),
                ..Deed::default()
            };
            deeds.push((step.clone(), deed));
        }
    }
    deeds
}

/// What is set already, set to another value that may decide something.
fn corrections(search: &Search<'_>, here: &Spot, state: &CaseState) -> Vec<(Step, Deed)> {
    let Some(machine) = search.machine_of(state) else { return Vec::new() };
    let Some(step) = machine.step(&state.step) else { return Vec::new() };
    let mut deeds = Vec::new();
    for (name, kept) in &state.record {
        let Some(field) = machine.map().record.get(name).filter(|_| decides(machine.map(), name)) else { continue };
        let now = kept.value().map(|value| value.display());
        let others = search.values.others(field, here.now).into_iter().filter(|value| Some(value) != now.as_ref());
        deeds.extend(others.map(|value| {
            let set = [(name.clone(), value)].into();
            (step.clone(), Deed { set, ..Deed::default() })
        }));
    }
    deeds
}

/// Whether a field answers a decision, or time is counted from it.
fn decides(map: &Map, field: &str) -> bool {
    let counts = |anchor: &Anchor| matches!(anchor, Anchor::Field(other) if other == field);
    map.steps.iter().any(|step| {
        let answers = matches!(&step.kind, StepKind::Decision { on: Some(on), .. } if on == field);
        answers || step.anchors().any(counts)
    })
}

/// Does it in the first role, and by the first person, that may.
fn attempt(search: &mut Search<'_>, here: &Spot, state: &CaseState, step: &Step, deed: Deed) -> Option<Spot> {
    let inside = here.main().is_some_and(|main| main.case != state.case).then(|| state.opened.map.clone());
    let roles: Vec<Option<String>> = match step.roles.is_empty() || deed.verb == Verb::Supply {
        true => vec![None],
        false => step.roles.iter().cloned().map(Some).collect(),
    };
    let people = std::iter::once(None).chain(COLLEAGUES.map(|person| Some(person.to_string())));
    for by in people {
        for role in &roles {
            let deed = Deed { role: role.clone(), by: by.clone(), ..deed.clone() };
            let what = What::Act(deed.clone());
            let item = Item { place: None, at: None, inside: inside.clone(), what };
            let done = search.after(here, here.now, item, |family| act(family, state, step, &deed));
            match done {
                Ok(spot) => return Some(spot),
                Err(Stop::Refused(refusal)) if refusal.kind == RefusalKind::SamePerson => {}
                Err(stop) => {
                    search.note(stop.to_string());
                    return None;
                }
            }
        }
    }
    None
}

fn act(family: &mut Family<'_>, state: &CaseState, step: &Step, deed: &Deed) -> Result<(), Stop> {
    let actor = run::actor(deed, Some(step));
    for act in run::acts(deed) {
        let command = Command { act, actor: actor.clone(), role: deed.role.clone(), at: None, expect: None };
        family.command(state.case, &command)?;
    }
    Ok(())
}

/// How long the clock can run so that something changes: until the next timer has fired; and, where that is a limit, until
/// shortly before, so that it can pass at a later step.
fn waits(search: &Search<'_>, here: &Spot) -> Vec<Duration> {
    let Some(timer) = here.next_timer() else { return Vec::new() };
    let zone = search.atlas.zone();
    let over = span(here.now, timer.fires_at(), zone, false);
    let before = (timer.kind == TimerKind::Limit).then(|| span(here.now, timer.fires_at(), zone, true)).flatten();
    over.into_iter().chain(before).collect()
}

/// The least whole days after which an instant at the beginning of a day has come, or the most that are over before it; of
/// another instant, hours and minutes.
fn span(now: DateTime<Utc>, until: DateTime<Utc>, zone: Tz, before: bool) -> Option<Duration> {
    let (today, day) = (local_date(now, zone).ok()?, local_date(until, zone).ok()?);
    let days = (day - today).num_days() - i64::from(before);
    if start_of_day(day, zone) == Ok(until) && days > 0 {
        return format!("{days} days").parse().ok();
    }
    let short = TimeDelta::seconds(if before { -60 } else { 59 });
    let minutes = (until - now + short).num_minutes();
    let (hours, rest) = (minutes / 60, minutes % 60);
    let text = match (hours, rest) {
        _ if minutes <= 0 => return None,
        (0, rest) => format!("{rest} minutes"),
        (hours, 0) => format!("{hours} hours"),
        (hours, rest) => format!("{hours} hours {rest} minutes"),
    };
    text.parse().ok()
}
