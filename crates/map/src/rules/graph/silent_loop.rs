//! `silent-loop`: a loop in which nobody acts and no time passes, also across links.

use std::collections::{BTreeSet, HashMap, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;

use crate::check::{Atlas, EdgeKind, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{KindWord, StepDraft};
use crate::rules::{self, Example, Family, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "silent-loop",
    family: Family::Graph,
    severity: Severity::Error,
    about: "A loop in which nobody acts and no time passes: the engine would go round it for ever.",
    why: "Nobody has anything to do and no time passes, so the case would go round without end the moment it came here.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

record:
  agreed: { type: yes-no, title: The other authority has agreed }
steps:
  notified: { kind: start, title: ASW told that the family moves, needs: [agreed], next: has-agreed }
  ⟦has-agreed⟧:
    kind: decision
    on: agreed
    title: Has the other authority agreed?
    answers: { yes: done, no: still-open }
  still-open:
    kind: decision
    on: agreed
    title: Is the agreement still open?
    answers: { yes: done, no: has-agreed }
  done: { kind: end, outcome: transferred }
",
    )]),
    good: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

record:
  agreed: { type: yes-no, title: The other authority has agreed }
steps:
  notified: { kind: start, title: ASW told that the family moves, needs: [agreed], next: has-agreed }
  has-agreed:
    kind: decision
    on: agreed
    title: Has the other authority agreed?
    answers: { yes: done, no: still-open }
  still-open:
    role: ASW
    title: The other authority asked once more
    needs: [agreed]
    next: has-agreed
  done: { kind: end, outcome: transferred }
",
    )]),
};

/// How many steps of a loop are named.
const MOST_NAMED: usize = 8;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let silent = Silent::new(atlas);
    for mut circle in kosaraju_scc(&silent.graph) {
        circle.sort();
        // What goes wrong is seen best where a case would go on, not where it begins.
        let is_start = |node: &NodeIndex| silent.step(*node).1.kind == KindWord::Start;
        let Some(first) = circle.iter().min_by_key(|node| (is_start(node), **node)).copied() else { continue };
        if circle.len() > 1 || silent.graph.contains_edge(first, first) {
            out.push(silent.report(first, &circle.into_iter().collect()));
        }
    }
}

/// The steps of all maps, and the ways on which a case goes by itself at once.
struct Silent<'m, 'a> {
    atlas: &'m Atlas<'a>,
    graph: DiGraph<(usize, usize), ()>,
    offsets: Vec<usize>,
}

impl<'m, 'a> Silent<'m, 'a> {
    fn new(atlas: &'m Atlas<'a>) -> Self {
        let mut silent = Self { atlas, graph: DiGraph::new(), offsets: Vec::new() };
        for (number, map) in atlas.maps.iter().enumerate() {
            silent.offsets.push(silent.graph.node_count());
            for at in 0..map.draft.steps.len() {
                silent.graph.add_node((number, at));
            }
        }
        let mut calls = Vec::new();
        for (number, map) in atlas.maps.iter().enumerate() {
            for (at, step) in map.draft.steps.iter().enumerate() {
                silent.ways_inside(number, map, at, step);
                let Some(entry) = silent.entry(map, step) else { continue };
                if step.mode.as_ref().is_some_and(|mode| mode.text == "call") {
                    calls.push((number, at, entry));
                } else {
                    silent.graph.update_edge(silent.node(number, at), entry, ());
                }
            }
        }
        silent.returns(&calls);
        for (number, at, entry) in calls {
            silent.graph.update_edge(silent.node(number, at), entry, ());
        }
        silent
    }

    fn node(&self, map: usize, step: usize) -> NodeIndex {
        NodeIndex::new(self.offsets[map] + step)
    }

    fn ways_inside(&mut self, number: usize, map: &MapView<'a>, at: usize, step: &StepDraft) {
        let goes_on = match step.kind {
            KindWord::Start => step.needs.is_empty(),
            KindWord::Decision => step.on.is_some(),
            // A date of the record, or of a step that was done, may have passed already.
            KindWord::Wait => step.until.as_ref().is_some_and(|until| until.anchor.is_some()),
            KindWord::Link => step.mode.as_ref().is_some_and(|mode| mode.text == "start"),
            KindWord::Step | KindWord::End => false,
        };
        let late_at_once = step.due.as_ref().is_some_and(|due| due.anchor.is_some());
        for (to, kind, _) in map.chart.out(at) {
            let silent = match kind {
                EdgeKind::Next | EdgeKind::Answer => goes_on,
                EdgeKind::Go => late_at_once,
                _ => false,
            };
            if silent {
                self.graph.update_edge(self.node(number, at), self.node(number, to), ());
            }
        }
    }

