//! Opening and making a casebook: the one place that decides how SQLite is set up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::clock::Clock;
use crate::error::Error;
use crate::schema::{APPLICATION_ID, MIGRATIONS};
use crate::stamp;

/// How long a command waits for another program that writes to the casebook.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

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
        let exists = || Error::Exists(path.to_path_buf());
        if path.exists() {
            return Err(exists());
        }
        let io = |source| Error::Io { path: path.to_path_buf(), source };
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(format!(".unfinished-{}", std::process::id()));
        let unfinished = PathBuf::from(unfinished);
        let made = Self::build(&unfinished, making).and_then(|()| match std::fs::hard_link(&unfinished, path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(exists()),
            // A file system without hard links: the check above has to do.
            Err(_) => std::fs::copy(&unfinished, path).map(|_| ()).map_err(io),
        });
        // Whatever came of it, the unfinished file goes; if it cannot, it is in nobody's way.
        let _ = std::fs::remove_file(&unfinished);
        made?;
        Self::open(path)
    }

    fn build(path: &Path, making: Making) -> Result<(), Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let source = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no such folder");
            return Err(Error::Io { path: folder.to_path_buf(), source });
        }
        let mut db = Connection::open(path)?;
        db.pragma_update(None, "application_id", APPLICATION_ID)?;
        set_up(&db)?;
        let tx = db.transaction()?;
        for migration in MIGRATIONS {
            tx.execute_batch(migration)?;
        }
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
        db.close().map_err(|(_, error)| Error::from(error))
    }

    /// Opens a casebook. A file that is none, is newer than this program or is damaged is an error and is not changed.
    pub fn open(path: &Path) -> Result<Casebook, Error> {
        if !path.exists() {
            return Err(Error::NoCasebook(path.to_path_buf()));
        }
        let not = |why: &str| Error::NotACasebook { path: path.to_path_buf(), why: why.to_string() };
        if path.is_dir() {
            return Err(not("it is a folder"));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(BUSY_TIMEOUT)?;
        let application: i64 = match db.pragma_query_value(None, "application_id", |row| row.get(0)) {
            Ok(id) => id,
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
                return Err(not("it is not an SQLite file, or its beginning is damaged"));
            }
            Err(error) => return Err(error.into()),
        };
        if application != APPLICATION_ID {
            return Err(not("it does not say so in its header"));
        }
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let known = MIGRATIONS.len() as i64;
        if version > known {
            return Err(Error::Newer { path: path.to_path_buf(), found: version, known });
        }
        whole(path, &db)?;
        set_up(&db)?;
        migrate(&mut db, version)?;
        let mut book = Self { db, path: path.to_path_buf(), simulated: false };
        book.simulated = book.info("simulated")?.as_deref() == Some("yes");
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
        let mut query = self.db.prepare_cached("SELECT value FROM casebook WHERE name = ?1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }

    /// What time it is for a command. A real casebook goes by the machine's clock; a simulated one by what is said, or what was
    /// said last, and never back.
    pub fn now(&self, said: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Error> {
        if !self.simulated {
            return match said {
                None => stamp::sensible(Clock::machine()),
                Some(_) => Err(Error::Clock(
                    "this casebook goes by the real clock: --now is for one made with `init --simulated`".to_string(),
                )),
            };
        }
        let last = self.info("simulated_now")?.map(|text| stamp::read(&text)).transpose()?;
        match (said.map(stamp::sensible).transpose()?, last) {
            (Some(said), Some(last)) if said < last => {
                Err(Error::Clock(format!("the simulated time cannot go back: it was {} already", stamp::write(last))))
            }
            (Some(said), _) => Ok(said),
            (None, Some(last)) => Ok(last),
            (None, None) => Err(Error::Damaged("it is simulated and has no time".to_string())),
        }
    }
}

/// A file that was cut off is shorter than its header says; SQLite itself would notice only at the first page that is missing.
fn whole(path: &Path, db: &Connection) -> Result<(), Error> {
    let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page: i64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // Pages that are still in the write-ahead log need not be in the file yet.
    let in_log = std::fs::metadata(log).map_or(0, |log| log.len());
    let length = std::fs::metadata(path)
        .map(|file| file.len())
        .map_err(|source| Error::Io { path: path.to_path_buf(), source })?;
    if in_log == 0 && (length as i64) < pages.saturating_mul(page) {
        return Err(Error::Damaged(format!(
            "the file has {length} bytes and should have {}",
            pages.saturating_mul(page)
        )));
    }
    Ok(())
}

/// The settings are per connection: every way to a casebook goes through here.
fn set_up(db: &Connection) -> Result<(), Error> {
    db.busy_timeout(BUSY_TIMEOUT)?;
    let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(Error::Sqlite(rusqlite::Error::InvalidParameterName(format!(
            "journal mode is {mode} and not wal"
        ))));
    }
    // FULL: a command that was acknowledged is on the disk, also after a loss of power.
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn migrate(db: &mut Connection, version: i64) -> Result<(), Error> {
    let done = usize::try_from(version).unwrap_or(0);
    if done == MIGRATIONS.len() {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for migration in MIGRATIONS.iter().skip(done) {
        tx.execute_batch(migration)?;
    }
    tx.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    Ok(tx.commit()?)
}
