//! The book of an atlas read back: nothing is missing, every link leads somewhere, nothing that a map says becomes HTML, and the same
//! atlas gives the same book.
#![allow(clippy::disallowed_methods, reason = "tests read the maps of this project")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use data_encoding::BASE64;
use mapcase_map::book::{BEGINNING, book};
use mapcase_map::links::links;
use mapcase_map::{AtlasFile, CheckedAtlas, Map, check};
use roxmltree::{Document, Node, ParsingOptions};
use sha2::{Digest, Sha256};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, below: &str, found: &mut Vec<AtlasFile>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = format!("{below}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            files(&path, &name, found);
        } else if name.ends_with(".yaml") {
            found.push(AtlasFile { path: name, bytes: fs::read(&path).unwrap() });
        }
    }
}

fn atlas_as(folder: &str, named: &str) -> CheckedAtlas {
    let mut found = Vec::new();
    files(&root().join(folder), named, &mut found);
    check(&found).atlas.unwrap()
}

fn atlas(folder: &str) -> CheckedAtlas {
    atlas_as(folder, folder)
}

/// What stands in the one element of a name that is no XML.
fn inside<'t>(html: &'t str, tag: &str) -> &'t str {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    assert_eq!((html.matches(&open).count(), html.matches(&close).count()), (1, 1), "{tag}");
    html.split_once(&open).unwrap().1.split_once(&close).unwrap().0
}

/// The book without its style and its script: what is left must be well-formed XML.
fn plain(html: &str) -> String {
    html.replace(inside(html, "style"), "").replace(inside(html, "script"), "")
}

fn said(node: Node<'_, '_>) -> String {
    node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect()
}

/// Text as a page shows it.
fn shown(text: &str) -> String {
    let text: String =
        text.chars().filter(|letter| !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a book back; every map with its steps, links and the rest must be in it.
fn assert_whole(atlas: &CheckedAtlas, html: &str) {
    assert!(html.starts_with(BEGINNING));
    let plain = plain(html);
    let options = ParsingOptions { allow_dtd: true, nodes_limit: u32::MAX, ..ParsingOptions::default() };
    let page = Document::parse_with_options(&plain, options).unwrap();
    assert_eq!(page.root_element().attribute("lang"), Some("en-GB"));
    let mut places = BTreeMap::new();
    for node in page.descendants() {
        if let Some(id) = node.attribute("id") {
            assert!(places.insert(id, node).is_none(), "{id} stands twice");
        }
    }
    let ids: BTreeSet<&str> = places.keys().copied().collect();
    let place = |id: &str| *places.get(id).unwrap_or_else(|| panic!("no {id}"));
    assert_closed(&page, &ids);
    for (id, machine) in atlas.machines() {
        let map = machine.map();
        let part = |part: &str| place(&format!("map/{id}{part}"));
        let section = part("");
        assert_eq!(shown(&said(part("/title"))), shown(&map.title));
        assert!(said(section).contains(machine.digest()));
        assert_rows(map, &part);
        let leads = |from: Node<'_, '_>, to: &str| {
            let href = format!("#map/{to}");
            from.descendants().any(|node| {
                node.attribute("href") == Some(&href)
                    && node.ancestors().any(|up| up.attribute("class") == Some("links"))
            })
        };
        for link in links(map) {
            assert!(leads(section, link.to), "{id} does not link {}", link.to);
            if atlas.machine(link.to).is_some() {
                let other = place(&format!("map/{}", link.to));
                assert!(leads(other, id), "{} does not link back to {id}", link.to);
            }
        }
        assert_eq!(section.descendants().filter(|node| node.attribute("class") == Some("sign-off")).count(), 1);
    }
    for (reference, control) in atlas.controls() {
        let row = shown(&said(place(&format!("control/{reference}"))));
        assert!(row.contains(&shown(&control.title)), "{row}");
        for carrier in atlas.carriers(reference).iter().filter(|carrier| carrier.kind() != "map") {
            assert!(row.contains(&shown(carrier.title())), "{reference}: {} is not in {row}", carrier.id());
        }
    }
    for risk in atlas.risk() {
        assert!(said(page.root_element()).contains(&risk.title));
    }
    let of =
        |kind: &str| ids.iter().filter(|id| id.starts_with(&format!("{kind}/")) && !id.ends_with("/title")).count();
    let counts = [atlas.roles().len(), atlas.documents().len(), atlas.calendars().len(), atlas.controls().len()];
    assert_eq!([of("role"), of("document"), of("calendar"), of("control")], counts);
}

/// Every step, limit, note and what comes round of a map has its row.
fn assert_rows<'a, 'input: 'a>(map: &Map, part: &dyn Fn(&str) -> Node<'a, 'input>) {
    let id = &map.id;
    for step in &map.steps {
        let row = said(part(&format!("/step/{}", step.id)));
        let words = [Some(&step.title), step.quote.as_ref(), step.inferred.as_ref(), step.note.as_ref()];
        let checks = step.checklist.iter().map(|(_, title)| title);
        for word in
            words.into_iter().flatten().chain(&step.roles).chain(&step.controls).chain(&step.evidence).chain(checks)
        {
            assert!(shown(&row).contains(&shown(word)), "{id}: {}: {word} is not in {row}", step.id);
        }
    }
    for (limit, drawn) in &map.limits {
        assert!(shown(&said(part(&format!("/limit/{limit}")))).contains(&shown(&drawn.title)));
    }
    for (round, comes) in &map.rounds {
        let row = said(part(&format!("/starts/{round}")));
        assert!(
            shown(&row).contains(&shown(&comes.title)) && comes.controls.iter().all(|control| row.contains(control))
        );
    }
    for (number, note) in map.about.notes.iter().enumerate() {
        assert!(shown(&said(part(&format!("/note/{}", number + 1)))).contains(&shown(note)));
    }
}

/// Every link leads to a place in the page and every label is there; nothing is fetched, and no attribute acts.
fn assert_closed(page: &Document<'_>, ids: &BTreeSet<&str>) {
    for node in page.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        assert!(
            !matches!(name, "img" | "iframe" | "object" | "embed" | "base" | "form" | "link" | "image" | "use"),
            "{name}"
        );
        for attribute in node.attributes() {
            let (key, value) = (attribute.name(), attribute.value());
            assert!(!key.starts_with("on") && !matches!(key, "src" | "style" | "action"), "{key}={value}");
            let wanted: Vec<&str> = match key {
                "href" => vec![value.strip_prefix('#').unwrap_or_else(|| panic!("{value} leads out of the book"))],
                "aria-labelledby" | "aria-controls" | "for" => value.split(' ').collect(),
                _ => Vec::new(),
            };
            wanted.iter().for_each(|id| assert!(ids.contains(id), "{key}={value} leads nowhere"));
        }
        if name == "th" {
            assert!(node.attribute("scope").is_some());
        }
    }
}

