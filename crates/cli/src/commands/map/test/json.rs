//! What came of the stories, for programs. The shape is documented in `mapcase map test --help` and does not change.

use mapcase_engine::stamp;
use mapcase_engine::story::coverage::Count as Covered;
use mapcase_engine::story::{Element, Failure, Told, words};
use mapcase_map::Machine;
use serde::Serialize;

use super::Report;

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    stories: Vec<Story<'a>>,
    coverage: Vec<Coverage<'a>>,
    stopped: &'a [String],
    below: &'a [&'a str],
    summary: Summary,
}

#[derive(Debug, Serialize)]
struct Story<'a> {
    map: &'a str,
    story: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    passed: bool,
    items: Vec<Item<'a>>,
    failure: Option<Fault<'a>>,
}

#[derive(Debug, Serialize)]
struct Item<'a> {
    at: String,
    what: &'a str,
    came: &'a [String],
}

#[derive(Debug, Serialize)]
struct Fault<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    at: String,
    what: &'a str,
    expected: &'a str,
    found: &'a str,
    possible: &'a [String],
}

#[derive(Debug, Serialize)]
struct Coverage<'a> {
    map: &'a str,
    under_test: bool,
    percent: usize,
    steps: Count,
    ways: Count,
    answers: Count,
    timeouts: Count,
    overdue: Count,
    rest: Vec<Rest>,
}

#[derive(Debug, Serialize)]
struct Count {
    covered: usize,
    all: usize,
}

/// What no story comes to. The id is the step's, or the limit's.
#[derive(Debug, Serialize)]
struct Rest {
    kind: &'static str,
    id: String,
    words: String,
}

#[derive(Debug, Serialize)]
struct Summary {
    stories: usize,
    passed: usize,
    failed: usize,
}

/// The answer of a report.
pub fn answer<'a>(report: &'a Report<'_>) -> Answer<'a> {
    let failed = report.failed();
    let tested = report.maps.iter().map(|map| (map.as_str(), true));
    let maps = tested.chain(report.entered().map(|map| (map, false)));
    Answer {
        stories: report.told.iter().map(|(file, told)| story(file, told)).collect(),
        coverage: maps.filter_map(|(map, tested)| Some(coverage(report, report.atlas.machine(map)?, tested))).collect(),
        stopped: report.stopped,
        below: &report.below,
        summary: Summary { stories: report.told.len(), passed: report.told.len() - failed, failed },
    }
}

fn story<'a>(file: &'a str, told: &'a Told) -> Story<'a> {
    let place = told.place.as_ref();
    Story {
        map: &told.map,
        story: &told.id,
        file,
        line: place.map_or(0, |place| place.line),
        column: place.map_or(0, |place| place.column),
        passed: told.failure.is_none(),
        items: told
            .lines
            .iter()
            .map(|line| Item { at: stamp::write(line.at), what: &line.what, came: &line.came })
            .collect(),
        failure: told.failure.as_ref().map(|failure| fault(file, failure)),
    }
}

fn fault<'a>(file: &'a str, failure: &'a Failure) -> Fault<'a> {
    let place = failure.place.as_ref();
    Fault {
        file,
        line: place.map_or(0, |place| place.line),
        column: place.map_or(0, |place| place.column),
        at: stamp::write(failure.at),
        what: &failure.what,
        expected: &failure.expected,
        found: &failure.found,
        possible: &failure.possible,
    }
}

fn coverage<'a>(report: &Report<'_>, machine: &'a Machine, under_test: bool) -> Coverage<'a> {
    let totals = report.coverage.totals(machine);
    let count = |count: Covered| Count { covered: count.covered, all: count.all };
    Coverage {
        map: &machine.map().id,
        under_test,
        percent: totals.percent(),
        steps: count(totals.steps),
        ways: count(totals.ways),
        answers: count(totals.answers),
        timeouts: count(totals.timeouts),
        overdue: count(totals.overdue),
        rest: report.coverage.rest(machine).iter().map(|element| rest(element, machine)).collect(),
    }
}

fn rest(element: &Element, machine: &Machine) -> Rest {
    let (kind, id) = match element {
        Element::Step(step) => ("step", step),
        Element::Way(step, _) => ("way", step),
        Element::Deadline(step) => ("deadline", step),
        Element::Limit(limit) => ("limit", limit),
        Element::Start(round) => ("start", round),
        Element::By(round) => ("by", round),
    };
    Rest { kind, id: id.clone(), words: words::element(element, machine) }
}
