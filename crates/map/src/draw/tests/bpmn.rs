//! The BPMN document: that it is sound XML whatever the words, says every way of the map, and draws what it says.

use std::collections::{BTreeSet, HashMap, HashSet};

use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::super::bpmn;
use super::super::words::clean;
use super::escaping::{reworded, title};
use super::{atlas, machine};
use crate::machine::{Machine, Transition};

const OURS: &str = "urn:mapcase:bpmn";

#[test]
fn every_kind_in_bpmn() {
    let atlas = atlas();
    let text = bpmn(&machine(&atlas, "every-kind"), &atlas);
    // Where things stand is not for a snapshot: other tests say what must hold of it.
    let (said, _) = text.split_once("  <bpmndi:BPMNDiagram").expect("a diagram");
    insta::assert_snapshot!(said);
}

/// The elements of a name.
fn named<'a>(document: &'a Document<'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.tag_name().name() == name)
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

type Bounds = (i32, i32, i32, i32);

fn figure(node: Node<'_, '_>, key: &str) -> i32 {
    node.attribute(key).expect("a figure").parse().expect("a number")
}

fn bounds(node: Node<'_, '_>) -> Bounds {
    let bounds = node.children().find(|child| child.tag_name().name() == "Bounds").expect("bounds");
    (figure(bounds, "x"), figure(bounds, "y"), figure(bounds, "width"), figure(bounds, "height"))
}

/// Every element is drawn once; shapes stand apart, but for events on the edge of their step; lines begin and end at shapes.
fn assert_is_drawn(document: &Document<'_>) {
    let shapes: HashMap<&str, Bounds> = named(document, "BPMNShape")
        .map(|shape| (shape.attribute("bpmnElement").expect("what it draws"), bounds(shape)))
        .collect();
    let process = named(document, "process").next().expect("a process");
    let in_it = || process.children().filter(|node| node.attribute("id").is_some());
    let hosts: HashMap<&str, &str> =
        in_it().filter_map(|node| Some((node.attribute("id")?, node.attribute("attachedToRef")?))).collect();
    let is_line = |node: &Node<'_, '_>| node.attribute("sourceRef").is_some();
    let flat: Vec<&str> = in_it()
        .filter(|node| !is_line(node) && node.tag_name().name() != "laneSet")
        .filter_map(|node| node.attribute("id"))
        .collect();
    for (at, one) in flat.iter().enumerate() {
        let (x, y, width, height) = shapes[one];
        assert!(width > 0 && height > 0, "{one}");
        for other in &flat[at + 1..] {
            let (x2, y2, width2, height2) = shapes[other];
            let meet = x < x2 + width2 && x2 < x + width && y < y2 + height2 && y2 < y + height;
            assert!(!meet || hosts.get(one) == Some(other) || hosts.get(other) == Some(one), "{one} is on {other}");
        }
    }
    let mut lines = HashMap::new();
    for edge in named(document, "BPMNEdge") {
        let points: Vec<(i32, i32)> = edge
            .children()
            .filter(|child| child.tag_name().name() == "waypoint")
            .map(|point| (figure(point, "x"), figure(point, "y")))
            .collect();
        let of = edge.attribute("bpmnElement").expect("what it draws");
        assert!(lines.insert(of, points).is_none(), "{of} is drawn twice");
    }
    for line in in_it().filter(is_line) {
        let points = &lines[line.attribute("id").expect("an id")];
        let at = |key: &str, point: (i32, i32)| {
            let (x, y, width, height) = shapes[line.attribute(key).expect("an end")];
            let inside = x - 1 <= point.0 && point.0 <= x + width + 1 && y - 1 <= point.1 && point.1 <= y + height + 1;
            assert!(inside, "{line:?} does not meet its {key}: {points:?}");
        };
        if line.tag_name().name() == "sequenceFlow" {
            at("sourceRef", points[0]);
            at("targetRef", *points.last().expect("points"));
        }
        assert!(
            points.windows(2).all(|pair| (pair[0].0 == pair[1].0) != (pair[0].1 == pair[1].1)),
            "{line:?}: {points:?}"
        );
    }
}

/// The steps to which a case can go from each step without passing another, and by which answers.
fn ways(document: &Document<'_>) -> BTreeSet<(String, String, String)> {
    let process = named(document, "process").next().expect("a process");
    let step_of: HashMap<&str, &str> =
        process.children().filter_map(|node| Some((node.attribute("id")?, node.attribute((OURS, "step"))?))).collect();
    let mut found = BTreeSet::new();
    for node in process.children().filter_map(|node| node.attribute("id").map(|id| (id, node))) {
        let begins = node.1.attribute("attachedToRef").unwrap_or(node.0);
        let Some(step) = step_of.get(begins) else { continue };
        let mut open = vec![(node.0, String::new())];
        while let Some((at, label)) = open.pop() {
            for flow in named(document, "sequenceFlow").filter(|flow| flow.attribute("sourceRef") == Some(at)) {
                let to = flow.attribute("targetRef").expect("an end");
                let label = flow.attribute("name").unwrap_or(&label).to_string();
                match step_of.get(to) {
                    Some(to) => drop(found.insert((step.to_string(), label, to.to_string()))),
                    None => open.push((to, label)),
                }
            }
        }
    }
    found
}

/// The ways of the machine, with the answers that lead to one step together.
fn ways_of(machine: &Machine) -> BTreeSet<(String, String, String)> {
    let mut found = BTreeSet::new();
    for step in &machine.map().steps {
        let mut answers: Vec<(String, Vec<String>)> = Vec::new();
        for (transition, to) in machine.transitions(&step.id) {
            match transition {
                // A limit is said in words: BPMN has no line for it.
                Transition::Overdue(Some(_)) => {}
                Transition::Answered(word) | Transition::Returned(word) => {
                    match answers.iter_mut().find(|(known, _)| *known == to.id) {
                        Some((_, words)) => words.push(word.clone()),
                        None => answers.push((to.id.clone(), vec![word.clone()])),
                    }
                }
                _ => drop(found.insert((step.id.clone(), String::new(), to.id.clone()))),
            }
        }
        let one_way = answers.len() == 1;
        for (to, mut words) in answers {
            words.sort();
            let label = if one_way { String::new() } else { super::super::words::listed(&words, "or") };
            found.insert((step.id.clone(), label, to));
        }
    }
    found
}

#[test]
fn every_way_of_the_machine_and_no_other_is_said() {
    let atlas = atlas();
    for machine in atlas.machines().values() {
        let text = bpmn(machine, &atlas);
        let document = Document::parse(&text).expect("XML");
        assert_hangs_together(&document);
        assert_is_drawn(&document);
        assert_eq!(ways(&document), ways_of(machine), "{}", machine.map().id);
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
        assert_is_drawn(&document);
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
