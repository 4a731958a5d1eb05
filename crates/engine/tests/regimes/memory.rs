//! Living without a casebook: the case core alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::event::{Event, EventBody, Left};
use mapcase_case::{CaseNumber, CaseState, Command, Family, Library, Status, Stop};
use mapcase_map::CheckedAtlas;

use crate::common::deeds::{forward, set_something};
use crate::common::{Maps, at, opening};
use crate::invent::{Deed, Dice, Openings, Story};

/// Lives a story without a casebook: after each deed, the events of every case add up to its live state.
pub fn live_in_memory(atlas: &Arc<CheckedAtlas>, story: &Story) {
    let library = Maps(atlas);
    let mut families: Vec<Vec<Arc<CaseState>>> = Vec::new();
    let mut log: BTreeMap<CaseNumber, Vec<Event>> = BTreeMap::new();
    for moment in &story.moments {
        let (place, states) = match &moment.deed {
            Deed::Open(_) => (families.len(), Vec::new()),
            Deed::Act(name, _) => {
                let place = name.split('.').next().unwrap().parse::<usize>().unwrap() - 1;
                (place, families[place].clone())
            }
        };
        let mut family = Family::new(&library, states, log.len() as u64 + 1, moment.now);
        let result = match &moment.deed {
            Deed::Open(opening) => family.open(opening).map(|_| ()),
            Deed::Act(name, command) => {
                family.settle().unwrap();
                let rank = name.split('.').nth(1).map_or(0, |rank| rank.parse::<usize>().unwrap());
                let case = family.states().nth(rank).unwrap().case;
                family.command(case, command)
            }
        };
        match result {
            Ok(()) => {
                for (case, event) in family.events() {
                    log.entry(*case).or_default().push(event.clone());
                }
                for state in family.states() {
                    assert_eq!(&CaseState::replay(&log[&state.case]).unwrap(), state, "\n{story}");
                }
                let states = family.into_states();
                if place == families.len() { families.push(states) } else { families[place] = states }
            }
            Err(Stop::Refused(_)) => {}
            Err(Stop::Fault(fault)) => panic!("{fault}"),
        }
    }
}

/// What makes a case the same one in two lives, where its number may differ: its map, when it was opened, from where.
type Who = (String, DateTime<Utc>, Option<(String, String)>);

fn who(state: &CaseState) -> Who {
    let from = state.origin().map(|origin| (origin.map.clone(), origin.step.clone()));
    (state.opened.map.clone(), state.opened_at, from)
}

/// One family, and what was recorded of it.
struct Life<'a> {
    library: Maps<'a>,
    states: Vec<Arc<CaseState>>,
    events: Vec<(CaseNumber, Event)>,
}

impl Life<'_> {
    fn with<T>(&mut self, now: DateTime<Utc>, act: impl FnOnce(&mut Family<'_>) -> Result<T, Stop>) -> Result<T, Stop> {
        let free = self.states.iter().map(|state| state.case.0).max().unwrap_or(0) + 1;
        let mut family = Family::new(&self.library, self.states.clone(), free, now);
        let done = act(&mut family)?;
        self.events.extend(family.events().iter().cloned());
        self.states = family.into_states();
        Ok(done)
    }

    fn find(&self, wanted: &Who) -> Option<CaseNumber> {
        let there = self.states.iter().filter(|state| state.status != Status::Withdrawn && who(state) == *wanted);
        there.map(|state| state.case).next()
    }

    /// How the cases stand that somebody has acted on, without what depends on when things were recorded.
    fn stands(&self) -> String {
        let acted = self.states.iter().filter(|state| state.acted || state.case.0 == 1);
        let mut stand: Vec<String> = acted.map(|state| format!("{:?} {}", who(state), self.stand(state))).collect();
        stand.sort();
        stand.join("\n")
    }

    fn stand(&self, state: &CaseState) -> String {
        let status = match &state.status {
            Status::HandedOver { map, .. } => format!("handed over to {map}"),
            other => format!("{other:?}"),
        };
        let timers: Vec<_> =
            state.timers.iter().map(|timer| (timer.kind, &timer.id, timer.due.due_at, timer.passed)).collect();
        let done: Vec<_> = state.done.iter().collect();
        let (step, since, record) = (&state.step, state.entered_at, &state.record);
        format!(
            "{status} at {step} since {since}\n  {timers:?}\n  {:?} {:?} {record:?}\n  {done:?}",
            state.checked, state.attached
        )
    }

    /// What people met, in time or late.
    fn met(&self) -> Vec<String> {
        let mine = self.events.iter().filter(|(_, event)| event.actor.is_some());
        let left = |body: &EventBody| match body {
            EventBody::StepDone(left)
            | EventBody::ResponseReceived(left)
            | EventBody::DecisionAnswered { left, .. } => left.clone(),
            _ => Left::default(),
        };
        mine.flat_map(|(_, event)| left(&event.body).met).map(|met| format!("{met:?}")).collect()
    }
}

