//! What `map test` is asked about: an atlas, and which of its stories.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mapcase_engine::files;
use mapcase_map::{CheckedAtlas, scenarios::Scenarios};

use crate::atlas;
use crate::context::Context;
use crate::error::CliError;

/// What is tested.
#[derive(Debug)]
pub struct Scope {
    /// The atlas.
    pub atlas: Arc<CheckedAtlas>,
    /// The maps under test: those that are named, and those of the scenarios files, in order.
    pub maps: Vec<String>,
    /// The scenarios files that errors keep from running.
    pub stopped: Vec<String>,
    /// Which of the atlas's scenarios are run, by number.
    chosen: Vec<usize>,
}

impl Scope {
    /// The scenarios that are run.
    pub fn scenarios(&self) -> impl Iterator<Item = &Scenarios> {
        self.chosen.iter().filter_map(|at| self.atlas.scenarios().get(*at))
    }
}

/// Finds the stories of maps, files and folders; of the whole atlas, where nothing is named. With `all_maps`, every map is then
/// under test, also one that has no stories.
///
/// # Errors
///
/// The atlas cannot be read or used; a name is neither a map nor a path in it; there are no stories.
pub fn read(what: &[String], all_maps: bool, context: &Context) -> Result<Scope, CliError> {
    let (paths, maps): (Vec<&String>, Vec<&String>) = what.iter().partition(|word| Path::new(word).exists());
    let dir = atlas_of(&paths, maps.is_empty(), context)?;
    let whole = atlas::usable(&dir, None)?;
    for map in &maps {
        atlas::machine(&whole, map, &dir)?;
    }
    let mut wanted = Wanted { all: what.is_empty(), maps: maps.into_iter().cloned().collect(), paths: Vec::new() };
    for path in paths {
        let real = files::real_path(Path::new(path))?;
        let named = whole.machines().values().map(|machine| machine.map());
        let mut named = named.filter(|map| files::real_path(Path::new(&map.about.file)).is_ok_and(|file| file == real));
        match named.next() {
            Some(map) => wanted.maps.push(map.id.clone()),
            None => wanted.paths.push(real),
        }
    }
    if all_maps && wanted.all {
        wanted.maps.extend(whole.machines().keys().cloned());
    }
    let scope = wanted.choose(whole)?;
    if scope.maps.is_empty() && scope.stopped.is_empty() {
        return Err(CliError::not_found("there are no stories to run")
            .help("a file whose first key is `scenarios` holds stories: docs/language.md shows one"));
    }
    Ok(scope)
}

/// The atlas of the paths; that of the context, where there are none or maps are named too.
fn atlas_of(paths: &[&String], paths_only: bool, context: &Context) -> Result<PathBuf, CliError> {
    let mut found: Option<(PathBuf, PathBuf)> = None;
    for path in paths.iter().map(Path::new) {
        let root = files::find_atlas(path)?.ok_or_else(|| {
            CliError::not_found(format!("`{}` is in no atlas", path.display()))
                .help("an atlas is a folder with an `atlas.yaml` at its top")
        })?;
        let real = files::real_path(&root)?;
        if found.as_ref().is_some_and(|(_, other)| *other != real) {
            return Err(CliError::usage("these are of different atlases").help("test one atlas at a time"));
        }
        found.get_or_insert((root, real));
    }
    match found {
        Some((root, real)) if !paths_only => {
            let same = files::real_path(context.atlas_dir()).is_ok_and(|atlas| atlas == real);
            match same {
                true => Ok(root),
                false => Err(CliError::usage("these are of different atlases").help("test one atlas at a time")),
            }
        }
        Some((root, _)) => Ok(root),
        None => Ok(context.atlas_dir().to_path_buf()),
    }
}

struct Wanted {
    all: bool,
    maps: Vec<String>,
    paths: Vec<PathBuf>,
}

impl Wanted {
    fn choose(mut self, atlas: CheckedAtlas) -> Result<Scope, CliError> {
        let mut chosen = Vec::new();
        let named = self.maps.clone();
        for (at, scenarios) in atlas.scenarios().iter().enumerate() {
            if self.all || named.contains(&scenarios.map) || self.holds(&scenarios.file)? {
                chosen.push(at);
                self.maps.push(scenarios.map.clone());
            }
        }
        let mut stopped = Vec::new();
        for (file, map) in atlas.stopped_scenarios() {
            // Where its map could not be read, it may be one that is named.
            let is_named = map.as_ref().map_or(!named.is_empty(), |map| named.contains(map));
            if self.all || is_named || self.holds(file)? {
                stopped.push(file.clone());
            }
        }
        let mut maps: Vec<String> = Vec::new();
        for map in self.maps {
            if !maps.contains(&map) {
                maps.push(map);
            }
        }
        Ok(Scope { atlas: Arc::new(atlas), maps, stopped, chosen })
    }

    fn holds(&self, file: &str) -> Result<bool, CliError> {
        if self.paths.is_empty() {
            return Ok(false);
        }
        let real = files::real_path(Path::new(file))?;
        Ok(self.paths.iter().any(|path| real.starts_with(path)))
    }
}
