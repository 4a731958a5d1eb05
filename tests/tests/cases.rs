//! The commands on cases, as programs and people see them: JSON shapes, exit codes, refusals.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]

mod common;

use common::Sandbox;
use serde_json::{Value, json};

/// A sandbox with the real atlas and a simulated casebook.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::real();
    assert_eq!(sandbox.run(&["init", "--simulated", "--now", "2022-10-28 16:00"]).code, 0);
    sandbox
}

/// Runs words that must succeed and reads the JSON.
fn done(sandbox: &Sandbox, words: &[&str]) -> Value {
    let ran = sandbox.run(&[words, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{words:?}: {}", ran.shown());
    ran.json()
}

/// Runs words that must fail with a code and reads the error.
fn fails(sandbox: &Sandbox, code: i32, words: &[&str]) -> Value {
    let ran = sandbox.run(&[words, &["--format", "json"]].concat());
    assert_eq!(ran.code, code, "{words:?}: {}", ran.shown());
    let human = sandbox.run(words);
    assert_eq!((human.code, human.stdout.as_str()), (code, ""), "{words:?}");
    assert!(human.stderr.starts_with("error: ") && human.stderr.contains("\nhelp: "), "{words:?}: {}", human.stderr);
    ran.json()["error"].clone()
}

const SUPPLIES: [&str; 6] = ["--set", "ics_number=234567", "--set", "child_name=A Child", "--set", "ola=Northtown"];

#[test]
fn the_shapes_that_programs_read() {
    let sandbox = sandbox();
    let open = done(&sandbox, &["open", "transfer-out", "--as", "ASW"]);
    assert_eq!(
        open,
        json!({ "case": "1R", "map": "transfer-out", "step": "request-transfer", "status": "open", "seq": 3 })
    );

    let show = done(&sandbox, &["show", "1r"]);
    for key in ["case", "map", "revision", "status", "step", "since", "role", "needs", "deadlines", "timeout", "next"] {
        assert!(show.get(key).is_some(), "show has no {key}");
    }
    assert_eq!(show["role"], "ASW");
    assert_eq!(show["since"], "2022-10-28T15:00:00Z");
    assert_eq!(show["needs"], json!(["ics_number", "child_name", "ola"]));
    let deadline = &show["deadlines"][0];
    assert_eq!(
        (&deadline["id"], &deadline["due_at"], &deadline["due_on"], &deadline["late"]),
        (&json!("request-transfer"), &json!("2022-10-31T15:00:00Z"), &json!("2022-10-31"), &json!(false))
    );
    assert_eq!(show["timeout"], Value::Null);
    assert_eq!(
        show["next"].as_array().unwrap().last().unwrap(),
        "mapcase do 1R --as ASW --set ics_number=VALUE --set child_name=VALUE --set ola=VALUE"
    );

    let list = done(&sandbox, &["list"]);
    let row = &list["cases"][0];
    assert_eq!(
        (&row["case"], &row["map"], &row["step"], &row["status"]),
        (&json!("1R"), &json!("transfer-out"), &json!("request-transfer"), &json!("open"))
    );

    done(&sandbox, &[&["do", "1R"], &SUPPLIES[..]].concat());
    let history = done(&sandbox, &["history", "1R"]);
    let events = history["events"].as_array().unwrap();
    for (at, event) in events.iter().enumerate() {
        assert_eq!(event["seq"], at + 1);
        for key in ["seq", "event", "step", "actor", "role", "occurred_at", "recorded_at", "hash"] {
            assert!(event.get(key).is_some(), "an event has no {key}");
        }
        assert_eq!(event["hash"].as_str().unwrap().len(), 64);
        assert!(!event["content"].to_string().contains("A Child"), "a personal value is in an event: {event}");
    }
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["case-opened", "step-done", "step-entered", "fields-set", "step-done", "step-entered"]);

    let tick = done(&sandbox, &["tick"]);
    assert_eq!(tick, json!({ "fired": [], "faults": [] }));
    assert_eq!(done(&sandbox, &["work", "--role", "ASW"])["work"][0]["why"], "act");
    assert_eq!(done(&sandbox, &["due"]), json!({ "due": [] }));
    let verify = done(&sandbox, &["audit", "verify"]);
    assert_eq!(verify, json!({ "cases": 1, "events": 6, "erased": 0, "findings": [] }));
    let replay = done(&sandbox, &["audit", "replay", "1R"]);
    assert_eq!(replay["state"], json!({ "step": "agree-crossover", "status": "open", "seq": 6 }));
    assert_eq!(done(&sandbox, &["casebook", "rebuild"]), json!({ "cases": 1 }));
}

#[test]
fn lists_say_whom_a_case_is_about_and_can_be_cut_and_counted() {
    let sandbox = sandbox();
    done(&sandbox, &["open", "transfer-out"]);
    let list = done(&sandbox, &["list"]);
    assert_eq!(list["cases"][0]["subject"], Value::Null, "it is not known yet");
    assert!(sandbox.line("list").stdout.starts_with("case  status  due"));
    done(&sandbox, &[&["do", "1R"], &SUPPLIES[..]].concat());
    done(&sandbox, &[&["open", "transfer-out"], &["--set", "ics_number=765432"][..]].concat());
    done(&sandbox, &["withdraw", "2W", "--reason", "opened in error", "--as", "CSM"]);
    done(&sandbox, &["open", "transfer-out", "ics_number=345678", "child_name=B", "ola=Westford"]);
    let subjects: Vec<Value> = ["list", "work", "due"]
        .map(|command| {
            done(&sandbox, &[command])[if command == "list" { "cases" } else { command }][0]["subject"].clone()
        })
        .to_vec();
    assert_eq!(subjects, [json!("234567"), json!("345678"), json!("345678")]);

    let cut = sandbox.line("list --limit 1");
    assert!(cut.stdout.starts_with("case  ICS number  status  due"), "{}", cut.stdout);
    assert!(cut.stdout.ends_with("\nthe first 1 of 3 cases\n"), "{}", cut.stdout);
    assert_eq!(done(&sandbox, &["list", "--limit", "2"])["cases"].as_array().unwrap().len(), 2);
    assert_eq!(done(&sandbox, &["work", "--limit", "1"])["work"].as_array().unwrap().len(), 1);
    assert_eq!(done(&sandbox, &["due", "--limit", "1"])["due"].as_array().unwrap().len(), 1);

    let all = json!({ "open": 2, "late": 0, "ended": 0, "handed_over": 0, "withdrawn": 1, "all": 3 });
    let mut map = all.clone();
    map["map"] = json!("transfer-out");
    assert_eq!(done(&sandbox, &["list", "--count"]), json!({ "maps": [map], "all": all }));
    assert_eq!(
        sandbox.line("list --count").stdout,
        "open  withdrawn  all  map\n2     1          3    transfer-out\n2     1          3\n"
    );
    // The last day that is in time; of hours, the instant from which it is late.
    let shown = sandbox.line("due --now 2022-10-28T16:00+01:00").stdout;
    assert!(shown.contains("345678      2022-10-31 15:00 GMT  deadline"), "{shown}");
}

#[test]
fn late_and_told_and_taken_back() {
    let sandbox = sandbox();
    done(&sandbox, &[&["open", "transfer-out"], &SUPPLIES[..]].concat());
    let tick = done(&sandbox, &["tick", "--now", "2022-10-31T15:00:00Z"]);
    assert_eq!(tick["fired"][0]["noticed_after_seconds"], 0);
    assert_eq!(tick["fired"][0]["kind"], "deadline");
    let told = done(&sandbox, &["work", "--role", "TM"]);
    assert_eq!((&told["work"][0]["why"], &told["work"][0]["late"]), (&json!("told"), &json!(true)));
    assert_eq!(done(&sandbox, &["list", "--late"])["cases"].as_array().unwrap().len(), 1);
    assert_eq!(done(&sandbox, &["due", "--within", "1 day"])["due"][0]["late"], true);
    // Done in time, recorded late.
    done(&sandbox, &["do", "1R", "request-transfer", "--at", "2022-10-31 14:59"]);
    assert_eq!(done(&sandbox, &["work", "--role", "TM"]), json!({ "work": [] }));
    assert_eq!(done(&sandbox, &["list", "--late"]), json!({ "cases": [] }));
}

#[test]
fn refusals_say_what_is_missing_who_may_act_and_what_is_possible() {
    let sandbox = sandbox();
    done(&sandbox, &["open", "transfer-out"]);
    let error = fails(&sandbox, 1, &["do", "1R"]);
    assert_eq!((&error["kind"], &error["reason"]), (&json!("refused"), &json!("missing")));
    assert_eq!(error["missing"].as_array().unwrap().len(), 3);
    assert_eq!(error["may_act"], json!(["ASW"]));
    assert!(!error["possible"].as_array().unwrap().is_empty());
    let reasons = [
        ("wrong-role", vec!["do", "1R", "--as", "TM"]),
        ("not-here", vec!["do", "1R", "notify-dpt"]),
        ("unknown", vec!["do", "1R", "notify-dtp"]),
        ("wrong-command", vec!["answer", "1R", "yes"]),
        ("wrong-command", vec!["receive", "1R"]),
        ("wrong-value", vec!["set", "1R", "ics_number=12"]),
        ("unknown", vec!["set", "1R", "ics_numbr=123456"]),
        ("unknown", vec!["check-off", "1R", "agreement"]),
        ("wrong-value", vec!["note", "1R", " "]),
        ("in-the-future", vec!["set", "1R", "ola=X", "--at", "2022-10-28 16:01"]),
        ("too-early", vec!["set", "1R", "ola=X", "--at", "2022-10-28 15:59"]),
        ("moved", vec!["set", "1R", "ola=X", "--expect", "2"]),
        ("wrong-role", vec!["withdraw", "1R", "--reason", "opened twice"]),
        ("unknown", vec!["open", "transfer-out", "--entry", "nowhere"]),
        ("wrong-role", vec!["open", "transfer-out", "--as", "TM"]),
        ("missing", vec!["open", "financial-review-preparation"]),
    ];
    for (reason, words) in reasons {
        assert_eq!(fails(&sandbox, 1, &words)["reason"], reason, "{words:?}");
    }
    let unchanged = done(&sandbox, &["history", "1R"]);
    assert_eq!(unchanged["events"].as_array().unwrap().len(), 3);
}

#[test]
fn exit_codes_are_those_of_the_design() {
    let sandbox = Sandbox::real();
    assert_eq!(fails(&sandbox, 3, &["list"])["kind"], "not-found");
    sandbox.write("other.db", "not a casebook at all, and long enough to be looked at by SQLite: 0123456789");
    assert_eq!(fails(&sandbox, 3, &["list", "--casebook", "other.db"])["kind"], "unreadable");
    fails(&sandbox, 1, &["init", "--now", "2022-10-28"]);
    assert_eq!(sandbox.line("init").code, 0);
    assert_eq!(fails(&sandbox, 1, &["init"])["kind"], "refused");
    // A real casebook refuses a simulated time.
    assert_eq!(fails(&sandbox, 1, &["list", "--now", "2022-10-28"])["kind"], "refused");
    fails(&sandbox, 3, &["show", "7F"]);
    fails(&sandbox, 3, &["open", "transfer-aut"]);
    fails(&sandbox, 3, &["work", "--role", "TMM"]);
    fails(&sandbox, 3, &["due", "--role", "TMM"]);
    assert_eq!(fails(&sandbox, 3, &["open", "transfer-out", "--as", "AWS"])["suggestion"], "ASW");
    fails(&sandbox, 3, &["open", "transfer-out", "--atlas", "nowhere"]);
    assert_eq!(sandbox.line("show 7X").code, 2);
    assert_eq!(sandbox.line("do").code, 2);
    assert_eq!(sandbox.run(&["open", "transfer-out", "ola"]).code, 2);
    assert_eq!(sandbox.run(&["open", "transfer-out", "--at", "yesterday"]).code, 2);
    // Nobody is named: the login acts.
    let mut login = sandbox.command(&["open", "transfer-out", "--format", "json"]);
    let opened = common::Ran::from(login.env_remove("MAPCASE_ACTOR").output().unwrap());
    assert_eq!(opened.code, 0, "{}", opened.shown());
}

#[test]
fn a_repeated_request_is_answered_as_the_first_was() {
    let sandbox = sandbox();
    let open = ["open", "transfer-out", "--request", "r-1"];
    let first = done(&sandbox, &open);
    assert_eq!(done(&sandbox, &open), first);
    let set = ["set", "1R", "ola=Northtown", "--request", "r-2", "--expect", "3"];
    let answer = done(&sandbox, &set);
    assert_eq!(answer["seq"], 4);
    assert_eq!(done(&sandbox, &set), answer);
    assert_eq!(done(&sandbox, &["list"])["cases"].as_array().unwrap().len(), 1);
    fails(&sandbox, 1, &["set", "1R", "ola=Southtown", "--request", "r-2"]);
}

#[test]
fn a_case_is_worked_with_every_command() {
    let sandbox = sandbox();
    done(&sandbox, &["open", "transfer-in", "--now", "2022-10-31 09:00"]);
    done(&sandbox, &["assign", "1R"]);
    assert_eq!(done(&sandbox, &["show", "1R"])["assigned"], "ann");
    assert!(!done(&sandbox, &["work", "--mine"])["work"].as_array().unwrap().is_empty());
    done(&sandbox, &["assign", "1R", "--nobody"]);
    assert_eq!(done(&sandbox, &["work", "--mine"]), json!({ "work": [] }));
    done(&sandbox, &["note", "1R", "The", "papers", "are", "on", "their", "way."]);
    sandbox.write("letter.txt", "Dear all");
    done(&sandbox, &["attach", "1R", "letter", "SP-1", "--file", "letter.txt"]);
    let history = done(&sandbox, &["history", "1R"]);
    let attached = history["events"].as_array().unwrap().last().unwrap();
    // sha256sum of "Dear all".
    let hash = "5a405b2218e2dd97bd33c87af5a4c21ed6b3fa09d855d7d4b817b9d122cc9d59";
    assert_eq!(attached["content"]["evidence-attached"]["sha256"], hash);
    fails(&sandbox, 3, &["attach", "1R", "letter", "SP-1", "--file", "missing.txt"]);
    fails(&sandbox, 1, &["attach", "1R", "letter", "SP-1", "--sha256", "abc"]);
    done(&sandbox, &["withdraw", "1R", "--as", "CSM", "--reason", "opened in error"]);
    assert_eq!(done(&sandbox, &["list", "--status", "withdrawn"])["cases"][0]["status"], "withdrawn");
    fails(&sandbox, 1, &["do", "1R"]);
    done(&sandbox, &["note", "1R", "Kept", "for", "the", "file."]);
}

#[test]
fn a_history_is_read_without_the_maps() {
    let sandbox = sandbox();
    done(&sandbox, &["open", "transfer-out"]);
    let with = done(&sandbox, &["history", "1R"]);
    std::fs::remove_dir_all(sandbox.path("processes")).unwrap();
    assert_eq!(done(&sandbox, &["history", "1R"]), with);
    assert_eq!(done(&sandbox, &["show", "1R"])["step"], "request-transfer");
    done(&sandbox, &["list"]);
    done(&sandbox, &["audit", "verify"]);
    done(&sandbox, &["audit", "replay", "1R"]);
    fails(&sandbox, 3, &["do", "1R"]);
}

#[test]
fn practice_does_not_pass_for_the_real_thing() {
    let sandbox = sandbox();
    done(&sandbox, &["open", "transfer-out"]);
    let book = rusqlite::Connection::open(sandbox.path("casebook.db")).unwrap();
    book.execute("UPDATE casebook SET value = 'no' WHERE name = 'simulated'", []).unwrap();
    drop(book);
    let ran = sandbox.line("audit verify --format json");
    assert_eq!(ran.code, 4);
    let finding = &ran.json()["findings"][0];
    assert_eq!((&finding["case"], &finding["seq"]), (&json!("1R"), &json!(1)));
}
