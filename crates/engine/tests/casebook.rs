//! Making and opening casebooks, whatever the file is or has become; what is kept in them and what is not; who writes at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "the files are damaged on purpose; a child is told by its environment")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier};

use mapcase_case::{Act, CaseNumber, RefusalKind};
use mapcase_engine::{Casebook, Engine, Error, Making, hash};
use rusqlite::Connection;
use support::*;

const NOW: &str = "2022-10-20 09:00";

fn making() -> Making {
    Making { simulated: true, now: at(MADE) }
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .map(|path| (path.clone(), if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() }))
        .collect();
    files.sort();
    files
}

/// Opening fails, and leaves the folder as it was, byte for byte.
#[track_caller]
fn refuses(path: &Path) -> Error {
    let before = contents(path.parent().unwrap());
    let error = Casebook::open(path).map(|_| ()).unwrap_err();
    assert!(before == contents(path.parent().unwrap()), "opening changed something: {error}");
    error
}

#[track_caller]
fn is_no_casebook(path: &Path, why: &str) {
    let error = refuses(path);
    assert!(matches!(error, Error::NotACasebook { .. }), "{error:?}");
    assert!(error.to_string().contains(why), "{error}");
}

#[test]
fn what_is_not_a_casebook_is_said_to_be_none_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    assert!(matches!(refuses(&path("missing.db")), Error::NoCasebook(_)));
    assert!(matches!(refuses(&path("missing.db")), Error::NoCasebook(at) if at == path("missing.db")));
    std::fs::create_dir(path("folder")).unwrap();
    is_no_casebook(&path("folder"), "it is a folder");
    std::fs::write(path("empty"), b"").unwrap();
    is_no_casebook(&path("empty"), "it is empty");
    std::fs::write(path("text"), "no casebook\n".repeat(5_000)).unwrap();
    is_no_casebook(&path("text"), "it is not an SQLite file");
    for short in [&b"x"[..], b"map: review\n", b"SQLite format 3\0"] {
        std::fs::write(path("short"), short).unwrap();
        is_no_casebook(&path("short"), "it is too short");
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_no_casebook() {
    let error = Casebook::open(Path::new("/dev/null")).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("it is not an ordinary file"), "{error}");
}

#[test]
fn a_database_of_another_program_is_left_as_it_is_with_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    is_no_casebook(&path, "its header does not say that it is one");
    // And one that crashed: its last writes are in its log, and a program that opened it would bring them over.
    other.execute_batch("PRAGMA journal_mode = WAL; INSERT INTO t VALUES (2)").unwrap();
    let crashed = tempfile::tempdir().unwrap();
    for end in ["", "-wal"] {
        let from = format!("{}{end}", path.display());
        std::fs::copy(from, crashed.path().join(format!("other.db{end}"))).unwrap();
    }
    drop(other);
    is_no_casebook(&crashed.path().join("other.db"), "its header does not say that it is one");
}

#[test]
fn a_newer_casebook_is_left_as_it_is() {
    let bench = Bench::new();
    bench.rogue().pragma_update(None, "user_version", 7).unwrap();
    let error = refuses(&bench.path());
    assert!(matches!(error, Error::Newer { found: 7, known: 3, .. }), "{error:?}");
    assert!(error.to_string().contains("its schema is 7, this one knows 3"), "{error}");
}

#[test]
fn a_schema_that_no_casebook_has_is_damage() {
    for version in [0, -1] {
        let bench = Bench::new();
        bench.rogue().pragma_update(None, "user_version", version).unwrap();
        assert!(matches!(refuses(&bench.path()), Error::Damaged(_)), "{version}");
    }
    for table in TABLES {
        let bench = Bench::new();
        populate(&bench);
        bench.rogue().execute_batch(&format!("PRAGMA foreign_keys = OFF; DROP TABLE {table}")).unwrap();
        match engine(&bench.path(), &bench.atlas, NOW).and_then(|engine| engine.verify(None, |_, _| {})) {
            Ok(report) => {
                let what = format!("the table `{table}` was taken out of the schema");
                assert!(report.findings.iter().any(|finding| finding.what == what), "{table}: {report:?}");
            }
            Err(error) => assert!(matches!(error, Error::Damaged(_)), "{table}: {error:?}"),
        }
    }
}

