//! What the end-to-end tests share: a folder of their own and the program, run with an environment in which nothing of this
//! machine is left.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder of its own, in which the program runs.
pub struct Sandbox {
    dir: TempDir,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Sandbox {
    /// An empty folder.
    pub fn empty() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    /// A folder with the small atlas of these tests as `processes`.
    pub fn small() -> Self {
        Self::with_atlas(&Path::new(env!("CARGO_MANIFEST_DIR")).join("atlases/permits"))
    }

    /// A folder with the real atlas as `processes`.
    pub fn real() -> Self {
        Self::with_atlas(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../processes"))
    }

    fn with_atlas(atlas: &Path) -> Self {
        let sandbox = Self::empty();
        copy(atlas, &sandbox.path("processes"));
        sandbox
    }

    /// Copies a folder of the project here, under its own name.
    pub fn add(&self, name: &str) {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name), &self.path(name));
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes a file's text, which must hold what is replaced.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "`{name}` does not hold `{from}`");
        fs::write(self.path(name), text.replace(from, to)).unwrap();
    }

    /// The program, ready to run here: 80 columns, no colour, the login `ann`, a time zone that no test means, and one day
    /// on which maps are checked.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mapcase-under-test"));
        let checks = args.contains(&"check") && !args.contains(&"--now");
        let day: &[&str] = if checks { &["--now", "2026-11-01"] } else { &[] };
        command.args(day).args(args).current_dir(self.dir.path()).stdin(Stdio::null()).env_clear();
        command.envs([("COLUMNS", "80"), ("NO_COLOR", "1"), ("MAPCASE_ACTOR", "ann"), ("TZ", "Pacific/Auckland")]);
        command
    }

    /// Runs the program.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    /// Runs a line of words, none of which holds a space.
    pub fn line(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs a line of words with `--format json` after it and reads the answer.
    pub fn json(&self, line: &str) -> (i32, Value) {
        let ran = self.line(&format!("{line} --format json"));
        (ran.code, ran.json())
    }
}

impl Ran {
    /// The answer, which must be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The run as a reader sees it, for snapshots.
    pub fn shown(&self) -> String {
        let mut shown = format!("exit {}\n", self.code);
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                shown.push_str(&format!("--- {name}\n{text}"));
            }
        }
        shown
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Runs a command whose reader has gone away before it writes.
pub fn run_into_a_closed_pipe(mut command: Command) -> Ran {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    Ran::from(output)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::File::create(target).unwrap().write_all(&fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}
