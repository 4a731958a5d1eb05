//! Opening and making a casebook: the one place that decides how SQLite is set up.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction};

use crate::clock::Clock;
use crate::error::Error;
use crate::migrate::migrate;
use crate::schema::{self, APPLICATION_ID, MIGRATIONS};
use crate::{hash, probe, stamp, store, wait};

/// By how much the machine's clock may go back between two commands.
const BACK: TimeDelta = TimeDelta::seconds(60);

/// How much of the file SQLite keeps in memory, in KiB.
const CACHE_KIB: i64 = 16 * 1024;

/// An open casebook.
#[derive(Debug)]
pub struct Casebook {
    pub(crate) db: Connection,
    path: PathBuf,
    simulated: bool,
}

/// What a new casebook is to be.
#[derive(Clone, Copy, Debug)]
pub struct Making {
    /// Its time is what commands say, never the machine's.
    pub simulated: bool,
    /// The time at which it is made.
    pub now: DateTime<Utc>,
}

impl Casebook {
    /// Makes a new casebook. A file that exists is left as it is. The casebook appears under its name only when it is whole.
    pub fn make(path: &Path, making: Making) -> Result<Casebook, Error> {
        Self::whole(path, |unfinished| Self::build(unfinished, making))?;
        Self::open(path)
    }

    /// Makes a file under another name, and gives it its own when it is whole.
    fn whole(path: &Path, build: impl FnOnce(&Path) -> Result<(), Error>) -> Result<(), Error> {
        let io = |source| Error::Io { path: path.to_path_buf(), source };
        if path.symlink_metadata().is_ok() {
            return Err(Error::Exists(path.to_path_buf()));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let source = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no such folder");
            return Err(Error::Io { path: folder.to_path_buf(), source });
        }
        // A name that nobody else takes, whoever was killed while making one.
        let unfinished = beside(path, &format!(".unfinished-{}", hash::salt()?));
        private(&unfinished).map_err(io)?;
        let made = build(&unfinished).and_then(|()| give_name(&unfinished, path).map_err(io));
        // Whatever came of it, the unfinished file goes; if it cannot, it is in nobody's way.
        let _ = std::fs::remove_file(&unfinished);
        match made {
            Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(Error::Exists(path.to_path_buf()))
            }
            made => made,
        }
    }

    fn build(path: &Path, making: Making) -> Result<(), Error> {
        let mut db = Connection::open(path)?;
        // Before the write-ahead log is switched on: so that the file itself says from its first byte on what it is.
        db.pragma_update(None, "application_id", APPLICATION_ID)?;
        set_up(path, &mut db)?;
        fill(&mut db, making)?;
        db.close().map_err(|(_, error)| Error::from(error))
    }

    /// Makes a simulated casebook that no file keeps, and that is gone when it is dropped: for cases that are only tried out.
    pub fn in_memory(now: DateTime<Utc>) -> Result<Casebook, Error> {
        let mut db = Connection::open_in_memory()?;
        db.pragma_update(None, "application_id", APPLICATION_ID)?;
        set_pragmas(&db)?;
        fill(&mut db, Making { simulated: true, now })?;
        Ok(Self { db, path: PathBuf::from(":memory:"), simulated: true })
    }

    /// Copies the casebook to a file, which must not exist: so that one in memory can be kept. The file appears under its name only
    /// when it is whole.
    pub fn copy_to(&self, path: &Path) -> Result<(), Error> {
        Self::whole(path, |unfinished| {
            let name = unfinished.to_str().ok_or_else(|| {
                let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, "its name is not Unicode");
                Error::Io { path: path.to_path_buf(), source }
            })?;
            self.db.execute("VACUUM INTO ?1", [name])?;
            Ok(())
        })
    }

    /// Opens a casebook. A file that is none, is newer than this program or is damaged is an error and is not changed.
    pub fn open(path: &Path) -> Result<Casebook, Error> {
        probe::look(path)?;
        let (mut db, version) = match Self::connect(path) {
            // SQLite wants to keep its notes on the log beside the file, and may not.
            Err(error) if error.is_of_the_folder() && !probe::has_log(path) => Self::connect_alone(path)?,
            connected => connected?,
        };
        migrate(&mut db, version)?;
        let mut book = Self { db, path: path.to_path_buf(), simulated: false };
        book.simulated = match book.info("simulated")?.as_deref() {
            Some("yes") => true,
            Some("no") => false,
            _ => return Err(Error::Damaged("it does not say whether its time is simulated".to_string())),
        };
        Ok(book)
    }

    /// A connection that is set up, and the version of the schema, with what may stand in the write-ahead log.
    fn connect(path: &Path) -> Result<(Connection, i64), Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(path, flags)?;
        wait::be_patient(&mut db)?;
        let version = probe::version(path, &db)?;
        set_up(path, &mut db)?;
        Ok((db, version))
    }

    /// The same of a file in a folder in which nothing can be written, such as a copy on a read-only disk: it can be read, as long as
    /// nobody else writes to it.
    fn connect_alone(path: &Path) -> Result<(Connection, i64), Error> {
        let db = probe::alone(path)?;
        let version = probe::version(path, &db)?;
        set_pragmas(&db)?;
        Ok((db, version))
    }

    /// Opens a casebook only to look at it: SQLite itself refuses every write through this connection.
    pub fn open_to_look(path: &Path) -> Result<Casebook, Error> {
        let book = Self::open(path)?;
        book.db.pragma_update(None, "query_only", true)?;
        Ok(book)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether its time is what commands say.
    pub fn is_simulated(&self) -> bool {
        self.simulated
    }

    fn info(&self, name: &str) -> Result<Option<String>, Error> {
        info(&self.db, name)
    }

    /// What is read until this is dropped is of one moment, whatever others write; within another, of that one's.
    pub(crate) fn snapshot(&self) -> Result<Option<Transaction<'_>>, Error> {
        Ok(self.db.is_autocommit().then(|| self.db.unchecked_transaction()).transpose()?)
    }

    /// What time it is for a command. A real casebook goes by the machine's clock; a simulated one by what is said, or what was
    /// said last, and never back.
    pub fn now(&self, said: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Error> {
        if !self.simulated {
            return match said {
                None => Ok(stamp::sensible(Clock::machine())?.max(held(&self.db)?)),
                Some(_) => Err(Error::Clock(
                    "this casebook goes by the real clock: --now is for one made with `init --simulated`".to_string(),
                )),
            };
        }
        match said.map(stamp::sensible).transpose()? {
            Some(said) => Ticking::Said(said).within(&self.db),
            None => simulated_now(&self.db),
        }
    }
}

