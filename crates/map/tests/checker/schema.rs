//! The JSON Schema for editors says what the reader says: the same keys, no complaint on a good file, and a complaint
//! where the checker's family *text* has one, as far as a schema can know.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{Case, cases, folder, processes, yaml_below};
use mapcase_map::rules::{self, ALL};
use mapcase_map::text::parse;
use mapcase_map::{AtlasFile, check, schema};
use serde_json::Value;

/// The key that no group of the language has.
const STRANGE: &str = "zzzzzzzzzz";

/// Each group of keys: the kind of file, its name in the schema (none for the file itself), and a file that has the
/// strange key there.
const GROUPS: [(&str, &str, &str); 29] = [
    ("atlas", "", "atlas: a\nzzzzzzzzzz: 1"),
    ("atlas", "Document", "atlas: a\ndocuments: { d: { zzzzzzzzzz: 1 } }"),
    ("atlas", "Risk", "atlas: a\nrisk: [{ zzzzzzzzzz: 1 }]"),
    ("calendar", "", "calendar: a\nzzzzzzzzzz: 1"),
    ("controls", "", "controls: a\nzzzzzzzzzz: 1"),
    ("controls", "Control", "controls: a\nitems: { A1: { zzzzzzzzzz: 1 } }"),
    ("controls", "Report", "controls: a\nitems: { A1: { exceptions: { a: { zzzzzzzzzz: 1 } } } }"),
    ("scenarios", "", "scenarios: a\nzzzzzzzzzz: 1"),
    ("scenarios", "Story", "scenarios: a\ncases: { a: { zzzzzzzzzz: 1 } }"),
    ("scenarios", "Item", "scenarios: a\ncases: { a: { story: [{ zzzzzzzzzz: 1 }] } }"),
    ("scenarios", "Expect", "scenarios: a\ncases: { a: { story: [{ expect: { zzzzzzzzzz: 1 } }] } }"),
    ("scenarios", "Refuse", "scenarios: a\ncases: { a: { story: [{ refuse: { zzzzzzzzzz: 1 } }] } }"),
    ("scenarios", "Ends", "scenarios: a\ncases: { a: { ends: { zzzzzzzzzz: 1 } } }"),
    ("map", "", "map: a\nzzzzzzzzzz: 1"),
    ("map", "Source", "map: a\nsource: { zzzzzzzzzz: 1 }"),
    ("map", "Field", "map: a\nrecord: { a: { zzzzzzzzzz: 1 } }"),
    ("map", "Start", "map: a\nsteps: { a: { kind: start, zzzzzzzzzz: 1 } }"),
    ("map", "Step", "map: a\nsteps: { a: { zzzzzzzzzz: 1 } }"),
    ("map", "Decision", "map: a\nsteps: { a: { kind: decision, zzzzzzzzzz: 1 } }"),
    ("map", "Wait", "map: a\nsteps: { a: { kind: wait, zzzzzzzzzz: 1 } }"),
    ("map", "Link", "map: a\nsteps: { a: { kind: link, zzzzzzzzzz: 1 } }"),
    ("map", "End", "map: a\nsteps: { a: { kind: end, zzzzzzzzzz: 1 } }"),
    ("map", "Overdue", "map: a\nsteps: { a: { overdue: { zzzzzzzzzz: 1 } } }"),
    ("map", "Sends", "map: a\nsteps: { a: { sends: { zzzzzzzzzz: 1 } } }"),
    ("map", "Receives", "map: a\nsteps: { a: { receives: { zzzzzzzzzz: 1 } } }"),
    ("map", "Limit", "map: a\nlimits: { a: { zzzzzzzzzz: 1 } }"),
    ("map", "Round", "map: a\nstarts: { a: { zzzzzzzzzz: 1 } }"),
    ("map", "LateRound", "map: a\nstarts: { a: { overdue: { zzzzzzzzzz: 1 } } }"),
    ("map", "ComesFrom", "map: a\nsteps: { a: { kind: wait, comes_from: { zzzzzzzzzz: 1 } } }"),
];

/// The keys of a group: the checker lists them where it meets a key that the group does not have.
fn keys_of(yaml: &str) -> BTreeSet<String> {
    let found = check(&[AtlasFile { path: "a.yaml".to_string(), bytes: yaml.as_bytes().to_vec() }]).findings;
    let strange = found.iter().filter(|finding| finding.message.contains(STRANGE));
    let lists = strange.map(|finding| finding.help.strip_prefix("its keys are ").expect("a list of keys").to_string());
    lists.flat_map(|list| list.split(", ").map(|key| key.trim_matches('`').to_string()).collect::<Vec<_>>()).collect()
}

fn keys_in(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().expect("properties").keys().cloned().collect()
}

#[test]
fn the_schema_has_exactly_the_keys_of_the_reader() {
    let mut seen = BTreeSet::new();
    for (kind, name, yaml) in GROUPS {
        let schema = schema::of_kind(kind).unwrap();
        let group = if name.is_empty() { &schema } else { &schema["definitions"][name] };
        let known = keys_of(yaml);
        assert!(!known.is_empty(), "{yaml}");
        assert_eq!(keys_in(group), known, "keys of {kind} {name}: the schema, and the reader");
        assert_eq!(group["additionalProperties"], Value::Bool(false), "{kind} {name} is closed");
        seen.insert((kind, name.to_string()));
    }
    for kind in schema::KINDS {
        let schema = schema::of_kind(kind).unwrap();
        assert!(seen.contains(&(kind, String::new())), "{kind}");
        let closed = schema["definitions"].as_object().into_iter().flatten();
        for (name, group) in closed.filter(|(_, group)| group["properties"].is_object()) {
            let shared = seen.iter().any(|(_, other)| other == name);
            assert!(shared, "add {kind} {name} to GROUPS: {group}");
        }
    }
}

