//! Many commands in one transaction: each is still all or nothing in itself, and what is on the disk is all of them or none.

use std::ops::Deref;

use rusqlite::{Connection, Savepoint, Transaction, TransactionBehavior};

use crate::engine::Engine;
use crate::error::Error;

/// What one command writes in.
pub(crate) enum Scope<'c> {
    /// A transaction of its own.
    Whole(Transaction<'c>),
    /// A part of that of a group.
    Part(Savepoint<'c>),
}

impl<'c> Scope<'c> {
    /// Begins one; `grouped` says that the transaction of a group has begun.
    pub fn begin(db: &'c mut Connection, grouped: bool) -> Result<Self, Error> {
        Ok(match grouped {
            true => Scope::Part(db.savepoint()?),
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
            Scope::Part(part) => part,
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
        if self.grouped {
            return work(self);
        }
        self.book.db.execute_batch("BEGIN IMMEDIATE")?;
        self.grouped = true;
        let done = work(self).and_then(|done| {
            self.book.db.execute_batch("COMMIT")?;
            Ok(done)
        });
        self.grouped = false;
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
