//! `maybe-unset-field` against the slow way: every state that a case of small random maps can come to, one by one.
//!
//! The slow way knows nothing of the rule's: it looks at the checked maps, not at what was written; a state is a step, the
//! very set of fields that hold something, and the limits that run. People set what a step needs when they do it, and may
//! set any field at any time; nobody clears one. Time may pass wherever a case has not ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use mapcase_map::model::{Anchor, FieldType, Limit, LinkMode, Map, MapId, StepKind};
use mapcase_map::rules::Example;
use mapcase_map::{AtlasFile, Checked};

use crate::common::{check_soundly, one_line};
use crate::numbers::Numbers;

/// How many atlases are made; in those of them that have no error the rule and the slow way must agree.
const ATLASES: u64 = 1_500;

/// A case of a map: the step, the fields that are set, the limits that run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    map: MapId,
    step: String,
    set: BTreeSet<String>,
    limits: BTreeSet<String>,
}

struct Explored<'m> {
    maps: BTreeMap<&'m str, &'m Map>,
    seen: BTreeSet<State>,
    open: Vec<State>,
    /// The steps, each with its map, at which a field that is read may not be set.
    unset: BTreeSet<(String, String)>,
}

impl Explored<'_> {
    fn add(&mut self, state: State) {
        if self.seen.insert(state.clone()) {
            self.open.push(state);
        }
    }

    /// A case that is opened in another map with what it is given.
    fn open_case(&mut self, from: &State, to: &str, entry: Option<&str>, fields: impl IntoIterator<Item = String>) {
        let (source, target) = (self.maps[from.map.as_str()], self.maps[to]);
        let fits = |field: &String| {
            let (own, other) = (&source.record[field].kind, target.record.get(field).map(|other| &other.kind));
            match (own, other) {
                (FieldType::Choice(own), Some(FieldType::Choice(other))) => {
                    own.iter().all(|value| other.contains(value))
                }
                (own, other) => Some(own) == other,
            }
        };
        let set = fields.into_iter().filter(|field| from.set.contains(field) && fits(field)).collect();
        let step = target.entry_for(&source.id, entry).unwrap().id.clone();
        self.add(State { map: to.to_string(), step, set, limits: BTreeSet::new() });
    }

    /// A case leaves its step because something was done there, or a wait has lapsed: limits stop and start.
    fn leave(&mut self, state: &State, sets: &[&String], next: &str) {
        let mut after = state.clone();
        after.set.extend(sets.iter().map(|field| (*field).clone()));
        for (id, limit) in &self.maps[state.map.as_str()].limits {
            if limit.to == state.step {
                after.limits.remove(id);
            }
            if limit.from == state.step {
                after.limits.insert(id.clone());
            }
        }
        self.add(State { step: next.to_string(), ..after });
    }

    fn go_on(&mut self, state: &State) {
        let map = self.maps[state.map.as_str()];
        let step = map.step(&state.step).unwrap();
        let needs: Vec<&String> = step.needs.iter().collect();
        let at_hand = |anchor: &Anchor| match anchor {
            Anchor::Field(field) => state.set.contains(field),
            _ => true,
        };
        let mut reads = |field: &String| {
            if !state.set.contains(field) {
                self.unset.insert((map.id.clone(), step.id.clone()));
            }
        };
        match &step.kind {
            StepKind::Decision { on: Some(field), .. } | StepKind::WaitUntil { anchor: Anchor::Field(field), .. } => {
                reads(field)
            }
            StepKind::WaitFor { timeout: Some(timeout), .. } => {
                if let Anchor::Field(field) = &timeout.anchor {
                    reads(field);
                }
            }
            _ => {}
        }
        if let Some(Anchor::Field(field)) = step.due.as_ref().map(|due| &due.anchor) {
            reads(field);
        }
        match &step.kind {
            StepKind::Start { next, .. } | StepKind::Step { next } => self.leave(state, &needs, next),
            StepKind::Decision { on: Some(field), answers } if state.set.contains(field) => {
                answers.values().for_each(|next| self.leave(state, &[], next));
            }
            StepKind::Decision { on: Some(_), .. } => {}
            StepKind::Decision { on: None, answers } => {
                answers.values().for_each(|next| self.leave(state, &needs, next))
            }
            StepKind::WaitFor { timeout, received, .. } => {
                self.leave(state, &needs, received);
                if let Some(timeout) = timeout.as_ref().filter(|timeout| at_hand(&timeout.anchor)) {
                    self.leave(state, &[], &timeout.lapsed);
                }
            }
            StepKind::WaitUntil { anchor, next, .. } if at_hand(anchor) => self.leave(state, &[], next),
            StepKind::WaitUntil { .. } => {}
            StepKind::Link { to, carries, entry, mode } => {
                self.open_case(state, to, entry.as_deref(), carries.iter().cloned());
                match mode {
                    LinkMode::HandOver => return,
                    LinkMode::Call { outcomes } => outcomes.values().for_each(|next| self.leave(state, &[], next)),
                    LinkMode::Start { next } => self.leave(state, &[], next),
                }
            }
            StepKind::End { .. } => return,
        }
        self.time_passes(state);
        for field in map.record.keys() {
            let mut set = state.set.clone();
            set.insert(field.clone());
            self.add(State { set, ..state.clone() });
        }
    }

    /// The deadlines that may pass now: the step's, and those of the limits that run.
    fn time_passes(&mut self, state: &State) {
        let map = self.maps[state.map.as_str()];
        let all = || map.record.keys().cloned().collect::<Vec<_>>();
        if let Some(due) = &map.step(&state.step).unwrap().due {
            let runs = !matches!(&due.anchor, Anchor::Field(field) if !state.set.contains(field));
            if let Some(beside) = due.overdue.start.as_ref().filter(|_| runs) {
                self.open_case(state, beside, None, all());
            }
            if let Some(go) = due.overdue.go.as_ref().filter(|_| runs) {
                self.add(State { step: go.clone(), ..state.clone() });
            }
        }
        for id in &state.limits {
            let Limit { overdue, .. } = &map.limits[id];
            let mut after = state.clone();
            after.limits.remove(id);
            if let Some(beside) = &overdue.start {
                self.open_case(state, beside, None, all());
            }
            self.add(State { step: overdue.go.clone().unwrap_or_else(|| state.step.clone()), ..after });
        }
    }
}