/// Where a command takes its time from, once nobody else can write any more: what waited for another program is recorded after
/// what that wrote.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ticking {
    /// The machine's clock.
    Real { not_before: DateTime<Utc> },
    /// The time that was said to a simulated casebook last.
    Stored { not_before: DateTime<Utc> },
    /// The time that is said now.
    Said(DateTime<Utc>),
    /// In a group: something was recorded in it at `last`, and nobody else can have written since.
    Alone { simulated: bool, last: DateTime<Utc> },
}

impl Ticking {
    /// Keeps the time that this gave, where the casebook is simulated and does not have it already.
    pub fn remember(self, db: &Connection, now: DateTime<Utc>) -> Result<(), Error> {
        match self {
            Ticking::Real { .. } | Ticking::Alone { simulated: false, .. } => Ok(()),
            Ticking::Alone { last, .. } if last == now => Ok(()),
            Ticking::Stored { .. } | Ticking::Said(_) | Ticking::Alone { .. } => remember_time(db, now),
        }
    }

    pub fn within(self, db: &Connection) -> Result<DateTime<Utc>, Error> {
        match self {
            Ticking::Real { not_before } => {
                let last = store::last_recorded(db)?.map_or(not_before, |last| last.max(not_before));
                not_back(stamp::sensible(Clock::machine())?, last)
            }
            Ticking::Alone { simulated: false, last } => not_back(stamp::sensible(Clock::machine())?, last),
            Ticking::Alone { simulated: true, last } => Ok(last),
            Ticking::Stored { not_before } => Ok(simulated_now(db)?.max(not_before)),
            Ticking::Said(said) => match simulated_now(db)? {
                last if said < last => Err(Error::Clock(format!(
                    "the simulated time cannot go back: it was {} already; say that or later, or leave --now out",
                    stamp::write(last)
                ))),
                _ => Ok(said),
            },
        }
    }
}

/// Lays out a new casebook.
fn fill(db: &mut Connection, making: Making) -> Result<(), Error> {
    let tx = db.transaction()?;
    schema::execute(&tx, 0)?;
    tx.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    let mut insert = tx.prepare("INSERT INTO casebook (name, value) VALUES (?1, ?2)")?;
    insert.execute(["made_at", &stamp::write(making.now)])?;
    insert.execute(["made_by", concat!("mapcase ", env!("CARGO_PKG_VERSION"))])?;
    insert.execute(["simulated", if making.simulated { "yes" } else { "no" }])?;
    if making.simulated {
        insert.execute(["simulated_now", &stamp::write(making.now)])?;
    }
    drop(insert);
    tx.commit()?;
    Ok(())
}

fn info(db: &Connection, name: &str) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached("SELECT value FROM casebook WHERE name = ?1")?;
    Ok(query.query_row([name], |row| row.get(0)).optional()?)
}

/// The machine's time, for something that is about to be recorded. Time servers turn clocks back a little: then the last time holds
/// until it is over. By more, one of the two times is wrong, and what would be recorded now would stand before what it follows.
fn not_back(machine: DateTime<Utc>, last: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    if machine + BACK < last {
        return Err(Error::Clock(format!(
            "the clock of this machine says {}, and something was recorded at {} already: one of the two is wrong",
            stamp::write(machine),
            stamp::write(last)
        )));
    }
    Ok(machine.max(last))
}

