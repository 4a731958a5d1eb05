//! `mapcase batch`: a file of commands is taken up whole, each command is done or refused as if it were given alone, and the file
//! can be given again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops here")]
#![allow(clippy::disallowed_methods, reason = "tests read and write the files that they are about")]

mod common;

use std::io::Write;
use std::process::Stdio;

use common::Sandbox;
use serde_json::{Value, json};

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::real();
    assert_eq!(sandbox.run(&["init", "--simulated", "--now", "2022-10-28 16:00"]).code, 0);
    sandbox
}

/// A file in which two cases are opened, one is worked on, and two commands are refused.
const FILE: &str = r#"
{"command":"open","map":"transfer-out","as":"ASW","actor":"ann","request":"a","set":{"ics_number":234567,"child_name":"A Child","ola":"Northtown"}}
{"command":"do","case":"@a","as":"ASW","actor":"ann","request":"b"}

{"command":"answer","case":"@a","answer":"yes","actor":"ann","request":"c"}
{"command":"open","map":"transfr-out","request":"d","actor":"ann"}
{"command":"note","case":"@d","text":"of a case that was not opened","actor":"ann"}
{"command":"note","case":"1R","text":"the last","actor":"ann","request":"e"}
{"command":"set","case":"1R","set":{"ola":"Westford"},"actor":"ann","request":"f","now":"2022-10-29 11:00"}
"#;

/// What is said of every event, without what is by chance.
fn told(sandbox: &Sandbox, case: &str) -> Vec<Value> {
    let (code, history) = sandbox.json(&format!("history {case}"));
    assert_eq!(code, 0);
    let plain = |event: &Value| ["event", "step", "actor", "role", "occurred_at"].map(|key| event[key].clone());
    history["events"].as_array().unwrap().iter().map(|event| json!(plain(event))).collect()
}

#[test]
fn each_command_is_done_or_refused_as_if_it_were_given_alone() {
    let sandbox = sandbox();
    sandbox.write("commands.jsonl", FILE);
    let (code, answer) = sandbox.json("batch commands.jsonl");
    assert_eq!(code, 1, "two are refused, and a command that does not fit there");
    assert_eq!(answer["done"], 4);
    let of = |list: &str, key: &str| -> Vec<Value> {
        answer[list].as_array().unwrap().iter().map(|entry| entry[key].clone()).collect()
    };
    assert_eq!(of("answers", "line"), [2, 3, 8, 9]);
    assert_eq!(of("answers", "case"), ["1R", "1R", "1R", "1R"]);
    assert_eq!(of("refused", "line"), [5, 6, 7]);
    assert_eq!(of("refused", "kind"), ["refused", "not-found", "refused"]);
    assert_eq!(sandbox.json("audit verify").1["findings"], json!([]));

    let alone = self::sandbox();
    alone.done([
        "open transfer-out ics_number=234567 child_name=AChild ola=Northtown --as ASW --actor ann",
        "do 1R --as ASW --actor ann",
        "note 1R last --actor ann",
        "set 1R ola=Westford --actor ann --now 2022-10-29T11:00+01:00",
    ]);
    assert_eq!(told(&sandbox, "1R"), told(&alone, "1R"));
}

