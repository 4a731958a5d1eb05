//! `check`: every finding of every file of an atlas, in one run.

mod scope;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use mapcase_engine::{rewrite, watch};
use mapcase_map::{AtlasFile, fix};

use crate::args::{Format, formats};
use crate::atlas;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::findings::{self, Report};
use scope::scopes;

const EXAMPLES: &str = "\
Examples:
  mapcase check                       the whole atlas (--atlas, or `processes`)
  mapcase check processes/transfers   what is wrong in one folder of it
  mapcase check processes/transfers/transfer-out.yaml
  mapcase check --fix                 mend what is sure to be a slip
  mapcase check --watch               again at every change, until Ctrl-C
  mapcase check --notes               with each note, not only their number
  mapcase check --now 2027-12-01      what time alone will have changed by then
  mapcase check --deny warnings --format github
  mapcase check --format sarif > mapcase.sarif

A map with an error does not run; one with a warning does; a note is worth
knowing. The whole atlas is read whatever PATH says, because maps lead to each
other; with --fix, files outside PATH are not changed. What `allow` hides in a
file is counted, and listed for programs.

Formats: human; json; sarif (SARIF 2.1.0, for code scanning); github (workflow
commands, shown at the line in a pull request); junit (XML, a test a file).

--fix writes a misspelt name as it is written elsewhere, names a map in the
`from` of the start it leads to, and the like. It changes no other byte, and
takes back what would bring an error.

Exit codes: 0 no error, 1 errors (or warnings that are denied), 3 the atlas
cannot be read.

JSON: {\"diagnostics\":[{\"rule\",\"severity\",\"message\",\"file\",\"line\",\"column\",
\"end_line\",\"end_column\",\"help\",\"suggestion\",\"fix\":{\"title\",\"edits\":[{\"file\",
\"line\",\"column\",\"end_line\",\"end_column\",\"text\"}]},\"related\":[{\"file\",\"line\",
\"column\",\"message\"}]}],\"allowed\":[as these, and \"reason\"],
\"fixed\":[{\"rule\",\"file\",\"line\",\"column\",\"title\"}],
\"summary\":{\"maps\",\"errors\",\"warnings\",\"notes\",\"allowed\"}}";

/// Check the maps: every fault, where it is, and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Atlas folders, or files and folders inside one [default: the atlas]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Mend what is sure to be a slip, then check
    #[arg(long)]
    fix: bool,
    /// Check again whenever a file changes
    #[arg(long, conflicts_with = "fix")]
    watch: bool,
    /// Exit with 1 also for these
    #[arg(long, value_name = "WHAT", value_parser = PossibleValuesParser::new(["warnings"]))]
    deny: Option<String>,
    /// How the findings are written
    #[arg(long, value_name = "FORMAT", default_value = "human",
          value_parser = formats(&["human", "json", "sarif", "github", "junit"]))]
    format: Format,
    /// Show each note, as errors and warnings are; otherwise they are counted, unless a part of an atlas is named
    #[arg(long)]
    notes: bool,
}

/// Checks, and shows what was found.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let default = [context.atlas_dir().to_path_buf()];
    let paths = if args.paths.is_empty() { &default[..] } else { &args.paths };
    if args.watch {
        return keep_watch(args, paths, context);
    }
    let report = report(args, paths, context)?;
    findings::say(&report, args.format, &context.out)?;
    match report.unwritten {
        Some(error) => Err(error),
        None => Ok(if report.is_refused() { Exit::Refused } else { Exit::Done }),
    }
}

/// What is found in the paths, after what can be fixed is.
fn report(args: &Args, paths: &[PathBuf], context: &Context) -> Result<Report, CliError> {
    let mut report = Report { deny_warnings: args.deny.is_some(), ..Report::default() };
    for scope in scopes(paths)? {
        let mut files = atlas::files(&scope.root)?;
        let wanted = scope.wanted_files(&files)?;
        if args.fix {
            mend(&mut files, &wanted, &mut report);
        }
        let checked = atlas::checked_on(&files, context.now())?;
        if scope.is_whole() {
            report.notes_counted = !args.notes;
            report.add_all(checked);
        } else {
            report.add_some(checked, &wanted);
        }
    }
    if args.fix {
        // What could be fixed is; what is left would only be offered in vain.
        report.findings.iter_mut().for_each(|finding| finding.fix = None);
    }
    Ok(report)
}

/// Fixes the files that are asked about, and writes those that changed. A file that cannot be written stays as it is.
fn mend(files: &mut [AtlasFile], wanted: &BTreeSet<String>, report: &mut Report) {
    let mut mended = fix::mend(files, |path| wanted.contains(path));
    for now in mended.files {
        let Some(was) = files.iter_mut().find(|file| file.path == now.path) else { continue };
        match rewrite::replace(Path::new(&now.path), &was.bytes, &now.bytes) {
            Ok(()) => *was = now,
            Err(error) => {
                mended.made.retain(|made| *made.changes() != now.path);
                report.unwritten.get_or_insert(CliError::from(error));
            }
        }
    }
    report.fixed.extend(mended.made);
    report.taken_back.extend(mended.taken_back);
}

/// Checks whenever the files have changed, until it is ended from outside or nobody reads on.
fn keep_watch(args: &Args, paths: &[PathBuf], context: &Context) -> Result<Exit, CliError> {
    if args.format != Format::Human {
        return Err(CliError::usage("`--watch` writes for people only").help("leave out `--format`, or `--watch`"));
    }
    let roots: Vec<PathBuf> = scopes(paths)?.into_iter().map(|scope| scope.root).collect();
    let out = &context.out;
    let mut seen = watch::look(&roots);
    loop {
        out.clear();
        // What cannot be read now may be there again in a moment.
        match report(args, paths, context) {
            Ok(report) => findings::say(&report, args.format, out)?,
            Err(error) => out.error(&error),
        }
        out.line("waiting for a change; Ctrl-C ends");
        if !out.flush() {
            return Ok(Exit::Done);
        }
        seen = watch::until_changed(&roots, &seen);
    }
}
