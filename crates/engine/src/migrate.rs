//! Bringing a casebook that an older version wrote up to date.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::error::Error;
use crate::library::Shelf;
use crate::schema::{self, MIGRATIONS};
use crate::{project, store};

/// Brings the schema of a casebook from its version to the newest, in one transaction.
pub(crate) fn migrate(db: &mut Connection, version: i64) -> Result<(), Error> {
    let done = usize::try_from(version).unwrap_or(0);
    if done == MIGRATIONS.len() {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    schema::execute(&tx, done)?;
    if done < 2 {
        fill_records(&tx)?;
    }
    tx.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    Ok(tx.commit()?)
}

/// Fills in what the second migration added to each case's row, from its events. Of a case whose events cannot be read the
/// row stays as it is: `audit verify` tells of it, and must be able to open the file.
fn fill_records(db: &Connection) -> Result<(), Error> {
    let shelf = Shelf::default();
    let mut update = db.prepare("UPDATE case_now SET record = ?2, subject = ?3 WHERE number = ?1")?;
    for case in store::cases(db)? {
        let read = || -> Result<_, Error> {
            let state = store::load_state(db, case)?;
            let machine = shelf.machine(db, &state.opened.digest)?;
            Ok((project::record(&state), project::subject(&state, &machine)))
        };
        match read() {
            Ok((record, subject)) => update.execute(params![store::number(case), record, subject])?,
            Err(Error::Damaged(_)) => continue,
            Err(error) => return Err(error),
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::sync::Arc;

    use mapcase_case::Opening;
    use mapcase_map::AtlasFile;

    use super::*;
    use crate::casebook::{Casebook, Making};
    use crate::engine::Engine;
    use crate::stamp;

    const ATLAS: &str = "atlas: a\ntitle: A\ntime_zone: Europe/London\ncalendar: c\nsubject: account\nsupervisors: [W]\nroles: { W: Worker }\nthemes: { t: T }\ndocuments: { d: { title: D } }\n";
    const CALENDAR: &str = "calendar: c\ntitle: C\nweekend: [saturday, sunday]\ncovers: 2022..2023\nholidays: {}\n";
    const MAP: &str = "map: m\ntitle: M\nrevision: 1\ntheme: t\nowner: W\nreview_by: 2099-01-01
source: { document: d, reading: reconstructed }
record:
  account: { type: text, title: Account }
  sum: { type: money, title: Sum }
  checked: { type: yes-no, title: Checked }
  name: { type: text, title: Name, personal: true }
steps:
  ask: { kind: start, title: Ask, role: W, next: look }
  look: { title: Look, role: W, due: 2 days, overdue: { tell: [W] }, needs: [account, sum, checked, name], next: done }
  done: { kind: end, outcome: done }
";

    fn engine(path: &Path) -> Engine {
        let files = [("atlas.yaml", ATLAS), ("c.yaml", CALENDAR), ("m.yaml", MAP)];
        let files = files.map(|(path, text)| AtlasFile { path: path.to_string(), bytes: text.as_bytes().to_vec() });
        let checked = mapcase_map::check(&files);
        let atlas = Arc::new(checked.atlas.expect("an atlas"));
        Engine::new(Casebook::open(path).unwrap(), Some(atlas), None).unwrap()
    }

    /// Writes the file as the first version of the schema has it: what a casebook of that day holds.
    fn of_the_first_schema(book: &Path, old: &Path) {
        let db = Connection::open(old).unwrap();
        db.pragma_update(None, "application_id", crate::schema::APPLICATION_ID).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        db.execute_batch(MIGRATIONS[0]).unwrap();
        db.execute_batch("CREATE VIEW history AS SELECT event.seq FROM event JOIN case_now ON number = case_number")
            .unwrap();
        db.execute("ATTACH ?1 AS new", [book.to_str().unwrap()]).unwrap();
        for table in ["casebook", "map_revision", "event", "personal_value", "request", "case_now", "timer", "worklist"]
        {
            let columns = db.prepare(&format!("SELECT * FROM main.{table}")).unwrap();
            let columns = columns.column_names().collect::<Vec<_>>().join(", ");
            db.execute_batch(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}"))
                .unwrap();
        }
    }

    #[test]
    fn a_casebook_of_the_first_schema_is_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        let (book, old) = (folder.path().join("book.db"), folder.path().join("old.db"));
        let now = stamp::read("2022-10-14T09:00:00Z").unwrap();
        Casebook::make(&book, Making { simulated: true, now }).unwrap();
        let record = [("account", "100001"), ("sum", "12.50"), ("checked", "yes"), ("name", "A. N. Other")];
        let opening = Opening {
            map: "m".to_string(),
            actor: "ann".to_string(),
            record: record.map(|(field, value)| (field.to_string(), value.to_string())).into(),
            entry: None,
            role: None,
            at: None,
        };
        let mut new = engine(&book);
        new.open(&opening, None).unwrap();
        new.open(&Opening { record: BTreeMap::new(), ..opening }, None).unwrap();
        drop(new);
        of_the_first_schema(&book, &old);

        let mut opened = engine(&old);
        let sql = "SELECT record, subject FROM case_now ORDER BY number";
        let rows: Vec<(String, Option<String>)> = {
            let mut query = opened.book.db.prepare(sql).unwrap();
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
        };
        let plain = r#"{"account":"100001","checked":"yes","sum":1250}"#;
        assert_eq!(rows, [(plain.to_string(), Some("100001".to_string())), ("{}".to_string(), None)]);
        let timers: i64 = opened.book.db.query_row("SELECT count(*) FROM timer", [], |row| row.get(0)).unwrap();
        assert_eq!(timers, 2);
        let verified = opened.verify(None, |_, _| {}).unwrap();
        assert!(verified.findings.is_empty(), "{:?}", verified.findings);
        assert_eq!(opened.rebuild(|_, _| {}).unwrap(), 2);
        let version: i64 = opened.book.db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, MIGRATIONS.len() as i64);
    }
}