#[test]
fn a_casebook_that_was_cut_off_anywhere_is_damaged() {
    let bench = Bench::new();
    populate(&bench);
    let whole = std::fs::read(bench.path()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casebook.db");
    let pages = (0..whole.len() / 4096).flat_map(|page| [page * 4096, page * 4096 + 1, page * 4096 + 2_222]);
    let mut lengths: BTreeSet<usize> = pages.collect();
    lengths.extend((0..120).chain([511, 512, 513]).chain([whole.len() - 1, whole.len() - 4095]));
    for length in lengths {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = refuses(&path);
        let right = matches!(error, Error::Damaged(_)) || length < 512 && matches!(error, Error::NotACasebook { .. });
        assert!(right, "{length} bytes of {}: {error:?}", whole.len());
    }
    std::fs::write(&path, &whole).unwrap();
    assert_sound(&engine(&path, &bench.atlas, NOW).unwrap());
    // Something behind the end is nobody's, and harms nothing.
    std::fs::write(&path, [&whole[..], &[7; 5_000]].concat()).unwrap();
    assert_sound(&engine(&path, &bench.atlas, NOW).unwrap());
}

/// Everything that can be read is read; gives back what is wrong.
fn read_all(engine: &Engine) -> Result<Vec<String>, Error> {
    let found = engine.verify(None, |_, _| {})?.findings;
    let mut whats: Vec<String> = found.into_iter().map(|finding| finding.what).collect();
    engine.list(&Default::default())?;
    engine.work(None, None)?;
    engine.due(None, None)?;
    for case in engine.cases()? {
        let read = engine
            .history(case)
            .map(|_| ())
            .and(engine.view(case).map(|_| ()))
            .and(engine.replay(case, None).map(|_| ()));
        whats.extend(read.err().map(|error| error.to_string()));
    }
    Ok(whats)
}

#[test]
fn a_flipped_bit_anywhere_is_noticed_or_harms_nothing() {
    let bench = Bench::new();
    populate(&bench);
    let whole = std::fs::read(bench.path()).unwrap();
    let right = dump(&bench.path());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casebook.db");
    let (mut noticed, mut harmless) = (0, 0);
    let spread = (0..400).map(|place| 100 + place * (whole.len() - 100) / 400);
    for (at, place) in (0..100).chain(spread).enumerate() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (at % 8);
        std::fs::write(&path, &bytes).unwrap();
        let opened = engine(&path, &bench.atlas, NOW);
        match opened {
            Err(error) => {
                assert!(
                    matches!(
                        error,
                        Error::Damaged(_) | Error::NotACasebook { .. } | Error::Newer { .. } | Error::Clock(_)
                    ),
                    "byte {place}: {error:?}"
                );
                assert!(std::fs::read(&path).unwrap() == bytes, "byte {place}: opening changed the file: {error}");
                noticed += 1;
            }
            Ok(engine) => match read_all(&engine) {
                Ok(whats) if whats.is_empty() => {
                    drop(engine);
                    let mut found = dump(&path);
                    // No hash covers these: when it was made, the map's text, the answers to requests.
                    let mut right = right.clone();
                    for dump in [&mut found, &mut right] {
                        dump.remove("casebook");
                        dump.remove("request");
                        dump.get_mut("map_revision").unwrap().iter_mut().for_each(|row| {
                            *row = row.split(" | text=").next().unwrap().to_string();
                        });
                    }
                    assert!(found == right, "byte {place} was not noticed");
                    harmless += 1;
                }
                Ok(_) | Err(Error::Damaged(_)) => noticed += 1,
                Err(error) => panic!("byte {place}: {error:?}"),
            },
        }
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
    }
    assert!(noticed > 150, "{noticed} noticed, {harmless} harmless");
}

#[test]
fn a_casebook_is_made_where_nothing_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casebook.db");
    drop(Casebook::make(&path, making()).unwrap());
    assert_eq!(contents(folder.path()).len(), 1, "nothing is left beside it");
    let before = contents(folder.path());
    for name in ["casebook.db", "text", "empty", "inner"] {
        let path = folder.path().join(name);
        match name {
            "text" => std::fs::write(&path, "dear diary").unwrap(),
            "empty" => std::fs::write(&path, "").unwrap(),
            "inner" => std::fs::create_dir(&path).unwrap(),
            _ => {}
        }
        let error = Casebook::make(&path, making()).map(|_| ()).unwrap_err();
        assert!(matches!(&error, Error::Exists(at) if *at == path), "{name}: {error:?}");
    }
    assert_eq!(before[0], contents(folder.path())[0]);
    assert_eq!(contents(folder.path()).len(), 4);
    let error = Casebook::make(&folder.path().join("no/such/casebook.db"), making()).map(|_| ()).unwrap_err();
    assert!(matches!(&error, Error::Io { path, .. } if *path == folder.path().join("no/such")), "{error:?}");
    assert!(error.to_string().contains("there is no such folder"), "{error}");
    let error = Casebook::make(&folder.path().join("text/casebook.db"), making()).map(|_| ()).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error:?}");
}

