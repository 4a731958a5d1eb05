//! Coverage: which steps, ways and deadlines of a map the cases of stories came to.

use std::collections::{BTreeMap, BTreeSet};

use mapcase_case::TimerKind;
use mapcase_case::event::{Event, EventBody};
use mapcase_map::model::{LinkMode, MapId, Step, StepId, StepKind};
use mapcase_map::{Machine, Transition};

/// Something of a map that a story can come to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// A case stood at the step.
    Step(StepId),
    /// A case went from the step in this way.
    Way(StepId, Transition),
    /// The deadline of the step passed.
    Deadline(StepId),
    /// The limit passed.
    Limit(String),
    /// What comes round was started.
    Start(String),
    /// The time for what comes round passed.
    By(String),
}

/// How much of one kind is covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many are covered.
    pub covered: usize,
    /// How many there are.
    pub all: usize,
}

/// How much of a map is covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Steps of every kind.
    pub steps: Count,
    /// Ways from one step to another, of every kind.
    pub ways: Count,
    /// Of the ways, answers of decisions.
    pub answers: Count,
    /// Of the ways, waits whose time runs out.
    pub timeouts: Count,
    /// Deadlines and limits that pass, with what then happens; and cases of other maps that are started when they are due.
    pub overdue: Count,
}

/// What of which maps is covered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    maps: BTreeMap<MapId, BTreeSet<Element>>,
}

impl Count {
    fn add(&mut self, covered: bool) {
        self.all += 1;
        self.covered += usize::from(covered);
    }
}

impl Totals {
    /// Steps, ways, and what came by time alone, in full per cent, rounded down: 100 is all.
    pub fn percent(&self) -> usize {
        let counts = [self.steps, self.ways, self.overdue];
        let all: usize = counts.iter().map(|count| count.all).sum();
        let covered: usize = counts.iter().map(|count| count.covered).sum();
        (covered * 100).checked_div(all).unwrap_or(100)
    }
}

impl Coverage {
    /// Adds what the events of a case of a map covered.
    pub fn add_events<'e>(&mut self, map: &str, events: impl IntoIterator<Item = &'e Event>) {
        let covered = self.maps.entry(map.to_string()).or_default();
        events.into_iter().for_each(|event| covered.extend(covered_by(event)));
    }

    /// Adds what others covered.
    pub fn merge(&mut self, other: &Coverage) {
        for (map, elements) in &other.maps {
            self.maps.entry(map.clone()).or_default().extend(elements.iter().cloned());
        }
    }

    /// The maps that a case came to.
    pub fn maps(&self) -> impl Iterator<Item = &str> {
        self.maps.keys().map(String::as_str)
    }

    /// Whether something of a map is covered.
    pub fn covers(&self, map: &str, element: &Element) -> bool {
        self.maps.get(map).is_some_and(|covered| covered.contains(element))
    }

    /// What of a map is not covered, in the map's order.
    pub fn rest(&self, machine: &Machine) -> Vec<Element> {
        let map = &machine.map().id;
        elements(machine).into_iter().filter(|element| !self.covers(map, element)).collect()
    }

    /// How much of a map is covered.
    pub fn totals(&self, machine: &Machine) -> Totals {
        let mut totals = Totals::default();
        for element in elements(machine) {
            let covered = self.covers(&machine.map().id, &element);
            match &element {
                Element::Step(_) => totals.steps.add(covered),
                Element::Deadline(_) | Element::Limit(_) | Element::Start(_) | Element::By(_) => {
                    totals.overdue.add(covered);
                }
                Element::Way(_, transition) => {
                    totals.ways.add(covered);
                    match transition {
                        Transition::Answered(_) => totals.answers.add(covered),
                        Transition::Lapsed => totals.timeouts.add(covered),
                        _ => {}
                    }
                }
            }
        }
        totals
    }
}

/// Everything of a map that a story can come to, in the map's order, each once.
pub fn elements(machine: &Machine) -> Vec<Element> {
    let mut all = Vec::new();
    for step in &machine.map().steps {
        all.push(Element::Step(step.id.clone()));
        let mut ways: Vec<&Transition> = machine.transitions(&step.id).map(|(transition, _)| transition).collect();
        ways.sort();
        ways.dedup();
        // No time passes where the case goes on by itself, so that no limit can pass there.
        ways.retain(|way| !matches!(way, Transition::Overdue(Some(_))) || stays(step));
        all.extend(ways.into_iter().map(|way| Element::Way(step.id.clone(), way.clone())));
        all.extend(step.due.iter().map(|_| Element::Deadline(step.id.clone())));
    }
    all.extend(machine.map().limits.keys().map(|limit| Element::Limit(limit.clone())));
    for (id, round) in &machine.map().rounds {
        all.push(Element::Start(id.clone()));
        all.extend(round.by.iter().map(|_| Element::By(id.clone())));
    }
    all
}

/// Whether time can pass while a case stands at a step.
fn stays(step: &Step) -> bool {
    !matches!(
        step.kind,
        StepKind::Start { .. }
            | StepKind::End { .. }
            | StepKind::Link { mode: LinkMode::HandOver | LinkMode::Start { .. }, .. }
    )
}

/// What an event shows to be covered.
pub fn covered_by(event: &Event) -> Vec<Element> {
    let step = event.step.clone().unwrap_or_default();
    let mut covered: Vec<Element> =
        event.body.leaves_by().into_iter().map(|way| Element::Way(step.clone(), way)).collect();
    match &event.body {
        EventBody::CaseOpened(_) | EventBody::StepEntered { .. } => covered.push(Element::Step(step)),
        EventBody::DeadlinePassed { kind: TimerKind::Limit, id, .. } => covered.push(Element::Limit(id.clone())),
        EventBody::DeadlinePassed { kind: TimerKind::By, id, .. } => covered.push(Element::By(id.clone())),
        EventBody::StartCame { id, started: Some(_), .. } => covered.push(Element::Start(id.clone())),
        EventBody::DeadlinePassed { id, .. } => covered.push(Element::Deadline(id.clone())),
        _ => {}
    }
    covered
}
