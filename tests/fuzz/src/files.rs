//! Files of an atlas: text that is checked, mended, compiled, drawn, and whose stories are run.

use std::sync::Arc;

use chrono::NaiveDate;
use mapcase_map::bounds::{self, Plans};
use mapcase_map::time::{Anchor, Calendar, Duration, due, parse_when, until};
use mapcase_map::{AtlasFile, Checked, CheckedAtlas, book, check_on, diff, draw, fix};

use crate::scene::{self, files_with};
use crate::worded::assert_drawn;
use crate::{Bytes, scene::file};

const DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 11, 1);

/// Checks an atlas: every finding stands at a place of its file.
fn checked(files: &[AtlasFile]) -> Checked {
    let checked = check_on(files, DAY);
    for finding in &checked.findings {
        let source = checked.source(&finding.place.file).expect("a finding in a file that was read");
        assert!(finding.place.line >= 1 && finding.place.column >= 1, "{finding:?}");
        assert!(finding.place.span.end <= source.text().len(), "{finding:?}");
        assert!(source.text().get(finding.place.span.start..finding.place.span.end).is_some(), "{finding:?}");
        assert!(!finding.message.is_empty() && finding.message.len() < 20_000, "{finding:?}");
    }
    checked
}

/// What the fixes do: they make no new error.
fn mended(files: &[AtlasFile]) {
    let mended = fix::mend(files, |_| true);
    let _ = checked(&mended.files);
}

/// What is made of a map that may run.
fn used(atlas: &CheckedAtlas, map: &str) {
    let Some(machine) = atlas.machine(map) else { return };
    let kept = mapcase_map::Map::from_meaning(&machine.map().meaning()).expect("a meaning that reads back");
    assert_eq!(mapcase_map::Machine::new(kept).digest(), machine.digest(), "a meaning that reads back as another");
    assert_drawn(machine, atlas);
    let plans = Plans::of_atlas(atlas);
    if let Some(number) = plans.number(map) {
        let _ = bounds::times(&plans, number);
    }
    let small = scene::atlas();
    let _ = diff::atlases(&small, atlas);
    let _ = diff::atlases(atlas, &small);
    let _ = book::book(atlas, DAY);
}

/// The text of a map.
pub fn map_text(bytes: &[u8]) {
    let files = files_with("review.yaml", bytes);
    let checked = checked(&files);
    if let Some(atlas) = &checked.atlas {
        used(atlas, "review");
    }
    mended(&files);
}

/// A real map with words and lines of it put elsewhere: nearer to a map that runs than what random bytes give.
pub fn map_edits(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let mut lines: Vec<String> = scene::REVIEW.lines().map(str::to_string).collect();
    while !bytes.0.is_empty() {
        let (deed, at) = (bytes.byte() % 6, bytes.below(lines.len()));
        match deed {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => {
                let other = bytes.below(lines.len());
                let line = lines[other].clone();
                lines.insert(at, line);
            }
            2 => {
                let other = bytes.below(lines.len());
                lines.swap(at, other);
            }
            3 | 4 => {
                let words: Vec<&str> = scene::REVIEW.split([' ', '\n', ',', '[', ']', '{', '}']).collect();
                let word = words[bytes.below(words.len())];
                let mut own: Vec<&str> = lines[at].split(' ').collect();
                let place = bytes.below(own.len());
                own[place] = word;
                lines[at] = own.join(" ");
            }
            _ => {
                let text = bytes.text();
                lines[at].push_str(&text);
            }
        }
        if lines.len() > 400 {
            return;
        }
    }
    map_text(lines.join("\n").as_bytes());
}

/// The text of `atlas.yaml`.
pub fn atlas_text(bytes: &[u8]) {
    let files = files_with("atlas.yaml", bytes);
    if let Some(atlas) = &checked(&files).atlas {
        used(atlas, "review");
        let _ = (draw::atlas_svg(atlas), draw::atlas_dot(atlas), draw::atlas_mermaid(atlas));
    }
    mended(&files);
}

