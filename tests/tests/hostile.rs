//! Hostile words in every text of an atlas and of a case, through every command that writes something; and the inputs on which a fuzz
//! target once stopped. What is written reads back, and nothing in it plays with a terminal, a browser or a parser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;
#[path = "../fuzz/src/lib.rs"]
#[allow(dead_code, unused_imports, reason = "the fuzz targets use the rest")]
mod fuzz;

use std::path::Path;

use common::{Sandbox, root};
use fuzz::worded::{assert_plain, assert_xml, places};
use fuzz::{Bytes, TARGETS, lines, scene, worded};

/// What a hostile or an unlucky author writes.
const NASTY: [&str; 16] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://a.b\",\"x\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u{202e}txt.exe\u{202c}\u{2066}",
    "a\u{1b}[2J\u{1b}[8mhidden\u{1b}[0m\u{1b}]0;title\u{7}",
    "\u{9b}31mC1\u{85}\u{7f}",
    "]]>&#0;&amp;<!--",
    "::error file=x::said\n::stop-commands::t",
    "\u{0}\u{1}\u{b}\u{fffe}",
    "%%{init: {}}%% --> end\nsubgraph",
    "\\\"; digraph { x -> y }",
    "javascript:alert(1)",
    "\u{e0041}\u{e0042}\u{200b}\u{feff}\u{61c}\u{ad}",
    "../../../etc/passwd",
    "'; DROP TABLE event; --",
];

/// The same, without what a record refuses.
fn typed() -> impl Iterator<Item = &'static str> + Clone {
    NASTY.into_iter().filter(|text| !text.chars().any(char::is_control))
}

/// A folder with the atlas, each word of which begins with a letter, and a case in it.
fn room(turn: usize) -> Sandbox {
    let sandbox = Sandbox::empty();
    let words: Vec<String> = (0..places()).map(|at| NASTY[(at + turn) % NASTY.len()].to_string()).collect();
    for file in worded::files(&words, "W") {
        sandbox.write(&format!("processes/{}", file.path), file.bytes);
    }
    sandbox
}

#[track_caller]
fn without_style(text: &str, what: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split("\u{1b}[");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (codes, rest) =
            part.split_once('m').unwrap_or_else(|| panic!("{what}: an escape that is no style: {part:?}"));
        assert!(
            codes.split(';').all(|code| code != "8" && code.bytes().all(|byte| byte.is_ascii_digit())),
            "{what}: {codes}"
        );
        out.push_str(rest);
    }
    out
}

fn look(sandbox: &Sandbox, words: &[&str]) {
    let what = words.join(" ");
    for colour in ["never", "always"] {
        let ran = sandbox.run(&[words, &["--color", colour]].concat());
        assert!([0, 1].contains(&ran.code), "{what}: {}", ran.shown());
        assert_plain(&without_style(&ran.stdout, &what), &what);
        assert_plain(&without_style(&ran.stderr, &what), &what);
    }
}

#[test]
fn hostile_words_are_written_by_every_command_and_harm_nobody() {
    for turn in 0..NASTY.len() {
        let sandbox = room(turn);
        let run = |words: &[&str]| {
            let ran = sandbox.run(words);
            assert_eq!(ran.code, 0, "{words:?}: {}", ran.shown());
            ran.stdout
        };
        let value = typed().cycle().nth(turn).unwrap();
        let set = |field: &str| format!("{field}={value}");
        run(&["init", "--simulated", "--now", "2022-10-03 09:00"]);
        run(&["open", "review", "--set", &set("remark"), "--set", &set("child"), "--actor", value]);
        run(&["note", "1R", value, "--actor", value]);
        run(&["assign", "1R", value]);
        let attach = format!("letter={value}");
        run(&["do", "1R", "--set", &set("number"), "--attach", &attach, "--check-off", "signed"]);
        for words in [
            &["check"][..],
            &["check", "--notes"],
            &["map", "list"],
            &["map", "show", "review"],
            &["map", "times", "review"],
            &["map", "test"],
            &["map", "what-if"],
            &["show", "1R"],
            &["history", "1R"],
            &["list"],
            &["work"],
            &["due"],
            &["controls"],
            &["controls", "--exceptions"],
            &["audit", "verify"],
            &["audit", "replay", "1R"],
            &["set", "1R", &set("signed_on")],
            &["answer", "1R", value],
            &["note", "1R", "a\u{1b}[2J"],
        ] {
            look(&sandbox, words);
            let ran = sandbox.run(&[words, &["--format", "json"]].concat());
            assert_plain(&ran.stdout, "json");
            serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        }
        written(&run);
        let refused = sandbox.run(&["check", "--format", "github", "--notes"]).stdout;
        assert_plain(&refused, "github");
        let (_, findings) = refused
            .trim_end()
            .split('\n')
            .collect::<Vec<_>>()
            .split_last()
            .map(|(last, all)| (*last, all.to_vec()))
            .unwrap();
        assert!(
            findings.iter().all(|line| line.starts_with("::notice file=") || line.starts_with("::warning file=")),
            "{findings:?}"
        );
    }
}

