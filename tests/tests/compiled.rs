//! A compiled atlas changes nothing but how long a command takes: the same commands print the same, byte for byte, with none,
//! a new one, one that is there, a damaged one and one of other files; and what is changed in the files is never missed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "the tests damage files")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::{Ran, Sandbox};

/// Commands that act and that read, and some that are refused.
const LINES: [&str; 12] = [
    "map list",
    "init --simulated --now 2022-11-02T09:00:00Z",
    "open permit --as RES --set plate=AB12CDE --set resident=Ann --set zone=north --set moved_in=2022-10-01 --set disabled=no",
    "open permit --as Nobody",
    "open no-such-map",
    "show 1R",
    "do 1R --as CLK",
    "note 1R Seen",
    "work --role CLK",
    "due",
    "history 1R",
    "audit verify",
];

fn run(sandbox: &Sandbox, cache: &str, line: &str) -> Ran {
    let words: Vec<&str> = line.split_whitespace().collect();
    Ran::from(sandbox.command(&words).env("XDG_CACHE_HOME", sandbox.path(cache)).output().unwrap())
}

fn shown(ran: &Ran) -> (i32, &str, &str) {
    (ran.code, &ran.stdout, &ran.stderr)
}

fn compiled(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.path(".cache/mapcase")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Nothing is kept where a folder cannot be made: a file has its name.
fn without(sandbox: &Sandbox) -> &'static str {
    sandbox.write(".none", "");
    ".none"
}

#[test]
fn every_command_prints_the_same_with_a_compiled_atlas() {
    let (with, bare) = (Sandbox::small(), Sandbox::small());
    let none = without(&bare);
    for (at, line) in LINES.into_iter().enumerate() {
        let expected = run(&bare, none, line);
        let found = run(&with, ".cache", line);
        assert_eq!(shown(&found), shown(&expected), "{line}");
        // The first command keeps it; later ones find it, or one that is damaged, or none.
        let files = compiled(&with);
        assert_eq!(files.len(), 1, "{line}: {files:?}");
        match at % 4 {
            1 => fs::remove_file(&files[0]).unwrap(),
            2 => fs::write(&files[0], b"mapcase compiled and not much more").unwrap(),
            3 => {
                let mut bytes = fs::read(&files[0]).unwrap();
                let last = bytes.len() - 1 - at * 100;
                bytes[last] ^= 1;
                fs::write(&files[0], bytes).unwrap();
            }
            _ => {}
        }
    }
    assert!(compiled(&bare).is_empty());
}

/// Wherever a byte of it is another one, nobody is told anything else.
#[test]
fn a_damaged_compiled_atlas_is_never_believed() {
    let sandbox = Sandbox::small();
    let line = "map show permit";
    let expected = run(&sandbox, ".cache", line);
    let [file] = &compiled(&sandbox)[..] else { panic!("one file is kept") };
    let whole = fs::read(file).unwrap();
    for part in 0..40 {
        let mut bytes = whole.clone();
        let at = part * (bytes.len() - 1) / 39;
        bytes[at] ^= 0x20;
        fs::write(file, &bytes).unwrap();
        assert_eq!(shown(&run(&sandbox, ".cache", line)), shown(&expected), "byte {at}");
        fs::write(file, &whole[..at]).unwrap();
        assert_eq!(shown(&run(&sandbox, ".cache", line)), shown(&expected), "cut off at {at}");
    }
    fs::write(file, "not one").unwrap();
    run(&sandbox, ".cache", line);
    assert!(fs::read(file).unwrap() == whole, "it was made anew, and is the same");
}

#[test]
fn a_changed_an_added_and_a_removed_file_are_seen_at_once() {
    let sandbox = Sandbox::small();
    let list = || sandbox.line("map list --format json").stdout;
    let first = list();
    let file = sandbox.path("processes/maps/permit.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let stamp = fs::metadata(&file).unwrap().modified().unwrap();
    // As long as before, and with the times that it had.
    let title = text.lines().find_map(|line| line.strip_prefix("title: ")).unwrap();
    let other = format!("{}X", title.strip_suffix(title.chars().last().unwrap()).unwrap());
    fs::write(&file, text.replacen(title, &other, 1)).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(stamp).unwrap();
    assert!(list().contains(&other), "a changed file");
    fs::write(&file, &text).unwrap();
    assert_eq!(list(), first, "and back");
    sandbox.write("processes/other.yaml", text.replacen("map: permit", "map: other", 1));
    assert!(list().contains("\"other\""), "an added file");
    fs::rename(sandbox.path("processes/other.yaml"), sandbox.path("processes/another.yaml")).unwrap();
    assert!(list() != first, "another name");
    fs::remove_file(sandbox.path("processes/another.yaml")).unwrap();
    assert_eq!(list(), first, "a removed file");
    fs::write(&file, text.replacen("kind: end", "kind: and", 1)).unwrap();
    assert!(!list().contains("\"permit\"") || list() != first, "a map in error");
    fs::write(sandbox.path("processes/atlas.yaml"), "atlas: [").unwrap();
    let ran = sandbox.line("map list");
    assert!(ran.code == 1 && ran.stderr.contains("its atlas.yaml has errors"), "{ran:?}");
}

/// A case is opened and done by a compiled atlas: what the casebook keeps of the map is what a check would have given.
#[test]
fn the_casebook_keeps_the_same_map_from_a_compiled_atlas() {
    let kept = |cache: &str| {
        let sandbox = Sandbox::small();
        without(&sandbox);
        for line in [
            "map list",
            "init --simulated --now 2022-11-02T09:00:00Z",
            "open permit --as RES --set plate=AB12CDE --set resident=Ann --set zone=north --set moved_in=2022-10-01 --set disabled=no",
        ] {
            assert_eq!(run(&sandbox, cache, line).code, 0);
        }
        let db = rusqlite::Connection::open(sandbox.path("casebook.db")).unwrap();
        let sql = "SELECT digest, map, revision, meaning, text FROM map_revision";
        let row = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(3)?, row.get::<_, String>(4)?))
        };
        db.query_row(sql, [], row).unwrap()
    };
    assert_eq!(kept(".cache"), kept(".none"));
}

#[test]
fn no_more_than_sixteen_are_kept() {
    let sandbox = Sandbox::small();
    for nth in 0..20 {
        sandbox.write("processes/note.yaml", format!("# {nth}\n"));
        sandbox.line("map list");
    }
    assert_eq!(compiled(&sandbox).len(), 16);
}

/// Others could put there what they like.
#[cfg(unix)]
#[test]
fn a_folder_that_others_can_write_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::small();
    sandbox.line("map list");
    let folder = sandbox.path(".cache/mapcase");
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let files = compiled(&sandbox);
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    fs::write(&files[0], "not one").unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(sandbox.line("map list").code, 0);
    assert_eq!(fs::read(&files[0]).unwrap(), b"not one", "neither read nor written");
}

/// Every map of this project's atlas comes back as it was: one that did not would not be kept.
#[test]
fn the_real_atlas_is_kept() {
    let sandbox = Sandbox::real();
    let first = sandbox.line("map list");
    assert_eq!(compiled(&sandbox).len(), 1);
    assert_eq!(shown(&sandbox.line("map list")), shown(&first));
}
