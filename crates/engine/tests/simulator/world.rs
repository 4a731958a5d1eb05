//! One seed: a casebook on the simulated disk, the workers on it, the ledger, and what was found.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use mapcase_engine::{Casebook, Engine, Error, Making, stamp};
use rusqlite::{Connection, OpenFlags};

use super::atlases::{Ground, ground};
use super::disk::{AUDITOR, Fault, Plant, disk};
use super::paper::{Given, Line, Paper, Try};
use super::rows::{self, Row};
use super::vfs::Simulated;
use crate::plan::Numbers;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An event that was acknowledged is gone.
    Lost,
    /// An event is there that nobody was told of.
    Unacknowledged,
    /// An event is not as it was.
    Changed,
    /// Events stand in another order.
    Order,
    /// A timer fired twice, early, without running, or not at all.
    Timer,
    /// A projection does not say what the events do.
    Projection,
    /// The chain, or what else `verify` looks at.
    Chain,
    /// The file cannot be read.
    Torn,
    /// A state in memory, or in a replay, is another than the casebook's.
    State,
    /// A command was answered otherwise than the case core does.
    Answer,
    /// An error that does not say what happened.
    Error,
    /// A worker cannot go on.
    Stuck,
}

/// Something that must not be.
#[derive(Clone, Debug)]
pub struct Finding {
    pub kind: Kind,
    pub what: String,
}

/// Counted by name.
pub type Stats = BTreeMap<String, u64>;

/// How a seed is lived.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways {
    /// The power is cut at this change of the disk, and nothing else goes wrong.
    pub cut_at: Option<u64>,
    /// What is planted in the disk.
    pub disk: Plant,
    /// What somebody does behind the engine's back.
    pub sabotage: Option<super::planted::Sabotage>,
}

pub struct World {
    pub ground: Ground,
    pub numbers: Numbers,
    pub ways: Ways,
    pub path: PathBuf,
    pub now: DateTime<Utc>,
    /// Whether the workers go by one clock that can be set, also back, as a machine's can; else each says what time it is.
    pub one_clock: bool,
    /// The latest time that it ever was.
    pub latest: DateTime<Utc>,
    pub workers: Vec<Option<Engine>>,
    pub auditor: Option<Connection>,
    pub paper: Paper,
    /// The rows that were acknowledged, byte for byte.
    pub kept: Vec<Row>,
    /// What was not answered, or answered with a fault of the disk, and may be there after a crash.
    pub maybes: Vec<Try>,
    /// How it stood before what was not answered was seen again, while that is not surely on the disk: nobody was told of it yet.
    pub unsure: Option<(Paper, usize)>,
    /// Commands that came with a request id.
    pub given: Vec<Given>,
    pub sabotaged: bool,
    pub log: String,
    pub stats: Stats,
    pub findings: Vec<Finding>,
}

/// What came of a seed.
pub struct Lived {
    pub log: String,
    pub stats: Stats,
    pub findings: Vec<Finding>,
    /// How often the disk was changed.
    pub changes: u64,
}

/// A casebook as it is made, before the simulated disk is in its place; and the folder in which files stand for those of the disk.
fn fresh() -> &'static (Vec<u8>, tempfile::TempDir) {
    static FRESH: OnceLock<(Vec<u8>, tempfile::TempDir)> = OnceLock::new();
    FRESH.get_or_init(|| {
        let folder = crate::common::folder();
        let path = folder.path().join("fresh.db");
        let now = "2000-01-01T00:00:00Z".parse().unwrap();
        drop(Casebook::make(&path, Making { simulated: true, now }).unwrap());
        let bytes = std::fs::read(&path).unwrap();
        sqlite_vfs::register("simulated", Simulated, true).unwrap();
        (bytes, folder)
    })
}

