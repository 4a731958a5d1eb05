//! A file of commands, as `mapcase batch` is given it: the whole command line runs.

use std::path::PathBuf;
use std::sync::OnceLock;

use mapcase_engine::{Casebook, Making};
use mapcase_map::time::parse_when;

use crate::scene;

struct Room {
    folder: tempfile::TempDir,
    empty: Vec<u8>,
}

/// The fastest folder there is for files that nobody keeps.
pub fn folder() -> tempfile::TempDir {
    let memory = PathBuf::from("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

fn room() -> &'static Room {
    static ROOM: OnceLock<Room> = OnceLock::new();
    ROOM.get_or_init(|| {
        let folder = folder();
        std::fs::create_dir(folder.path().join("atlas")).unwrap();
        for file in scene::files() {
            std::fs::write(folder.path().join("atlas").join(&file.path), &file.bytes).unwrap();
        }
        let path = folder.path().join("empty.db");
        let now = parse_when("2022-10-14 10:00", chrono_tz::Europe::London).unwrap();
        drop(Casebook::make(&path, Making { simulated: true, now }).unwrap());
        let empty = std::fs::read(&path).unwrap();
        Room { folder, empty }
    })
}

/// Gives the file to `batch`, on a fresh casebook, for people and for programs.
pub fn batch_lines(bytes: &[u8]) {
    let room = room();
    let path = |name: &str| room.folder.path().join(name).to_str().unwrap().to_string();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(path(&format!("casebook.db{end}")));
    }
    std::fs::write(path("casebook.db"), &room.empty).unwrap();
    let (format, bytes) = match bytes.split_first() {
        Some((first, rest)) if first & 1 == 1 => ("json", rest),
        Some((_, rest)) => ("human", rest),
        None => ("human", bytes),
    };
    std::fs::write(path("commands.jsonl"), bytes).unwrap();
    let (casebook, atlas, commands) = (path("casebook.db"), path("atlas"), path("commands.jsonl"));
    let words = [
        "mapcase",
        "--casebook",
        &casebook,
        "--atlas",
        &atlas,
        "--actor",
        "ann",
        "--format",
        format,
        "batch",
        &commands,
    ];
    let _ = mapcase_cli::run_with(&words.map(std::ffi::OsString::from));
}
