//! Reading a casebook: a case as it stands, lists, the worklist, what is due, the history. Nothing here writes.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use mapcase_case::event::Event;
use mapcase_case::{CaseNumber, CaseState};
use mapcase_map::Machine;
use rusqlite::{Row, params_from_iter};

use crate::engine::Engine;
use crate::error::Error;
use crate::{stamp, store};

/// A case as it stands, with its map.
#[derive(Debug)]
pub struct View {
    /// The state.
    pub state: Arc<CaseState>,
    /// The map on which it runs.
    pub machine: Arc<Machine>,
    /// Whether timers of its family are due and have not fired: `tick` has not run since.
    pub to_fire: usize,
}

/// A row of `list`.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// The case.
    pub case: CaseNumber,
    /// Whom or what it is about: the value of the field that the atlas names as `subject`.
    pub subject: Option<String>,
    /// Its map.
    pub map: String,
    /// The step at which it stands.
    pub step: String,
    /// The step's title.
    pub title: String,
    /// `open`, `ended`, `handed-over` or `withdrawn`.
    pub status: String,
    /// How it ended, or the map it was handed over to.
    pub outcome: Option<String>,
    /// Since when it stands there.
    pub since: DateTime<Utc>,
    /// The person to whom it is given.
    pub assigned: Option<String>,
    /// The first deadline or timeout that runs or has passed.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether a deadline has passed.
    pub late: bool,
}

/// What `list` shows.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Only cases of this status.
    pub status: Option<String>,
    /// Only cases of this map.
    pub map: Option<String>,
    /// Only cases at this step.
    pub step: Option<String>,
    /// Only cases that are late.
    pub late: bool,
}

/// A row of the worklist.
#[derive(Clone, Debug)]
pub struct WorkRow {
    /// The role.
    pub role: String,
    /// `act`: the step is for the role; `told`: the role was told that it is late.
    pub why: String,
    /// The step, or the deadline that passed.
    pub about: String,
    /// Its rank by the risk rule of the atlas; nothing, where no entry of it ranks the case.
    pub risk: Option<Ranked>,
    /// The case.
    pub case: CaseRow,
}

/// The rank of a case by the risk rule of the atlas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Counted from 1; what is ranked lower comes first.
    pub rank: usize,
    /// The title of the entry that ranks it.
    pub title: String,
}

/// A row of `due`.
#[derive(Clone, Debug)]
pub struct DueRow {
    /// `deadline`, `limit`, `timeout`, `until`, `start` or `by`.
    pub kind: String,
    /// The id of the limit, of the step or of what comes round.
    pub id: String,
    /// What it is counted from, in words.
    pub rule: String,
    /// The first instant that is late.
    pub due_at: DateTime<Utc>,
    /// The last day that is in time; of hours, the day of the instant.
    pub due_on: NaiveDate,
    /// Whether it has passed.
    pub late: bool,
    /// The case.
    pub case: CaseRow,
}

/// An event with its hash.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    /// The event, with the personal values that are at hand.
    pub event: Event,
    /// Its hash.
    pub hash: String,
}

const CASE_COLUMNS: &str = "c.number, c.map, c.step, c.step_title, c.status, c.outcome, c.since, c.assigned,
    (SELECT min(t.due_at) FROM timer t WHERE t.case_number = c.number AND t.kind NOT IN ('until', 'start')) AS first_due,
    (SELECT count(*) FROM timer t WHERE t.case_number = c.number AND t.kind IN ('deadline', 'limit', 'by') AND t.due_at <= ?1)
        AS late_count,
    c.subject";

fn case_row(row: &Row<'_>) -> rusqlite::Result<Result<CaseRow, Error>> {
    let number: i64 = row.get(0)?;
    let since: String = row.get(6)?;
    let due_at: Option<String> = row.get(8)?;
    let late: i64 = row.get(9)?;
    let (map, step, title, status) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    let (outcome, assigned, subject) = (row.get(5)?, row.get(7)?, row.get(10)?);
    let build = || -> Result<CaseRow, Error> {
        Ok(CaseRow {
            case: store::case_number(number)?,
            subject,
            map,
            step,
            title,
            status,
            outcome,
            since: stamp::read(&since)?,
            assigned,
            due_at: due_at.as_deref().map(stamp::read).transpose()?,
            late: late > 0,
        })
    };
    Ok(build())
}

/// What the row of a case says of its record: the values that are not personal.
pub(crate) fn record_of(case: CaseNumber, text: &str) -> Result<serde_json::Map<String, serde_json::Value>, Error> {
    serde_json::from_str(text).map_err(|_| Error::Damaged(format!("the record of case {case} cannot be read")))
}

/// A query and its values.
type Sql = (String, Vec<String>);