impl World {
    pub fn new(seed: u64, ways: Ways) -> World {
        let (casebook, folder) = fresh();
        let path = folder.path().join("casebook.db");
        disk().reset(seed, path.to_str().unwrap(), casebook);
        {
            let mut disk = disk();
            (disk.plant, disk.cut_at) = (ways.disk, ways.cut_at);
        }
        let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9) ^ 0x5eed);
        let ground = ground(&mut numbers);
        let workers = (0..2 + numbers.below(3)).map(|_| None).collect();
        let (paper, now) = (Paper::new(ground.atlas.clone(), ground.begin), ground.begin);
        let one_clock = numbers.of_100(25);
        let mut world = World {
            ground,
            numbers,
            ways,
            path,
            now,
            one_clock,
            latest: now,
            workers,
            auditor: None,
            paper,
            kept: Vec::new(),
            maybes: Vec::new(),
            unsure: None,
            given: Vec::new(),
            sabotaged: false,
            log: String::new(),
            stats: Stats::new(),
            findings: Vec::new(),
        };
        let head = format!("{}, {} workers, one clock: {one_clock}", world.ground.name, world.workers.len());
        world.say(&head);
        world.connect(1);
        world.set_clock(now);
        world
    }

    pub fn say(&mut self, text: &str) {
        let changes = disk().changes;
        writeln!(self.log, "{} [{changes}] {text}", self.now.format("%Y-%m-%dT%H:%M:%SZ")).unwrap();
    }

    pub fn count(&mut self, what: &str, many: u64) {
        *self.stats.entry(what.to_string()).or_default() += many;
    }

    pub fn find(&mut self, kind: Kind, what: impl Into<String>) {
        let what = what.into();
        self.say(&format!("FOUND {kind:?}: {what}"));
        self.findings.push(Finding { kind, what });
    }

    /// The file system's own files are as long as those of the disk: whoever opens a casebook looks at that first.
    pub fn mirror(&self) {
        for end in ["", "-wal"] {
            let name = format!("{}{end}", self.path.display());
            let length = disk().files.get(&name).map(|file| file.live.len() as u64);
            match length {
                Some(length) => {
                    let file = std::fs::File::options().write(true).create(true).truncate(false).open(&name);
                    file.unwrap().set_len(length).unwrap();
                }
                None => drop(std::fs::remove_file(&name)),
            }
        }
    }

    /// Opens a worker's casebook.
    pub fn open(&mut self, worker: usize) -> Result<(), Error> {
        self.mirror();
        disk().worker = worker;
        let opened = Casebook::open(&self.path)
            .and_then(|book| Engine::new(book, Some(self.ground.atlas.clone()), None))
            .map(|engine| self.workers[worker] = Some(engine));
        disk().worker = AUDITOR;
        self.count("casebooks opened", 1);
        opened
    }

    /// Opens that of so many, on a disk on which nothing goes wrong. The others open theirs when they come.
    pub fn connect(&mut self, workers: usize) {
        for worker in 0..workers {
            if self.workers[worker].is_none()
                && let Err(error) = self.open(worker)
            {
                self.find(Kind::Torn, format!("the casebook does not open: {error}"));
            }
        }
        self.look();
    }

    /// The connection of whoever looks from outside.
    pub fn look(&mut self) -> &Connection {
        if self.auditor.is_none() {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            self.auditor = Some(Connection::open_with_flags(&self.path, flags).unwrap());
        }
        self.auditor.as_ref().unwrap()
    }

    /// Sets the clock by which the casebook goes.
    pub fn set_clock(&mut self, now: DateTime<Utc>) {
        self.now = now;
        self.latest = self.latest.max(now);
        if self.one_clock || self.kept.is_empty() {
            let sql = "UPDATE casebook SET value = ?1 WHERE name = 'simulated_now'";
            let set = self.look().execute(sql, [stamp::write(now)]);
            if let Err(error) = set {
                self.find(Kind::Torn, format!("the clock cannot be set: {error}"));
            }
            self.paper.clock = now;
            self.sure();
        }
    }

    /// When something was recorded last.
    pub fn recorded(&self) -> DateTime<Utc> {
        self.kept.last().map_or(self.ground.begin, |row| stamp::read(&row.recorded).unwrap())
    }

    /// The clock that the casebook has.
    pub fn stored_clock(&mut self) -> Option<DateTime<Utc>> {
        let sql = "SELECT value FROM casebook WHERE name = 'simulated_now'";
        let text: String = self.look().query_row(sql, [], |row| row.get(0)).ok()?;
        stamp::read(&text).ok()
    }

    /// What a worker says the time is.
    pub fn said(&self) -> Option<DateTime<Utc>> {
        Some(self.now).filter(|_| !self.one_clock)
    }

    /// The rows behind those that were acknowledged.
    pub fn new_rows(&mut self) -> Vec<Row> {
        let last = self.kept.last().map_or(0, |row| row.place);
        match rows::after(self.look(), last) {
            Ok(rows) => rows,
            Err(error) => {
                self.find(Kind::Torn, format!("the events cannot be read: {error}"));
                Vec::new()
            }
        }
    }

    /// What was acknowledged is there, and nothing else is.
    pub fn accept(&mut self, lines: &[Line]) {
        let rows = self.new_rows();
        self.count("checked: all of it, or nothing", 1);
        self.count("events", rows.len() as u64);
        for (row, line) in rows.iter().zip(lines) {
            if row.line != *line {
                self.find(Kind::Changed, format!("there stands {:?} and not {line:?}", row.line));
            }
        }
        for line in lines.iter().skip(rows.len()) {
            self.find(Kind::Lost, format!("it was acknowledged, and is not there: {line:?}"));
        }
        for row in rows.iter().skip(lines.len()) {
            self.find(Kind::Unacknowledged, format!("nobody was told of {:?}", row.line));
        }
        self.kept.extend(rows);
    }

    /// Something was written and synced: with it, all that stood in the log before it.
    pub fn sure(&mut self) {
        self.maybes.clear();
        self.unsure = None;
    }

    /// After something was not answered: which of what may be there is there. All of one thing, or nothing.
    pub fn resolve(&mut self, rows: Vec<Row>) {
        self.count("checked: unanswered, all or nothing", 1);
        if rows.is_empty() {
            return;
        }
        for attempt in self.maybes.clone().into_iter().rev() {
            let mut paper = self.paper.clone();
            let lines = paper.attempt(&attempt);
            if lines.len() == rows.len() && rows.iter().zip(&lines).all(|(row, line)| row.line == *line) {
                self.say(&format!("{} events of what was not answered are there", rows.len()));
                self.count("unanswered, and there", 1);
                self.count("events", rows.len() as u64);
                let before = std::mem::replace(&mut self.paper, paper);
                (self.unsure, self.maybes) = (Some((before, self.kept.len())), Vec::new());
                return self.kept.extend(rows);
            }
        }
        let told: Vec<_> = rows.iter().map(|row| &row.line).collect();
        self.find(Kind::Unacknowledged, format!("it is a part of something, or of nothing: {told:#?}"));
        self.kept.extend(rows);
    }

    /// After everything was stopped: the casebook is opened again and looked at.
    pub fn recover(&mut self) {
        let fault = disk().down();
        self.say(&format!("{fault:?}: everybody opens the casebook again"));
        self.workers.iter_mut().for_each(|engine| *engine = None);
        self.auditor = None;
        disk().restart();
        self.count("reopenings after a crash", 1);
        self.connect(1);
        let all = rows::after(self.look(), 0);
        match all {
            Err(error) => self.find(Kind::Torn, format!("the events cannot be read: {error}")),
            Ok(all) => {
                self.perhaps_lost(&all);
                let last = self.kept.last().map_or(0, |row| row.place);
                let (old, new): (Vec<Row>, Vec<Row>) = all.into_iter().partition(|row| row.place <= last);
                self.hold_against(&old);
                self.resolve(new);
            }
        }
        self.maybes.clear();
        if fault == Some(Fault::Power) {
            self.unsure = None;
        }
        match self.stored_clock() {
            Some(clock) if clock >= self.paper.clock => self.paper.clock = clock,
            other => self.find(Kind::Lost, format!("the clock was {}, and is {other:?}", self.paper.clock)),
        }
        self.now = self.now.max(self.paper.clock);
        self.audit();
    }

    /// What was seen after all programs were killed was perhaps not on the disk yet: nobody was told of it, and a power cut may take it.
    fn perhaps_lost(&mut self, all: &[Row]) {
        if let Some((paper, kept)) = self.unsure.take_if(|(_, kept)| all.len() == *kept) {
            self.say("what had not been answered is gone again");
            self.count("unanswered, seen after a kill, and lost in a power cut", 1);
            self.paper = paper;
            self.kept.truncate(kept);
        }
    }

    pub fn fault(&mut self, fault: Fault, after: u32) {
        self.say(&format!("{fault:?} after {after} changes"));
        disk().arm(fault, after);
    }
}