fn explored(checked: &Checked) -> BTreeSet<(String, String)> {
    let machines = checked.atlas.as_ref().unwrap().machines();
    let maps: BTreeMap<&str, &Map> = machines.iter().map(|(id, machine)| (id.as_str(), machine.map())).collect();
    let mut all = Explored { maps: maps.clone(), seen: BTreeSet::new(), open: Vec::new(), unset: BTreeSet::new() };
    for map in maps.values() {
        for start in map.starts() {
            if matches!(&start.kind, StepKind::Start { from, .. } if from.is_empty()) {
                let (map, step) = (map.id.clone(), start.id.clone());
                all.add(State { map, step, set: BTreeSet::new(), limits: BTreeSet::new() });
            }
        }
    }
    while let Some(state) = all.open.pop() {
        all.go_on(&state);
    }
    all.unset
}

/// The steps at which the rule finds something; each step of these maps stands on a line of its own.
fn found(checked: &Checked) -> BTreeSet<(String, String)> {
    let findings = checked.findings.iter().filter(|finding| finding.rule == "maybe-unset-field");
    let steps = findings.map(|finding| {
        let map = finding.place.file.trim_end_matches(".yaml").to_string();
        let line = checked.source(&finding.place.file).unwrap().text().lines().nth(finding.place.line - 1).unwrap();
        (map, line.trim().split_once(':').unwrap().0.to_string())
    });
    steps.collect()
}

const FIELDS: [(&str, &str); 4] = [("d1", "date"), ("d2", "date"), ("q1", "yes-no"), ("q2", "yes-no")];

