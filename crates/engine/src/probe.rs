//! Looking at a file before it is opened as a casebook: whatever is not one, is newer or is damaged is left as it is.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::error::Error;
use crate::schema::{APPLICATION_ID, MIGRATIONS};

/// The smallest page of SQLite. It takes a shorter file for an empty one.
const SMALLEST: u64 = 512;

/// How often a file that seems damaged is looked at, before it is called so.
const LOOKS: usize = 3;

/// Looks at the file alone, through a connection that takes no locks, reads no log and cannot write. (SQLite does it, and not
/// the standard library, because closing a file lets go of every lock that this program has on it.)
pub(crate) fn look(path: &Path) -> Result<(), Error> {
    let not = |why: &str| Err(not_a_casebook(path, why));
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::NoCasebook(path.to_path_buf()));
        }
        Err(source) => return Err(Error::Io { path: path.to_path_buf(), source }),
        Ok(kind) if kind.is_dir() => return not("it is a folder"),
        Ok(kind) if !kind.is_file() => return not("it is not an ordinary file"),
        Ok(file) if file.len() == 0 => return not("it is empty"),
        Ok(file) if file.len() < SMALLEST => return not("it is too short, or was cut off"),
        Ok(_) => {}
    }
    let mut looks = 0;
    loop {
        let looked = alone(path).and_then(|db| version(path, &db).and_then(|_| whole(path, &db)));
        looks += 1;
        match looked {
            // Pages that are still in the write-ahead log need not be in the file yet.
            Err(Error::Damaged(_)) if has_log(path) => return Ok(()),
            // Another program may just have brought its log into the file, and taken the log away.
            Err(Error::Damaged(_)) if looks < LOOKS => {}
            looked => return looked,
        }
    }
}

/// A connection to the file alone: it takes no locks, reads no log and cannot write.
pub(crate) fn alone(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(address(path)?, flags)?)
}

/// The version of a casebook's schema, if it is one that this program knows.
pub(crate) fn version(path: &Path, db: &Connection) -> Result<i64, Error> {
    let application: i64 = match db.pragma_query_value(None, "application_id", |row| row.get(0)) {
        Ok(id) => id,
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            return Err(not_a_casebook(path, "it is not an SQLite file, or its beginning is damaged"));
        }
        Err(error) => return Err(error.into()),
    };
    if application != APPLICATION_ID {
        return Err(not_a_casebook(path, "its header does not say that it is one"));
    }
    let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(Error::Newer { path: path.to_path_buf(), found, known });
    }
    if found < 1 {
        return Err(Error::Damaged(format!("its header says that its schema is {found}, which none has")));
    }
    Ok(found)
}

/// A file that was cut off is shorter than its header says; SQLite itself would notice only at the first page that is missing.
fn whole(path: &Path, db: &Connection) -> Result<(), Error> {
    let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page: i64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let right = pages.saturating_mul(page);
    let file = std::fs::metadata(path).map_err(|source| Error::Io { path: path.to_path_buf(), source })?;
    match i64::try_from(file.len()) {
        Ok(length) if length < right => {
            Err(Error::Damaged(format!("the file has {length} bytes and should have {right}: it was cut off")))
        }
        _ => Ok(()),
    }
}

/// Whether there is something in a write-ahead log beside the file.
pub(crate) fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

fn not_a_casebook(path: &Path, why: &str) -> Error {
    Error::NotACasebook { path: path.to_path_buf(), why: why.to_string() }
}

/// The path as an address at which SQLite looks at the file alone.
fn address(path: &Path) -> Result<String, Error> {
    let full = std::path::absolute(path).map_err(|source| Error::Io { path: path.to_path_buf(), source })?;
    let mut address = String::from("file://");
    if cfg!(windows) {
        address.push('/');
    }
    for byte in full.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => address.push(char::from(*byte)),
            b'\\' | b':' if cfg!(windows) => address.push(if *byte == b':' { ':' } else { '/' }),
            _ => address.push_str(&format!("%{byte:02x}")),
        }
    }
    address.push_str("?immutable=1");
    Ok(address)
}
