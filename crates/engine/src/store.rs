//! Events to rows and back: sealing personal values, the chain, loading a family.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use mapcase_case::event::{Event, EventBody};
use mapcase_case::{CaseNumber, CaseState, Kept, Value};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use crate::error::Error;
use crate::hash::{self, Written};
use crate::stamp;

/// An event as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The event, with personal values as commitments.
    pub event: Event,
    /// The name column.
    pub name: String,
    /// The content column.
    pub content: String,
    /// The hash of the event before it.
    pub previous_hash: String,
    /// Its own hash.
    pub hash: String,
}

pub(crate) fn number(case: CaseNumber) -> i64 {
    // `CaseNumber` reads only what fits, and new numbers are counted from 1.
    i64::try_from(case.0).unwrap_or(i64::MAX)
}

pub(crate) fn case_number(number: i64) -> Result<CaseNumber, Error> {
    u64::try_from(number).map(CaseNumber).map_err(|_| Error::Damaged(format!("a case has the number {number}")))
}

macro_rules! columns {
    () => {
        "case_number, seq, name, step, actor, role, occurred_at, recorded_at, content, previous_hash, hash"
    };
}

const COLUMNS: &str = columns!();

const INSERT: &str =
    concat!("INSERT INTO event (", columns!(), ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");

type Raw = (i64, i64, String, Option<String>, Option<String>, Option<String>, String, String, String, String, String);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
        row.get(7)?,
        row.get(8)?,
        row.get(9)?,
        row.get(10)?,
    ))
}

/// Reads an event row; the error is a damaged casebook's.
fn stored(raw: Raw) -> Result<Stored, Error> {
    let (case, seq, name, step, actor, role, occurred_at, recorded_at, content, previous_hash, hash) = raw;
    let case = case_number(case)?;
    let seq = u64::try_from(seq).map_err(|_| Error::Damaged(format!("case {case} has an event {seq}")))?;
    let event = Event {
        seq,
        body: body(case, seq, &name, &content)?,
        step,
        actor,
        role,
        occurred_at: stamp::read(&occurred_at)?,
        recorded_at: stamp::read(&recorded_at)?,
    };
    Ok(Stored { event, name, content, previous_hash, hash })
}

fn body(case: CaseNumber, seq: u64, name: &str, content: &str) -> Result<EventBody, Error> {
    serde_json::from_str(content).map_err(|error| {
        Error::Damaged(format!(
            "event {seq} (`{name}`) of case {case} cannot be read, or is of a newer mapcase: {error}"
        ))
    })
}

/// The events of a case, each held against its hash and the one before it: whoever reads a case or works on it is not told what was not
/// recorded. (What is wrong with one that is not, is for `verify` to say.) Each command reads those of a whole family:
/// nothing is copied that is not kept.
pub(crate) fn load_events(
    db: &Connection,
    case: CaseNumber,
    head: Option<&Head>,
) -> Result<(Vec<Event>, String), Error> {
    let sql = "SELECT seq, name, step, actor, role, occurred_at, recorded_at, content, previous_hash, hash FROM event
        WHERE case_number = ?1 ORDER BY seq";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([number(case)])?;
    let mut events = Vec::with_capacity(head.map_or(0, |head| usize::try_from(head.seq).unwrap_or(0).min(1_000)));
    let mut last = hash::FIRST.to_string();
    let mut room = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |column: usize| Ok::<_, Error>(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?);
        let seq: i64 = row.get(0)?;
        let seq = u64::try_from(seq).map_err(|_| Error::Damaged(format!("case {case} has an event {seq}")))?;
        let event = Event {
            seq,
            body: body(case, seq, text(1)?, text(7)?)?,
            step: row.get(2)?,
            actor: row.get(3)?,
            role: row.get(4)?,
            occurred_at: stamp::read(text(5)?)?,
            recorded_at: stamp::read(text(6)?)?,
        };
        let written = Written::of(&event, text(7)?, [text(5)?, text(6)?]);
        let hash = written.hash(&last, case, &mut room);
        let in_order = seq == events.len() as u64 + 1 && text(1)? == event.body.name();
        if !in_order || text(8)? != last || text(9)? != hash {
            return Err(changed(case, seq));
        }
        last = hash;
        events.push(event);
    }
    drop(rows);
    match head {
        Some(head) if head.seq != events.len() as u64 || head.hash != last => Err(Error::Damaged(format!(
            "case {case} had {} events when it was written last, and they are not those that are there (see `mapcase audit verify`)",
            head.seq
        ))),
        _ => Ok((events, last)),
    }
}

