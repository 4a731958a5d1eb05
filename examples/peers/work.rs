//! What the two programs in Rust share: the work's words, the folder, the line that is printed.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};

/// What a program here answers.
pub type Any<T> = Result<T, Box<dyn Error>>;

/// The steps of a transfer that somebody does, in order.
pub const STEPS: [&str; 3] = ["request-transfer", "agree-crossover", "notify-team"];
/// The step at which a transfer ends.
pub const END: &str = "closure";
/// The two waits of the letters.
pub const LETTERS: [&str; 2] = ["first-letter", "second-letter"];
/// So many are written in a transaction, in bulk.
pub const TOGETHER: usize = 1_000;

/// The folder of a program's files, from where `run` starts it.
pub fn data(name: &str) -> PathBuf {
    Path::new("target/peers/data").join(name)
}

/// What was asked for: the measure, and how many cases or which.
pub fn asked() -> Any<(String, usize)> {
    let mut typed = std::env::args().skip(1);
    let measure = typed.next().ok_or("MEASURE NUMBER")?;
    let number = typed.next().ok_or("MEASURE NUMBER")?.parse()?;
    std::fs::create_dir_all(data(""))?;
    Ok((measure, number))
}

/// Removes a database with its log.
pub fn wipe(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        // Not being there is as good.
        let _gone = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
}

/// How long something took.
pub fn timed(work: impl FnOnce() -> Any<()>) -> Any<Duration> {
    let begun = Instant::now();
    work()?;
    Ok(begun.elapsed())
}

/// The answer of a query that counts.
pub fn count(db: &Connection, query: &str) -> Any<usize> {
    let number: i64 = db.query_row(query, [], |row| row.get(0))?;
    Ok(usize::try_from(number)?)
}

/// What was measured.
pub struct Measured<'a> {
    /// The program, and its version.
    pub peer: (&'a str, &'a str),
    /// Which measure.
    pub measure: &'a str,
    /// How it was done.
    pub how: &'a str,
    /// How many were done.
    pub number: usize,
    /// In which time.
    pub took: Duration,
    /// What was asserted before.
    pub checked: Value,
}

impl Measured<'_> {
    /// Prints the one line.
    #[expect(clippy::print_stdout, reason = "a measure is what the program prints")]
    pub fn say(self) {
        let line = json!({
            "peer": self.peer.0, "version": self.peer.1, "measure": self.measure, "how": self.how, "n": self.number,
            "seconds": self.took.as_secs_f64(), "checked": self.checked,
        });
        println!("{line}");
    }
}
