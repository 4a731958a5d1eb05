//! Reading the atlas's folder: the one place that reads a map's file.
#![expect(clippy::disallowed_methods, reason = "files are read here so that nothing else needs to")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use mapcase_map::AtlasFile;

/// The SHA-256 of a file's content, in hexadecimal: what `attach --file` keeps of a document.
///
/// # Errors
///
/// The file is not there or cannot be read.
pub fn sha256_of(path: &Path) -> Result<String, FilesError> {
    use sha2::{Digest, Sha256};
    let unreadable = |source| FilesError::Unreadable { path: path.to_path_buf(), source };
    if !path.exists() {
        return Err(FilesError::Missing { path: path.to_path_buf() });
    }
    if !path.is_file() {
        return Err(unreadable(io::Error::new(io::ErrorKind::InvalidInput, "it is not an ordinary file")));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match file.read(&mut chunk).map_err(unreadable)? {
            0 => break,
            read => hash.update(chunk.get(..read).unwrap_or_default()),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Why an atlas's folder could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// There is nothing of that name.
    #[error("there is no file or folder `{}`", path.display())]
    Missing {
        /// The path as it was given.
        path: PathBuf,
    },
    /// An atlas is a folder; this is a file.
    #[error("`{}` is a file; an atlas is a folder", path.display())]
    NotAFolder {
        /// The path as it was given.
        path: PathBuf,
    },
    /// It is there, but the system does not let it be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What is read of one file at most. The checker refuses files far smaller than this and says so; the cap keeps a device or
/// a runaway file from filling the memory before it can.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// An atlas has no more files: whoever named a whole disk by mistake is told.
const MOST_FILES: usize = 10_000;

/// More than this is read of no file of commands: it is taken up whole before the first is given.
const MOST_COMMANDS: u64 = 1024 * 1024 * 1024;

/// Reads a file, or standard input where the path is `-`, line by line. What is longer than 1 GiB is an error, never cut.
///
/// # Errors
///
/// The file is not there, cannot be read or is too long.
pub fn read_lines(path: &Path) -> Result<Vec<Vec<u8>>, FilesError> {
    let source: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(missing(path))?),
    };
    let mut bytes = Vec::new();
    source.take(MOST_COMMANDS + 1).read_to_end(&mut bytes).map_err(unreadable(path))?;
    if bytes.len() as u64 > MOST_COMMANDS {
        let source = io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 1 GiB; give it in parts");
        return Err(FilesError::Unreadable { path: path.to_path_buf(), source });
    }
    Ok(bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect())
}

/// Reads every `.yaml` and `.yml` file below `dir`, sorted by path. Names that begin with a dot are passed over. A folder
/// that symbolic links lead to more than once is read once. Paths begin with `dir` as it was given.
///
/// # Errors
///
/// The first file or folder that cannot be read: an atlas that is read in part would give wrong findings.
pub fn read_atlas_files(dir: &Path) -> Result<Vec<AtlasFile>, FilesError> {
    let mut files = Vec::new();
    each_atlas_file(dir, |path, bytes| files.push(AtlasFile { path: path.to_string(), bytes: bytes.to_vec() }))?;
    Ok(files)
}

/// Gives the path and the bytes of each of these files, in their order, and keeps none.
///
/// # Errors
///
/// As for [`read_atlas_files`].
pub fn each_atlas_file(dir: &Path, mut take: impl FnMut(&str, &[u8])) -> Result<(), FilesError> {
    let mut files: Vec<(String, PathBuf)> = walk(dir)?.into_iter().map(|path| (shown(&path), path)).collect();
    files.sort();
    let mut bytes = Vec::new();
    for (shown, path) in &files {
        read_into(path, &mut bytes)?;
        take(shown, &bytes);
    }
    Ok(())
}

/// The files below a folder that are an atlas's by their names, in no order.
fn walk(dir: &Path) -> Result<Vec<PathBuf>, FilesError> {
    let mut found = Vec::new();
    let mut folders = vec![checked_folder(dir)?];
    let top = fs::canonicalize(dir_or_here(dir)).map_err(unreadable(dir))?;
    // Links are followed last, so that a file reached both ways is known by its real path; until then no folder can come twice.
    let (mut linked, mut walked, mut seen) = (Vec::new(), Vec::<PathBuf>::new(), None);
    while let Some(folder) = folders.pop().or_else(|| linked.pop()) {
        if folders.is_empty() && seen.is_none() && fs::symlink_metadata(&folder).is_ok_and(|kind| kind.is_symlink()) {
            seen = Some(walked.iter().map(|path| real(path)).collect::<Result<BTreeSet<_>, _>>()?);
        }
        let is_new = match &mut seen {
            Some(seen) => seen.insert(real(&folder)?),
            None => true,
        };
        if !is_new {
            continue;
        }
        walked.push(folder.clone());
        for entry in fs::read_dir(&folder).map_err(unreadable(&folder))? {
            let entry = entry.map_err(unreadable(&folder))?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            let kind = entry.file_type().map_err(unreadable(&path))?;
            let is_link = kind.is_symlink();
            if is_link {
                may_be_followed(&path, &top)?;
            }
            match if is_link { fs::metadata(&path).map(|kind| kind.file_type()) } else { Ok(kind) } {
                Ok(kind) if kind.is_dir() && is_link => linked.push(path),
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if is_yaml(&path) && !kind.is_file() => {
                    let source = io::Error::new(io::ErrorKind::InvalidInput, "it is not an ordinary file");
                    return Err(FilesError::Unreadable { path, source });
                }
                Ok(_) if is_yaml(&path) && found.len() == MOST_FILES => {
                    let source =
                        io::Error::other("it has more than 10,000 YAML files; name the folder of the atlas itself");
                    return Err(FilesError::Unreadable { path: dir.to_path_buf(), source });
                }
                Ok(_) if is_yaml(&path) => found.push(path),
                Err(error) if is_yaml(&path) => return Err(FilesError::Unreadable { path, source: error }),
                Ok(_) | Err(_) => {}
            }
        }
    }
    Ok(found)
}

fn real(folder: &Path) -> Result<PathBuf, FilesError> {
    fs::canonicalize(folder).map_err(unreadable(folder))
}

/// Refuses a link that leads out of the folder: whoever checks somebody else's maps would read, show and mend files of their own.
/// A link to nothing is for others to report.
fn may_be_followed(link: &Path, top: &Path) -> Result<(), FilesError> {
    match fs::canonicalize(link) {
        Ok(real) if !real.starts_with(top) && (real.is_dir() || is_yaml(link)) => {
            let source =
                io::Error::other("it is a link that leads out of the atlas's folder; put the file itself there");
            Err(FilesError::Unreadable { path: link.to_path_buf(), source })
        }
        _ => Ok(()),
    }
}

/// The nearest folder at or above `path` that holds an `atlas.yaml`; none where no folder does.
///
/// # Errors
///
/// `path` does not exist or cannot be looked at.
pub fn find_atlas(path: &Path) -> Result<Option<PathBuf>, FilesError> {
    let kind = fs::metadata(path).map_err(missing(path))?;
    let mut folder = if kind.is_dir() { path.to_path_buf() } else { parent(path) };
    let mut left = fs::canonicalize(&folder).map_err(unreadable(&folder))?.components().count();
    loop {
        if holds_atlas(&folder) {
            return Ok(Some(folder));
        }
        left = left.saturating_sub(1);
        if left == 0 {
            return Ok(None);
        }
        folder = parent(&folder);
    }
}

/// The file that makes a folder an atlas has one of these names.
pub const ATLAS_FILES: [&str; 2] = ["atlas.yaml", "atlas.yml"];

/// Whether the folder itself holds an `atlas.yaml`.
pub fn holds_atlas(folder: &Path) -> bool {
    ATLAS_FILES.iter().any(|name| folder.join(name).is_file())
}

/// A path by which two ways of writing it can be compared.
///
/// # Errors
///
/// `path` does not exist or cannot be looked at.
pub fn real_path(path: &Path) -> Result<PathBuf, FilesError> {
    fs::canonicalize(path).map_err(missing(path))
}

/// The folder above, also of a path that ends in `..` or is only a name.
fn parent(path: &Path) -> PathBuf {
    match path.components().next_back() {
        Some(Component::Normal(_)) => match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_path_buf(),
            _ => PathBuf::from("."),
        },
        None | Some(Component::CurDir) => PathBuf::from(".."),
        Some(Component::ParentDir) => path.join(".."),
        Some(Component::RootDir | Component::Prefix(_)) => path.to_path_buf(),
    }
}

