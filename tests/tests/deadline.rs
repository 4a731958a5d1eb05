//! `mapcase deadline`: when it is due and why then, on the calendars of the real atlas.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod common;

use common::Sandbox;
use serde_json::{Value, json};

fn days_skipped<'a>(answer: &'a Value, why: &str) -> Vec<&'a str> {
    let skipped = answer["skipped"].as_array().unwrap();
    skipped.iter().filter(|day| day["why"] == why).map(|day| day["date"].as_str().unwrap()).collect()
}

/// The days skipped that are no weekend: date and name.
fn holidays(answer: &Value) -> Vec<(&str, &str)> {
    let skipped = answer["skipped"].as_array().unwrap().iter();
    let all = skipped.map(|day| (day["date"].as_str().unwrap(), day["why"].as_str().unwrap()));
    all.filter(|(_, why)| !["Saturday", "Sunday"].contains(why)).collect()
}

#[test]
fn seventy_two_hours_are_elapsed_hours_across_the_end_of_summer_time() {
    let sandbox = Sandbox::real();
    let answer = sandbox.run(&["deadline", "72 hours", "--from", "2022-10-28 16:00", "--format", "json"]).json();
    assert_eq!(answer, json!({ "due_at": "2022-10-31T15:00:00Z", "due_on": "2022-10-31", "skipped": [] }));
    // The same moment, said with its offset, and seen from another zone.
    for from in ["2022-10-28T16:00+01:00", "2022-10-28T15:00:00Z", "2022-10-28T11:00-04:00"] {
        assert_eq!(sandbox.json(&format!("deadline 72 hours --from {from}")), (0, answer.clone()), "{from}");
    }
    insta::assert_snapshot!(sandbox.run(&["deadline", "72", "hours", "--from", "2022-10-28 16:00"]).shown());
}

#[test]
fn both_readings_of_45_days_from_24_november_2022() {
    let sandbox = Sandbox::real();
    let (code, days) = sandbox.json("deadline 45 days --from 2022-11-24");
    assert_eq!(code, 0);
    assert_eq!(days, json!({ "due_at": "2023-01-09T00:00:00Z", "due_on": "2023-01-08", "skipped": [] }));

    let (code, working) = sandbox.json("deadline 45 working days --from 2022-11-24");
    assert_eq!(
        (code, &working["due_at"], &working["due_on"]),
        (0, &json!("2023-02-01T00:00:00Z"), &json!("2023-01-31"))
    );
    let christmas = [
        ("2022-12-26", "Boxing Day"),
        ("2022-12-27", "Christmas Day (substitute day)"),
        ("2023-01-02", "New Year's Day (substitute day)"),
    ];
    assert_eq!(holidays(&working), christmas);
    assert_eq!(days_skipped(&working, "Saturday").len() + days_skipped(&working, "Sunday").len(), 20);
    insta::assert_snapshot!(sandbox.line("deadline 45 working days --from 2022-11-24").shown());
}

#[test]
fn scotland_has_other_holidays() {
    let (code, answer) = Sandbox::real().json("deadline 45 working days --from 2022-11-24 --calendar scotland");
    assert_eq!((code, &answer["due_at"], &answer["due_on"]), (0, &json!("2023-02-03T00:00:00Z"), &json!("2023-02-02")));
    let names = holidays(&answer);
    assert!(
        names.contains(&("2022-11-30", "St Andrew's Day"))
            && names.contains(&("2023-01-03", "2nd January (substitute day)"))
    );
}

#[test]
fn a_day_that_ends_in_summer_time_ends_at_its_own_midnight() {
    let sandbox = Sandbox::real();
    for (line, due_at, due_on) in [
        ("deadline 2 weeks --from 2022-10-14", "2022-10-28T23:00:00Z", "2022-10-28"),
        ("deadline 2 weeks --from 2022-10-29", "2022-11-13T00:00:00Z", "2022-11-12"),
        ("deadline 1 day --from 2026-03-28", "2026-03-29T23:00:00Z", "2026-03-29"),
        ("deadline 6 months --from 2026-08-31", "2027-03-01T00:00:00Z", "2027-02-28"),
    ] {
        let (code, answer) = sandbox.json(line);
        assert_eq!((code, answer), (0, json!({ "due_at": due_at, "due_on": due_on, "skipped": [] })), "{line}");
    }
}

#[test]
fn what_cannot_be_worked_out_is_said_with_the_way_out() {
    let sandbox = Sandbox::real();
    let runs: [(&[&str], i32, &str); 8] = [
        (&["45 dyas", "--from", "2022-11-24"], 2, "error: `dyas` is not a unit\nhelp: did you mean `days`?\n"),
        (&["1 day 2 hours", "--from", "2022-11-24"], 2, "error: `hours` cannot be added to `days`\n"),
        (
            &["45", "days", "--from", "2022-10-14", "10:00"],
            2,
            "error: `10:00` is not part of a duration\nhelp: put a date and a time of day in quotes",
        ),
        (&["1 day", "--from", "14/10/2022"], 2, "error: `14/10/2022` is not a time\nhelp: write 2022-10-14 10:00"),
        (
            &["1 day", "--from", "2022-10-30 01:30"],
            2,
            "error: 2022-10-30 01:30 is twice that night\nhelp: write 2022-10-30T01:30+01:00 or",
        ),
        (&["1 day"], 2, "error: the following required arguments were not provided:\n  --from <WHEN>\n"),
        (
            &["45 working days", "--from", "2027-12-14"],
            1,
            "error: 2028-01-01 is outside the calendar `england-and-wales`, which covers 2015\n       to 2027\n",
        ),
        (
            &["1 day", "--from", "2022-11-24", "--calendar", "scotlnd"],
            3,
            "error: there is no calendar `scotlnd` in the atlas\nhelp: did you mean `scotland`?\n",
        ),
    ];
    for (args, code, says) in runs {
        let ran = sandbox.run(&[&["deadline"], args].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{args:?}");
        assert!(ran.stderr.starts_with(says), "{args:?}: {}", ran.stderr);
    }
}
