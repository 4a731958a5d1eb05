//! What one command from the shell takes, with the whole atlas of this project, on casebooks of more and more cases: a process
//! is started, does one step of a case and ends. In turn, in the same run, a bare program is started that opens an SQLite file with as many
//! rows, reads one map of the atlas with serde_yaml and writes one advance: an event row with JSON, the case's row, its timer, in the
//! write-ahead log with `synchronous = FULL`. It is this program itself with other arguments.
//!
//! `cargo bench -p mapcase-tests --bench shell` prints the table; `-- 10000 1000000` measures with so many cases.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![allow(clippy::disallowed_methods, reason = "a benchmark reads and writes files of its own")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on stops here"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mapcase_case::{CaseNumber, Opening};
use mapcase_engine::{Casebook, Clock, Engine, Making, files};
use mapcase_map::{CheckedAtlas, check};
use rusqlite::{Connection, TransactionBehavior, params};

/// Each is measured so often, in turn with its reference.
const RUNS: usize = 21;
/// So many cases are opened in one transaction.
const TOGETHER: usize = 1_000;
/// The map of the cases.
const MAP: &str = "transfer-out";

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == "--reference") {
        return reference(&words[at + 1], &words[at + 2], &words[at + 3]);
    }
    let asked: Vec<usize> = words.iter().filter_map(|text| text.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![RUNS, 10_000] } else { asked };
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../processes");
    let files = files::read_atlas_files(&dir).unwrap();
    let atlas = Arc::new(check(&files).atlas.unwrap());
    let map = atlas.machine(MAP).unwrap().map().about.file.clone();
    println!("| cases | mapcase, compiled atlas | bare program | ratio | mapcase, atlas checked each time |");
    println!("| ---: | ---: | ---: | ---: | ---: |");
    for cases in sizes {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let bench = Bench { folder: folder.path().to_path_buf(), atlas: dir.clone(), map: map.clone() };
        bench.row(&atlas, cases.max(RUNS + 1));
    }
}

struct Bench {
    folder: PathBuf,
    atlas: PathBuf,
    map: String,
}

impl Bench {
    fn row(&self, atlas: &Arc<CheckedAtlas>, cases: usize) {
        self.casebook(atlas, cases);
        bare(&self.folder.join("bare.db"), cases);
        // Spread over the casebook; the first run of each is to warm it, and is not counted.
        let case = |run: usize| run * (cases / (RUNS + 1)) + 1;
        let (mut ours, mut theirs, mut checked) = (Vec::new(), Vec::new(), Vec::new());
        for run in 0..=RUNS {
            if run == 1 {
                [&mut ours, &mut theirs, &mut checked].into_iter().for_each(Vec::clear);
            }
            ours.push(timed(&mut self.mapcase(case(run), "do", ".cache")));
            theirs.push(timed(&mut self.bare(case(run))));
            checked.push(timed(&mut self.mapcase(case(run), "note", "no-folder")));
        }
        let ratios: Vec<f64> =
            ours.iter().zip(&theirs).map(|(ours, bare)| ours.as_secs_f64() / bare.as_secs_f64()).collect();
        let ms = |list: &[Duration]| spread(list.iter().map(|took| took.as_secs_f64() * 1e3).collect(), " ms");
        println!("| {cases} | {} | {} | {} | {} |", ms(&ours), ms(&theirs), spread(ratios, ""), ms(&checked));
    }

    fn casebook(&self, atlas: &Arc<CheckedAtlas>, cases: usize) {
        let making = Making { simulated: false, now: Clock::machine() };
        let book = Casebook::make(&self.folder.join("casebook.db"), making).unwrap();
        let mut engine = Engine::new(book, Some(atlas.clone()), None).unwrap();
        engine.keep_up_to(0);
        let opening = Opening {
            map: MAP.to_string(),
            entry: None,
            record: Default::default(),
            actor: "ann".to_string(),
            role: Some("ASW".to_string()),
            at: None,
        };
        for begin in (0..cases).step_by(TOGETHER) {
            let open = |engine: &mut Engine| {
                (begin..cases.min(begin + TOGETHER)).try_for_each(|_| engine.open(&opening, None).map(drop))
            };
            engine.together(open).unwrap();
        }
    }

