//! From a machine to a sheet: which shapes and lines a map has, in the map's order.

use std::collections::{BTreeSet, HashMap, HashSet};

use petgraph::visit::EdgeRef;

use super::words::{self, Line, Widths, actor, aside, aside_heading, heading, timed, titled};
use super::{Edge, Node, Shape, Sheet, Way};
use crate::atlas::CheckedAtlas;
use crate::machine::{Machine, Transition};
use crate::model::{Flow, Limit, LinkMode, Map, MapId, Reading, Step, StepKind};
use crate::written::{listed, written};

/// Draws one map, with lines of about these widths.
pub(super) fn sheet(machine: &Machine, atlas: &CheckedAtlas, widths: Widths) -> Sheet {
    let mut draft = Draft {
        machine,
        map: machine.map(),
        atlas,
        widths,
        step: None,
        nodes: Vec::new(),
        edges: Vec::new(),
        places: HashMap::new(),
        taken: HashSet::new(),
    };
    for (at, step) in draft.map.steps.iter().enumerate() {
        draft.step = Some(at);
        draft.step(step);
    }
    draft.step = None;
    for step in &draft.map.steps {
        draft.ways(step);
    }
    for (id, limit) in &draft.map.limits {
        draft.limit(id, limit);
    }
    Sheet {
        map: draft.map.id.clone(),
        title: heading(&draft.map.title, widths.head),
        about: about(draft.map, atlas, widths.head),
        warning: warning(draft.map, widths.head),
        roles: roles(draft.map, atlas, widths.head),
        nodes: draft.nodes,
        edges: draft.edges,
    }
}

struct Draft<'a> {
    machine: &'a Machine,
    map: &'a Map,
    atlas: &'a CheckedAtlas,
    widths: Widths,
    /// The step that is drawn.
    step: Option<usize>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Where each step's own shape stands.
    places: HashMap<&'a str, usize>,
    taken: HashSet<String>,
}

impl<'a> Draft<'a> {
    /// Adds a shape under a name that is not taken.
    fn add(&mut self, sort: char, id: &str, shape: Shape, mut lines: Vec<Line>) -> usize {
        let plain: String =
            id.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
        // Mermaid takes these two words, followed by an escaped character, for its own statements, even within a name.
        let plain = plain.replace("style", "sty_le").replace("classDef", "class_Def");
        let mut name = format!("{sort}_{plain}");
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        if lines.is_empty() {
            lines.push(Line { text: name.clone(), bold: 0, aside: false, clock: false });
        }
        self.nodes.push(Node { name, shape, lines, step: self.step });
        self.nodes.len() - 1
    }

    fn join(&mut self, from: usize, to: usize, way: Way, label: &str) {
        self.edges.push(Edge { from, to, way, label: titled("", label, self.widths.decision) });
    }

    /// The shape of a step, and those that only it leads to.
    fn step(&mut self, step: &'a Step) {
        let shape = self.shape(step);
        let lines = self.lines(step);
        let place = self.add('s', &step.id, shape, lines);
        self.places.insert(&step.id, place);
        if let Some(flow) = &step.receives {
            let from =
                self.add('i', &step.id, Shape::Flow, flow_lines(self.map, "Received from", flow, self.widths.shape));
            self.join(from, place, Way::Flow, "");
        }
        if let Some(flow) = &step.sends {
            let to = self.add('o', &step.id, Shape::Flow, flow_lines(self.map, "Sent to", flow, self.widths.shape));
            self.join(place, to, Way::Flow, "");
        }
        if let Some(to) = step.due.as_ref().and_then(|due| due.overdue.start.as_ref()) {
            self.started(place, &step.id, to);
        }
    }

    /// A map that is started beside because a deadline passed.
    fn started(&mut self, late: usize, id: &str, to: &str) {
        let mut lines = titled("", self.atlas.title_of(to), self.widths.shape);
        lines.extend(aside("opened beside this case", self.widths.shape));
        lines.extend(self.theme_lines(to));
        let place = self.add('b', id, self.link_shape(to), lines);
        self.join(late, place, Way::Overdue, "overdue");
    }

    fn shape(&self, step: &Step) -> Shape {
        match &step.kind {
            StepKind::Start { from, .. } if from.is_empty() => Shape::Start,
            StepKind::Start { .. } => Shape::Incoming,
            StepKind::Step { .. } => Shape::Step,
            StepKind::Decision { .. } => Shape::Decision,
            StepKind::WaitFor { .. } | StepKind::WaitUntil { .. } => Shape::Wait,
            StepKind::Link { to, .. } => self.link_shape(to),
            StepKind::End { .. } => Shape::End,
        }
    }

    /// A map that errors keep from running has no theme that is known: its link is drawn as one within the theme.
    fn link_shape(&self, to: &str) -> Shape {
        let theme = self.atlas.machine(to).map(|machine| &machine.map().about.theme);
        if theme.is_none_or(|theme| *theme == self.map.about.theme) { Shape::LinkWithin } else { Shape::LinkAcross }
    }