#[test]
fn a_file_that_is_given_again_does_nothing_twice() {
    let sandbox = sandbox();
    let with_ids: Vec<&str> = FILE.lines().filter(|line| line.contains("request")).collect();
    sandbox.write("commands.jsonl", with_ids.join("\n"));
    let (_, first) = sandbox.json("batch commands.jsonl");
    let before = told(&sandbox, "1R");
    sandbox.write("commands.jsonl", with_ids.join("\n").replace(r#","now":"2022-10-29 11:00""#, ""));
    let (_, second) = sandbox.json("batch commands.jsonl");
    assert_eq!(first, second);
    assert_eq!(told(&sandbox, "1R"), before);
}

#[test]
fn where_a_line_cannot_be_understood_none_is_done() {
    let sandbox = sandbox();
    for (line, said) in [
        (r#"{"command":"opne"}"#, "there is no command `opne` in a file of commands; did you mean `open`?"),
        (r#"{"command":"do","case":"1R","case":"2W"}"#, "`case` stands there twice, at column 40"),
        (r#"{"command":"set","case":"1R","set":{"amount":12.50}}"#, "write 12.5 as a text, in quotation marks"),
        (r#"{"command":"note","case":"1R","text":"x","expct":3}"#, "`note` has no key `expct`; did you mean `expect`?"),
        (r#"{"command":"note","case":"1R","text":"x","expect":"soon"}"#, "`expect` is a whole number, not `soon`"),
        (r#"{"command":"note","case":"99R","text":"x"}"#, "`99R` cannot be right"),
        (r#"{"command":"note","case":"@other","text":"x"}"#, "no line above it opens a case with the request `other`"),
        (r#"{"command":"note","case":"1R"}"#, "it needs the key `text`"),
        (r#"{"command":"assign","case":"1R"}"#, "it needs the key `to`: a login, or null for nobody"),
        (r#"{"command":"set","case":"1R"}"#, "it needs the key `set`"),
        (r#"{"command":"do","case":"1R","check_off":{"a":"b"}}"#, "`check_off` is a list of texts, not an object"),
        (r#"{"command":"do","case":"1R","at":"tomorrow"}"#, "`at`: "),
        (r#"["do","1R"]"#, "a command is an object"),
        (r#"{"command":"do","case":"1R""#, "EOF while parsing an object, at column 27"),
        ("\u{7}", "expected value, at column 1"),
    ] {
        sandbox.write("commands.jsonl", format!("{}\n{line}\n", FILE.lines().nth(1).unwrap()));
        let (code, answer) = sandbox.json("batch commands.jsonl");
        let message = answer["error"]["message"].as_str().unwrap();
        assert_eq!((code, &answer["error"]["line"]), (2, &json!(2)), "{line}");
        assert!(message.starts_with("line 2 of commands.jsonl: ") && message.contains(said), "{message}");
        assert_eq!(sandbox.json("list").1, json!({ "cases": [] }), "{line}");
    }
    sandbox.write("commands.jsonl", b"{\"command\":\"note\",\"case\":\"1R\",\"text\":\"\xff\"}");
    assert!(sandbox.line("batch commands.jsonl").stderr.contains("line 1 of commands.jsonl: it is not UTF-8"));
    sandbox.write("commands.jsonl", format!("{{\"command\":\"{}\"}}", "x".repeat(1024 * 1024)));
    assert!(sandbox.line("batch commands.jsonl").stderr.contains("it is longer than 1 MiB"));
    assert_eq!(sandbox.line("batch nothing.jsonl").code, 3);
}

/// A role that the atlas does not have would stand in histories for ever.
#[test]
fn roles_are_those_of_the_atlas() {
    let sandbox = sandbox();
    sandbox.write("commands.jsonl", FILE.replace("\"as\":\"ASW\"", "\"as\":\"AWS\""));
    let (code, answer) = sandbox.json("batch commands.jsonl");
    assert_eq!((code, &answer["error"]["message"]), (3, &json!("there is no role `AWS` in the atlas")));
    assert_eq!(sandbox.json("list").1, json!({ "cases": [] }));
}

#[test]
fn people_read_what_was_refused_and_why() {
    let sandbox = sandbox();
    let mut command = sandbox.command(&["batch", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(FILE.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), ""), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    assert!(shown.starts_with("line 5      refused: "), "{shown}");
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("line 7 refused: the case was not opened: the line that should have was refused"), "{shown}");
    assert!(shown.ends_with("\n4 of 7 commands done, 3 refused\n"), "{shown}");
}

/// More commands than are written together.
#[test]
fn many_commands_go_over_several_transactions() {
    let sandbox = sandbox();
    let mut file = String::from("\u{feff}");
    for number in 0..1_300 {
        file += &format!(
            "{{\"command\":\"open\",\"map\":\"transfer-out\",\"actor\":\"ann\",\"request\":\"r{number}\"}}\r\n"
        );
        file +=
            &format!("{{\"command\":\"note\",\"case\":\"@r{}\",\"text\":\"seen\",\"actor\":\"ann\"}}\r\n", number / 2);
    }
    sandbox.write("commands.jsonl", file);
    assert_eq!(sandbox.line("batch commands.jsonl").stdout, "2600 commands done\n");
    let verified = sandbox.json("audit verify").1;
    assert_eq!((&verified["cases"], &verified["findings"]), (&json!(1_300), &json!([])));
}