/// A random map: `m0` to `m2` may lead to each other.
struct Draw<'n> {
    numbers: &'n mut Numbers,
    map: usize,
    maps: usize,
    steps: usize,
    /// The step that is drawn.
    at: usize,
    /// Which map leads to which; so that each knows who comes.
    leads: BTreeSet<(usize, usize)>,
}

impl Draw<'_> {
    fn one_in(&mut self, many: usize) -> bool {
        self.numbers.below(many) == 0
    }

    /// A step, mostly one further on: too many loops make too few maps without an error.
    fn way(&mut self) -> String {
        let first = if self.one_in(4) { 0 } else { self.at + 1 };
        let on = self.numbers.below(self.steps + 1 - first);
        self.name(first + on)
    }

    /// Mostly the very next step, so that few steps cannot be reached.
    fn next(&mut self) -> String {
        if self.one_in(8) { self.way() } else { self.name(self.at + 1) }
    }

    fn name(&self, at: usize) -> String {
        if at < self.steps { format!("s{at}") } else { "done".to_string() }
    }

    fn field(&mut self, kind: &str) -> &'static str {
        let all: Vec<&str> = FIELDS.iter().filter(|(_, other)| *other == kind).map(|(id, _)| *id).collect();
        all[self.numbers.below(all.len())]
    }

    fn some_fields(&mut self, key: &str) -> String {
        let list: Vec<&str> = FIELDS.iter().filter(|_| self.one_in(4)).map(|(id, _)| *id).collect();
        if list.is_empty() { String::new() } else { format!(", {key}: [{}]", list.join(", ")) }
    }

    fn anchor(&mut self) -> String {
        if self.one_in(2) { String::new() } else { format!(" of {}", self.field("date")) }
    }

    fn other_map(&mut self) -> usize {
        let to = self.numbers.below(self.maps);
        self.leads.insert((self.map, to));
        to
    }

    fn overdue(&mut self) -> String {
        match self.numbers.below(3) {
            0 if self.maps > 1 => format!("{{ tell: TM, start: m{} }}", self.other_map()),
            1 => format!("{{ go: {} }}", self.way()),
            _ => "{ tell: TM }".to_string(),
        }
    }

    fn due(&mut self) -> String {
        if self.one_in(3) {
            format!(", due: 2 days{}, overdue: {}", self.anchor(), self.overdue())
        } else {
            String::new()
        }
    }

    fn step(&mut self) -> String {
        let next = self.next();
        match self.numbers.below(if self.maps > 1 { 12 } else { 8 }) {
            0 | 1 => format!("role: TM, title: S{}{}, next: {next}", self.some_fields("needs"), self.due()),
            2 => {
                let (needs, due) = (self.some_fields("needs"), self.due());
                format!("kind: decision, role: TM, title: S{needs}{due}, answers: {{ a: {next}, b: {} }}", self.way())
            }
            3 | 4 => {
                let (on, other) = (self.field("yes-no"), self.way());
                format!("kind: decision, title: S, on: {on}, answers: {{ yes: {next}, no: {other} }}")
            }
            5 => {
                let (needs, anchor, lapsed) = (self.some_fields("needs"), self.anchor(), self.way());
                format!(
                    "kind: wait, role: TM, for: it{needs}, within: 1 week{anchor}, received: {next}, lapsed: {lapsed}"
                )
            }
            6 | 7 => format!("kind: wait, until: {}, next: {next}", self.field("date")),
            8 if self.one_in(2) => format!("kind: link, to: m{}{}", self.other_map(), self.some_fields("carries")),
            8 | 9 => {
                let to = self.other_map();
                format!(
                    "kind: link, to: m{to}, mode: call{}, outcomes: {{ over: {next} }}",
                    self.some_fields("carries")
                )
            }
            _ => {
                let to = self.other_map();
                format!("kind: link, to: m{to}, mode: start{}, next: {next}", self.some_fields("carries"))
            }
        }
    }

    fn text(&mut self) -> String {
        let map = self.map;
        let mut text = format!(
            "map: m{map}\ntitle: M\nrevision: 1\ntheme: t\nowner: TM\nreview_by: 2027-11-30\nsource: {{ document: d, reading: reconstructed }}\nrecord:\n"
        );
        for (id, kind) in FIELDS {
            // A deadline cannot take this one along from a map where it is a yes-no.
            let kind = if id == "q2" && map == 1 { "choice, choices: ['yes', 'no']" } else { kind };
            writeln!(text, "  {id}: {{ type: {kind}, title: F }}").unwrap();
        }
        let needs = self.some_fields("needs");
        writeln!(text, "steps:\n  begun: {{ kind: start, title: Begun{needs}, next: s0 }}").unwrap();
        for at in 0..self.steps {
            self.at = at;
            writeln!(text, "  s{at}: {{ {} }}", self.step()).unwrap();
        }
        text.push_str("  done: { kind: end, outcome: over }\n");
        if self.one_in(2) {
            text.push_str("limits:\n");
            for at in 0..=self.numbers.below(2) {
                let (from, to) = (self.numbers.below(self.steps), self.numbers.below(self.steps));
                let overdue = self.overdue();
                let line = format!("{{ title: L, from: s{from}, to: s{to}, within: 9 days, overdue: {overdue} }}");
                writeln!(text, "  l{at}: {line}").unwrap();
            }
        }
        text
    }
}

