//! Inventing an atlas that is valid by construction: each map is nested from parts that have one way in and one way out, so
//! what was surely done and what is surely set is known at each step.

use crate::plan::{Group, Line, MapPlan, Numbers, Plan};

const ROLES: [&str; 4] = ["AM", "SW", "TM", "Admin"];

/// A part of a map with one way in and, but for an early end, one way out.
enum Part {
    Step,
    /// A step whose deadline moves the case to another way.
    Overtaken(Vec<Part>),
    WaitFor(Vec<Part>),
    WaitUntil,
    Ask(Vec<Vec<Part>>),
    /// Answered from the record: by the yes-no field or by the choice.
    OnRecord(Vec<Vec<Part>>),
    Again(Vec<Part>),
    Call(usize),
    Beside(usize),
}

/// What a map says to those that lead to it.
struct Known {
    id: String,
    outcomes: Vec<String>,
}

/// Invents an atlas of one to three maps; each leads only to those made before it.
pub fn invent(numbers: &mut Numbers) -> Plan {
    let mut known: Vec<Known> = Vec::new();
    let mut maps: Vec<MapPlan> = Vec::new();
    let mut callers: Vec<Vec<String>> = Vec::new();
    for at in 0..=numbers.below(3) {
        let mut writer = Writer::new(at, numbers);
        let (map, outcomes) = writer.write(&known);
        for to in std::mem::take(&mut writer.links) {
            if !callers[to].contains(&map.id) {
                callers[to].push(map.id.clone());
            }
        }
        known.push(Known { id: map.id.clone(), outcomes });
        callers.push(Vec::new());
        maps.push(map);
    }
    for (map, callers) in maps.iter_mut().zip(&callers) {
        let first = map.steps.iter().find(|step| step.id == "begun").and_then(|step| step.get("next")).unwrap();
        if !callers.is_empty() {
            let from = format!("[{}]", callers.join(", "));
            let lines = [("kind", "start"), ("title", "Led here"), ("from", &from), ("next", first)];
            let mut led = Group::new("led-here", &lines);
            if map.is_transcribed() {
                led.set("quote", "As the source says.");
            }
            map.steps.insert(1, led);
        }
    }
    Plan { atlas: atlas(&maps), calendar: CALENDAR.to_string(), register: REGISTER.to_string(), maps }
}

/// The calendar of every invented atlas.
const CALENDAR: &str = "calendar: plain
title: Days that do not count
weekend: [saturday, sunday]
covers: 2020..2030
holidays:
  2026-12-25: Christmas Day
";

/// The register of every invented atlas: one control, which the first map carries.
const REGISTER: &str = "controls: register
title: What is asked for
items:
  C1: { title: Everything is in time, binds: deadline }
";

fn atlas(maps: &[MapPlan]) -> String {
    let used = |role: &&&str| {
        let acts = |group: &Group| group.lines.iter().any(|(_, value)| value.contains(**role));
        **role == "AM" || maps.iter().any(|map| map.steps.iter().chain(&map.limits).any(acts))
    };
    let roles: String = ROLES.iter().filter(used).map(|role| format!("  {role}: The role {role}\n")).collect();
    format!(
        "atlas: invented\ntitle: An invented atlas\ntime_zone: Europe/London\ncalendar: plain\nsupervisors: [AM]\n\
         roles:\n{roles}themes:\n  t: A theme\ndocuments:\n  d: {{ title: A document, date: '2026-01' }}\n"
    )
}

struct Writer<'n> {
    numbers: &'n mut Numbers,
    id: String,
    count: usize,
    steps: Vec<Group>,
    limits: Vec<Group>,
    links: Vec<usize>,
    transcribed: bool,
}

impl<'n> Writer<'n> {
    fn new(at: usize, numbers: &'n mut Numbers) -> Self {
        let transcribed = numbers.of_100(40);
        let (steps, limits, links) = (Vec::new(), Vec::new(), Vec::new());
        Self { numbers, id: format!("map-{at}"), count: 0, steps, limits, links, transcribed }
    }