#[test]
fn of_many_that_make_the_same_casebook_one_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casebook.db");
    let start = Barrier::new(4);
    let made: usize = std::thread::scope(|scope| {
        let make = || {
            start.wait();
            match Casebook::make(&path, making()) {
                Ok(_) => 1,
                Err(Error::Exists(_)) => 0,
                Err(error) => panic!("{error}"),
            }
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(made, 1);
    assert_sound(&engine(&path, &atlas(), NOW).unwrap());
    assert_eq!(contents(folder.path()).len(), 1);
}

#[test]
fn a_casebook_may_have_any_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["100% sure?.db", "a#b&immutable=0.db", "Zoë's cases.db", "file:x.db", " ", ":memory:"] {
        let path = folder.path().join(name);
        drop(Casebook::make(&path, making()).unwrap());
        assert!(path.is_file(), "{name}");
        assert_sound(&engine(&path, &atlas(), NOW).unwrap());
        assert!(matches!(Casebook::open(&folder.path().join(format!("{name}x"))), Err(Error::NoCasebook(_))));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_casebook_may_have_a_name_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.db"));
    drop(Casebook::make(&path, making()).unwrap());
    assert_sound(&engine(&path, &atlas(), NOW).unwrap());
}

#[test]
fn a_simulated_clock_never_goes_back_and_a_real_one_is_not_told_the_time() {
    let bench = Bench::new();
    let open = |said: Option<&str>| {
        Engine::new(Casebook::open(&bench.path()).unwrap(), Some(bench.atlas.clone()), said.map(at))
    };
    assert_eq!(open(None).unwrap().now(), at(MADE), "when it was made");
    assert_eq!(open(Some("2022-10-05 09:00")).unwrap().now(), at("2022-10-05 09:00"));
    assert_eq!(open(None).unwrap().now(), at(MADE), "reading remembers nothing");
    open(Some("2022-10-05 09:00")).unwrap().open(&opening(&[]), None).unwrap();
    assert_eq!(open(None).unwrap().now(), at("2022-10-05 09:00"), "what a command said last");
    let error = open(Some("2022-10-05 08:59")).map(|_| ()).unwrap_err();
    assert!(matches!(error, Error::Clock(_)), "{error:?}");
    assert!(error.to_string().contains("it was 2022-10-05T08:00:00Z already"), "{error}");
    open(Some("2022-10-06 09:00")).unwrap().tick(|_, _| {}).unwrap();
    assert_eq!(open(None).unwrap().now(), at("2022-10-06 09:00"), "a tick without a timer too");
    let late = open(Some("2300-01-01 09:00")).map(|_| ()).unwrap_err();
    assert!(matches!(late, Error::Clock(_)), "{late:?}");
    // A refused command does not move it.
    let mut refused = open(Some("2022-10-09 09:00")).unwrap();
    assert!(refused.command(CaseNumber(1), &by("ann", receive()), None).is_err());
    assert_eq!(open(None).unwrap().now(), at("2022-10-06 09:00"));

    let real = bench.folder.path().join("real.db");
    drop(Casebook::make(&real, Making { simulated: false, now: at(MADE) }).unwrap());
    let error = engine(&real, &bench.atlas, NOW).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("--now is for one made with `init --simulated`"), "{error}");
    let now = Engine::new(Casebook::open(&real).unwrap(), None, None).unwrap().now();
    assert!(now > at("2024-01-01"), "{now}");
}

#[test]
fn a_command_decided_earlier_and_written_later_does_not_turn_the_clock_back() {
    let bench = Bench::new();
    let (mut slow, mut quick) = (bench.at("2022-10-03 09:00"), bench.at("2022-10-03 10:00"));
    quick.open(&opening(&[]), None).unwrap();
    let error = slow.open(&opening(&[]), None).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("cannot go back"), "{error}");
    let error = slow.tick(|_, _| {}).map(|report| assert!(report.fired.is_empty())).map(|()| slow.now());
    assert!(error.is_ok());
    assert_eq!(bench.at("2022-10-03 10:00").cases().unwrap().len(), 1);
    // Without a time of its own it goes by the casebook's.
    let book = || Casebook::open(&bench.path()).unwrap();
    let mut slow = Engine::new(book(), Some(bench.atlas.clone()), None).unwrap();
    bench.at("2022-10-03 12:00").open(&opening(&[]), None).unwrap();
    slow.open(&opening(&[]), None).unwrap();
    assert_eq!(slow.now(), at("2022-10-03 12:00"));
}

