//! A disk in memory, as SQLite sees one: what is synced and what is not, and, on the word of a seed, writes that fail, a disk that is full,
//! programs that are killed and power that is cut between any two writes or in the middle of one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use sqlite_vfs::LockKind;

use crate::plan::Numbers;

/// The worker whose reads and writes never fail: whoever looks at the casebook from outside.
pub const AUDITOR: usize = 99;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// So many writes in a row fail.
    Write(u32),
    /// The disk is full, until there is room again.
    Full,
    /// A sync fails.
    Sync,
    /// So many reads in a row fail.
    Read(u32),
    /// The program that writes is killed.
    Kill,
    /// All programs are killed; the machine goes on.
    KillAll,
    /// The power is cut.
    Power,
}

/// What is wrong with the disk itself, where a test plants a bug.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plant {
    #[default]
    None,
    /// It says that it has synced and has not.
    LyingSync,
    /// After a power cut it gives back a page of the log that was half written, with its checksums made right.
    TornPage,
}

/// What was asked of a file since it was last synced.
#[derive(Clone, Debug)]
pub enum Op {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Op {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Op::Write(at, data) => {
                if to.len() < at + data.len() {
                    to.resize(at + data.len(), 0);
                }
                to[*at..at + data.len()].copy_from_slice(data);
            }
            Op::Length(length) => to.resize(*length, 0),
        }
    }
}

/// A file: as programs see it, as it is surely on the disk, and what lies between.
#[derive(Clone, Debug, Default)]
pub struct File {
    pub live: Vec<u8>,
    pub synced: Vec<u8>,
    pub pending: Vec<Op>,
    /// Whether it would be there after a power cut at all.
    pub sure: bool,
}

/// The memory that the connections to one casebook share.
pub struct Shared {
    /// Each with how often it was changed.
    pub regions: Vec<(u64, Box<[u8; 32768]>)>,
    pub locks: BTreeMap<u64, [sqlite_vfs::wip::WalIndexLock; 8]>,
}

#[derive(Default)]
pub struct Disk {
    pub files: BTreeMap<String, File>,
    /// Deleted, and perhaps there again after a power cut.
    gone: BTreeMap<String, File>,
    pub shared: BTreeMap<String, Shared>,
    pub locks: BTreeMap<String, BTreeMap<u64, LockKind>>,
    pub handles: u64,
    pub worker: usize,
    dead: BTreeSet<usize>,
    down: Option<Fault>,
    armed: Option<(Fault, u32)>,
    pub plant: Plant,
    numbers: Option<Numbers>,
    /// Faults that have struck, by name.
    pub struck: BTreeMap<&'static str, u64>,
    /// Writes, syncs and other changes so far.
    pub changes: u64,
    /// At which of them the power is cut, where a test says so.
    pub cut_at: Option<u64>,
}

fn failed(what: &str) -> Error {
    Error::other(what.to_string())
}

/// What becomes of a change.
enum Verdict {
    Done,
    Failed(Error),
    /// So much of it is done, and then nothing more.
    Torn(u32),
}

impl Disk {
    /// Made anew for a seed.
    pub fn reset(&mut self, seed: u64, path: &str, casebook: &[u8]) {
        let file = File { live: casebook.to_vec(), synced: casebook.to_vec(), pending: Vec::new(), sure: true };
        let numbers = Some(Numbers(seed ^ 0xd15c));
        *self = Disk { files: BTreeMap::from([(path.to_string(), file)]), numbers, ..Disk::default() };
    }

    fn below(&mut self, end: usize) -> usize {
        self.numbers.as_mut().map_or(0, |numbers| numbers.below(end.max(1)))
    }

    pub fn arm(&mut self, fault: Fault, after: u32) {
        self.armed = Some((fault, after));
    }

    /// Nothing fails any more, and there is room.
    pub fn calm(&mut self) {
        self.armed = None;
    }

    /// What is to go wrong, taken away for a while.
    pub fn set_aside(&mut self) -> Option<(Fault, u32)> {
        self.armed.take()
    }

