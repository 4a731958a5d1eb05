//! An atlas with hostile words in every place where the map language takes text for people, and what must hold of whatever is
//! written of it.

use mapcase_map::{AtlasFile, CheckedAtlas, Machine, book, check, draw};

use crate::{Bytes, scene::file};

/// The files of the atlas; `@@` stands for the next of the words, quoted.
const FILES: [(&str, &str); 6] = [
    (
        "atlas.yaml",
        "
atlas: worded
title: @@
notes: [@@]
time_zone: Europe/London
calendar: plain
supervisors: [MGR]
subject: number
roles: { CW: @@, MGR: @@ }
themes: { only: @@, other: @@ }
documents: { none: { title: @@, version: @@, date: '2022' } }
origins: { policy: @@ }
risk:
  - { title: @@, late: true }
",
    ),
    (
        "plain.yaml",
        "
calendar: plain
title: @@
notes: [@@]
weekend: [saturday, sunday]
covers: 2020..2030
holidays: { 2022-10-05: @@ }
",
    ),
    (
        "audit.yaml",
        "
controls: audit
title: @@
notes: [@@]
items:
  A1:
    title: @@
    binds: [evidence, report]
    exceptions: { unsigned: { title: @@, cases: review, without: signed_on } }
  A2: { title: @@, binds: deadline, allow: { control-unbound: @@ } }
",
    ),
    (
        "review.yaml",
        "
map: review
title: @@
revision: 1
theme: only
owner: MGR
review_by: 2030-01-01
source: { document: none, reading: reconstructed }
notes: [@@, @@]
record:
  number: { type: text, title: @@ }
  child: { type: text, title: @@, personal: true }
  remark: { type: text, title: @@ }
  signed_on: { type: date, title: @@ }
  sort: { type: choice, title: @@, choices: [plain, odd] }
steps:
  begin: { kind: start, role: CW, title: @@, note: @@, quote: @@, inferred: @@, next: prepare }
  prepare:
    role: CW
    title: @@
    note: @@
    quote: @@
    needs: [number]
    evidence: [letter]
    checklist: { signed: @@ }
    controls: [A1]
    due: 2 working days
    origin: policy
    overdue: { tell: MGR }
    sends: { to: @@, what: [number, remark] }
    receives: { from: @@, what: [sort] }
    next: reply
  reply:
    kind: wait
    role: CW
    title: @@
    note: @@
    quote: @@
    for: @@
    within: 1 week of prepare
    received: decide
    lapsed: chase
  chase: { role: CW, title: @@, next: decide }
  decide: { kind: decision, role: MGR, title: @@, note: @@, quote: @@, answers: { yes: ask, no: pass-on } }
  ask: { kind: link, title: @@, to: after, mode: call, note: @@, carries: [number, child], outcomes: { over: closed } }
  pass-on: { kind: link, title: @@, to: after, carries: [number, child] }
  closed: { kind: end, title: @@, outcome: done, note: @@ }
limits:
  whole:
    title: @@
    note: @@
    quote: @@
    from: prepare
    to: decide
    within: 10 days
    overdue: { tell: MGR }
",
    ),
    (
        "after.yaml",
        "
map: after
title: @@
revision: 1
theme: other
owner: MGR
review_by: 2030-01-01
source: { document: none, reading: reconstructed }
record:
  number: { type: text, title: @@ }
  child: { type: text, title: @@, personal: true }
steps:
  begin: { kind: start, from: review, title: @@, next: work }
  work: { role: MGR, title: @@, due: 1 day, overdue: { tell: MGR }, next: over }
  over: { kind: end, title: @@, outcome: over }
",
    ),
    (
        "review.scenarios.yaml",
        "
scenarios: review
notes: [@@]
cases:
  told:
    notes: [@@]
    starts: 2022-10-03 09:00
    by: @@
    record: { remark: @@ }
    story:
      - do: prepare
        set: { number: @@ }
        attach: { letter: @@ }
        check-off: signed
      - wait: 1 week
      - expect: { step: reply }
    ends: { outcome: done }
",
    ),
];

