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
fn a_sound_atlas_has_no_fault() {
    let sandbox = Sandbox::small();
    let ran = sandbox.line("check");
    let last = ran.stdout.lines().last().unwrap();
    assert!(ran.code == 0 && last.starts_with("2 maps: no errors, no warnings"), "{}", ran.shown());
    let (code, answer) = sandbox.json("check");
    let faults = |kind: &str| answer["summary"][kind].clone();
    assert_eq!((code, faults("errors"), faults("warnings"), faults("allowed")), (0, json!(0), json!(0), json!(0)));
}

#[test]
fn notes_are_counted_and_shown_when_they_are_asked_for() {
    let sandbox = Sandbox::small();
    let counted = sandbox.line("check").stdout;
    assert!(counted.starts_with("notes: ") && counted.contains("  1 reconstructed  "), "{counted}");
    assert!(counted.lines().all(|line| line.chars().count() <= 80) && !counted.contains(" --> "), "{counted}");
    for line in ["check --notes", "check processes/maps/appeal.yaml"] {
        let shown = sandbox.line(line).stdout;
        assert!(
            shown.contains("note[reconstructed]: ") && shown.contains(" --> processes/maps/appeal.yaml:7:"),
            "{shown}"
        );
        assert!(!shown.contains("\nnotes: "), "{shown}");
    }
}

#[test]
fn the_day_that_is_said_is_the_day_of_the_check() {
    let sandbox = Sandbox::small();
    let overdue = |line: &str| {
        let (_, answer) = sandbox.json(line);
        let found = answer["diagnostics"].as_array().unwrap().clone();
        found.iter().filter(|finding| finding["rule"] == "review-overdue").count()
    };
    // Both maps say 2024-01-31, and the day is that of the atlas's zone: London is an hour ahead of UTC in summer.
    assert_eq!((overdue("check --now 2024-01-31"), overdue("check --now 2024-02-01")), (0, 2));
    sandbox.replace(MAP, "review_by: 2024-01-31", "review_by: 2024-06-30");
    assert_eq!(overdue("check --now 2024-06-30T22:59Z"), 1);
    assert_eq!(overdue("check --now 2024-06-30T23:00Z"), 2);
    assert_eq!(sandbox.line("check --now someday").code, 2);
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
    assert_eq!(keys(&answer), ["allowed", "diagnostics", "fixed", "summary"]);
    assert_eq!(keys(&answer["summary"]), ["allowed", "errors", "maps", "notes", "warnings"]);
    let found = answer["diagnostics"].as_array().unwrap();
    let errors = found.iter().filter(|diagnostic| diagnostic["severity"] == "error").count();
    assert!(errors > 1 && answer["summary"]["errors"] == errors, "{answer}");
    let places = ["column", "end_column", "end_line", "file", "fix", "help", "line", "message"];
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
fn what_is_allowed_is_counted_and_kept_with_its_reason() {
    let sandbox = Sandbox::small();
    let same = "answers: { yes: ask-for-proof, no: ask-for-proof }";
    sandbox.replace(MAP, "answers: { yes: issue, no: ask-for-proof }", same);
    let (_, found) = sandbox.json("check");
    assert_eq!((&found["allowed"], &found["summary"]["warnings"]), (&json!([]), &json!(1)));
    let allow = format!("{same}\n    allow: {{ same-answers: The clerk asks everybody for now }}");
    sandbox.replace(MAP, same, &allow);
    let (code, allowed) = sandbox.json("check");
    assert_eq!((code, &allowed["summary"]["warnings"], &allowed["summary"]["allowed"]), (0, &json!(0), &json!(1)));
    let mut finding =
        found["diagnostics"].as_array().unwrap().iter().find(|it| it["rule"] == "same-answers").unwrap().clone();
    finding["reason"] = json!("The clerk asks everybody for now");
    assert_eq!(allowed["allowed"], json!([finding]));
    let last = |line: &str| sandbox.line(line).stdout.lines().last().unwrap().to_string();
    assert!(
        last("check").starts_with("2 maps: no errors, no warnings") && last("check").ends_with("; 1 finding allowed")
    );
    assert!(!last("check processes/maps/appeal.yaml").contains("allowed"), "it is allowed in another file");
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
    let elsewhere = other.stdout.ends_with("\nelsewhere in the same atlas: 1 error\n");
    assert!(
        other.code == 0 && elsewhere && other.stdout.contains("1 map: no errors, no warnings"),
        "{}",
        other.shown()
    );
    let (code, answer) = sandbox.json("check processes/maps");
    assert_eq!((code, &answer["summary"]["maps"], &answer["summary"]["errors"]), (1, &json!(2), &json!(1)));
    // What is meant to be a map counts as one, whichever way it is asked about.
    sandbox.replace("processes/maps/appeal.yaml", "map: appeal", "mpa: appeal");
    for (line, maps) in [("check", 2), ("check processes/maps", 2), ("check processes/maps/appeal.yaml", 1)] {
        assert_eq!(sandbox.json(line).1["summary"]["maps"], json!(maps), "{line}");
    }
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
    for line in [
        "--help",
        "check --help",
        "deadline --help",
        "map --help",
        "map draw --help",
        "map book --help",
        "map test --help",
    ] {
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
    let (_, answer) = sandbox.json("check tests/atlases/design");
    let found = answer["diagnostics"].as_array().unwrap().iter().filter(|finding| finding["severity"] != "note");
    let rules: std::collections::BTreeSet<&str> = found.map(|finding| finding["rule"].as_str().unwrap()).collect();
    // The design leaves quotes out where they do not matter to it, and shows a control alone.
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["control-unbound", "missing-quote"], "{answer}");
    let (_, list) = sandbox.json("map list --atlas tests/atlases/design");
    assert_eq!((list["maps"].as_array().map(Vec::len), &list["stopped"]), (Some(6), &json!([])));
    let ran = sandbox.line("map show everything --atlas tests/atlases/design");
    assert!(ran.code == 0 && ran.stdout.contains("Response from the family"), "{}", ran.shown());
}
