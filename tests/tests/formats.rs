//! `mapcase check` for programs: SARIF against the standard's schema, GitHub's commands, JUnit; `--deny`, `--fix`, `--watch`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "this test reads and writes the files that it is about")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::Sandbox;
use serde_json::{Value, json};

const MAP: &str = "processes/maps/permit.yaml";

/// The small atlas with an error that has a fix, one that has none, and an error with a place in another file.
fn spoilt() -> Sandbox {
    let sandbox = Sandbox::small();
    sandbox.replace(MAP, "next: wait-for-proof", "next: wait-for-prof");
    sandbox.replace(MAP, "due: 2 working days", "due: 2 workin days");
    sandbox.replace("processes/maps/appeal.yaml", "from: permit", "from: [ppeal]");
    sandbox
}

fn read(sandbox: &Sandbox, name: &str) -> String {
    fs::read_to_string(sandbox.path(name)).unwrap()
}

fn sarif(sandbox: &Sandbox, line: &str) -> Value {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/sarif-2.1.0.json");
    // The standard's file has a bracket that closes nothing in two patterns, which is no regular expression.
    let schema = fs::read_to_string(schema).unwrap().replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let log = sandbox.line(line).json();
    let faults: Vec<String> =
        schema.iter_errors(&log).map(|fault| format!("{} at {}", fault, fault.instance_path())).collect();
    assert!(faults.is_empty(), "{line}: {faults:#?}");
    log
}

#[test]
fn sarif_fits_the_standards_schema() {
    let log = sarif(&Sandbox::small(), "check --format sarif");
    let run = &log["runs"][0];
    assert!(run["results"].as_array().unwrap().iter().all(|result| result["level"] == "note"));
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), mapcase_map::rules::ALL.len());
    assert!(
        rules.iter().all(|rule| rule["help"]["markdown"].as_str().unwrap().contains("Right, in `")
            || rule["id"] == "too-large"
            || rule["id"] == "not-utf-8"),
        "each rule has its examples"
    );

    let sandbox = spoilt();
    let log = sarif(&sandbox, "check --format sarif");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let found = sandbox.json("check").1;
    let found = found["diagnostics"].as_array().unwrap();
    assert_eq!(results.len(), found.len());
    for (result, finding) in results.iter().zip(found) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!((&result["ruleId"], &result["level"]), (&finding["rule"], &finding["severity"]));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], finding["file"]);
        for (theirs, ours) in
            [("startLine", "line"), ("startColumn", "column"), ("endLine", "end_line"), ("endColumn", "end_column")]
        {
            assert_eq!(place["region"][theirs], finding[ours], "{theirs}");
        }
        assert_eq!(result["fixes"].is_null(), finding["fix"].is_null());
        assert_eq!(result["relatedLocations"].is_null(), finding["related"] == json!([]));
    }
    let fixed = results.iter().find(|result| result["ruleId"] == "unknown-step").unwrap();
    let replacement = &fixed["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "wait-for-proof");
    assert_eq!(replacement["deletedRegion"]["startColumn"], 11);
}

/// The columns are those of code points: what a reader of SARIF cuts out with them is the word.
#[test]
fn sarif_columns_count_code_points() {
    let sandbox = Sandbox::small();
    sandbox.replace(MAP, "next: wait-for-proof", "note: { 👩‍👧é: 1 }\n    next: wait-for-prof");
    sandbox.replace(MAP, "note: { 👩‍👧é: 1 }\n    next: wait-for-prof", "\"👩‍👧é\": { x: 1 }\n    next: wait-for-prof");
    let log = sarif(&sandbox, "check --format sarif");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let odd = results.iter().find(|result| result["ruleId"] == "unknown-key").unwrap();
    let region = &odd["locations"][0]["physicalLocation"]["region"];
    let at = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    let text = read(&sandbox, MAP);
    let line: Vec<char> = text.lines().nth(at("startLine") - 1).unwrap().chars().collect();
    let word: String = line[at("startColumn") - 1..at("endColumn") - 1].iter().collect();
    assert_eq!(word, "\"👩‍👧é\"");
}

