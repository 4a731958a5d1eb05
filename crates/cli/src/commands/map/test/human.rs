//! What came of the stories, for people.

use std::path::Path;

use mapcase_engine::story::coverage::Count;
use mapcase_engine::story::{Element, Failure, Told, words};
use mapcase_map::Machine;

use super::Report;
use crate::atlas::check_command;
use crate::output::{BOLD, DIM, ERROR, GOOD, HELP, Output, WARNING};
use crate::text::{self, beside, pad, wrap};

/// Says it: what failed with its story, how much is covered, what is not, and a summary.
pub fn say(report: &Report<'_>, min_coverage: Option<u8>, out: &Output) {
    for (_, told) in &report.told {
        if let Some(failure) = &told.failure {
            failed(report, told, failure, out);
        }
    }
    for file in report.stopped {
        out.line(format_args!("{ERROR}not run{ERROR:#}: {file}"));
        out.line(format_args!("  it has errors; this names them:\n  {}", check_command(Path::new(file))));
        out.blank();
    }
    coverage(report, out);
    let rest: Vec<&String> = report.maps.iter().filter(|map| gaps(report, map, out)).collect();
    if let Some(first) = rest.first() {
        let which = if rest.len() == 1 { first.as_str() } else { "MAP" };
        let help = format!("`mapcase map test {which} --suggest` writes stories for what no story comes to");
        labelled("help", &help, out);
        out.blank();
    }
    summary(report, min_coverage, out);
}

fn labelled(label: &str, words: &str, out: &Output) {
    let lines = wrap(words, out.prose_width() - label.len() - 2);
    out.line(format_args!("{HELP}{label}{HELP:#}: {}", lines.join("\n      ")));
}

fn failed(report: &Report<'_>, told: &Told, failure: &Failure, out: &Output) {
    let (map, id) = (&told.map, &told.id);
    out.line(format_args!("{ERROR}failed{ERROR:#}: {BOLD}{map}{BOLD:#}, {id}"));
    if let Some(place) = &failure.place {
        out.line(format_args!("  {DIM}-->{DIM:#} {}:{}:{}", place.file, place.line, place.column));
    }
    report.story(told, failure).iter().for_each(|line| {
        let lines = beside(2, &line.0, 22, &line.1, out.prose_width());
        lines.iter().for_each(|line| out.line(line));
    });
    let labels = [("expected", vec![&failure.expected]), ("but", vec![&failure.found])];
    for (label, lines) in labels.into_iter().chain([("possible", failure.possible.iter().collect())]) {
        for (at, line) in lines.into_iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            beside(2, label, 10, line, out.prose_width()).iter().for_each(|line| out.line(line));
        }
    }
    out.blank();
}

/// A row: the map's name and its counts.
type Row = (String, [String; 6]);

fn row(report: &Report<'_>, machine: &Machine) -> Row {
    let totals = report.coverage.totals(machine);
    let count = |count: Count| match count.all {
        0 => "-".to_string(),
        all => format!("{}/{all}", count.covered),
    };
    let counts = [totals.steps, totals.ways, totals.answers, totals.timeouts, totals.overdue].map(count);
    let [steps, ways, answers, timeouts, overdue] = counts;
    (machine.map().id.clone(), [steps, ways, answers, timeouts, overdue, format!("{}%", totals.percent())])
}

const HEADS: [&str; 6] = ["steps", "ways", "answers", "lapsed", "overdue", ""];

fn coverage(report: &Report<'_>, out: &Output) {
    let machine = |map: &str| report.atlas.machine(map);
    let tested: Vec<Row> = report.maps.iter().filter_map(|map| Some(row(report, machine(map)?))).collect();
    let others: Vec<Row> = report.entered().filter_map(|map| Some(row(report, machine(map)?))).collect();
    let rows = || tested.iter().chain(&others);
    let name = rows().map(|(name, _)| text::width(name)).max().unwrap_or(0);
    let mut columns = HEADS.map(str::len);
    for (_, counts) in rows() {
        columns.iter_mut().zip(counts).for_each(|(column, count)| *column = (*column).max(count.len()));
    }
    // Long ids move the columns together.
    let wide = name + columns.iter().map(|column| column + 2).sum::<usize>();
    let gap = if wide > out.prose_width() { " " } else { "  " };
    let say = |first: String, cells: [&str; 6]| {
        let cells: Vec<String> =
            cells.iter().zip(columns).map(|(cell, column)| format!("{gap}{cell:>column$}")).collect();
        out.line(format_args!("{first}{}", cells.concat()).to_string().trim_end());
    };
    for (head, rows) in [("Covered", &tested), ("Entered by links", &others)] {
        if rows.is_empty() {
            continue;
        }
        match head {
            "Covered" => say(format!("{BOLD}{}{BOLD:#}", pad(head, name)), HEADS),
            _ => out.line(format_args!("{BOLD}{head}{BOLD:#}")),
        }
        for (map, counts) in rows {
            say(pad(map, name), counts.each_ref().map(String::as_str));
        }
        out.blank();
    }
}

/// Says what of a map no story comes to, leaving out what follows from a step that none comes to. Whether there is any.
fn gaps(report: &Report<'_>, map: &str, out: &Output) -> bool {
    let Some(machine) = report.atlas.machine(map) else { return false };
    let rest = report.coverage.rest(machine);
    let unreached = |step: &String| rest.contains(&Element::Step(step.clone()));
    let told = rest.iter().filter(|element| match element {
        Element::Way(step, _) | Element::Deadline(step) => !unreached(step),
        Element::Step(_) | Element::Limit(_) | Element::Start(_) | Element::By(_) => true,
    });
    let lines: Vec<String> = told.map(|element| words::element(element, machine)).collect();
    if lines.is_empty() {
        return false;
    }
    out.line(format_args!("{WARNING}no story comes to{WARNING:#}: {BOLD}{map}{BOLD:#}"));
    for line in lines {
        beside(2, "-", 2, &line, out.prose_width()).iter().for_each(|line| out.line(line));
    }
    out.blank();
    true
}

fn summary(report: &Report<'_>, min_coverage: Option<u8>, out: &Output) {
    let stories = match report.told.len() {
        0 => "no stories".to_string(),
        1 => "1 story".to_string(),
        all => format!("{all} stories"),
    };
    let of = text::count(report.maps.len(), "map");
    match report.failed() {
        0 => out.line(format_args!("{stories} of {of}: {GOOD}all passed{GOOD:#}")),
        failed => out.line(format_args!("{stories} of {of}: {ERROR}{failed} failed{ERROR:#}")),
    }
    if !report.stopped.is_empty() {
        out.line(format_args!("{ERROR}{} not run{ERROR:#}", text::count(report.stopped.len(), "file")));
    }
    if let Some(min) = min_coverage.filter(|_| !report.below.is_empty()) {
        let below = report.below.join(", ");
        let lines = wrap(&below, out.prose_width() - 2);
        out.line(format_args!("{ERROR}covered by less than {min}%{ERROR:#}:\n  {}", lines.join("\n  ")));
    }
}
