//! `map test`: the stories of the real maps, stories that fail, coverage for CI, and suggested stories that come to everything.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use common::{Sandbox, root};
use serde_json::Value;

/// A folder with the library of the tutorial as `library`.
fn library() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.add_as("examples/library", "library");
    sandbox
}

#[test]
fn the_stories_of_the_real_maps_pass() {
    let (code, answer) = Sandbox::real().json("map test");
    let summary = &answer["summary"];
    assert_eq!((code, summary["failed"].as_u64()), (0, Some(0)), "{answer:#}");
    assert!(summary["stories"].as_u64() >= Some(270), "{answer:#}");
    assert_eq!(answer["stopped"], Value::Array(Vec::new()));
}

#[test]
fn the_coverage_of_the_real_maps_fits_80_columns() {
    let ran = Sandbox::real().line("map test");
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
    insta::assert_snapshot!("real_stories", ran.shown());
}

/// The library with two stories that do not fit its maps, and one that does.
fn failing() -> Sandbox {
    let sandbox = library();
    let file = "library/overdue-book.scenarios.yaml";
    sandbox.replace(file, "- expect: { step: collect, lapsed: answer }", "- expect: { step: collect, late: settle }");
    sandbox.replace(file, "because: not-here", "because: wrong-role");
    let told = "scenarios: pay-for-book\ncases:\n  paid-late:\n    starts: 2026-10-01 10:00\n    \
        record: { card_number: H123456, price: '9.90' }\n    story:\n      - wait: 31 days\n    \
        ends: { outcome: not-paid }\n";
    sandbox.write("library/pay-for-book.scenarios.yaml", told);
    sandbox
}

#[test]
fn a_story_that_fails_is_told_up_to_the_fault_and_stops_no_other() {
    let ran = failing().line("map test library");
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
    insta::assert_snapshot!("failing_stories", ran.shown());
}

#[test]
fn programs_are_told_where_and_why() {
    let (code, answer) = failing().json("map test library");
    assert_eq!(code, 1);
    assert_eq!(answer["summary"], serde_json::json!({ "stories": 3, "passed": 1, "failed": 2 }));
    let story = &answer["stories"][0];
    let failure = &story["failure"];
    assert_eq!((&story["story"], &story["passed"]), (&Value::from("lost-and-paid-for"), &Value::from(false)));
    assert_eq!((&failure["file"], &failure["line"]), (&"library/overdue-book.scenarios.yaml".into(), &16.into()));
    assert_eq!(failure["expected"], "late settle");
    assert_eq!(failure["found"], "nothing late");
    assert_eq!(failure["at"], "2026-11-14T10:00:00Z");
    let coverage = answer["coverage"].as_array().unwrap();
    let maps: Vec<(&str, bool)> =
        coverage.iter().map(|map| (map["map"].as_str().unwrap(), map["under_test"].as_bool().unwrap())).collect();
    assert_eq!(maps, [("overdue-book", true), ("pay-for-book", true), ("buying", false)]);
    assert!(coverage[0]["rest"].as_array().unwrap().iter().any(|rest| rest["words"] == "step stop-card"), "{answer:#}");
}

