//! Drawings as a user makes them, and those that the documents show. `UPDATE_DRAWINGS=1 cargo test -p mapcase-tests --test drawings`
//! draws the files in docs/maps anew; look at them before they are committed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::{Sandbox, root};

fn drawn(sandbox: &Sandbox, line: &str) -> String {
    let ran = sandbox.line(line);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{line}");
    ran.stdout
}

#[test]
fn the_documents_show_what_the_program_draws() {
    let sandbox = Sandbox::real();
    let (_, list) = sandbox.json("map list");
    let maps = list["maps"].as_array().unwrap().iter().filter(|map| map["reading"] == "transcribed");
    let maps: Vec<&str> = maps.map(|map| map["map"].as_str().unwrap()).collect();
    assert!(maps.len() >= 3, "{maps:?}");
    let mut drawings: Vec<(String, String)> =
        maps.iter().map(|map| (format!("{map}.svg"), drawn(&sandbox, &format!("map draw {map}")))).collect();
    drawings.push(("atlas.svg".to_string(), drawn(&sandbox, "map draw")));
    let readme = fs::read_to_string(root("README.md")).unwrap();
    for (name, drawing) in &drawings {
        let path = root("docs/maps").join(name);
        if std::env::var("UPDATE_DRAWINGS").is_ok() {
            fs::create_dir_all(root("docs/maps")).unwrap();
            fs::write(&path, drawing).unwrap();
        }
        let shown = fs::read_to_string(&path).unwrap_or_default();
        assert!(shown == *drawing, "docs/maps/{name} is not what `mapcase map draw` draws");
        assert!(readme.contains(&format!("docs/maps/{name}")), "the README does not link docs/maps/{name}");
    }
    let known: BTreeSet<String> =
        fs::read_dir(root("docs/maps")).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(known, drawings.into_iter().map(|(name, _)| name).collect(), "files in docs/maps that nothing draws");
}

/// A permit that was asked for, whose proof of address did not come within two weeks, and that nobody decided in time.
fn late_permit() -> Sandbox {
    let sandbox = Sandbox::small();
    sandbox.done([
        "init --simulated --now 2023-11-01T09:00Z",
        "open permit --as RES plate=AB12CDE zone=north resident=Somebody moved_in=2023-10-01 disabled=no",
        "do 1R --as CLK --now 2023-11-02T09:00Z",
        "tick --now 2023-12-20T09:00Z",
    ]);
    sandbox
}

#[test]
fn the_way_of_a_case_is_drawn_on_its_map() {
    let sandbox = late_permit();
    let svg = drawn(&sandbox, "map draw --case 1R");
    for said in [
        "<tspan class=\"b\">Case 1R:</tspan> it stands at \u{201c}Is the permit granted?\u{201d}",
        "Late: \u{201c}A permit is decided within 28 days\u{201d}",
        "class=\"way case taken\"",
        "class=\"way lapsed taken\"",
        "class=\"decision here\"",
        "<tspan class=\"b\">LATE</tspan> it was due by 2023-11-30 00:00 GMT",
        "the way taken",
    ] {
        assert!(svg.contains(said), "{said} is not in {svg}");
    }
    // What the case did not come to is drawn as always.
    assert!(svg.contains("class=\"finish\"") && !svg.contains("finish passed"));
}

#[test]
fn what_was_taken_back_is_no_part_of_the_way() {
    let sandbox = late_permit();
    let before = drawn(&sandbox, "map draw --case 1R");
    assert!(
        before.contains("4. time ran out</tspan>")
            && before.contains("2023-11-17 00:00 GMT")
            && before.contains("way lapsed taken")
    );
    // The proof did come in time; it was recorded six weeks later.
    let line = "receive 1R --as CLK --attach proof-of-address=P-1 --at 2023-11-10T09:00Z --now 2023-12-21T09:00Z";
    let ran = sandbox.line(line);
    assert_eq!(ran.code, 0, "{}", ran.shown());
    let svg = drawn(&sandbox, "map draw --case 1R");
    assert!(!svg.contains("time ran out</tspan>") && !svg.contains("way lapsed taken"), "{svg}");
    for said in
        ["4. done</tspan>", "5. HERE since</tspan>", "2023-11-10 09:00 GMT", "class=\"decision here\"", "LATE</tspan>"]
    {
        assert!(svg.contains(said), "{said} is not in {svg}");
    }
}

#[test]
fn a_case_that_has_ended_stands_nowhere() {
    let sandbox = late_permit();
    for line in [
        "check-off 1R lives-there --as CLK --now 2023-12-21T09:00Z",
        "answer 1R granted --as CLK",
        "do 1R --as MGR --now 2023-12-21T10:00Z",
    ] {
        let ran = sandbox.line(line);
        assert_eq!(ran.code, 0, "{line}: {}", ran.shown());
    }
    let svg = drawn(&sandbox, "map draw --case 1R");
    assert!(svg.contains("Case 1R:</tspan> ended: issued") && svg.contains("class=\"finish passed\""), "{svg}");
    // Only the legend shows where a case stands.
    assert_eq!(svg.matches(" here\" d=").count(), 1);
}

#[test]
fn a_case_is_drawn_on_its_own_revision_of_the_map() {
    let sandbox = late_permit();
    sandbox.replace("processes/maps/permit.yaml", "title: Is the permit granted?", "title: Shall it be granted?");
    assert!(drawn(&sandbox, "map draw permit").contains("Shall it be"));
    let svg = drawn(&sandbox, "map draw --case 1R");
    assert!(svg.contains("Is the permit granted?") && !svg.contains("Shall it be"));
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let sandbox = late_permit();
    for (line, code, says) in [
        ("map draw --case 2W", 3, "error: there is no case 2W"),
        ("map draw --case 1R --format dot", 2, "error: the way of a case is drawn as `svg` only"),
        ("map draw permit --case 1R", 2, "error: the argument '[MAP]' cannot be used with '--case <CASE>'"),
    ] {
        let ran = sandbox.line(line);
        assert!(ran.code == code && ran.stderr.starts_with(says), "{line}: {}", ran.shown());
    }
}

#[test]
fn without_a_map_all_maps_are_drawn_even_where_one_is_in_error() {
    let sandbox = Sandbox::small();
    for (format, mark) in [("svg", "<svg"), ("mermaid", "flowchart LR"), ("dot", "digraph atlas")] {
        let chart = drawn(&sandbox, &format!("map draw --format {format}"));
        assert!(chart.contains(mark) && chart.contains("Appeal") && !chart.contains("error"), "{chart}");
    }
    sandbox.replace("processes/maps/permit.yaml", "next: wait-for-proof", "next: wait-for-prof");
    for format in ["svg", "mermaid", "dot"] {
        let chart = drawn(&sandbox, &format!("map draw --format {format}"));
        assert!(chart.contains("maps in error") && chart.contains("has errors"), "{chart}");
    }
}