    fn write(&mut self, known: &[Known]) -> (MapPlan, Vec<String>) {
        let parts = self.sequence(0, known);
        let first = self.entry(&parts);
        let start = [("kind", "start"), ("title", "Begun"), ("needs", ALL), ("next", "accept")];
        self.push("begun", &start);
        let role = self.role();
        self.push("accept", &[("role", role), ("title", "Accept it"), ("next", &*first)]);
        let mut done = vec!["accept".to_string()];
        self.lay(&parts, first, "say-so", &mut done, known);
        let role = self.role();
        let all = "{ to: The register, what: [flag, way, since, words] }";
        self.push("say-so", &[("role", role), ("title", "Say so"), ("sends", all), ("next", "finish")]);
        self.bind("say-so", &done);
        self.limit(&done);
        let mut outcomes = vec![format!("{}-over", self.id)];
        match known.len().checked_sub(1).filter(|_| self.numbers.of_100(30)) {
            Some(to) => {
                self.links.push(to);
                outcomes = known[to].outcomes.clone();
                let carries = ("carries", ALL);
                self.push("finish", &[("kind", "link"), ("title", "Goes on"), ("to", &known[to].id), carries]);
            }
            None => {
                let outcome = outcomes[0].clone();
                self.push("finish", &[("kind", "end"), ("title", "Over"), ("outcome", &outcome)]);
            }
        }
        outcomes.sort();
        let map = MapPlan {
            id: self.id.clone(),
            head: self.head(),
            record: record(),
            steps: std::mem::take(&mut self.steps),
            limits: std::mem::take(&mut self.limits),
        };
        (map, outcomes)
    }

    fn head(&self) -> Vec<Line> {
        let reading = if self.transcribed { "transcribed" } else { "reconstructed" };
        let mut head = vec![
            ("title", format!("Title of {}", self.id)),
            ("revision", "1".to_string()),
            ("theme", "t".to_string()),
            ("owner", "AM".to_string()),
            ("review_by", "2029-01-01".to_string()),
            ("source", format!("{{ document: d, reading: {reading} }}")),
        ];
        if self.id == "map-0" {
            head.push(("controls", "[C1]".to_string()));
        }
        head.into_iter().map(|(key, value)| (key.to_string(), value)).collect()
    }

    fn push(&mut self, id: &str, lines: &[(&str, &str)]) {
        let mut group = Group::new(id, lines);
        if self.transcribed {
            group.set("quote", "As the source says.");
        }
        self.steps.push(group);
    }

    fn name(&mut self, word: &str) -> String {
        self.count += 1;
        format!("{word}-{}", self.count)
    }

