//! A rule, or all of them, for people.

use annotate_snippets::Renderer;
use clap::builder::styling::Style;
use mapcase_map::Severity;

use super::{File, Page, allowing, families};
use crate::findings::human::rendered;
use crate::output::{BOLD, DIM, ERROR, GOOD, Output, WARNING};
use crate::text;

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Note => GOOD,
    }
}

/// Every rule, by family.
pub fn list(out: &Output) {
    for (word, about, rules) in families() {
        out.line(format_args!("{BOLD}{word}{BOLD:#}: {about}"));
        for rule in rules {
            let severity = format!("{}{}{:#}", style(rule.severity), rule.severity.word(), style(rule.severity));
            out.line(format_args!("  {}  {severity}", rule.id));
            text::wrap(rule.about, out.prose_width().saturating_sub(6)).iter().for_each(|line| {
                out.line(format_args!("      {line}"));
            });
        }
        out.blank();
    }
    out.line("`mapcase explain RULE` says why it matters, with examples.");
}

/// One rule.
pub fn rule(page: &Page, out: &Output) {
    let rule = page.rule;
    let severity = style(rule.severity);
    let (family, _) = rule.family.words();
    out.line(format_args!("{severity}{}[{}]{severity:#} of the family {family}", rule.severity.word(), rule.id));
    out.blank();
    for (label, words) in [("Finds", rule.about), ("Matters", rule.why), ("Allowed", &allowing(rule))] {
        text::beside(0, label, 9, words, out.prose_width()).iter().for_each(|line| out.line(line));
    }
    heading("Wrong", out);
    for finding in page.findings() {
        out.line(rendered(finding, &page.report, &Renderer::styled(), out.width()));
        out.blank();
    }
    let (files, gone) = page.remedy();
    heading_only("Right", out);
    for path in gone {
        out.line(format_args!("  without {path}"));
    }
    files.iter().for_each(|file| file_lines(file, out));
}

fn heading(words: &str, out: &Output) {
    out.blank();
    heading_only(words, out);
    out.blank();
}

fn heading_only(words: &str, out: &Output) {
    out.line(format_args!("{BOLD}{words}{BOLD:#}"));
}

fn file_lines(file: &File, out: &Output) {
    out.line(format_args!("  {DIM}{}{DIM:#}", file.path));
    match &file.text {
        Some(text) => text.lines().for_each(|line| out.line(format!("    {line}").trim_end())),
        None => out.line(format_args!("    {}", file.about.unwrap_or_default())),
    }
}
