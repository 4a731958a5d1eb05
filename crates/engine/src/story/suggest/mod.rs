//! Suggestions: the shortest stories that come to what no story comes to yet. They are searched for with the engine's own
//! decisions, breadth first, from every start; a story that has come to one thing goes on to the nearest other, and in the
//! end to the nearest end. Each is run before it is suggested.

pub mod yaml;

mod moves;
mod search;
mod values;

use std::collections::BTreeSet;
use std::sync::Arc;

use mapcase_case::Status;
use mapcase_map::model::{Anchor, StepKind};
use mapcase_map::scenarios::{Ends, Expect, How, Item, Story, What};
use mapcase_map::{CheckedAtlas, Machine, Transition};

use super::check::late_now;
use super::{Coverage, Element, run};
use search::{Found, Search, Spot};

/// Stories for what no story comes to yet.
#[derive(Debug)]
pub struct Suggestion {
    /// The stories. Each passes.
    pub stories: Vec<Story>,
    /// What none of them comes to.
    pub unreached: Vec<Unreached>,
}

/// Something of a map to which no story was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// What.
    pub element: Element,
    /// Why not.
    pub why: String,
}

/// Searches for stories of a map that come to what `coverage` lacks.
pub fn suggest(atlas: &Arc<CheckedAtlas>, machine: &Arc<Machine>, coverage: &Coverage) -> Suggestion {
    let map = &machine.map().id;
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for scenarios in atlas.scenarios().iter().filter(|scenarios| scenarios.map == *map) {
        taken.extend(scenarios.stories.iter().map(|story| story.id.clone()));
    }
    let mut rest: BTreeSet<Element> = coverage.rest(machine).into_iter().collect();
    let mut search = Search::new(atlas, machine);
    let mut stories = Vec::new();
    while !rest.is_empty() {
        let Some(trail) = search.story(&rest) else {
            // Only what nothing else comes to is worth a story in which somebody changes their mind.
            if std::mem::replace(&mut search.corrects, true) {
                break;
            }
            continue;
        };
        let mut story = write(&search, &trail);
        story.id = free_id(name(&trail, &rest), &mut taken);
        let told = run(atlas, map, &story);
        let before = rest.len();
        rest.retain(|element| !told.coverage.covers(map, element));
        // Not to be expected: what was found with the engine's decisions is what the engine does.
        if told.failure.is_some() || rest.len() == before {
            search
                .note(told.failure.map_or("the story found comes to nothing new".to_string(), |failure| failure.found));
            break;
        }
        stories.push(story);
    }
    let unreached = rest.into_iter().map(|element| Unreached { why: why(machine, &element, &search), element });
    let unreached = unreached.collect();
    Suggestion { stories, unreached }
}

/// The story of a trail, without an id.
fn write(search: &Search<'_>, trail: &[Spot]) -> Story {
    let mut items = Vec::new();
    for spot in trail {
        let Some(item) = &spot.item else { continue };
        items.push(item.clone());
        if matches!(item.what, What::Wait(_)) {
            items.extend(expectation(spot));
        }
    }
    let opening = trail.first().map(|spot| spot.opening.clone()).unwrap_or_default();
    let ends = trail.last().and_then(|last| match &last.main()?.status {
        Status::Ended { outcome } => Some(How::Outcome(outcome.clone())),
        Status::HandedOver { map, .. } => Some(How::HandedOver(map.clone())),
        Status::Open | Status::Withdrawn => None,
    });
    Story {
        id: String::new(),
        place: None,
        starts: search.starts(),
        entry: opening.entry,
        role: opening.role,
        by: None,
        record: opening.record,
        items,
        ends: ends.map(|how| Ends { place: None, how }),
    }
}

/// How the case stands after the clock ran, to be held against the map when it changes.
fn expectation(spot: &Spot) -> Option<Item> {
    let main = spot.main().filter(|main| main.is_open())?;
    let late = late_now(main, spot.now);
    let lapsed = spot.came.iter().filter_map(|element| match element {
        Element::Way(step, Transition::Lapsed) => Some(step.clone()),
        _ => None,
    });
    let expect = Expect {
        step: Some(main.step.clone()),
        late: (!late.is_empty()).then_some(late),
        lapsed: lapsed.collect(),
        ended: None,
    };
    Some(Item { place: None, at: None, inside: None, what: What::Expect(expect) })
}

/// A name for a story, after the first thing to which it comes and no other did.
fn name(trail: &[Spot], rest: &BTreeSet<Element>) -> String {
    let new: Vec<&Element> =
        trail.iter().flat_map(|spot| &spot.came).filter(|element| rest.contains(element)).collect();
    // A way or a deadline says more than the step to which it leads.
    let telling = new.iter().find(|element| !matches!(element, Element::Step(_))).or(new.first());
    match telling {
        Some(Element::Step(step)) => step.clone(),
        Some(Element::Deadline(step)) => format!("{step}-late"),
        Some(Element::Limit(limit)) => format!("limit-{limit}-passed"),
        Some(Element::Start(round)) => format!("{round}-started"),
        Some(Element::By(round)) => format!("{round}-late"),
        Some(Element::Way(step, way)) => match way {
            Transition::Done => step.clone(),
            Transition::Answered(answer) => format!("{step}-{answer}"),
            Transition::Received => format!("{step}-received"),
            Transition::Lapsed => format!("{step}-lapsed"),
            Transition::Overdue(_) => format!("{step}-overdue"),
            Transition::Returned(outcome) => format!("{step}-{outcome}"),
        },
        None => "story".to_string(),
    }
}

/// An id that no other story of the map has.
fn free_id(name: String, taken: &mut BTreeSet<String>) -> String {
    let name = name.replace('_', "-");
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let id = std::iter::once(name.clone()).chain(numbered).find(|id| !taken.contains(id)).unwrap_or(name);
    taken.insert(id.clone());
    id
}

/// Why nothing was found that comes to an element.
fn why(machine: &Machine, element: &Element, search: &Search<'_>) -> String {
    if is_unsettled(machine, element) {
        return "its time is `TBC` and never comes".to_string();
    }
    match (search.fault(), search.found()) {
        (Some(fault), _) => format!("the search could not go on everywhere: {fault}"),
        (None, Found::All(looked)) => format!(
            "nothing that is done, answered, corrected or waited for leads there ({looked} situations were tried)"
        ),
        (None, Found::Some(looked)) => {
            format!("it is not among the first {looked} situations; write this story by hand")
        }
    }
}

/// Whether an element hangs on a time that is `TBC`.
fn is_unsettled(machine: &Machine, element: &Element) -> bool {
    let map = machine.map();
    match element {
        Element::Limit(limit) | Element::Way(_, Transition::Overdue(Some(limit))) => {
            map.limits.get(limit).is_some_and(|limit| limit.within.is_none())
        }
        Element::Deadline(step) | Element::Way(step, Transition::Overdue(None)) => {
            machine.step(step).and_then(|step| step.due.as_ref()).is_some_and(|due| due.within.is_none())
        }
        Element::Way(step, Transition::Lapsed) => machine.step(step).is_some_and(|step| match &step.kind {
            StepKind::WaitFor { timeout: Some(timeout), .. } => timeout.within.is_none(),
            _ => false,
        }),
        Element::Way(step, Transition::Done) => machine.step(step).is_some_and(|step| match &step.kind {
            StepKind::WaitUntil { after: None, anchor, .. } => !matches!(anchor, Anchor::Field(_)),
            _ => false,
        }),
        Element::Step(_) | Element::Way(..) | Element::Start(_) | Element::By(_) => false,
    }
}
