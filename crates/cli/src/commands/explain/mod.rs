//! `explain`: what a rule of the checker finds, why that matters, and an example of the fault and of its remedy.

mod human;
mod json;
mod markdown;

use mapcase_map::rules::{self, Example, Family, Rule};
use mapcase_map::{Diagnostic, Severity};

use crate::args::{Format, formats};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::findings::Report;

const EXAMPLES: &str = "\
Examples:
  mapcase explain                     every rule, by family
  mapcase explain unreachable-step    a rule, as in the brackets of a finding
  mapcase explain unreachable-step --format markdown

Markdown is what the pages in docs/rules are made of.

JSON: {\"rules\":[{\"rule\",\"family\",\"severity\",\"may_be_allowed\",\"about\"}]}, or of
one rule: {\"rule\",\"family\",\"severity\",\"may_be_allowed\",\"about\",\"why\",
\"bad\":{\"files\":[{\"file\",\"text\",\"about\"}],\"diagnostics\":[as of `check`]},
\"good\":{\"files\":[as above]}}. `text` is null of a file that is no text.";

/// Explain a rule of the checker, with examples
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The rule, such as unreachable-step [default: list them all]
    rule: Option<String>,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "human",
          value_parser = formats(&["human", "json", "markdown"]))]
    format: Format,
}

/// Explains a rule, or lists all.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let out = &context.out;
    match (&args.rule, args.format) {
        (Some(id), format) => {
            let page = Page::new(find(id)?);
            match format {
                Format::Json => out.json(&json::rule(&page))?,
                Format::Markdown => out.text(&markdown::rule(&page)),
                _ => human::rule(&page, out),
            }
        }
        (None, Format::Json) => out.json(&json::list())?,
        (None, Format::Markdown) => out.text(&markdown::list()),
        (None, _) => human::list(out),
    }
    Ok(Exit::Done)
}

fn find(id: &str) -> Result<&'static Rule, CliError> {
    rules::rule(id).ok_or_else(|| {
        let known = rules::ALL.iter().map(|rule| rule.id);
        CliError::not_found(format!("there is no rule `{id}`")).or_meant(id, known, "`mapcase explain` lists them all")
    })
}

/// A rule with what its bad example brings.
struct Page {
    rule: &'static Rule,
    /// The bad example, checked.
    report: Report,
}

/// A file of an example.
struct File {
    path: &'static str,
    /// Its text; none where it is not one.
    text: Option<String>,
    /// What it is, where it is not text.
    about: Option<&'static str>,
}

impl Page {
    fn new(rule: &'static Rule) -> Self {
        let mut report = Report::default();
        report.add_all(rule.bad.check());
        Self { rule, report }
    }

    /// What the rule finds in its bad example.
    fn findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.report.findings.iter().filter(|finding| finding.rule == self.rule.id)
    }

    /// The files of the good example that are not as in the bad one, and the paths that it does not have.
    fn remedy(&self) -> (Vec<File>, Vec<&'static str>) {
        let (bad, good) = (files(&self.rule.bad), files(&self.rule.good));
        let same = |file: &File| bad.iter().any(|other| other.path == file.path && other.text == file.text);
        let gone = bad.iter().filter(|file| !good.iter().any(|other| other.path == file.path)).map(|file| file.path);
        let gone = gone.collect();
        (good.into_iter().filter(|file| !same(file)).collect(), gone)
    }
}

fn files(example: &Example) -> Vec<File> {
    let texts = example.files.iter().map(|(path, text)| (*path, Some(rules::example::unmarked(text)), None));
    let others = example.bytes.iter().map(|file| (file.path, None, Some(file.about)));
    texts.chain(others).map(|(path, text, about)| File { path, text, about }).collect()
}

/// How a finding that is known and stays is allowed, or why it never is.
fn allowing(rule: &Rule) -> String {
    match (rules::may_be_allowed(rule), rule.severity) {
        (true, Severity::Error) => format!("by `allow: {{ {}: WHY }}` where it stands; maps run all the same", rule.id),
        (true, _) => format!("by `allow: {{ {}: WHY }}` where it stands", rule.id),
        (false, Severity::Error) => "never: what has this fault does not run".to_string(),
        (false, _) => "never: it is about what is allowed".to_string(),
    }
}

/// The rules by family; a family without rules is left out.
fn families() -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static Rule>)> {
    Family::ALL.into_iter().filter_map(|family| {
        let of_family: Vec<_> = rules::ALL.iter().copied().filter(|rule| rule.family == family).collect();
        let (word, about) = family.words();
        (!of_family.is_empty()).then_some((word, about, of_family))
    })
}