    pub fn put_back(&mut self, armed: Option<(Fault, u32)>) {
        self.armed = armed;
    }

    pub fn is_dead(&self, worker: usize) -> bool {
        self.dead.contains(&worker)
    }

    pub fn bury(&mut self, worker: usize) {
        self.dead.remove(&worker);
    }

    pub fn down(&self) -> Option<Fault> {
        self.down
    }

    /// Stops everything now.
    pub fn stop(&mut self, fault: Fault) {
        self.down = Some(fault);
        self.count(if fault == Fault::Power { "power cuts" } else { "kills of all programs" });
    }

    pub fn struck(&self) -> u64 {
        self.struck.values().sum()
    }

    fn count(&mut self, what: &'static str) {
        *self.struck.entry(what).or_default() += 1;
    }

    /// Whether a worker can do anything at all.
    pub fn alive(&self, owner: usize) -> Result<(), Error> {
        if self.down.is_some() || self.dead.contains(&owner) { Err(failed("gone")) } else { Ok(()) }
    }

    /// Whether a read goes through.
    pub fn reading(&mut self, owner: usize) -> Result<(), Error> {
        self.alive(owner)?;
        match self.armed {
            Some((Fault::Read(times), 0)) if owner != AUDITOR => {
                self.armed = Some((Fault::Read(times - 1), 0)).filter(|_| times > 1);
                self.count("read errors");
                Err(failed("a read error"))
            }
            Some((fault @ Fault::Read(_), left)) if owner != AUDITOR => {
                self.armed = Some((fault, left - 1));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn changing(&mut self, owner: usize, sync: bool) -> Verdict {
        if let Err(error) = self.alive(owner) {
            return Verdict::Failed(error);
        }
        if owner == AUDITOR {
            return Verdict::Done;
        }
        self.changes += 1;
        if self.cut_at == Some(self.changes) {
            self.armed = Some((Fault::Power, 0));
        }
        match self.armed {
            None | Some((Fault::Read(_), _)) => Verdict::Done,
            Some((Fault::Sync, 0)) if !sync => Verdict::Done,
            Some((fault, left)) if left > 0 => {
                self.armed = Some((fault, left - 1));
                Verdict::Done
            }
            Some((fault, _)) => self.strike(fault, owner, sync),
        }
    }

    fn strike(&mut self, fault: Fault, owner: usize, sync: bool) -> Verdict {
        let some = self.below(101) as u32;
        match fault {
            Fault::Write(times) => {
                self.armed = Some((Fault::Write(times - 1), 0)).filter(|_| times > 1);
                self.count("write errors");
                // What a failed write leaves of itself, nobody knows.
                if self.below(2) == 0 { Verdict::Failed(failed("a write error")) } else { Verdict::Torn(some) }
            }
            Fault::Full if sync => Verdict::Done,
            Fault::Full => {
                self.count("full disks");
                Verdict::Failed(ErrorKind::WriteZero.into())
            }
            Fault::Sync => {
                self.armed = None;
                self.count("sync errors");
                Verdict::Failed(failed("a sync error"))
            }
            Fault::Kill => {
                self.armed = None;
                self.dead.insert(owner);
                self.count("kills of one program");
                Verdict::Torn(some)
            }
            Fault::KillAll | Fault::Power => {
                self.armed = None;
                self.stop(fault);
                Verdict::Torn(some)
            }
            Fault::Read(_) => Verdict::Done,
        }
    }

    /// Does a change to a file, as far as it goes.
    pub fn change(&mut self, name: &str, owner: usize, op: Op) -> Result<(), Error> {
        let (op, done) = match (self.changing(owner, false), op) {
            (Verdict::Done, op) => (Some(op), Ok(())),
            (Verdict::Failed(error), _) => (None, Err(error)),
            (Verdict::Torn(part), Op::Write(at, mut data)) => {
                data.truncate(data.len() * part as usize / 100);
                (Some(Op::Write(at, data)), Err(failed("torn")))
            }
            (Verdict::Torn(part), op) => (Some(op).filter(|_| part > 50), Err(failed("torn"))),
        };
        if let Some(op) = op {
            let file = self.files.get_mut(name).ok_or(ErrorKind::NotFound)?;
            op.apply(&mut file.live);
            file.pending.push(op);
        }
        done
    }

    pub fn sync(&mut self, name: &str, owner: usize) -> Result<(), Error> {
        match self.changing(owner, true) {
            Verdict::Done => {}
            Verdict::Failed(error) => return Err(error),
            Verdict::Torn(_) => return Err(failed("stopped while syncing")),
        }
        let lying = self.plant == Plant::LyingSync;
        let file = self.files.get_mut(name).ok_or(ErrorKind::NotFound)?;
        if !lying {
            file.pending.drain(..).for_each(|op| op.apply(&mut file.synced));
            file.sure = true;
            self.gone.remove(name);
        }
        Ok(())
    }

    pub fn delete(&mut self, name: &str) -> Result<(), Error> {
        let owner = self.worker;
        if !self.files.contains_key(name) {
            return Err(ErrorKind::NotFound.into());
        }
        match self.changing(owner, false) {
            Verdict::Done => {}
            Verdict::Failed(error) => return Err(error),
            Verdict::Torn(part) if part > 50 => {}
            Verdict::Torn(_) => return Err(failed("stopped while deleting")),
        }
        let file = self.files.remove(name).ok_or(ErrorKind::NotFound)?;
        if file.sure {
            self.gone.insert(name.to_string(), file);
        }
        Ok(())
    }

    /// After everything was stopped: what is there now. Whoever was killed wrote what they wrote; after a power cut, what was synced is
    /// there, and of the rest some, in no order, one perhaps by halves.
    pub fn restart(&mut self) {
        let power = self.down.take() == Some(Fault::Power);
        (self.armed, self.worker) = (None, AUDITOR);
        self.dead.clear();
        self.shared.clear();
        self.locks.clear();
        if !power {
            return;
        }
        if self.below(2) == 0 {
            let gone = std::mem::take(&mut self.gone);
            gone.into_iter().for_each(|(name, file)| {
                self.files.entry(name).or_insert(file);
            });
        }
        self.gone.clear();
        let names: Vec<String> = self.files.keys().cloned().collect();
        for name in names {
            let mut file = self.files.remove(&name).unwrap_or_default();
            if !file.sure && self.below(2) == 0 {
                continue;
            }
            self.lose(&mut file);
            if self.plant == Plant::TornPage && name.ends_with("-wal") {
                super::wal::tear(&mut file.synced);
            }
            file.live = file.synced.clone();
            file.sure = true;
            self.files.insert(name, file);
        }
    }

    fn lose(&mut self, file: &mut File) {
        let pending = std::mem::take(&mut file.pending);
        let share = [0, 30, 60, 90, 100][self.below(5)];
        let torn = self.below(pending.len().max(1) * 2);
        for (number, op) in pending.into_iter().enumerate() {
            if number == torn {
                self.count("torn writes");
                self.tear(&op, &mut file.synced);
            } else if self.below(100) < share {
                op.apply(&mut file.synced);
            } else {
                self.count("writes lost in power cuts");
            }
        }
    }

    /// A part of a write: its beginning, or some of its sectors.
    fn tear(&mut self, op: &Op, to: &mut Vec<u8>) {
        let Op::Write(at, data) = op else { return };
        if self.below(2) == 0 {
            let part = self.below(data.len() + 1);
            return Op::Write(*at, data[..part].to_vec()).apply(to);
        }
        for (number, sector) in data.chunks(512).enumerate() {
            if self.below(2) == 0 {
                Op::Write(at + number * 512, sector.to_vec()).apply(to);
            }
        }
    }
}

/// The one disk of the process.
pub fn disk() -> MutexGuard<'static, Disk> {
    static DISK: OnceLock<Arc<Mutex<Disk>>> = OnceLock::new();
    // A test that failed while it held the disk leaves it as it was.
    DISK.get_or_init(Arc::default).lock().unwrap_or_else(|broken| broken.into_inner())
}