type Words = &'static [&'static str];
type Shape = (&'static str, Words, Words, Words);

/// What an element of the `junit-10.xsd` of the Jenkins xUnit plugin may hold: its attributes, those it must have, its children.
const XSD: [Shape; 4] = [
    ("testsuites", &["name", "time", "tests", "failures", "errors"], &[], &["testsuite"]),
    (
        "testsuite",
        &[
            "name",
            "tests",
            "failures",
            "errors",
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
        ],
        &["name", "tests", "failures", "errors"],
        &["testcase"],
    ),
    ("testcase", &["name", "time", "classname", "group"], &["name"], &["failure"]),
    ("failure", &["type", "message"], &[], &[]),
];

/// Holds a document against that: every element inside one that may hold it, with attributes that it may and must have. Gives how
/// often each stands there.
fn hold_against_the_schema(xml: &str) -> BTreeMap<String, usize> {
    let rest = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    let mut open: Vec<String> = Vec::new();
    let mut found = BTreeMap::new();
    for piece in rest.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        assert!(text.trim().is_empty() || open.last().is_some_and(|open| open == "testcase"), "text stands at {tag}");
        assert!(!text.contains('>'), "`>` is not escaped in {text}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap().to_string();
        let (_, may, must, _) = XSD.iter().find(|(known, ..)| *known == name).unwrap();
        let attributes: Vec<&str> = tag.split("=\"").map(|part| part.rsplit([' ', '"']).next().unwrap()).collect();
        let attributes = &attributes[..attributes.len() - 1];
        assert!(attributes.iter().all(|one| may.contains(one)), "{name} has {attributes:?}");
        assert!(must.iter().all(|one| attributes.contains(one)), "{name} has only {attributes:?}");
        match open.last() {
            None => assert_eq!(name, "testsuites"),
            Some(parent) => {
                let (.., children) = XSD.iter().find(|(known, ..)| known == parent).unwrap();
                assert!(children.contains(&name.as_str()), "{name} in {parent}");
            }
        }
        *found.entry(name.clone()).or_default() += 1;
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    found
}

#[test]
fn ci_servers_are_told_in_junit() {
    let ran = failing().line("map test library --min-coverage 99 --format junit");
    assert_eq!(ran.code, 1);
    // Three stories, of which two fail; two maps that are covered by less than 99%.
    let found = hold_against_the_schema(&ran.stdout);
    let count = |name: &str| found.get(name).copied().unwrap_or(0);
    assert_eq!((count("testsuite"), count("testcase"), count("failure")), (2, 5, 4), "{}", ran.stdout);
    assert!(ran.stdout.contains("tests=\"5\" failures=\"4\""), "{}", ran.stdout);
    assert!(ran.stdout.contains(">library/overdue-book.scenarios.yaml:16:9\n"), "{}", ran.stdout);
    let ran = library().line("map test library --format junit");
    assert_eq!((ran.code, hold_against_the_schema(&ran.stdout).get("failure")), (0, None));
}

#[test]
fn a_map_that_is_covered_too_little_fails_ci() {
    let sandbox = library();
    let ran = sandbox.line("map test library --min-coverage 70");
    assert_eq!(ran.code, 0, "{}", ran.shown());
    let ran = sandbox.line("map test library --min-coverage 90");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.ends_with("all passed\ncovered by less than 90%:\n  overdue-book\n"), "{}", ran.stdout);
    // A map that is named is under test, whether it has stories or not.
    let ran = sandbox.line("map test pay-for-book --min-coverage 1 --atlas library");
    assert_eq!((ran.code, ran.stdout.contains("no stories of 1 map")), (1, true), "{}", ran.shown());
}

#[test]
fn what_is_tested_can_be_named() {
    let sandbox = Sandbox::real();
    for (what, stories) in [
        ("transfer-out", 3),
        ("transfer-out transfer-in", 7),
        ("processes/transfers", 13),
        ("processes/transfers/transfer-out.yaml", 3),
        ("processes/transfers/transfer-out.scenarios.yaml financial-review-preparation", 10),
    ] {
        let (code, answer) = sandbox.json(&format!("map test {what}"));
        assert_eq!((code, answer["summary"]["stories"].as_u64()), (0, Some(stories)), "{what}");
    }
    sandbox.add("examples");
    for (what, code, says) in [
        ("transfer-uot", 3, "did you mean `transfer-out`?"),
        ("processes examples/library", 2, "these are of different atlases"),
        ("examples/library transfer-out", 2, "these are of different atlases"),
        ("examples/pilot.rs", 3, "is in no atlas"),
        ("examples/mistake", 3, "there are no stories to run"),
        ("--suggest --format junit", 2, "suggested stories are YAML"),
    ] {
        let ran = sandbox.line(&format!("map test {what}"));
        assert_eq!((ran.code, ran.stderr.contains(says)), (code, true), "{what}: {}", ran.shown());
    }
}

#[test]
fn stories_with_errors_are_not_run_and_fail() {
    let sandbox = library();
    sandbox.replace("library/overdue-book.scenarios.yaml", "do: write", "do: wriet");
    let ran = sandbox.line("map test library");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("not run: library/overdue-book.scenarios.yaml\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("mapcase check library/overdue-book.scenarios.yaml"), "{}", ran.stdout);
    let checked = sandbox.line("check library/overdue-book.scenarios.yaml");
    assert!(checked.stdout.contains("error[unknown-step]: there is no step `wriet`"), "{}", checked.shown());
    // It stops the stories of its own map alone.
    assert_eq!(sandbox.line("map test pay-for-book --atlas library").code, 0);
    assert_eq!(sandbox.line("map test overdue-book --atlas library").code, 1);
    let junit = sandbox.line("map test library --format junit");
    assert_eq!(hold_against_the_schema(&junit.stdout).get("failure"), Some(&1));
    // A map with errors stops its own stories: they fail where they begin.
    let sandbox = library();
    sandbox.replace("library/overdue-book.yaml", "next: is-back", "next: is-bakc");
    let ran = sandbox.line("map test library");
    assert_eq!((ran.code, ran.stdout.contains("no case can be opened")), (1, true), "{}", ran.shown());
}

/// Adds what is suggested to an atlas, as its user would, and runs everything.
fn add_suggestions(sandbox: &Sandbox, atlas: &str) -> (Value, Value) {
    let (code, answer) = sandbox.json(&format!("map test --suggest --atlas {atlas}"));
    assert_eq!(code, 0, "{answer:#}");
    for suggestion in answer["suggestions"].as_array().unwrap() {
        let (file, yaml) = (suggestion["file"].as_str().unwrap(), suggestion["yaml"].as_str().unwrap());
        if yaml.is_empty() {
            continue;
        }
        let before = match suggestion["exists"].as_bool().unwrap() {
            true => fs::read_to_string(sandbox.path(file)).unwrap(),
            false => String::new(),
        };
        sandbox.write(file, before + yaml);
    }
    let checked = sandbox.line(&format!("check {atlas}"));
    assert_eq!(checked.code, 0, "{}", checked.shown());
    let (code, tested) = sandbox.json(&format!("map test --atlas {atlas}"));
    assert_eq!((code, &tested["summary"]["failed"]), (0, &Value::from(0)), "{tested:#}");
    (answer, tested)
}

/// What of each map is left, in words.
fn left(answer: &Value, list: &str, each: &str) -> BTreeSet<(String, String)> {
    let maps = answer[list].as_array().unwrap();
    let rest = maps.iter().flat_map(|map| {
        let words = map[each].as_array().unwrap().iter().map(|rest| rest["words"].as_str().unwrap().to_string());
        words.map(|words| (map["map"].as_str().unwrap().to_string(), words)).collect::<Vec<_>>()
    });
    rest.collect()
}

#[test]
fn with_what_is_suggested_everything_that_can_be_reached_is_covered() {
    for (sandbox, atlas) in [(Sandbox::real(), "processes"), (Sandbox::small(), "processes"), (library(), "library")] {
        let (suggested, tested) = add_suggestions(&sandbox, atlas);
        let rest = left(&tested, "coverage", "rest");
        assert!(rest.is_subset(&left(&suggested, "suggestions", "unreached")), "{rest:#?}");
        // Every map is then under test, and nothing more is suggested.
        let (_, again) = sandbox.json(&format!("map test --suggest --atlas {atlas}"));
        let stories = again["suggestions"].as_array().unwrap().iter();
        assert!(stories.clone().count() > 1 && stories.clone().all(|map| map["yaml"] == ""), "{again:#}");
        let known: &[(&str, &str)] = match atlas {
            // Keeping every deadline and wait between the letter and the payment takes less than the three months.
            "library" => &[("overdue-book", "the limit settle passes")],
            _ => &[],
        };
        let known = known.iter().map(|(map, words)| (map.to_string(), words.to_string())).collect();
        assert_eq!(rest, known);
    }
}

#[test]
fn suggestions_are_yaml_with_their_place_and_what_cannot_be_reached() {
    insta::assert_snapshot!(
        "suggested_stories",
        library().line("map test overdue-book --suggest --atlas library").shown()
    );
    let ran = library().line("map test pay-for-book --suggest --atlas library");
    let head = "# pay-for-book: a new file, library/pay-for-book.scenarios.yaml\nscenarios: pay-for-book\ncases:\n";
    assert!(ran.stdout.starts_with(head), "{}", ran.stdout);
}

#[test]
fn the_story_in_the_readme_is_one_of_the_real_ones() {
    let readme = fs::read_to_string(root("README.md")).unwrap();
    let (_, section) = readme.split_once("\n## What stories test\n").unwrap();
    let (_, after) = section.split_once("```yaml\n").unwrap();
    let (story, _) = after.split_once("```\n").unwrap();
    let indented: String = story.lines().map(|line| format!("  {line}\n")).collect();
    let real = fs::read_to_string(root("processes/transfers/transfer-out.scenarios.yaml")).unwrap();
    assert!(real.contains(&indented), "{indented}");
}
