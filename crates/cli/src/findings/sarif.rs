//! Findings as SARIF 2.1.0, the format of code scanning. The structures are the part of the standard that is written here,
//! in its own words; a test holds the output against the standard's schema.

use std::collections::BTreeMap;
use std::fmt::Write;

use mapcase_map::fix::{Edit, Fix};
use mapcase_map::rules::example::unmarked;
use mapcase_map::rules::{self, Rule};
use mapcase_map::text::Place;
use mapcase_map::{Diagnostic, Severity};
use serde::Serialize;

use super::Report;

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    newline_sequences: [&'static str; 3],
    results: Vec<Finding<'a>>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message<'static>,
    full_description: Message<'static>,
    help: Help,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Debug, Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct Properties {
    tags: [String; 1],
}

#[derive(Debug, Serialize)]
struct Message<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixEntry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression<'a>>,
}

#[derive(Debug, Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    justification: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Debug, Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FixEntry<'a> {
    description: Message<'a>,
    artifact_changes: Vec<Change<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Message<'a>,
}

/// The answer of a report.
pub fn log(report: &Report) -> Log<'_> {
    let version = env!("CARGO_PKG_VERSION");
    let rules = rules::ALL.iter().map(|rule| descriptor(rule)).collect();
    let driver = Driver { name: "mapcase", version, semantic_version: version, rules };
    let found = report.findings.iter().map(|finding| result(finding, None));
    let allowed = report.allowed.iter().map(|(finding, reason)| result(finding, Some(reason)));
    Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            // A place counts characters, and lines end as in YAML.
            column_kind: "unicodeCodePoints",
            newline_sequences: ["\r\n", "\n", "\r"],
            results: found.chain(allowed).collect(),
        }],
    }
}

fn descriptor(rule: &Rule) -> Descriptor {
    let text = format!("{} `mapcase explain {}` says more.", rule.why, rule.id);
    let mut markdown = format!("{}\n\n{}\n", rule.about, rule.why);
    for (what, example) in [("Wrong", &rule.bad), ("Right", &rule.good)] {
        for (path, text) in example.files {
            let _ = write!(markdown, "\n{what}, in `{path}`:\n\n```yaml\n{}```\n", unmarked(text));
        }
    }
    Descriptor {
        id: rule.id,
        short_description: Message { text: rule.about.into() },
        full_description: Message { text: rule.why.into() },
        help: Help { text, markdown },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: Properties { tags: [format!("{:?}", rule.family).to_lowercase()] },
    }
}

fn level(severity: Severity) -> &'static str {
    severity.word()
}

fn result<'a>(finding: &'a Diagnostic, reason: Option<&'a String>) -> Finding<'a> {
    let help = if finding.help.is_empty() { String::new() } else { format!("\nhelp: {}", finding.help) };
    let related = finding.related.iter().enumerate().map(|(at, related)| Location {
        id: Some(at),
        physical_location: physical(&related.place),
        message: Some(Message { text: related.message.as_str().into() }),
    });
    Finding {
        rule_id: finding.rule,
        rule_index: rules::ALL.iter().position(|rule| rule.id == finding.rule),
        level: level(finding.severity),
        message: Message { text: format!("{}{help}", finding.message).into() },
        locations: [Location { id: None, physical_location: physical(&finding.place), message: None }],
        related_locations: related.collect(),
        fixes: finding.fix.iter().map(fix).collect(),
        suppressions: reason.map(|justification| Suppression { kind: "inSource", justification }).into_iter().collect(),
    }
}

fn fix(fix: &Fix) -> FixEntry<'_> {
    let mut files: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    fix.edits.iter().for_each(|edit| files.entry(&edit.place.file).or_default().push(edit));
    let replacement = |edit: &&'_ Edit| Replacement {
        deleted_region: region(&edit.place),
        inserted_content: Message { text: edit.text.clone().into() },
    };
    let change = |(file, edits): (&str, Vec<&Edit>)| Change {
        artifact_location: Artifact { uri: uri(file) },
        replacements: edits.iter().map(replacement).collect(),
    };
    FixEntry {
        description: Message { text: fix.title.as_str().into() },
        artifact_changes: files.into_iter().map(change).collect(),
    }
}

fn physical(place: &Place) -> Physical {
    Physical { artifact_location: Artifact { uri: uri(&place.file) }, region: region(place) }
}

fn region(place: &Place) -> Region {
    Region {
        start_line: place.line,
        start_column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    }
}

/// A path as a reference of RFC 3986: relative, unless it begins at the root.
fn uri(path: &str) -> String {
    let mut uri = match path.starts_with('/') {
        true => "file://".to_string(),
        // A colon in the first part would make a scheme of what stands before it.
        false if path.split('/').next().is_some_and(|first| first.contains(':')) => "./".to_string(),
        false => String::new(),
    };
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b':' | b'@' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("processes/transfers/transfer-out.yaml"), "processes/transfers/transfer-out.yaml");
        assert_eq!(uri("a b/ü%#?.yaml"), "a%20b/%C3%BC%25%23%3F.yaml");
        assert_eq!(uri("a:b/c.yaml"), "./a:b/c.yaml");
        assert_eq!(uri("/home/a/m.yaml"), "file:///home/a/m.yaml");
    }
}
