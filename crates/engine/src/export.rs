//! Writing a file that mapcase makes as a whole, such as a book: whole or not at all, and never over what is not its own.
#![expect(clippy::disallowed_methods, reason = "what stands in the file's place is looked at first")]

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::rewrite;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A folder has that name.
    #[error("`{}` is a folder", path.display())]
    Folder {
        /// The path.
        path: PathBuf,
    },
    /// Something else stands there.
    #[error("`{}` is there already and was not made by this command", path.display())]
    NotOurs {
        /// The path.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Unwritable {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes a file that begins with `beginning`: a new one, or over one that begins so too. The content is written beside it and
/// takes its place in one step; a symbolic link goes on leading to it.
///
/// # Errors
///
/// A folder or another file stands there, or the system refuses.
pub fn write(path: &Path, beginning: &str, content: &str) -> Result<(), ExportError> {
    let unwritable = |source| ExportError::Unwritable { path: path.to_path_buf(), source };
    let mut real = path.to_path_buf();
    let mut permissions = None;
    match fs::metadata(path) {
        Ok(kind) if kind.is_dir() => return Err(ExportError::Folder { path: path.to_path_buf() }),
        Ok(kind) if !kind.is_file() || !begins(path, beginning).map_err(unwritable)? => {
            return Err(ExportError::NotOurs { path: path.to_path_buf() });
        }
        Ok(kind) => {
            rewrite::may_be_written(&kind.permissions()).map_err(unwritable)?;
            real = fs::canonicalize(path).map_err(unwritable)?;
            permissions = Some(kind.permissions());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(unwritable(error)),
    }
    let folder = real.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(rewrite::BESIDE);
    #[cfg(unix)]
    if permissions.is_none() {
        // As any new file: the system takes away what the user's mask says.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    let beside = builder.tempfile_in(folder).map_err(|error| unwritable(plain(error)))?;
    rewrite::fill(&beside, content.as_bytes(), permissions).map_err(unwritable)?;
    beside.persist(&real).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// What the system said, without the name of the file beside, which nobody typed.
fn plain(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::NotFound => io::Error::new(io::ErrorKind::NotFound, "there is no such folder"),
        kind => io::Error::from(kind),
    }
}

fn begins(path: &Path, beginning: &str) -> io::Result<bool> {
    let mut found = Vec::new();
    let most = u64::try_from(beginning.len()).unwrap_or(u64::MAX);
    File::open(path)?.take(most).read_to_end(&mut found)?;
    Ok(found == beginning.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_its_own_is_written_over_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("book.html");
        write(&path, "<book>", "<book>one").unwrap();
        write(&path, "<book>", "<book>two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "<book>two");
        let other = dir.path().join("m.yaml");
        for held in ["", "map: x\n", "<boo"] {
            fs::write(&other, held).unwrap();
            assert!(matches!(write(&other, "<book>", "<book>"), Err(ExportError::NotOurs { .. })));
            assert_eq!(fs::read_to_string(&other).unwrap(), held);
        }
        assert!(matches!(write(dir.path(), "<book>", "<book>"), Err(ExportError::Folder { .. })));
        let lost = dir.path().join("no/book.html");
        assert!(write(&lost, "<book>", "<book>").unwrap_err().to_string().ends_with("there is no such folder"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_can_be_read_by_others_and_a_link_stays_one() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (path, link, plain) =
            (dir.path().join("book.html"), dir.path().join("link.html"), dir.path().join("plain"));
        write(&path, "<", "<one").unwrap();
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), mode(&plain));
        std::os::unix::fs::symlink("book.html", &link).unwrap();
        write(&link, "<", "<two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "<two");
    }
}
