//! From an atlas's folder to a checked atlas.

use std::path::Path;

use mapcase_engine::{Clock, files};
use mapcase_map::{AtlasFile, Checked, CheckedAtlas, Machine, check, check_on, time};

use crate::error::CliError;

/// Reads and checks a whole atlas, for the maps that may run: what day it is does not matter to them.
///
/// # Errors
///
/// The folder is not there, cannot be read, or holds no atlas; or `atlas.yaml` itself is wrong.
pub fn usable(dir: &Path) -> Result<CheckedAtlas, CliError> {
    check(&files(dir)?).atlas.ok_or_else(|| {
        CliError::refused(format!("the atlas `{}` cannot be used: its atlas.yaml has errors", dir.display()))
            .help(format!("run `{}` to see them", check_command(dir)))
    })
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
    // Looked for first: a folder that is no atlas may be somebody's whole disk.
    if dir.is_dir() && !files::holds_atlas(dir) {
        let error =
            CliError::not_found(format!("there is no atlas in the folder `{}`: it has no atlas.yaml", dir.display()));
        return Err(error.help("an atlas is a folder with an atlas.yaml at its top; name it with `--atlas DIR`"));
    }
    let mut files = files::read_atlas_files(dir).map_err(|error| {
        CliError::from(error).help("name the folder that holds the maps with `--atlas DIR` or MAPCASE_ATLAS")
    })?;
    files.iter_mut().for_each(shorten);
    Ok(files)
}

/// Somebody who stands inside the atlas knows a file below as `transfer-out.yaml`, not `../transfers/transfer-out.yaml`.
fn shorten(file: &mut AtlasFile) {
    if !file.path.starts_with("../") {
        return;
    }
    let (Ok(here), Ok(real)) = (files::real_path(Path::new(".")), files::real_path(Path::new(&file.path))) else {
        return;
    };
    if let Some(below) = real.strip_prefix(here).ok().and_then(Path::to_str) {
        file.path = below.replace('\\', "/");
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
    let known = atlas.machines().keys().chain(atlas.stopped().keys()).map(String::as_str);
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