fn list_sql(now: DateTime<Utc>, filter: &ListFilter) -> Sql {
    let mut sql = format!("SELECT {CASE_COLUMNS} FROM case_now c WHERE 1");
    let mut values = vec![stamp::write(now)];
    for (column, value) in [("status", &filter.status), ("map", &filter.map), ("step", &filter.step)] {
        if let Some(value) = value {
            values.push(value.clone());
            sql.push_str(&format!(" AND c.{column} = ?{}", values.len()));
        }
    }
    if filter.late {
        sql.push_str(
            " AND EXISTS (SELECT 1 FROM timer t WHERE t.case_number = c.number AND t.kind IN ('deadline', 'limit', 'by')
                AND t.due_at <= ?1)",
        );
    }
    sql.push_str(" ORDER BY c.number");
    (sql, values)
}

fn work_sql(now: DateTime<Utc>, role: Option<&str>, assigned: Option<&str>) -> Sql {
    let mut sql = format!(
        "SELECT {CASE_COLUMNS}, w.role, w.why, w.about, c.record FROM worklist w JOIN case_now c ON c.number = w.case_number WHERE 1"
    );
    let mut values = vec![stamp::write(now)];
    if let Some(role) = role {
        values.push(role.to_string());
        sql.push_str(&format!(" AND w.role = ?{}", values.len()));
    }
    if let Some(person) = assigned {
        values.push(person.to_string());
        sql.push_str(&format!(" AND c.assigned = ?{}", values.len()));
    }
    sql.push_str(" ORDER BY late_count = 0, first_due IS NULL, first_due, c.number, w.why, w.about, w.role");
    (sql, values)
}

fn due_sql(now: DateTime<Utc>, until: Option<DateTime<Utc>>, role: Option<&str>) -> Sql {
    let mut sql = format!(
        "SELECT {CASE_COLUMNS}, t.kind, t.id, t.rule, t.due_at, t.due_on
        FROM timer t JOIN case_now c ON c.number = t.case_number WHERE 1"
    );
    let mut values = vec![stamp::write(now)];
    if let Some(until) = until {
        values.push(stamp::write(until));
        sql.push_str(&format!(" AND t.due_at <= ?{}", values.len()));
    }
    if let Some(role) = role {
        values.push(role.to_string());
        sql.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM worklist w WHERE w.case_number = c.number AND w.role = ?{})",
            values.len()
        ));
    }
    sql.push_str(" ORDER BY t.due_at, c.number, t.kind, t.id");
    (sql, values)
}

impl Engine {
    /// A case as it stands.
    pub fn view(&self, case: CaseNumber) -> Result<View, Error> {
        let _snapshot = self.book.snapshot()?;
        let state = self.kept.borrow_mut().state(&self.book.db, case)?;
        let machine = self.shelf.machine(&self.book.db, &state.opened.digest)?;
        let family = self.kept.borrow_mut().family(&self.book.db, state.opened.root)?;
        let timers = family.iter().flat_map(|state| &state.timers);
        let to_fire = timers.filter(|timer| !timer.passed && timer.fires_at() <= self.now).count();
        Ok(View { state, machine, to_fire })
    }

    /// The cases that a filter lets through, oldest first.
    pub fn list(&self, filter: &ListFilter) -> Result<Vec<CaseRow>, Error> {
        let (sql, values) = list_sql(self.now, filter);
        let mut query = self.book.db.prepare(&sql)?;
        let rows = query.query_map(params_from_iter(values), case_row)?.collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().collect()
    }

    /// The open cases of a case's family, oldest first.
    pub fn family(&self, case: CaseNumber) -> Result<Vec<CaseRow>, Error> {
        let root = store::number(store::root_of(&self.book.db, case)?);
        let sql =
            format!("SELECT {CASE_COLUMNS} FROM case_now c WHERE c.root = ?2 AND c.status = 'open' ORDER BY c.number");
        let mut query = self.book.db.prepare_cached(&sql)?;
        let values = rusqlite::params![stamp::write(self.now), root];
        let rows = query.query_map(values, case_row)?.collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().collect()
    }