#[test]
fn the_books_of_real_atlases_are_whole() {
    for folder in ["processes", "examples/library", "tests/atlases/permits", "tests/atlases/design"] {
        let atlas = atlas(folder);
        assert!(!atlas.machines().is_empty(), "{folder}");
        assert_whole(&atlas, &book(&atlas, None));
    }
}

#[test]
fn the_same_atlas_gives_the_same_book_wherever_it_lies() {
    let one = book(&atlas_as("examples/library", "here"), None);
    assert!(one == book(&atlas_as("examples/library", "/some/where/else"), None));
    let dated = book(&atlas("examples/library"), NaiveDate::from_ymd_opt(2026, 11, 23));
    assert!(dated.contains("23 November 2026") && !one.contains("As of"));
    assert!(!dated.contains("(passed)"));
    let late = book(&atlas("examples/library"), NaiveDate::from_ymd_opt(2099, 1, 1));
    assert!(late.contains("(passed)"));
}

#[test]
fn the_browser_may_run_what_the_book_holds_and_nothing_else() {
    let html = book(&atlas("examples/library"), None);
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text)));
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(inside(&html, "style")),
        hash(inside(&html, "script"))
    );
    assert!(html.contains(&format!("content=\"{policy}\"")), "{policy}");
    for address in ["http://", "https://", "url(", "@import"] {
        let found: Vec<_> = html.match_indices(address).map(|(at, _)| &html[at..html.len().min(at + 40)]).collect();
        let known = |found: &&&str| !found.starts_with("http://www.w3.org/");
        assert_eq!(found.iter().filter(known).count(), 0, "{found:?}");
    }
}

