//! `mapcase map book` as a user runs it. What stands in a book is held in crates/map/tests/book.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use std::fs;

use common::Sandbox;
use serde_json::json;

#[test]
fn the_book_is_written_and_written_anew() {
    let sandbox = Sandbox::small();
    let ran = sandbox.line("map book");
    assert_eq!(ran.shown(), "exit 0\n--- stdout\nwrote atlas-book.html: 2 maps\n");
    let first = fs::read_to_string(sandbox.path("atlas-book.html")).unwrap();
    assert!(first.starts_with("<!DOCTYPE html>\n") && first.ends_with("</html>\n") && !first.contains("As of"));
    // Over a book another is written; standard output gets the very same.
    let (code, answer) = sandbox.json("map book");
    assert_eq!(
        (code, answer),
        (0, json!({ "book": "atlas-book.html", "maps": 2, "stopped": 0, "bytes": first.len() }))
    );
    assert_eq!(fs::read_to_string(sandbox.path("atlas-book.html")).unwrap(), first);
    assert_eq!(sandbox.line("map book --output -").stdout, first);
    let dated = sandbox.line("map book --output - --now 2026-11-23").stdout;
    assert!(dated.contains("<dt>As of</dt>\n<dd>23 November 2026</dd>"));
}

#[test]
fn nothing_but_a_book_is_written_over() {
    let sandbox = Sandbox::small();
    let atlas = fs::read_to_string(sandbox.path("processes/atlas.yaml")).unwrap();
    for (line, code, says) in [
        ("map book --output processes", 1, "error: `processes` is a folder\nhelp: name another file"),
        (
            "map book --output processes/atlas.yaml",
            1,
            "error: `processes/atlas.yaml` is there already and was not made",
        ),
        ("map book --output no/book.html", 3, "error: cannot write `no/book.html`: there is no such folder"),
        ("map book --now sometime", 2, "error: `sometime` is not a time"),
        ("map book --atlas nowhere", 3, "error: there is no file or folder `nowhere`"),
    ] {
        let ran = sandbox.line(line);
        assert!(ran.code == code && ran.stderr.starts_with(says) && ran.stdout.is_empty(), "{line}: {}", ran.shown());
    }
    assert_eq!(fs::read_to_string(sandbox.path("processes/atlas.yaml")).unwrap(), atlas);
    assert!(!sandbox.path("atlas-book.html").exists());
}

#[test]
fn maps_in_error_are_left_out_and_named() {
    let sandbox = Sandbox::small();
    sandbox.replace("processes/maps/permit.yaml", "next: wait-for-proof", "next: wait-for-prof");
    let ran = sandbox.line("map book");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "wrote atlas-book.html: 1 map\n"));
    assert_eq!(ran.stderr, "note: 1 map left out for errors\n");
    let book = fs::read_to_string(sandbox.path("atlas-book.html")).unwrap();
    assert!(
        book.contains("Left out, because they have errors:")
            && book.contains("<li id=\"map/permit\">permit (permit.yaml)</li>")
    );
}