fn dir_or_here(dir: &Path) -> &Path {
    if dir == Path::new("") { Path::new(".") } else { dir }
}

fn checked_folder(dir: &Path) -> Result<PathBuf, FilesError> {
    let dir = dir_or_here(dir);
    if !fs::metadata(dir).map_err(missing(dir))?.is_dir() {
        return Err(FilesError::NotAFolder { path: dir.to_path_buf() });
    }
    Ok(dir.to_path_buf())
}

/// Whether a file is one of an atlas, by its name.
pub(crate) fn is_yaml(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|end| end == "yaml" || end == "yml")
}

/// Reads one file, whatever its name.
///
/// # Errors
///
/// It does not exist or cannot be read.
pub fn read_one(path: &Path) -> Result<AtlasFile, FilesError> {
    if !fs::metadata(path).map_err(missing(path))?.is_file() {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "it is not an ordinary file");
        return Err(FilesError::Unreadable { path: path.to_path_buf(), source });
    }
    read_file(path)
}

fn read_file(path: &Path) -> Result<AtlasFile, FilesError> {
    let mut bytes = Vec::new();
    read_into(path, &mut bytes)?;
    Ok(AtlasFile { path: shown(path), bytes })
}

fn read_into(path: &Path, bytes: &mut Vec<u8>) -> Result<(), FilesError> {
    bytes.clear();
    let file = File::open(path).map_err(unreadable(path))?;
    // Room for all of it, or a capped reader asks for a few bytes at a time.
    let length = file.metadata().map_err(unreadable(path))?.len().min(MOST_BYTES);
    bytes.reserve(usize::try_from(length).unwrap_or_default() + 1);
    file.take(MOST_BYTES).read_to_end(bytes).map_err(unreadable(path))?;
    Ok(())
}

