//! What came of the stories, for CI servers: a suite a map, a test a story, and one for the coverage that was asked for.

use mapcase_engine::story::{Failure, Told};

use super::{Report, stopped_words};
use crate::junit::{self, Check, Suite, Verdict};

/// The document.
pub fn document(report: &Report<'_>) -> String {
    let mut suites: Vec<Suite> = Vec::new();
    for (file, told) in &report.told {
        let check = Check { name: told.id.clone(), class: told.map.clone(), verdict: verdict(report, told) };
        suite(&mut suites, &told.map, Some(file)).checks.push(check);
    }
    for file in report.stopped {
        let message = stopped_words(file);
        let verdict = Verdict::Failed { kind: "not-run".to_string(), text: format!("{file}: {message}"), message };
        let check = Check { name: "the file can be read".to_string(), class: file.clone(), verdict };
        suite(&mut suites, file, Some(file)).checks.push(check);
    }
    for map in &report.below {
        let message =
            format!("it is covered by {}%, which is less than was asked for", report.percent(map).unwrap_or(0));
        let verdict = Verdict::Failed { kind: "coverage".to_string(), text: format!("{map}: {message}"), message };
        let check = Check { name: "coverage".to_string(), class: map.to_string(), verdict };
        suite(&mut suites, map, None).checks.push(check);
    }
    junit::document("mapcase map test", &suites)
}

/// The suite of a name; a new one, where there is none.
fn suite<'s>(suites: &'s mut Vec<Suite>, name: &str, file: Option<&str>) -> &'s mut Suite {
    let at = suites.iter().position(|suite| suite.name == name).unwrap_or(suites.len());
    if at == suites.len() {
        suites.push(Suite { name: name.to_string(), file: file.map(str::to_string), checks: Vec::new() });
    }
    &mut suites[at]
}

fn verdict(report: &Report<'_>, told: &Told) -> Verdict {
    let Some(failure) = &told.failure else { return Verdict::Passed };
    let message = format!("{}: expected: {}; but: {}", failure.what, failure.expected, failure.found);
    Verdict::Failed { kind: "story".to_string(), message, text: text(report, told, failure) }
}

fn text(report: &Report<'_>, told: &Told, failure: &Failure) -> String {
    let mut lines = Vec::new();
    lines.extend(failure.place.as_ref().map(|place| format!("{}:{}:{}", place.file, place.line, place.column)));
    lines.extend(report.story(told, failure).into_iter().map(|(time, what)| match time.as_str() {
        "" => format!("    {what}"),
        time => format!("{time}  {what}"),
    }));
    lines.push(format!("expected: {}", failure.expected));
    lines.push(format!("but: {}", failure.found));
    lines.extend(failure.possible.iter().map(|possible| format!("possible: {possible}")));
    lines.join("\n")
}
