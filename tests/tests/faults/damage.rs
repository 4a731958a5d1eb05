//! A casebook in which a bit was turned over, or that was cut off, anywhere: `audit verify` finds every change to what is promised, what
//! reads one case says what was recorded or fails, and nothing crashes.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use crate::common::{Ran, Sandbox};
use crate::stage::{Dice, begun, look, many, open, rows};

/// What is read of one case: it is held against its events' hashes.
const OF_A_CASE: [&str; 4] =
    ["show 1R --format json", "history 1R --format json", "show 3A --format json", "history 3A --format json"];
/// What is read of all cases, from tables that follow from the events.
const OF_ALL: [&str; 3] = ["list --format json", "work --format json", "due --format json"];

/// The time that was said last.
const NOW: &str = "2022-10-06T09:00:00Z";

/// A casebook with cases in several states, brought into one file, or with all that happened last still in the log.
struct Scene {
    file: Vec<u8>,
    log: Vec<u8>,
}

fn scene(with_log: bool) -> Scene {
    let sandbox = begun();
    let path = sandbox.path("casebook.db");
    open(&sandbox, (0..3).map(|number| format!("FLIP{number}")));
    let other = with_log.then(|| {
        let db = Connection::open(&path).unwrap();
        db.query_row("SELECT count(*) FROM event", [], |_| Ok(())).unwrap();
        db
    });
    sandbox.done([
        "do 1R --as CLK --request one",
        "note 1R first",
        "receive 1R --as CLK --attach proof-of-address=SP-1",
        "answer 1R refused --as CLK --check-off lives-there --request two",
        "assign 2W ben",
        "set 3A zone=south",
        "tick --now 2022-10-06T09:00:00Z",
    ]);
    let file = fs::read(&path).unwrap();
    let log = fs::read(sandbox.path("casebook.db-wal")).unwrap_or_default();
    assert_eq!(log.is_empty(), !with_log);
    drop(other);
    Scene { file, log }
}

/// What is promised: `audit verify` finds a change to any of it.
fn facts(folder: &Sandbox) -> Vec<String> {
    let db = look(&folder.path("casebook.db"));
    let mut facts = rows(&db, "SELECT * FROM event ORDER BY case_number, seq");
    facts.extend(rows(&db, "SELECT * FROM personal_value ORDER BY 1, 2, 3"));
    facts.extend(rows(&db, "SELECT digest, map, revision, meaning FROM map_revision ORDER BY 1"));
    facts.extend(rows(&db, "SELECT value FROM casebook WHERE name = 'simulated'"));
    facts.extend(rows(&db, "SELECT * FROM case_now ORDER BY 1"));
    facts.extend(rows(&db, "SELECT * FROM timer ORDER BY 1, 2, 3"));
    facts.extend(rows(&db, "SELECT * FROM worklist ORDER BY 1, 2, 3, 4"));
    facts.extend(rows(&db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2"));
    facts
}

/// What came of one piece of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    /// `audit verify` finds it, or says why it cannot read the file.
    Found,
    /// It finds nothing, and all that is promised is as it was.
    NoFact,
    /// A list told something else and did not fail; `audit verify` finds it.
    InAList,
    /// It is the time that was said to a simulated casebook, which no event holds.
    Practice,
}

impl Scene {
    /// A sandbox of its own with these bytes.
    fn damaged(&self, file: &[u8], log: &[u8]) -> Sandbox {
        let damaged = Sandbox::small();
        damaged.write("casebook.db", file);
        if !log.is_empty() {
            damaged.write("casebook.db-wal", log);
        }
        damaged
    }

    /// What a sound casebook answers.
    fn truth(&self) -> (BTreeMap<&'static str, String>, Vec<String>) {
        let sound = self.damaged(&self.file, &self.log);
        let answers = OF_A_CASE.iter().chain(&OF_ALL).map(|line| (*line, sound.line(line).stdout)).collect();
        assert_eq!(sound.line("audit verify").code, 0);
        (answers, facts(&sound))
    }

    /// Reads a damaged casebook in every way. `older` are answers that were true before what was cut off.
    fn check(
        &self,
        file: &[u8],
        log: &[u8],
        truth: &(BTreeMap<&'static str, String>, Vec<String>),
        what: &str,
    ) -> Came {
        let simulated = "SELECT value FROM casebook WHERE name = 'simulated_now'";
        let said = |db: &Connection| db.query_row(simulated, [], |row| row.get::<_, String>(0)).ok();
        let at_hand = self.damaged(file, log);
        let time = Connection::open(at_hand.path("casebook.db")).ok().and_then(|db| said(&db));
        if time.as_deref().is_some_and(|time| time > NOW) && time.as_deref().is_some_and(|time| time.len() == NOW.len())
        {
            return Came::Practice;
        }
        let mut in_a_list = false;
        for line in OF_A_CASE.iter().chain(&OF_ALL) {
            let damaged = self.damaged(file, log);
            let ran = damaged.line(line);
            assert_ends(&ran, &format!("{what}: {line}"));
            // The open cases that belong with one are a list, too.
            in_a_list |= ran.code == 0 && ran.stdout != truth.0[line];
            let wrong = ran.code == 0 && alone(&ran.stdout) != alone(&truth.0[line]);
            assert!(!wrong || OF_ALL.contains(line), "{what}: {line} told what was not recorded: {}", ran.shown());
        }
        let damaged = self.damaged(file, log);
        let verified = damaged.line("audit verify");
        assert_ends(&verified, &format!("{what}: audit verify"));
        if verified.code == 0 {
            assert!(!in_a_list, "{what}: a list told what was not recorded, and audit verify does not find it");
            assert!(facts(&damaged) == truth.1, "{what}: a fact was changed, and audit verify does not find it");
            return Came::NoFact;
        }
        if in_a_list { Came::InAList } else { Came::Found }
    }
}

/// An answer without what it says of other cases.
fn alone(answer: &str) -> serde_json::Value {
    let mut answer: serde_json::Value = serde_json::from_str(answer).unwrap();
    answer.as_object_mut().unwrap().remove("family");
    answer
}

#[track_caller]
fn assert_ends(ran: &Ran, what: &str) {
    assert!([0, 1, 3, 4].contains(&ran.code), "{what} crashed: {}", ran.shown());
}

/// Does something for each number below `all`, on two threads.
fn each<T: Send>(all: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= all {
                        break;
                    }
                    let came = work(number);
                    done.lock().unwrap().push(came);
                }
            });
        }
    });
    done.into_inner().unwrap()
}

