//! Files and folders that are not what a casebook needs: each has an error of its own, and what can be read is read.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;

use crate::common::{Ran, Sandbox};
use crate::stage::{all, begun, open};

const NOBODY: u32 = 65_534;

/// Runs a line as somebody whom permissions bind: the superuser is bound by none.
fn as_somebody(sandbox: &Sandbox, line: &str) -> Ran {
    let mut command = sandbox.command(&line.split(' ').collect::<Vec<_>>());
    if is_superuser(sandbox) {
        // The program itself may stand where others may not go.
        let program = sandbox.path("program");
        if !program.exists() {
            fs::copy(env!("CARGO_BIN_EXE_mapcase-under-test"), &program).unwrap();
        }
        let mut other = std::process::Command::new(program);
        other.args(command.get_args()).current_dir(sandbox.path(".")).env_clear();
        other.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        other.uid(NOBODY).gid(NOBODY);
        command = other;
    }
    loop {
        match command.output() {
            // Another thread has just started a program, with the copy still open for writing.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
            output => return Ran::from(output.unwrap()),
        }
    }
}

fn is_superuser(sandbox: &Sandbox) -> bool {
    fs::metadata(sandbox.path(".")).unwrap().uid() == 0
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A casebook in a folder of its own that somebody else may look at.
fn kept() -> Sandbox {
    let sandbox = begun();
    open(&sandbox, ["KEPT".to_string()]);
    fs::create_dir(sandbox.path("kept")).unwrap();
    fs::rename(sandbox.path("casebook.db"), sandbox.path("kept/casebook.db")).unwrap();
    mode(&sandbox.path("."), 0o755);
    sandbox
}

const READING: [&str; 8] = [
    "show 1R",
    "list",
    "work",
    "due",
    "history 1R",
    "audit verify",
    "audit replay 1R",
    "map draw --case 1R --format svg",
];

const WRITING: [&str; 5] =
    ["note 1R x", "do 1R --as CLK", "tick --now 2022-10-07", "casebook rebuild", "batch lines.jsonl"];

#[track_caller]
fn says_that_it_is_read_only(ran: &Ran) {
    assert_eq!(ran.code, 3, "{}", ran.shown());
    let said = ran.printed().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the casebook cannot be written: the file, its folder, or what stands beside it (`-wal`, `-shm`) is read-only"), "{said}");
    assert!(said.contains("commands that only read work all the same"), "{said}");
}

/// The modes of the file and of its folder, and whether a log stands beside it.
#[test]
fn what_may_not_be_written_can_be_read() {
    for (file, folder) in [(0o444, 0o555), (0o444, 0o777), (0o666, 0o555)] {
        let sandbox = kept();
        sandbox.write("lines.jsonl", r#"{"command":"note","case":"1R","text":"x"}"#);
        let (book, above) = (sandbox.path("kept/casebook.db"), sandbox.path("kept"));
        let before = fs::read(&book).unwrap();
        mode(&book, file);
        mode(&above, folder);
        for line in READING {
            let ran = as_somebody(&sandbox, &format!("{line} --casebook kept/casebook.db"));
            assert_eq!(ran.code, 0, "{line} with {file:o} in {folder:o}: {}", ran.shown());
        }
        for line in WRITING {
            let ran = as_somebody(&sandbox, &format!("{line} --casebook kept/casebook.db"));
            says_that_it_is_read_only(&ran);
        }
        assert!(before == fs::read(&book).unwrap(), "the file was changed");
        mode(&above, 0o777);
        mode(&book, 0o666);
        // SQLite gives what it keeps beside the file the permissions of the file.
        for entry in fs::read_dir(&above).unwrap() {
            mode(&entry.unwrap().path(), 0o666);
        }
        let ran = as_somebody(&sandbox, "note 1R x --casebook kept/casebook.db");
        assert_eq!(ran.code, 0, "{}", ran.shown());
    }
}

/// While somebody who may write has it open, who may only read sees what that has written.
#[test]
fn who_may_only_read_sees_what_others_have_just_written() {
    let sandbox = kept();
    let (book, above) = (sandbox.path("kept/casebook.db"), sandbox.path("kept"));
    let other = rusqlite::Connection::open(&book).unwrap();
    other.query_row("SELECT count(*) FROM event", [], |_| Ok(())).unwrap();
    sandbox.done(["note 1R fresh --casebook kept/casebook.db"]);
    assert!(fs::metadata(sandbox.path("kept/casebook.db-wal")).unwrap().len() > 0);
    mode(&book, 0o444);
    mode(&above, 0o555);
    for end in ["-wal", "-shm"] {
        mode(&sandbox.path(&format!("kept/casebook.db{end}")), 0o444);
    }
    let ran = as_somebody(&sandbox, "history 1R --casebook kept/casebook.db");
    assert!(ran.code == 0 && ran.stdout.contains("fresh"), "{}", ran.shown());
    drop(other);
}

#[test]
fn a_log_that_cannot_be_read_is_never_passed_over() {
    let sandbox = kept();
    let (book, above) = (sandbox.path("kept/casebook.db"), sandbox.path("kept"));
    // A copy of a casebook in use, with its log: what stands in the log is not in the file.
    let other = rusqlite::Connection::open(&book).unwrap();
    other.query_row("SELECT count(*) FROM event", [], |_| Ok(())).unwrap();
    sandbox.done(["note 1R fresh --casebook kept/casebook.db"]);
    fs::create_dir(sandbox.path("copy")).unwrap();
    for end in ["", "-wal"] {
        fs::copy(sandbox.path(&format!("kept/casebook.db{end}")), sandbox.path(&format!("copy/casebook.db{end}")))
            .unwrap();
    }
    drop(other);
    mode(&sandbox.path("copy/casebook.db"), 0o444);
    mode(&sandbox.path("copy"), 0o555);
    let ran = as_somebody(&sandbox, "history 1R --casebook copy/casebook.db");
    let told = ran.code == 0 && ran.stdout.contains("fresh");
    assert!(told || ran.code == 3, "{}", ran.shown());
    if ran.code == 3 {
        assert!(ran.stderr.contains("help: "), "{}", ran.shown());
    }
    mode(&sandbox.path("copy"), 0o755);
    let _ = above;
}

#[test]
fn what_is_no_casebook_is_called_so() {
    let sandbox = begun();
    sandbox.write("text.db", "not a casebook, and long enough to be looked at. ".repeat(40));
    sandbox.write("empty.db", "");
    fs::create_dir(sandbox.path("folder")).unwrap();
    let other = rusqlite::Connection::open(sandbox.path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(other);
    for (name, said) in [
        ("text.db", "text.db is not a casebook: it is not an SQLite file"),
        ("empty.db", "empty.db is not a casebook: it is empty"),
        ("folder", "folder is not a casebook: it is a folder"),
        ("other.db", "other.db is not a casebook: its header does not say that it is one"),
        ("missing.db", "there is no casebook at missing.db"),
        ("missing/casebook.db", "there is no casebook at missing/casebook.db"),
    ] {
        let before = fs::read(sandbox.path(name)).ok();
        for line in ["list", "note 1R x", "audit verify", "tick"] {
            let ran = sandbox.line(&format!("{line} --casebook {name}"));
            let words = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(ran.code == 3 && words.contains(said) && words.contains("help: "), "{line}: {}", ran.shown());
        }
        assert!(before == fs::read(sandbox.path(name)).ok(), "{name} was changed");
    }
    let lost = sandbox.line("init --casebook missing/casebook.db");
    assert!(lost.code == 3 && lost.stderr.contains("missing: there is no such folder"), "{}", lost.shown());
    let there = sandbox.line("init --casebook text.db");
    assert!(there.code == 1 && there.stderr.contains("exists already"), "{}", there.shown());
}

#[test]
fn a_folder_that_may_not_be_written_takes_no_new_casebook() {
    let sandbox = kept();
    mode(&sandbox.path("kept"), 0o555);
    let before = all(&sandbox.path("kept/casebook.db"));
    let ran = as_somebody(&sandbox, "init --casebook kept/new.db");
    assert_eq!(ran.code, 3, "{}", ran.shown());
    assert!(ran.stderr.contains("help: "), "{}", ran.shown());
    assert!(before == all(&sandbox.path("kept/casebook.db")));
    mode(&sandbox.path("kept"), 0o700);
    let hidden = as_somebody(&sandbox, "list --casebook kept/casebook.db");
    if is_superuser(&sandbox) {
        assert!(hidden.code == 3 && hidden.stderr.contains("Permission denied"), "{}", hidden.shown());
    }
}