const WRITER: &str = "MAPCASE_WRITER";
const EACH: usize = 25;

/// In a child: writes notes and opens cases, each with a request id. Otherwise nothing.
#[test]
fn child() {
    let Ok(told) = std::env::var(WRITER) else { return };
    let (name, path) = told.split_once(' ').unwrap();
    write_notes(Path::new(path), name);
}

fn write_notes(path: &Path, name: &str) {
    let mut engine = Engine::new(Casebook::open(path).unwrap(), Some(atlas()), None).unwrap();
    for number in 0..EACH {
        let note = Act::Note(format!("{name}-{number:03}"));
        engine.command(CaseNumber(1), &by(name, note), Some(&format!("{name}-{number}"))).unwrap();
        if number % 5 == 0 {
            engine.open(&opening(&[("child", name)]), None).unwrap();
        }
    }
}

/// A casebook that goes by the real clock, with one case.
fn real() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casebook.db");
    let book = Casebook::make(&path, Making { simulated: false, now: at(MADE) }).unwrap();
    Engine::new(book, Some(atlas()), None).unwrap().open(&opening(&[]), None).unwrap();
    (folder, path)
}

/// Every note of every writer is there once, in its writer's order; nothing is missing and nothing went back in time.
fn check_notes(path: &Path, writers: usize) {
    let engine = Engine::new(Casebook::open(path).unwrap(), Some(atlas()), None).unwrap();
    assert_sound(&engine);
    let rows = engine.history(CaseNumber(1)).unwrap();
    assert!(rows.iter().map(|row| row.event.seq).eq(1..=rows.len() as u64));
    for writer in 0..writers {
        let notes = rows.iter().filter_map(|row| match &row.event.body {
            mapcase_case::EventBody::NoteAdded { text } => text.strip_prefix(&format!("writer{writer}-")),
            _ => None,
        });
        assert!(notes.eq((0..EACH).map(|number| format!("{number:03}"))), "writer {writer}");
    }
    assert_eq!(engine.cases().unwrap(), (1..=1 + writers as u64 * 5).map(CaseNumber).collect::<Vec<_>>());
    let db = Connection::open(path).unwrap();
    let mut query = db.prepare("SELECT recorded_at FROM event ORDER BY rowid").unwrap();
    let times: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(times.is_sorted(), "what is written later is recorded later");
}

#[test]
fn threads_that_write_at_once_all_succeed() {
    let (_folder, path) = real();
    let start = Barrier::new(3);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (start, path) = (&start, &path);
            scope.spawn(move || {
                start.wait();
                write_notes(path, &format!("writer{writer}"));
            });
        }
    });
    check_notes(&path, 3);
}

#[test]
fn processes_that_write_at_once_all_succeed_while_others_read_and_tick() {
    let (_folder, path) = real();
    let start = |writer: usize| {
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--test-threads=1"])
            .env(WRITER, format!("writer{writer} {}", path.display()))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut children: Vec<_> = (0..3).map(start).collect();
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        // What a reader sees in the middle of it all is always of one moment.
        let mut engine = Engine::new(Casebook::open(&path).unwrap(), Some(atlas()), None).unwrap();
        assert_sound(&engine);
        assert!(engine.tick(|_, _| {}).unwrap().faults.is_empty());
        engine.rebuild(|_, _| {}).unwrap();
        engine.view(CaseNumber(1)).unwrap();
    }
    assert!(children.into_iter().all(|mut child| child.wait().unwrap().success()));
    check_notes(&path, 3);
}

