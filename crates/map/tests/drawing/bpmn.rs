//! BPMN documents read back: everything that is referred to is there, every way of the map is said and no other, every element is
//! drawn once, no shape lies on another, and every line runs from its shape to its shape.

use std::collections::{BTreeSet, HashMap, HashSet};

use mapcase_map::Machine;
use mapcase_map::draw::bpmn;
use mapcase_map::machine::Transition;
use mapcase_map::model::StepKind;
use roxmltree::{Document, Node};

use super::{atlas, random};

const OURS: &str = "urn:mapcase:bpmn";
const ATLASES: [&str; 5] =
    ["processes", "examples/library", "tests/atlases/permits", "tests/atlases/design", "tests/atlases/notation"];

fn assert_sound(machine: &Machine, atlas: &mapcase_map::CheckedAtlas) {
    let text = bpmn(machine, atlas);
    let document = Document::parse(&text).expect("XML");
    assert_hangs_together(&document);
    assert_is_drawn(&document);
    // Answers are words of a map; those of a random map hold what is cleaned away.
    let said = |ways: BTreeSet<(String, String, String)>| {
        let plain = |label: String| label.replace(|letter: char| !letter.is_ascii_alphanumeric(), "");
        ways.into_iter().map(|(from, label, to)| (from, plain(label), to)).collect::<BTreeSet<_>>()
    };
    assert_eq!(said(ways(&document)), said(ways_of(machine)), "{}", machine.map().id);
}

#[test]
fn every_map_of_every_atlas_is_sound_bpmn() {
    for folder in ATLASES {
        let atlas = atlas(folder);
        assert!(!atlas.machines().is_empty());
        atlas.machines().values().for_each(|machine| assert_sound(machine, &atlas));
    }
}

#[test]
fn two_hundred_random_maps_are_sound_bpmn() {
    let atlas = atlas("tests/atlases/permits");
    for seed in 0..200 {
        let mut map = random::map(seed, atlas.zone());
        // Only what somebody does has a deadline of its own.
        for step in &mut map.steps {
            if !matches!(step.kind, StepKind::Step { .. } | StepKind::Decision { on: None, .. }) {
                step.due = None;
            }
        }
        assert_sound(&Machine::new(map), &atlas);
    }
}

#[test]
fn a_map_of_a_thousand_steps_is_bpmn() {
    let atlas = atlas("tests/atlases/permits");
    let text = bpmn(&Machine::new(random::long(1_000, atlas.zone())), &atlas);
    let document = Document::parse(&text).expect("XML");
    assert_eq!(document.descendants().filter(|node| node.has_attribute((OURS, "step"))).count(), 1_000);
}

/// "a, b or c".
fn listed(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        words => words.concat(),
    }
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
            let label = if one_way { String::new() } else { listed(&words) };
            found.insert((step.id.clone(), label, to));
        }
    }
    found
}