    fn mapcase(&self, case: usize, verb: &str, cache: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mapcase-under-test"));
        command.env_clear().current_dir(&self.folder).arg("--atlas").arg(&self.atlas);
        // Where there is no folder of compiled atlases and none can be made, every command checks.
        let cache = if cache == "no-folder" { PathBuf::from("/dev/null") } else { self.folder.join(cache) };
        command.env("XDG_CACHE_HOME", cache).args(["--actor", "ann", "--as", "ASW"]);
        command.args([verb, &CaseNumber(case as u64).to_string()]);
        match verb {
            "do" => {
                command.args(["--set", "ics_number=123456", "--set", "child_name=A Child", "--set", "ola=Northtown"])
            }
            _ => command.arg("Seen"),
        };
        command
    }

    fn bare(&self, case: usize) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env_clear().arg("--reference").arg(self.folder.join("bare.db")).arg(&self.map).arg(case.to_string());
        command
    }
}

/// From the start of a process to its end.
fn timed(command: &mut Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    let begun = Instant::now();
    assert!(command.status().unwrap().success(), "{command:?}");
    begun.elapsed()
}

/// The median, with the least and the most.
fn spread(mut list: Vec<f64>, unit: &str) -> String {
    list.sort_by(f64::total_cmp);
    let [low, middle, high] = [0, list.len() / 2, list.len() - 1].map(|at| list[at]);
    format!("{middle:.2}{unit} ({low:.2} to {high:.2})")
}

const SCHEMA: &str = "
CREATE TABLE event (
    case_number INTEGER NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, step TEXT, actor TEXT, role TEXT,
    occurred_at TEXT NOT NULL, recorded_at TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (case_number, seq)
) STRICT;
CREATE TABLE case_now (number INTEGER PRIMARY KEY, step TEXT NOT NULL, since TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE timer (case_number INTEGER PRIMARY KEY, due_at TEXT NOT NULL, passed INTEGER NOT NULL) STRICT;
CREATE INDEX timer_due ON timer (due_at) WHERE passed = 0;
";

const CONTENT: &str = r#"{"step-done":{"timers":[{"due_at":"2022-10-05T23:00:00Z","rule":"2 days of entering"}]}}"#;
const EVENT: &str = "INSERT INTO event VALUES (?1, ?2, 'step-done', ?3, 'ann', 'ASW', '2022-10-03T08:00:00Z', '2022-10-03T08:00:00Z', ?4)";

fn opened(path: &Path) -> Connection {
    let db = Connection::open(path).unwrap();
    let _: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).unwrap();
    db.pragma_update(None, "synchronous", "FULL").unwrap();
    db
}

/// The bare program's file: as many events, cases and timers as the casebook has.
fn bare(path: &Path, cases: usize) {
    let mut db = opened(path);
    db.execute_batch(SCHEMA).unwrap();
    let tx = db.transaction().unwrap();
    for case in 1..=cases as i64 {
        for seq in 1..=3 {
            tx.prepare_cached(EVENT).unwrap().execute(params![case, seq, "first", CONTENT]).unwrap();
        }
        tx.prepare_cached("INSERT INTO case_now VALUES (?1, 'first', '2022-10-03T08:00:00Z', 3)")
            .unwrap()
            .execute([case])
            .unwrap();
        tx.prepare_cached("INSERT INTO timer VALUES (?1, '2023-07-30T23:00:00Z', 0)").unwrap().execute([case]).unwrap();
    }
    tx.commit().unwrap();
}

/// The bare program: opens the file, reads a map, writes one advance.
fn reference(db: &str, map: &str, case: &str) {
    let mut db = opened(Path::new(db));
    let map: serde_yaml::Value = serde_yaml::from_str(&std::fs::read_to_string(map).unwrap()).unwrap();
    let step = map["steps"].as_mapping().unwrap().keys().next().unwrap().as_str().unwrap();
    let case: i64 = case.parse().unwrap();
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let seq: i64 = tx.query_row("SELECT step, seq FROM case_now WHERE number = ?1", [case], |row| row.get(1)).unwrap();
    tx.execute(EVENT, params![case, seq + 1, step, CONTENT]).unwrap();
    tx.execute(
        "UPDATE case_now SET step = ?2, since = '2022-10-03T08:00:00Z', seq = ?3 WHERE number = ?1",
        params![case, step, seq + 1],
    )
    .unwrap();
    tx.execute("INSERT OR REPLACE INTO timer VALUES (?1, '2022-10-05T23:00:00Z', 0)", [case]).unwrap();
    tx.commit().unwrap();
}
