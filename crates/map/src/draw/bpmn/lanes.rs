//! Which lane each step stands in: that of the role that acts, and where nobody does, that of a neighbour.

use petgraph::visit::EdgeRef;

use crate::machine::Machine;
use crate::model::{Step, StepKind, TO_BE_CONFIRMED};

/// The roles, in the order in which the map first names them, and each step's place among them. No roles, no lanes.
pub(super) fn lanes(machine: &Machine) -> (Vec<String>, Vec<usize>) {
    let steps = &machine.map().steps;
    let mut roles: Vec<String> = Vec::new();
    let mut places: Vec<Option<usize>> = Vec::new();
    for step in steps {
        let place = role(step).map(|role| match roles.iter().position(|known| *known == role) {
            Some(place) => place,
            None => {
                roles.push(role);
                roles.len() - 1
            }
        });
        places.push(place);
    }
    // What leads to a step comes before what it leads to, but a start has nothing that leads to it.
    let mut edges: Vec<(usize, usize)> = Vec::new();
    let graph = machine.graph();
    for edge in graph.edge_references() {
        edges.push((graph[edge.target()], graph[edge.source()]));
    }
    edges.extend(edges.clone().into_iter().map(|(to, from)| (from, to)));
    while places.contains(&None) {
        let found = edges.iter().find_map(|(blank, beside)| {
            let place = places.get(*beside).copied().flatten()?;
            places.get(*blank)?.is_none().then_some((*blank, place))
        });
        match found {
            Some((blank, place)) => places[blank] = Some(place),
            None => break,
        }
    }
    (roles, places.into_iter().map(Option::unwrap_or_default).collect())
}

fn role(step: &Step) -> Option<String> {
    let acted = match &step.kind {
        StepKind::Step { .. } | StepKind::WaitFor { .. } => true,
        StepKind::Decision { on, .. } => on.is_none(),
        _ => false,
    };
    let role = step.roles.first().cloned();
    if acted { role.or_else(|| Some(TO_BE_CONFIRMED.to_string())) } else { role }
}
