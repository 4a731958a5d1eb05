//! `mapcase map diff` and `mapcase map what-if`: what a change of a map means, for maps and for cases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use std::fs;
use std::process::Command;

use common::{Sandbox, hold_consoles};
use serde_json::{Value, json};

/// The library of the tutorial, an edited copy, and a casebook with two readers.
fn library() -> Sandbox {
    let sandbox = Sandbox::empty();
    for name in ["library", "edited"] {
        sandbox.add_as("examples/library", name);
    }
    let card = "edited/readers-card.yaml";
    sandbox.replace(card, "due: 5 working days", "due: 2 working days");
    sandbox.replace(card, "within: 4 weeks of give-form", "within: 2 weeks of give-form");
    sandbox.replace(card, "  stop-card:", "  block-card:");
    sandbox.replace(card, "next: stop-card", "next: block-card");
    let story = [
        "init --simulated --now 2026-10-01T10:00+01:00",
        "open readers-card reader_name=A under_16=yes",
        "do 1R --as Desk --attach proof-of-address=P1 --now 2026-10-06T10:00+01:00",
        "do 1R --as Desk",
        "receive 1R --attach signed-form=F1 --now 2026-10-27T10:00Z",
        "do 1R --as Lead --actor bob --set card_number=H123456 --check-off rules-explained --check-off card-signed",
        "open readers-card reader_name=B under_16=no --now 2026-10-28T10:00Z",
    ];
    sandbox.done(story.map(|line| format!("{line} --atlas library --casebook try.db")));
    sandbox
}

#[test]
fn the_document_on_change_shows_what_the_program_prints() {
    let sandbox = library();
    let consoles = hold_consoles("docs/change.md", |typed| {
        let ran = sandbox.typed(typed.words);
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
        ran.printed()
    });
    assert_eq!(consoles, 3);
}

#[test]
fn no_difference_in_meaning_is_said_and_is_exit_code_0() {
    let sandbox = Sandbox::small();
    sandbox.line("check");
    let permit = "processes/maps/permit.yaml";
    let copy = fs::read_to_string(sandbox.path(permit)).unwrap();
    sandbox.write(
        "before/permit.yaml",
        copy.replace("A resident applies in writing.", "By letter.").replace("steps:", "# here\nsteps:"),
    );
    let ran = sandbox.line(&format!("map diff before/permit.yaml {permit}"));
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (0, format!("No difference in meaning between before/permit.yaml and\n{permit}.\n").as_str())
    );
    let (code, answer) = sandbox.json("map diff before/permit.yaml");
    let expected = json!({
        "before": "before/permit.yaml", "after": "processes", "same": true,
        "shared": [], "maps": [], "stopped": [], "cases": null,
    });
    assert_eq!((code, answer), (0, expected));
}

#[test]
fn a_difference_is_told_to_programs_change_by_change() {
    let sandbox = library();
    let (code, answer) = sandbox.json("map diff library edited --cases --casebook try.db");
    assert_eq!((code, &answer["same"], &answer["maps"][0]["revisions"]), (1, &json!(false), &json!([1, 1])));
    let changes = answer["maps"][0]["changes"].as_array().unwrap();
    let renamed = json!({
        "of": "step", "id": "block-card", "title": "Stop the card", "change": "renamed", "from": "stop-card",
        "aspect": null, "which": null, "before": [], "after": [], "weight": "runs",
        "says": "was called `stop-card`; nothing else of it has changed",
    });
    let due = json!({
        "of": "step", "id": "see-address", "title": "See a proof of address", "change": "changed", "from": null,
        "aspect": "due", "which": null, "before": ["5 working days"], "after": ["2 working days"], "weight": "runs",
        "says": "must be done within 2 working days instead of 5 working days",
    });
    assert!(changes.contains(&renamed) && changes.contains(&due), "{changes:#?}");
    let case = json!({
        "case": "2W", "map": "readers-card", "revision": 1, "step": "see-address",
        "touched": true, "movable": true, "obstacles": [],
    });
    assert_eq!(answer["cases"], json!([case]));
}

