//! Random maps with odd words, from a seed.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use mapcase_map::Map;
use mapcase_map::model::{
    About, Anchor, Deadline, Field, FieldType, Flow, Limit, LinkMode, Overdue, Step, StepKind, Timeout,
};
use mapcase_map::time::Duration;

/// A small generator, so that a seed gives the same map for ever.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    fn one<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.throw(from.len())]
    }

    fn is(&mut self, one_in: usize) -> bool {
        self.throw(one_in) == 0
    }
}

/// What a hostile or an unlucky author might write.
const WORDS: [&str; 22] = [
    "Liaise",
    "to",
    "agree",
    "the",
    "funding/service",
    "cross",
    "over",
    "period",
    "within",
    "45",
    "days",
    "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenversicherung",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "<script>alert(1)</script>",
    "]]>&amp;<!--",
    "\"quoted'",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    "\u{645}\u{631}\u{62d}\u{628}\u{627}",
    "\u{1f600}\u{1f468}\u{200d}\u{1f469}",
    "\u{202e}turned",
    "\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}",
    "e\u{301}\u{7}\u{ffff}",
];
const ROLES: [&str; 6] = ["CLK", "MGR", "RES", "TBC", "Unknown role", "Z<&>"];

fn title(dice: &mut Dice) -> String {
    let words = dice.throw(12);
    let plain = dice.is(2);
    (0..words).map(|_| if plain { dice.one(&WORDS[..11]) } else { dice.one(&WORDS) }).collect::<Vec<_>>().join(" ")
}

fn within(dice: &mut Dice) -> Option<Duration> {
    dice.one(&["72 hours", "5 working days", "17 years 6 months", "TBC"]).parse().ok()
}

fn overdue(dice: &mut Dice, ids: &[String]) -> Overdue {
    Overdue {
        tell: (0..dice.throw(3)).map(|_| dice.one(&ROLES).to_string()).collect(),
        start: dice.is(6).then(|| dice.one(&["appeal", "permit", "nowhere"]).to_string()),
        go: dice.is(6).then(|| ids[dice.throw(ids.len())].clone()),
    }
}

fn kind(dice: &mut Dice, at: usize, ids: &[String]) -> StepKind {
    // Mostly onward, sometimes anywhere.
    let to = |dice: &mut Dice| {
        let near = (at + 1 + dice.throw(3)).min(ids.len() - 1);
        ids[if dice.is(5) { dice.throw(ids.len()) } else { near }].clone()
    };
    match (at, dice.throw(12)) {
        (0, _) => StepKind::Start { from: Vec::new(), next: to(dice) },
        (_, 0) => StepKind::Start { from: vec!["appeal".to_string(); 1 + dice.throw(6)], next: to(dice) },
        (_, 1..=3) => {
            let answers = (0..1 + dice.throw(5)).map(|number| (format!("{} {number}", dice.one(&WORDS)), to(dice)));
            StepKind::Decision { on: None, answers: answers.collect() }
        }
        (_, 4) => {
            let timeout = Timeout { within: within(dice), anchor: Anchor::Step(ids[0].clone()), lapsed: to(dice) };
            StepKind::WaitFor { what: title(dice), timeout: Some(timeout), comes_from: None, received: to(dice) }
        }
        (_, 5) => StepKind::WaitUntil { after: within(dice), anchor: Anchor::Field("day".to_string()), next: to(dice) },
        (_, 6) => {
            let outcomes = BTreeMap::from([("upheld".to_string(), to(dice)), (dice.one(&WORDS).to_string(), to(dice))]);
            let mode = match dice.throw(3) {
                0 => LinkMode::HandOver,
                1 => LinkMode::Call { outcomes },
                _ => LinkMode::Start { next: to(dice) },
            };
            let map = dice.one(&["appeal", "permit", "nowhere"]).to_string();
            StepKind::Link { to: map, carries: Vec::new(), entry: None, mode }
        }
        (_, 7) => StepKind::End { outcome: dice.one(&WORDS).to_string() },
        _ => StepKind::Step { next: to(dice) },
    }
}

fn step(dice: &mut Dice, at: usize, ids: &[String]) -> Step {
    let flow = |dice: &mut Dice| Flow { party: title(dice), what: vec!["day".to_string(); dice.throw(4)] };
    Step {
        id: ids[at].clone(),
        title: title(dice),
        kind: kind(dice, at, ids),
        roles: (0..dice.throw(3)).map(|_| dice.one(&ROLES).to_string()).collect(),
        needs: Vec::new(),
        evidence: Vec::new(),
        checklist: Vec::new(),
        not_by: Vec::new(),
        due: dice.is(3).then(|| Deadline {
            within: within(dice),
            anchor: Anchor::Step(ids[0].clone()),
            overdue: overdue(dice, ids),
        }),
        sends: dice.is(7).then(|| flow(dice)),
        receives: dice.is(7).then(|| flow(dice)),
        controls: Vec::new(),
        origin: None,
        quote: None,
        inferred: None,
        note: None,
    }
}

/// A random map.
pub fn map(seed: u64, zone: Tz) -> Map {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let ids: Vec<String> = (0..2 + dice.throw(30)).map(|at| format!("step-{at}")).collect();
    let limits = (0..dice.throw(4)).map(|number| {
        let limit = Limit {
            title: title(&mut dice),
            from: ids[dice.throw(ids.len())].clone(),
            to: ids[dice.throw(ids.len())].clone(),
            within: within(&mut dice),
            overdue: overdue(&mut dice, &ids),
            controls: Vec::new(),
            origin: None,
            quote: None,
        };
        (format!("limit-{number}"), limit)
    });
    let limits = limits.collect();
    let day = Field { kind: FieldType::Date, title: title(&mut dice), personal: false };
    Map {
        id: format!("random-{seed}"),
        title: title(&mut dice),
        revision: 1,
        owner: dice.one(&ROLES).to_string(),
        zone,
        calendar: "plain".to_string(),
        subject: None,
        record: BTreeMap::from([("day".to_string(), day)]),
        steps: (0..ids.len()).map(|at| step(&mut dice, at, &ids)).collect(),
        limits,
        rounds: BTreeMap::new(),
        about: About { document: "handbook".to_string(), theme: "permits".to_string(), ..About::default() },
    }
}

/// A map of many steps, most of which follow each other, with some that lead back and some that leap.
pub fn long(steps: usize, zone: Tz) -> Map {
    let mut dice = Dice(7);
    let ids: Vec<String> = (0..steps).map(|at| format!("step-{at}")).collect();
    let mut long = map(1, zone);
    long.limits.clear();
    long.steps = (0..steps)
        .map(|at| {
            let mut one = step(&mut dice, at, &ids);
            (one.sends, one.receives, one.due, one.roles) = (None, None, None, vec![ROLES[at / 7 % 3].to_string()]);
            let to = |far: usize| ids[(at + far).min(steps - 1)].clone();
            one.kind = match at {
                0 => StepKind::Start { from: Vec::new(), next: to(1) },
                _ if at + 1 == steps => StepKind::End { outcome: "done".to_string() },
                _ if at % 10 == 0 => StepKind::Decision {
                    on: None,
                    answers: BTreeMap::from([
                        ("back".to_string(), ids[at.saturating_sub(dice.throw(30))].clone()),
                        ("leap".to_string(), to(2 + dice.throw(20))),
                        ("on".to_string(), to(1)),
                    ]),
                },
                _ => StepKind::Step { next: to(1) },
            };
            one
        })
        .collect();
    long
}
