//! `silent-loop`: a loop in which nobody acts and no time passes, also across links.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::check::missing::given;
use crate::check::{Atlas, EdgeKind, MapView, shortest};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::{KindWord, StepDraft, Word};
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

/// How many different sets of fields, with which cases come over links, are told apart.
const MOST_CONTEXTS: usize = 10_000;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let silent = Silent::new(atlas);
    let mut circles = kosaraju_scc(&silent.graph);
    circles.retain(|circle| circle.len() > 1 || circle.iter().any(|node| silent.graph.contains_edge(*node, *node)));
    // A loop inside a map is found once more for each way in which cases come to it: the largest is told.
    circles.sort_by_key(|circle| (circle.iter().any(|node| silent.graph[*node].2 != ANYTHING), Reverse(circle.len())));
    let mut told = HashSet::new();
    for circle in circles {
        let steps: Vec<_> = circle.iter().map(|node| (silent.graph[*node].0, silent.graph[*node].1)).collect();
        if steps.iter().all(|step| told.contains(step)) {
            continue;
        }
        told.extend(steps);
        // What goes wrong is seen best where a case would go on, not where it begins.
        let order = |node: &NodeIndex| (silent.step(*node).1.kind == KindWord::Start, silent.graph[*node]);
        if let Some(first) = circle.iter().min_by_key(|node| order(node)).copied() {
            out.push(silent.report(first, &circle.into_iter().collect()));
        }
    }
}

/// A step of a map, and in which context a case stands there: what its record can hold if nobody has acted on it.
type Standing = (usize, usize, usize);

/// The context of a case on which somebody has acted: its record may hold anything.
const ANYTHING: usize = 0;

/// The steps of all maps, and the ways on which a case goes by itself at once. A case that comes over a link has only what
/// was carried, until somebody acts.
struct Silent<'m, 'a> {
    atlas: &'m Atlas<'a>,
    /// An edge says whether it opens a called case, whose end is not that of the caller.
    graph: DiGraph<Standing, bool>,
    nodes: HashMap<Standing, NodeIndex>,
    contexts: Vec<BTreeSet<&'a str>>,
    known: HashMap<BTreeSet<&'a str>, usize>,
    open: Vec<NodeIndex>,
    /// Each call, and where the called case begins.
    calls: Vec<(NodeIndex, NodeIndex)>,
    /// By number, the calls whose called cases end in more ways than when they were last looked at.
    waiting: BTreeSet<usize>,
    called: HashMap<NodeIndex, Called<'a>>,
    /// By node, where the called cases begin that come to it.
    begun: Vec<BTreeSet<NodeIndex>>,
}

/// A case that is called: by which calls, and how it can end by itself.
#[derive(Default)]
struct Called<'a> {
    calls: Vec<usize>,
    outcomes: BTreeSet<&'a str>,
}

impl<'m, 'a> Silent<'m, 'a> {
    fn new(atlas: &'m Atlas<'a>) -> Self {
        let mut silent = Self {
            atlas,
            graph: DiGraph::new(),
            nodes: HashMap::new(),
            contexts: vec![BTreeSet::new()],
            known: HashMap::new(),
            open: Vec::new(),
            calls: Vec::new(),
            waiting: BTreeSet::new(),
            called: HashMap::new(),
            begun: Vec::new(),
        };
        for (number, map) in atlas.maps.iter().enumerate() {
            for (at, step) in map.draft.steps.iter().enumerate() {
                // Others have no silent way out.
                if step.kind != KindWord::Step || step.due.is_some() {
                    silent.node((number, at, ANYTHING));
                }
            }
        }
        while !silent.open.is_empty() {
            while let Some(node) = silent.open.pop() {
                silent.ways_inside(node);
                silent.ways_across(node);
            }
            silent.returns();
        }
        silent
    }

    fn node(&mut self, standing: Standing) -> NodeIndex {
        *self.nodes.entry(standing).or_insert_with(|| {
            let node = self.graph.add_node(standing);
            self.begun.push(BTreeSet::new());
            self.open.push(node);
            node
        })
    }

    /// Whether the record may hold a field.
    fn may_hold(&self, context: usize, field: &str) -> bool {
        context == ANYTHING || self.contexts[context].contains(field)
    }

    /// Whether a time may have passed already when the case comes: one that counts from a date, or from a step that was done
    /// before. What is done on the way, with nobody acting, is done now.
    fn may_have_passed(&self, map: &MapView<'a>, context: usize, anchor: Option<&Word>) -> bool {
        anchor.is_some_and(|anchor| match map.chart.step(&anchor.text) {
            Some(_) => context == ANYTHING,
            None => self.may_hold(context, &anchor.text),
        })
    }

    fn is_late_at_once(&self, map: &MapView<'a>, context: usize, step: &StepDraft) -> bool {
        step.due.as_ref().is_some_and(|due| self.may_have_passed(map, context, due.anchor.as_ref()))
    }