#[test]
fn personal_values_stand_in_no_event_and_no_hash_is_of_them() {
    let names = ["Ada One", "Bo Two", "Cy Three", "Di Eight", "Di Ate", "Elm Street 1"];
    let bench = Bench::new();
    populate(&bench);
    let dump = dump(&bench.path());
    for table in TABLES {
        let found: Vec<&str> =
            names.into_iter().filter(|name| dump[table].iter().any(|row| row.contains(name))).collect();
        // They are where they must be, and nowhere else: not in the log, the answers, the lists.
        let right: &[&str] = if table == "personal_value" { &names } else { &[] };
        assert_eq!(found, right, "{table}");
    }
    let engine = bench.at(NOW);
    let mut values = 0;
    for case in engine.cases().unwrap() {
        for row in engine.history(case).unwrap() {
            // The event with the values at hand: what is hashed of it is the same as without them.
            let content = hash::canonical(&row.event);
            assert!(!names.iter().any(|name| content.contains(name)), "{content}");
            values += content.matches("commitment").count();
        }
    }
    assert!(values >= 8, "{values}");
    // The same name is committed to differently each time.
    let db = bench.rogue();
    let sql = "SELECT count(DISTINCT salt), count(*) FROM personal_value";
    let (different, all): (i64, i64) = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(different, all);
}

#[test]
fn a_map_is_kept_once_for_each_meaning_and_a_case_stays_on_its_own() {
    let bench = Bench::new();
    let with = |review: &str, now: &str| engine(&bench.path(), &atlas_of(review), now).unwrap();
    let kept = || {
        let rows = dump(&bench.path())["map_revision"].clone();
        rows.into_iter().filter(|row| row.contains("map=review")).count()
    };
    with(REVIEW, "2022-10-03 09:00").open(&opening(&[]), None).unwrap();
    assert_eq!(kept(), 1);
    let commented = REVIEW.replace("steps:", "# The steps as they are.\nnotes: [A note.]\n\nsteps:").replace(
        "{ kind: start, role: CW, title: Begin, next: prepare }",
        "\n    kind:   start\n    next:   prepare\n    title:  Begin     # as ever\n    role:   [CW]\n",
    );
    assert_ne!(commented, REVIEW);
    with(&commented, "2022-10-03 09:00").open(&opening(&[]), None).unwrap();
    assert_eq!(kept(), 1, "a comment, a note, an indent and an order mean nothing");
    let shorter = REVIEW.replace("due: 2 days", "due: 1 day").replace("revision: 1", "revision: 2");
    let mut engine = with(&shorter, "2022-10-03 09:00");
    engine.open(&opening(&[]), None).unwrap();
    assert_eq!(kept(), 2);
    let due = |engine: &Engine, case: u64| {
        let view = engine.view(CaseNumber(case)).unwrap();
        (view.state.opened.revision, view.machine.map().revision, view.state.timers[0].due.due_on.to_string())
    };
    assert_eq!(due(&engine, 1), (1, 1, "2022-10-05".to_string()));
    assert_eq!(due(&engine, 2), (1, 1, "2022-10-05".to_string()));
    assert_eq!(due(&engine, 3), (2, 2, "2022-10-04".to_string()));
    // A change without another number is another meaning all the same.
    let silent = REVIEW.replace("due: 2 days", "due: 3 days");
    with(&silent, "2022-10-03 09:00").open(&opening(&[]), None).unwrap();
    assert_eq!(kept(), 3);
    // The map changed under the old cases: they go on by their own, with the step that the new one does not have.
    let without = REVIEW
        .replace("  chase: { role: CW, title: Chase, next: decide }\n", "")
        .replace("lapsed: chase", "lapsed: decide")
        .replace("revision: 1", "revision: 3");
    let mut engine = with(&without, "2022-10-03 09:00");
    engine.open(&opening(&[]), None).unwrap();
    for case in [1, 5] {
        run(&mut engine, case, prepare());
    }
    let mut engine = with(&without, NOW);
    assert!(engine.tick(|_, _| {}).unwrap().faults.is_empty());
    assert_eq!(engine.view(CaseNumber(1)).unwrap().state.step, "chase");
    assert_eq!(engine.view(CaseNumber(5)).unwrap().state.step, "decide");
    assert_eq!(kept(), 4);
    assert_sound(&engine);
    engine.rebuild(|_, _| {}).unwrap();
    assert_sound(&engine);
}