#[test]
fn what_is_allowed_is_suppressed_in_sarif() {
    let sandbox = with_warning();
    sandbox.replace(MAP, "\nsteps:\n", "\nallow: { single-answer: the other answers come later }\nsteps:\n");
    let log = sarif(&sandbox, "check --format sarif");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let allowed: Vec<&Value> = results.iter().filter(|result| !result["suppressions"].is_null()).collect();
    assert_eq!(allowed.len(), 1, "{results:#?}");
    assert_eq!(
        (&allowed[0]["ruleId"], &allowed[0]["suppressions"]),
        (&json!("single-answer"), &json!([{ "kind": "inSource", "justification": "the other answers come later" }]))
    );
}

#[test]
fn github_and_junit_say_the_same() {
    let sandbox = spoilt();
    insta::assert_snapshot!("github", sandbox.line("check --format github").shown());
    insta::assert_snapshot!("junit", sandbox.line("check --format junit").shown());
    let sound = Sandbox::small().line("check --format junit");
    assert!(sound.code == 0 && sound.stdout.contains("failures=\"0\""), "{}", sound.shown());
}

/// Makes a warning: a decision with one answer.
fn with_warning() -> Sandbox {
    let sandbox = Sandbox::small();
    let odd = "odd\n  odd: { kind: decision, role: CLK, title: Odd?, inferred: No reason, answers: { yes: permit-issued } }\n";
    sandbox.replace(MAP, "next: permit-issued\n", &format!("next: {odd}"));
    sandbox
}

#[test]
fn a_warning_that_is_denied_counts_as_an_error() {
    let sandbox = with_warning();
    let free = sandbox.line("check");
    assert_eq!(free.code, 0, "{}", free.shown());
    let denied = sandbox.line("check --deny warnings");
    assert_eq!(denied.code, 1);
    assert!(
        denied.stdout.ends_with("; warnings are denied\n") && denied.stdout.contains(": no errors, 1 warning"),
        "{}",
        denied.shown()
    );
    assert!(sandbox.line("check --deny warnings --format junit").stdout.contains("failures=\"1\""));
    assert!(sandbox.line("check --format junit").stdout.contains("failures=\"0\""));
    assert_eq!(Sandbox::small().line("check --deny warnings").code, 0);
}

#[test]
fn fix_mends_what_is_sure_and_says_so() {
    let sandbox = spoilt();
    let before = read(&sandbox, MAP);
    let offered = sandbox.line("check");
    assert!(offered.stdout.contains("did you mean `wait-for-proof`? (`mapcase check --fix` writes it)"));
    assert_eq!(read(&sandbox, MAP), before, "a check alone writes nothing");
    let fixed = sandbox.line("check --fix");
    insta::assert_snapshot!("fix", fixed.shown());
    assert_eq!(read(&sandbox, MAP), before.replace("wait-for-prof\n", "wait-for-proof\n"));
    let (code, again) = sandbox.json("check --fix");
    assert_eq!((code, &again["fixed"]), (1, &json!([])));
}

#[test]
fn fix_says_in_json_what_was_done() {
    let sandbox = Sandbox::small();
    sandbox.replace(MAP, "next: wait-for-proof", "next: wait-for-prof");
    let (_, offered) = sandbox.json("check");
    let place =
        json!({ "file": MAP, "line": 39, "column": 11, "end_line": 39, "end_column": 24, "text": "wait-for-proof" });
    let title = "write `wait-for-proof` for `wait-for-prof`";
    let found = offered["diagnostics"].as_array().unwrap();
    let step = found.iter().find(|one| one["rule"] == "unknown-step").unwrap();
    assert_eq!(step["fix"], json!({ "title": title, "edits": [place] }));
    let (code, answer) = sandbox.json("check --fix");
    let done = json!([{ "rule": "unknown-step", "file": MAP, "line": 39, "column": 11, "title": title }]);
    assert_eq!((code, &answer["fixed"], &answer["summary"]["errors"]), (0, &done, &json!(0)));
}

