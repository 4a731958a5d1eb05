//! A process that is killed leaves all of a command or none of it, wherever the kill strikes: between any two writes, just
//! before the commit, just after, at a time that nobody chose. The kill is real (SIGKILL to a child process).
//!
//! The child is this very test program, started again with a variable that says what it is to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "the child is told by its environment what it is")]

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use mapcase_case::{Act, CaseNumber};
use mapcase_engine::engine::Answer;
use support::*;

const STORY: &str = "MAPCASE_CRASH_STORY";
const CASEBOOK: &str = "MAPCASE_CRASH_CASEBOOK";

/// What is awaited from a child at most: far more than it ever needs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Something that is done with a casebook and must be done as a whole or not at all.
struct Story {
    name: &'static str,
    /// Brings an empty casebook to where the story begins.
    prepare: fn(&Bench),
    /// When the story happens.
    now: &'static str,
    act: fn(&mut mapcase_engine::Engine) -> Option<Answer>,
}

const REQUEST: Option<&str> = Some("the-request");

const STORIES: [Story; 6] = [
    Story {
        name: "open",
        prepare: |_| {},
        now: "2022-10-03 09:00",
        act: |engine| {
            let record = [("child", "Ada One"), ("home", "Elm Street 1"), ("number", "12345")];
            Some(engine.open(&opening(&record), REQUEST).unwrap())
        },
    },
    Story {
        name: "do",
        prepare: |bench| {
            bench.at("2022-10-03 09:00").open(&opening(&[("child", "Ada One")]), None).unwrap();
        },
        now: "2022-10-03 10:00",
        act: |engine| Some(engine.command(CaseNumber(1), &by("ann", prepare()), REQUEST).unwrap()),
    },
    Story {
        name: "hand-over",
        prepare: to_decision,
        now: "2022-10-04 10:00",
        act: |engine| Some(engine.command(CaseNumber(1), &by("ann", answer("no")), REQUEST).unwrap()),
    },
    Story {
        name: "call",
        prepare: to_decision,
        now: "2022-10-04 10:00",
        act: |engine| Some(engine.command(CaseNumber(1), &by("ann", answer("yes")), REQUEST).unwrap()),
    },
    Story {
        name: "timers-then-do",
        prepare: several_families,
        now: "2022-10-20 09:00",
        act: |engine| Some(engine.command(CaseNumber(2), &by("ann", plain_do()), REQUEST).unwrap()),
    },
    Story {
        name: "tick",
        prepare: several_families,
        now: "2022-10-20 09:00",
        act: |engine| {
            assert!(engine.tick(|_, _| {}).unwrap().faults.is_empty());
            None
        },
    },
];

fn story(name: &str) -> &'static Story {
    STORIES.iter().find(|story| story.name == name).unwrap()
}

fn to_decision(bench: &Bench) {
    let mut engine = bench.at("2022-10-03 09:00");
    engine.open(&opening(&[("child", "Ada One")]), None).unwrap();
    run(&mut engine, 1, prepare());
    assert_eq!(run(&mut engine, 1, receive()).step, "decide");
}

/// Three families that wait for a reply that never comes: by the 20th each has lapsed, is late and has started another case.
fn several_families(bench: &Bench) {
    for (case, opened) in [(1, "2022-10-03 09:00"), (2, "2022-10-03 10:00"), (3, "2022-10-04 09:00")] {
        let mut engine = bench.at(opened);
        engine.open(&opening(&[("child", "Ada One")]), None).unwrap();
        assert_eq!(run(&mut engine, case, prepare()).step, "reply");
    }
}

/// In a child: does what it is told, and stops at each write until it may go on. Otherwise nothing.
#[test]
fn child() {
    let (Ok(name), Ok(path)) = (std::env::var(STORY), std::env::var(CASEBOOK)) else { return };
    let path = PathBuf::from(path);
    if name == "many" {
        return many(&path, say);
    }
    let story = story(&name);
    let mut engine = engine(&path, &atlas(), story.now).unwrap();
    engine
        .watch_writes(|table| {
            say(table);
            wait();
        })
        .unwrap();
    (story.act)(&mut engine);
    say("done");
    // The casebook is still open when the kill comes.
    wait();
    drop(engine);
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    // A parent that is gone hears nothing, and the child goes too.
    if writeln!(out, "\n@{what}").and_then(|()| out.flush()).is_err() {
        std::process::abort();
    }
}

fn wait() {
    let mut line = String::new();
    if !matches!(std::io::stdin().read_line(&mut line), Ok(1..)) {
        std::process::abort();
    }
}

/// A child, and what it says.
struct Running {
    child: Child,
    input: ChildStdin,
    said: Receiver<String>,
}

