//! How the time to check grows: one map of more and more steps, and atlases of more and more maps of 50 steps, on one
//! core. The reference, in the same run, is parsing the same YAML into its tree and nothing else. The fastest of five
//! runs counts, because everything else a machine does only adds to it.
//!
//! `cargo bench -p mapcase-map` prints the table.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![allow(dead_code, reason = "the module is that of the checker's own tests")]
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the maps of this project")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot go on stops here")]

#[path = "../tests/invent/plan.rs"]
mod plan;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use mapcase_map::text::parse;
use mapcase_map::{AtlasFile, Severity, check};

use plan::{Group, MapPlan, Plan};

const RUNS: usize = 5;

fn main() {
    println!("| atlas | steps | YAML | parse alone | check | check / parse | a step |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let real = real();
    let steps =
        check(&real).atlas.map_or(0, |atlas| atlas.machines().values().map(|machine| machine.map().steps.len()).sum());
    row("`processes`", steps, &real);
    for steps in [100, 1_000, 2_000, 5_000, 10_000] {
        row("1 map", steps, &atlas(1, steps).files());
    }
    for maps in [10, 100, 500, 1_000] {
        row(&format!("{maps} maps"), maps * 50, &atlas(maps, 50).files());
    }
}

/// The files of this project's own atlas.
fn real() -> Vec<AtlasFile> {
    fn walk(folder: &Path, files: &mut Vec<AtlasFile>) {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "yaml") {
                let bytes = std::fs::read(&path).unwrap();
                files.push(AtlasFile { path: path.display().to_string(), bytes });
            }
        }
    }
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processes"), &mut files);
    files
}

fn fastest(mut run: impl FnMut()) -> Duration {
    let once = |_| {
        let begun = Instant::now();
        run();
        begun.elapsed()
    };
    (0..RUNS).map(once).min().unwrap_or_default()
}

fn row(name: &str, steps: usize, files: &[AtlasFile]) {
    let checked = check(files);
    let faults: Vec<_> = checked.findings.iter().filter(|finding| finding.severity < Severity::Note).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let parsing = fastest(|| files.iter().for_each(|file| drop(black_box(parse(&file.path, &file.bytes)))));
    let checking = fastest(|| drop(black_box(check(files))));
    println!(
        "| {name} | {steps} | {} kB | {:.1} ms | {:.1} ms | {:.1} | {:.1} µs |",
        bytes / 1000,
        parsing.as_secs_f64() * 1e3,
        checking.as_secs_f64() * 1e3,
        checking.as_secs_f64() / parsing.as_secs_f64(),
        checking.as_secs_f64() * 1e6 / steps as f64,
    );
}

/// An atlas of maps of some steps each. A map is a row of parts of ten steps: things to do with deadlines and anchors, a
/// question that the record answers, one that a role answers, a wait for a letter and one for a day, a way back, two
/// pairs of eyes. Each map but the last hands over to the next and begins one further on beside it.
fn atlas(maps: usize, steps: usize) -> Plan {
    let map = |at: usize| MapPlan {
        id: format!("map-{at}"),
        head: lines(&[
            ("title", "A long map"),
            ("revision", "1"),
            ("theme", "t"),
            ("owner", "TM"),
            ("review_by", "2029-01-01"),
            ("source", "{ document: d, reading: reconstructed }"),
        ]),
        record: lines(&[
            ("flag", "{ type: yes-no, title: A flag }"),
            ("since", "{ type: date, title: Since when }"),
            ("words", "{ type: text, title: Words, pattern: '[a-z]+' }"),
        ]),
        steps: all_steps(at, maps, steps),
        limits: vec![Group::new(
            "whole",
            &[("title", "In time"), ("from", "s0"), ("to", "s4"), ("within", "1 year"), ("overdue", "{ tell: TM }")],
        )],
    };
    Plan {
        atlas: "atlas: large\ntitle: A large atlas\ntime_zone: Europe/London\ncalendar: plain\nsupervisors: [TM]\nroles:\n  \
                TM: A manager\n  ASW: A worker\nthemes:\n  t: A theme\ndocuments:\n  d: { title: A document, date: '2026-01' }\n"
            .to_string(),
        calendar: "calendar: plain\ntitle: Days that do not count\nweekend: [saturday, sunday]\ncovers: 2015..2027\n\
                   holidays:\n  2026-12-25: Christmas Day\n"
            .to_string(),
        register: "controls: register\ntitle: What is asked for\nitems:\n  C1: { title: In time, binds: deadline }\n".to_string(),
        maps: (0..maps).map(map).collect(),
    }
}

