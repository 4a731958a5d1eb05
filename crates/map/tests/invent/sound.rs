//! Small maps of any shape, and what is sound in them: by the checker's rules, and by a search through every state in
//! which a case can be. A state is the step at which the case stands and the limits that run then.

use std::collections::BTreeSet;

use mapcase_map::check;
use mapcase_map::rules::Example;

use crate::plan::{Group, MapPlan, Numbers};

/// Why a case leaves a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The step was done, answered, received or has lapsed: limits start and stop.
    Done,
    /// Its deadline passed: no limit starts or stops.
    Overdue,
}

/// A limit that moves the case when it passes.
#[derive(Clone, Debug)]
pub struct Limit {
    from: usize,
    to: usize,
    go: usize,
}

/// A small map of any shape.
pub struct Net {
    pub steps: Vec<Group>,
    pub starts: Vec<usize>,
    pub ends: Vec<usize>,
    /// Each way from step to step, and whether the step is done on it.
    pub ways: Vec<(usize, usize, Leaving)>,
    pub limits: Vec<Limit>,
}

/// What is wrong with the shape of a map.
#[derive(Debug)]
pub struct Verdict {
    /// Steps to which no case ever comes.
    unreachable: BTreeSet<String>,
    /// How many more there are that are not named.
    behind: usize,
    /// Whether a case can come to where it can no longer end.
    endless: bool,
    /// Whether the map has no start or no end.
    unfinished: bool,
}

impl Verdict {
    /// Whether two verdicts say the same; one may count steps that the other names.
    pub fn agrees(&self, all: &Verdict) -> bool {
        let named = self.unreachable.is_subset(&all.unreachable);
        let counted = self.unreachable.len() + self.behind == all.unreachable.len();
        named && counted && (self.endless, self.unfinished) == (all.endless, all.unfinished)
    }

    pub fn is_sound(&self) -> bool {
        self.unreachable.is_empty() && self.behind == 0 && !self.endless && !self.unfinished
    }
}

/// Invents a map of up to two starts, seven steps between and two ends.
pub fn invent(numbers: &mut Numbers) -> Net {
    let (starts, inner, ends) = (1 + numbers.below(2), 1 + numbers.below(7), numbers.below(8).clamp(0, 2));
    let all = starts + inner + ends;
    let mut net = Net {
        steps: Vec::new(),
        starts: (0..starts).collect(),
        ends: (starts + inner..all).collect(),
        ways: Vec::new(),
        limits: Vec::new(),
    };
    let forward = numbers.below(100);
    let target = |numbers: &mut Numbers, at: usize| {
        let later = at.max(starts - 1) + 1;
        if later < all && numbers.of_100(forward) {
            // The next step is the most likely, so that sound maps come too.
            if numbers.of_100(60) { later } else { later + numbers.below(all - later) }
        } else {
            starts + numbers.below(all - starts)
        }
    };
    for at in 0..all {
        let mut step = Group::new(&format!("s{at}"), &[("title", "A step")]);
        let name = |to: usize| format!("s{to}");
        let one = target(numbers, at);
        let other = target(numbers, at);
        if at < starts {
            step.set("kind", "start");
            step.set("next", &name(one));
            net.ways.push((at, one, Leaving::Done));
        } else if at >= starts + inner {
            step.set("kind", "end");
            step.set("outcome", "over");
        } else {
            match numbers.below(4) {
                0 if one != other => {
                    step.set("kind", "decision");
                    step.set("role", "TM");
                    step.set("answers", &format!("{{ yes: {}, no: {} }}", name(one), name(other)));
                    net.ways.extend([(at, one, Leaving::Done), (at, other, Leaving::Done)]);
                }
                1 => {
                    step.set("kind", "wait");
                    step.set("role", "TM");
                    step.set("for", "A letter");
                    step.set("within", "2 days");
                    step.set("received", &name(one));
                    step.set("lapsed", &name(other));
                    net.ways.extend([(at, one, Leaving::Done), (at, other, Leaving::Done)]);
                }
                2 => {
                    step.set("role", "TM");
                    step.set("due", "2 days");
                    step.set("overdue", &format!("{{ go: {} }}", name(other)));
                    step.set("next", &name(one));
                    net.ways.extend([(at, one, Leaving::Done), (at, other, Leaving::Overdue)]);
                }
                _ => {
                    step.set("role", "TM");
                    step.set("next", &name(one));
                    net.ways.push((at, one, Leaving::Done));
                }
            }
        }
        net.steps.push(step);
    }
    for _ in 0..numbers.below(5).saturating_sub(2) {
        let (from, to) = (numbers.below(starts + inner), starts + numbers.below(inner));
        net.limits.push(Limit { from, to, go: starts + numbers.below(all - starts) });
    }
    net
}

