//! Findings for people: what is wrong, the very words, and what to do.

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};
use clap::builder::styling::Style;
use mapcase_map::text::{Place, Source};
use mapcase_map::{Diagnostic, Severity, rules};

use super::Report;
use crate::output::{ERROR, GOOD, Output, WARNING};
use crate::text;

/// Writes every finding and the summary.
pub fn say(report: &Report, out: &Output) {
    for fixed in &report.fixed {
        hanging(GOOD, "fixed", &super::fixed_line(fixed), out);
    }
    for other in &report.taken_back {
        hanging(WARNING, "left alone", &format!("{}: it would bring another error", super::fixed_line(other)), out);
    }
    if !report.fixed.is_empty() || !report.taken_back.is_empty() {
        out.blank();
    }
    for finding in report.findings.iter().filter(|finding| !report.is_counted(finding)) {
        out.line(rendered(finding, report, &Renderer::styled(), out.width()));
        out.blank();
    }
    // Beside a fault, their number in the summary is enough.
    if !report.findings.is_empty() && report.findings.iter().all(|finding| report.is_counted(finding)) {
        say_notes(report, out);
        out.blank();
    }
    out.line(summary(report));
    if report.errors_elsewhere > 0 {
        let errors = text::count(report.errors_elsewhere, "error");
        out.line(format_args!("elsewhere in the same atlas: {errors}"));
    }
}

/// A label and a text whose further lines stand under its first.
fn hanging(style: Style, label: &str, text: &str, out: &Output) {
    let indent = label.len() + 1;
    let lines = text::wrap(text, out.width().saturating_sub(indent));
    out.line(format_args!("{style}{label}{style:#} {}", lines.join(&format!("\n{:indent$}", ""))));
}

/// How many notes there are of each rule, and what the rule finds.
fn say_notes(report: &Report, out: &Output) {
    out.line(format_args!("{GOOD}notes{GOOD:#}: `mapcase check --notes` shows where each stands"));
    let count = |rule: &rules::Rule| report.findings.iter().filter(|finding| finding.rule == rule.id).count();
    let notes = rules::ALL.iter().filter(|rule| rule.severity == Severity::Note);
    let found: Vec<_> = notes.map(|rule| (count(rule), rule)).filter(|(count, _)| *count > 0).collect();
    let widest = found.iter().map(|(_, rule)| rule.id.len()).max().unwrap_or_default();
    for (count, rule) in found {
        let label = format!("{count:>4} {}", rule.id);
        text::beside(1, &label, widest + 7, rule.about, out.prose_width()).iter().for_each(|line| out.line(line));
    }
}

/// `20 maps: 2 errors, 1 warning`.
pub fn summary(report: &Report) -> String {
    let [errors, warnings, notes] =
        [Severity::Error, Severity::Warning, Severity::Note].map(|severity| report.count(severity));
    let style = match (errors, warnings) {
        (0, 0) => GOOD,
        (0, _) if !report.deny_warnings => WARNING,
        _ => ERROR,
    };
    let mut counts = format!("{style}{}{style:#}", text::count(errors, "error"));
    counts.push_str(&format!(", {}", text::count(warnings, "warning")));
    if notes > 0 {
        counts.push_str(&format!(", {}", text::count(notes, "note")));
    }
    if !report.allowed.is_empty() {
        counts.push_str(&format!("; {} allowed", text::count(report.allowed.len(), "finding")));
    }
    if errors == 0 && report.is_refused() {
        counts.push_str("; warnings are denied");
    }
    format!("{}: {counts}", text::count(report.maps, "map"))
}

/// A finding with the very words and what to do.
pub fn rendered(finding: &Diagnostic, report: &Report, renderer: &Renderer, columns: usize) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let indent = finding.severity.word().len() + finding.rule.len() + 4;
    let title = text::wrap(&finding.message, columns.saturating_sub(indent)).join("\n");
    let mut group = Group::with_title(level.primary_title(title).id(finding.rule));
    for part in excerpts(finding, report) {
        group = group.element(part);
    }
    let gutter = finding.place.end_line.to_string().len() + " = help: ".len() + 1;
    let help = |help: &str| Level::HELP.message(text::wrap(help, columns.saturating_sub(gutter)).join("\n"));
    match (&finding.fix, &finding.suggestion) {
        (Some(_), Some(_)) => {
            group = group.element(help(&format!("{} (`mapcase check --fix` writes it)", finding.help)));
        }
        (Some(fix), None) => {
            group = group.element(help(&finding.help));
            group = group.element(help(&format!("`mapcase check --fix` does this: {}", fix.title)));
        }
        (None, _) if finding.help.is_empty() => {}
        (None, _) => group = group.element(help(&finding.help)),
    }
    renderer.clone().term_width(columns).render(&[group])
}

