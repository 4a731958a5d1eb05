//! Maps as they were in a revision of git, by running the program `git`. It only reads: nothing in the working tree, the index or
//! the repository is written.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mapcase_map::AtlasFile;

use crate::files::is_yaml;

/// Why a revision could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program is not there, or cannot be run.
    #[error("the program `git` cannot be run: {0}")]
    NoGit(io::Error),
    /// The folder is in no repository.
    #[error("`{}` is in no git repository", .0.display())]
    NoRepository(PathBuf),
    /// The repository has no such revision.
    #[error("the git repository has no revision `{0}`")]
    NoRevision(String),
    /// The revision has no such file or folder.
    #[error("the revision `{revision}` has no file or folder `{path}`")]
    NoPath {
        /// The revision, as it was typed.
        revision: String,
        /// The path, from the top of the repository.
        path: String,
    },
    /// Git said something else.
    #[error("git cannot read `{what}`: {said}")]
    Failed {
        /// What was asked for.
        what: String,
        /// The first line that git said.
        said: String,
    },
}

/// A repository, and the folder in it from which paths are told.
#[derive(Debug)]
pub struct Repository {
    top: PathBuf,
    prefix: String,
}

/// A revision that the repository has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// As it was typed.
    pub name: String,
    /// The commit.
    commit: String,
}

/// Names that are handed to git in one go: what they take fits into a pipe, so that nobody waits for the other.
const NAMES_AT_ONCE: usize = 200;

impl Repository {
    /// The repository in which a folder is.
    ///
    /// # Errors
    ///
    /// Git is not there, or the folder is in no repository.
    pub fn of(folder: &Path) -> Result<Repository, GitError> {
        let folder = if folder == Path::new("") { Path::new(".") } else { folder };
        let none = || GitError::NoRepository(folder.to_path_buf());
        let output = git(folder, &["rev-parse", "--show-toplevel", "--show-prefix"], &[])?;
        let said = output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten().ok_or_else(none)?;
        let mut lines = said.lines();
        let top = PathBuf::from(lines.next().filter(|line| !line.is_empty()).ok_or_else(none)?);
        Ok(Repository { top, prefix: lines.next().unwrap_or_default().to_string() })
    }

    /// The folder of the repository from which paths are told: nothing, or a path that ends in `/`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A revision: a branch, a tag, a commit, `HEAD~1`.
    ///
    /// # Errors
    ///
    /// The repository has none of that name.
    pub fn revision(&self, name: &str) -> Result<Revision, GitError> {
        let none = || GitError::NoRevision(name.to_string());
        // What begins with a dash would be an option.
        if name.is_empty() || name.starts_with('-') || name.contains(':') {
            return Err(none());
        }
        let output = git(&self.top, &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")], &[])?;
        let commit = String::from_utf8(output.stdout).unwrap_or_default().trim().to_string();
        let good = output.status.success() && !commit.is_empty();
        good.then(|| Revision { name: name.to_string(), commit }).ok_or_else(none)
    }

    /// Every `.yaml` and `.yml` file at or below a path of the repository, as it was in a revision. As on the disk, names that
    /// begin with a dot are passed over below the path.
    ///
    /// # Errors
    ///
    /// The revision has nothing there, or git cannot read it.
    pub fn files(&self, revision: &Revision, path: &str) -> Result<Vec<AtlasFile>, GitError> {
        let path = path.trim_matches('/');
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", &revision.commit];
        if !path.is_empty() {
            // A path is no pattern here.
            arguments.extend(["--", path]);
        }
        let listed = self.said(git(&self.top, &arguments, &[])?, path)?;
        let mut names = Vec::new();
        let mut any = false;
        for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            any = true;
            let entry = String::from_utf8_lossy(entry);
            let Some((about, file)) = entry.split_once('\t') else { continue };
            let words: Vec<&str> = about.split(' ').collect();
            let below = file.strip_prefix(path).unwrap_or(file);
            let hidden = below.split('/').any(|part| part.starts_with('.'));
            // Links and other repositories are no files.
            if let ([mode, "blob", blob], true, false) = (&words[..], is_yaml(Path::new(file)), hidden)
                && *mode != "120000"
            {
                names.push((blob.to_string(), file.to_string()));
            }
        }
        if !any {
            return Err(GitError::NoPath { revision: revision.name.clone(), path: path.to_string() });
        }
        let mut files = Vec::with_capacity(names.len());
        for some in names.chunks(NAMES_AT_ONCE) {
            files.extend(self.contents(some)?);
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }

    fn contents(&self, names: &[(String, String)]) -> Result<Vec<AtlasFile>, GitError> {
        let asked: String = names.iter().map(|(blob, _)| format!("{blob}\n")).collect();
        let output = git(&self.top, &["cat-file", "--batch"], asked.as_bytes())?;
        let said = self.said(output, "the files")?;
        let mut rest = said.as_slice();
        let mut files = Vec::with_capacity(names.len());
        for (_, file) in names {
            let (bytes, behind) = next(rest).ok_or_else(|| GitError::Failed {
                what: file.clone(),
                said: "it is not in the repository".to_string(),
            })?;
            files.push(AtlasFile { path: file.clone(), bytes: bytes.to_vec() });
            rest = behind;
        }
        Ok(files)
    }

    fn said(&self, output: Output, what: &str) -> Result<Vec<u8>, GitError> {
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("it does not say why").to_string();
        Err(GitError::Failed { what: what.to_string(), said })
    }
}

/// The next content of `cat-file --batch`: a line of the name, the type and the length, that many bytes, an end of line.
fn next(said: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = said.iter().position(|byte| *byte == b'\n')?;
    let (head, rest) = (said.get(..end)?, said.get(end + 1..)?);
    let length: usize = std::str::from_utf8(head).ok()?.rsplit(' ').next()?.parse().ok()?;
    Some((rest.get(..length)?, rest.get(length + 1..)?))
}

fn git(folder: &Path, arguments: &[&str], asked: &[u8]) -> Result<Output, GitError> {
    let mut command = Command::new("git");
    // Git would refresh the index beside what it is asked for; and what it says is read here, so it is English.
    command.arg("-C").arg(folder).args(arguments).env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    command.env("GIT_LITERAL_PATHSPECS", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(GitError::NoGit)?;
    if let Some(mut input) = child.stdin.take() {
        // Git that has ended already says why itself.
        let _ = input.write_all(asked);
    }
    child.wait_with_output().map_err(GitError::NoGit)
}