fn say(what: &str, came: &[Came]) {
    let of = |which: Came| came.iter().filter(|came| **came == which).count();
    println!(
        "{} {what}: {} found by audit verify ({} of them were told by a list before), {} changed nothing that is promised",
        came.len(),
        of(Came::Found) + of(Came::InAList),
        of(Came::InAList),
        of(Came::NoFact),
    );
}

#[test]
fn a_bit_that_was_turned_over_is_found_or_changes_no_fact() {
    let flips = many("MAPCASE_FLIPS", 18);
    let scene = scene(false);
    let truth = scene.truth();
    let came = each(flips, |number| {
        let mut dice = Dice::new(many("MAPCASE_SEED", 1) * 1_000_000 + number);
        let mut file = scene.file.clone();
        // Pages of four kilobytes, most of which are empty: half of the flips are where something stands.
        let mut at = usize::try_from(dice.roll(file.len() as u64)).unwrap();
        if number % 2 == 0 {
            at = (at..file.len()).chain(0..at).find(|at| file[*at] != 0).unwrap();
        }
        let bit = 1_u8 << dice.roll(8);
        file[at] ^= bit;
        scene.check(&file, &[], &truth, &format!("bit {bit} of byte {at} turned over"))
    });
    say("bits of the file turned over", &came);
    assert!(came.contains(&Came::NoFact) || flips < 100, "every byte of the file is a fact");
}

#[test]
fn a_file_that_was_cut_off_is_found() {
    let cuts = many("MAPCASE_FLIPS", 18).div_ceil(5);
    let scene = scene(false);
    let truth = scene.truth();
    let came = each(cuts, |number| {
        let mut dice = Dice::new(number + 77);
        let length = usize::try_from(dice.roll(scene.file.len() as u64)).unwrap();
        // Half of them between two pages.
        let length = if number % 2 == 0 { length } else { length / 4096 * 4096 };
        scene.check(&scene.file[..length], &[], &truth, &format!("cut off at {length}"))
    });
    say("files cut off", &came);
    assert!(came.iter().all(|came| *came == Came::Found), "{came:?}");
}

/// Each frame of the log has a checksum: SQLite takes what stands before the first that is wrong, as after a loss of power. What was
/// acknowledged and stood behind it is gone, and the casebook is as it was at an earlier moment.
#[test]
fn a_damaged_log_gives_an_earlier_moment_or_an_error() {
    let damages = many("MAPCASE_FLIPS", 18).div_ceil(3);
    let scene = scene(true);
    let whole = look_at(&scene.damaged(&scene.file, &scene.log));
    let came = each(damages, |number| {
        let mut dice = Dice::new(number + 990);
        let (mut log, at) = (scene.log.clone(), usize::try_from(dice.roll(scene.log.len() as u64)).unwrap());
        if number % 2 == 0 {
            log[at] ^= 1 << dice.roll(8);
        } else {
            log.truncate(at);
        }
        let damaged = scene.damaged(&scene.file, &log);
        let verified = damaged.line("audit verify");
        assert_ends(&verified, &format!("log damaged at {at}"));
        if verified.code != 0 {
            return 0;
        }
        let earlier = look_at(&damaged);
        assert!(whole.starts_with(&earlier), "log damaged at {at}: not an earlier moment");
        assert_eq!(damaged.line("note 1R on").code.clamp(0, 1), 0, "log damaged at {at}");
        earlier.len()
    });
    let (errors, all) = (
        came.iter().filter(|events| **events == 0).count(),
        came.iter().filter(|events| **events == whole.len()).count(),
    );
    println!(
        "{} logs damaged: {errors} an error, {all} all of it, {} an earlier moment",
        came.len(),
        came.len() - errors - all
    );
}

/// The events in the order in which they were recorded.
fn look_at(folder: &Sandbox) -> Vec<String> {
    rows(&look(&folder.path("casebook.db")), "SELECT rowid, * FROM event ORDER BY rowid")
}
