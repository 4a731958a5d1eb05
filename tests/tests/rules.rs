//! The pages of the rules in docs/rules, and `mapcase explain`, from which they are made. `UPDATE_RULES=1 cargo test -p
//! mapcase-tests --test rules` writes the pages anew; read the difference before it is committed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use common::{Sandbox, root};
use mapcase_map::rules::{ALL, Family, may_be_allowed, rule};
use serde_json::json;

fn folder() -> PathBuf {
    root("docs/rules")
}

/// Every page that there must be, by its name.
fn pages() -> BTreeMap<String, String> {
    let sandbox = Sandbox::empty();
    let page = |args: &[&str]| {
        let ran = sandbox.run(&[&["explain", "--format", "markdown"], args].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
        ran.stdout
    };
    let rules = ALL.iter().map(|rule| (format!("{}.md", rule.id), page(&[rule.id])));
    rules.chain([("README.md".to_string(), page(&[]))]).collect()
}

#[test]
fn every_rule_has_its_page_and_no_page_is_stale() {
    let pages = pages();
    if std::env::var("UPDATE_RULES").is_ok() {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).unwrap();
        for (name, text) in &pages {
            fs::write(folder().join(name), text).unwrap();
        }
    }
    let there = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let there = there.map(|path| (path.file_name().unwrap().to_str().unwrap().to_string(), path));
    let there: BTreeMap<String, String> = there.map(|(name, path)| (name, fs::read_to_string(path).unwrap())).collect();
    let wrong: Vec<&String> =
        pages.keys().chain(there.keys()).filter(|name| pages.get(*name) != there.get(*name)).collect();
    assert!(
        wrong.is_empty(),
        "missing, stale or superfluous in docs/rules: {wrong:?}; UPDATE_RULES=1 writes them anew"
    );
}

#[test]
fn every_page_shows_the_fault_and_its_remedy() {
    for (name, text) in pages() {
        let Some(rule) = rule(name.trim_end_matches(".md")) else { continue };
        assert!(text.contains(rule.about) && text.contains(rule.why), "{name}");
        let found = format!("{}[{}]: ", rule.severity.word(), rule.id);
        assert_eq!(text.matches(&found).count(), rule.bad.marks().len(), "{name}: one finding for each mark");
        let (_, right) = text.split_once("\n## Right\n").unwrap();
        assert!(right.contains("```yaml\n") || right.contains("Without `"), "{name} shows no remedy:\n{right}");
        assert!(!text.contains('⟦') && !text.contains('\u{1b}'), "{name}");
        assert_eq!(text.contains(&format!("allow: {{ {}: WHY }}", rule.id)), may_be_allowed(rule), "{name}");
    }
}

#[test]
fn a_rule_is_explained_in_words() {
    insta::assert_snapshot!(Sandbox::empty().line("explain unused-allowance").shown());
}

#[test]
fn the_list_names_every_rule_under_its_family() {
    let ran = Sandbox::empty().line("explain");
    assert_eq!(ran.code, 0);
    let mut lines = ran.stdout.lines();
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
    for family in Family::ALL.into_iter().filter(|family| ALL.iter().any(|rule| rule.family == *family)) {
        assert!(lines.any(|line| line.starts_with(&format!("{}: ", family.words().0))), "{family:?}");
        for rule in ALL.iter().filter(|rule| rule.family == family) {
            let head = format!("  {}  {}", rule.id, rule.severity.word());
            assert!(lines.any(|line| line == head), "{head}");
        }
    }
}

#[test]
fn a_rule_is_explained_to_programs() {
    let sandbox = Sandbox::empty();
    let (code, list) = sandbox.json("explain");
    assert_eq!((code, list["rules"].as_array().unwrap().len()), (0, ALL.len()));
    let (_, rule) = sandbox.json("explain control-unbound");
    let head = ["rule", "family", "severity", "may_be_allowed"].map(|key| rule[key].clone());
    assert_eq!(head, [json!("control-unbound"), json!("controls"), json!("error"), json!(true)]);
    let found = &rule["bad"]["diagnostics"][0];
    assert_eq!(
        (&found["rule"], &found["file"], &found["line"]),
        (&json!("control-unbound"), &json!("audit.yaml"), &json!(5))
    );
    let text = rule["good"]["files"][1]["text"].as_str().unwrap();
    assert!(text.starts_with("map: transfer-out\n") && text.contains("controls: [A3.6, A5.1]"));
    let (_, bytes) = sandbox.json("explain not-utf-8");
    assert!(bytes["bad"]["files"][0]["text"].is_null() && bytes["bad"]["files"][0]["about"].is_string());
}

#[test]
fn a_rule_that_is_not_there_is_not_found() {
    let sandbox = Sandbox::empty();
    let ran = sandbox.line("explain unreachable_stp");
    let says = "error: there is no rule `unreachable_stp`\nhelp: did you mean `unreachable-step`?\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (3, "", says));
    let (code, answer) = sandbox.json("explain nothing-like-it");
    assert_eq!((code, &answer["error"]["kind"]), (3, &json!("not-found")));
}