#[test]
fn what_maps_share_is_compared_and_a_renamed_map_is_known_again() {
    let sandbox = library();
    sandbox.replace("edited/atlas.yaml", "Desk: Staff of the lending desk", "Desk: The lending desk");
    sandbox.replace("edited/atlas.yaml", "supervisors: [Lead]", "supervisors: [Lead, Desk]");
    sandbox.replace("edited/closing-days.yaml", "  2026-12-26: Saint Stephen's Day\n", "");
    sandbox.replace("edited/own-checks.yaml", "title: No card is made without", "title: No card without");
    sandbox.replace("edited/overdue-book.yaml", "to: buying", "to: purchase");
    let buying = fs::read_to_string(sandbox.path("edited/buying.yaml")).unwrap();
    sandbox.write("edited/purchase.yaml", buying.replace("map: buying", "map: purchase"));
    fs::remove_file(sandbox.path("edited/buying.yaml")).unwrap();
    let (code, answer) = sandbox.json("map diff library edited");
    let said = |changes: &Value| -> Vec<String> {
        let line = |change: &Value| {
            let text = |key: &str| change[key].as_str().unwrap().to_string();
            format!("{} {} {} {}", text("weight"), text("of"), text("id"), text("says"))
        };
        changes.as_array().unwrap().iter().map(line).collect()
    };
    assert_eq!(
        (code, said(&answer["shared"])),
        (
            1,
            vec![
                "runs atlas harbour-library lets a supervisor be `Desk`".to_string(),
                "wording role Desk is called “The lending desk” instead of “Staff of the lending desk”".to_string(),
                "runs calendar closing-days 2026-12-26 is no longer a holiday: Saint Stephen's Day".to_string(),
                "about control L1 is called “No card without a proof of address” instead of \
         “No card is made without a proof of address”"
                    .to_string(),
            ]
        )
    );
    let maps = answer["maps"].as_array().unwrap();
    let heads: Vec<_> = maps
        .iter()
        .map(|map| (map["map"].as_str().unwrap(), map["change"].as_str().unwrap(), map["from"].as_str()))
        .collect();
    assert_eq!(
        heads,
        [("overdue-book", "changed", None), ("purchase", "renamed", Some("buying")), ("readers-card", "changed", None),]
    );
    let link = "runs step order-again leads to the map `purchase` instead of `buying`";
    assert_eq!(said(&maps[0]["changes"])[..1], [link.to_string()]);
    let human = sandbox.line("map diff library edited").stdout;
    assert!(
        human.contains("\nThe atlas\n  How cases run\n") && human.contains("\npurchase was called buying"),
        "{human}"
    );
    assert!(human.lines().all(|line| line.chars().count() <= 80), "{human}");
}

#[test]
fn a_case_that_cannot_be_moved_says_why() {
    let sandbox = library();
    sandbox.replace("edited/readers-card.yaml", "see-address", "look-at-address");
    sandbox.replace("edited/readers-card.yaml", "title: See a proof of address", "title: Look at a proof of address");
    sandbox.replace("edited/readers-card.yaml", "reader_name: { type: text,", "reader_name: { type: date,");
    let (code, answer) = sandbox.json("map diff library edited --cases --casebook try.db");
    let why = json!([
        "what it holds in `reader_name` does not fit any more: write a date as year-month-day, as in 2022-10-14",
        "the step `see-address`, at which it stands, is gone",
    ]);
    assert_eq!((code, &answer["cases"][0]["movable"], &answer["cases"][0]["obstacles"]), (1, &json!(false), &why));
}

