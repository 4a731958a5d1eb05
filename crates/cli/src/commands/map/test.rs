//! `map test`: runs the stories that stand beside the maps, and says what of the maps no story comes to.

mod human;
mod json;
mod junit;
mod scope;
mod suggest;

use std::sync::Arc;

use mapcase_engine::story::{self, Coverage, Failure, Told};
use mapcase_map::CheckedAtlas;
use mapcase_map::time::local;

use crate::args::{Format, formats};
use crate::atlas::check_command;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

use scope::Scope;

const EXAMPLES: &str = "\
Examples:
  mapcase map test                         every story of the atlas
  mapcase map test transfer-out            those of one map
  mapcase map test processes/transfers     those of a folder
  mapcase map test --min-coverage 80 --format junit > stories.xml
  mapcase map test transfer-out --suggest  stories for what none comes to

Stories stand in files whose first key is `scenarios`; docs/language.md says
how they are written. Each runs in a casebook of its own, in memory.

A map is under test if it is named or has a scenarios file. Covered are its
steps, the ways between them, and the deadlines and limits that passed.

With `--suggest` the shortest stories that come to the rest are written as
YAML, for the maps that are named or for all: read them, name them, say what
you expect, and keep them. Why something cannot be reached stands below them.

Exit codes: 0 all passed, 1 a story failed or a map under test is covered by
less than `--min-coverage`, 3 there are no stories.

JSON: {\"stories\":[{\"map\",\"story\",\"file\",\"line\",\"column\",\"passed\",
\"items\":[{\"at\",\"what\",\"came\":[]}],\"failure\":{\"file\",\"line\",\"column\",
\"at\",\"what\",\"expected\",\"found\",\"possible\":[]}}],
\"coverage\":[{\"map\",\"under_test\",\"percent\",\"steps\":{\"covered\",\"all\"},
\"ways\",\"answers\",\"timeouts\",\"overdue\",\"rest\":[{\"kind\",\"id\",\"words\"}]}],
\"stopped\":[FILE],\"below\":[MAP],
\"summary\":{\"stories\",\"passed\",\"failed\"}}
With --suggest: {\"suggestions\":[{\"map\",\"file\",\"exists\",\"stories\":[],
\"yaml\",\"unreached\":[{\"words\",\"why\"}]}]}";

/// Run the stories of the maps and report what they cover
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Maps, or files and folders of an atlas [default: the atlas]
    #[arg(value_name = "PATH|MAP")]
    what: Vec<String>,
    /// Fail if a map under test is covered by less than this
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
    /// Write the shortest stories for what no story comes to
    #[arg(long, conflicts_with = "min_coverage")]
    suggest: bool,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = formats(&["human", "json", "junit"]))]
    format: Format,
}

/// What came of the stories.
struct Report<'a> {
    atlas: &'a CheckedAtlas,
    /// Each story with the file in which it stands.
    told: Vec<(&'a str, Told)>,
    /// The scenarios files that errors keep from running.
    stopped: &'a [String],
    coverage: Coverage,
    /// The maps under test.
    maps: &'a [String],
    /// The maps under test that are covered by less than is asked for.
    below: Vec<&'a str>,
}

impl Report<'_> {
    fn failed(&self) -> usize {
        self.told.iter().filter(|(_, told)| told.failure.is_some()).count()
    }

    /// The maps that stories came to over links, and that are not under test.
    fn entered(&self) -> impl Iterator<Item = &str> {
        self.coverage.maps().filter(|map| !self.maps.iter().any(|tested| tested == map))
    }

    /// A story up to its fault: a time and a text a line, without a time what came of it.
    fn story(&self, told: &Told, failure: &Failure) -> Vec<(String, String)> {
        let zone = self.atlas.zone();
        let mut lines = Vec::new();
        for line in &told.lines {
            lines.push((local(line.at, zone), line.what.clone()));
            lines.extend(line.came.iter().map(|came| (String::new(), format!("> {came}"))));
        }
        lines.push((local(failure.at, zone), failure.what.clone()));
        lines
    }

    fn percent(&self, map: &str) -> Option<usize> {
        self.atlas.machine(map).map(|machine| self.coverage.totals(machine).percent())
    }
}

/// Runs the stories.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    if args.suggest && args.format == Format::Junit {
        return Err(CliError::usage("suggested stories are YAML").help("leave `--format junit` out"));
    }
    let scope = scope::read(&args.what, args.suggest, context)?;
    let report = test(&scope, args.min_coverage);
    if args.suggest {
        suggest::say(&scope, &report.coverage, args.format == Format::Json, context)?;
        return Ok(Exit::Done);
    }
    match args.format {
        Format::Json => context.out.json(&json::answer(&report))?,
        Format::Junit => context.out.text(&junit::document(&report)),
        _ => human::say(&report, args.min_coverage, &context.out),
    }
    let good = report.failed() == 0 && report.stopped.is_empty() && report.below.is_empty();
    Ok(if good { Exit::Done } else { Exit::Refused })
}

fn test(scope: &Scope, min_coverage: Option<u8>) -> Report<'_> {
    let mut told = Vec::new();
    let mut coverage = Coverage::default();
    for scenarios in scope.scenarios() {
        for one in &scenarios.stories {
            let came = story::run(&scope.atlas, &scenarios.map, one);
            coverage.merge(&came.coverage);
            told.push((scenarios.file.as_str(), came));
        }
    }
    let atlas: &CheckedAtlas = Arc::as_ref(&scope.atlas);
    let mut report = Report { atlas, told, stopped: &scope.stopped, coverage, maps: &scope.maps, below: Vec::new() };
    if let Some(min) = min_coverage {
        let short = |map: &&String| report.percent(map).is_none_or(|percent| percent < usize::from(min));
        report.below = scope.maps.iter().filter(short).map(String::as_str).collect();
    }
    report
}

/// What is wrong with a scenarios file that was not run.
fn stopped_words(file: &str) -> String {
    format!("it has errors and was not run: `{}` names them", check_command(std::path::Path::new(file)))
}
