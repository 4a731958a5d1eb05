//! What the tests of the checker share: examples with marks, the literate files of further cases, and how findings are
//! written in snapshots.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use mapcase_map::rules::example::{Mark, marks, unmarked};
use mapcase_map::rules::{DAY, Example, Rule};
use mapcase_map::{AtlasFile, Checked, Diagnostic, Severity, check_on};

/// An atlas, what must be found in it, and what else may be.
pub struct Case {
    /// What it shows.
    pub title: String,
    /// The files without marks.
    pub files: Vec<AtlasFile>,
    /// What the rule must find, and nothing else.
    pub expected: Vec<(String, Mark)>,
    /// Other rules that the fault brings with it.
    pub also: Vec<String>,
}

impl Case {
    /// A rule's own example.
    pub fn of_example(title: &str, example: &Example) -> Self {
        Self {
            title: title.to_string(),
            files: example.atlas_files(),
            expected: example.marks().into_iter().map(|(path, mark)| (path.to_string(), mark)).collect(),
            also: example.also.iter().map(|rule| (*rule).to_string()).collect(),
        }
    }

    /// What is not as it should be: a finding that is missing, one too many, one elsewhere, or one of another rule.
    pub fn problems(&self, rule: &Rule) -> Vec<String> {
        let checked = check_on(&self.files, Some(DAY));
        let mut found: Vec<(String, Mark)> =
            checked.findings.iter().filter(|finding| finding.rule == rule.id).map(place).collect();
        let mut expected = self.expected.clone();
        found.sort();
        expected.sort();
        let mut problems = Vec::new();
        if found != expected {
            problems.push(format!("expected at {expected:?}\n   found at {found:?}"));
        }
        for finding in checked.findings.iter().filter(|finding| finding.rule != rule.id) {
            let passed_over = finding.severity == Severity::Note;
            if !passed_over && !self.also.iter().any(|also| also == finding.rule) {
                problems.push(format!("brings {}", one_line(finding)));
            }
        }
        problems.into_iter().map(|problem| format!("{} / {}: {problem}", rule.id, self.title)).collect()
    }

    /// What is found, as it is kept in a snapshot. Notes of other rules are passed over: each would stand in every snapshot.
    pub fn report(&self, rule: &Rule) -> String {
        let mut checked = check_on(&self.files, Some(DAY));
        checked.findings.retain(|finding| finding.severity != Severity::Note || finding.rule == rule.id);
        format!("# {}\n\n{}", self.title, rendered(&checked))
    }
}

fn place(finding: &Diagnostic) -> (String, Mark) {
    let place = &finding.place;
    let mark = Mark { line: place.line, column: place.column, end_line: place.end_line, end_column: place.end_column };
    (place.file.to_string(), mark)
}

/// A finding in one line.
pub fn one_line(finding: &Diagnostic) -> String {
    let place = &finding.place;
    format!(
        "{}:{}:{}-{}:{} {}[{}] {}",
        place.file,
        place.line,
        place.column,
        place.end_line,
        place.end_column,
        finding.severity.word(),
        finding.rule,
        finding.message
    )
}

/// All findings, each with the words it points at, its help and its related places.
pub fn rendered(checked: &Checked) -> String {
    let mut text = String::new();
    for finding in &checked.findings {
        let words = checked.source(&finding.place.file).map_or("", |source| source.slice(finding.place.span));
        writeln!(text, "{}", one_line(finding)).unwrap();
        writeln!(text, "  at:   {words:?}").unwrap();
        writeln!(text, "  help: {}", finding.help).unwrap();
        if let Some(suggestion) = &finding.suggestion {
            writeln!(text, "  instead: {suggestion}").unwrap();
        }
        for related in &finding.related {
            let place = &related.place;
            writeln!(text, "  see:  {}:{}:{} {}", place.file, place.line, place.column, related.message).unwrap();
        }
    }
    if text.is_empty() { "nothing is found\n".to_string() } else { text }
}

/// The further cases of a rule, from `tests/cases/RULE.md`.
///
/// `## ` begins a case. A fence holds a file; the line before it names the file in backquotes (otherwise it is `m.yaml`).
/// A file that begins with `steps:`, `record:` or `limits:` gets the head of a map. `also:` names other rules that the
/// fault brings with it. What must be found stands between `⟦` and `⟧`; a case without a mark must have no error
/// and no warning.
pub fn cases(rule: &str) -> Vec<Case> {
    let path = folder("tests/cases").join(format!("{rule}.md"));
    if path.exists() { read_cases(&std::fs::read_to_string(path).unwrap()) } else { Vec::new() }
}