    fn role(&mut self) -> &'static str {
        ROLES[self.numbers.below(ROLES.len())]
    }

    fn sequence(&mut self, depth: usize, known: &[Known]) -> Vec<Part> {
        let many = 1 + self.numbers.below(if depth == 0 { 4 } else { 2 });
        (0..many).map(|_| self.part(depth, known)).collect()
    }

    fn part(&mut self, depth: usize, known: &[Known]) -> Part {
        let deeper = depth < 2;
        match self.numbers.below(12) {
            0 if deeper => Part::Ask((0..2 + self.numbers.below(2)).map(|_| self.sequence(depth + 1, known)).collect()),
            1 if deeper => {
                Part::OnRecord((0..2 + self.numbers.below(2)).map(|_| self.sequence(depth + 1, known)).collect())
            }
            2 if deeper => Part::Again(self.sequence(depth + 1, known)),
            3 if deeper => Part::WaitFor(self.sequence(depth + 1, known)),
            4 if deeper => Part::Overtaken(self.sequence(depth + 1, known)),
            5 => Part::WaitUntil,
            6 if !known.is_empty() => Part::Call(self.numbers.below(known.len())),
            7 if !known.is_empty() => Part::Beside(self.numbers.below(known.len())),
            _ => Part::Step,
        }
    }

    /// The id of the step at which parts begin. Ids are given out in the order in which they are laid.
    fn entry(&mut self, parts: &[Part]) -> String {
        match &parts[0] {
            Part::Step => self.name("do"),
            Part::Overtaken(_) => self.name("hurry"),
            Part::WaitFor(_) => self.name("wait"),
            Part::WaitUntil => self.name("until"),
            Part::Ask(_) => self.name("ask"),
            Part::OnRecord(_) => self.name("on"),
            Part::Again(inside) => self.entry(inside),
            Part::Call(_) => self.name("call"),
            Part::Beside(_) => self.name("beside"),
        }
    }

    /// Lays parts down from the step `entry` on, to `to`. `done` holds the steps that were surely done before.
    fn lay(&mut self, parts: &[Part], entry: String, to: &str, done: &mut Vec<String>, known: &[Known]) {
        let mut at = entry;
        for (number, part) in parts.iter().enumerate() {
            let rest = &parts[number + 1..];
            let next = if rest.is_empty() { to.to_string() } else { self.entry(rest) };
            self.lay_one(part, &at, &next, done, known);
            at = next;
        }
    }

    fn lay_one(&mut self, part: &Part, at: &str, next: &str, done: &mut Vec<String>, known: &[Known]) {
        let role = self.role();
        match part {
            Part::Step => {
                self.push(at, &[("role", role), ("title", "Do it"), ("next", next)]);
                self.bind(at, done);
                done.push(at.to_string());
            }
            Part::Overtaken(other) => {
                let way = self.entry(other);
                let overdue = format!("{{ go: {way} }}");
                let lines =
                    [("role", role), ("title", "Be quick"), ("due", "3 days"), ("overdue", &overdue), ("next", next)];
                self.push(at, &lines);
                self.lay(other, way, next, &mut done.clone(), known);
            }
            Part::WaitFor(other) => {
                let lapsed = self.entry(other);
                let lines =
                    [("kind", "wait"), ("role", role), ("title", "Wait"), ("for", "A letter"), ("within", "10 days")];
                self.push(at, &lines);
                let step = self.steps.last_mut().unwrap();
                step.set("received", next);
                step.set("lapsed", &lapsed);
                self.lay(other, lapsed, next, &mut done.clone(), known);
                done.push(at.to_string());
            }
            Part::WaitUntil => {
                let until = ["4 weeks after since", "4 weeks", "3 months after since"][self.numbers.below(3)];
                self.push(at, &[("kind", "wait"), ("title", "Wait for the day"), ("until", until), ("next", next)]);
                done.push(at.to_string());
            }
            Part::Ask(ways) => {
                self.lay_answers(at, &[("role", role)], ["one", "two", "three"], ways, next, done, known)
            }
            Part::OnRecord(ways) => {
                let (field, answers) =
                    if ways.len() == 2 { ("flag", ["yes", "no", ""]) } else { ("way", ["a", "b", "c"]) };
                self.lay_answers(at, &[("on", field)], answers, ways, next, done, known);
            }
            Part::Again(inside) => {
                let ask = self.name("again");
                let answers = format!("{{ once-more: {at}, enough: {next} }}");
                // On the second round the steps inside were done, but not surely on the first.
                self.lay(inside, at.to_string(), &ask, done, known);
                let lines = [("kind", "decision"), ("role", role), ("title", "Once more?"), ("answers", &*answers)];
                self.push(&ask, &lines);
                done.push(ask);
            }
            Part::Call(to) => {
                self.links.push(*to);
                let ways: Vec<String> =
                    known[*to].outcomes.iter().map(|outcome| format!("{outcome}: {next}")).collect();
                let (to, outcomes) = (&known[*to].id, format!("{{ {} }}", ways.join(", ")));
                let lines = [("kind", "link"), ("title", "Ask there"), ("to", to), ("mode", "call"), ("carries", ALL)];
                self.push(at, &lines);
                self.steps.last_mut().unwrap().set("outcomes", &outcomes);
            }
            Part::Beside(to) => {
                self.links.push(*to);
                let to = &known[*to].id;
                let lines = [("kind", "link"), ("title", "Begin"), ("to", to), ("mode", "start"), ("carries", ALL)];
                self.push(at, &lines);
                self.steps.last_mut().unwrap().set("next", next);
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "each is a word of the decision that is laid")]
    fn lay_answers(
        &mut self,
        at: &str,
        by: &[(&str, &str)],
        words: [&str; 3],
        ways: &[Vec<Part>],
        next: &str,
        done: &mut Vec<String>,
        known: &[Known],
    ) {
        let entries: Vec<String> = ways.iter().map(|way| self.entry(way)).collect();
        let answers: Vec<String> = words.iter().zip(&entries).map(|(word, to)| format!("{word}: {to}")).collect();
        let answers = format!("{{ {} }}", answers.join(", "));
        let mut lines = vec![("kind", "decision"), ("title", "Which way?"), ("answers", &*answers)];
        lines.extend(by);
        self.push(at, &lines);
        done.push(at.to_string());
        for (way, entry) in ways.iter().zip(entries) {
            self.lay(way, entry, next, &mut done.clone(), known);
        }
    }

    /// A time, perhaps counted from a step that was surely done: so long a time that no wait between has used it up.
    fn anchored(&mut self, done: &[String], time: &str) -> String {
        match self.numbers.one(done).cloned().filter(|_| self.numbers.of_100(40)) {
            Some(step) => format!("2 years of {step}"),
            None => time.to_string(),
        }
    }

    /// Gives a step what it may have.
    fn bind(&mut self, at: &str, done: &[String]) {
        let due = self.numbers.of_100(50).then(|| {
            let time = ["2 days", "3 working days", "72 hours", "1 month"][self.numbers.below(4)];
            self.anchored(done, time)
        });
        let tell = format!("{{ tell: {} }}", self.role());
        let field = ["since", "words", "flag"][self.numbers.below(3)];
        let acted: Vec<String> =
            done.iter().filter(|step| step.starts_with("do-") || step.starts_with("ask-")).cloned().collect();
        let other = self.numbers.one(&acted).cloned().filter(|_| self.numbers.of_100(20));
        let (needs, list, letter) = (self.numbers.of_100(15), self.numbers.of_100(15), self.numbers.of_100(15));
        let step = self.steps.iter_mut().find(|step| step.id == at).unwrap();
        if let Some(due) = due {
            step.set("due", &due);
            step.set("overdue", &tell);
        }
        if needs {
            step.set("needs", &format!("[{field}]"));
        }
        if list {
            step.set("checklist", "{ seen: It was seen }");
        }
        if letter {
            step.set("evidence", "[letter]");
        }
        if let Some(other) = other {
            step.set("not_by", &other);
        }
    }

    /// Perhaps a limit from the start, or from a step that is surely done, to the last step. A map that leads to others has none:
    /// their limits could be as long.
    fn limit(&mut self, done: &[String]) {
        if self.numbers.of_100(40) && self.links.is_empty() {
            let from = self.numbers.one(done).cloned().unwrap();
            let tell = format!("{{ tell: {} }}", self.role());
            let lines =
                [("title", "In time"), ("from", &*from), ("to", "say-so"), ("within", "90 years"), ("overdue", &tell)];
            self.limits.push(Group::new("whole", &lines));
        }
    }
}

const ALL: &str = "[flag, way, since, words]";

fn record() -> Vec<Line> {
    let fields = [
        ("flag", "{ type: yes-no, title: A flag }"),
        ("way", "{ type: choice, title: Which way, choices: [a, b, c] }"),
        ("since", "{ type: date, title: Since when }"),
        ("words", "{ type: text, title: Words, pattern: '[a-z]+' }"),
    ];
    fields.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect()
}
