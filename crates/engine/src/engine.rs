//! Commands on a casebook. Each is one immediate transaction: load the family, decide, write the events and what follows from
//! them, or change nothing.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_case::family::Fired;
use mapcase_case::{CaseNumber, CaseState, Command, Family, Fault, Opening};
use mapcase_map::{CheckedAtlas, Machine};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::casebook::{self, Casebook, Ticking};
use crate::error::Error;
use crate::group::{Group, Scope};
use crate::kept::{Kept, Known, Left};
use crate::library::{Reading, Shelf};
use crate::request::Request;
use crate::store::Heads;
use crate::{due, hash, join, project, stamp, store};

/// The timers of so many families are written to the disk together: other programs wait for as long as that takes.
const FAMILIES_TOGETHER: usize = 250;

/// A casebook, the maps that are at hand, and the time.
#[derive(Debug)]
pub struct Engine {
    pub(crate) book: Casebook,
    pub(crate) shelf: Shelf,
    pub(crate) now: DateTime<Utc>,
    /// Whether that is a simulated time that was said.
    said: bool,
    pub(crate) kept: RefCell<Kept>,
    /// The group whose transaction is under way.
    pub(crate) group: Option<Group>,
}

/// How a case stands after a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The case.
    pub case: String,
    /// Its map.
    pub map: String,
    /// The step at which it stands.
    pub step: String,
    /// `open`, `ended`, `handed-over` or `withdrawn`.
    pub status: String,
    /// The number of its last event, for `--expect`.
    pub seq: u64,
}

/// What a tick did.
#[derive(Debug, Default)]
pub struct TickReport {
    /// The timers that fired, family by family, in the order in which they were due.
    pub fired: Vec<Fired>,
    /// What kept a family from going on.
    pub faults: Vec<Error>,
}

impl Engine {
    /// An engine on a casebook. `said` is the simulated time, where one is said.
    pub fn new(book: Casebook, atlas: Option<Arc<CheckedAtlas>>, said: Option<DateTime<Utc>>) -> Result<Self, Error> {
        let now = book.now(said)?;
        Ok(Self { book, shelf: Shelf::new(atlas), now, said: said.is_some(), kept: RefCell::default(), group: None })
    }

    /// Goes on at another time, on the casebook that is open already; `said` as for `new`.
    pub fn set_time(&mut self, said: Option<DateTime<Utc>>) -> Result<(), Error> {
        self.now = self.book.now(said)?;
        self.said = said.is_some();
        // The casebook does not have this time yet.
        self.group = self.group.map(|_| Group::default());
        Ok(())
    }

    /// What time it is: when the engine was made, or at its last command.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Keeps the states of so many cases at hand between commands (some kilobytes each), so that a long run on one casebook need not
    /// add up the same events again for every command; none, at 0. What others write meanwhile is seen all the same.
    pub fn keep_up_to(&mut self, cases: usize) {
        self.kept.get_mut().keep_up_to(cases);
    }

    /// The maps that are at hand.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The casebook.
    pub fn book(&self) -> &Casebook {
        &self.book
    }

    /// Calls `seen` with the table's name at each row that is written, and with `commit` just before each commit: so a test can
    /// stop the program between any two writes.
    pub fn watch_writes(&mut self, seen: impl Fn(&str) + Send + Clone + 'static) -> Result<(), Error> {
        // SQLite tells of no row of a table without row numbers: a row that a trigger writes to another table beside it stands for it.
        for table in ["timer", "worklist"] {
            self.book.db.execute_batch(&format!("CREATE TEMP TABLE watched_{table} (row INTEGER)"))?;
            for event in ["INSERT", "UPDATE", "DELETE"] {
                let name = format!("watched_{table}_{event}");
                self.book.db.execute_batch(&format!(
                    "CREATE TEMP TRIGGER {name} AFTER {event} ON main.{table} BEGIN INSERT INTO watched_{table} VALUES (1); END"
                ))?;
            }
        }
        let at_commit = seen.clone();
        self.book.db.commit_hook(Some(move || {
            at_commit("commit");
            false
        }))?;
        let seen = move |table: &str| seen(table.strip_prefix("watched_").unwrap_or(table));
        self.book.db.update_hook(Some(move |_, _: &str, table: &str, _| seen(table)))?;
        Ok(())
    }

    /// Opens a case. With a request id, a second call answers as the first and opens none.
    pub fn open(&mut self, opening: &Opening, request: Option<&str>) -> Result<Answer, Error> {
        let opening = Opening { at: opening.at.map(stamp::sensible).transpose()?, ..opening.clone() };
        let request = request.map(|id| Request::named(id).map(|id| Request::to_open(id, &opening))).transpose()?;
        self.write(Which::New(&opening), request, |family| Ok(family.open(&opening)?))
    }

