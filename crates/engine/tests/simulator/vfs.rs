//! The disk as SQLite asks for it: files, their locks, and the memory that connections share for the write-ahead log.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::ops::Range;
use std::time::Duration;

use sqlite_vfs::wip::{WalIndex, WalIndexLock};
use sqlite_vfs::{DatabaseHandle, LockKind, OpenAccess, OpenOptions, Vfs};

use super::disk::{File, Op, Shared, disk};

const REGION: usize = 32768;

/// The simulated file system.
pub struct Simulated;

impl Vfs for Simulated {
    type Handle = Handle;

    fn open(&self, name: &str, opts: OpenOptions) -> Result<Handle, Error> {
        let mut disk = disk();
        let owner = disk.worker;
        disk.alive(owner)?;
        let create = matches!(opts.access, OpenAccess::Create | OpenAccess::CreateNew);
        match disk.files.contains_key(name) {
            false if create => drop(disk.files.insert(name.to_string(), File::default())),
            false => return Err(ErrorKind::NotFound.into()),
            true => {}
        }
        disk.handles += 1;
        Ok(Handle { name: name.to_string(), id: disk.handles, owner })
    }

    fn delete(&self, name: &str) -> Result<(), Error> {
        disk().delete(name)
    }

    fn exists(&self, name: &str) -> Result<bool, Error> {
        // An empty log is as good as none.
        Ok(disk().files.contains_key(name))
    }

    fn temporary_name(&self) -> String {
        let mut disk = disk();
        disk.handles += 1;
        format!("temporary-{}", disk.handles)
    }

    fn random(&self, buffer: &mut [i8]) {
        // SQLite asks once a process; what it makes of it are salts of logs.
        buffer.iter_mut().enumerate().for_each(|(at, byte)| *byte = (at * 37 % 127) as i8);
    }

    fn sleep(&self, duration: Duration) -> Duration {
        duration
    }
}

/// An open file.
pub struct Handle {
    name: String,
    id: u64,
    owner: usize,
}

impl DatabaseHandle for Handle {
    type WalIndex = Index;

    fn size(&self) -> Result<u64, Error> {
        let disk = disk();
        disk.alive(self.owner)?;
        Ok(disk.files.get(&self.name).map_or(0, |file| file.live.len() as u64))
    }