#[test]
fn maps_with_errors_and_things_that_are_no_maps_are_named() {
    let sandbox = Sandbox::small();
    let copy = fs::read_to_string(sandbox.path("processes/maps/permit.yaml")).unwrap();
    sandbox.write("before/permit.yaml", copy.replace("next: wait-for-proof", "next: wait-for-prof"));
    let ran = sandbox.line("map diff before/permit.yaml");
    assert_eq!(ran.code, 1, "{}", ran.shown());
    assert!(ran.stdout.contains("permit has errors in before/permit.yaml and is not compared"), "{}", ran.stdout);
    sandbox.write("note.txt", "hello");
    for (line, code, says) in [
        ("map diff note.txt", 1, "error: `note.txt` is no map\n"),
        ("map diff nothing-there", 3, "error: `nothing-there` is no file, no folder and no revision of git\n"),
        ("map diff before", 3, "error: there is no atlas in the folder `before`"),
    ] {
        let ran = sandbox.line(line);
        assert!(ran.code == code && ran.stderr.starts_with(says), "{}", ran.shown());
    }
}

/// Runs git in a sandbox; says whether there is a git.
fn git(sandbox: &Sandbox, line: &str) -> bool {
    let mut command = Command::new("git");
    let who = ["-c", "user.name=ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"];
    command.args(who).args(line.split_whitespace()).current_dir(sandbox.path("")).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", sandbox.path(""));
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "git {line}: {output:?}");
            true
        }
        Err(_) => false,
    }
}

