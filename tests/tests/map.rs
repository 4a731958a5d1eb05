//! `mapcase map`: maps for people who do not read YAML.

mod common;

use common::Sandbox;
use serde_json::json;

#[test]
fn the_list_names_every_map_by_theme() {
    let sandbox = Sandbox::small();
    insta::assert_snapshot!(sandbox.line("map list").shown());
    let (code, answer) = sandbox.json("map list");
    assert_eq!((code, &answer["atlas"], &answer["stopped"]), (0, &json!("permits"), &json!([])));
    let mut permit = answer["maps"][1].clone();
    let digest = permit["digest"].take();
    assert!(digest.as_str().is_some_and(|digest| digest.len() == 64));
    let expected = json!({
        "map": "permit", "title": "Parking permit for a resident", "theme": "permits", "owner": "MGR",
        "reading": "transcribed", "revision": 3, "steps": 9, "file": "processes/maps/permit.yaml", "digest": null,
    });
    assert_eq!(permit, expected);
}

#[test]
fn a_map_is_shown_in_words() {
    insta::assert_snapshot!(Sandbox::small().line("map show permit").shown());
}

#[test]
fn a_map_is_shown_to_programs() {
    let sandbox = Sandbox::small();
    let (code, appeal) = sandbox.json("map show appeal");
    assert_eq!((code, &appeal["led_from"]), (0, &json!([{ "map": "permit", "step": "appeal", "mode": "call" }])));
    let (_, permit) = sandbox.json("map show permit");
    let step = |id: &str| permit["steps"].as_array().unwrap().iter().find(|step| step["step"] == id).unwrap().clone();
    let wait = step("wait-for-proof");
    assert_eq!(
        wait["wait"],
        json!({ "for": "A proof of address from the resident", "comes_from": null,
                "timeout": { "within": "2 weeks", "anchor": { "step": "ask-for-proof" } } })
    );
    assert_eq!(
        wait["ways"],
        json!([{ "on": "received", "name": null, "to": "decide" }, { "on": "lapsed", "name": null, "to": "decide" }])
    );
    let due = json!({ "within": "2 working days", "anchor": null,
                      "overdue": { "tell": ["MGR"], "start": null, "go": null } });
    assert_eq!(step("ask-for-proof")["due"], due);
    assert_eq!(step("appeal")["link"]["outcomes"], json!({ "upheld": "issue", "rejected": "no-permit" }));
}

#[test]
fn a_drawing_is_svg_or_text_for_mermaid_or_graphviz() {
    let sandbox = Sandbox::small();
    let drawn = |line: &str| sandbox.line(line);
    for (line, mark) in [
        ("map draw permit", "<svg xmlns"),
        ("map draw permit --format svg", "<svg xmlns"),
        ("map draw permit --format mermaid", "flowchart TB"),
        ("map draw permit --format dot", "digraph"),
    ] {
        let ran = drawn(line);
        assert!(ran.code == 0 && ran.stdout.contains(mark), "{}", ran.shown());
    }
    assert_eq!(drawn("map draw permit --format pdf").code, 2);
    assert_eq!(drawn("--format json map draw permit").json()["error"]["kind"], "usage");
}

#[test]
fn an_unknown_map_is_not_found_and_the_one_that_was_meant_is_named() {
    let sandbox = Sandbox::small();
    for command in ["show", "draw"] {
        let ran = sandbox.line(&format!("map {command} permt"));
        let says = "error: there is no map `permt` in the atlas `processes`\nhelp: did you mean `permit`?\n";
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (3, "", says));
    }
    let (code, answer) = sandbox.json("map show permt");
    assert_eq!(
        (code, &answer["error"]["kind"], &answer["error"]["suggestion"]),
        (3, &json!("not-found"), &json!("permit"))
    );
}

#[test]
fn a_map_that_errors_stop_names_the_command_that_shows_them() {
    let sandbox = Sandbox::small();
    sandbox.replace("processes/maps/permit.yaml", "next: wait-for-proof", "next: wait-for-prof");
    let ran = sandbox.line("map show permit");
    let says = "error: the map `permit` has errors and cannot be used\n\
                help: run `mapcase check processes/maps/permit.yaml` to see them\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", says));
    let (code, list) = sandbox.json("map list");
    let stopped = json!([{ "map": "permit", "file": "processes/maps/permit.yaml" }]);
    assert_eq!((code, &list["stopped"]), (0, &stopped));
    assert!(
        sandbox
            .line("map list")
            .stdout
            .ends_with("Stopped by errors\n  permit\n    mapcase check processes/maps/permit.yaml\n")
    );
}

#[test]
fn an_atlas_that_is_wrong_itself_stops_every_map() {
    let sandbox = Sandbox::small();
    sandbox.replace("processes/atlas.yaml", "time_zone: Europe/London", "time_zone: Europe/Lodnon");
    let ran = sandbox.line("map show permit");
    let says = "error: the atlas `processes` cannot be used: its atlas.yaml has errors\n\
                help: run `mapcase check processes` to see them\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (1, says));
}