/// What is written for other programs.
fn written(run: &impl Fn(&[&str]) -> String) {
    for words in [
        &["map", "draw", "review"][..],
        &["map", "draw"],
        &["map", "draw", "--case", "1R"],
        &["map", "draw", "review", "--format", "bpmn"],
        &["check", "--format", "junit"],
        &["map", "book", "--output", "-"],
    ] {
        let (text, what) = (run(words), words.join(" "));
        assert_plain(&text, &what);
        let document = assert_xml(&text, &what);
        let scripts = document.descendants().filter(|node| node.tag_name().name() == "script").count();
        assert_eq!(scripts, usize::from(words.contains(&"book")), "{what}");
    }
    for format in ["mermaid", "dot"] {
        assert_plain(&run(&["map", "draw", "review", "--format", format]), format);
        assert_plain(&run(&["map", "draw", "--format", format]), format);
    }
    let sarif = run(&["check", "--format", "sarif"]);
    assert_plain(&sarif, "sarif");
    serde_json::from_str::<serde_json::Value>(&sarif).unwrap();
}

/// The name of a file is hostile too, and so is what stands in one that is no YAML.
#[cfg(unix)]
#[test]
fn the_name_of_a_file_and_what_cannot_be_read_in_it_are_shown_plainly() {
    let sandbox = Sandbox::small();
    sandbox.write("processes/a\u{1b}[2J\u{202e}\n::error::b.yaml", "map: \u{202e}x\n  y: [\u{9b}1m\n");
    look(&sandbox, &["check"]);
    for format in ["json", "sarif"] {
        let said = sandbox.run(&["check", "--format", format]).stdout;
        assert_plain(&said, format);
        serde_json::from_str::<serde_json::Value>(&said).unwrap();
    }
    assert_xml(&sandbox.run(&["check", "--format", "junit"]).stdout, "junit");
    let github = sandbox.run(&["check", "--format", "github"]).stdout;
    assert!(!github.lines().any(|line| line.starts_with("::error::")), "{github}");
}

#[test]
fn what_once_stopped_a_fuzz_target_no_longer_does() {
    let found = root("tests/fuzz/found");
    let mut seen = 0;
    for folder in std::fs::read_dir(&found).unwrap().map(|entry| entry.unwrap().path()) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_string();
        let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a folder of a target");
        for input in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            target(&std::fs::read(&input).unwrap());
            seen += 1;
        }
    }
    assert!(seen > 0);
}

/// Every target stands in the manifest, and takes what is nothing and what is its own.
#[test]
fn every_fuzz_target_is_listed_and_runs() {
    let manifest = std::fs::read_to_string(root("tests/fuzz/Cargo.toml")).unwrap();
    for (name, target) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        assert!(Path::new(&root(&format!("tests/fuzz/fuzz_targets/{name}.rs"))).exists(), "{name}");
        if name != "batch_lines" {
            target(b"");
            target(b"\x01\x02\x03\x04{}\n=1+1\n<b>\n");
        }
    }
    let _ = (Bytes(b"").byte(), lines::folder(), scene::files());
    fuzz::map_text(scene::REVIEW.as_bytes());
    fuzz::calendar(scene::CALENDAR.as_bytes());
    fuzz::controls(scene::CONTROLS.as_bytes());
    fuzz::atlas_text(scene::ATLAS.as_bytes());
}
