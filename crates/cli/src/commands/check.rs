//! `check`: every finding of every file of an atlas, in one run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mapcase_engine::files;
use mapcase_map::{Checked, Severity};

use crate::atlas;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::findings::{Report, human, json};
use crate::text;

const EXAMPLES: &str = "\
Examples:
  mapcase check                       the whole atlas (--atlas, or `processes`)
  mapcase check processes/transfers   what is wrong in one folder of it
  mapcase check processes/transfers/transfer-out.yaml
  mapcase check --notes               with each note, not only their number
  mapcase check --now 2027-12-01      what time alone will have changed by then
  mapcase check --format json         for programs

A map with an error does not run; one with a warning does; a note is worth
knowing. The whole atlas is read whatever PATH says, because maps lead to each
other. What `allow` hides in a file is counted, and listed in the JSON.

Exit codes: 0 no error, 1 errors, 3 the atlas cannot be read.

JSON: {\"diagnostics\":[{\"rule\",\"severity\",\"message\",\"file\",\"line\",\"column\",
\"end_line\",\"end_column\",\"help\",\"suggestion\",\"related\":[{\"file\",\"line\",
\"column\",\"message\"}]}],\"allowed\":[as these, and \"reason\"],
\"summary\":{\"maps\",\"errors\",\"warnings\",\"notes\",\"allowed\"}}";

/// Check the maps: every fault, where it is, and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Atlas folders, or files and folders inside one [default: the atlas]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Show each note, as errors and warnings are; otherwise they are counted, unless a part of an atlas is named
    #[arg(long)]
    notes: bool,
}

/// Checks, and shows what was found.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let default = [context.atlas_dir().to_path_buf()];
    let paths = if args.paths.is_empty() { &default[..] } else { &args.paths };
    let mut report = Report::default();
    for scope in scopes(paths)? {
        let checked = atlas::checked_on(&atlas::files(&scope.root)?, context.now())?;
        if scope.is_whole() {
            report.notes_counted = !args.notes;
            report.add_all(checked);
        } else {
            let wanted = scope.wanted_files(&checked)?;
            report.add_some(checked, &wanted);
        }
    }
    if context.is_json() {
        context.out.json(&json::answer(&report))?;
    } else {
        human::say(&report, &context.out);
        if report.errors_elsewhere > 0 {
            let errors = text::count(report.errors_elsewhere, "error");
            context.out.line(format_args!("elsewhere in the same atlas: {errors}"));
        }
    }
    Ok(if report.count(Severity::Error) > 0 { Exit::Refused } else { Exit::Done })
}

/// An atlas, and which parts of it are asked about.
#[derive(Debug)]
struct Scope {
    root: PathBuf,
    real_root: PathBuf,
    /// Each as it was typed, and as it can be compared; one that is the root stands for all.
    parts: Vec<(PathBuf, PathBuf)>,
}

impl Scope {
    fn is_whole(&self) -> bool {
        self.parts.iter().any(|(_, real)| *real == self.real_root)
    }

    /// The files that are asked about, by the paths under which they were read.
    fn wanted_files(&self, checked: &Checked) -> Result<BTreeSet<String>, CliError> {
        let mut wanted = BTreeSet::new();
        let mut hit = vec![false; self.parts.len()];
        for source in &checked.sources {
            let real = files::real_path(Path::new(&**source.path()))?;
            for (at, (_, part)) in self.parts.iter().enumerate() {
                if real.starts_with(part) {
                    hit[at] = true;
                    wanted.insert(source.path().to_string());
                }
            }
        }
        match hit.iter().position(|hit| !hit) {
            None => Ok(wanted),
            Some(at) => {
                let part = self.parts[at].0.display();
                Err(CliError::not_found(format!("`{part}` is not part of the atlas `{}`", self.root.display()))
                    .help("an atlas is made of .yaml files whose names do not begin with a dot"))
            }
        }
    }
}

/// Finds the atlas of each path; paths of one atlas go together.
fn scopes(paths: &[PathBuf]) -> Result<Vec<Scope>, CliError> {
    let mut scopes: Vec<Scope> = Vec::new();
    for path in paths {
        let real = files::real_path(path)
            .map_err(|error| CliError::from(error).help("name an atlas's folder, or a file or folder inside one"))?;
        let root = match files::find_atlas(path)? {
            Some(root) => root,
            None if real.is_dir() => path.clone(),
            None => {
                return Err(CliError::not_found(format!("`{}` is in no atlas", path.display()))
                    .help("an atlas is a folder with an `atlas.yaml` at its top; a map is checked together with it"));
            }
        };
        let real_root = files::real_path(&root)?;
        let part = (path.clone(), real);
        match scopes.iter_mut().find(|scope| scope.real_root == real_root) {
            Some(scope) => scope.parts.push(part),
            None => scopes.push(Scope { root, real_root, parts: vec![part] }),
        }
    }
    Ok(scopes)
}
