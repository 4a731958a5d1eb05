//! A disk on which there is no more room, and a limit on the size of files: a clear error, nothing by halves, and the command works when
//! there is room again.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{Ran, Sandbox, root};
use crate::stage::{all, assert_sound, begun, count, open};

/// A small file system of its own, in memory; gone when it is dropped.
struct Disk {
    sandbox: Sandbox,
}

impl Disk {
    /// So many KiB, mounted where the sandbox has its `disk`; nothing, where this program may not mount.
    fn of(kib: u64) -> Option<Self> {
        let sandbox = Sandbox::small();
        let disk = sandbox.path("disk");
        fs::create_dir(&disk).unwrap();
        let size = format!("size={kib}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&disk).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self { sandbox }),
            _ => {
                println!("not tried: a full disk, for this program may not mount one");
                None
            }
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.sandbox.path("disk").join(name)
    }

    /// Leaves so many bytes of room.
    fn leave(&self, bytes: usize) {
        self.free();
        let mut filler = fs::File::create(self.path("filler")).unwrap();
        let piece = [0_u8; 4096];
        while std::io::Write::write_all(&mut filler, &piece).is_ok() {}
        let held = fs::metadata(self.path("filler")).unwrap().len();
        filler.set_len(held.saturating_sub(bytes as u64)).unwrap();
    }

    fn free(&self) {
        let _ = fs::remove_file(self.path("filler"));
    }

    fn run(&self, line: &str) -> Ran {
        let mut command = self.sandbox.command(&line.split(' ').collect::<Vec<_>>());
        Ran::from(command.env("MAPCASE_CASEBOOK", "disk/casebook.db").output().unwrap())
    }

    #[track_caller]
    fn done(&self, line: &str) {
        let ran = self.run(line);
        assert_eq!(ran.code, 0, "{line}: {}", ran.shown());
    }

    fn book(&self) -> std::path::PathBuf {
        self.path("casebook.db")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.sandbox.path("disk")).status();
    }
}

/// The error says that there is no room and what to do.
#[track_caller]
fn says_what_is_full(ran: &Ran, line: &str) {
    assert_eq!(ran.code, 3, "{line}: {}", ran.shown());
    let said = ran.printed().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("there is no room for it on the disk of the casebook"), "{line}: {}", ran.shown());
    assert!(said.contains("make room there"), "{line}: {}", ran.shown());
}

/// Twenty lines, the first of which open cases.
fn lines() -> String {
    let line = |number: usize| match number {
        0..5 => format!(
            r#"{{"command":"open","map":"permit","as":"RES","request":"B{number}","set":{{"plate":"B{number}","resident":"X","zone":"south","moved_in":"2022-01-01","disabled":"no"}}}}"#
        ),
        _ => format!(
            r#"{{"command":"note","case":"@B{}","text":"{}","request":"B{number}"}}"#,
            number % 5,
            "long ".repeat(200)
        ),
    };
    (0..20).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn on_a_full_disk_a_command_says_so_and_leaves_nothing_by_halves() {
    let Some(disk) = Disk::of(1_024) else { return };
    disk.sandbox.write("lines.jsonl", lines());
    disk.done("init --simulated --now 2022-10-03T09:00:00Z");
    for number in 0..8 {
        disk.done(&format!(
            "open permit plate=AA{number} resident=X zone=north moved_in=2022-01-01 disabled=no --as RES"
        ));
    }
    let (mut refused, mut done) = (0, 0);
    // From no room at all to enough: the log, the notes on it, a part of what is written, all but the last page.
    let opening = "open permit plate=NEW resident=X zone=north moved_in=2022-01-01 disabled=no --as RES";
    for line in ["note 1R again", opening, "batch lines.jsonl", "tick --now 2022-10-06T09:00:00Z"] {
        for kib in [0, 4, 8, 16, 32, 36, 40, 48, 64, 96] {
            let before = all(&disk.book());
            disk.leave(kib * 1024);
            let ran = disk.run(line);
            disk.free();
            if ran.code == 0 {
                done += 1;
                break;
            }
            says_what_is_full(&ran, line);
            refused += 1;
            assert!(before == all(&disk.book()), "{line} left something with {kib} KiB of room");
        }
        // There is room again.
        disk.done(line);
        disk.done("audit verify");
    }
    assert!(refused >= 8 && done >= 1, "{refused} refused, {done} done");
    // A batch that was given again did nothing twice.
    assert_eq!(
        count(
            &disk.book(),
            "SELECT count(*) FROM case_now WHERE subject IS NULL AND json_extract(record, '$.zone') = 'south'"
        ),
        5
    );
}

#[test]
fn on_a_full_disk_no_file_is_half_written() {
    let Some(disk) = Disk::of(1_024) else { return };
    disk.leave(0);
    let init = disk.run("init");
    assert_eq!(init.code, 3, "{}", init.shown());
    assert!(init.stderr.contains("help: "), "{}", init.shown());
    let book = disk.run("map book --output disk/book.html");
    assert_eq!(book.code, 3, "{}", book.shown());
    assert!(book.stderr.contains("cannot write `disk/book.html`"), "{}", book.shown());
    let names: Vec<_> =
        fs::read_dir(disk.sandbox.path("disk")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["filler"], "nothing is left of what could not be written");
    // A book that stands there stays whole.
    disk.free();
    disk.done("map book --output disk/book.html");
    let whole = fs::read(disk.path("book.html")).unwrap();
    disk.leave(0);
    assert_eq!(disk.run("map book --output disk/book.html").code, 3);
    assert!(whole == fs::read(disk.path("book.html")).unwrap(), "the book was half written");
    // An answer that goes into a file: the command says that it is lost.
    for line in ["map draw permit --format svg", "map book --output -"] {
        let out = fs::File::create(disk.path("answer")).unwrap();
        let mut command = disk.sandbox.command(&line.split(' ').collect::<Vec<_>>());
        let ran = Ran::from(command.stdout(out).output().unwrap());
        assert_eq!(ran.code, 3, "{}", ran.shown());
        assert!(ran.stderr.contains("error: the answer could not be written"), "{}", ran.shown());
    }
    disk.free();
    disk.done("init");
}

/// The program under a limit on the size of files, which is met by a signal that it survives or does not.
fn limited(sandbox: &Sandbox, bytes: u64, ignored: bool, line: &str) -> Ran {
    let trap = if ignored { "trap '' XFSZ; " } else { "" };
    let script = format!("{trap}ulimit -c 0; exec prlimit --fsize={bytes} \"$0\" {line}");
    let program = sandbox.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).arg(program.get_program()).current_dir(sandbox.path(".")).env_clear();
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", std::env::var("PATH").unwrap());
    Ran::from(shell.output().unwrap())
}

