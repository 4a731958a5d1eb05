//! From a machine to a plan: which shapes of BPMN a map becomes and where a case goes between them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::words::clean;
use super::time::{self, Timing};
use super::{Cause, Condition, Ends, Flow, Kind, Plan, Remark, Shape, notes};
use crate::atlas::CheckedAtlas;
use crate::machine::Machine;
use crate::model::{FieldId, Limit, LinkMode, Map, Overdue, Step, StepId, StepKind};
use crate::written::listed;

/// Plans one map.
pub(super) fn plan(machine: &Machine, atlas: &CheckedAtlas) -> Plan {
    let (lanes, lane_of) = super::lanes::lanes(machine);
    let map = machine.map();
    let mut draft = Draft {
        machine,
        map,
        atlas,
        places: map.steps.iter().enumerate().map(|(place, step)| (step.id.as_str(), place)).collect(),
        shapes: Vec::new(),
        flows: Vec::new(),
        remarks: Vec::new(),
        messages: Vec::new(),
        ways: Vec::new(),
        entries: Vec::new(),
        said: Vec::new(),
        taken: HashSet::new(),
    };
    for (place, step) in map.steps.iter().enumerate() {
        let entry = draft.step(place, step);
        draft.entries.push(entry);
    }
    for (id, limit) in &map.limits {
        draft.limit(id, limit);
    }
    draft.join();
    draft.remarks();
    let notes = notes::of_map(machine, atlas, &draft.shapes);
    let mut ends = vec![Ends::default(); draft.shapes.len()];
    for (place, flow) in draft.flows.iter().enumerate() {
        ends[flow.from].out.push(place);
        ends[flow.to].into.push(place);
    }
    let title = match clean(&map.title) {
        blank if blank.is_empty() => map.id.clone(),
        title => title,
    };
    Plan {
        title,
        lanes,
        lane_of,
        shapes: draft.shapes,
        flows: draft.flows,
        ends,
        remarks: draft.remarks,
        messages: draft.messages,
        notes,
    }
}

/// A way from a shape to a step, before the ways to one step are joined.
struct Way {
    from: usize,
    to: usize,
    when: Option<Condition>,
}

struct Draft<'a> {
    machine: &'a Machine,
    map: &'a Map,
    atlas: &'a CheckedAtlas,
    /// Each step's place in the map.
    places: HashMap<&'a str, usize>,
    shapes: Vec<Shape>,
    flows: Vec<Flow>,
    remarks: Vec<Remark>,
    messages: Vec<String>,
    ways: Vec<Way>,
    /// The first shape of each step.
    entries: Vec<usize>,
    /// What stands in words beside each step.
    said: Vec<Vec<String>>,
    taken: HashSet<String>,
}