#[test]
fn revisions_of_git_are_read_and_nothing_is_written() {
    let sandbox = Sandbox::small();
    if !git(&sandbox, "init -q") {
        // A machine without git is told so.
        let ran = sandbox.line("map diff HEAD");
        assert!(ran.code == 3 && ran.stderr.contains("`git` cannot be run"), "{}", ran.shown());
        return;
    }
    git(&sandbox, "add .");
    git(&sandbox, "commit -qm first");
    git(&sandbox, "tag v1");
    let map = "processes/maps/permit.yaml";
    sandbox.replace(map, "within: 2 weeks of ask-for-proof", "within: 10 days of ask-for-proof");
    git(&sandbox, "commit -qam second");
    sandbox.replace(map, "title: Issue the permit", "title: Hand the permit over");
    let files = || {
        let index = fs::read(sandbox.path(".git/index")).unwrap();
        (fs::read_to_string(sandbox.path(map)).unwrap(), index, fs::read_dir(sandbox.path(".git")).unwrap().count())
    };
    let before = files();
    let says = |line: &str| -> Vec<String> {
        let (code, answer) = sandbox.json(line);
        let changes = answer["maps"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer:#}"))
            .iter()
            .flat_map(|map| map["changes"].as_array().unwrap());
        let said: Vec<String> = changes.map(|change| change["says"].as_str().unwrap().to_string()).collect();
        assert_eq!(code, i32::from(!said.is_empty()), "{line}");
        said
    };
    let wait = "waits for 10 days of ask-for-proof instead of 2 weeks of ask-for-proof";
    let title = "is called “Hand the permit over” instead of “Issue the permit”";
    assert_eq!(says("map diff v1 HEAD"), [wait]);
    assert_eq!(says("map diff HEAD"), [title]);
    assert_eq!(says("map diff HEAD~1"), [wait, title]);
    assert_eq!(says(&format!("map diff v1:{map} HEAD:./{map}")), [wait]);
    assert_eq!(says(&format!("map diff v1 {map}")), [wait, title]);
    assert_eq!(says("map diff v1:processes main:processes"), [wait]);
    assert_eq!(says("map diff HEAD HEAD:processes"), [""; 0]);
    for (line, what) in [
        ("map diff v2", "`v2` is no file, no folder and no revision of git"),
        ("map diff v2:processes", "has no revision `v2`"),
        ("map diff v1:elsewhere", "the revision `v1` has no file or folder `elsewhere`"),
    ] {
        let ran = sandbox.line(line);
        assert!(ran.code == 3 && ran.stderr.contains(what), "{}", ran.shown());
    }
    assert_eq!(files(), before);
}

#[test]
fn a_map_of_a_revision_is_read_in_its_own_atlas() {
    for name in ["atlas.yaml", "atlas.yml"] {
        let sandbox = Sandbox::small();
        fs::rename(sandbox.path("processes/atlas.yaml"), sandbox.path(&format!("processes/{name}"))).unwrap();
        // All of the repository is no atlas: two files would be the same.
        sandbox.add_as("tests/atlases/permits", "other");
        if git(&sandbox, "init -q") {
            git(&sandbox, "add .");
            git(&sandbox, "commit -qm first");
            let ran = sandbox.line("map diff HEAD:processes/maps/permit.yaml");
            assert_eq!(ran.code, 0, "{name}: {}", ran.shown());
        }
    }
}

#[test]
fn a_what_if_is_told_to_programs_and_writes_nothing() {
    let sandbox = library();
    let files = || {
        let mut names: Vec<_> = fs::read_dir(sandbox.path("")).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        (fs::read(sandbox.path("try.db")).unwrap(), names)
    };
    let before = files();
    let (code, same) = sandbox.json("map what-if --atlas library --casebook try.db");
    assert_eq!((code, &same["cases"], &same["same"], &same["list"]), (0, &json!(2), &json!(2), &json!([])));
    let (code, answer) = sandbox.json("map what-if --atlas edited --casebook try.db");
    let entry = json!({
        "case": "1R", "map": "readers-card", "verdict": "other-way", "at": "2026-10-20T23:00:00Z", "step": "form-back",
        "was": "received what it waited for", "was_at": "2026-10-27T10:00:00Z",
        "is": "waited until its time ran out", "is_at": "2026-10-20T23:00:00Z",
        "act": null, "reason": null, "why": null, "missing": [],
        "newly_late": [{ "kind": "deadline", "id": "see-address",
                         "due_at": "2026-10-03T23:00:00Z", "passed_at": "2026-10-03T23:00:00Z" }],
        "no_longer_late": [], "opens": [],
    });
    assert_eq!((code, &answer["list"]), (1, &json!([entry])));
    let numbers = |key: &str| answer[key].as_u64().unwrap();
    assert_eq!(["cases", "same", "other_way", "newly_late"].map(numbers), [2, 1, 1, 1]);
    assert_eq!(files(), before);
}

#[test]
fn a_what_if_says_what_would_have_been_refused() {
    let sandbox = library();
    sandbox.write("edited/readers-card.yaml", fs::read(sandbox.path("library/readers-card.yaml")).unwrap());
    sandbox.replace(
        "edited/readers-card.yaml",
        "evidence: [proof-of-address]",
        "evidence: [proof-of-address, passport]",
    );
    let (code, answer) = sandbox.json("map what-if --atlas edited --casebook try.db");
    let entry: &Value = &answer["list"][0];
    assert_eq!((code, &entry["verdict"], &entry["act"]), (1, &json!("refused"), &json!("do `see-address`")));
    assert_eq!(
        (&entry["reason"], &entry["missing"]),
        (&json!("missing"), &json!(["passport (attach passport REFERENCE)"]))
    );
    let ran = sandbox.line("map what-if --atlas edited --casebook nothing.db");
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(!sandbox.path("nothing.db").exists());
}

#[test]
fn what_was_renamed_is_followed_and_erased_texts_are_taken_as_given() {
    let sandbox = library();
    let card = fs::read_to_string(sandbox.path("library/readers-card.yaml")).unwrap();
    sandbox.write("edited/readers-card.yaml", card.replace("see-address", "look-at-address"));
    let db = rusqlite::Connection::open(sandbox.path("try.db")).unwrap();
    let erased = db.execute("UPDATE personal_value SET salt = NULL, value = NULL", []).unwrap();
    drop(db);
    let (code, answer) = sandbox.json("map what-if --atlas edited --casebook try.db");
    assert_eq!((erased, code, &answer["same"]), (2, 0, &json!(2)), "{answer:#}");
}
