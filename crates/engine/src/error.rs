//! What can go wrong, typed once; the command line maps each to a hint and an exit code.

use std::path::PathBuf;

use mapcase_case::{CaseNumber, Fault, Refusal, Stop};
use rusqlite::ffi;
use thiserror::Error;

use crate::wait::PATIENCE;

/// Why the engine did not do something. Whatever it was, the casebook is as before.
#[derive(Debug, Error)]
pub enum Error {
    /// There is no such file.
    #[error("there is no casebook at {0}")]
    NoCasebook(PathBuf),
    /// A file stands where a new casebook is to be made.
    #[error("{0} exists already and is left as it is")]
    Exists(PathBuf),
    /// The file is not a casebook.
    #[error("{path} is not a casebook: {why}")]
    NotACasebook {
        /// The file.
        path: PathBuf,
        /// How that shows.
        why: String,
    },
    /// The casebook was written by a newer mapcase.
    #[error("{path} was written by a newer mapcase (its schema is {found}, this one knows {known})")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's schema.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// What the casebook holds cannot be right.
    #[error("the casebook is damaged: {0}")]
    Damaged(String),
    /// Another process kept the casebook to itself for too long.
    #[error("another program has been writing to the casebook for {} seconds", PATIENCE.as_secs())]
    Busy,
    /// There is no room on the disk, or in a quota.
    #[error("there is no room for it on the disk of the casebook: {0}")]
    Full(rusqlite::Error),
    /// The file or its folder may not be written.
    #[error(
        "the casebook cannot be written: the file, its folder, or what stands beside it (`-wal`, `-shm`) is read-only"
    )]
    ReadOnly,
    /// SQLite could not do something.
    #[error("the casebook cannot be used: {0}")]
    Sqlite(rusqlite::Error),
    /// The file system could not do something.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no such case.
    #[error("there is no case {0} in this casebook")]
    NoCase(CaseNumber),
    /// A simulated time for a real casebook, none for a simulated one, or one that cannot be.
    #[error("{0}")]
    Clock(String),
    /// A request id that was used for another command.
    #[error("the request id `{0}` was used for another command")]
    RequestReused(String),
    /// The random numbers of the operating system cannot be had.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandom(String),
    /// The command is not possible.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// The engine cannot go on: the map, its calendar or the stored events are in the way.
    #[error(transparent)]
    Fault(Fault),
}

impl From<Stop> for Error {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => Error::Refused(refusal),
            Stop::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Broken { .. } | Fault::Inconsistent { .. } => Error::Damaged(fault.to_string()),
            Fault::Time { .. } | Fault::Map { .. } | Fault::Endless { .. } => Error::Fault(fault),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Damaged(error.to_string()),
            // Every statement here is tried by the tests on a sound casebook: one that does not go through, or goes against
            // a rule of the schema, has met tables that are not as they were made.
            Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TooBig) => {
                Error::Damaged(error.to_string())
            }
            // SQLite gives a name of its own to a wait for others who open and close the file at the same time.
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
                Error::Busy
            }
            Some(ErrorCode::DiskFull) => Error::Full(error),
            Some(ErrorCode::ReadOnly) => Error::ReadOnly,
            Some(ErrorCode::SystemIoFailure) if writes(&error) => Error::Full(error),
            _ => match error {
                rusqlite::Error::SqlInputError { msg, .. } => Error::Damaged(msg),
                // A column that does not hold what the schema says.
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Error::Damaged(error.to_string()),
                _ => Error::Sqlite(error),
            },
        }
    }
}

/// Whether the system would not take more: SQLite calls a quota and a limit on the size of files a failed write.
fn writes(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code.is_some_and(|code| {
        [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_TRUNCATE].contains(&code)
    })
}

impl Error {
    /// Whether it is the casebook as a whole, or the machine, that is in the way, and not one command or one case.
    pub fn is_of_the_casebook(&self) -> bool {
        matches!(
            self,
            Error::Busy | Error::Full(_) | Error::ReadOnly | Error::Sqlite(_) | Error::Io { .. } | Error::NoRandom(_)
        )
    }

    /// Whether nothing can be written beside the file.
    pub(crate) fn is_of_the_folder(&self) -> bool {
        use rusqlite::ErrorCode;
        match self {
            Error::ReadOnly => true,
            Error::Sqlite(error) => error.sqlite_error_code() == Some(ErrorCode::CannotOpen),
            _ => false,
        }
    }
}
