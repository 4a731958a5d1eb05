//! `mapcase controls`: what carries each control, how often it held, and which cases are an exception; and that nothing that the
//! audits ask for is lost.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use common::{Sandbox, hold_consoles};
use serde_json::{Value, json};

/// The library of the tutorial with two readers and two overdue books.
fn library() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.add_as("examples/library", "processes");
    let story = [
        "init --simulated --now 2026-10-01T10:00+01:00",
        "open readers-card reader_name=A under_16=no",
        "open overdue-book card_number=H123456 book=Tides due_back=2026-10-02",
        "do 1R --as Desk --actor ann --attach proof-of-address=P1 --now 2026-10-06T10:00+01:00",
        "do 1R --as Lead --actor bob --set card_number=H123457 --check-off rules-explained --check-off card-signed",
        "open readers-card reader_name=B under_16=no --now 2026-10-07T10:00+01:00",
        "open overdue-book card_number=H123457 book=Kites due_back=2026-10-08",
        "tick --now 2026-10-13T10:00+01:00",
        "answer 4G no --as Desk",
        "tick --now 2026-10-16T10:00+01:00",
    ];
    sandbox.done(story);
    sandbox
}

#[test]
fn the_document_on_controls_shows_what_the_program_prints() {
    let sandbox = library();
    let consoles = hold_consoles("docs/controls.md", |typed| {
        let ran = sandbox.typed(typed.words);
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
        ran.printed()
    });
    assert_eq!(consoles, 3);
}

/// Every control of both registers. One that is lost, or that nothing carries, fails here and is told by its reference.
const CORPORATE: [&str; 17] = [
    "A1.1", "A2.1", "A2.2", "A3.1", "A3.2", "A3.3", "A3.4", "A3.5", "A3.6", "A4.1", "A5.1", "A6.1", "A8.1", "A8.2",
    "A8.3", "A9.1", "A9.2",
];
const SELF_DIRECTED: [&str; 12] =
    ["C5.01", "C5.02", "C5.03", "C-4", "C5.05", "C5.06", "C5.07", "C5.08", "C5.09", "C5.10", "C5.11", "C5.12"];

/// A kind, a map and an id.
type Carrier = (String, String, String);

/// What carries each control, by register and reference: the kinds, the maps and the ids.
fn carried(answer: &Value) -> Vec<(String, String, Vec<Carrier>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let mut all = Vec::new();
    for register in answer["registers"].as_array().unwrap() {
        for control in register["controls"].as_array().unwrap() {
            let by = control["carried_by"].as_array().unwrap();
            let by = by.iter().map(|by| (text(&by["kind"]), text(&by["map"]), text(&by["id"]))).collect();
            all.push((text(&register["register"]), text(&control["control"]), by));
        }
    }
    all
}

#[test]
fn every_control_of_both_audits_is_carried() {
    let (code, answer) = Sandbox::real().json("controls");
    assert_eq!((code, &answer["casebook"]), (0, &json!(false)));
    let carried = carried(&answer);
    let of = |register: &str| -> Vec<&str> {
        carried.iter().filter(|(of, ..)| of == register).map(|(_, control, _)| control.as_str()).collect()
    };
    assert_eq!(of("corporate-audit-2018-19"), CORPORATE);
    assert_eq!(of("sds-internal-audit-2023"), SELF_DIRECTED);
    for (_, control, by) in &carried {
        assert!(!by.is_empty(), "nothing carries {control}");
    }
    // What the audits ask of the whole stock, old payments too, is a report over every live payment.
    for control in ["A3.4", "A3.6", "A4.1", "C5.02"] {
        let (.., by) = carried.iter().find(|(_, id, _)| id == control).unwrap();
        assert!(by.iter().any(|(kind, ..)| kind == "report"), "{control} has no report: {by:?}");
    }
}

#[test]
fn a_control_that_is_lost_is_an_error_of_the_checker() {
    let sandbox = Sandbox::empty();
    sandbox.add_as("examples/library", "processes");
    sandbox.replace("processes/readers-card.yaml", "    controls: [L2]\n", "");
    let ran = sandbox.line("check");
    assert_eq!(ran.code, 1, "{}", ran.shown());
    assert!(ran.stdout.contains("error[control-unbound]: nothing carries `L2`"), "{}", ran.stdout);
    // A report carries its control alone.
    sandbox.replace("processes/overdue-book.yaml", "    controls: [L3]\n", "");
    assert!(!sandbox.line("check").stdout.contains("`L3`"));
}