#[test]
fn under_a_limit_on_the_size_of_files_a_command_is_done_or_it_is_not() {
    let sandbox = begun();
    open(&sandbox, ["LIMIT".to_string()]);
    let path = sandbox.path("casebook.db");
    sandbox.write("lines.jsonl", lines());
    let (mut refused, mut killed, mut done) = (0, 0, 0);
    for ignored in [true, false] {
        for (number, kib) in [0, 4, 8, 12, 16, 24, 28, 32, 40, 120].into_iter().enumerate() {
            let before = all(&path);
            let id = format!("{ignored}{number}");
            let line = format!("note 1R {id} --request {id}");
            let ran = limited(&sandbox, kib * 1024, ignored, &line);
            let there = count(&path, &format!("SELECT count(*) FROM request WHERE id = '{id}'")) == 1;
            match ran.code {
                0 => done += 1,
                -1 if !ignored => killed += 1,
                _ => {
                    assert!(ignored, "{}", ran.shown());
                    says_what_is_full(&ran, &line);
                    refused += 1;
                }
            }
            assert!(there || ran.code != 0, "acknowledged and lost");
            assert!(!there || ran.code <= 0, "refused and there");
            assert!(there || before == all(&path), "something is there by halves");
            let again = sandbox.line(&line);
            assert_eq!(again.code, 0, "{}", again.shown());
        }
    }
    let batch = limited(&sandbox, 40 * 1024, true, "batch lines.jsonl");
    says_what_is_full(&batch, "batch");
    sandbox.done(["batch lines.jsonl"]);
    assert!(refused > 0 && killed > 0 && done > 0, "{refused} refused, {killed} killed, {done} done");
    assert_eq!(count(&path, "SELECT count(*) FROM event WHERE name = 'note-added'"), 20 + 15);
    assert_sound(&sandbox);
}

/// `check --fix` on a full disk leaves the map as it was.
#[test]
fn a_map_is_mended_whole_or_not_at_all() {
    let Some(disk) = Disk::of(256) else { return };
    let from = root("examples/mistake");
    let to = disk.path("maps");
    fs::create_dir(&to).unwrap();
    for entry in fs::read_dir(&from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    let map: &Path = &to.join("parking-permit.yaml");
    let was = fs::read(map).unwrap();
    disk.leave(0);
    let ran = disk.run("check disk/maps --fix");
    assert_ne!(ran.code, 0, "{}", ran.shown());
    assert!(was == fs::read(map).unwrap(), "{}", ran.shown());
    assert!(ran.printed().contains("cannot write `disk/maps/parking-permit.yaml`"), "{}", ran.shown());
    disk.free();
    disk.run("check disk/maps --fix");
    assert!(was != fs::read(map).unwrap(), "with room it is mended");
}