#[test]
fn every_key_says_what_it_is() {
    for kind in schema::KINDS {
        let schema = schema::of_kind(kind).unwrap();
        let groups =
            schema["definitions"].as_object().into_iter().flatten().map(|(name, group)| (name.as_str(), group));
        for (name, group) in groups.chain([(kind, &schema)]) {
            for (key, value) in group["properties"].as_object().into_iter().flatten() {
                assert!(value["description"].as_str().is_some_and(|text| text.len() > 5), "{kind} {name} {key}");
            }
        }
        assert!(!schema.to_string().contains("\"null\"") || kind == "calendar", "{kind} offers `null`");
    }
}

/// A file as an editor understands it.
fn json(file: &AtlasFile) -> Option<Value> {
    let (_, tree, faults) = parse(&file.path, &file.bytes);
    let tree = tree.filter(|_| faults.is_empty())?;
    serde_json::to_value(tree.value()).ok()
}

/// The schemas, ready to be held against files.
struct Schemas {
    all: jsonschema::Validator,
    one: BTreeMap<&'static str, jsonschema::Validator>,
}

impl Schemas {
    fn new() -> Self {
        let ready = |schema: &Value| jsonschema::validator_for(schema).expect("a sound schema");
        let one = schema::KINDS.into_iter().map(|kind| (kind, ready(&schema::of_kind(kind).unwrap()))).collect();
        Self { all: ready(&schema::of_all()), one }
    }

    /// What is wrong with a file by the schema of all files. That of its kind must say as much.
    fn faults(&self, file: &AtlasFile) -> Vec<String> {
        let Some(value) = json(file) else { return Vec::new() };
        let place = |fault: &jsonschema::ValidationError<'_>| format!("{}: {fault}", fault.instance_path());
        let faults: Vec<String> = self.all.iter_errors(&value).map(|fault| place(&fault)).collect();
        if let Some(kind) = schema::KINDS.into_iter().find(|kind| value.get(kind).is_some()) {
            assert_eq!(faults.is_empty(), self.one[kind].is_valid(&value), "{}: {faults:#?}", file.path);
        }
        faults
    }
}

#[test]
fn the_schema_has_no_complaint_on_a_good_file() {
    let schemas = Schemas::new();
    let mut files = processes();
    files.extend(yaml_below(&folder("../../examples/library")));
    files.extend(yaml_below(&folder("../../tests/atlases")));
    for rule in ALL {
        files.extend(rule.good.atlas_files());
    }
    assert!(files.len() > 100);
    for file in files {
        let faults = schemas.faults(&file);
        assert!(faults.is_empty(), "{}: {faults:#?}\n{}", file.path, String::from_utf8_lossy(&file.bytes));
    }
}

/// Cases that need what a schema does not know.
const BEYOND_A_SCHEMA: [&str; 5] = [
    "unknown-key / a file that says second what it is",
    "wrong-type / a deadline that counts from a text",
    "wrong-type / a decision on a field that has no answers",
    "wrong-type / a wait until a step, with no time",
    "wrong-type / calendars: a holiday outside the years",
];

#[test]
fn the_schema_complains_where_the_reader_does() {
    let schemas = Schemas::new();
    let mut missed = Vec::new();
    let mut found = 0;
    for id in ["unknown-key", "missing-key", "wrong-type", "bad-id", "bad-duration"] {
        let rule = rules::ALL.iter().find(|rule| rule.id == id).unwrap();
        let bad = Case::of_example("the bad example", &rule.bad);
        for case in std::iter::once(bad).chain(cases(id)).filter(|case| !case.expected.is_empty()) {
            for file in &case.files {
                let marks = case.expected.iter().filter(|(path, _)| *path == file.path).count();
                if marks == 0 || json(file).is_none() {
                    continue;
                }
                let title = format!("{id} / {}", case.title);
                if schemas.faults(file).is_empty() {
                    missed.push(title);
                } else {
                    found += 1;
                }
            }
        }
    }
    missed.sort();
    missed.dedup();
    assert_eq!(missed, BEYOND_A_SCHEMA, "{found} are found; these are not");
    assert!(found > 60, "the cases were read: {found}");
}

/// `UPDATE_SCHEMA=1` writes them.
#[test]
fn the_schemas_in_docs_are_those_that_the_program_writes() {
    let written = |value: &Value| serde_json::to_string_pretty(value).unwrap() + "\n";
    let mut files = vec![("mapcase.json".to_string(), written(&schema::of_all()))];
    for kind in schema::KINDS {
        files.push((format!("{kind}.json"), written(&schema::of_kind(kind).unwrap())));
    }
    for (name, text) in files {
        let path = folder("../../docs/schema").join(&name);
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == text, "docs/schema/{name} is not what `mapcase map schema` writes: set UPDATE_SCHEMA=1");
    }
}
