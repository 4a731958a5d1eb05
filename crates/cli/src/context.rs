//! What every command is handed: the output, and what was said to all commands.

use std::path::{Path, PathBuf};

use mapcase_map::CheckedAtlas;

use crate::args::{Everywhere, Format};
use crate::atlas;
use crate::error::CliError;
use crate::output::Output;

/// What every command is handed.
#[derive(Debug)]
pub struct Context {
    /// Where answers go.
    pub out: Output,
    everywhere: Everywhere,
    compiled: Option<PathBuf>,
}

impl Context {
    /// Of what was typed; `compiled` is the folder of compiled atlases, where there is one.
    pub fn new(everywhere: Everywhere, compiled: Option<PathBuf>) -> Self {
        let columns = everywhere.width.and_then(|width| width.0);
        Self { out: Output::new(everywhere.format, everywhere.color, columns), everywhere, compiled }
    }

    /// How the answer is written.
    pub fn format(&self) -> Format {
        self.everywhere.format
    }

    /// Whether the answer is for programs.
    pub fn is_json(&self) -> bool {
        self.format() == Format::Json
    }

    /// The atlas's folder.
    pub fn atlas_dir(&self) -> &Path {
        &self.everywhere.atlas
    }

    /// The maps that may run.
    ///
    /// # Errors
    ///
    /// As for [`atlas::usable`].
    pub fn atlas(&self) -> Result<CheckedAtlas, CliError> {
        atlas::usable(self.atlas_dir(), self.compiled.as_deref())
    }

    /// The casebook's file.
    pub fn casebook(&self) -> &Path {
        &self.everywhere.casebook
    }

    /// The role that was said with `--as`.
    pub fn role(&self) -> Option<&str> {
        self.everywhere.role.as_deref()
    }

    /// What was said with `--now`; it is read in the atlas's zone.
    pub fn now(&self) -> Option<&str> {
        self.everywhere.now.as_deref()
    }

    /// Who acts. Only commands that act ask.
    ///
    /// # Errors
    ///
    /// Nobody is named, and the system does not say who is logged in.
    pub fn actor(&self) -> Result<String, CliError> {
        let said = self.everywhere.actor.as_deref().map(str::trim).filter(|actor| !actor.is_empty());
        let login = || whoami::username().ok().filter(|login| !login.trim().is_empty());
        said.map(str::to_string).or_else(login).ok_or_else(|| {
            CliError::usage("it is not known who acts: the system gives no login")
                .help("say it with `--actor LOGIN`, or set MAPCASE_ACTOR")
        })
    }
}
