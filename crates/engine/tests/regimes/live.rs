//! Living a story under a way of ticking, and telling what came of it without what may differ: when it was recorded, the hashes,
//! the salted commitments, and the numbers of cases where several families share a casebook.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::event::Event;
use mapcase_case::{CaseNumber, CaseState};
use mapcase_engine::{Answer, Engine, Error};
use mapcase_map::CheckedAtlas;

use crate::common::{Book, sound};
use crate::invent::{Deed, Dice, Story};

/// A way of ticking.
#[derive(Clone, Copy, Debug)]
pub enum Regime {
    /// Never before the end, but where a case must be there to be acted on.
    Never,
    /// Once, two months after the beginning.
    TwoMonthsLater,
    /// Just before and just after each command.
    Around,
    /// Every hour.
    Hourly,
    /// At so many instants.
    Often(u32),
    /// Now and then, before, after and between.
    Mixed(u32),
}

/// What came of a story.
pub struct Lived {
    /// Every event, every row, every answer.
    pub told: Vec<String>,
    /// The events by the name of the case.
    pub histories: BTreeMap<String, Vec<Event>>,
    refused: usize,
}

impl Lived {
    pub fn count(&self, seen: &mut BTreeMap<String, usize>) {
        for event in self.histories.values().flatten() {
            *seen.entry(event.body.name().to_string()).or_default() += 1;
        }
        *seen.entry("refused".to_string()).or_default() += self.refused;
        *seen.entry("cases".to_string()).or_default() += self.histories.len();
    }
}

/// Names of cases that do not depend on the order in which families are ticked: `2.1` is the first case that came of the second
/// one that a person opened.
#[derive(Default)]
pub struct Names(pub BTreeMap<CaseNumber, String>);

impl Names {
    pub fn of(book: &Book) -> Names {
        let db = rusqlite::Connection::open(&book.path).unwrap();
        let mut query = db.prepare("SELECT number, root FROM case_now ORDER BY number").unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let mut families: BTreeMap<i64, usize> = BTreeMap::new();
        let mut names = BTreeMap::new();
        let mut roots = 0;
        for row in rows {
            let (number, root): (i64, i64) = row.unwrap();
            let case = CaseNumber(number.unsigned_abs());
            if root == number {
                roots += 1;
                names.insert(case, roots.to_string());
                continue;
            }
            let count = families.entry(root).or_default();
            *count += 1;
            let name = format!("{}.{count}", names[&CaseNumber(root.unsigned_abs())]);
            names.insert(case, name);
        }
        Names(names)
    }

    /// The case of a name. A name stays, so the casebook is asked only for new ones.
    pub fn number(&mut self, book: &Book, name: &str) -> Option<CaseNumber> {
        if !self.0.values().any(|known| known == name) {
            *self = Names::of(book);
        }
        self.0.iter().find(|(_, known)| *known == name).map(|(case, _)| *case)
    }

    pub fn name(&self, case: CaseNumber) -> &str {
        &self.0[&case]
    }

    fn in_text(&self, text: &str) -> String {
        let mut text = format!("{text} ");
        for (case, name) in self.0.iter().rev() {
            text = text.replace(&format!("case {case} "), &format!("case {name} "));
        }
        text.trim_end().to_string()
    }

    fn in_json(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(group) => {
                for (key, value) in group {
                    match (key.as_str(), value.as_u64()) {
                        ("case" | "root" | "returns_to", Some(number)) => *value = self.name(CaseNumber(number)).into(),
                        ("commitment", _) => *value = "(sealed)".into(),
                        _ => self.in_json(value),
                    }
                }
            }
            serde_json::Value::Array(list) => list.iter_mut().for_each(|value| self.in_json(value)),
            serde_json::Value::String(text) => *text = self.in_text(text),
            _ => {}
        }
    }

    fn event(&self, event: &Event) -> String {
        let mut body = serde_json::to_value(&event.body).unwrap();
        self.in_json(&mut body);
        let (at, step, actor, role) = (event.occurred_at, &event.step, &event.actor, &event.role);
        format!("{} {at:?} {step:?} {actor:?} {role:?} {body}", event.seq)
    }
}

/// The answer to a deed, as far as it must not differ.
pub fn outcome(run: &Engine, result: &Result<Answer, Error>) -> String {
    match result {
        Ok(answer) => {
            let state = run.view(answer.case.parse().unwrap()).unwrap().state;
            let said = (answer.step.as_str(), answer.status.as_str(), answer.seq);
            assert_eq!(
                said,
                (state.step.as_str(), state.status.word(), state.seq),
                "the casebook says otherwise than the answer"
            );
            format!("{} {} {}", answer.step, answer.status, answer.seq)
        }
        Err(Error::Refused(refusal)) => {
            format!("refused {} {:?} {:?}", refusal.kind.word(), refusal.missing, refusal.may_act)
        }
        Err(error) => panic!("{error}"),
    }
}

/// The first line that is not the same.
pub fn difference(one: &Lived, other: &Lived) -> String {
    let pair = one.told.iter().zip(&other.told).find(|(one, other)| one != other);
    pair.map_or("one is longer".to_string(), |(one, other)| format!("\n  {one}\n  {other}\n"))
}

