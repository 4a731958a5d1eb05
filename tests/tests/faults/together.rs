//! Several programs on one casebook at the same time: each step is done once, each timer fires once, and who comes too late is told so.

use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::common::{Ran, Sandbox};
use crate::stage::{assert_replays, assert_sound, begun, count, look, open, rows};

fn at_once(sandbox: &Sandbox, lines: &[String]) -> Vec<Ran> {
    let start = |line: &String| -> Child {
        let words: Vec<&str> = line.split(' ').chain(["--format", "json"]).collect();
        sandbox.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = lines.iter().map(start).collect();
    children.into_iter().map(|child| Ran::from(child.wait_with_output().unwrap())).collect()
}

/// The number of the last event of a case.
fn last(sandbox: &Sandbox, case: &str) -> u64 {
    sandbox.json(&format!("show {case}")).1["seq"].as_u64().unwrap()
}

fn references(sandbox: &Sandbox) -> Vec<String> {
    let (_, list) = sandbox.json("list");
    list["cases"].as_array().unwrap().iter().map(|row| row["case"].as_str().unwrap().to_string()).collect()
}

#[test]
fn of_eight_programs_that_do_the_same_step_one_does_it() {
    let sandbox = begun();
    open(&sandbox, ["SAME".to_string()]);
    for line in [
        "do CASE --as CLK",
        "receive CASE --as CLK --attach proof-of-address=SP-1",
        "answer CASE granted --as CLK --check-off lives-there",
    ] {
        let before = last(&sandbox, "1R");
        let line = line.replace("CASE", "1R");
        // Half of them say what they have seen, and are told that the case has moved; the others, that the step is no longer theirs.
        let lines: Vec<String> = (0..8)
            .map(|number| if number % 2 == 0 { format!("{line} --expect {before}") } else { line.clone() })
            .collect();
        let ran = at_once(&sandbox, &lines);
        let done: Vec<&Ran> = ran.iter().filter(|ran| ran.code == 0).collect();
        assert_eq!(done.len(), 1, "{line}: {ran:?}");
        for (number, ran) in ran.iter().enumerate().filter(|(_, ran)| ran.code != 0) {
            let error = &ran.json()["error"];
            assert_eq!((ran.code, &error["kind"]), (1, &json!("refused")), "{ran:?}");
            if number % 2 == 0 {
                assert_eq!(error["reason"], "moved", "{error}");
            }
            assert!(error["help"].is_string(), "{error}");
        }
        assert_eq!(done[0].json()["seq"], last(&sandbox, "1R"), "one did it, and nothing came after");
    }
    assert_sound(&sandbox);
    assert_replays(&sandbox, 1);
}

#[test]
fn eight_programs_on_the_same_and_on_other_cases_do_each_thing_once() {
    let sandbox = begun();
    open(&sandbox, (0..5).map(|number| format!("CASE{number}")));
    let cases = references(&sandbox);
    for round in 0..3 {
        // Four have a case of their own, and four write to the fifth.
        let step = [
            "do CASE --as CLK",
            "receive CASE --as CLK --attach proof-of-address=SP-1",
            "check-off CASE lives-there --as CLK",
        ][round];
        let own = cases.iter().take(4).map(|case| step.replace("CASE", case));
        let shared = (0..4).map(|number| format!("note {} note-{round}-{number}", cases[4]));
        let before: Vec<u64> = cases.iter().map(|case| last(&sandbox, case)).collect();
        let ran = at_once(&sandbox, &own.chain(shared).collect::<Vec<_>>());
        assert!(ran.iter().all(|ran| ran.code == 0), "{ran:?}");
        // Each was answered with an event of its own.
        let mut seqs: Vec<u64> = ran.iter().skip(4).map(|ran| ran.json()["seq"].as_u64().unwrap()).collect();
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=4).map(|more| before[4] + more).collect::<Vec<_>>());
    }
    assert_eq!(count(&sandbox.path("casebook.db"), "SELECT count(*) FROM event WHERE name = 'note-added'"), 12);
    assert_sound(&sandbox);
    assert_replays(&sandbox, 5);
}

#[test]
fn of_four_ticks_at_once_each_timer_fires_once() {
    let sandbox = begun();
    open(&sandbox, (0..12).map(|number| format!("TICK{number}")));
    let due = "SELECT count(*) FROM timer WHERE passed = 0 AND fires_at <= '2022-10-06T00:00:00Z'";
    let due = count(&sandbox.path("casebook.db"), due);
    assert!(due >= 12, "{due}");
    let ran = at_once(&sandbox, &vec!["tick --now 2022-10-06T00:00:00Z".to_string(); 4]);
    assert!(ran.iter().all(|ran| ran.code == 0), "{ran:?}");
    let mut fired: Vec<String> = Vec::new();
    for ran in &ran {
        let said = ran.json();
        assert_eq!(said["faults"], json!([]));
        let word = |one: &Value| format!("{} {} {}", one["case"], one["kind"], one["id"]);
        fired.extend(said["fired"].as_array().unwrap().iter().map(word));
    }
    let told = fired.len();
    fired.sort();
    fired.dedup();
    assert_eq!(
        (told, fired.len()),
        (usize::try_from(due).unwrap(), usize::try_from(due).unwrap()),
        "each was told once, by one of them"
    );
    let passed =
        rows(&look(&sandbox.path("casebook.db")), "SELECT case_number FROM event WHERE name = 'deadline-passed'");
    assert_eq!(passed.len(), fired.len());
    assert_sound(&sandbox);
}
