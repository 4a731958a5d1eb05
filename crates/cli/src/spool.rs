//! Entries of an answer that may be far more than memory should hold: the first stand there, more in a file that has no name and
//! goes with the command.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;
use tempfile::SpooledTempFile;

use crate::error::{CliError, Kind};

/// So many bytes stay in memory.
const MOST_BYTES: usize = 256 * 1024;

/// Entries, in the order in which they came.
pub struct Spool {
    file: SpooledTempFile,
    /// Why what came could not be kept; from then on nothing is.
    failed: Option<io::Error>,
    waiting: Vec<u8>,
    entries: usize,
}

impl Spool {
    /// Without entries.
    pub fn new() -> Self {
        Self { file: SpooledTempFile::new(MOST_BYTES), failed: None, waiting: Vec::new(), entries: 0 }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries
    }

    /// Adds one. That it could not be kept is said when they are read.
    pub fn push(&mut self, entry: &impl Serialize) {
        self.entries += 1;
        if self.failed.is_some() {
            return;
        }
        self.waiting.clear();
        let written = serde_json::to_writer(&mut self.waiting, entry).map_err(io::Error::from).and_then(|()| {
            self.waiting.push(b'\n');
            self.file.write_all(&self.waiting)
        });
        self.failed = written.err();
    }

    /// Gives them back, one after the other; may be asked again.
    ///
    /// # Errors
    ///
    /// They could not be kept, or cannot be read back.
    pub fn each<T: DeserializeOwned>(&mut self, mut take: impl FnMut(T)) -> Result<(), CliError> {
        self.read(lost, |entry| {
            take(entry);
            Ok(())
        })
    }

    fn read<T: DeserializeOwned, E>(
        &mut self,
        fault: impl Fn(io::Error) -> E,
        mut take: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(error) = &self.failed {
            return Err(fault(io::Error::new(error.kind(), error.to_string())));
        }
        self.file.rewind().map_err(&fault)?;
        let mut lines = BufReader::new(&mut self.file);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).map_err(&fault)? > 0 {
            take(serde_json::from_slice(&line).map_err(|error| fault(error.into()))?)?;
            line.clear();
        }
        Ok(())
    }
}

fn lost(error: io::Error) -> CliError {
    CliError::new(Kind::Unwritable, format!("the answer could not be kept until it was whole: {error}"))
        .help("what the command did stands; only its answer is lost")
}

/// The entries as a list, each made into what is written when its turn comes.
pub struct Listed<T, F>(RefCell<Spool>, F, PhantomData<T>);

impl<T, F> Listed<T, F> {
    /// What `make` makes of each.
    pub fn new(spool: Spool, make: F) -> Self {
        Self(RefCell::new(spool), make, PhantomData)
    }
}

impl<T: DeserializeOwned, F: Fn(T) -> Value> Serialize for Listed<T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut spool = self.0.borrow_mut();
        let mut list = serializer.serialize_seq(Some(spool.len()))?;
        spool.read(S::Error::custom, |entry| list.serialize_element(&self.1(entry)))?;
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_come_back_in_their_order_from_memory_and_from_a_file() {
        for entries in [0, 3, 40_000_u32] {
            let mut spool = Spool::new();
            (0..entries).for_each(|entry| spool.push(&json!({ "entry": entry, "text": "a\nb" })));
            for _ in 0..2 {
                let mut next = 0;
                spool
                    .each(|entry: Value| {
                        assert_eq!(entry, json!({ "entry": next, "text": "a\nb" }));
                        next += 1;
                    })
                    .unwrap();
                assert_eq!(next, entries);
            }
            let whole: Vec<u32> = (0..entries).collect();
            let listed = Listed::new(spool, |entry: Value| entry["entry"].clone());
            assert_eq!(serde_json::to_string_pretty(&listed).unwrap(), serde_json::to_string_pretty(&whole).unwrap());
        }
    }
}