/// What the row of a case says of its last event.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The case.
    pub case: CaseNumber,
    /// The number of the event.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// The rows that a query names.
pub(crate) fn heads(db: &Connection, sql: &str, values: impl Params) -> Result<Vec<Head>, Error> {
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query(values)?;
    let mut heads = Vec::new();
    while let Some(row) = rows.next()? {
        let seq = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
        heads.push(Head { case: case_number(row.get(0)?)?, seq, hash: row.get(2)? });
    }
    Ok(heads)
}

/// What is said of an event that is not what was recorded.
fn changed(case: CaseNumber, seq: u64) -> Error {
    Error::Damaged(format!("event {seq} of case {case} is not what was recorded (see `mapcase audit verify`)"))
}

/// An event's number, and the event as far as it can be read.
pub(crate) type Numbered = (u64, Result<Stored, Error>);

/// The events of a case.
pub(crate) fn load_each(db: &Connection, case: CaseNumber) -> Result<Vec<Numbered>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM event WHERE case_number = ?1 ORDER BY seq"))?;
    let rows = query.query_map([number(case)], raw)?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().map(|raw| (u64::try_from(raw.1).unwrap_or(0), stored(raw))).collect())
}

/// The events of a case.
pub(crate) fn load(db: &Connection, case: CaseNumber) -> Result<Vec<Stored>, Error> {
    load_each(db, case)?.into_iter().map(|(_, stored)| stored).collect()
}

/// A case's personal values by event and field.
pub(crate) type Personal = BTreeMap<Key, Apart>;

/// An event's number and a field.
pub(crate) type Key = (u64, String);

/// The salt and the value, or nothing where it is erased.
pub(crate) type Apart = Option<(String, Value)>;

/// The personal values of a case by event and field, each as far as it can be read.
pub(crate) fn load_each_personal(
    db: &Connection,
    case: CaseNumber,
) -> Result<BTreeMap<Key, Result<Apart, Error>>, Error> {
    let sql = "SELECT seq, field, salt, value FROM personal_value WHERE case_number = ?1";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([number(case)], |row| {
        let key = (row.get::<_, i64>(0)?, row.get::<_, String>(1)?);
        Ok((key, row.get::<_, Option<String>>(2)?, row.get::<_, Option<String>>(3)?))
    })?;
    let mut values = BTreeMap::new();
    for row in rows {
        let ((seq, field), salt, text) = row?;
        let value = match (salt, text) {
            (Some(salt), Some(text)) => serde_json::from_str(&text).map(|value| Some((salt, value))).map_err(|_| {
                Error::Damaged(format!("the personal value `{field}` of event {seq} of case {case} cannot be read"))
            }),
            _ => Ok(None),
        };
        values.insert((u64::try_from(seq).unwrap_or(0), field), value);
    }
    Ok(values)
}

/// The cases that have personal values.
pub(crate) fn personal_cases(db: &Connection) -> Result<BTreeSet<CaseNumber>, Error> {
    Ok(numbers(db, "SELECT DISTINCT case_number FROM personal_value", [])?.into_iter().collect())
}

/// The personal values of a case.
pub(crate) fn load_personal(db: &Connection, case: CaseNumber) -> Result<Personal, Error> {
    load_each_personal(db, case)?.into_iter().map(|(key, value)| Ok((key, value?))).collect()
}

/// Puts the personal values that are at hand into an event.
pub(crate) fn fill_in(event: &mut Event, personal: &Personal) {
    let seq = event.seq;
    for (field, kept) in hash::values(&mut event.body) {
        if let Kept::Personal { value, .. } = kept {
            *value = personal.get(&(seq, field.clone())).cloned().flatten().map(|(_, value)| value);
        }
    }
}

/// Whether each personal value is the one to which its event is committed.
fn held_to(case: CaseNumber, event: &mut Event, personal: &Personal) -> Result<(), Error> {
    let seq = event.seq;
    for (field, kept) in hash::values(&mut event.body) {
        let Kept::Personal { commitment, .. } = kept else { continue };
        let apart = personal.get(&(seq, field.clone()));
        let Some(apart) = apart else {
            return Err(Error::Damaged(format!(
                "the personal value `{field}` of event {seq} of case {case} is missing"
            )));
        };
        if apart.as_ref().is_some_and(|(salt, value)| hash::commitment(salt, value) != *commitment) {
            let what = format!("the personal value `{field}` of event {seq} of case {case} is not what was recorded");
            return Err(Error::Damaged(what));
        }
    }
    Ok(())
}