/// Text as YAML and JSON both read it: every letter that could mean anything is written by its number.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            ' ' | 'a'..='z' | 'A'..='Z' | '0'..='9' => out.push(letter),
            letter => out.push_str(&format!("\\U{:08x}", letter as u32)),
        }
    }
    out.push('"');
    out
}

/// The atlas with these words, one after the other and again from the first; `before` stands before each, so that none is blank.
pub fn files(words: &[String], before: &str) -> Vec<AtlasFile> {
    let mut next = words.iter().cycle();
    FILES
        .iter()
        .map(|(path, text)| {
            let mut parts = text.split("@@");
            let mut whole = parts.next().unwrap_or_default().to_string();
            for part in parts {
                whole.push_str(&quoted(&format!("{before}{}", next.next().map_or("", String::as_str))));
                whole.push_str(part);
            }
            file(path, whole)
        })
        .collect()
}

/// How many words the atlas takes.
pub fn places() -> usize {
    FILES.iter().map(|(_, text)| text.matches("@@").count()).sum()
}

/// Whether a letter moves the cursor, hides what stands there or turns it round; line feeds do not.
pub fn is_raw(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(letter, '\u{e0000}'..='\u{e0fff}')
}

/// What is written for people and programs has no such letter in it.
#[track_caller]
pub fn assert_plain(text: &str, what: &str) {
    let found = text.char_indices().find(|(_, letter)| is_raw(*letter));
    if let Some((at, letter)) = found {
        let near: String = text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{what} has {letter:?} behind {near:?}");
    }
}

/// XML that a parser takes, without an element that a browser would run.
#[track_caller]
pub fn assert_xml<'x>(text: &'x str, what: &str) -> roxmltree::Document<'x> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    match roxmltree::Document::parse_with_options(text, options) {
        Ok(document) => {
            for node in document.descendants().filter(roxmltree::Node::is_element) {
                let name = node.tag_name().name();
                assert!(!["iframe", "object", "img", "foreignObject"].contains(&name), "{what} has <{name}>");
                for attribute in node.attributes() {
                    let is_act = attribute.name().to_ascii_lowercase().starts_with("on");
                    assert!(!is_act, "{what} has {}", attribute.name());
                    let leads = attribute.value().trim().to_ascii_lowercase();
                    assert!(attribute.name() != "href" || !leads.starts_with("javascript:"), "{what} leads to {leads}");
                }
            }
            document
        }
        Err(error) => panic!("{what} is not well formed: {error}"),
    }
}

/// Every drawing of a map.
pub fn assert_drawn(machine: &Machine, atlas: &CheckedAtlas) {
    for (what, text) in [
        ("svg", draw::svg(machine, atlas, None)),
        ("bpmn", draw::bpmn(machine, atlas)),
        ("dot", draw::dot(machine, atlas)),
        ("mermaid", draw::mermaid(machine, atlas)),
    ] {
        assert_plain(&text, what);
        if matches!(what, "svg" | "bpmn") {
            let document = assert_xml(&text, what);
            let scripts = document.descendants().filter(|node| node.tag_name().name() == "script").count();
            assert_eq!(scripts, 0, "{what}");
        }
    }
}

/// Words in every text of an atlas, a line each: all that is written of it is well formed.
pub fn worded(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let mut words = vec![bytes.text()];
    while !bytes.0.is_empty() && words.len() < places() {
        words.push(bytes.text());
    }
    let checked = check(&files(&words, ""));
    for finding in &checked.findings {
        assert_plain(&finding.message, "a finding");
        assert_plain(&finding.help, "a finding");
    }
    let Some(atlas) = &checked.atlas else { return };
    for machine in atlas.machines().values() {
        assert_drawn(machine, atlas);
    }
    for (what, text) in
        [("svg", draw::atlas_svg(atlas)), ("dot", draw::atlas_dot(atlas)), ("mermaid", draw::atlas_mermaid(atlas))]
    {
        assert_plain(&text, what);
        if what == "svg" {
            assert_xml(&text, what);
        }
    }
    let book = book::book(atlas, None);
    assert_plain(&book, "the book");
    let document = assert_xml(&book, "the book");
    let scripts = document.descendants().filter(|node| node.tag_name().name() == "script").count();
    assert_eq!(scripts, 1, "the book has one script, its own");
}
