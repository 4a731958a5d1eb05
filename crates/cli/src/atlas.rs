//! From an atlas's folder to a checked atlas.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use mapcase_engine::{Clock, compiled, files};
use mapcase_map::compiled::Key;
use mapcase_map::{AtlasFile, Checked, CheckedAtlas, Machine, check, check_on, time};

use crate::error::CliError;

/// Reads a whole atlas, for the maps that may run: what day it is does not matter to them. `compiled` is the folder of compiled
/// atlases, where there is one; without it, the atlas is checked.
///
/// # Errors
///
/// The folder is not there, cannot be read, or holds no atlas; or `atlas.yaml` itself is wrong.
pub fn usable(dir: &Path, compiled: Option<&Path>) -> Result<CheckedAtlas, CliError> {
    compiled::usable(Folder(dir.to_path_buf()), compiled)?.ok_or_else(|| {
        CliError::refused(format!("the atlas `{}` cannot be used: its atlas.yaml has errors", dir.display()))
            .help(format!("run `{}` to see them", check_command(dir)))
    })
}

/// An atlas's folder, as every command reads it.
#[derive(Debug)]
struct Folder(PathBuf);

impl compiled::Folder for Folder {
    type Error = CliError;

    fn key(&self, key: &mut Key) -> Result<(), CliError> {
        each_file(&self.0, |path, bytes| key.add(path, bytes))
    }

    fn files(&self) -> Result<Vec<AtlasFile>, CliError> {
        files(&self.0)
    }
}

/// Checks the files of an atlas on the day that was said, or else today.
///
/// # Errors
///
/// The time that was said cannot be read.
pub fn checked_on(files: &[AtlasFile], said: Option<&str>) -> Result<Checked, CliError> {
    let zone = check::zone(files).unwrap_or(chrono_tz::UTC);
    let now = said.map_or(Ok(Clock::machine()), |said| time::parse_when(said, zone))?;
    Ok(check_on(files, Some(time::local_date(now, zone)?)))
}

/// Reads the files of an atlas.
///
/// # Errors
///
/// The folder is not there, cannot be read, or holds no atlas.
pub fn files(dir: &Path) -> Result<Vec<AtlasFile>, CliError> {
    let mut files = Vec::new();
    each_file(dir, |path, bytes| files.push(AtlasFile { path: path.to_string(), bytes: bytes.to_vec() }))?;
    Ok(files)
}

fn each_file(dir: &Path, mut take: impl FnMut(&str, &[u8])) -> Result<(), CliError> {
    // Looked for first: a folder that is no atlas may be somebody's whole disk.
    if dir.is_dir() && !files::holds_atlas(dir) {
        let error =
            CliError::not_found(format!("there is no atlas in the folder `{}`: it has no atlas.yaml", dir.display()));
        return Err(error.help("an atlas is a folder with an atlas.yaml at its top; name it with `--atlas DIR`"));
    }
    files::each_atlas_file(dir, |path, bytes| take(&shortened(path), bytes)).map_err(|error| {
        CliError::from(error).help("name the folder that holds the maps with `--atlas DIR` or MAPCASE_ATLAS")
    })
}

/// Somebody who stands inside the atlas knows a file below as `transfer-out.yaml`, not `../transfers/transfer-out.yaml`.
fn shortened(path: &str) -> Cow<'_, str> {
    if !path.starts_with("../") {
        return path.into();
    }
    let (Ok(here), Ok(real)) = (files::real_path(Path::new(".")), files::real_path(Path::new(path))) else {
        return path.into();
    };
    match real.strip_prefix(here).ok().and_then(Path::to_str) {
        Some(below) => below.replace('\\', "/").into(),
        None => path.into(),
    }
}

/// The machine of a map.
///
/// # Errors
///
/// No map has that name, or errors stop it from running.
pub fn machine<'a>(atlas: &'a CheckedAtlas, map: &str, dir: &Path) -> Result<&'a Machine, CliError> {
    if let Some(machine) = atlas.machine(map) {
        return Ok(machine);
    }
    if let Some(file) = atlas.stopped().get(map) {
        return Err(CliError::refused(format!("the map `{map}` has errors and cannot be used"))
            .help(format!("run `{}` to see them", check_command(Path::new(file))))
            .detail("file", file.as_str()));
    }
    let known = atlas.map_ids().chain(atlas.stopped().keys()).map(String::as_str);
    let error = CliError::not_found(format!("there is no map `{map}` in the atlas `{}`", dir.display()));
    Err(error.or_meant(map, known, "`mapcase map list` names them all"))
}

/// The command that checks a path, as it can be typed.
pub fn check_command(path: &Path) -> String {
    let path = path.to_string_lossy();
    if path.chars().all(|letter| letter.is_alphanumeric() || "/._-\\:".contains(letter)) {
        format!("mapcase check {path}")
    } else {
        format!("mapcase check '{path}'")
    }
}
