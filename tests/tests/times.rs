//! `mapcase map times`, and what docs/times.md shows of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]

mod common;

use common::{Sandbox, hold_consoles};
use serde_json::json;

#[test]
fn the_transcribed_maps_and_one_that_calls_others() {
    let sandbox = Sandbox::real();
    for map in ["transfer-out", "transfer-in", "financial-review-preparation", "direct-payment-closure"] {
        let ran = sandbox.line(&format!("map times {map}"));
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{}", ran.stdout);
        insta::assert_snapshot!(map, ran.shown());
    }
}

#[test]
fn programs_get_the_same() {
    let (code, answer) = Sandbox::real().json("map times transfer-out");
    let share =
        |step: &str| json!({ "map": "transfer-out", "step": step, "limit": null, "seconds": 259_199, "percent": 50 });
    let open = json!([{ "map": "transfer-out", "step": "agree-crossover", "why": "it has no deadline" }]);
    let route = json!({
        "from": ["notified", "from-needs-review"], "to": "close-dp", "ends": "hand-over", "outcome": null,
        "hands_over_to": "direct-payment-closure", "shortest": { "seconds": 0, "text": "at once" }, "bounded": false,
        "longest": { "seconds": 518_399, "text": "6 days", "begun_on": "2015-01-01", "every_day": true },
        "shares": [share("request-transfer"), share("notify-dpt")], "open": open, "loops": [], "complete": true,
    });
    assert_eq!((code, answer), (0, json!({ "map": "transfer-out", "routes": [route], "open": open })));
}

#[test]
fn what_has_no_bound_says_why() {
    let sandbox = Sandbox::small();
    let map = "processes/maps/permit.yaml";
    sandbox.replace(map, "due: 2 working days", "due: TBC");
    sandbox.replace(map, "within: 2 weeks of ask-for-proof", "within: 2 weeks of moved_in");
    sandbox.replace(
        map,
        "answers: { granted: issue, refused: appeal }",
        "answers: { granted: issue, refused: wait-for-proof }",
    );
    sandbox.replace(map, "  appeal:\n    kind: link", "  appeal:\n    kind: link\n    note: Nothing leads here now.");
    sandbox.replace(map, "answers: { yes: issue, no: ask-for-proof }", "answers: { yes: appeal, no: ask-for-proof }");
    sandbox.replace(map, "    from: applied\n    to: decide\n", "    from: ask-for-proof\n    to: wait-for-proof\n");
    let ran = sandbox.line("map times permit");
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn a_map_that_is_not_there_is_not_found() {
    let ran = Sandbox::small().line("map times permt");
    let says = "error: there is no map `permt` in the atlas `processes`\nhelp: did you mean `permit`?\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (3, says));
}

#[test]
fn the_document_shows_what_the_program_prints() {
    let sandbox = Sandbox::real();
    sandbox.add("examples");
    assert_eq!(hold_consoles("docs/times.md", |typed| sandbox.typed(typed.words).printed()), 2);
}
