//! The documents that users read hold true: their YAML passes the checker, their tables are those of the program, their
//! queries fit the casebook.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "this test reads the documents")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mapcase_engine::{Casebook, Making, files::read_atlas_files};
use mapcase_map::{AtlasFile, Checked, Severity, check, rules};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document(name: &str) -> String {
    fs::read_to_string(project().join("docs").join(name)).unwrap()
}

/// A piece of a document: a heading, or a block in a language with its text.
#[derive(Debug)]
enum Piece<'d> {
    Heading(&'d str),
    Block(&'d str, String),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            pieces.push(Piece::Block(language, block.join("\n") + "\n"));
        } else if line.starts_with('#') {
            pieces.push(Piece::Heading(line.trim_start_matches('#').trim()));
        }
    }
    pieces
}

fn blocks(text: &str, language: &str) -> Vec<String> {
    let block = |piece| match piece {
        Piece::Block(found, block) if found == language => Some(block),
        _ => None,
    };
    pieces(text).into_iter().filter_map(block).collect()
}

/// The rows of the tables under a heading, each as its cells.
fn rows<'d>(text: &'d str, heading: &str) -> Vec<Vec<&'d str>> {
    let is_heading = |line: &&str| line.starts_with('#');
    let section = text.lines().skip_while(|line| !is_heading(line) || line.trim_start_matches('#').trim() != heading);
    let rows = section.skip(1).take_while(|line| !is_heading(line)).filter(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// What stands between the backquotes of a cell.
fn word(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}

/// Checks an atlas; no error and no warning may be found.
fn clean(files: &BTreeMap<String, String>, place: &str) -> Checked {
    let file = |(path, text): (&String, &String)| AtlasFile { path: path.clone(), bytes: text.clone().into_bytes() };
    let checked = check(&files.iter().map(file).collect::<Vec<_>>());
    let faults: Vec<_> = checked.findings.iter().filter(|finding| finding.severity < Severity::Note).collect();
    assert!(faults.is_empty(), "{place}: {faults:#?}");
    checked
}

/// Whether the lines stand in the file one after the other, perhaps further in.
fn holds(file: &str, lines: &str) -> bool {
    let lines: Vec<&str> = lines.lines().collect();
    let file: Vec<&str> = file.lines().collect();
    file.windows(lines.len()).any(|window| {
        let indent = window[0].len() - window[0].trim_start().len();
        window.iter().zip(&lines).all(|(found, line)| found.get(indent..).unwrap_or("") == *line)
    })
}

#[test]
fn every_yaml_of_the_language_document_is_sound() {
    let text = document("language.md");
    let library = |name: &str| fs::read_to_string(project().join("examples/library").join(name)).unwrap();
    let mut atlas: BTreeMap<String, String> = BTreeMap::new();
    let mut states = 0;
    let mut place = "";
    for piece in pieces(&text) {
        match piece {
            // Each section leaves a sound atlas, as soon as there is a map.
            Piece::Heading(heading) => {
                if atlas.values().any(|file| file.starts_with("map:")) {
                    clean(&atlas, place);
                    states += 1;
                }
                place = heading;
            }
            Piece::Block("yaml", block) => {
                let (mark, yaml) = block.split_once('\n').unwrap();
                if let Some(name) = mark.strip_prefix("# file: ") {
                    atlas.insert(name.to_string(), yaml.to_string());
                } else if let Some(name) = mark.strip_prefix("# from: ") {
                    assert!(holds(&library(name), yaml), "{place}: this does not stand in {name}:\n{yaml}");
                } else {
                    panic!("{place}: YAML that begins with neither `# file: NAME` nor `# from: NAME`:\n{block}");
                }
            }
            Piece::Block(..) => {}
        }
    }
    assert!(states > 10, "the document shows maps under its first headings");
    let checked = clean(&atlas, "the whole document");
    assert_eq!(checked.atlas.unwrap().machines().len(), 4);
    for (name, yaml) in &atlas {
        assert_eq!(*yaml, library(name), "the document and examples/library differ in {name}");
    }
    let known = fs::read_dir(project().join("examples/library")).unwrap();
    let known: BTreeSet<String> = known.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(known, atlas.into_keys().collect(), "examples/library and the files that the document shows");
}

#[test]
fn the_library_example_is_sound() {
    let checked = check(&read_atlas_files(&project().join("examples/library")).unwrap());
    assert!(!checked.findings.iter().any(|finding| finding.severity < Severity::Note), "{:#?}", checked.findings);
    let atlas = checked.atlas.unwrap();
    assert_eq!((atlas.zone().name(), atlas.machines().len()), ("Europe/Dublin", 4));
}

#[test]
fn the_table_of_rules_is_the_registry() {
    let text = document("language.md");
    let rows = rows(&text, "What the checker says");
    let listed: Vec<(&str, String, &str)> = rows
        .iter()
        .filter_map(|row| Some((word(row[0])?, row[1].to_string(), row[2])))
        .inspect(|(id, ..)| assert!(rows.iter().any(|row| word(row[0]) == Some(*id) && row[3].len() > 10), "{id}"))
        .collect();
    let family = |rule: &rules::Rule| format!("{:?}", rule.family).to_lowercase();
    let registered: Vec<(&str, String, &str)> =
        rules::ALL.iter().map(|rule| (rule.id, family(rule), rule.severity.word())).collect();
    assert_eq!(listed, registered, "the table of rules of docs/language.md, and ALL of crates/map/src/rules/mod.rs");
}

#[test]
fn the_errors_that_may_be_allowed_are_named() {
    let text = document("language.md");
    let (_, section) = text.split_once("\n### What is allowed\n").unwrap();
    let (_, named) = section.split_once("Of the errors, only those with which a map still runs:\n").unwrap();
    let (named, _) = named.split_once(". ").unwrap();
    let named: Vec<&str> = named.split(", ").map(|rule| word(rule).unwrap()).collect();
    let may = |rule: &&&rules::Rule| rule.severity == Severity::Error && rules::may_be_allowed(rule);
    assert_eq!(named, rules::ALL.iter().filter(may).map(|rule| rule.id).collect::<Vec<_>>());
}

/// The key that no group of the language has.
const STRANGE: &str = "zzzzzzzzzz";

/// Each group of keys: the headings under which the document lists its keys, and a file that has the strange key there.
const GROUPS: [(&[&str], &str); 28] = [
    (&["Atlas"], "atlas: a\nzzzzzzzzzz: 1"),
    (&["Document"], "atlas: a\ndocuments: { d: { zzzzzzzzzz: 1 } }"),
    (&["Entry of the risk rule"], "atlas: a\nrisk: [{ zzzzzzzzzz: 1 }]"),
    (&["Calendar"], "calendar: a\nzzzzzzzzzz: 1"),
    (&["Register of controls"], "controls: a\nzzzzzzzzzz: 1"),
    (&["Control"], "controls: a\nitems: { A1: { zzzzzzzzzz: 1 } }"),
    (&["Report of a control"], "controls: a\nitems: { A1: { exceptions: { a: { zzzzzzzzzz: 1 } } } }"),
    (&["Scenarios"], "scenarios: a\nzzzzzzzzzz: 1"),
    (&["Story"], "scenarios: a\ncases: { a: { zzzzzzzzzz: 1 } }"),
    (&["Item of a story"], "scenarios: a\ncases: { a: { story: [{ zzzzzzzzzz: 1 }] } }"),
    (&["Expect"], "scenarios: a\ncases: { a: { story: [{ expect: { zzzzzzzzzz: 1 } }] } }"),
    (&["Refuse"], "scenarios: a\ncases: { a: { story: [{ refuse: { zzzzzzzzzz: 1 } }] } }"),
    (&["Ends"], "scenarios: a\ncases: { a: { ends: { zzzzzzzzzz: 1 } } }"),
    (&["Map"], "map: a\nzzzzzzzzzz: 1"),
    (&["Source"], "map: a\nsource: { zzzzzzzzzz: 1 }"),
    (&["Field of the record"], "map: a\nrecord: { a: { zzzzzzzzzz: 1 } }"),
    (&["Every kind of step", "Start"], "map: a\nsteps: { a: { kind: start, zzzzzzzzzz: 1 } }"),
    (&["Every kind of step", "Step"], "map: a\nsteps: { a: { zzzzzzzzzz: 1 } }"),
    (&["Every kind of step", "Decision"], "map: a\nsteps: { a: { kind: decision, zzzzzzzzzz: 1 } }"),
    (&["Every kind of step", "Wait"], "map: a\nsteps: { a: { kind: wait, zzzzzzzzzz: 1 } }"),
    (&["Every kind of step", "Link"], "map: a\nsteps: { a: { kind: link, zzzzzzzzzz: 1 } }"),
    (&["Every kind of step", "End"], "map: a\nsteps: { a: { kind: end, zzzzzzzzzz: 1 } }"),
    (&["Overdue"], "map: a\nsteps: { a: { overdue: { zzzzzzzzzz: 1 } } }"),
    (&["Sends and receives"], "map: a\nsteps: { a: { sends: { zzzzzzzzzz: 1 }, receives: { zzzzzzzzzz: 1 } } }"),
    (&["Limit"], "map: a\nlimits: { a: { zzzzzzzzzz: 1 } }"),
    (&["What comes round"], "map: a\nstarts: { a: { zzzzzzzzzz: 1 } }"),
    (&["Late of what comes round"], "map: a\nstarts: { a: { overdue: { zzzzzzzzzz: 1 } } }"),
    (&["Comes from"], "map: a\nsteps: { a: { kind: wait, comes_from: { zzzzzzzzzz: 1 } } }"),
];

/// The keys of a group: the checker lists them where it meets a key that the group does not have.
fn keys_of(yaml: &str) -> BTreeSet<String> {
    let found = check(&[AtlasFile { path: "a.yaml".to_string(), bytes: yaml.as_bytes().to_vec() }]).findings;
    let strange = found.iter().filter(|finding| finding.message.contains(STRANGE));
    let lists = strange.map(|finding| finding.help.strip_prefix("its keys are ").expect("a list of keys").to_string());
    let keys: BTreeSet<String> =
        lists.flat_map(|list| list.split(", ").map(|key| word(key).unwrap().to_string()).collect::<Vec<_>>()).collect();
    assert!(!keys.is_empty(), "{yaml}: {found:#?}");
    keys
}

#[test]
fn the_tables_of_keys_are_those_of_the_reader() {
    let text = document("language.md");
    for (headings, yaml) in GROUPS {
        let tables = headings.iter().flat_map(|heading| rows(&text, heading));
        let listed: BTreeSet<String> = tables.filter_map(|row| word(row[0]).map(str::to_string)).collect();
        assert_eq!(listed, keys_of(yaml), "the keys under {headings:?}, and those that the reader allows");
    }
}

#[test]
fn every_query_of_the_casebook_document_fits_a_casebook() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("casebook.db");
    let now = "2026-10-01T09:00:00Z".parse().unwrap();
    drop(Casebook::make(&path, Making { simulated: true, now }).unwrap());
    let db = rusqlite::Connection::open(&path).unwrap();
    let queries = blocks(&document("casebook.md"), "sql");
    assert!(queries.len() > 5, "the document shows queries");
    for query in queries {
        db.execute_batch(&query).unwrap_or_else(|error| panic!("{error}: {query}"));
    }
}