    /// Whether a map stays in the theme of this one; if not, where it is.
    fn theme_of(&self, map: &str) -> String {
        let Some(machine) = self.atlas.machine(map) else { return "map in error".to_string() };
        let theme = &machine.map().about.theme;
        if *theme == self.map.about.theme {
            return "the same theme".to_string();
        }
        format!("another theme: {}", self.atlas.themes().get(theme).unwrap_or(theme))
    }

    fn theme_lines(&self, map: &str) -> Vec<Line> {
        aside(&self.theme_of(map), self.widths.shape)
    }

    /// The maps that lead to a start; many of them by theme, on longer lines.
    fn lines_of_from(&self, from: &[MapId]) -> Vec<Line> {
        if let [map] = from {
            return [aside(&format!("from: {}", self.atlas.title_of(map)), self.widths.shape), self.theme_lines(map)]
                .concat();
        }
        // Every title stands below its theme.
        let mut themes: Vec<(String, Vec<Line>)> = Vec::new();
        for map in from {
            let theme = self.theme_of(map);
            let title = aside(self.atlas.title_of(map), self.widths.list);
            match themes.iter_mut().find(|(known, _)| *known == theme) {
                Some((_, titles)) => titles.extend(title),
                None => themes.push((theme, title)),
            }
        }
        let mut lines = Vec::new();
        for (theme, titles) in themes {
            lines.extend(aside_heading(&format!("from {theme}"), self.widths.list));
            lines.extend(titles);
        }
        lines
    }

    fn lines(&self, step: &Step) -> Vec<Line> {
        let width =
            if matches!(step.kind, StepKind::Decision { .. }) { self.widths.decision } else { self.widths.shape };
        let mut lines = titled(&roles_of(step), self.title(step), width);
        match &step.kind {
            StepKind::Start { from, .. } => lines.extend(self.lines_of_from(from)),
            StepKind::Step { .. } => {}
            StepKind::Decision { on, .. } => {
                lines.extend(on.iter().flat_map(|_| aside("answered from the record", width)));
            }
            StepKind::WaitFor { what, timeout, .. } => {
                lines.extend(aside(&format!("wait for: {what}"), self.widths.shape));
                lines.extend(timeout.iter().flat_map(|timeout| self.timed(words::within(self.map, timeout))));
            }
            StepKind::WaitUntil { after, anchor, .. } => {
                lines.extend(self.timed(words::until(self.map, after.as_ref(), anchor)));
            }
            StepKind::Link { to, mode, .. } => lines.extend(self.link_lines(step, to, mode)),
            StepKind::End { outcome } => lines.extend(aside(&format!("outcome: {outcome}"), self.widths.shape)),
        }
        if let Some(deadline) = &step.due {
            let (long, rest) = words::due(self.map, deadline);
            lines.extend(timed(&long, &rest, width));
            lines.extend(aside(&words::told(&deadline.overdue), width));
        }
        lines
    }

    fn timed(&self, (long, rest): (String, String)) -> Vec<Line> {
        timed(&long, &rest, self.widths.shape)
    }

    /// The title of a step; of a link that has none of its own, the other map's.
    fn title<'b>(&'b self, step: &'b Step) -> &'b str {
        match &step.kind {
            StepKind::Link { to, .. } if step.title == format!("Go to {to}") => self.atlas.title_of(to),
            StepKind::End { outcome } if step.title == format!("End: {outcome}") => "End",
            _ => &step.title,
        }
    }

    fn link_lines(&self, step: &Step, to: &str, mode: &LinkMode) -> Vec<Line> {
        let what = match mode {
            LinkMode::HandOver => "hand over to",
            LinkMode::Call { .. } => "wait for the outcome of",
            LinkMode::Start { .. } => "open beside this case",
        };
        let named = self.title(step) == self.atlas.title_of(to);
        let what = match mode {
            LinkMode::HandOver if named => "this case is handed over".to_string(),
            LinkMode::Call { .. } if named => "wait for its outcome".to_string(),
            LinkMode::Start { .. } if named => what.to_string(),
            _ => format!("{what}: {}", self.atlas.title_of(to)),
        };
        let mut lines = aside(&what, self.widths.shape);
        lines.extend(self.theme_lines(to));
        lines
    }