    /// Does what a person wants to do with a case. With a request id, a second call answers as the first and does nothing.
    pub fn command(&mut self, case: CaseNumber, command: &Command, request: Option<&str>) -> Result<Answer, Error> {
        let command = Command { at: command.at.map(stamp::sensible).transpose()?, ..command.clone() };
        let request = request.map(|id| Request::named(id).map(|id| Request::to_do(id, case, &command))).transpose()?;
        self.write(Which::Of(case), request, |family| {
            family.command(case, &command)?;
            Ok(case)
        })
    }

    fn clock(&self) -> Ticking {
        if self.group.is_some_and(|group| group.timed) {
            return Ticking::Alone { simulated: self.book.is_simulated(), last: self.now };
        }
        match (self.book.is_simulated(), self.said) {
            (false, _) => Ticking::Real { not_before: self.now },
            (true, false) => Ticking::Stored { not_before: self.now },
            (true, true) => Ticking::Said(self.now),
        }
    }

    /// Keeps the time at which something was recorded.
    fn put_time(&mut self, now: DateTime<Utc>) {
        self.now = now;
        self.group = self.group.map(|_| Group { timed: true });
    }

    fn write(
        &mut self,
        which: Which<'_>,
        request: Option<Request<'_>>,
        act: impl FnOnce(&mut Family<'_>) -> Result<CaseNumber, Error>,
    ) -> Result<Answer, Error> {
        let (shelf, clock, simulated) = (&self.shelf, self.clock(), self.book.is_simulated());
        let kept = self.kept.get_mut();
        let tx = Scope::begin(&mut self.book.db, self.group.is_some())?;
        if let Some(answer) = request.as_ref().map(|request| request.answered(&tx)).transpose()?.flatten() {
            tx.commit()?;
            return Ok(answer);
        }
        let now = clock.within(&tx)?;
        if self.group.is_none() {
            kept.look_round(&tx)?;
        }
        let library = Reading { shelf, db: &tx, simulated };
        let root = match which {
            Which::Of(case) => Some(kept.root_of(&tx, case)?),
            Which::New(opening) => join::root_for(&tx, &library, kept, opening, now)?,
        };
        let before = root.map(|root| kept.family(&tx, root)).transpose()?.unwrap_or_default();
        let mut family = Family::new(&library, states(&before), kept.free_number(&tx)?, now);
        let case = act(&mut family)?;
        let answer = family.state(case).map(answer).ok_or(Error::NoCase(case))?;
        let heads = save(&tx, shelf, kept, &before, &family)?;
        if let Some(request) = request {
            request.keep(&tx, &answer, &stamp::write(now))?;
        }
        clock.remember(&tx, now)?;
        let left = Left::of(family, &heads);
        tx.commit()?;
        kept.put(left);
        self.put_time(now);
        Ok(answer)
    }

    /// Fires every timer that is due, each once, family by family. What keeps one family from going on keeps no other.
    /// `progress` is told how many families are done, and how many there are.
    pub fn tick(&mut self, progress: impl FnMut(usize, usize)) -> Result<TickReport, Error> {
        let mut fired = Vec::new();
        let faults = self.tick_telling(progress, |some| fired.extend(some))?;
        Ok(TickReport { fired, faults })
    }

    /// The same for any number of timers: `told` is given those that fired as soon as they are on the disk, and nothing is kept of them.
    /// What kept families from going on is the answer.
    pub fn tick_telling(
        &mut self,
        mut progress: impl FnMut(usize, usize),
        mut told: impl FnMut(Vec<Fired>),
    ) -> Result<Vec<Error>, Error> {
        let (mut faults, mut any) = (Vec::new(), false);
        // A clock that stands back is told of, and not only where something would fire.
        if !self.book.is_simulated() {
            self.clock().within(&self.book.db)?;
        }
        let roots = due::families(&self.book.db, &stamp::write(self.now))?;
        for (at, some) in roots.chunks(FAMILIES_TOGETHER).enumerate() {
            progress(at * FAMILIES_TOGETHER, roots.len());
            match self.together(|engine| engine.tick_families(some)) {
                Ok(of_some) => {
                    any |= !of_some.fired.is_empty();
                    told(of_some.fired);
                    faults.extend(of_some.faults);
                }
                // What fired before is written and must be told, whatever keeps the others.
                Err(error) if !any => return Err(error),
                Err(error) => {
                    faults.push(error);
                    return Ok(faults);
                }
            }
        }
        progress(roots.len(), roots.len());
        if self.book.is_simulated() {
            let tx = Scope::begin(&mut self.book.db, self.group.is_some())?;
            casebook::remember_time(&tx, self.now)?;
            tx.commit()?;
        }
        Ok(faults)
    }

    /// Those of some families. What is wrong with one family is told, and what is wrong with the file or the disk stops them all.
    fn tick_families(&mut self, roots: &[CaseNumber]) -> Result<TickReport, Error> {
        let mut report = TickReport::default();
        for root in roots {
            match self.tick_family(*root, &mut report.fired) {
                Ok(None) => {}
                Ok(Some(fault)) => report.faults.push(fault.into()),
                // The time too is the same for all families.
                Err(error) if error.is_of_the_casebook() || matches!(error, Error::Clock(_)) => return Err(error),
                Err(error) => report.faults.push(error),
            }
        }
        Ok(report)
    }

    fn tick_family(&mut self, root: CaseNumber, fired: &mut Vec<Fired>) -> Result<Option<Fault>, Error> {
        let (shelf, clock, simulated) = (&self.shelf, self.clock(), self.book.is_simulated());
        let kept = self.kept.get_mut();
        let tx = Scope::begin(&mut self.book.db, self.group.is_some())?;
        let now = clock.within(&tx)?;
        if self.group.is_none() {
            kept.look_round(&tx)?;
        }
        let before = kept.family(&tx, root)?;
        let library = Reading { shelf, db: &tx, simulated };
        let mut family = Family::new(&library, states(&before), kept.free_number(&tx)?, now);
        // What fired before a fault stands.
        let fault = family.settle().err();
        let heads = save(&tx, shelf, kept, &before, &family)?;
        clock.remember(&tx, now)?;
        let new = family.fired().to_vec();
        let left = Left::of(family, &heads);
        tx.commit()?;
        kept.put(left);
        self.put_time(now);
        fired.extend(new);
        Ok(fault)
    }
}

/// The family that a command is about.
enum Which<'a> {
    /// That of a case.
    Of(CaseNumber),
    /// The one that a new case joins, if there is one.
    New(&'a Opening),
}

fn answer(state: &CaseState) -> Answer {
    Answer {
        case: state.case.to_string(),
        map: state.opened.map.clone(),
        step: state.step.clone(),
        status: state.status.word().to_string(),
        seq: state.seq,
    }
}

/// The states of cases.
pub(crate) fn states(cases: &[Known]) -> Vec<Arc<CaseState>> {
    cases.iter().map(|known| known.state.clone()).collect()
}

/// Writes what a family did: map revisions, events, projections. `before` is the family as the casebook has it until now; the answer is
/// the hash of the last event of each case.
pub(crate) fn save(
    tx: &Connection,
    shelf: &Shelf,
    kept: &Kept,
    before: &[Known],
    family: &Family<'_>,
) -> Result<Heads, Error> {
    let touched: BTreeSet<CaseNumber> = family.events().iter().map(|(case, _)| *case).collect();
    for state in family.states().filter(|state| touched.contains(&state.case)) {
        if !kept.has_revision(&state.opened.digest) {
            keep_revision(tx, shelf, state)?;
        }
    }
    let mut heads = before.iter().map(|known| (known.state.case, known.head.clone())).collect();
    store::append(tx, family.events(), &mut heads)?;
    for state in family.states().filter(|state| touched.contains(&state.case)) {
        let machine: Arc<Machine> = shelf.machine(tx, &state.opened.digest)?;
        let head = heads.get(&state.case).map_or(hash::FIRST, String::as_str);
        let old = before.iter().find(|known| known.state.case == state.case).map(|known| &*known.state);
        project::write(tx, old, state, &machine, head)?;
    }
    Ok(heads)
}

fn keep_revision(tx: &Connection, shelf: &Shelf, state: &CaseState) -> Result<(), Error> {
    let digest = &state.opened.digest;
    let known = tx.prepare_cached("SELECT 1 FROM map_revision WHERE digest = ?1")?.exists([digest])?;
    let Some(atlas) = shelf.atlas().filter(|_| !known) else { return Ok(()) };
    let Some(machine) = atlas.machine(&state.opened.map).filter(|machine| machine.digest() == digest) else {
        return Ok(());
    };
    let sql = "INSERT INTO map_revision (digest, map, revision, meaning, text, first_used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let map = machine.map();
    let text = atlas.text(&map.id).unwrap_or("");
    tx.prepare_cached(sql)?.execute(params![
        digest,
        map.id,
        map.revision,
        map.meaning(),
        text,
        stamp::write(state.opened_at)
    ])?;
    Ok(())
}
