//! Another program keeps the casebook to itself: who only reads goes on, who records waits, is told why, and then either does it or says
//! that it did not.

use std::io::Read;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::common::{Ran, Sandbox};
use crate::stage::{all, assert_sound, begun, count, open};

fn held() -> (Sandbox, Connection) {
    let sandbox = begun();
    open(&sandbox, ["HELD".to_string()]);
    let other = Connection::open(sandbox.path("casebook.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; UPDATE casebook SET value = value WHERE name = 'made_by'").unwrap();
    (sandbox, other)
}

fn start(sandbox: &Sandbox, line: &str) -> Child {
    let words: Vec<&str> = line.split(' ').collect();
    sandbox.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn end(mut child: Child) -> Ran {
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    Ran { code: child.wait().unwrap().code().unwrap_or(-1), stdout, stderr }
}

const WAITING: &str =
    "waiting: another program is writing to the casebook; it has 20 seconds to come\n         to an end\n";

#[test]
fn who_waits_is_told_why_and_goes_on_when_the_other_is_done() {
    let (sandbox, other) = held();
    // One that waits long enough for a word, and one that does not.
    let long = start(&sandbox, "note 1R long");
    std::thread::sleep(Duration::from_millis(1_600));
    let short = start(&sandbox, "note 1R short");
    std::thread::sleep(Duration::from_millis(250));
    other.execute_batch("ROLLBACK").unwrap();
    let (long, short) = (end(long), end(short));
    assert_eq!((long.code, long.stderr.as_str()), (0, WAITING), "{}", long.shown());
    assert_eq!((short.code, short.stderr.as_str()), (0, ""), "{}", short.shown());
    assert_eq!(count(&sandbox.path("casebook.db"), "SELECT count(*) FROM event WHERE name = 'note-added'"), 2);
    assert_sound(&sandbox);
}

#[test]
fn who_waits_in_vain_says_so_and_has_changed_nothing() {
    let (sandbox, other) = held();
    let before = all(&sandbox.path("casebook.db"));
    // What only reads need not wait.
    let from = Instant::now();
    sandbox.done(["show 1R", "list", "work", "due", "history 1R", "audit verify"]);
    assert!(from.elapsed() < Duration::from_secs(10), "a command that only reads waited");
    sandbox.write("lines.jsonl", r#"{"command":"note","case":"1R","text":"x"}"#);
    let from = Instant::now();
    let lines = ["note 1R x", "tick", "batch lines.jsonl", "casebook rebuild", "note 1R x --format json"];
    let waiting: Vec<Child> = lines.iter().map(|line| start(&sandbox, line)).collect();
    let ran: Vec<Ran> = waiting.into_iter().map(end).collect();
    let waited = from.elapsed();
    assert!(waited > Duration::from_secs(19) && waited < Duration::from_secs(40), "{waited:?}");
    for (line, ran) in lines.iter().zip(&ran) {
        assert_eq!(ran.code, 3, "{line}: {}", ran.shown());
        assert!(ran.stderr.starts_with(WAITING), "{line}: {}", ran.shown());
    }
    let said = "error: another program has been writing to the casebook for 20 seconds\n";
    assert!(ran[0].stderr.contains(said), "{}", ran[0].shown());
    assert!(ran[0].stderr.contains("help: what was to be written now was not"), "{}", ran[0].shown());
    assert_eq!(ran[4].json()["error"]["kind"], "unreadable");
    assert!(before == all(&sandbox.path("casebook.db")), "something was changed");
    other.execute_batch("ROLLBACK").unwrap();
    sandbox.done(["note 1R now"]);
    assert_sound(&sandbox);
}
