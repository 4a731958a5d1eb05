//! The difference for people.

use mapcase_engine::movable::Movable;
use mapcase_map::diff::{Change, MapDiff, Of, State, Weight};

use super::Found;
use crate::output::{BOLD, DIM, GOOD, Output, WARNING};
use crate::text;

/// Tells the difference.
pub fn say(found: &Found, out: &Output) {
    if found.is_same() {
        line(out, &format!("No difference in meaning between {} and {}.", found.before, found.after));
    } else {
        line(out, &format!("From {} to {}:", found.before, found.after));
    }
    if !found.diff.shared.is_empty() {
        out.blank();
        out.line(format_args!("{BOLD}The atlas{BOLD:#}"));
        changes(&found.diff.shared, out);
    }
    found.diff.maps.iter().for_each(|map| one(map, out));
    if !found.stopped.is_empty() {
        out.blank();
    }
    for (map, sides) in &found.stopped {
        let words =
            format!("{map} has errors in {} and is not compared; `mapcase check` names them", sides.join(" and "));
        let lines = text::wrap(&words, out.prose_width());
        lines.iter().for_each(|line| out.line(format_args!("{WARNING}{line}{WARNING:#}")));
    }
    if let Some(list) = &found.cases {
        cases(list, out);
    }
}

fn line(out: &Output, words: &str) {
    text::wrap(words, out.prose_width()).iter().for_each(|line| out.line(line));
}

fn one(map: &MapDiff, out: &Output) {
    out.blank();
    let said = match &map.state {
        State::Added => " is new".to_string(),
        State::Removed => " is gone".to_string(),
        State::Renamed { from } => format!(" was called {from}"),
        State::Compared => String::new(),
    };
    let title = text::clean(&map.title);
    text::beside(0, &format!("{}{said}", map.id), 0, &format!(" {title}"), out.width()).iter().enumerate().for_each(
        |(at, line)| match at {
            0 => out.line(format_args!("{BOLD}{line}{BOLD:#}")),
            _ => out.line(line),
        },
    );
    changes(&map.changes, out);
    let runs = map.changes.iter().any(|change| change.weight == Weight::Runs);
    if let (Some(before), Some(after)) = map.revisions
        && runs
        && before == after
    {
        let note = format!("The revision is still {after}: count it up when the process itself has changed.");
        text::wrap(&note, out.width().saturating_sub(2))
            .iter()
            .for_each(|line| out.line(format_args!("  {DIM}{line}{DIM:#}")));
    }
}

/// The changes by their weight, each thing with all that changed in it.
fn changes(list: &[Change], out: &Output) {
    let groups =
        [(Weight::Runs, "How cases run"), (Weight::Wording, "Wording only"), (Weight::About, "No case depends on it")];
    for (weight, heading) in groups {
        let some: Vec<&Change> = list.iter().filter(|change| change.weight == weight).collect();
        if some.is_empty() {
            continue;
        }
        out.line(format_args!("  {DIM}{heading}{DIM:#}"));
        let columns = some.iter().map(|change| text::width(&label(change)) + 2).max().unwrap_or(0).min(30);
        let mut last = String::new();
        for change in some {
            let label = label(change);
            let shown = if label == last { "" } else { label.as_str() };
            text::beside(4, shown, columns, &change.says(), out.width()).iter().for_each(|line| out.line(line));
            last = label;
        }
    }
}

fn label(change: &Change) -> String {
    match change.of {
        Of::Step => change.id.clone(),
        Of::Map => "the map".to_string(),
        Of::Atlas => "the atlas".to_string(),
        of => format!("{} {}", of.word(), change.id),
    }
}

fn cases(list: &[Movable], out: &Output) {
    out.blank();
    if list.is_empty() {
        out.line("No open case runs on another meaning than this.");
        return;
    }
    out.line(format_args!("{BOLD}Open cases on another meaning{BOLD:#}"));
    for case in list {
        let place = format!("{} (revision {}) at {}", case.map, case.revision, case.step);
        let touched = if case.touched { "stands on what has changed" } else { "does not stand on what has changed" };
        let words = format!("{place}; {touched}");
        let label = case.case.to_string();
        text::beside(2, &label, 8, &words, out.width()).iter().for_each(|line| out.line(line));
        if case.obstacles.is_empty() {
            out.line(format_args!("          {GOOD}can be moved{GOOD:#}"));
        }
        for obstacle in &case.obstacles {
            let lines = text::beside(10, "cannot be moved:", 17, obstacle, out.width());
            lines.iter().for_each(|line| out.line(format_args!("{WARNING}{line}{WARNING:#}")));
        }
    }
    let movable = list.iter().filter(|case| case.obstacles.is_empty()).count();
    let touched = list.iter().filter(|case| case.touched).count();
    out.blank();
    line(
        out,
        &format!(
            "{} on another meaning: {touched} on what has changed, {movable} can be moved, {} cannot",
            text::count(list.len(), "open case"),
            list.len() - movable
        ),
    );
}