fn lines(lines: &[(&str, &str)]) -> Vec<(String, String)> {
    lines.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect()
}

fn all_steps(map: usize, maps: usize, steps: usize) -> Vec<Group> {
    const ALL: &str = "[flag, since, words]";
    let mut all = vec![Group::new("begun", &[("kind", "start"), ("title", "Begun"), ("needs", ALL), ("next", "s0")])];
    if map > 0 {
        let from = if map > 1 { format!("[map-{}, map-{}]", map - 1, map - 2) } else { format!("[map-{}]", map - 1) };
        let lines = [("kind", "start"), ("title", "Led here"), ("from", &*from), ("next", "s0")];
        all.push(Group::new("led-here", &lines));
    }
    let inner = steps.saturating_sub(all.len() + 3);
    let tell = ("overdue", "{ tell: TM }");
    for at in 0..inner {
        let name = |to: usize| if to >= inner { "last".to_string() } else { format!("s{to}") };
        let (id, next, skip, back) =
            (format!("s{at}"), name(at + 1), name(at + 2), format!("s{}", at.saturating_sub(3)));
        let (yes_no, again) =
            (format!("{{ yes: {next}, no: {skip} }}"), format!("{{ once-more: {back}, enough: {next} }}"));
        let (of, other) = (format!("3 working days of s{}", at / 10 * 10), format!("s{}", at / 10 * 10));
        let act: Vec<(&str, &str)> = match at % 10 {
            1 => vec![("role", "ASW"), ("due", &of), tell, ("next", &next)],
            3 => vec![("kind", "decision"), ("on", "flag"), ("answers", &yes_no)],
            5 if skip != next => {
                vec![
                    ("kind", "wait"),
                    ("role", "TM"),
                    ("for", "A letter"),
                    ("within", "2 weeks"),
                    ("received", &next),
                    ("lapsed", &skip),
                ]
            }
            6 => vec![("kind", "wait"), ("until", "6 months after since"), ("next", &next)],
            7 => vec![("role", "TM"), ("not_by", &other), ("checklist", "{ seen: It was seen }"), ("next", &next)],
            8 => vec![("kind", "decision"), ("role", "TM"), ("answers", &again)],
            _ => vec![("role", "ASW"), ("due", "5 days"), tell, ("next", &next)],
        };
        let mut step = Group::new(&id, &[("title", "Something")]);
        step.lines.extend(lines(&act));
        all.push(step);
    }
    let beside = if map + 2 < maps { "beside" } else { "finish" };
    let sends = ("sends", "{ to: The register, what: [flag, since, words] }");
    all.push(Group::new("last", &[("role", "TM"), ("title", "Last"), ("controls", "[C1]"), sends, ("next", beside)]));
    if map + 2 < maps {
        let to = format!("map-{}", map + 2);
        let lines = [
            ("kind", "link"),
            ("title", "Begin"),
            ("to", &*to),
            ("mode", "start"),
            ("carries", ALL),
            ("next", "finish"),
        ];
        all.push(Group::new("beside", &lines));
    }
    let to = format!("map-{}", map + 1);
    all.push(match map + 1 < maps {
        true => Group::new("finish", &[("kind", "link"), ("title", "Goes on"), ("to", &to), ("carries", ALL)]),
        false => Group::new("finish", &[("kind", "end"), ("title", "Over"), ("outcome", "over")]),
    });
    all
}