fn between(
    regime: Regime,
    dice: &mut Dice,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    whole: TimeDelta,
) -> Vec<DateTime<Utc>> {
    let mut instants = Vec::new();
    let mut every = |step: TimeDelta| {
        let mut at = from + step;
        while at < to {
            instants.push(at);
            at += step;
        }
    };
    match regime {
        Regime::Hourly => every(TimeDelta::hours(1)),
        Regime::Often(count) => every(TimeDelta::seconds((whole.num_seconds() / i64::from(count)).max(1800))),
        Regime::Mixed(_) => {
            let seconds = (to - from).num_seconds().max(1) as u32;
            instants = (0..dice.below(4)).map(|_| from + TimeDelta::seconds(i64::from(dice.below(seconds)))).collect();
            instants.sort();
        }
        _ => {}
    }
    instants
}

fn tick(run: &mut Engine, at: DateTime<Utc>) {
    run.set_time(Some(at)).unwrap();
    let report = run.tick(|_, _| {}).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

/// Lives a story.
pub fn live(atlas: &Arc<CheckedAtlas>, story: &Story, regime: Regime) -> Lived {
    let start = story.moments.first().map_or(story.end, |moment| moment.now);
    let book = Book::new(atlas, start);
    let mut answers = Vec::new();
    let mut last = start;
    let mut dice = Dice::new(match regime {
        Regime::Mixed(seed) => vec![seed],
        _ => vec![1],
    });
    let two_months = start + TimeDelta::days(61);
    let mut run = book.on(start);
    let mut names = Names::default();
    for moment in &story.moments {
        for at in between(regime, &mut dice, last, moment.now, story.end - start) {
            tick(&mut run, at);
        }
        if matches!(regime, Regime::TwoMonthsLater) && (last..moment.now).contains(&two_months) {
            tick(&mut run, two_months);
        }
        last = moment.now;
        let mixed = matches!(regime, Regime::Mixed(_));
        if matches!(regime, Regime::Around) || mixed && dice.below(3) == 0 {
            tick(&mut run, moment.now);
        }
        run.set_time(Some(moment.now)).unwrap();
        let result = match &moment.deed {
            Deed::Open(opening) => run.open(opening, None),
            Deed::Act(name, command) => {
                // Nobody can act on a case that is not there yet.
                let case = names.number(&book, name).unwrap_or_else(|| {
                    tick(&mut run, moment.now);
                    names.number(&book, name).unwrap()
                });
                run.command(case, command, None)
            }
        };
        answers.push(outcome(&run, &result));
        if matches!(regime, Regime::Around) || mixed && dice.below(3) == 0 {
            tick(&mut run, moment.now);
        }
    }
    for at in between(regime, &mut dice, last, story.end, story.end - start) {
        tick(&mut run, at);
    }
    tell(&book, &mut run, story.end, answers, matches!(regime, Regime::Never))
}

/// Ticks a last time and tells everything.
pub fn tell(book: &Book, run: &mut Engine, end: DateTime<Utc>, answers: Vec<String>, rebuild: bool) -> Lived {
    tick(run, end);
    let names = Names::of(book);
    let refused = answers.iter().filter(|answer| answer.starts_with("refused")).count();
    let mut told: Vec<String> = answers.into_iter().map(|answer| format!("answer {answer}")).collect();
    let mut histories = BTreeMap::new();
    let by_name: BTreeMap<&String, &CaseNumber> = names.0.iter().map(|(case, name)| (name, case)).collect();
    for (name, case) in by_name {
        let events: Vec<Event> = run.history(*case).unwrap().into_iter().map(|row| row.event).collect();
        let view = run.view(*case).unwrap();
        assert_eq!(view.to_fire, 0);
        assert_eq!(CaseState::replay(&events).unwrap(), *view.state);
        let faults: Vec<_> = run.replay(*case, None).unwrap().rows.into_iter().filter_map(|row| row.fault).collect();
        assert!(faults.is_empty(), "case {name}: {faults:#?}");
        told.extend(events.iter().map(|event| format!("{name} {}", names.event(event))));
        let record = view.state.record.iter().map(|(field, kept)| format!("{field}={:?}", kept.value()));
        told.push(format!("record {name} {}", record.collect::<Vec<_>>().join(" ")));
        histories.insert(name.clone(), events);
    }
    let mut rows = Vec::new();
    for row in run.list(&Default::default()).unwrap() {
        let name = names.name(row.case);
        let rest = (row.outcome, row.since, row.assigned, row.due_at, row.late);
        rows.push(format!("list {name} {} {} {} {rest:?}", row.map, row.step, row.status));
    }
    for row in run.work(None, None).unwrap() {
        rows.push(format!("work {} {} {} {}", row.role, row.why, row.about, names.name(row.case.case)));
    }
    for row in run.due(None, None).unwrap() {
        rows.push(format!("due {} {} {} {} {}", row.due_at, names.name(row.case.case), row.kind, row.id, row.late));
    }
    rows.sort();
    told.extend(rows);
    if rebuild {
        sound(run, &book.path);
    } else {
        assert_eq!(run.verify(None, |_, _| {}).unwrap().findings, []);
    }
    Lived { told, histories, refused }
}