    fn read_exact_at(&mut self, buf: &mut [u8], offset: u64) -> Result<(), Error> {
        let mut disk = disk();
        disk.reading(self.owner)?;
        let live = &disk.files.get(&self.name).ok_or(ErrorKind::NotFound)?.live;
        let from = live.len().min(offset as usize);
        let there = (live.len() - from).min(buf.len());
        buf[..there].copy_from_slice(&live[from..from + there]);
        buf[there..].fill(0);
        if there < buf.len() { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    fn write_all_at(&mut self, buf: &[u8], offset: u64) -> Result<(), Error> {
        disk().change(&self.name, self.owner, Op::Write(offset as usize, buf.to_vec()))
    }

    fn sync(&mut self, _data_only: bool) -> Result<(), Error> {
        disk().sync(&self.name, self.owner)
    }

    fn set_len(&mut self, size: u64) -> Result<(), Error> {
        disk().change(&self.name, self.owner, Op::Length(size as usize))
    }

    fn lock(&mut self, lock: LockKind) -> Result<bool, Error> {
        let mut disk = disk();
        if lock == LockKind::None {
            disk.locks.entry(self.name.clone()).or_default().remove(&self.id);
            return Ok(true);
        }
        disk.alive(self.owner)?;
        let locks = disk.locks.entry(self.name.clone()).or_default();
        let own = locks.get(&self.id).copied().unwrap_or(LockKind::None);
        let strongest = locks.iter().filter(|(id, _)| **id != self.id).map(|(_, lock)| *lock as i32).max().unwrap_or(0);
        let free = match lock {
            LockKind::None => true,
            _ if lock as i32 <= own as i32 => true,
            LockKind::Shared => strongest < LockKind::Pending as i32,
            LockKind::Reserved | LockKind::Pending => strongest < LockKind::Reserved as i32,
            LockKind::Exclusive => strongest == LockKind::None as i32,
        };
        if free {
            locks.insert(self.id, lock);
        }
        Ok(free)
    }

    fn reserved(&mut self) -> Result<bool, Error> {
        let disk = disk();
        let locks = disk.locks.get(&self.name);
        Ok(locks.is_some_and(|locks| locks.values().any(|lock| *lock as i32 >= LockKind::Reserved as i32)))
    }

    fn current_lock(&self) -> Result<LockKind, Error> {
        let disk = disk();
        Ok(disk.locks.get(&self.name).and_then(|locks| locks.get(&self.id)).copied().unwrap_or(LockKind::None))
    }

    fn wal_index(&self, _readonly: bool) -> Result<Index, Error> {
        let mut disk = disk();
        disk.alive(self.owner)?;
        let shared = disk.shared.entry(self.name.clone());
        let shared = shared.or_insert_with(|| Shared { regions: Vec::new(), locks: BTreeMap::new() });
        shared.locks.insert(self.id, [WalIndexLock::None; 8]);
        Ok(Index { name: self.name.clone(), id: self.id, owner: self.owner, pulled: BTreeMap::new() })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(locks) = disk().locks.get_mut(&self.name) {
            locks.remove(&self.id);
        }
    }
}

/// A connection's part in the shared memory. The crate gives each connection a copy, to be pulled before and pushed after a lock; only
/// what has changed since it was pulled is pushed, so that two that hold different locks do not undo one another's.
pub struct Index {
    name: String,
    id: u64,
    owner: usize,
    pulled: BTreeMap<u32, (u64, Box<[u8; REGION]>)>,
}

impl WalIndex for Index {
    fn map(&mut self, region: u32) -> Result<[u8; REGION], Error> {
        let mut data = [0; REGION];
        self.pull(region, &mut data)?;
        Ok(data)
    }

    fn lock(&mut self, locks: Range<u8>, lock: WalIndexLock) -> Result<bool, Error> {
        let mut disk = disk();
        let gone = disk.alive(self.owner).is_err();
        let Some(shared) = disk.shared.get_mut(&self.name) else { return Ok(true) };
        let (from, to) = (usize::from(locks.start), usize::from(locks.end));
        let taken = shared.locks.iter().filter(|(id, _)| **id != self.id).any(|(_, held)| {
            held[from..to].iter().any(|held| match lock {
                WalIndexLock::None => false,
                WalIndexLock::Shared => *held == WalIndexLock::Exclusive,
                WalIndexLock::Exclusive => *held != WalIndexLock::None,
            })
        });
        if taken || (gone && lock != WalIndexLock::None) {
            return Ok(false);
        }
        shared.locks.entry(self.id).or_insert([WalIndexLock::None; 8])[from..to].fill(lock);
        Ok(true)
    }

    fn delete(self) -> Result<(), Error> {
        Ok(())
    }

    fn pull(&mut self, region: u32, data: &mut [u8; REGION]) -> Result<(), Error> {
        let mut disk = disk();
        let Some(shared) = disk.shared.get_mut(&self.name) else { return Ok(()) };
        while shared.regions.len() <= region as usize {
            shared.regions.push((1, Box::new([0; REGION])));
        }
        let (version, there) = &shared.regions[region as usize];
        let (known, pulled) = self.pulled.entry(region).or_insert_with(|| (0, Box::new([0; REGION])));
        // Mostly nobody has changed anything.
        if known != version {
            (*known, **pulled) = (*version, **there);
        }
        data.copy_from_slice(&pulled[..]);
        Ok(())
    }

    fn push(&mut self, region: u32, data: &[u8; REGION]) -> Result<(), Error> {
        let mut disk = disk();
        // Whoever was killed tells nothing any more.
        if disk.alive(self.owner).is_err() {
            return Ok(());
        }
        let Some(shared) = disk.shared.get_mut(&self.name) else { return Ok(()) };
        let (Some((version, there)), Some((_, pulled))) =
            (shared.regions.get_mut(region as usize), self.pulled.get_mut(&region))
        else {
            return Ok(());
        };
        for at in (0..REGION).step_by(64) {
            let part = at..at + 64;
            if data[part.clone()] != pulled[part.clone()] {
                *version += 1;
                for at in part {
                    if data[at] != pulled[at] {
                        (there[at], pulled[at]) = (data[at], data[at]);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        let mut disk = disk();
        let Some(shared) = disk.shared.get_mut(&self.name) else { return };
        shared.locks.remove(&self.id);
        if shared.locks.is_empty() {
            // The next to come finds nothing and reads the log anew.
            let name = self.name.clone();
            disk.shared.remove(&name);
        }
    }
}
