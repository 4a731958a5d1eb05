//! Changing a file of the atlas: whole or not at all, and never over somebody else's change.
#![expect(clippy::disallowed_methods, reason = "this is the one place that writes a map's file")]

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Why a file was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// It no longer holds what it did when it was read.
    #[error("`{}` was changed by somebody else meanwhile", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes `now` over a file that holds `was`. The new content is written beside the file and takes its place in one step, with
/// the same permissions; a symbolic link goes on leading to it.
///
/// # Errors
///
/// The file holds something else, may not be written, or the system refuses.
pub fn replace(path: &Path, was: &[u8], now: &[u8]) -> Result<(), RewriteError> {
    let unwritable = |source| RewriteError::Unwritable { path: path.to_path_buf(), source };
    let real = fs::canonicalize(path).map_err(unwritable)?;
    let permissions = fs::metadata(&real).map_err(unwritable)?.permissions();
    may_be_written(&permissions).map_err(unwritable)?;
    let folder = real.parent().unwrap_or(Path::new("."));
    let beside = tempfile::Builder::new().prefix(BESIDE).tempfile_in(folder).map_err(unwritable)?;
    fill(&beside, now, Some(permissions)).map_err(unwritable)?;
    if fs::read(&real).map_err(unwritable)? != was {
        return Err(RewriteError::Changed { path: path.to_path_buf() });
    }
    beside.persist(&real).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// How the name begins of a file that is written beside another: with a dot, so that it is no file of the atlas.
pub(crate) const BESIDE: &str = ".mapcase-";

/// Refuses to write over a file that is read-only: putting another in its place would get past that.
pub(crate) fn may_be_written(permissions: &Permissions) -> io::Result<()> {
    match permissions.readonly() {
        true => Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only")),
        false => Ok(()),
    }
}

/// Writes all that a file beside another is to hold, to the disk.
pub(crate) fn fill(beside: &NamedTempFile, content: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
    let mut file = beside.as_file();
    file.write_all(content)?;
    permissions.map(|permissions| file.set_permissions(permissions)).transpose()?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_replaced_whole_and_only_while_it_holds_what_was_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.yaml");
        fs::write(&path, "one").unwrap();
        replace(&path, b"one", b"two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(matches!(replace(&path, b"one", b"three"), Err(RewriteError::Changed { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(matches!(replace(&dir.path().join("no"), b"", b""), Err(RewriteError::Unwritable { .. })));
        assert_eq!(names(dir.path()), ["m.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay_and_what_is_read_only_is_left_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("m.yaml"), dir.path().join("link.yaml"));
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("m.yaml", &link).unwrap();
        replace(&link, b"one", b"two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        assert!(matches!(replace(&path, b"two", b"three"), Err(RewriteError::Unwritable { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
    }
}
