//! What comes round, at the command line: a payment in force opens its review when that is due, and its closure ends it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

mod common;

use common::Sandbox;
use serde_json::Value;

/// The rows of a list that say something.
fn those<'a>(rows: &'a Value, key: &str, value: &str) -> Vec<&'a Value> {
    rows.as_array().unwrap().iter().filter(|row| row[key] == value).collect()
}

#[test]
fn a_review_that_is_due_is_shown_opened_and_told() {
    let sandbox = Sandbox::real();
    assert_eq!(sandbox.run(&["init", "--simulated", "--now", "2022-10-28 16:00"]).code, 0);
    let opened = "open direct-payment-in-force ics_number=100001 last_needs_review=2022-01-10";
    let (code, answer) = sandbox.json(opened);
    assert_eq!((code, &answer["step"]), (0, &Value::from("supply-dates")), "{answer}");
    let force = answer["case"].as_str().unwrap().to_string();

    let (_, due) = sandbox.json("due");
    let starts = those(&due["due"], "kind", "start");
    assert_eq!(starts.len(), 1, "{due}");
    assert_eq!(
        (&starts[0]["id"], &starts[0]["due_at"]),
        (&"annual-needs-review".into(), &"2022-11-28T00:00:00Z".into())
    );
    assert!(sandbox.line("due").stdout.contains("opens social-care-needs-review"), "{}", sandbox.line("due").stdout);
    let (_, shown) = sandbox.json(&format!("show {force}"));
    assert_eq!(shown["starts"][0]["id"], "annual-needs-review");

    let (_, ticked) = sandbox.json("tick --now 2022-11-28T00:00+00:00");
    assert_eq!(those(&ticked["fired"], "kind", "start").len(), 1, "{ticked}");
    let (_, listed) = sandbox.json("list --map social-care-needs-review");
    assert_eq!(listed["cases"].as_array().unwrap().len(), 1, "{listed}");
    let history = sandbox.line(&format!("history {force}")).stdout;
    assert!(history.contains("came round: Yearly review of needs"), "{history}");

    // A case of the same child belongs with it; another child's does not.
    let (_, mine) = sandbox.json("open escalation-to-dct-csm ics_number=100001");
    let (_, other) = sandbox.json("open escalation-to-dct-csm ics_number=100002");
    let family = |case: &Value| sandbox.json(&format!("show {}", case.as_str().unwrap())).1["family"].clone();
    assert!(!those(&family(&mine["case"]), "case", &force).is_empty(), "{}", family(&mine["case"]));
    assert_eq!(family(&other["case"]), Value::Array(Vec::new()));
    assert_eq!(sandbox.line("audit verify").code, 0);
    assert_eq!(sandbox.line("map show direct-payment-in-force").code, 0);
}