fn read_cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut name = "m.yaml".to_string();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            let files = Example::of(&[]).atlas_files();
            cases.push(Case { title: title.to_string(), files, expected: Vec::new(), also: Vec::new() });
        } else if let Some(also) = line.strip_prefix("also: ") {
            cases.last_mut().unwrap().also.extend(also.split(", ").map(str::to_string));
        } else if let Some(named) = line.strip_prefix('`').and_then(|line| line.strip_suffix('`')) {
            name = named.to_string();
        } else if line.starts_with("```yaml") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            cases.last_mut().unwrap().add(&name, &body.join("\n"));
            name = "m.yaml".to_string();
        }
    }
    cases
}

impl Case {
    /// Adds a file, with the head of a map where it needs one.
    pub fn add(&mut self, path: &str, body: &str) {
        let headless = ["steps:", "record:", "limits:"].iter().any(|key| unmarked(body).starts_with(key));
        let text = if headless { format!("{}{body}\n", head(path)) } else { format!("{body}\n") };
        self.expected.extend(marks(&text).into_iter().map(|mark| (path.to_string(), mark)));
        let bytes = unmarked(&text).into_bytes();
        self.files.retain(|file| file.path != path);
        self.files.push(AtlasFile { path: path.to_string(), bytes });
    }
}

fn head(path: &str) -> String {
    let id = Path::new(path).file_stem().unwrap().to_str().unwrap();
    format!(
        "map: {id}
title: A map
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: {{ document: d, reading: reconstructed }}
"
    )
}

/// A folder of this crate.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Every YAML file below a folder, by path.
pub fn yaml_below(folder: &Path) -> Vec<AtlasFile> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        for entry in std::fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                files.push(AtlasFile { path: name, bytes: std::fs::read(&path).unwrap() });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The real maps of this project.
pub fn processes() -> Vec<AtlasFile> {
    yaml_below(&folder("../../processes"))
}

/// The findings that are faults. Notes are worth knowing, and most maps have some.
pub fn faults(checked: &Checked) -> impl Iterator<Item = &Diagnostic> {
    checked.findings.iter().filter(|finding| finding.severity != Severity::Note)
}

/// Checks files and what holds for whatever they are: every place lies in its file and says the line and the column of
/// its bytes, every word can be shown, and what may run is whole.
pub fn check_soundly(files: &[AtlasFile]) -> Checked {
    let checked = check_on(files, Some(DAY));
    let mut places = Vec::new();
    for finding in &checked.findings {
        places.push((&finding.place, &finding.message));
        places.push((&finding.place, &finding.help));
        places.extend(finding.related.iter().map(|related| (&related.place, &related.message)));
        assert!(!finding.message.contains("is not whole"), "a gap in the checker: {}", one_line(finding));
    }
    for (finding, reason) in &checked.allowed {
        places.extend([(&finding.place, &finding.message), (&finding.place, &finding.help)]);
        assert!(!reason.trim().is_empty(), "allowed without a reason: {}", one_line(finding));
    }
    for (place, words) in places {
        assert!(!words.trim().is_empty() && !words.contains(char::is_control), "cannot be shown: {words:?}");
        let file = files.iter().find(|file| *file.path == *place.file);
        let bytes = &file.unwrap_or_else(|| panic!("no file `{}`", place.file)).bytes;
        let text =
            if bytes.len() > mapcase_map::text::MAX_FILE_BYTES { "".into() } else { String::from_utf8_lossy(bytes) };
        assert_eq!((place.line, place.column), line_column(&text, place.span.start), "start of: {words}");
        assert_eq!((place.end_line, place.end_column), line_column(&text, place.span.end), "end of: {words}");
    }
    if let Some(atlas) = &checked.atlas {
        for machine in atlas.machines().values() {
            assert!(machine.map().starts().next().is_some(), "{} runs without a start", machine.map().id);
        }
        if !checked.has_errors() {
            assert_eq!(atlas.machines().len(), checked.maps.len(), "a map without errors does not run");
        }
    }
    checked
}

/// Line and column of a byte, worked out the slow way.
fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).expect("a place between characters");
    let (mut line, mut column) = (1, 1);
    let mut signs = before.chars().peekable();
    while let Some(sign) = signs.next() {
        let ends_line =
            sign == '\n' || (sign == '\r' && signs.peek().copied().or(text[at..].chars().next()) != Some('\n'));
        (line, column) = if ends_line { (line + 1, 1) } else { (line, column + 1) };
    }
    let mark = usize::from(line == 1 && before.starts_with('\u{feff}'));
    (line, column - mark)
}