#[test]
fn a_map_that_a_link_leads_to_is_taken_as_it_is_now() {
    let bench = Bench::new();
    let mut first = bench.at("2022-10-03 09:00");
    first.open(&opening(&[]), None).unwrap();
    run(&mut first, 1, prepare());
    run(&mut first, 1, receive());
    drop(first);
    let mut files = files(REVIEW);
    let after = files.iter_mut().find(|file| file.path == "after.yaml").unwrap();
    after.bytes = String::from_utf8(after.bytes.clone()).unwrap().replace("revision: 1", "revision: 5").into_bytes();
    let atlas = Arc::new(mapcase_map::check(&files).atlas.unwrap());
    let mut later = engine(&bench.path(), &atlas, "2022-10-04 09:00").unwrap();
    run(&mut later, 1, answer("no"));
    assert_eq!(later.view(CaseNumber(2)).unwrap().state.opened.revision, 5);
    assert_sound(&later);
}

#[test]
fn histories_are_read_without_an_atlas_and_nothing_is_opened() {
    let bench = Bench::new();
    populate(&bench);
    let with = bench.at(NOW);
    let mut without = Engine::new(Casebook::open(&bench.path()).unwrap(), None, None).unwrap();
    assert_sound(&without);
    assert_eq!(read_all(&without).unwrap(), Vec::<String>::new());
    for case in with.cases().unwrap() {
        let lines = |engine: &Engine| {
            let machine = engine.view(case).unwrap().machine;
            let rows = engine.history(case).unwrap().into_iter();
            let zone = engine.view(case).unwrap().machine.map().zone;
            rows.map(|row| mapcase_engine::describe::describe(&row.event, Some(&machine), zone)).collect::<Vec<_>>()
        };
        assert_eq!(lines(&with), lines(&without));
        assert_eq!(with.view(case).unwrap().state, without.view(case).unwrap().state);
    }
    let before = dump(&bench.path());
    let error = without.open(&opening(&[]), None).unwrap_err();
    assert!(matches!(&error, Error::Refused(refusal) if refusal.kind == RefusalKind::NoMap), "{error:?}");
    assert!(error.to_string().contains("no atlas is at hand (see --atlas)"), "{error}");
    let error = without.command(CaseNumber(8), &by("ann", Act::Note("x".to_string())), None).unwrap_err();
    assert!(error.to_string().contains("no atlas is at hand (see --atlas)"), "{error}");
    assert_eq!(before, dump(&bench.path()));
    // The projections can be made anew from the events and the kept maps alone.
    without.rebuild(|_, _| {}).unwrap();
    assert_eq!(before, dump(&bench.path()));
}

#[test]
fn the_auditors_view_says_every_event_in_words() {
    let bench = Bench::new();
    populate(&bench);
    let db = bench.rogue();
    let mut query = db.prepare("SELECT case_reference, what FROM history").unwrap();
    let rows: Vec<(Option<String>, Option<String>)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert!(rows.len() > 60, "{}", rows.len());
    assert!(
        rows.iter().all(|(case, what)| case.is_some() && what.as_ref().is_some_and(|what| what.contains(' '))),
        "{rows:#?}"
    );
    let all = rows.into_iter().filter_map(|(_, what)| what).collect::<Vec<_>>().join("\n");
    for words in
        ["opened the case in review (revision 1)", "set child, number", "the time of reply ran out", "started case 7"]
    {
        assert!(all.contains(words), "{words}: {all}");
    }
}

#[test]
fn a_case_that_is_not_there_is_said_so() {
    let bench = Bench::new();
    populate(&bench);
    let mut engine = bench.at(NOW);
    let none = CaseNumber(99);
    assert!(matches!(engine.view(none), Err(Error::NoCase(case)) if case == none));
    assert!(matches!(engine.history(none), Err(Error::NoCase(_))));
    assert!(matches!(engine.replay(none, None), Err(Error::NoCase(_))));
    assert!(matches!(engine.verify(Some(none), |_, _| {}), Err(Error::NoCase(_))));
    assert!(matches!(engine.command(none, &by("ann", plain_do()), None), Err(Error::NoCase(_))));
    let largest = CaseNumber(i64::MAX as u64);
    assert!(matches!(engine.command(largest, &by("ann", plain_do()), None), Err(Error::NoCase(_))));
}