    /// The lines that lead out of a step: onward ones before those that lead back, near ones before far ones.
    fn ways(&mut self, step: &'a Step) {
        let Some(from) = self.places.get(step.id.as_str()).copied() else { return };
        let mut found: Vec<(bool, usize, Way, Vec<Line>)> = Vec::new();
        for edge in self.machine.graph().edge_references() {
            let step_at = |node| self.machine.graph().node_weight(node).and_then(|at| self.map.steps.get(*at));
            let (Some(source), Some(target)) = (step_at(edge.source()), step_at(edge.target())) else { continue };
            // A limit's way out is drawn once, from the limit.
            if source.id != step.id || matches!(edge.weight(), Transition::Overdue(Some(_))) {
                continue;
            }
            let way = match edge.weight() {
                Transition::Lapsed => Way::Lapsed,
                Transition::Overdue(_) => Way::Overdue,
                _ => Way::Case,
            };
            let to = self.places.get(target.id.as_str()).copied().unwrap_or(from);
            let label = titled("", &edge.weight().label(), self.widths.decision);
            // Two answers with one target are one line with two labels.
            match found.iter_mut().find(|(_, other, same, _)| *other == to && *same == way) {
                Some((_, _, _, labels)) => labels.extend(label),
                None => found.push((to <= from, to, way, label)),
            }
        }
        found.sort_by_key(|(back, to, _, _)| (*back, *to));
        self.edges.extend(found.into_iter().map(|(_, to, way, label)| Edge { from, to, way, label }));
    }

    fn limit(&mut self, id: &str, limit: &Limit) {
        let (Some(from), Some(to)) = (self.places.get(limit.from.as_str()), self.places.get(limit.to.as_str())) else {
            return;
        };
        let (from, to) = (*from, *to);
        let mut lines = titled(&format!("Limit {}", written(limit.within.as_ref())), &limit.title, self.widths.shape);
        lines.extend(aside(&words::told(&limit.overdue), self.widths.shape));
        let place = self.add('l', id, Shape::Limit, lines);
        self.join(from, place, Way::Limit, "clock starts");
        self.join(place, to, Way::Limit, "clock stops");
        if let Some(map) = &limit.overdue.start {
            self.started(place, &format!("limit {id}"), map);
        }
        if let Some(go) = limit.overdue.go.as_ref().and_then(|go| self.places.get(go.as_str()).copied()) {
            self.join(place, go, Way::Overdue, "overdue");
        }
    }
}

/// Who acts: any one of the roles. A role that is not settled is said to be so.
fn roles_of(step: &Step) -> String {
    if step.roles.is_empty() { actor(step).unwrap_or_default().to_string() } else { listed(&step.roles, "or") }
}

fn flow_lines(map: &Map, what: &str, flow: &Flow, width: usize) -> Vec<Line> {
    let mut lines = titled("", &format!("{what} {}", flow.party), width);
    let fields: Vec<&str> = flow.what.iter().map(|id| map.field_title(id)).collect();
    lines.extend(aside(&fields.join(", "), width));
    lines
}

fn about(map: &Map, atlas: &CheckedAtlas, width: usize) -> Vec<Line> {
    let theme = atlas.themes().get(&map.about.theme);
    let mut lines: Vec<Line> = theme.iter().flat_map(|theme| aside(&format!("Theme: {theme}"), width)).collect();
    let mut words = vec![format!("Revision {}", map.revision), format!("owner {}", map.owner)];
    words.extend(map.about.review_by.map(|date| format!("review by {}", crate::written::day(date))));
    lines.extend(aside(&words.join(" \u{b7} "), width));
    if !map.about.document.is_empty() {
        let document = atlas.documents().get(&map.about.document).unwrap_or(&map.about.document);
        let how = if map.about.reading == Reading::Transcribed { "Transcribed from" } else { "Source:" };
        lines.extend(aside(&format!("{how} {document}"), width));
    }
    for round in map.rounds.values() {
        let when = round.anchor.until(round.after.as_ref());
        lines.extend(aside(&format!("Opens by itself: {} ({}), {when}", round.title, round.map), width));
    }
    lines
}

fn warning(map: &Map, width: usize) -> Vec<Line> {
    // A map that was read back from its meaning does not know how it was read.
    if map.about.document.is_empty() {
        return Vec::new();
    }
    words::warning(map.about.reading).map_or(Vec::new(), |text| heading(text, width))
}

/// The roles that stand in the drawing, with their titles.
fn roles(map: &Map, atlas: &CheckedAtlas, width: usize) -> Vec<Line> {
    let mut named: BTreeSet<&String> = map.steps.iter().flat_map(|step| &step.roles).collect();
    named.insert(&map.owner);
    named.extend(map.steps.iter().filter_map(|step| step.due.as_ref()).flat_map(|due| &due.overdue.tell));
    named.extend(map.limits.values().flat_map(|limit| &limit.overdue.tell));
    named.extend(map.rounds.values().filter_map(|round| round.by.as_ref()).flat_map(|by| &by.overdue.tell));
    let parties = map.steps.iter().flat_map(|step| step.sends.iter().chain(&step.receives));
    named.extend(parties.map(|flow| &flow.party));
    let titles = named.into_iter().filter_map(|role| Some((role, atlas.roles().get(role)?)));
    titles.flat_map(|(role, title)| titled(role, title, width)).collect()
}