    /// The worklist of a role, or of everyone: what the atlas ranks highest first; then what is late, then what is due soonest.
    /// `assigned` leaves only what is given to that person.
    pub fn work(&self, role: Option<&str>, assigned: Option<&str>) -> Result<Vec<WorkRow>, Error> {
        let (sql, values) = work_sql(self.now, role, assigned);
        let mut query = self.book.db.prepare(&sql)?;
        let rows = query
            .query_map(params_from_iter(values), |row| {
                let record: String = row.get(14)?;
                Ok((case_row(row)?, row.get(11)?, row.get(12)?, row.get(13)?, record))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut work = Vec::with_capacity(rows.len());
        for (case, role, why, about, record) in rows {
            let case = case?;
            work.push(WorkRow { role, why, about, risk: self.ranked(&case, &record)?, case });
        }
        work.sort_by_key(|row| row.risk.as_ref().map_or(usize::MAX, |risk| risk.rank));
        Ok(work)
    }

    /// The rank of a case by the risk rule of the atlas at hand.
    fn ranked(&self, case: &CaseRow, record: &str) -> Result<Option<Ranked>, Error> {
        let Some(atlas) = self.shelf.atlas().filter(|atlas| !atlas.risk().is_empty()) else { return Ok(None) };
        let record = record_of(case.case, record)?;
        let ranked = atlas.rank(&case.map, case.late, |field| record.get(field)?.as_str().map(str::to_string));
        Ok(ranked.map(|(rank, title)| Ranked { rank: rank + 1, title: title.to_string() }))
    }

    /// Deadlines and timeouts that are late or due before `until`, soonest first.
    pub fn due(&self, until: Option<DateTime<Utc>>, role: Option<&str>) -> Result<Vec<DueRow>, Error> {
        let (sql, values) = due_sql(self.now, until, role);
        let mut query = self.book.db.prepare(&sql)?;
        let rows = query
            .query_map(params_from_iter(values), |row| {
                let (kind, id, rule): (String, String, String) = (row.get(11)?, row.get(12)?, row.get(13)?);
                let (due_at, due_on): (String, String) = (row.get(14)?, row.get(15)?);
                Ok((case_row(row)?, kind, id, rule, due_at, due_on))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter()
            .map(|(case, kind, id, rule, due_at, due_on)| {
                let due_at = stamp::read(&due_at)?;
                let due_on = due_on.parse().map_err(|_| Error::Damaged(format!("`{due_on}` is not a date")))?;
                let late = due_at <= self.now && kind != "until" && kind != "start";
                Ok(DueRow { kind, id, rule, due_at, due_on, late, case: case? })
            })
            .collect()
    }

    /// The events of a case.
    pub fn history(&self, case: CaseNumber) -> Result<Vec<HistoryRow>, Error> {
        let _snapshot = self.book.snapshot()?;
        // Held against their hashes first.
        store::load_state(&self.book.db, case)?;
        let personal = store::load_personal(&self.book.db, case)?;
        let stored = store::load(&self.book.db, case)?;
        let rows = stored.into_iter().map(|mut stored| {
            store::fill_in(&mut stored.event, &personal);
            HistoryRow { event: stored.event, hash: stored.hash }
        });
        Ok(rows.collect())
    }

    /// The numbers of all cases that have events.
    pub fn cases(&self) -> Result<Vec<CaseNumber>, Error> {
        store::cases(&self.book.db)
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::engine::DUE_ROOTS;
    use crate::schema;

    /// How SQLite would run a query, a line a step.
    fn plan(sql: &str) -> String {
        let db = Connection::open_in_memory().unwrap();
        schema::execute(&db, 0).unwrap();
        let mut query = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec!["x"; query.parameter_count()];
        let rows = query.query_map(params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    }

    fn now() -> DateTime<Utc> {
        stamp::read("2022-10-14T09:00:00Z").unwrap()
    }

    #[test]
    fn tick_and_families_go_by_their_indexes() {
        let due = plan(DUE_ROOTS);
        assert!(due.contains("timer USING INDEX timer_to_fire (fires_at<?)"), "{due}");
        assert!(due.contains("case_now USING INTEGER PRIMARY KEY"), "{due}");
        let family = plan(store::FAMILY);
        assert!(family.contains("USING COVERING INDEX case_now_by_root (root=?)"), "{family}");
        let last = plan(store::LAST_NUMBER);
        assert!(!last.lines().any(|line| line.starts_with("SCAN event")), "{last}");
    }

    #[test]
    fn lists_go_by_their_indexes() {
        let open = ListFilter { status: Some("open".to_string()), ..ListFilter::default() };
        let list = plan(&list_sql(now(), &open).0);
        assert!(list.contains("SEARCH c USING INDEX case_now_by_status (status=?)"), "{list}");
        let work = plan(&work_sql(now(), Some("TM"), None).0);
        assert!(work.contains("SEARCH w USING") && work.contains("(role=?)"), "{work}");
        assert!(work.contains("SEARCH c USING INTEGER PRIMARY KEY"), "{work}");
        let due = plan(&due_sql(now(), Some(now()), Some("TM")).0);
        assert!(due.contains("SEARCH t USING INDEX timer_by_due (due_at<?)"), "{due}");
        let mine = plan(&work_sql(now(), None, Some("ann")).0);
        assert!(mine.contains("(assigned=?)"), "{mine}");
        for plan in [list, work, due, mine] {
            // What is looked up for each row.
            assert!(!plan.lines().any(|line| line.starts_with("SCAN t")), "{plan}");
        }
    }
}
