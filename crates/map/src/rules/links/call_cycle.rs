//! `call-cycle`: maps call each other in a circle: a case waits for a case that may wait for a new case of the first map. A decision on the way must end it.

use crate::check::Atlas;
use crate::check::MapView;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{self, Example, Family, Rule};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

/// The rule.
pub static RULE: Rule = Rule {
    id: "call-cycle",
    family: Family::Links,
    severity: Severity::Warning,
    about: "Maps call each other in a circle: a case waits for a case that may wait for a new case of the first map. A decision on the way must end it.",
    why: "Each case waits for the next. Unless someone decides on the way that it is enough, cases pile up that all wait for each other.",
    bad: Example::of(&[
        (
            "transfer-out.yaml",
            r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: ask-panel }
  from-panel: { kind: start, title: Panel wants to know more, from: panel, next: ask-panel }
  ask-panel: { kind: link, to: ⟦panel⟧, mode: call, outcomes: { granted: done } }
  done: { kind: end, outcome: told }
",
        ),
        (
            "panel.yaml",
            r"map: panel
title: Resource panel
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  asked: { kind: start, title: Panel asked, from: transfer-out, next: look }
  look: { role: TM, title: Panel looks at the request, next: ask-back }
  ask-back: { kind: link, to: ⟦transfer-out⟧, mode: call, outcomes: { told: granted } }
  granted: { kind: end, outcome: granted }
",
        ),
    ]),
    good: Example::of(&[
        (
            "transfer-out.yaml",
            r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: ask-panel }
  ask-panel: { kind: link, to: panel, mode: call, outcomes: { granted: done } }
  done: { kind: end, outcome: told }
",
        ),
        (
            "panel.yaml",
            r"map: panel
title: Resource panel
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  asked: { kind: start, title: Panel asked, from: transfer-out, next: look }
  look: { role: TM, title: Panel looks at the request, next: ask-back }
  ask-back: { role: TM, title: ASW asked for what is missing, next: granted }
  granted: { kind: end, outcome: granted }
",
        ),
    ]),
};

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let mut graph = DiGraph::<usize, ()>::new();
    let nodes: Vec<_> = (0..atlas.maps.len()).map(|at| graph.add_node(at)).collect();
    for (at, map) in atlas.maps.iter().enumerate() {
        for link in map.links_out().iter().filter(|link| link.mode != "start") {
            if let Some(to) = atlas.map_number(&link.to.text) {
                graph.update_edge(nodes[at], nodes[to], ());
            }
        }
    }
    let mut circle_of = vec![usize::MAX; atlas.maps.len()];
    for (circle, maps) in kosaraju_scc(&graph).into_iter().enumerate() {
        maps.into_iter().for_each(|node| circle_of[graph[node]] = circle);
    }
    for (at, map) in atlas.maps.iter().enumerate() {
        report_calls(atlas, at, map, &circle_of, out);
    }
}

/// Reports each call of a map that leads back to the map: the called map is in the same circle.
fn report_calls(atlas: &Atlas<'_>, at: usize, map: &MapView<'_>, circle_of: &[usize], out: &mut Vec<Diagnostic>) {
    for link in map.links_out().iter().filter(|link| link.mode == "call") {
        let Some(to) = atlas.map_number(&link.to.text).filter(|to| circle_of[*to] == circle_of[at]) else { continue };
        let message = format!("`{}` is called from here and leads back to `{}`", link.to.text, map.draft.id.text);
        let help = "make sure that a decision ends the circle, as in \"is this already done?\"";
        let mut finding = rules::finding(&RULE, map.place(link.to.span), message, help);
        let callee = &atlas.maps[to];
        let back = callee.links_out().iter().find(|back| {
            back.mode != "start" && atlas.map_number(&back.to.text).is_some_and(|next| circle_of[next] == circle_of[at])
        });
        if let Some(back) = back {
            finding = finding.related(callee.place(back.to.span), "the way back begins here");
        }
        out.push(finding);
    }
}
