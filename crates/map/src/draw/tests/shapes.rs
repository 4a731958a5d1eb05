//! The whole text of a drawing, and what it says of the map it draws.

use super::super::sheet::sheet;
use super::super::words::Widths;
use super::super::{Shape, Way, dot, mermaid, svg};
use super::{atlas, machine};
use crate::machine::Machine;
use crate::model::{About, Map};

#[test]
fn every_kind_in_mermaid() {
    let atlas = atlas();
    insta::assert_snapshot!(mermaid(&machine(&atlas, "every-kind"), &atlas));
}

#[test]
fn every_kind_in_dot() {
    let atlas = atlas();
    insta::assert_snapshot!(dot(&machine(&atlas, "every-kind"), &atlas));
}

#[test]
fn every_shape_and_every_line_of_the_legend_is_drawn() {
    let atlas = atlas();
    let sheet = sheet(&machine(&atlas, "every-kind"), &atlas, Widths::COUNTED);
    for shape in Shape::ALL {
        assert!(sheet.nodes.iter().any(|node| node.shape == shape), "{shape:?}");
    }
    for way in [Way::Case, Way::Lapsed, Way::Overdue, Way::Flow, Way::Limit] {
        assert!(sheet.edges.iter().any(|edge| edge.way == way), "{way:?}");
    }
}

#[test]
fn a_limit_is_a_bar_and_stands_at_both_of_its_steps() {
    let atlas = atlas();
    let svg = svg(&machine(&atlas, "every-kind"), &atlas, None).replace('\u{a0}', " ");
    for said in [
        "<tspan class=\"b\">A: 45 days \u{b7}</tspan> Settled in time",
        "if late: tell TM; \u{201c}Far away\u{201d} is opened beside this case; the case goes to \u{201c}Not settled\u{201d}",
        "<tspan class=\"b\">Limit A begins</tspan>",
        "<tspan class=\"b\">Limit A ends</tspan>",
    ] {
        assert!(svg.contains(said), "{said} is not in {svg}");
    }
    assert_eq!(svg.matches("class=\"bar\"").count(), 1);
}

#[test]
fn no_way_of_the_machine_is_left_out() {
    let atlas = atlas();
    let machine = machine(&atlas, "every-kind");
    let sheet = sheet(&machine, &atlas, Widths::COUNTED);
    let place = |id: &str| {
        let name = format!("s_{}", id.replace('-', "_"));
        sheet.nodes.iter().position(|node| node.name == name).expect("a shape for each step")
    };
    let limit = sheet.nodes.iter().position(|node| node.shape == Shape::Limit).expect("the limit");
    for step in &machine.map().steps {
        for (transition, target) in machine.transitions(&step.id) {
            let of_limit = matches!(transition, crate::machine::Transition::Overdue(Some(_)));
            let from = if of_limit { limit } else { place(&step.id) };
            let drawn = sheet.edges.iter().filter(|edge| edge.from == from && edge.to == place(&target.id));
            let label = if of_limit { "overdue".to_string() } else { transition.label() };
            let labels: Vec<&str> = drawn.clone().flat_map(|edge| &edge.label).map(|line| line.text.as_str()).collect();
            assert!(drawn.count() > 0, "{} to {}", step.id, target.id);
            assert!(label.is_empty() || labels.contains(&label.as_str()), "{label} of {}", step.id);
        }
    }
}

#[test]
fn a_map_that_is_not_transcribed_says_so() {
    let atlas = atlas();
    for (map, word) in [("pay", "RECONSTRUCTED"), ("near", "PLACEHOLDER")] {
        let machine = machine(&atlas, map);
        assert!(mermaid(&machine, &atlas).contains(word));
        assert!(dot(&machine, &atlas).contains(word));
        assert!(svg(&machine, &atlas, None).contains(&format!("<tspan class=\"b\">{word}")));
    }
    assert!(!dot(&machine(&atlas, "far"), &atlas).contains("RECONSTRUCTED"));
}

#[test]
fn same_or_another_theme_is_seen_from_either_side() {
    let atlas = atlas();
    let shape = |map: &str, name: &str| {
        let sheet = sheet(&machine(&atlas, map), &atlas, Widths::COUNTED);
        sheet.nodes.iter().find(|node| node.name == name).map(|node| node.shape)
    };
    assert_eq!(shape("every-kind", "s_beside"), Some(Shape::LinkWithin));
    assert_eq!(shape("every-kind", "s_hand_over"), Some(Shape::LinkAcross));
    assert_eq!(shape("near", "s_back"), Some(Shape::LinkWithin));
    assert_eq!(shape("far", "s_back"), Some(Shape::LinkAcross));
}

#[test]
fn a_map_read_back_from_its_meaning_claims_nothing_of_its_source() {
    let atlas = atlas();
    let map = Map { about: About::default(), ..machine(&atlas, "far").map().clone() };
    let text = mermaid(&Machine::new(map), &atlas);
    assert!(!text.contains("PLACEHOLDER") && !text.contains("Transcribed"), "{text}");
}

#[test]
fn the_same_map_gives_the_same_text() {
    let (one, other) = (atlas(), atlas());
    for map in one.machines().keys() {
        assert_eq!(mermaid(&machine(&one, map), &one), mermaid(&machine(&other, map), &other));
        assert_eq!(dot(&machine(&one, map), &one), dot(&machine(&other, map), &other));
    }
}
