//! The BPMN document: what it says, and that it is sound XML whatever the words. Its ways and its diagram are read back in
//! tests/drawing.

use std::collections::HashSet;

use proptest::prelude::*;
use roxmltree::Document;

use super::super::bpmn;
use super::super::words::clean;
use super::escaping::{reworded, title};
use super::{atlas, machine};
use crate::machine::Machine;

const OURS: &str = "urn:mapcase:bpmn";

#[test]
fn every_kind_in_bpmn() {
    let atlas = atlas();
    let text = bpmn(&machine(&atlas, "every-kind"), &atlas);
    // Where things stand is not for a snapshot: other tests say what must hold of it.
    let (said, _) = text.split_once("  <bpmndi:BPMNDiagram").expect("a diagram");
    insta::assert_snapshot!(said);
}

/// Ids are unique and legal, and everything that is referred to is there.
fn assert_hangs_together(document: &Document<'_>) {
    let mut ids = HashSet::new();
    for id in document.descendants().filter_map(|node| node.attribute("id")) {
        assert!(ids.insert(id), "{id} stands twice");
        assert!(id.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_'), "{id}");
        assert!(id.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter)), "{id}");
    }
    for node in document.descendants() {
        for key in ["sourceRef", "targetRef", "processRef", "messageRef", "attachedToRef", "bpmnElement"] {
            assert!(node.attribute(key).is_none_or(|id| ids.contains(id)), "{key} of {node:?}");
        }
        if ["incoming", "outgoing", "flowNodeRef"].contains(&node.tag_name().name()) {
            assert!(node.text().is_some_and(|id| ids.contains(id)), "{node:?}");
        }
    }
}

#[test]
fn a_time_is_a_duration_only_where_one_says_the_same() {
    let atlas = atlas();
    let text = bpmn(&machine(&atlas, "every-kind"), &atlas);
    let document = Document::parse(&text).expect("XML");
    let time = |id: &str| {
        let holder = document.descendants().find(|node| node.attribute("id") == Some(id)).expect("a timer");
        let time = holder.descendants().find(|node| ["timeDate", "timeDuration"].contains(&node.tag_name().name()));
        let time = time.expect("a time");
        (time.tag_name().name().to_string(), time.text().unwrap_or_default().to_string())
    };
    let expected = |name: &str, text: &str| (name.to_string(), text.to_string());
    // 72 hours from coming there; working days; a time of the record; one from a step that is not the last; and TBC.
    assert_eq!(time("late_end"), expected("timeDuration", "PT72H"));
    assert_eq!(time("late_notify"), expected("timeDate", "5 working days of end"));
    assert_eq!(time("step_six-months"), expected("timeDate", "6 months after agreed_on"));
    assert_eq!(time("lapsed_letter"), expected("timeDate", "2 weeks of notify"));
    assert_eq!(time("late_unsettled"), expected("timeDate", "TBC"));
}

#[test]
fn the_same_map_gives_the_same_document() {
    let (one, other) = (atlas(), atlas());
    for map in one.machines().keys() {
        assert_eq!(bpmn(&machine(&one, map), &one), bpmn(&machine(&other, map), &other));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_title_gives_sound_xml(words in prop::collection::vec(title(), 1..9)) {
        let atlas = atlas();
        let machine = reworded(machine(&atlas, "every-kind").map(), &words);
        let text = bpmn(&machine, &atlas);
        let document = Document::parse(&text).expect("XML");
        assert_hangs_together(&document);
        for step in &machine.map().steps {
            let shape = document.descendants().find(|node| node.attribute((OURS, "step")) == Some(&step.id));
            let name = shape.and_then(|shape| shape.attribute("name")).unwrap_or_default();
            let said = clean(&step.title);
            assert_eq!(name, if said.is_empty() { &step.id } else { &said });
        }
    }

    #[test]
    fn ids_are_unique_whatever_the_ids(ids in prop::collection::hash_set("[a-z_.é-]{1,4}", 14)) {
        let atlas = atlas();
        let mut map = machine(&atlas, "every-kind").map().clone();
        map.steps.iter_mut().zip(ids).for_each(|(step, id)| step.id = id);
        let text = bpmn(&Machine::new(map), &atlas);
        assert_hangs_together(&Document::parse(&text).expect("XML"));
    }
}
