//! A system clock that steps back, under the real program: a small library in front of the C library shifts what the clock says.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Ran, Sandbox};
use crate::stage::{all, assert_sound, look, opening, rows};

const SHIFT: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t which, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(which, at);
    const char *shift = getenv("SHIFT_SECONDS");
    if (which == CLOCK_REALTIME && shift) at->tv_sec += atol(shift);
    return done;
}
"#;

/// The library, if this machine has a C compiler.
fn library(sandbox: &Sandbox) -> Option<PathBuf> {
    sandbox.write("shift.c", SHIFT);
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-o", "shift.so", "shift.c", "-ldl"])
        .current_dir(sandbox.path("."))
        .status();
    let made = made.is_ok_and(|status| status.success());
    if !made {
        println!("not tried: a clock that steps back, for there is no C compiler");
    }
    made.then(|| sandbox.path("shift.so"))
}

/// A day that the calendar of the small atlas covers: 2 October 2023.
const DAY: u64 = 1_696_238_400;

/// Runs words so many seconds after the day began.
fn at(sandbox: &Sandbox, library: &Path, seconds: i64, words: &[String]) -> Ran {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut command = sandbox.command(&words);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let shift = i64::try_from(DAY).unwrap() + seconds - i64::try_from(now).unwrap();
    command.env("LD_PRELOAD", library).env("SHIFT_SECONDS", shift.to_string());
    Ran::from(command.output().unwrap())
}

fn line(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_string).collect()
}

#[test]
fn a_clock_that_steps_back_never_puts_an_event_before_the_one_it_follows() {
    let sandbox = Sandbox::small();
    let Some(library) = library(&sandbox) else { return };
    let path = sandbox.path("casebook.db");
    for (seconds, words) in
        [(0, line("init")), (0, opening("ONE")), (3_600, opening("TWO")), (3_590, line("note 1R held"))]
    {
        let ran = at(&sandbox, &library, seconds, &words);
        assert_eq!(ran.code, 0, "{}", ran.shown());
    }
    // A little back: the last time holds.
    let times = rows(&look(&path), "SELECT recorded_at FROM event ORDER BY rowid");
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(times[times.len() - 2], times[times.len() - 1]);
    // Far back: nothing is recorded, and the error names both times.
    let before = all(&path);
    sandbox.write("lines.jsonl", r#"{"command":"note","case":"1R","text":"x"}"#);
    for words in
        [line("note 1R early"), opening("THREE"), line("do 1R --as CLK"), line("tick"), line("batch lines.jsonl")]
    {
        let ran = at(&sandbox, &library, 0, &words);
        assert_eq!(ran.code, 1, "{words:?}: {}", ran.shown());
        let said = ran.printed().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("the clock of this machine says") && said.contains("already: one of the two is wrong"),
            "{said}"
        );
    }
    assert!(before == all(&path), "something was recorded");
    // What is there can be read meanwhile.
    for words in ["show 1R", "list", "work", "due", "history 2W", "audit verify"] {
        let ran = at(&sandbox, &library, 0, &line(words));
        assert_eq!(ran.code, 0, "{}", ran.shown());
    }
    let again = at(&sandbox, &library, 3_700, &line("note 1R again"));
    assert_eq!(again.code, 0, "{}", again.shown());
    let times = rows(&look(&path), "SELECT recorded_at FROM event ORDER BY rowid");
    assert!(times.is_sorted(), "{times:?}");
    assert_sound(&sandbox);
}

#[test]
fn a_simulated_clock_that_is_told_to_go_back_refuses() {
    let sandbox = Sandbox::small();
    sandbox.done(["init --simulated --now 2022-10-03T09:00:00Z"]);
    let words = |now: &str| [opening("ONE"), line("--now"), line(now)].concat();
    let ran = |now: &str| crate::stage::run(&sandbox, &words(now));
    assert_eq!(ran("2022-10-04T09:00:00Z").code, 0);
    let back = ran("2022-10-04T08:59:59Z");
    assert!(back.code == 1 && back.stderr.contains("cannot go back"), "{}", back.shown());
    assert_sound(&sandbox);
}