/// What somebody might write who wants the book to do something.
const HOSTILE: &str =
    r#"</script></title></style><img src=x onerror=alert(1)> "'&amp; ]]><!-- ${1} <script>alert(2)</script>"#;

fn hostile() -> CheckedAtlas {
    let written = HOSTILE.replace('\\', "\\\\").replace('"', "\\\"");
    let file = |path: &str, text: &str| AtlasFile {
        path: path.to_string(),
        bytes: text.replace('H', &format!("\"{written}\"")).into_bytes(),
    };
    let checked = check(&[
        file(
            "atlas.yaml",
            "atlas: a\ntitle: H\ntime_zone: Europe/London\ncalendar: none\nroles: { R: H, 'Team of Co': H }\nthemes: { t: H }\n\
             origins: { L: H }\ndocuments: { d: { title: H, version: H } }\n",
        ),
        file("none.yaml", "calendar: none\ntitle: H\nweekend: []\ncovers: 2026..2027\nholidays: { 2026-01-01: H }\n"),
        file("audit.yaml", "controls: audit\ntitle: H\nitems:\n  A1: { title: H, binds: report }\n"),
        file(
            "m.yaml",
            "map: m\ntitle: H\nrevision: 1\ntheme: t\nowner: R\nreview_by: 2027-01-01\nsource: { document: d, reading: reconstructed }\n\
             notes: [H]\nrecord:\n  f: { type: text, title: H, pattern: '<[a-z]>' }\n  g: { type: choice, title: H, choices: [i, o] }\nsteps:\n  \
             a: { kind: start, title: H, next: b }\n  \
             b: { role: R, title: H, needs: [f, g], checklist: { c: H }, due: 1 day, origin: L, overdue: { tell: R }, \
             sends: { what: [f], to: H }, quote: H, inferred: H, note: H, controls: [A1], next: w }\n  \
             w: { kind: wait, role: R, for: H, title: H, within: 1 day, origin: L, received: e, lapsed: e }\n  \
             e: { kind: end, title: H, outcome: done }\nlimits:\n  l: { title: H, from: a, to: b, within: 2 days, origin: L, quote: H, overdue: { tell: R } }\n",
        ),
    ]);
    let found: Vec<_> = checked.findings.iter().map(|finding| (finding.severity, &finding.message)).collect();
    let atlas = checked.atlas.unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(atlas.machines().len(), 1, "{found:?}");
    atlas
}

#[test]
fn nothing_that_a_map_says_becomes_html() {
    let atlas = hostile();
    let html = book(&atlas, None);
    assert_whole(&atlas, &html);
    let plain = plain(&html);
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let page = Document::parse_with_options(&plain, options).unwrap();
    assert_eq!(
        page.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/1999/xhtml", "script"))).count(),
        1
    );
    let text = said(page.root_element());
    // Everything that the atlas says so is shown as it was written.
    assert!(text.matches(HOSTILE).count() >= 25, "{}", text.matches(HOSTILE).count());
}

#[test]
fn maps_in_error_are_named_and_links_to_them_lead_there() {
    let mut found = Vec::new();
    files(&root().join("examples/library"), "processes", &mut found);
    let map = found.iter_mut().find(|file| file.path.ends_with("pay-for-book.yaml")).unwrap();
    map.bytes = String::from_utf8(map.bytes.clone()).unwrap().replacen("title:", "titel:", 1).into_bytes();
    let atlas = check(&found).atlas.unwrap();
    assert!(atlas.stopped().contains_key("pay-for-book"));
    let html = book(&atlas, None);
    assert!(html.contains("<li id=\"map/pay-for-book\">pay-for-book (pay-for-book.yaml)</li>"));
    assert_whole(&atlas, &html);
}

#[test]
fn the_book_of_the_library() {
    let html = plain(&book(&atlas("examples/library"), None));
    let mut text = String::new();
    let mut rest = html.as_str();
    // The drawings have tests of their own.
    while let Some((before, after)) = rest.split_once("<svg ") {
        text.push_str(before);
        text.push_str("<svg/>");
        rest = after.split_once("</svg>").unwrap().1;
    }
    text.push_str(rest);
    let policy = text.split_once("sha256-").unwrap().1.split_once("\"/>").unwrap().0.to_string();
    insta::assert_snapshot!(text.replace(&policy, "[the hashes]"));
}
