//! The engine's errors for the user: kind, help and exit code, mapped once.

use mapcase_case::{Refusal, RefusalKind};
use mapcase_engine::Error;
use mapcase_engine::git::GitError;
use serde_json::json;

use crate::error::{CliError, Kind};

impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NoCasebook(path) => CliError::not_found(message)
                .help(format!("make one with `mapcase init --casebook {}`, or name another with --casebook", path.display())),
            Error::Exists(_) => CliError::refused(message).help("name another file with --casebook"),
            Error::NotACasebook { .. } => {
                CliError::new(Kind::Unreadable, message).help("name the casebook with --casebook; this file was not changed")
            }
            Error::Newer { .. } => {
                CliError::new(Kind::Unreadable, message).help("use the newer mapcase; this file was not changed")
            }
            Error::Damaged(_) => CliError::new(Kind::Damaged, message)
                .help("do not go on with this file: keep it as it is, and take the last copy that `mapcase audit verify` passes"),
            Error::Busy => CliError::new(Kind::Unreadable, message)
                .help("what was to be written now was not: see what that program does, and give the command again when it is done"),
            Error::Full(_) => CliError::new(Kind::Unwritable, message).help(
                "what was to be written now was not, and what was recorded before stands: make room there, or raise the quota, and give the \
                 command again",
            ),
            Error::ReadOnly => CliError::new(Kind::Unwritable, message)
                .help("commands that only read work all the same; to record something, write to the file as somebody who may, on a disk that can be written"),
            Error::Sqlite(_) | Error::Io { .. } | Error::NoRandom(_) => {
                CliError::new(Kind::Unreadable, message).help("look at the file, its folder and the space on the disk")
            }
            Error::NoCase(_) => CliError::not_found(message).help("`mapcase list` shows the cases"),
            Error::Clock(_) => CliError::refused(message).help("look at the time that was given"),
            Error::RequestReused(_) => CliError::refused(message).help("give each command a request id of its own"),
            Error::Refused(refusal) => of_refusal(*refusal),
            Error::Fault(_) => {
                CliError::refused(message).help("nothing was changed; the process owner has to mend the map or its calendar")
            }
        }
    }
}

impl From<GitError> for CliError {
    fn from(error: GitError) -> Self {
        let message = error.to_string();
        match error {
            GitError::NoGit(_) => CliError::new(Kind::Unreadable, message)
                .help("install git, or compare files and folders, which needs none"),
            GitError::NoRepository(_) => CliError::not_found(message)
                .help("go to the repository, or compare files and folders, which needs none"),
            GitError::NoRevision(_) => {
                CliError::not_found(message).help("name a branch, a tag or a commit, as `git log` shows them")
            }
            GitError::NoPath { .. } => {
                CliError::not_found(message).help("write REVISION:PATH with the path from the top of the repository")
            }
            GitError::Failed { .. } => CliError::new(Kind::Unreadable, message).help("look at the repository with git"),
        }
    }
}

fn of_refusal(refusal: Refusal) -> CliError {
    let kind = if refusal.kind == RefusalKind::NoMap { Kind::NotFound } else { Kind::Refused };
    let mut error = CliError::new(kind, refusal.message).help(refusal.help);
    for missing in &refusal.missing {
        error = error.line("missing", missing);
    }
    if !refusal.may_act.is_empty() {
        error = error.line("may act", &refusal.may_act.join(", "));
    }
    error
        .detail("reason", refusal.kind.word())
        .detail("missing", json!(refusal.missing))
        .detail("may_act", json!(refusal.may_act))
}

impl CliError {
    /// Adds the commands that are possible now.
    #[must_use]
    pub fn possible(mut self, commands: Vec<String>) -> Self {
        for command in &commands {
            self = self.line("possible", command);
        }
        self.detail("possible", json!(commands))
    }
}