/// The finding's place with every related one of the same file, then one excerpt for each other file.
fn excerpts<'a>(finding: &'a Diagnostic, report: &'a Report) -> Vec<Element<'a>> {
    let mut files: Vec<(&str, Vec<Mark<'a>>)> = Vec::new();
    let main = Mark { place: &finding.place, label: None };
    let related = finding.related.iter().map(|other| Mark { place: &other.place, label: Some(&other.message) });
    for mark in std::iter::once(main).chain(related) {
        match files.iter_mut().find(|(file, _)| *file == &*mark.place.file) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((&mark.place.file, vec![mark])),
        }
    }
    files.into_iter().filter_map(|(file, marks)| Some(excerpt(report.source(file)?, &marks).into())).collect()
}

/// A place that is pointed at; the finding's own has no label.
struct Mark<'a> {
    place: &'a Place,
    label: Option<&'a str>,
}

/// The lines from the first mark to the last, so that a large file costs no more than a small one.
fn excerpt<'a>(source: &'a Source, marks: &[Mark<'a>]) -> Snippet<'a, Annotation<'a>> {
    let text = source.text();
    let first = marks.iter().map(|mark| mark.place.span.start).min().unwrap_or(0);
    let last = marks.iter().map(|mark| mark.place.span.end).max().unwrap_or(0);
    let mark_bytes = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let start =
        text.get(..first).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1).max(mark_bytes.min(first));
    let end = text.get(last..).and_then(|after| after.find('\n')).map_or(text.len(), |at| last + at);
    let line = marks.iter().map(|mark| mark.place.line).min().unwrap_or(1);
    let annotations = marks.iter().map(|mark| {
        let span = mark.place.span.start.saturating_sub(start)..mark.place.span.end.saturating_sub(start);
        let kind = if mark.label.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
        kind.span(span).label(mark.label)
    });
    let lines = text.get(start..end).unwrap_or_default();
    Snippet::source(lines).line_start(line).path(&**source.path()).annotations(annotations)
}

#[cfg(test)]
mod tests {
    use mapcase_map::text::Span;

    use super::*;
    use crate::findings::tests::{finding, place, report};

    fn plain(finding: &Diagnostic, report: &Report) -> String {
        rendered(finding, report, &Renderer::plain(), 80)
    }

    #[test]
    fn a_finding_shows_the_word_its_company_and_what_to_do() {
        let text = "map: one\nsteps:\n  first:\n    next: secnd\n  second:\n    kind: end\n";
        let report = report(&[("maps/one.yaml", text), ("maps/two.yaml", "map: two\n")]);
        let help = "name a step of this map, or add the step; this help is longer than a line of the terminal is";
        let finding = finding(place(&report, "maps/one.yaml", "secnd"), "there is no step `secnd` in this map", help)
            .related(place(&report, "maps/one.yaml", "second"), "this one is spelt much like it")
            .related(place(&report, "maps/two.yaml", "two"), "this map leads here");
        insta::assert_snapshot!(plain(&finding, &report));
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_a_long_message_goes_on_below() {
        let text = format!("map: one\nnotes: [{}, wrng, {}]\n", "far ".repeat(60), "away ".repeat(60));
        let report = report(&[("one.yaml", &text)]);
        let message = "a message that has so much to say about what is wrong that it does not fit into one line";
        let finding = finding(place(&report, "one.yaml", "wrng"), message, "write it shorter");
        insta::assert_snapshot!(plain(&finding, &report));
    }

    #[test]
    fn no_place_makes_the_renderer_panic() {
        let text = "\u{feff}a: é\tx\r\nb: \u{1f469}\u{200d}\u{1f467}\r\rc:\n\n  - 名\u{7}\n";
        let report = report(&[("odd.yaml", text), ("empty.yaml", "")]);
        let odd = report.source("odd.yaml").unwrap();
        let empty = report.source("empty.yaml").unwrap();
        for start in 0..=text.len() + 1 {
            for end in start..=text.len() + 1 {
                let other = odd.place(Span { start: text.len() - start.min(text.len()), end: text.len() });
                let finding = finding(odd.place(Span { start, end }), "m", "h")
                    .related(other, "r")
                    .related(empty.place(Span { start, end }), "e");
                assert!(plain(&finding, &report).contains("odd.yaml"));
            }
        }
    }

    #[test]
    fn the_summary_counts() {
        let mut report = report(&[("one.yaml", "map: one\n")]);
        let styled = summary(&Report { maps: 20, ..Report::default() });
        assert_eq!(anstream::adapter::strip_str(&styled).to_string(), "20 maps: no errors, no warnings");
        report.findings = vec![finding(place(&report, "one.yaml", "one"), "m", "h")];
        report.maps = 1;
        assert_eq!(anstream::adapter::strip_str(&summary(&report)).to_string(), "1 map: 1 error, no warnings");
    }
}
