//! What the README and the examples show is what the program prints. `UPDATE_SESSIONS=1 cargo test --test sessions` writes the
//! README's sessions anew; read the difference before it is committed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::Sandbox;
use mapcase_tests::{Line, read};

fn root(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// Runs one command of a session and gives what a terminal would show.
fn run(sandbox: &Sandbox, words: &[String]) -> String {
    assert_eq!(words.first().map(String::as_str), Some("mapcase"), "{words:?}");
    let args: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let ran = sandbox.run(&args);
    let code = if ran.code == 0 { String::new() } else { format!("[exit code {}]\n", ran.code) };
    format!("{}{}{code}", ran.stdout, ran.stderr)
}

/// Runs every command of a text and writes what it prints behind it; all else stays.
fn rewritten(sandbox: &Sandbox, text: &str) -> String {
    let mut shown = String::new();
    for line in read(text) {
        match line {
            Line::Said(said) if said.is_empty() => shown.push_str("#\n"),
            Line::Said(said) => shown.push_str(&format!("# {said}\n")),
            Line::Empty => shown.push('\n'),
            Line::Printed(_) => {}
            Line::Command { typed, words } => {
                shown.push_str(&format!("$ {typed}\n"));
                shown.push_str(&run(sandbox, &words));
            }
        }
    }
    shown
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let path = root("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let sandbox = Sandbox::real();
    sandbox.add("examples");
    let mut fresh = String::new();
    let mut rest = readme.as_str();
    let mut sessions = 0;
    while let Some((before, after)) = rest.split_once("```console\n") {
        let (session, behind) = after.split_once("```\n").unwrap();
        // Empty lines inside a session part commands; those that a command printed come back with its output.
        let commands: String =
            session.lines().filter(|line| line.starts_with("$ ")).map(|line| format!("{line}\n\n")).collect();
        let shown = rewritten(&sandbox, &commands);
        fresh.push_str(&format!("{before}```console\n{}\n```\n", shown.trim_end()));
        rest = behind;
        sessions += 1;
    }
    fresh.push_str(rest);
    assert!(sessions >= 3, "the README has {sessions} sessions");
    if std::env::var("UPDATE_SESSIONS").is_ok() {
        fs::write(&path, &fresh).unwrap();
    }
    if fresh != readme {
        for (shown, printed) in readme.lines().zip(fresh.lines()) {
            assert_eq!(shown, printed, "the README (left) does not show what the program prints (right)");
        }
        panic!("the README's sessions are shorter or longer than what the program prints");
    }
}

#[test]
fn the_readme_holds_the_two_commands_and_the_pilot_runs() {
    let readme = fs::read_to_string(root("README.md")).unwrap();
    assert!(readme.contains("\ncargo run --release --example pilot\n") && readme.contains("\ncargo test\n"));
    let ci = fs::read_to_string(root(".ci/run")).unwrap();
    assert!(ci.contains("\ncargo test\n") && ci.contains("cargo run --release --quiet --example pilot"));
}

#[test]
fn the_pilot_tells_its_story() {
    let session = fs::read_to_string(root("examples/pilot.session")).unwrap();
    insta::assert_snapshot!("pilot", rewritten(&Sandbox::real(), &session));
}

#[test]
fn the_map_in_the_readme_is_a_sound_map() {
    let readme = fs::read_to_string(root("README.md")).unwrap();
    let (_, after) = readme.split_once("```yaml\n").unwrap();
    let (map, _) = after.split_once("```\n").unwrap();
    let sandbox = Sandbox::real();
    sandbox.add("examples");
    let name = map.lines().find_map(|line| line.strip_prefix("map: ")).unwrap();
    let name = name.split_whitespace().next().unwrap();
    sandbox.write(&format!("examples/mistake/{name}.yaml"), map);
    let ran = sandbox.line("check examples/mistake");
    assert_eq!(ran.code, 0, "{}", ran.shown());
}
