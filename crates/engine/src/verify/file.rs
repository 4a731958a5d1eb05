//! The file as SQLite sees it, the schema, the kept map revisions.

use std::collections::BTreeMap;

use mapcase_map::Map;
use rusqlite::Connection;

use super::Verification;
use crate::error::Error;
use crate::schema as tables;

pub(super) fn verify(db: &Connection, report: &mut Verification) -> Result<(), Error> {
    verify_pages(db, report)?;
    verify_schema(db, report)?;
    verify_references(db, report)?;
    verify_revisions(db, report)
}

fn verify_pages(db: &Connection, report: &mut Verification) -> Result<(), Error> {
    let mut query = db.prepare("PRAGMA integrity_check")?;
    for line in query.query_map([], |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            report.find(None, None, format!("SQLite says of the file: {line}"));
        }
    }
    Ok(())
}

/// Whether every table, trigger, index and view is as the migrations make it. What an auditor added beside them may stand, but
/// no trigger may: it could change what is written.
fn verify_schema(db: &Connection, report: &mut Verification) -> Result<(), Error> {
    let fresh = Connection::open_in_memory()?;
    tables::execute(&fresh, 0)?;
    let (right, mut found) = (schema(&fresh)?, schema(db)?);
    for ((kind, name), sql) in right {
        match found.remove(&(kind.clone(), name.clone())) {
            None => report.find(None, None, format!("the {kind} `{name}` was taken out of the schema")),
            Some(other) if other != sql => report.find(None, None, format!("the {kind} `{name}` was changed")),
            Some(_) => {}
        }
    }
    for (kind, name) in found.keys().filter(|(kind, _)| kind == "trigger") {
        report.find(None, None, format!("the {kind} `{name}` was added to the schema"));
    }
    Ok(())
}

type Schema = BTreeMap<(String, String), Option<String>>;

fn schema(db: &Connection) -> Result<Schema, Error> {
    let mut query = db.prepare("SELECT type, name, sql FROM sqlite_schema")?;
    let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn verify_references(db: &Connection, report: &mut Verification) -> Result<(), Error> {
    let mut query = db.prepare("SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check ORDER BY 1, 2")?;
    for row in query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))? {
        let (table, parent) = row?;
        report.find(None, None, format!("a row of {table} belongs to none of {parent}"));
    }
    Ok(())
}

fn verify_revisions(db: &Connection, report: &mut Verification) -> Result<(), Error> {
    let mut query = db.prepare("SELECT digest, map, revision, meaning FROM map_revision ORDER BY digest")?;
    let rows = query.query_map([], |row| {
        let key = (row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?);
        Ok((key, row.get::<_, String>(3)?))
    })?;
    for row in rows {
        let ((digest, id, revision), meaning) = row?;
        let right = Map::from_meaning(&meaning).is_ok_and(|map| {
            map.digest() == digest && map.meaning() == meaning && map.id == id && i64::from(map.revision) == revision
        });
        if !right {
            report.find(None, None, format!("the kept revision {digest} of the map `{id}` was changed"));
        }
    }
    Ok(())
}