impl Running {
    fn start(story: &str, path: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(STORY, story)
            .env(CASEBOOK, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (say, said) = channel();
        std::thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            for line in lines.filter_map(|line| line.strip_prefix('@').map(str::to_string)) {
                if say.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, input, said }
    }

    /// The next thing that the child says; nothing once it has ended.
    fn next(&self) -> Option<String> {
        match self.said.recv_timeout(PATIENCE) {
            Ok(said) => Some(said),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the child says nothing"),
        }
    }

    fn go_on(&mut self) {
        self.input.write_all(b"\n").unwrap();
    }

    /// SIGKILL on Unix.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A casebook as the story finds it, its copies, and how it must stand after.
struct Scene {
    bench: Bench,
    story: &'static Story,
    before: Dump,
    /// As it may stand after a kill, from first to last: a tick writes family by family.
    states: Vec<Dump>,
}

impl Scene {
    fn new(name: &str) -> Self {
        let (bench, story) = (Bench::new(), story(name));
        (story.prepare)(&bench);
        let scene = Self { before: dump(&bench.path()), bench, story, states: Vec::new() };
        let (_, path) = scene.copy("reference");
        let mut engine = engine(&path, &scene.bench.atlas, story.now).unwrap();
        let mut states = vec![dump_but_for_salts(&path)];
        if name == "tick" {
            engine.tick(|_, _| states.push(dump_but_for_salts(&path))).unwrap();
        } else {
            (story.act)(&mut engine);
        }
        states.push(dump_but_for_salts(&path));
        states.dedup();
        Self { states, ..scene }
    }

    /// A copy of the casebook in a folder of its own, with what the `-wal` and `-shm` beside it would be called.
    fn copy(&self, folder: &str) -> (PathBuf, PathBuf) {
        let folder = self.bench.folder.path().join(folder);
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("casebook.db");
        std::fs::copy(self.bench.path(), &path).unwrap();
        (folder, path)
    }

    fn last(&self) -> &Dump {
        self.states.last().unwrap()
    }

    /// The casebook opens, verifies and holds one of the states; doing the same again brings it to the last. Says which it was.
    #[track_caller]
    fn check(&self, path: &Path, when: &str) -> usize {
        let mut engine = engine(path, &self.bench.atlas, self.story.now).unwrap();
        assert_sound(&engine);
        let found = dump_but_for_salts(path);
        let state = self.states.iter().position(|state| *state == found);
        let state = state.unwrap_or_else(|| {
            panic!("{} {when}: neither before nor after:\n{}", self.story.name, difference(&self.states[0], &found))
        });
        if state == 0 {
            assert!(dump(path) == self.before, "{} {when}: not as before, byte for byte", self.story.name);
        }
        let answer = (self.story.act)(&mut engine);
        let after = dump_but_for_salts(path);
        assert!(after == *self.last(), "{} {when}, then again:\n{}", self.story.name, difference(self.last(), &after));
        assert_sound(&engine);
        if let Some(answer) = answer {
            assert_eq!(Some(answer), (self.story.act)(&mut engine));
        }
        state
    }
}

/// Lets a child go on `n` times and kills it at its next write, for each `n` until it gets to its end; and kills it there too.
fn kill_at_every_write(name: &str, rows: &[&str]) {
    let scene = Scene::new(name);
    let mut seen = BTreeSet::new();
    let mut reached = BTreeSet::new();
    for n in 0.. {
        let (folder, path) = scene.copy(&n.to_string());
        let mut child = Running::start(name, &path);
        let mut at = child.next().unwrap();
        for _ in 0..n {
            child.go_on();
            at = child.next().unwrap();
        }
        child.kill();
        let state = scene.check(&path, &format!("killed at write {n} ({at})"));
        reached.insert(state);
        std::fs::remove_dir_all(folder).unwrap();
        if at == "done" {
            assert_eq!(state + 1, scene.states.len(), "what was acknowledged is there");
            break;
        }
        assert!(state + 1 < scene.states.len() || name == "tick", "a kill before the commit leaves nothing");
        seen.insert(at);
    }
    for row in rows {
        assert!(seen.contains(*row), "{name} never stopped at {row}: {seen:?}");
    }
    assert_eq!(reached.len(), scene.states.len(), "each state was met");
}

#[test]
fn opening_a_case_is_whole_or_not_at_all() {
    kill_at_every_write("open", &["event", "personal_value", "map_revision", "request", "case_now", "timer", "commit"]);
}

#[test]
fn doing_a_step_with_fields_and_evidence_is_whole_or_not_at_all() {
    kill_at_every_write("do", &["event", "personal_value", "request", "case_now", "timer", "worklist", "commit"]);
}

#[test]
fn a_hand_over_is_whole_or_not_at_all() {
    kill_at_every_write("hand-over", &["event", "personal_value", "map_revision", "request", "case_now", "commit"]);
}

#[test]
fn a_call_is_whole_or_not_at_all() {
    kill_at_every_write("call", &["event", "personal_value", "map_revision", "request", "case_now", "commit"]);
}

#[test]
fn timers_that_fire_before_a_command_are_written_with_it() {
    kill_at_every_write(
        "timers-then-do",
        &["event", "map_revision", "request", "case_now", "timer", "worklist", "commit"],
    );
}

#[test]
fn a_tick_is_whole_or_not_at_all_for_each_family() {
    kill_at_every_write("tick", &["event", "map_revision", "case_now", "timer", "worklist", "commit"]);
}

/// The power fails while the write-ahead log is being written: whatever part of it reached the disk, the command is there as a
/// whole or not at all.
#[test]
fn a_log_that_was_cut_off_anywhere_holds_the_command_or_nothing_of_it() {
    for name in ["open", "do", "hand-over", "timers-then-do"] {
        let scene = Scene::new(name);
        let (_, path) = scene.copy("whole");
        let mut engine = engine(&path, &scene.bench.atlas, scene.story.now).unwrap();
        (scene.story.act)(&mut engine);
        let log = bytes(&beside(&path, "-wal"));
        let file = bytes(&path);
        drop(engine);
        // A log has a header of 32 bytes and frames of 24 bytes and a page each.
        let frames = (log.len() - 32) / (24 + 4096);
        assert_eq!(log.len(), 32 + frames * (24 + 4096));
        let starts = (0..=frames).map(|frame| 32 + frame * (24 + 4096));
        let cuts = starts.flat_map(|start| [start.saturating_sub(1), start, start + 1, start + 24, start + 2000]);
        let mut cuts: BTreeSet<usize> = cuts.filter(|cut| *cut < log.len()).collect();
        cuts.extend([0, 31, log.len()]);
        for cut in cuts {
            let (folder, path) = scene.copy(&cut.to_string());
            write(&path, &file);
            write(&beside(&path, "-wal"), &log[..cut]);
            let state = scene.check(&path, &format!("log cut off at {cut} of {}", log.len()));
            assert_eq!(state, usize::from(cut == log.len()), "{name}, cut off at {cut}");
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    PathBuf::from(format!("{}{end}", path.display()))
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

const MANY: usize = 80;

/// Many commands in a row, each with a request id of its own; `tell` hears of each that was acknowledged.
fn many(path: &Path, tell: impl Fn(&str)) {
    let mut engine = engine(path, &atlas(), "2022-10-03 09:00").unwrap();
    let mut case = CaseNumber(0);
    for number in 0..MANY {
        let id = format!("request-{number:03}");
        let act = match number % 5 {
            0 => {
                case = engine.open(&opening(&[("child", "Ada One")]), Some(&id)).unwrap().case.parse().unwrap();
                tell(&id);
                continue;
            }
            1 => prepare(),
            2 => Act::Note("the second letter has gone out".to_string()),
            3 => receive(),
            _ => answer(if number % 2 == 0 { "yes" } else { "no" }),
        };
        engine.command(case, &by("ann", act), Some(&id)).unwrap();
        tell(&id);
    }
    tell("done");
}

/// Kills at times that nobody chose: some way into the commands, and some hundreds of microseconds on.
#[test]
fn whenever_the_kill_comes_what_was_acknowledged_is_there_and_nothing_by_halves() {
    let bench = Bench::new();
    let path = bench.path();
    let mut dice: u64 = 2_022;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    for round in 0..20 {
        let child = Running::start("many", &path);
        let mut acknowledged = 0;
        for _ in 0..round * 3 + roll(4) {
            match child.next() {
                Some(said) if said == "done" => break,
                Some(_) => acknowledged += 1,
                None => panic!("the child ended by itself"),
            }
        }
        let (from, pause) = (Instant::now(), Duration::from_micros(roll(1_500)));
        while from.elapsed() < pause {
            std::hint::spin_loop();
        }
        child.kill();
        let engine = bench.at("2022-10-03 09:00");
        assert_sound(&engine);
        let requests = &dump(&path)["request"];
        assert!(requests.len() >= acknowledged, "round {round}: {acknowledged} acknowledged, {} kept", requests.len());
        for (number, row) in requests.iter().enumerate() {
            assert!(row.starts_with(&format!("id=request-{number:03} ")), "round {round}: {row}");
        }
    }
    many(&path, |_| {});
    let quiet = Bench::new();
    many(&quiet.path(), |_| {});
    let (found, right) = (dump_but_for_salts(&path), dump_but_for_salts(&quiet.path()));
    assert!(found == right, "{}", difference(&right, &found));
    assert_eq!(found["request"].len(), MANY);
}