impl Net {
    pub fn text(&self) -> String {
        let head = [
            ("title", "A map of any shape"),
            ("revision", "1"),
            ("theme", "t"),
            ("owner", "TM"),
            ("review_by", "2027-11-30"),
            ("source", "{ document: d, reading: reconstructed }"),
        ];
        let limit = |(at, limit): (usize, &Limit)| {
            let (from, to) = (format!("s{}", limit.from), format!("s{}", limit.to));
            let overdue = format!("{{ go: s{} }}", limit.go);
            let lines =
                [("title", "In time"), ("from", &*from), ("to", &to), ("within", "9 days"), ("overdue", &overdue)];
            Group::new(&format!("l{at}"), &lines)
        };
        let map = MapPlan {
            id: "m".to_string(),
            head: head.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect(),
            record: Vec::new(),
            steps: self.steps.clone(),
            limits: self.limits.iter().enumerate().map(limit).collect(),
        };
        map.text()
    }

    /// The states that follow a state.
    fn after(&self, (at, running): State) -> Vec<State> {
        let mut after = Vec::new();
        for (_, to, leaving) in self.ways.iter().filter(|(from, _, _)| *from == at) {
            let mut running = running;
            if *leaving == Leaving::Done {
                for (bit, limit) in self.limits.iter().enumerate() {
                    if limit.to == at {
                        running &= !(1 << bit);
                    }
                    if limit.from == at {
                        running |= 1 << bit;
                    }
                }
            }
            after.push((*to, running));
        }
        if !self.ends.contains(&at) {
            let passing = self.limits.iter().enumerate().filter(|(bit, _)| running & (1 << bit) != 0);
            after.extend(passing.map(|(bit, limit)| (limit.go, running & !(1 << bit))));
        }
        after
    }
}

/// The step, and a bit for each limit that runs.
type State = (usize, u32);

/// The verdict of a search through every state.
pub fn search(net: &Net) -> Verdict {
    let mut states: BTreeSet<State> = net.starts.iter().map(|start| (*start, 0)).collect();
    let mut open: Vec<State> = states.iter().copied().collect();
    while let Some(state) = open.pop() {
        open.extend(net.after(state).into_iter().filter(|next| states.insert(*next)));
    }
    let mut can_end: BTreeSet<State> = states.iter().copied().filter(|(at, _)| net.ends.contains(at)).collect();
    loop {
        let before = can_end.len();
        let more = states.iter().filter(|state| net.after(**state).iter().any(|next| can_end.contains(next)));
        can_end = can_end.iter().copied().chain(more.copied()).collect();
        if can_end.len() == before {
            break;
        }
    }
    let missing = (0..net.steps.len()).filter(|at| !states.iter().any(|(step, _)| step == at));
    let unfinished = net.starts.is_empty() || net.ends.is_empty();
    Verdict {
        behind: 0,
        unreachable: missing.map(|at| net.steps[at].id.clone()).collect(),
        endless: !unfinished && states.iter().any(|state| !can_end.contains(state)),
        unfinished,
    }
}

/// The verdict of the checker's rules.
pub fn verdict(net: &Net) -> Verdict {
    let mut files = Example::of(&[]).atlas_files();
    files.push(mapcase_map::AtlasFile { path: "m.yaml".to_string(), bytes: net.text().into_bytes() });
    let checked = check(&files);
    let text = net.text();
    let step_at = |line: usize| text.lines().nth(line - 1).unwrap().trim().trim_end_matches(':').to_string();
    let mut verdict = Verdict { unreachable: BTreeSet::new(), behind: 0, endless: false, unfinished: false };
    for finding in &checked.findings {
        match finding.rule {
            "unreachable-step" => {
                let places = finding.related.iter().map(|related| &related.place).chain([&finding.place]);
                verdict.unreachable.extend(places.map(|place| step_at(place.line)));
                // Only the first steps behind one are named; the others are counted.
                let counted = finding.message.split("nor to the ").nth(1).and_then(|rest| rest.split(' ').next());
                verdict.behind += counted.map_or(0, |count| count.parse::<usize>().unwrap() - finding.related.len());
            }
            "dead-end" => verdict.endless = true,
            "no-start" | "no-end" => verdict.unfinished = true,
            _ => {}
        }
    }
    verdict
}
