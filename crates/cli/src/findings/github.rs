//! Findings as workflow commands of GitHub: each is shown at its line in a pull request.

use mapcase_map::{Diagnostic, Severity};

use super::{Report, human};
use crate::output::Output;

/// Writes a command for each finding, and the summary for who reads the log.
pub fn say(report: &Report, out: &Output) {
    for finding in report.findings.iter().filter(|finding| !report.is_counted(finding)) {
        out.line(command(finding));
    }
    out.line(human::summary(report));
}

/// `::error file=F,line=1,col=2,endLine=1,endColumn=5,title=RULE::MESSAGE`.
fn command(finding: &Diagnostic) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = &finding.place;
    let columns = match place.line == place.end_line {
        true => format!("col={},endLine={},endColumn={}", place.column, place.end_line, place.end_column),
        false => format!("endLine={}", place.end_line),
    };
    let mut message = finding.message.clone();
    for related in &finding.related {
        let place = &related.place;
        message.push_str(&format!("\n{}:{}:{}: {}", place.file, place.line, place.column, related.message));
    }
    if !finding.help.is_empty() {
        message.push_str(&format!("\nhelp: {}", finding.help));
    }
    let (file, title) = (property(&place.file), property(finding.rule));
    format!("::{level} file={file},line={},{columns},title={title}::{}", place.line, data(&message))
}

/// A message: percent signs and line ends cannot stand in it as they are.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property: colons and commas cannot either.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::tests::{finding, place, report};

    #[test]
    fn what_has_a_meaning_in_a_command_is_escaped() {
        let report = report(&[("a, 100%:b.yaml", "map: one\nsteps: {}\n")]);
        let found = finding(place(&report, "a, 100%:b.yaml", "one"), "50% of\r\nall: yes, all", "do\nit");
        assert_eq!(
            command(&found),
            "::error file=a%2C 100%25%3Ab.yaml,line=1,col=6,endLine=1,endColumn=9,title=unknown-step\
             ::50%25 of%0D%0Aall: yes, all%0Ahelp: do%0Ait"
        );
        let mut found = found.related(place(&report, "a, 100%:b.yaml", "steps"), "here");
        found.place.end_line = 2;
        found.severity = Severity::Note;
        assert!(command(&found).starts_with("::notice file=a%2C 100%25%3Ab.yaml,line=1,endLine=2,title="));
        assert!(command(&found).contains("%0Aa, 100%25:b.yaml:2:1: here%0Ahelp"));
    }
}