/// A random atlas of one to three maps.
fn atlas(seed: u64) -> Vec<AtlasFile> {
    let mut numbers = Numbers(seed);
    let maps = 1 + numbers.below(3);
    let mut leads = BTreeSet::new();
    let mut texts = Vec::new();
    for map in 0..maps {
        let steps = 2 + numbers.below(5);
        let mut draw = Draw { numbers: &mut numbers, map, maps, steps, at: 0, leads: std::mem::take(&mut leads) };
        texts.push(draw.text());
        leads = draw.leads;
    }
    // Who comes by a link comes in by a start of their own; a map to which others lead need not be opened by hand.
    for (map, text) in texts.iter_mut().enumerate() {
        let from: Vec<String> = leads.iter().filter(|(_, to)| *to == map).map(|(from, _)| format!("m{from}")).collect();
        if !from.is_empty() {
            let start = format!("  come: {{ kind: start, title: Come, from: [{}], next: s0 }}\n", from.join(", "));
            *text = text.replacen("steps:\n", &format!("steps:\n{start}"), 1);
            if numbers.below(2) == 0 {
                *text =
                    text.lines().filter(|line| !line.starts_with("  begun:")).map(|line| format!("{line}\n")).collect();
            }
        }
    }
    let mut files = Example::of(&[]).atlas_files();
    for (map, text) in texts.into_iter().enumerate() {
        files.push(AtlasFile { path: format!("m{map}.yaml"), bytes: text.into_bytes() });
    }
    files
}

#[test]
fn the_rule_and_the_slow_way_agree_on_every_small_atlas() {
    let (mut sound, mut linked, mut some, mut steps) = (0, 0, 0, 0);
    for seed in 0..ATLASES {
        let files = atlas(seed);
        let checked = check_soundly(&files);
        if checked.has_errors() {
            continue;
        }
        sound += 1;
        let slow = explored(&checked);
        linked += usize::from(checked.maps.len() > 1);
        some += usize::from(!slow.is_empty());
        steps += slow.len();
        if found(&checked) != slow {
            let texts: Vec<_> = files.iter().map(|file| String::from_utf8_lossy(&file.bytes)).collect();
            let lines: Vec<String> = checked.findings.iter().map(one_line).collect();
            let (rule, texts, lines) = (found(&checked), texts.join("\n"), lines.join("\n"));
            panic!("seed {seed}: the rule finds {rule:?}, the slow way {slow:?}\n{lines}\n{texts}");
        }
        for finding in checked.findings.iter().filter(|finding| finding.rule == "maybe-unset-field") {
            assert!(finding.message.contains(" on the way `"), "no way is shown: {}", one_line(finding));
        }
    }
    println!("{sound} sound atlases, {linked} of several maps, {some} with findings, {steps} findings");
    assert!(sound > 400 && linked > 90 && some > 300, "{sound} {linked} {some}");
}
