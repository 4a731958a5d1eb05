//! Many commands in one transaction: each is still all or nothing in itself, and what is on the disk is all of them or none.

use std::ops::Deref;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::engine::Engine;
use crate::error::Error;

/// What is known of the group that is under way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Group {
    /// Whether something was recorded in it, at the engine's time: nothing in the casebook is later.
    pub timed: bool,
}

/// What one command writes in.
pub(crate) enum Scope<'c> {
    /// A transaction of its own.
    Whole(Transaction<'c>),
    /// A part of that of a group.
    Part(Part<'c>),
}

/// A savepoint. Its statements are prepared once: there is one for each command of a group.
pub(crate) struct Part<'c> {
    db: &'c Connection,
    ended: bool,
}

impl<'c> Part<'c> {
    fn begin(db: &'c Connection) -> Result<Self, Error> {
        db.prepare_cached("SAVEPOINT part")?.execute([])?;
        Ok(Self { db, ended: false })
    }

    fn commit(mut self) -> Result<(), Error> {
        self.db.prepare_cached("RELEASE part")?.execute([])?;
        self.ended = true;
        Ok(())
    }

    fn take_back(&self) -> Result<(), rusqlite::Error> {
        self.db.prepare_cached("ROLLBACK TO part")?.execute([])?;
        self.db.prepare_cached("RELEASE part")?.execute([])?;
        Ok(())
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        // Where SQLite has ended the whole transaction by itself there is nothing to take back.
        if !self.ended && !self.db.is_autocommit() {
            // What cannot be taken back must not be committed with the rest either.
            if self.take_back().is_err() {
                let _ = self.db.execute_batch("ROLLBACK");
            }
        }
    }
}

impl<'c> Scope<'c> {
    /// Begins one; `grouped` says that the transaction of a group has begun.
    pub fn begin(db: &'c mut Connection, grouped: bool) -> Result<Self, Error> {
        Ok(match grouped {
            true => Scope::Part(Part::begin(db)?),
            false => Scope::Whole(db.transaction_with_behavior(TransactionBehavior::Immediate)?),
        })
    }

    /// Ends it; where it is dropped before, nothing of it stays.
    pub fn commit(self) -> Result<(), Error> {
        match self {
            Scope::Whole(whole) => whole.commit()?,
            Scope::Part(part) => part.commit()?,
        }
        Ok(())
    }
}

impl Deref for Scope<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Scope::Whole(whole) => whole,
            Scope::Part(part) => part.db,
        }
    }
}

impl Engine {
    /// Gives several commands in one transaction, which is much faster than one for each. A command that is refused leaves nothing, and the others
    /// stand. Where `work` ends with an error, or the transaction cannot be committed, nothing of all of them is in the casebook; only
    /// when this returns are they on the disk. Other programs wait meanwhile: keep groups short. A group in a group is a part of it.
    ///
    /// # Errors
    ///
    /// That of `work`, or why the transaction could not begin or end.
    pub fn together<T>(&mut self, work: impl FnOnce(&mut Engine) -> Result<T, Error>) -> Result<T, Error> {
        if self.group.is_some() {
            return work(self);
        }
        self.book.db.execute_batch("BEGIN IMMEDIATE")?;
        self.group = Some(Group::default());
        // Once for all of them: nobody else can write from here on.
        let looked = self.kept.get_mut().look_round(&self.book.db);
        let done = looked.and_then(|()| work(self)).and_then(|done| {
            self.book.db.execute_batch("COMMIT")?;
            Ok(done)
        });
        self.group = None;
        if done.is_err() {
            // What the commands left in memory is not in the casebook.
            self.kept.get_mut().clear();
            // SQLite may have ended the transaction by itself, as on a full disk.
            if !self.book.db.is_autocommit() {
                self.book.db.execute_batch("ROLLBACK")?;
            }
        }
        done
    }
}