impl<'a> Draft<'a> {
    /// An id that nothing else has, made of letters that XML allows in one.
    fn id(&mut self, sort: &str, id: &str) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
        let mut name = format!("{sort}_{}", id.chars().map(plain).collect::<String>());
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        name
    }

    /// Adds a shape that only leads to a step or from it.
    fn part(&mut self, sort: &str, name: &str, kind: Kind, of: usize) -> usize {
        let id = self.id(sort, self.map.steps.get(of).map_or("", |step| &step.id));
        let shape = Shape { id, name: clean(name), kind, of, is_step: false, roles: Vec::new(), notes: Vec::new() };
        self.shapes.push(shape);
        self.shapes.len() - 1
    }

    /// Adds the shape that is a step.
    fn whole(&mut self, kind: Kind, of: usize, step: &Step) -> usize {
        let name = match clean(&step.title) {
            blank if blank.is_empty() => clean(&step.id),
            title => title,
        };
        let place = self.part("step", &name, kind, of);
        let shape = &mut self.shapes[place];
        shape.is_step = true;
        shape.roles.clone_from(&step.roles);
        shape.notes = notes::of_step(self.map, step);
        place
    }

    fn flow(&mut self, from: usize, to: usize, when: Option<Condition>) {
        let name = format!("{}_{}", self.shapes[from].id, self.shapes[to].id);
        let id = self.id("flow", &name);
        self.flows.push(Flow { id, from, to, when });
    }

    fn way(&mut self, from: usize, to: &str, when: Option<Condition>) {
        // A checked map leads only to steps that it has.
        self.ways.extend(self.places.get(to).map(|to| Way { from, to: *to, when }));
    }

    fn message(&mut self, name: &str) -> usize {
        let name = match clean(name) {
            blank if blank.is_empty() => "message".to_string(),
            name => name,
        };
        match self.messages.iter().position(|known| *known == name) {
            Some(place) => place,
            None => {
                self.messages.push(name);
                self.messages.len() - 1
            }
        }
    }

    /// One remark a step, so that it finds its place above it.
    fn remarks(&mut self) {
        for (place, said) in std::mem::take(&mut self.said).into_iter().enumerate().filter(|(_, said)| !said.is_empty())
        {
            let id = self.id("remark", &self.map.steps[place].id);
            self.remarks.push(Remark { id, text: clean(&said.join(". ")), beside: self.entries[place] });
        }
    }

    /// The shapes of a step; the first that a case comes to is returned.
    fn step(&mut self, of: usize, step: &'a Step) -> usize {
        let entry = match &step.kind {
            StepKind::Start { from, next } => {
                let cause = self.cause(step, !from.is_empty());
                let start = self.whole(Kind::Start(cause), of, step);
                self.way(start, next, None);
                start
            }
            StepKind::Step { next } => {
                let task = self.whole(Kind::Task, of, step);
                self.way(task, next, None);
                task
            }
            StepKind::Decision { on: Some(field), answers } => self.looked_up(of, step, field, answers),
            StepKind::Decision { on: None, answers } => {
                let task = self.whole(Kind::Task, of, step);
                let variable = self.variable("answer", &step.id);
                self.fork(of, task, "Which answer?", &variable, answers);
                task
            }
            StepKind::WaitFor { what, timeout, received, .. } => {
                let message = self.message(what);
                let wait = self.whole(Kind::Receive(message), of, step);
                self.way(wait, received, None);
                if let Some(timeout) = timeout {
                    let timing = time::timeout(self.machine, &step.id, timeout);
                    let lapsed = self.boundary("lapsed", of, wait, true, timing);
                    self.way(lapsed, &timeout.lapsed, None);
                }
                wait
            }
            StepKind::WaitUntil { after, anchor, next } => {
                let timing = time::until(self.machine, &step.id, after.as_ref(), anchor);
                let wait = self.whole(Kind::Timer(timing), of, step);
                self.way(wait, next, None);
                wait
            }
            StepKind::Link { to, entry, mode, .. } => self.link(of, step, to, entry.as_deref(), mode),
            StepKind::End { .. } => self.whole(Kind::End(None), of, step),
        };
        if let Some(deadline) = &step.due {
            let timing = time::due(self.machine, &step.id, deadline);
            let late = self.boundary("late", of, entry, deadline.overdue.go.is_some(), timing);
            self.overdue(of, late, &deadline.overdue);
        }
        self.said.push(notes::beside(self.map, step));
        entry
    }

    /// Why a case begins at a start. BPMN knows one start at most at which it begins for no reason.
    fn cause(&mut self, step: &Step, is_led_to: bool) -> Cause {
        let by_hand =
            self.map.starts().filter(|start| matches!(&start.kind, StepKind::Start { from, .. } if from.is_empty()));
        if !is_led_to && by_hand.count() == 1 {
            return Cause::Nothing;
        }
        Cause::Message(self.message(&opening(&self.map.id, &step.id)))
    }

    fn boundary(&mut self, sort: &str, of: usize, on: usize, interrupts: bool, timing: Timing) -> usize {
        let name = timing.label.clone();
        self.part(sort, &name, Kind::Boundary { on, interrupts, timing }, of)
    }

    /// What happens when a deadline passes: messages go out, and either that is all or the case goes on elsewhere.
    fn overdue(&mut self, of: usize, late: usize, overdue: &Overdue) {
        let mut said: Vec<(String, usize)> = Vec::new();
        if !overdue.tell.is_empty() {
            let tell = format!("Tell {}", listed(&overdue.tell, "and"));
            said.push((tell.clone(), self.message(&tell)));
        }
        if let Some(map) = &overdue.start {
            let name = format!("Start {}", self.atlas.title_of(map));
            let entry = self.entry_of(map, None);
            said.push((name, self.message(&opening(map, &entry))));
        }
        let last = said.len().saturating_sub(1);
        let mut from = late;
        for (at, (name, message)) in said.into_iter().enumerate() {
            let kind = match &overdue.go {
                None if at == last => Kind::End(Some(message)),
                _ => Kind::Throw(Some(message)),
            };
            let told = self.part("told", &name, kind, of);
            self.flow(from, told, None);
            from = told;
        }
        if let Some(go) = &overdue.go {
            self.way(from, go, None);
        }
    }

    /// A decision that the record answers: nobody acts.
    fn looked_up(&mut self, of: usize, step: &Step, field: &FieldId, answers: &BTreeMap<String, StepId>) -> usize {
        let ways = by_target(answers);
        let kind = if ways.len() > 1 { Kind::Gateway } else { Kind::Throw(None) };
        let place = self.whole(kind, of, step);
        for (to, values) in &ways {
            let when = Condition { variable: field.clone(), values: values.clone() };
            self.way(place, to, (ways.len() > 1).then_some(when));
        }
        place
    }

    /// The ways out of a shape by the value of a variable; one way needs no fork.
    fn fork(&mut self, of: usize, from: usize, name: &str, variable: &str, ways: &BTreeMap<String, StepId>) {
        let ways = by_target(ways);
        if let [(to, _)] = ways.as_slice() {
            self.way(from, to, None);
            return;
        }
        let fork = self.part("fork", name, Kind::Gateway, of);
        self.flow(from, fork, None);
        for (to, values) in ways {
            self.way(fork, &to, Some(Condition { variable: variable.to_string(), values }));
        }
    }

    fn link(&mut self, of: usize, step: &Step, to: &str, entry: Option<&str>, mode: &LinkMode) -> usize {
        match mode {
            LinkMode::Call { outcomes } => {
                let call = self.whole(Kind::Call(to.to_string()), of, step);
                let variable = self.variable("outcome", &step.id);
                self.fork(of, call, "With which outcome?", &variable, outcomes);
                call
            }
            LinkMode::Start { next } => {
                let entry = self.entry_of(to, entry);
                let message = self.message(&opening(to, &entry));
                let start = self.whole(Kind::Throw(Some(message)), of, step);
                self.way(start, next, None);
                start
            }
            LinkMode::HandOver => {
                let entry = self.entry_of(to, entry);
                let message = self.message(&opening(to, &entry));
                self.whole(Kind::End(Some(message)), of, step)
            }
        }
    }

    /// A limit is said in words beside the step that starts it. Where it moves the case, it is a start of its own: BPMN
    /// cannot take a case from wherever it stands.
    fn limit(&mut self, id: &str, limit: &Limit) {
        let timing = time::limit(id, limit);
        if let Some(from) = self.places.get(limit.from.as_str()).copied() {
            self.said[from].push(notes::limit(self.map, limit, self.atlas));
        }
        let Some((go, of)) = limit.overdue.go.as_ref().and_then(|go| Some((go, *self.places.get(go.as_str())?))) else {
            return;
        };
        let name = timing.label.clone();
        let start = self.part("limit", &name, Kind::Start(Cause::Time(timing)), of);
        self.way(start, go, None);
    }

    /// Joins the ways to each step, where there are several.
    fn join(&mut self) {
        let ways = std::mem::take(&mut self.ways);
        let mut into = vec![0_usize; self.entries.len()];
        ways.iter().for_each(|way| into[way.to] += 1);
        let mut doors = self.entries.clone();
        for (place, count) in into.into_iter().enumerate() {
            if count > 1 {
                doors[place] = self.part("join", "", Kind::Gateway, place);
                self.flow(doors[place], self.entries[place], None);
            }
        }
        for way in ways {
            self.flow(way.from, doors[way.to], way.when);
        }
    }

    /// A name for what a step comes to, which no field of the record has.
    fn variable(&self, sort: &str, step: &str) -> String {
        let mut name = format!("{sort}_{}", step.replace('-', "_"));
        while self.map.record.contains_key(&name) {
            name.push('_');
        }
        name
    }

    /// The start of another map at which a case from this one arrives; blank where the other map is in error.
    fn entry_of(&self, map: &str, entry: Option<&str>) -> String {
        let other = self.atlas.machine(map);
        let start = other.and_then(|other| other.map().entry_for(&self.map.id, entry));
        start.map_or_else(|| entry.unwrap_or_default().to_string(), |start| start.id.clone())
    }
}

/// The message by which a case is opened at a start of a map: what one map throws, the other catches.
fn opening(map: &str, start: &str) -> String {
    if start.is_empty() { format!("open {map}") } else { format!("open {map} at {start}") }
}

/// Answers or outcomes by the step to which they lead, in the order of the first of each.
fn by_target(ways: &BTreeMap<String, StepId>) -> Vec<(StepId, Vec<String>)> {
    let mut found: Vec<(StepId, Vec<String>)> = Vec::new();
    for (value, to) in ways {
        match found.iter_mut().find(|(known, _)| known == to) {
            Some((_, values)) => values.push(value.clone()),
            None => found.push((to.clone(), vec![value.clone()])),
        }
    }
    found
}