#[test]
fn how_often_a_control_held_is_counted_and_each_case_is_named() {
    let sandbox = library();
    let (code, answer) = sandbox.json("controls");
    assert_eq!((code, &answer["casebook"]), (0, &json!(true)));
    let held = |control: usize, by: usize| &answer["registers"][0]["controls"][control]["carried_by"][by]["held"];
    let step = |done: usize, in_time: usize, late: &[&str]| json!({ "done": done, "opened": 0, "in_time": in_time, "late": late, "passed_by": [], "running": 0 });
    assert_eq!(*held(0, 0), step(1, 1, &["3A"]), "1R in time, 3A late by now");
    assert_eq!(*held(1, 0), step(1, 0, &[]));
    assert_eq!(*held(2, 0), step(1, 1, &["2W"]), "4G was answered, 2W was not");
    assert_eq!(*held(2, 1), step(2, 0, &[]), "the report looks at both open books");
}

#[test]
fn exceptions_are_told_to_programs_case_by_case() {
    let sandbox = library();
    let (code, answer) = sandbox.json("controls --exceptions L3");
    let late = |kind: &str, id: &str| {
        json!({
            "register": "own-checks", "control": "L3", "kind": kind, "id": id, "map": "overdue-book", "case": "2W",
            "subject": null, "step": "is-back", "since": "2026-10-07T23:00:00Z",
            "why": ["late: Is the book back? (2 working days of entering)"],
        })
    };
    let expected = json!({ "exceptions": [late("step", "is-back"), late("report", "not-looked")] });
    assert_eq!((code, answer), (0, expected));
    // A map that is past its day is an exception to what it carries as a whole.
    sandbox.replace(
        "processes/readers-card.yaml",
        "review_by: 2027-11-30\n",
        "review_by: 2026-10-15\ncontrols: [L1]\n",
    );
    let (_, answer) = sandbox.json("controls --exceptions L1");
    let map = &answer["exceptions"][0];
    assert_eq!((&map["kind"], &map["case"], &map["since"]), (&json!("map"), &Value::Null, &json!("2026-10-16")));
    assert_eq!(answer["exceptions"].as_array().unwrap().len(), 2, "{answer}");
}

#[test]
fn a_name_that_is_not_there_is_told_and_so_is_a_casebook() {
    let sandbox = library();
    for (line, said) in [
        ("controls L9", "there is no control `L9` in any register"),
        ("controls --register own-check", "did you mean `own-checks`?"),
        ("controls --casebook gone.db", "there is no casebook at gone.db"),
    ] {
        let ran = sandbox.line(line);
        assert_eq!(ran.code, 3, "{line}: {}", ran.shown());
        assert!(ran.stderr.contains(said), "{line}: {}", ran.stderr);
    }
    let bare = Sandbox::empty();
    bare.add_as("examples/library", "processes");
    let ran = bare.line("controls");
    assert_eq!(
        (ran.code, ran.stdout.lines().next()),
        (0, Some("no casebook at casebook.db: what carries each control, not how often it held"))
    );
    assert_eq!(bare.line("controls --exceptions").code, 3);
}

/// The worklist goes by the rule of the atlas, and the rule may be another tomorrow.
#[test]
fn the_worklist_is_in_the_order_of_the_risk_rule() {
    let sandbox = library();
    let order = |sandbox: &Sandbox| -> Vec<(String, String)> {
        let (_, answer) = sandbox.json("work --role Desk");
        let text = |value: &Value| value.as_str().unwrap_or("-").to_string();
        let rows = answer["work"].as_array().unwrap().iter();
        rows.map(|row| (text(&row["case"]), text(&row["risk"]["title"]))).collect()
    };
    let pair = |case: &str, title: &str| (case.to_string(), title.to_string());
    let all = [pair("2W", "Late"), pair("3A", "-"), pair("4G", "-")];
    assert_eq!(order(&sandbox), all, "3A is late too, in a theme that the rule does not name");
    sandbox.replace(
        "processes/atlas.yaml",
        "  - { title: Lost, map: pay-for-book }\n",
        "  - { title: New readers, map: readers-card, where: { under_16: no } }\n",
    );
    assert_eq!(order(&sandbox), [pair("3A", "New readers"), pair("2W", "Late"), pair("4G", "-")]);
    let ran = sandbox.line("work --role Desk");
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
    assert!(ran.stdout.starts_with("case  due          risk         what\n"), "{}", ran.stdout);
}