/// The state of a case: its events, added up.
pub(crate) fn load_state(db: &Connection, case: CaseNumber) -> Result<CaseState, Error> {
    // A case without a row has lost it; that is for `verify` to say.
    let heads = heads(db, "SELECT number, seq, hash FROM case_now WHERE number = ?1", [number(case)])?;
    add_up(db, case, load_events(db, case, heads.first())?.0)
}

/// The state to which events of a case add up that were loaded already.
pub(crate) fn add_up(db: &Connection, case: CaseNumber, mut events: Vec<Event>) -> Result<CaseState, Error> {
    if events.is_empty() {
        return Err(Error::NoCase(case));
    }
    if events.iter().any(|event| event.body.is_personal()) {
        let personal = load_personal(db, case)?;
        for event in &mut events {
            held_to(case, event, &personal)?;
            fill_in(event, &personal);
        }
    }
    CaseState::replay(&events).map_err(|broken| Error::Damaged(format!("case {case}: {broken}")))
}

/// The cases of a family and their last events, by their index.
pub(crate) const FAMILY: &str = "SELECT number, seq, hash FROM case_now WHERE root = ?1 ORDER BY number";

/// The cases that a query names in its first column.
pub(crate) fn numbers(db: &Connection, sql: &str, values: impl Params) -> Result<Vec<CaseNumber>, Error> {
    let mut query = db.prepare_cached(sql)?;
    let numbers = query.query_map(values, |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
    numbers.into_iter().map(case_number).collect()
}

/// The states of all cases of the family of a case. Its row and its index say which they are; each case says so itself, and so does the one
/// that opened it.
pub(crate) fn load_family(db: &Connection, root: CaseNumber) -> Result<Vec<(CaseState, String)>, Error> {
    let heads = heads(db, FAMILY, [number(root)])?;
    let load = |head: &Head| {
        let (events, last) = load_events(db, head.case, Some(head))?;
        Ok::<_, Error>((add_up(db, head.case, events)?, last))
    };
    let states = heads.iter().map(load).collect::<Result<Vec<_>, _>>()?;
    for (state, _) in &states {
        let astray = (state.opened.root != root).then_some(state.case);
        let missing =
            state.children.iter().map(|child| child.case).find(|child| heads.iter().all(|head| head.case != *child));
        if let Some(case) = astray.or(missing) {
            let what = format!("case {case} is not in the family that its events say (see `mapcase casebook rebuild`)");
            return Err(Error::Damaged(what));
        }
    }
    Ok(states)
}

/// The first cases of all families, by their index.
pub(crate) fn roots(db: &Connection) -> Result<Vec<CaseNumber>, Error> {
    numbers(db, "SELECT DISTINCT root FROM case_now ORDER BY root", [])
}

/// The events of all cases of a family in the order in which they were recorded, with the personal values that are at hand.
pub(crate) fn load_log(db: &Connection, root: CaseNumber) -> Result<Vec<(CaseNumber, Event)>, Error> {
    let sql = format!("SELECT {COLUMNS}, rowid FROM event WHERE case_number = ?1 ORDER BY seq");
    let mut events = db.prepare_cached(&sql)?;
    let mut log = Vec::new();
    for case in numbers(db, FAMILY, [number(root)])? {
        let personal = load_personal(db, case)?;
        let rows = events.query_map([number(case)], |row| Ok((raw(row)?, row.get::<_, i64>(11)?)))?;
        for row in rows {
            let (raw, place) = row?;
            let mut event = stored(raw)?.event;
            fill_in(&mut event, &personal);
            log.push((place, case, event));
        }
    }
    // Rows are appended: their places tell the order, also across cases and within a second.
    log.sort_by_key(|(place, ..)| *place);
    Ok(log.into_iter().map(|(_, case, event)| (case, event)).collect())
}

/// The numbers of all cases that have events.
pub(crate) fn cases(db: &Connection) -> Result<Vec<CaseNumber>, Error> {
    numbers(db, "SELECT DISTINCT case_number FROM event ORDER BY case_number", [])
}

/// The first case of the family of a case.
pub(crate) fn root_of(db: &Connection, case: CaseNumber) -> Result<CaseNumber, Error> {
    let mut query = db.prepare_cached("SELECT root FROM case_now WHERE number = ?1")?;
    let root: Option<i64> = query.query_row([number(case)], |row| row.get(0)).optional()?;
    root.map_or(Err(Error::NoCase(case)), case_number)
}

/// The last number that was given. A case whose events were taken out keeps its number as long as its row stands.
pub(crate) const LAST_NUMBER: &str =
    "SELECT max((SELECT coalesce(max(case_number), 0) FROM event), (SELECT coalesce(max(number), 0) FROM case_now))";

/// When something was recorded last: rows are appended.
pub(crate) fn last_recorded(db: &Connection) -> Result<Option<DateTime<Utc>>, Error> {
    let mut query = db.prepare_cached("SELECT recorded_at FROM event ORDER BY rowid DESC LIMIT 1")?;
    let last: Option<String> = query.query_row([], |row| row.get(0)).optional()?;
    last.as_deref().map(stamp::read).transpose()
}

/// The first number that no case has.
pub(crate) fn free_number(db: &Connection) -> Result<u64, Error> {
    let last: i64 = db.prepare_cached(LAST_NUMBER)?.query_row([], |row| row.get(0))?;
    Ok(case_number(last)?.0 + 1)
}

/// Writes events, each sealed and chained to the one before it in its case. `heads` has the hash of the last event of each case that has
/// events already, and is told the new ones.
pub(crate) fn append(db: &Connection, events: &[(CaseNumber, Event)], heads: &mut Heads) -> Result<(), Error> {
    let mut insert = db.prepare_cached(INSERT)?;
    let mut room = Vec::new();
    for (case, event) in events {
        let (sealed, personal) = seal(event)?;
        let event = sealed.as_ref().unwrap_or(event);
        let previous = heads.get(case).map_or(hash::FIRST, String::as_str);
        let content = hash::body(&event.body);
        let [occurred_at, recorded_at] = [event.occurred_at, event.recorded_at].map(stamp::write);
        let hash = Written::of(event, &content, [&occurred_at, &recorded_at]).hash(previous, *case, &mut room);
        insert.execute(params![
            number(*case),
            i64::try_from(event.seq).unwrap_or(i64::MAX),
            event.body.name(),
            event.step,
            event.actor,
            event.role,
            occurred_at,
            recorded_at,
            content,
            previous,
            hash,
        ])?;
        keep_personal(db, *case, event.seq, personal)?;
        heads.insert(*case, hash);
    }
    Ok(())
}

/// The hash of the last event of each of some cases.
pub(crate) type Heads = BTreeMap<CaseNumber, String>;

/// The hash of the last event of a case.
pub(crate) fn head(db: &Connection, case: CaseNumber) -> Result<String, Error> {
    let mut query = db.prepare_cached("SELECT hash FROM event WHERE case_number = ?1 ORDER BY seq DESC LIMIT 1")?;
    let head: Option<String> = query.query_row([number(case)], |row| row.get(0)).optional()?;
    Ok(head.unwrap_or_else(|| hash::FIRST.to_string()))
}

/// A value that is kept apart: field, salt, value.
type Sealed = (String, String, String);

/// An event that has personal values with a commitment in the place of each, and what is kept apart.
fn seal(event: &Event) -> Result<(Option<Event>, Vec<Sealed>), Error> {
    let mut apart = Vec::new();
    if !event.body.is_personal() {
        return Ok((None, apart));
    }
    let mut event = event.clone();
    for (field, kept) in hash::values(&mut event.body) {
        if let Kept::Personal { commitment, value: Some(value) } = kept {
            let salt = hash::salt()?;
            *commitment = hash::commitment(&salt, value);
            apart.push((field.clone(), salt, hash::canonical(value)));
        }
    }
    Ok((Some(event), apart))
}

fn keep_personal(db: &Connection, case: CaseNumber, seq: u64, values: Vec<Sealed>) -> Result<(), Error> {
    if values.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO personal_value (case_number, seq, field, salt, value) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut insert = db.prepare_cached(sql)?;
    for (field, salt, value) in values {
        insert.execute(params![number(case), i64::try_from(seq).unwrap_or(i64::MAX), field, salt, value])?;
    }
    Ok(())
}
