//! `mapcase check`: what a process owner sees, the JSON's shape and the exit codes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod common;

use common::{Sandbox, run_into_a_closed_pipe};
use serde_json::{Value, json};

const MAP: &str = "processes/maps/permit.yaml";

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn a_sound_atlas_has_nothing_to_say() {
    let sandbox = Sandbox::small();
    assert_eq!(sandbox.line("check").shown(), "exit 0\n--- stdout\n2 maps: no errors, no warnings\n");
    let summary = json!({ "maps": 2, "errors": 0, "warnings": 0, "notes": 0 });
    assert_eq!(sandbox.json("check"), (0, json!({ "diagnostics": [], "summary": summary })));
}

#[test]
fn the_real_atlas_is_sound() {
    let (code, answer) = Sandbox::real().json("check");
    assert_eq!(
        (code, &answer["summary"]["errors"], &answer["summary"]["warnings"]),
        (0, &json!(0), &json!(0)),
        "{answer}"
    );
}

#[test]
fn a_misspelt_step_is_shown_with_the_one_that_was_meant() {
    let sandbox = Sandbox::small();
    sandbox.replace(MAP, "next: wait-for-proof", "next: wait-for-prof");
    insta::assert_snapshot!(sandbox.line("check").shown());
}

#[test]
fn every_fault_of_every_file_is_found_in_one_run() {
    let sandbox = Sandbox::small();
    sandbox.replace(MAP, "due: 2 working days", "due: 2 workin days");
    sandbox.replace(MAP, "role: RES", "role: REZ");
    sandbox.replace("processes/maps/appeal.yaml", "owner: MGR", "owner: MRG");
    sandbox.replace("processes/england.yaml", "weekend: [saturday, sunday]", "weekend: [saturday, sun day]");
    insta::assert_snapshot!(sandbox.line("check").shown());
}

#[test]
fn the_json_has_the_documented_shape() {
    let sandbox = Sandbox::small();
    sandbox.replace("processes/maps/appeal.yaml", "map: appeal\n", "map: apeal\n");
    sandbox.replace(MAP, "next: wait-for-proof", "next: wait-for-prof");
    let (code, answer) = sandbox.json("check");
    assert_eq!(code, 1);
    assert_eq!(keys(&answer), ["diagnostics", "summary"]);
    assert_eq!(keys(&answer["summary"]), ["errors", "maps", "notes", "warnings"]);
    let found = answer["diagnostics"].as_array().unwrap();
    assert_eq!(answer["summary"]["errors"], found.len());
    let places = ["column", "end_column", "end_line", "file", "help", "line", "message"];
    for diagnostic in found {
        assert_eq!(keys(diagnostic), [&places[..], &["related", "rule", "severity", "suggestion"]].concat());
        for related in diagnostic["related"].as_array().unwrap() {
            assert_eq!(keys(related), ["column", "file", "line", "message"]);
        }
    }
    let step = found.iter().find(|diagnostic| diagnostic["rule"] == "unknown-step").unwrap();
    let place = ["line", "column", "end_line", "end_column"].map(|key| step[key].as_u64().unwrap());
    assert_eq!((step["file"].as_str(), place), (Some(MAP), [39, 11, 39, 24]));
    assert_eq!((&step["severity"], &step["suggestion"]), (&json!("error"), &json!("wait-for-proof")));
}

#[test]
fn what_cannot_be_read_is_no_finding() {
    let sandbox = Sandbox::small();
    sandbox.write("empty/read.me", "");
    for (line, says) in [
        ("check nowhere", "error: there is no file or folder `nowhere`\n"),
        ("check empty", "error: there is no atlas in the folder `empty`: it has no atlas.yaml\n"),
        ("check empty/read.me", "error: `empty/read.me` is in no atlas\n"),
        ("check --atlas nowhere", "error: there is no file or folder `nowhere`\n"),
    ] {
        let ran = sandbox.line(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{line}");
        assert!(ran.stderr.starts_with(says) && ran.stderr.contains("\nhelp: "), "{line}: {}", ran.stderr);
        let (code, answer) = sandbox.json(line);
        assert_eq!(code, 3, "{line}");
        assert!(answer["error"]["message"].is_string() && answer["error"]["help"].is_string(), "{line}: {answer}");
    }
}

#[test]
fn a_part_of_an_atlas_is_checked_with_the_whole_and_shown_alone() {
    let sandbox = Sandbox::small();
    sandbox.replace(MAP, "next: wait-for-proof", "next: wait-for-prof");
    let other = sandbox.line("check processes/maps/appeal.yaml");
    assert_eq!(
        (other.code, other.stdout.as_str()),
        (0, "1 map: no errors, no warnings\nelsewhere in the same atlas: 1 error\n")
    );
    let (code, answer) = sandbox.json("check processes/maps");
    assert_eq!((code, &answer["summary"]), (1, &json!({ "maps": 2, "errors": 1, "warnings": 0, "notes": 0 })));
    let mut inside = sandbox.command(&["check", "permit.yaml", "--format", "json"]);
    let inside = common::Ran::from(inside.current_dir(sandbox.path("processes/maps")).output().unwrap()).json();
    assert_eq!(inside["diagnostics"][0]["file"], "permit.yaml");
}

#[test]
fn usage_errors_exit_with_2_in_words_and_in_json() {
    let sandbox = Sandbox::small();
    let ran = sandbox.line("chek");
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("'check'") && ran.stderr.contains("Usage: mapcase "));
    let (code, answer) = sandbox.json("check --nonsense");
    assert_eq!((code, &answer["error"]["kind"]), (2, &json!("usage")));
    assert_eq!(sandbox.run(&[]).code, 2);
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let sandbox = Sandbox::real();
    for args in [&["check"][..], &["map", "show", "transfer-out"], &["--help"], &["completions", "bash"]] {
        let ran = run_into_a_closed_pipe(sandbox.command(args));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn colours_are_written_only_when_they_are_asked_for() {
    let sandbox = Sandbox::small();
    sandbox.replace(MAP, "next: wait-for-proof", "next: wait-for-prof");
    assert!(!sandbox.line("check").stdout.contains('\u{1b}'));
    assert!(sandbox.line("check --color always").stdout.contains('\u{1b}'));
    assert!(!sandbox.line("check --color always --format json").stdout.contains('\u{1b}'));
}

#[test]
fn the_help_groups_the_commands_and_fits_the_terminal() {
    let sandbox = Sandbox::empty();
    for line in ["--help", "check --help", "deadline --help", "map --help", "map draw --help", "map test --help"] {
        let ran = sandbox.line(line);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{line} is too wide:\n{}", ran.stdout);
        assert!(ran.stdout.contains("mapcase"), "{line}");
    }
}

/// Every example of the design's language reads, word for word.
#[test]
fn the_examples_of_the_design_read() {
    let sandbox = Sandbox::empty();
    sandbox.add("tests/atlases/design");
    let ran = sandbox.line("check tests/atlases/design");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "6 maps: no errors, no warnings\n"), "{}", ran.shown());
    let ran = sandbox.line("map show everything --atlas tests/atlases/design");
    assert!(ran.code == 0 && ran.stdout.contains("Response from the family"), "{}", ran.shown());
}
