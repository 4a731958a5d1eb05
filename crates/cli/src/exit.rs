//! How a command ended, as the shell sees it.

use std::process::ExitCode;

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: it was done.
    Done,
    /// 1: it was refused, or the checker found errors.
    Refused,
    /// 2: what was typed cannot be understood.
    Usage,
    /// 3: something is not there or cannot be read.
    Unreadable,
    /// 4: the casebook is damaged.
    Damaged,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Refused => 1,
            Exit::Usage => 2,
            Exit::Unreadable => 3,
            Exit::Damaged => 4,
        })
    }
}
