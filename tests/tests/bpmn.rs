//! Every map of the project as BPMN: sound XML with every step in it. That other programs read and execute it the same is seen in
//! tests/interop/bpmn, which needs Node, Python and a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops here")]

mod common;

use std::collections::HashSet;

use common::Sandbox;
use roxmltree::Document;

#[test]
fn every_map_of_the_project_is_sound_bpmn() {
    let sandbox = Sandbox::empty();
    let mut drawn = 0;
    for atlas in ["processes", "examples/library", "tests/atlases"] {
        sandbox.add(atlas);
    }
    for atlas in
        ["processes", "examples/library", "tests/atlases/permits", "tests/atlases/design", "tests/atlases/notation"]
    {
        let (code, list) = sandbox.json(&format!("map list --atlas {atlas}"));
        assert_eq!(code, 0, "{atlas}: {list}");
        for map in list["maps"].as_array().unwrap() {
            let map = map["map"].as_str().unwrap();
            let ran = sandbox.line(&format!("map draw {map} --atlas {atlas} --format bpmn"));
            assert_eq!(ran.code, 0, "{}", ran.shown());
            let document = Document::parse(&ran.stdout).expect("XML");
            let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
            assert_eq!(ids.len(), ids.iter().collect::<HashSet<_>>().len(), "{map}: two elements have one id");
            let (_, shown) = sandbox.json(&format!("map show {map} --atlas {atlas}"));
            for step in shown["steps"].as_array().unwrap() {
                let is_it = |node: &roxmltree::Node<'_, '_>| {
                    node.attribute(("urn:mapcase:bpmn", "step")) == step["step"].as_str()
                };
                assert_eq!(document.descendants().filter(is_it).count(), 1, "{map}: {}", step["step"]);
            }
            drawn += 1;
        }
    }
    assert!(drawn > 30, "{drawn} maps");
}

#[test]
fn neither_an_atlas_nor_a_case_is_written_as_bpmn() {
    let sandbox = Sandbox::small();
    for (line, says) in [("map draw", "BPMN is written of one map"), ("map draw --case 1R", "drawn as `svg` only")] {
        let ran = sandbox.line(&format!("{line} --format bpmn"));
        assert!(ran.code == 2 && ran.stderr.contains(says), "{}", ran.shown());
    }
}
