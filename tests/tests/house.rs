//! House law that no compiler keeps: see docs/architecture.md.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "this test reads the source")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file below a folder with an ending, with its text.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    assert!(!found.is_empty(), "{folder} has no {ending}");
    found
}

#[test]
fn every_file_says_at_its_head_what_it_is() {
    for folder in ["crates", "tests/src", "tests/tests", "examples"] {
        for (path, text) in files(folder, ".rs") {
            assert!(text.starts_with("//! "), "{} does not begin with `//! `", path.display());
        }
    }
}

/// A ratchet: no file of the product grows past this; lower it when the longest shrinks.
const LONGEST_FILE_LINES: usize = 450;

#[test]
fn no_file_grows_past_what_can_be_read() {
    for krate in ["map", "case", "engine", "cli"] {
        for (path, text) in files(&format!("crates/{krate}/src"), ".rs") {
            let lines = text.lines().count();
            assert!(lines <= LONGEST_FILE_LINES, "{} has {lines} lines: split it", path.display());
        }
    }
}

#[test]
fn map_and_case_have_nothing_with_which_to_read_or_write() {
    for krate in ["map", "case"] {
        let manifest = fs::read_to_string(root().join(format!("crates/{krate}/Cargo.toml"))).unwrap();
        let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
        let (dependencies, _) = dependencies.split_once("[dev-dependencies]").unwrap();
        for forbidden in
            ["rusqlite", "clap", "anstream", "tempfile", "getrandom", "clock", "mapcase-engine", "mapcase-cli"]
        {
            assert!(!dependencies.contains(forbidden), "crates/{krate} depends on {forbidden}");
        }
        for (path, text) in files(&format!("crates/{krate}/src"), ".rs") {
            for forbidden in
                ["std::fs", "std::env", "std::net", "std::process", "std::thread", "SystemTime", "Utc::now", "println!"]
            {
                assert!(!text.contains(forbidden), "{} uses {forbidden}", path.display());
            }
        }
    }
}

#[test]
fn only_one_file_reads_the_clock() {
    for (path, text) in files("crates", ".rs") {
        let is_the_clock = path.ends_with("engine/src/clock.rs");
        assert_eq!(text.contains("Utc::now()") || text.contains("Local::now()"), is_the_clock, "{}", path.display());
    }
}

/// The engine knows no process: another council needs YAML alone.
#[test]
fn no_code_of_the_product_knows_the_first_atlas() {
    for (path, text) in ["map", "case", "engine"].iter().flat_map(|krate| files(&format!("crates/{krate}/src"), ".rs"))
    {
        if path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let code: String = text
            .lines()
            .take_while(|line| !line.contains("#[cfg(test)]"))
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for word in [
            "direct payment",
            "childrens",
            "social care",
            "social worker",
            "escalation-to",
            "family_managed",
            "ics_number",
        ] {
            assert!(!code.to_lowercase().contains(word), "{} knows `{word}`", path.display());
        }
    }
}

#[test]
fn every_decision_is_listed() {
    let list = fs::read_to_string(root().join("docs/decisions/README.md")).unwrap();
    for (path, _) in files("docs/decisions", ".md") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name == "README.md" || list.contains(&name), "docs/decisions/README.md does not list {name}");
    }
}
