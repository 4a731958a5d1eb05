//! The memory that `tick` takes at the most, with 10,000 open cases and with 1,000,000, one in ten of them due. The whole command runs in
//! a process of its own, which says at its end what the system says of it (`VmHWM`, Linux only).
//!
//! `cargo bench -p mapcase-tests --bench memory` prints the table; `-- 10000 100000` measures with so many cases.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![allow(clippy::disallowed_methods, reason = "a benchmark reads and writes files of its own")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot go on stops here")]

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use mapcase_case::Opening;
use mapcase_engine::{Casebook, Engine, Making, files};
use mapcase_map::time::parse_when;
use mapcase_map::{CheckedAtlas, check};

/// So many cases are opened in one transaction.
const TOGETHER: usize = 1_000;
const BEGINS: &str = "2022-10-03 09:00";
const TICKS: &str = "2022-10-07 09:00";

const ATLAS: &str = "atlas: memory
title: Two maps
time_zone: Europe/London
calendar: plain
roles: { Worker: A worker }
themes: { t: A theme }
documents: { d: { title: A document } }
";
const CALENDAR: &str = "calendar: plain\ntitle: None\nweekend: [saturday, sunday]\ncovers: 2020..2030\nholidays: {}\n";
const MAP: &str = "map: NAME
title: To be done in time
revision: 1
theme: t
owner: Worker
review_by: 2029-01-01
source: { document: d, reading: reconstructed }
record: {}
steps:
  begun: { kind: start, title: Begun, role: Worker, next: first }
  first: { role: Worker, title: First, due: DAYS days, overdue: { tell: Worker }, next: over }
  over: { kind: end, outcome: over }
";

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == "--tick") {
        return tick(&words[at + 1..]);
    }
    let asked: Vec<usize> = words.iter().filter_map(|text| text.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 1_000_000] } else { asked };
    println!("| open cases | timers fired | answer | most memory | times the first |");
    println!("| ---: | ---: | --- | ---: | ---: |");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let atlas = atlas(folder.path());
    let mut first = [None, None];
    for cases in sizes {
        for (at, format) in ["human", "json"].into_iter().enumerate() {
            casebook(&folder.path().join("casebook.db"), &atlas, cases);
            let kib = child(folder.path(), format);
            let first = *first[at].get_or_insert(kib);
            println!(
                "| {cases} | {} | {format} | {:.1} MiB | {:.2} |",
                cases / 10,
                kib as f64 / 1024.0,
                kib as f64 / first as f64
            );
            ["", "-wal", "-shm"]
                .iter()
                .for_each(|end| drop(std::fs::remove_file(folder.path().join(format!("casebook.db{end}")))));
        }
    }
}

fn atlas(folder: &Path) -> Arc<CheckedAtlas> {
    let dir = folder.join("processes");
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("atlas.yaml"), ATLAS).unwrap();
    std::fs::write(dir.join("plain.yaml"), CALENDAR).unwrap();
    for (name, days) in [("soon", "2"), ("later", "300")] {
        std::fs::write(dir.join(format!("{name}.yaml")), MAP.replace("NAME", name).replace("DAYS", days)).unwrap();
    }
    let checked = check(&files::read_atlas_files(&dir).unwrap());
    assert!(!checked.has_errors(), "{:#?}", checked.findings);
    Arc::new(checked.atlas.unwrap())
}

/// One case in ten is due in two days, the others in 300.
fn casebook(path: &Path, atlas: &Arc<CheckedAtlas>, cases: usize) {
    let now = parse_when(BEGINS, atlas.zone()).unwrap();
    let book = Casebook::make(path, Making { simulated: true, now }).unwrap();
    let mut engine = Engine::new(book, Some(atlas.clone()), Some(now)).unwrap();
    engine.keep_up_to(0);
    let opening = |map: &str| Opening {
        map: map.to_string(),
        entry: None,
        record: Default::default(),
        actor: "ann".to_string(),
        role: None,
        at: None,
    };
    let (soon, later) = (opening("soon"), opening("later"));
    for begin in (0..cases).step_by(TOGETHER) {
        let open = |engine: &mut Engine| {
            let mut cases = begin..cases.min(begin + TOGETHER);
            cases.try_for_each(|case| engine.open(if case % 10 == 0 { &soon } else { &later }, None).map(drop))
        };
        engine.together(open).unwrap();
    }
}

/// Runs `tick` in a process of its own and gives the most memory that it had, in KiB.
fn child(folder: &Path, format: &str) -> u64 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.current_dir(folder).env_clear().args(["--tick", "mapcase", "tick", "--now", TICKS, "--format", format]);
    let ran = command.stdout(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    let told = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.success(), "{told}");
    told.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{told}"))
}

/// The command, and then what the system says of this process.
#[allow(clippy::print_stderr, reason = "standard output is the command's own")]
fn tick(words: &[String]) {
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    assert!(format!("{:?}", mapcase_cli::run_with(&words)).contains('0'));
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    eprintln!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap());
}