/// A file of stories; those that may run are run through the engine.
pub fn scenarios(bytes: &[u8]) {
    let files = files_with("review.scenarios.yaml", bytes);
    let checked = checked(&files);
    let Some(atlas) = checked.atlas.map(Arc::new) else { return };
    for scenarios in atlas.scenarios() {
        for story in scenarios.stories.iter().take(4) {
            let told = mapcase_engine::story::run(&atlas, &scenarios.map, story);
            assert!(told.failure.is_some() || !told.lines.is_empty() || story.items.is_empty());
        }
    }
}

/// A calendar, and deadlines reckoned on it.
pub fn calendar(bytes: &[u8]) {
    let files = files_with("plain.yaml", bytes);
    let Some(atlas) = checked(&files).atlas else { return };
    for calendar in atlas.calendars().values() {
        for long in ["1 working day", "40 working days", "2 weeks", "72 hours", "100 years"] {
            reckoned(long, "2022-10-28 16:00", calendar);
        }
    }
    used(&atlas, "review");
}

fn reckoned(long: &str, from: &str, calendar: &Calendar) {
    let zone = chrono_tz::Europe::London;
    let (Ok(long), Ok(from)) = (Duration::parse(long), parse_when(from, zone)) else { return };
    assert_eq!(Duration::parse(&long.to_string()).as_ref(), Ok(&long), "a duration that reads back");
    if let Ok(due) = due(&long, Anchor::Instant(from), zone, calendar) {
        assert!(due.due_at >= from, "a deadline before it begins");
    }
    if let Ok(until) = until(&long, Anchor::Instant(from), zone, calendar) {
        assert!(
            until.due_at >= from || until.due_on >= from.with_timezone(&zone).date_naive(),
            "a wait that ends before it begins"
        );
    }
    let _ = due(&long, Anchor::Date(from.date_naive()), zone, calendar);
}

/// A register of controls.
pub fn controls(bytes: &[u8]) {
    let files = files_with("audit.yaml", bytes);
    let checked = checked(&files);
    if let Some(atlas) = &checked.atlas {
        for control in atlas.controls().keys() {
            let _ = atlas.carriers(control);
        }
        let _ = book::book(atlas, DAY);
    }
    mended(&files);
}

/// Durations, times and case numbers, as they are typed: a line each.
pub fn times(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let (long, from, number) = (bytes.text(), bytes.text(), bytes.text());
    let atlas = scene::atlas();
    for calendar in atlas.calendars().values() {
        reckoned(&long, &from, calendar);
        reckoned(&long, "2022-10-28 16:00", calendar);
        reckoned("3 working days", &from, calendar);
    }
    if let Err(fault) = Duration::parse(&long) {
        assert!(!fault.message.is_empty() && fault.message.len() < 1_000, "{fault:?}");
    }
    if let Ok(number) = number.parse::<mapcase_case::CaseNumber>() {
        assert_eq!(number.to_string().parse(), Ok(number));
    }
}

/// The pattern of a field, and a value for it.
pub fn patterns(bytes: &[u8]) {
    use mapcase_map::model::FieldType;
    let mut bytes = Bytes(bytes);
    let (pattern, value) = (bytes.text(), bytes.text());
    let quoted = pattern.replace('\'', "''");
    let map = scene::REVIEW.replace("pattern: '[0-9]{5,9}'", &format!("pattern: '{quoted}'"));
    let checked = check_on(&[file("atlas.yaml", scene::ATLAS), file("review.yaml", map.as_str())], DAY);
    let bad = checked.findings.iter().any(|finding| finding.rule == "bad-pattern");
    let kind = FieldType::Text { pattern: Some(pattern.clone()) };
    let field = mapcase_map::model::Field { kind, title: "x".to_string(), personal: false };
    let read = mapcase_case::Value::parse(&field, &value);
    assert!(!bad || read.is_err(), "a value of a pattern that is none");
}