/// The path as a reader knows it: `/` between folders on every system, and no `.` at the front.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    text.strip_prefix("./").map(str::to_string).unwrap_or(text)
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> FilesError + '_ {
    |source| FilesError::Unreadable { path: path.to_path_buf(), source }
}

fn missing(path: &Path) -> impl Fn(io::Error) -> FilesError + '_ {
    |source| match source.kind() {
        io::ErrorKind::NotFound => FilesError::Missing { path: path.to_path_buf() },
        _ => FilesError::Unreadable { path: path.to_path_buf(), source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x: 1\n").unwrap();
        }
        dir
    }

    fn names(dir: &Path) -> Vec<String> {
        let prefix = format!("{}/", dir.display());
        read_atlas_files(dir).unwrap().iter().map(|file| file.path.replacen(&prefix, "", 1)).collect()
    }

    #[test]
    fn every_yaml_file_is_read_in_order_and_hidden_ones_are_not() {
        let dir = folder(&["b/z.yml", "atlas.yaml", "b/a.scenarios.yaml", ".git/x.yaml", "b/.#a.yaml", "read.md"]);
        assert_eq!(names(dir.path()), ["atlas.yaml", "b/a.scenarios.yaml", "b/z.yml"]);
    }

    #[test]
    fn a_folder_that_is_missing_or_is_a_file_is_named() {
        let dir = folder(&["a.yaml"]);
        let missing = read_atlas_files(&dir.path().join("no")).unwrap_err();
        assert!(matches!(missing, FilesError::Missing { .. }));
        let file = read_atlas_files(&dir.path().join("a.yaml")).unwrap_err();
        assert!(matches!(file, FilesError::NotAFolder { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_ring_end_and_a_broken_link_is_an_error() {
        let dir = folder(&["b/z.yaml"]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("b/ring")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("b"), dir.path().join("a")).unwrap();
        assert_eq!(names(dir.path()), ["b/z.yaml"]);
        std::os::unix::fs::symlink("nowhere", dir.path().join("gone.yaml")).unwrap();
        assert!(matches!(read_atlas_files(dir.path()), Err(FilesError::Unreadable { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_of_the_folder_is_refused_where_it_stands() {
        let (dir, outside) = (folder(&["b/z.yaml"]), folder(&["secret.yaml", "notes.txt"]));
        let link =
            |to: &str, name: &str| std::os::unix::fs::symlink(outside.path().join(to), dir.path().join(name)).unwrap();
        link("notes.txt", "read.md");
        assert_eq!(names(dir.path()), ["b/z.yaml"]);
        for (to, name) in [("secret.yaml", "m.yaml"), ("notes.txt", "n.yaml"), ("", "more")] {
            link(to, name);
            let error = read_atlas_files(dir.path()).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("leads out"), "{error}");
            fs::remove_file(dir.path().join(name)).unwrap();
        }
    }

    #[test]
    fn a_folder_with_too_many_files_is_named() {
        let dir = tempfile::tempdir().unwrap();
        (0..=MOST_FILES).for_each(|at| fs::write(dir.path().join(format!("{at}.yaml")), "").unwrap());
        assert!(read_atlas_files(dir.path()).unwrap_err().to_string().contains("more than 10,000"));
    }

    #[test]
    fn the_atlas_above_a_file_is_found() {
        let dir = folder(&["atlas.yaml", "b/c/z.yaml"]);
        assert_eq!(find_atlas(&dir.path().join("b/c/z.yaml")).unwrap().as_deref(), Some(dir.path()));
        assert_eq!(find_atlas(&dir.path().join("b")).unwrap().as_deref(), Some(dir.path()));
        assert_eq!(parent(Path::new("x.yaml")), Path::new("."));
        assert_eq!(parent(Path::new(".")), Path::new(".."));
        assert_eq!(parent(Path::new("../..")), Path::new("../../.."));
    }
}
