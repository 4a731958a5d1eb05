//! The two sides of a comparison: where their maps are read from.

use std::path::Path;

use mapcase_engine::files;
use mapcase_engine::git::{GitError, Repository, Revision};
use mapcase_map::{AtlasFile, CheckedAtlas, check, text};

use crate::atlas::{self, check_command};
use crate::context::Context;
use crate::error::CliError;

/// One side: an atlas, of which perhaps one map is meant.
pub struct Side {
    /// As it was typed.
    pub name: String,
    files: Vec<AtlasFile>,
    /// The file that is meant.
    only: Option<String>,
}

/// A side as far as it can be read by itself.
enum Read {
    Atlas(Side),
    /// A map that is in no atlas, with its id.
    Alone {
        name: String,
        file: AtlasFile,
        map: String,
    },
}

/// Reads both sides; without the second, the atlas is meant.
pub fn both(before: &str, after: Option<&str>, context: &Context) -> Result<(Side, Side), CliError> {
    let one = read(before, context)?;
    let other = match after {
        Some(after) => read(after, context)?,
        None => Read::Atlas(whole(context.atlas_dir())?),
    };
    Ok(match (one, other) {
        (Read::Atlas(one), Read::Atlas(other)) => (one, other),
        (Read::Alone { name, file, map }, Read::Atlas(other)) => (placed(name, file, &map, &other.files), other),
        (Read::Atlas(one), Read::Alone { name, file, map }) => {
            let other = placed(name, file, &map, &one.files);
            (one, other)
        }
        (Read::Alone { name, file, map }, Read::Alone { name: other_name, file: other_file, map: other_map }) => {
            let atlas = whole(context.atlas_dir())?.files;
            (placed(name, file, &map, &atlas), placed(other_name, other_file, &other_map, &atlas))
        }
    })
}

impl Side {
    /// The maps that may run.
    ///
    /// # Errors
    ///
    /// `atlas.yaml` itself is wrong.
    pub fn atlas(&self) -> Result<CheckedAtlas, CliError> {
        check(&self.files).atlas.ok_or_else(|| {
            let message =
                format!("the atlas of `{}` cannot be used: its atlas.yaml is missing or has errors", self.name);
            CliError::refused(message).help(format!("run `{}` there to see them", check_command(Path::new("."))))
        })
    }

    /// The one map that is meant, where one is.
    ///
    /// # Errors
    ///
    /// The file that is meant is no map.
    pub fn only(&self, atlas: &CheckedAtlas) -> Result<Option<String>, CliError> {
        let Some(only) = &self.only else { return Ok(None) };
        let runs = atlas.machines().values().map(|machine| machine.map()).find(|map| map.about.file == *only);
        let stopped = || atlas.stopped().iter().find(|(_, file)| *file == only).map(|(id, _)| id.clone());
        let found = runs.map(|map| map.id.clone()).or_else(stopped);
        let none = || {
            CliError::refused(format!("`{}` is not a map that can be compared", self.name))
                .help("name the file of a map, or the folder that holds the atlas")
        };
        found.map(Some).ok_or_else(none)
    }
}

fn read(typed: &str, context: &Context) -> Result<Read, CliError> {
    let path = Path::new(typed);
    if path.is_dir() {
        return Ok(Read::Atlas(whole(path)?));
    }
    if path.exists() {
        return on_disk(typed, path);
    }
    if let Some((name, path)) = typed.split_once(':') {
        let repository = Repository::of(Path::new("."))?;
        let revision = repository.revision(name)?;
        let path = match path.strip_prefix("./") {
            Some(below) => format!("{}{below}", repository.prefix()),
            None => path.to_string(),
        };
        return Ok(Read::Atlas(in_revision(typed, &repository, &revision, &path)?));
    }
    let dir = context.atlas_dir();
    let found = Repository::of(dir).and_then(|repository| Ok((repository.revision(typed)?, repository)));
    let (revision, repository) = match found {
        Err(GitError::NoRevision(_) | GitError::NoRepository(_)) => {
            let message = format!("`{typed}` is no file, no folder and no revision of git");
            return Err(CliError::not_found(message).help("name one of these, or REVISION:PATH"));
        }
        found => found?,
    };
    let files = repository.files(&revision, repository.prefix())?;
    Ok(Read::Atlas(Side { name: typed.to_string(), files, only: None }))
}

fn whole(dir: &Path) -> Result<Side, CliError> {
    Ok(Side { name: dir.display().to_string(), files: atlas::files(dir)?, only: None })
}

fn on_disk(typed: &str, path: &Path) -> Result<Read, CliError> {
    let name = typed.to_string();
    if let Some(dir) = files::find_atlas(path)? {
        let files = atlas::files(&dir)?;
        let real = files::real_path(path)?;
        let is_it = |file: &&AtlasFile| files::real_path(Path::new(&file.path)).is_ok_and(|found| found == real);
        if let Some(only) = files.iter().find(is_it).map(|file| file.path.clone()) {
            return Ok(Read::Atlas(Side { name, files, only: Some(only) }));
        }
    }
    let file = files::read_one(path)?;
    let map = map_id(&file);
    let none = || CliError::refused(format!("`{typed}` is no map")).help("its first key would be `map`");
    Ok(Read::Alone { name, file, map: map.ok_or_else(none)? })
}

/// The id of the map that a file holds.
fn map_id(file: &AtlasFile) -> Option<String> {
    let (_, tree, _) = text::parse(&file.path, &file.bytes);
    Some(tree?.get("map")?.text()?.to_string())
}

fn in_revision(typed: &str, repository: &Repository, revision: &Revision, path: &str) -> Result<Side, CliError> {
    let path = path.trim_matches('/');
    let name = typed.to_string();
    let found = repository.files(revision, path)?;
    if !found.iter().any(|file| file.path == path) {
        return Ok(Side { name, files: found, only: None });
    }
    let above = |path: &'_ str| path.rsplit_once('/').map(|(above, _)| above.to_string());
    let mut folders = std::iter::successors(above(path), |folder| above(folder));
    let holds_atlas = |folder: &String| {
        files::ATLAS_FILES.iter().any(|name| repository.files(revision, &format!("{folder}/{name}")).is_ok())
    };
    let folder = folders.find(holds_atlas).unwrap_or_default();
    Ok(Side { name, files: repository.files(revision, &folder)?, only: Some(path.to_string()) })
}

/// A map that is in no atlas, in the place that the map of its id has in one.
fn placed(name: String, file: AtlasFile, map: &str, atlas: &[AtlasFile]) -> Side {
    let mut files = atlas.to_vec();
    let path = match files.iter_mut().find(|file| map_id(file).as_deref() == Some(map)) {
        Some(there) => {
            there.bytes = file.bytes;
            there.path.clone()
        }
        None => {
            let path = format!("{map}.yaml");
            files.push(AtlasFile { path: path.clone(), bytes: file.bytes });
            path
        }
    };
    Side { name, files, only: Some(path) }
}