/// What people did, as it was recorded at once and as it was recorded late, in the same order and before the next was recorded: the
/// case stands at the same step since the same time, with the same things late. Gives the number of timers taken back.
pub fn record_late(atlas: &Arc<CheckedAtlas>, openings: Openings, words: &[Vec<u32>]) -> Result<usize, String> {
    let begin = at("2022-10-03 09:00");
    let fresh = || Life { library: Maps(atlas), states: Vec::new(), events: Vec::new() };
    let mut dice = Dice::new(words[0].clone());
    let (map, record) = dice.one(openings).unwrap();
    let (mut prompt, mut late) = (fresh(), fresh());
    let opening = opening(map, record);
    prompt.with(begin, |family| family.open(&opening)).unwrap();
    let mut now = begin;
    let mut deeds: Vec<(DateTime<Utc>, Who, Command, u32)> = Vec::new();
    for words in words {
        let mut dice = Dice::new(words.clone());
        now += TimeDelta::seconds(i64::from(match dice.below(4) {
            0 => dice.below(4_000),
            1 => dice.below(90_000),
            _ => dice.below(1_000_000),
        }));
        prompt.with(now, |family| Ok(family.settle()?)).unwrap();
        let open: Vec<&CaseState> = prompt.states.iter().map(Arc::as_ref).filter(|state| state.is_open()).collect();
        let Some(state) = dice.one(&open).copied() else { break };
        let (who, case) = (who(state), state.case);
        let machine = prompt.library.revision(&state.opened.digest).unwrap();
        let set = dice.of_100(15);
        let mut command =
            if set { set_something(&mut dice, state, &machine, now) } else { forward(&mut dice, state, &machine, now) };
        command.at = None;
        // A date is not set after the fact: what counted from the old one has happened.
        let delay = if set || matches!(command.act, mapcase_case::Act::Set(_)) { 0 } else { dice.below(101) };
        if prompt.with(now, |family| family.command(case, &command)).is_ok() {
            deeds.push((now, who, command, delay));
        }
    }
    let end = now + TimeDelta::days(80);
    late.with(begin, |family| family.open(&opening)).unwrap();
    for (index, (at, who, command, delay)) in deeds.iter().enumerate() {
        let next = deeds.get(index + 1).map_or(end, |(next, ..)| *next);
        let recorded = *at + (next - *at) / 100 * i32::try_from(*delay).unwrap();
        let command = Command { at: Some(*at), ..command.clone() };
        late.with(recorded, |family| Ok(family.settle()?)).unwrap();
        let Some(case) = late.find(who) else { return Err(format!("{who:?} is not there\n{}", late.told())) };
        if let Err(stop) = late.with(recorded, |family| family.command(case, &command)) {
            return Err(format!("{recorded} {command:?}\n{stop}\n{}", late.told()));
        }
    }
    for life in [&mut prompt, &mut late] {
        life.with(end, |family| Ok(family.settle()?)).unwrap();
    }
    if prompt.stands() != late.stands() || prompt.met() != late.met() {
        let (one, other) = (prompt.stands(), late.stands());
        return Err(format!(
            "{one}\n{:#?}\n{}\n\n{other}\n{:#?}\n{}",
            prompt.met(),
            prompt.told(),
            late.met(),
            late.told()
        ));
    }
    Ok(late.events.iter().filter(|(_, event)| event.body.name() == "timeout-retracted").count())
}

impl Life<'_> {
    fn told(&self) -> String {
        let line = |(case, event): &(CaseNumber, Event)| {
            format!(
                "{} {} {} (recorded {})\n",
                case.0,
                event.seq,
                crate::common::line(event),
                event.recorded_at.format("%m-%d %H:%M")
            )
        };
        self.events.iter().map(line).collect()
    }
}
