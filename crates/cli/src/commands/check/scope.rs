//! What `check` is asked about: atlases, and files and folders inside them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mapcase_engine::files;
use mapcase_map::AtlasFile;

use crate::error::CliError;

/// An atlas, and which parts of it are asked about.
#[derive(Debug)]
pub struct Scope {
    /// The atlas's folder.
    pub root: PathBuf,
    real_root: PathBuf,
    /// Each as it was typed, and as it can be compared; one that is the root stands for all.
    parts: Vec<(PathBuf, PathBuf)>,
}

impl Scope {
    /// Whether all of the atlas is asked about.
    pub fn is_whole(&self) -> bool {
        self.parts.iter().any(|(_, real)| *real == self.real_root)
    }

    /// The files that are asked about, by the paths under which they were read.
    ///
    /// # Errors
    ///
    /// A part that was typed holds no file of the atlas.
    pub fn wanted_files(&self, read: &[AtlasFile]) -> Result<BTreeSet<String>, CliError> {
        if self.is_whole() {
            return Ok(read.iter().map(|file| file.path.clone()).collect());
        }
        let mut wanted = BTreeSet::new();
        let mut hit = vec![false; self.parts.len()];
        for file in read {
            let real = files::real_path(Path::new(&file.path))?;
            for (at, (_, part)) in self.parts.iter().enumerate() {
                if real.starts_with(part) {
                    hit[at] = true;
                    wanted.insert(file.path.clone());
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
///
/// # Errors
///
/// A path does not exist, or is in no atlas.
pub fn scopes(paths: &[PathBuf]) -> Result<Vec<Scope>, CliError> {
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
