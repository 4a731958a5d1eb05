//! Which lane each step stands in: that of the role that acts, and where nobody does, that of a neighbour.

use std::collections::VecDeque;

use petgraph::Direction;

use super::super::words::actor;
use crate::machine::Machine;

/// The roles, in the order in which the map first names them, and each step's place among them. No roles, no lanes.
pub(super) fn lanes(machine: &Machine) -> (Vec<String>, Vec<usize>) {
    let steps = &machine.map().steps;
    let mut roles: Vec<String> = Vec::new();
    let mut places: Vec<Option<usize>> = Vec::new();
    for step in steps {
        let place = actor(step).map(|role| match roles.iter().position(|known| *known == role) {
            Some(place) => place,
            None => {
                roles.push(role.to_string());
                roles.len() - 1
            }
        });
        places.push(place);
    }
    let graph = machine.graph();
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for direction in [Direction::Outgoing, Direction::Incoming] {
        for node in graph.node_indices() {
            near[graph[node]].extend(graph.neighbors_directed(node, direction).map(|other| graph[other]));
        }
    }
    // From the steps whose lane is known to those beside them: what a step leads to comes before what leads to it.
    let mut known: VecDeque<usize> = (0..steps.len()).filter(|step| places[*step].is_some()).collect();
    while let Some(step) = known.pop_front() {
        for beside in &near[step] {
            if places[*beside].is_none() {
                places[*beside] = places[step];
                known.push_back(*beside);
            }
        }
    }
    (roles, places.into_iter().map(Option::unwrap_or_default).collect())
}
