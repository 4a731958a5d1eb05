//! What the end-to-end tests share: a folder of their own and the program, run with an environment in which nothing of this
//! machine is left.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mapcase_tests::{Line, read};
use serde_json::Value;
use tempfile::TempDir;

/// A path of the project.
pub fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

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
        Self::with_atlas("tests/atlases/permits")
    }

    /// A folder with the real atlas as `processes`.
    pub fn real() -> Self {
        Self::with_atlas("processes")
    }

    fn with_atlas(name: &str) -> Self {
        let sandbox = Self::empty();
        sandbox.add_as(name, "processes");
        sandbox
    }

    /// Copies a folder of the project here, under its own name.
    pub fn add(&self, name: &str) {
        self.add_as(name, name);
    }

    /// Copies a folder of the project here.
    pub fn add_as(&self, name: &str, here: &str) {
        copy(&root(name), &self.path(here));
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
        // A name that begins with a dot is none of an atlas.
        command.env("XDG_CACHE_HOME", self.path(".cache"));
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

    /// Runs lines that must succeed.
    pub fn done<L: AsRef<str>>(&self, lines: impl IntoIterator<Item = L>) {
        for line in lines {
            let ran = self.line(line.as_ref());
            assert_eq!(ran.code, 0, "{}: {}", line.as_ref(), ran.shown());
        }
    }

    /// Runs a command as it is typed, the program's name first.
    pub fn typed(&self, words: &[String]) -> Ran {
        assert_eq!(words.first().map(String::as_str), Some("mapcase"), "{words:?}");
        self.run(&words.iter().skip(1).map(String::as_str).collect::<Vec<_>>())
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

    /// The run as a terminal shows it, for documents.
    pub fn printed(&self) -> String {
        let code = if self.code == 0 { String::new() } else { format!("[exit code {}]\n", self.code) };
        format!("{}{}{code}", self.stdout, self.stderr)
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

/// A command in a document.
pub struct Typed<'d> {
    /// The number of its console, from 0.
    pub console: usize,
    /// The document up to that console.
    pub before: &'d str,
    /// Its words, the program's name first.
    pub words: &'d [String],
}

/// Holds the consoles of a document of the project against what `run` says that a terminal shows of each command; gives how many
/// consoles there are. `UPDATE_SESSIONS=1` writes them anew; read the difference before it is committed.
pub fn hold_consoles(name: &str, mut run: impl FnMut(&Typed<'_>) -> String) -> usize {
    const OPEN: &str = "```console\n";
    let document = fs::read_to_string(root(name)).unwrap();
    let (mut fresh, mut rest, mut console) = (String::new(), document.as_str(), 0);
    while let Some((text, after)) = rest.split_once(OPEN) {
        let (session, behind) = after.split_once("```\n").unwrap();
        fresh.push_str(text);
        fresh.push_str(OPEN);
        let before = &document[..document.len() - after.len()];
        let mut is_apart = false;
        for line in read(session) {
            if let Line::Command { typed, words } = &line {
                let printed = run(&Typed { console, before, words });
                // An empty line before a command parts it from the last one.
                fresh.push_str(&format!("{}$ {typed}\n{printed}", if is_apart { "\n" } else { "" }));
            }
            is_apart = line == Line::Empty;
        }
        fresh.push_str("```\n");
        (rest, console) = (behind, console + 1);
    }
    fresh.push_str(rest);
    if std::env::var("UPDATE_SESSIONS").is_ok() {
        fs::write(root(name), &fresh).unwrap();
    }
    for (shown, printed) in document.lines().zip(fresh.lines()) {
        assert_eq!(shown, printed, "{name} (left) does not show what the program prints (right)");
    }
    assert_eq!(document.len(), fresh.len(), "{name} shows less or more than what the program prints");
    console
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
