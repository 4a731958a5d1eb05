//! What the README, the tutorial and the examples show is what the program prints. `UPDATE_SESSIONS=1 cargo test -p mapcase-tests`
//! writes the sessions of the documents anew; read the difference before it is committed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use std::fs;

use common::{Ran, Sandbox, hold_consoles, root};
use mapcase_tests::{Line, read};

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
                shown.push_str(&sandbox.typed(&words).printed());
            }
        }
    }
    shown
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let sandbox = Sandbox::real();
    sandbox.add("examples");
    let consoles = hold_consoles("README.md", |typed| sandbox.typed(typed.words).printed());
    assert!(consoles >= 3, "the README has {consoles} sessions");
}

/// The tutorial makes its atlas as it goes: each console runs on the files that are shown above it.
#[test]
fn the_tutorial_shows_what_the_program_prints() {
    let sandbox = Sandbox::empty();
    let mut exported: Vec<(String, String)> = Vec::new();
    let consoles = hold_consoles("docs/language.md", |typed| {
        if typed.words[0] == "export" {
            let pairs = typed.words[1..].iter().map(|pair| pair.split_once('=').unwrap());
            exported.extend(pairs.map(|(name, value)| (name.to_string(), value.to_string())));
            return String::new();
        }
        for file in typed.before.split("```yaml\n# file: ").skip(1) {
            let (name, text) = file.split_once('\n').unwrap();
            sandbox.write(&format!("library/{name}"), text.split_once("```\n").unwrap().0);
        }
        // What the text between two consoles says was done by hand.
        match typed.console {
            1 => sandbox.replace("library/readers-card.yaml", "next: make-card", "next: make-crad"),
            7 => sandbox.replace("library/overdue-book.yaml", "within: 3 weeks of write", "within: 4 weeks of write"),
            _ => {}
        }
        let words: Vec<&str> = typed.words[1..].iter().map(String::as_str).collect();
        Ran::from(sandbox.command(&words).envs(exported.iter().cloned()).output().unwrap()).printed()
    });
    assert_eq!(consoles, 8);
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