#[test]
fn fix_changes_no_file_that_was_not_asked_about() {
    let sandbox = spoilt();
    let before = read(&sandbox, MAP);
    assert_eq!(sandbox.line("check --fix processes/maps/appeal.yaml").code, 1);
    assert_eq!(read(&sandbox, MAP), before);
    sandbox.line("check --fix processes/maps/permit.yaml");
    assert_ne!(read(&sandbox, MAP), before);
}

#[cfg(unix)]
#[test]
fn fix_leaves_a_read_only_file_as_it_is_and_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = spoilt();
    let before = read(&sandbox, MAP);
    fs::set_permissions(sandbox.path(MAP), fs::Permissions::from_mode(0o444)).unwrap();
    let ran = sandbox.line("check --fix");
    assert_eq!(ran.code, 3);
    assert!(
        ran.stderr.starts_with("error: cannot write `processes/maps/permit.yaml`: it is read-only"),
        "{}",
        ran.shown()
    );
    assert!(!ran.stdout.contains("fixed processes/maps/permit.yaml:39") && read(&sandbox, MAP) == before);
}

/// A program that goes on running, and what it has printed so far. It is ended with the test, whatever happens.
struct Watched {
    child: std::process::Child,
    lines: Receiver<String>,
}

impl Watched {
    fn begin(sandbox: &Sandbox) -> Self {
        let mut child =
            sandbox.command(&["check", "--watch"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (stdout, (send, lines)) = (child.stdout.take().unwrap(), channel());
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// What was printed until a round is over. A round that does not come in half a minute is a failure.
    fn round(&self) -> String {
        let mut text = String::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| panic!("no round: {text}"));
            if line == "waiting for a change; Ctrl-C ends" {
                return text;
            }
            text.push_str(&line);
            text.push('\n');
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn watch_checks_again_whenever_a_file_changes_however_it_is_written() {
    let sandbox = Sandbox::small();
    let mut watched = Watched::begin(&sandbox);
    let sound = "2 maps: no errors, no warnings";
    assert!(watched.round().contains(sound));
    sandbox.replace(MAP, "next: wait-for-proof", "next: wait-for-prof");
    assert!(watched.round().contains("error[unknown-step]"));
    // As editors do: another file takes the place of the first.
    sandbox
        .write("processes/maps/.permit.yaml.swp", read(&sandbox, MAP).replace("wait-for-prof\n", "wait-for-proof\n"));
    fs::rename(sandbox.path("processes/maps/.permit.yaml.swp"), sandbox.path(MAP)).unwrap();
    assert!(watched.round().contains(sound));
    fs::rename(sandbox.path("processes"), sandbox.path("away")).unwrap();
    assert_eq!(watched.round(), "", "what cannot be read is said beside the answer");
    fs::rename(sandbox.path("away"), sandbox.path("processes")).unwrap();
    assert!(watched.round().contains(sound));
    let ended = Command::new("kill").args(["-TERM", &watched.child.id().to_string()]).status().unwrap();
    assert!(ended.success());
    assert!(!watched.child.wait().unwrap().success(), "ended from outside");
    assert!(watched.lines.recv_timeout(Duration::from_secs(30)).is_err(), "it prints nothing more");
}

#[test]
fn watch_is_for_people_and_fixes_nothing() {
    let sandbox = Sandbox::small();
    assert_eq!(sandbox.line("check --watch --format json").code, 2);
    assert_eq!(sandbox.line("check --watch --fix").code, 2);
    assert_eq!(sandbox.line("check --watch nowhere").code, 3);
}

#[test]
fn the_schema_that_is_written_is_the_one_in_docs() {
    let sandbox = Sandbox::empty();
    for (line, name) in [("map schema", "mapcase"), ("map schema map", "map"), ("map schema scenarios", "scenarios")] {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/schema/{name}.json"));
        let ran = sandbox.line(line);
        assert!(ran.code == 0 && ran.stdout == fs::read_to_string(kept).unwrap(), "{line}: see UPDATE_SCHEMA");
    }
    assert_eq!(sandbox.line("map schema nothing").code, 2);
}