/// The last time that was recorded, for reading a real casebook: it is never earlier, unless the clock was turned back for good.
fn held(db: &Connection) -> Result<DateTime<Utc>, Error> {
    let last = store::last_recorded(db)?.filter(|last| *last <= Clock::machine() + BACK);
    Ok(last.unwrap_or(DateTime::UNIX_EPOCH))
}

/// The time that was said last. Nothing is recorded at a later one; both are read at the same moment.
fn simulated_now(db: &Connection) -> Result<DateTime<Utc>, Error> {
    let sql = "SELECT value, (SELECT recorded_at FROM event ORDER BY rowid DESC LIMIT 1) FROM casebook
        WHERE name = 'simulated_now'";
    let mut query = db.prepare_cached(sql)?;
    let row = query.query_row([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))).optional()?;
    let (now, last) = row.ok_or_else(|| Error::Damaged("it is simulated and has no time".to_string()))?;
    match last {
        Some(last) if last > now => {
            Err(Error::Damaged(format!("its simulated time is {now}, and something was recorded at {last}")))
        }
        _ => stamp::read(&now),
    }
}

/// Keeps the time of a simulated casebook.
pub(crate) fn remember_time(db: &Connection, now: DateTime<Utc>) -> Result<(), Error> {
    let sql = "UPDATE casebook SET value = ?1 WHERE name = 'simulated_now' AND value < ?1";
    db.prepare_cached(sql)?.execute([stamp::write(now)])?;
    Ok(())
}

/// The path with something behind its name.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Makes an empty file that others than its owner and the group cannot read, whatever the user's mask says: a casebook is about people. The
/// files that SQLite puts beside it get the same rights.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o660);
    options.open(path).map(drop)
}

/// Gives a finished file its name, which must be free.
fn give_name(file: &Path, name: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(file, name) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            // A file system without hard links: take the name, then put the file there.
            std::fs::OpenOptions::new().write(true).create_new(true).open(name)?;
            std::fs::rename(file, name)
        }
        done => done,
    }
}

/// The settings are per connection: every way to a casebook goes through here.
fn set_up(path: &Path, db: &mut Connection) -> Result<(), Error> {
    wait::be_patient(db)?;
    let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        let why = "no write-ahead log is possible here; keep the casebook on a local disk";
        return Err(Error::Io { path: path.to_path_buf(), source: std::io::Error::other(why) });
    }
    // FULL: a command that was acknowledged is on the disk, also after a loss of power.
    db.pragma_update(None, "synchronous", "FULL")?;
    set_pragmas(db)
}

/// What holds for casebooks in files and in memory.
fn set_pragmas(db: &Connection) -> Result<(), Error> {
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    // What is erased is overwritten in the file.
    db.pragma_update(None, "secure_delete", true)?;
    // What is set aside while a command runs, personal values too, never goes to a file of its own; that is also faster.
    db.pragma_update(None, "temp_store", "MEMORY")?;
    // In KiB: the pages that a command looks up again and again.
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // How a statement runs does not hang on its values: else SQLite would prepare it again for each command.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn others_on_the_machine_cannot_read_a_casebook_nor_what_stands_beside_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("casebook.db");
        let now = stamp::read("2022-10-14T09:00:00Z").unwrap();
        let book = Casebook::make(&path, Making { simulated: true, now }).unwrap();
        remember_time(&book.db, stamp::read("2022-10-15T09:00:00Z").unwrap()).unwrap();
        book.copy_to(&folder.path().join("copy.db")).unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap()).collect();
        assert_eq!(files.len(), 4, "the casebook, its log, its index, the copy: {files:?}");
        for file in files {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o007, 0, "{file:?}");
        }
    }

    /// What each connection to a casebook must say, also the one to a casebook that was made and opened before.
    #[test]
    fn every_connection_is_set_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("casebook.db");
        let now = stamp::read("2022-10-14T09:00:00Z").unwrap();
        let made = Casebook::make(&path, Making { simulated: false, now }).unwrap();
        let opened = Casebook::open(&path).unwrap();
        for book in [made, opened] {
            let said = |pragma: &str| -> String {
                let value = book.db.pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0));
                match value.unwrap() {
                    rusqlite::types::Value::Text(text) => text,
                    rusqlite::types::Value::Integer(number) => number.to_string(),
                    other => format!("{other:?}"),
                }
            };
            assert_eq!(said("journal_mode"), "wal");
            assert_eq!(said("synchronous"), "2", "FULL");
            assert_eq!(said("foreign_keys"), "1");
            assert_eq!(said("trusted_schema"), "0");
            assert_eq!(said("secure_delete"), "1");
            assert_eq!(said("temp_store"), "2", "MEMORY");
            assert_eq!(said("application_id"), APPLICATION_ID.to_string());
            assert_eq!(said("user_version"), MIGRATIONS.len().to_string());
            assert_eq!(said("encoding"), "UTF-8");
        }
    }
}