    fn entry(&self, map: &MapView<'a>, step: &StepDraft) -> Option<NodeIndex> {
        let number = self.atlas.map_number(&step.to.as_ref()?.text)?;
        let entry = self.atlas.entry_of(map, &self.atlas.maps[number], step.entry.as_ref())?;
        Some(self.node(number, entry))
    }

    /// Adds the way over each call that can come back by itself, until there is no more.
    fn returns(&mut self, calls: &[(usize, usize, NodeIndex)]) {
        loop {
            let mut changed = false;
            for (number, at, entry) in calls {
                for outcome in self.ends_reached(*entry) {
                    let map = &self.atlas.maps[*number];
                    let way = map.draft.steps[*at].outcomes.iter().find(|(known, _)| known.text == outcome);
                    let Some(to) = way.and_then(|(_, to)| map.chart.guess(&to.text)) else { continue };
                    let (from, to) = (self.node(*number, *at), self.node(*number, to));
                    if !self.graph.contains_edge(from, to) {
                        self.graph.add_edge(from, to, ());
                        changed = true;
                    }
                }
            }
            if !changed {
                return;
            }
        }
    }

    fn ends_reached(&self, entry: NodeIndex) -> BTreeSet<String> {
        let mut search = Dfs::new(&self.graph, entry);
        let mut outcomes = BTreeSet::new();
        while let Some(node) = search.next(&self.graph) {
            let (map, step) = self.graph[node];
            outcomes.extend(self.atlas.maps[map].draft.steps[step].outcome.iter().map(|word| word.text.clone()));
        }
        outcomes
    }

    fn report(&self, first: NodeIndex, circle: &BTreeSet<NodeIndex>) -> Diagnostic {
        let path = self.round(first, circle);
        let here = self.graph[first].0;
        let name = |node: NodeIndex| {
            let ((number, _), (map, step)) = (self.graph[node], self.step(node));
            if number == here { step.id.text.clone() } else { format!("{}/{}", map.draft.id.text, step.id.text) }
        };
        let mut words: Vec<_> = path.iter().take(MOST_NAMED).map(|node| format!("`{}`", name(*node))).collect();
        if path.len() > MOST_NAMED {
            words.push("…".to_string());
        }
        words.push(format!("`{}`", name(first)));
        let words = words.join(" → ");
        let (map, step) = self.step(first);
        let message = format!("a case would go round here for ever, with nobody acting and no time passing: {words}");
        let help = "put a step, an answer by a role or a wait for an answer into the loop";
        let mut finding = rules::finding(&RULE, map.place(step.id.span), message, help);
        for node in path.iter().take(MOST_NAMED).skip(1) {
            let (map, step) = self.step(*node);
            finding = finding.related(map.place(step.id.span), format!("then `{}`", name(*node)));
        }
        finding
    }

    fn step(&self, node: NodeIndex) -> (&'m MapView<'a>, &'m StepDraft) {
        let (map, step) = self.graph[node];
        let map = &self.atlas.maps[map];
        (map, &map.draft.steps[step])
    }

    /// The shortest way from a step of a circle back to itself, without the return.
    fn round(&self, first: NodeIndex, circle: &BTreeSet<NodeIndex>) -> Vec<NodeIndex> {
        let mut came_from: HashMap<NodeIndex, NodeIndex> = HashMap::new();
        let mut open = VecDeque::from([first]);
        while let Some(node) = open.pop_front() {
            for next in self.graph.neighbors(node).filter(|next| circle.contains(next)) {
                if next == first {
                    let mut path = vec![node];
                    while let Some(before) = path.last().and_then(|last| came_from.get(last)).copied() {
                        path.push(before);
                    }
                    path.reverse();
                    return path;
                }
                if next != first && !came_from.contains_key(&next) {
                    came_from.insert(next, node);
                    open.push_back(next);
                }
            }
        }
        vec![first]
    }
}