    fn ways_inside(&mut self, node: NodeIndex) {
        let (number, at, context) = self.graph[node];
        let (map, step) = self.step(node);
        let goes_on = match step.kind {
            KindWord::Start => {
                step.needs.iter().all(|field| context != ANYTHING && self.may_hold(context, &field.text))
            }
            KindWord::Decision => step.on.as_ref().is_some_and(|on| self.may_hold(context, &on.text)),
            KindWord::Wait => {
                step.until.as_ref().is_some_and(|until| self.may_have_passed(map, context, until.anchor.as_ref()))
            }
            KindWord::Link => step.mode.as_ref().is_some_and(|mode| mode.text == "start"),
            KindWord::Step | KindWord::End => false,
        };
        let late_at_once = self.is_late_at_once(map, context, step);
        for (to, kind, _) in map.chart.out(at) {
            let silent = match kind {
                EdgeKind::Next | EdgeKind::Answer => goes_on,
                EdgeKind::Go => late_at_once,
                _ => false,
            };
            if silent {
                let to = self.node((number, to, context));
                self.lead(node, to);
            }
        }
    }

    /// Adds a way that opens no called case.
    fn lead(&mut self, from: NodeIndex, to: NodeIndex) {
        self.graph.update_edge(from, to, false);
        self.come(to, self.begun[from.index()].clone());
    }

    /// Notes which called cases come to a node, and to whatever it leads to.
    fn come(&mut self, node: NodeIndex, begun: BTreeSet<NodeIndex>) {
        let mut open = vec![(node, begun)];
        while let Some((node, mut begun)) = open.pop() {
            begun.retain(|begin| self.begun[node.index()].insert(*begin));
            if begun.is_empty() {
                continue;
            }
            if let Some(outcome) = &self.step(node).1.outcome {
                for begin in &begun {
                    let called = self.called.entry(*begin).or_default();
                    if called.outcomes.insert(&outcome.text) {
                        self.waiting.extend(&called.calls);
                    }
                }
            }
            let own = self.graph.edges(node).filter(|edge| !*edge.weight());
            open.extend(own.map(|edge| (edge.target(), begun.clone())));
        }
    }

    /// The ways to other cases: over a link, and to what a deadline starts that is late at once.
    fn ways_across(&mut self, node: NodeIndex) {
        let context = self.graph[node].2;
        let (map, step) = self.step(node);
        if let Some(to) = step.to.as_ref().filter(|_| !step.is_lost("carries")) {
            let carries = step.carries.iter().map(|word| word.text.as_str()).collect();
            let is_call = step.mode.as_ref().is_some_and(|mode| mode.text == "call");
            self.cross(node, to, step.entry.as_ref(), carries, is_call);
        }
        let beside = step.overdue.as_ref().and_then(|overdue| overdue.start.as_ref());
        if let Some(to) = beside.filter(|_| self.is_late_at_once(map, context, step)) {
            let Some(target) = self.atlas.map(&to.text) else { return };
            let carries = given(map, target).map(|field| field.id.text.as_str()).collect();
            self.cross(node, to, None, carries, false);
        }
    }

    fn cross(
        &mut self,
        node: NodeIndex,
        to: &Word,
        entry: Option<&Word>,
        mut carries: BTreeSet<&'a str>,
        is_call: bool,
    ) {
        let (map, context) = (self.step(node).0, self.graph[node].2);
        let Some(number) = self.atlas.map_number(&to.text) else { return };
        let Some(entry) = self.atlas.entry_of(map, &self.atlas.maps[number], entry) else { return };
        if self.contexts.len() < MOST_CONTEXTS {
            carries.retain(|field| self.may_hold(context, field));
        }
        let context = *self.known.entry(carries).or_insert_with_key(|carries| {
            self.contexts.push(carries.clone());
            self.contexts.len() - 1
        });
        let entry = self.node((number, entry, context));
        if is_call {
            self.graph.update_edge(node, entry, true);
            self.called.entry(entry).or_default().calls.push(self.calls.len());
            self.waiting.insert(self.calls.len());
            self.calls.push((node, entry));
            self.come(entry, BTreeSet::from([entry]));
        } else {
            self.lead(node, entry);
        }
    }

    /// Adds the way over each call that can come back by itself, until there is no more.
    fn returns(&mut self) {
        let mut from = 0;
        while let Some(at) = self.waiting.range(from..).next().or(self.waiting.first()).copied() {
            self.waiting.remove(&at);
            from = at + 1;
            let (call, entry) = self.calls[at];
            let ((map, step), (number, _, context)) = (self.step(call), self.graph[call]);
            let outcomes = self.called.get(&entry).map(|called| called.outcomes.clone());
            for outcome in outcomes.unwrap_or_default() {
                let way = step.outcomes.iter().find(|(known, _)| known.text == outcome);
                let Some(to) = way.and_then(|(_, to)| map.chart.guess(&to.text)) else { continue };
                let to = self.node((number, to, context));
                if !self.graph.contains_edge(call, to) {
                    self.lead(call, to);
                }
            }
        }
    }

    fn report(&self, first: NodeIndex, circle: &BTreeSet<NodeIndex>) -> Diagnostic {
        let path = self.round(first, circle);
        let here = self.graph[first].0;
        let name = |node: NodeIndex| {
            let ((number, ..), (map, step)) = (self.graph[node], self.step(node));
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

    fn step(&self, node: NodeIndex) -> (&'m MapView<'a>, &'a StepDraft) {
        let (map, step, _) = self.graph[node];
        let map = &self.atlas.maps[map];
        (map, &map.draft.steps[step])
    }

    /// The shortest way from a step of a circle back to itself, without the return.
    fn round(&self, first: NodeIndex, circle: &BTreeSet<NodeIndex>) -> Vec<NodeIndex> {
        let next = |node| self.graph.neighbors(node).filter(|next| circle.contains(next));
        shortest([first], next, |node| self.graph.contains_edge(node, first)).unwrap_or_else(|| vec![first])
    }
}
