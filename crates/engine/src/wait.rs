//! Waiting for another program that writes to the casebook: how long, how, and who is told of it.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::error::Error;

/// How long a command waits for another program that writes to the casebook.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Who waits longer than this is told why.
const WORTH_A_WORD: Duration = Duration::from_secs(1);

/// Between two tries at first, in microseconds: a command takes hundreds of them. SQLite's own waits grow to a tenth of a second, and
/// who has waited long would try seldom, while others come and go.
const SHORT_US: u64 = 800;
/// Between two tries of somebody who has waited for as long as is worth a word.
const LONG_US: u64 = 8_000;

static TELL: OnceLock<fn()> = OnceLock::new();

/// Has `tell` called once for each wait of this program that takes longer than a second. The first who asks is told.
pub fn tell_long_waits(tell: fn()) {
    let _ = TELL.set(tell);
}

/// Makes a connection wait for others with patience.
pub(crate) fn be_patient(db: &mut Connection) -> Result<(), Error> {
    let mut since = Instant::now();
    let mut told = false;
    let wait = move |tries: i32| {
        if tries == 0 {
            (since, told) = (Instant::now(), false);
        }
        let waited = since.elapsed();
        if waited >= PATIENCE {
            return false;
        }
        let long = waited >= WORTH_A_WORD;
        if long && !std::mem::replace(&mut told, true) {
            TELL.get().into_iter().for_each(|tell| tell());
        }
        pause(if long { LONG_US } else { SHORT_US });
        true
    };
    Ok(db.busy_handler(Some(wait))?)
}

/// A while by chance, so that several who wait do not try at the same times for ever: from a quarter of `most` to all of it.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing of a case hangs on this wait: what was decided meanwhile is decided anew"
)]
fn pause(most: u64) {
    let chance = getrandom::u64().unwrap_or(most) % (most * 3 / 4);
    std::thread::sleep(Duration::from_micros(most / 4 + chance));
}
