//! Makes a casebook of many invented cases over the maps of `processes`, the same from the same seed: for measuring, and for trying
//! `mapcase map what-if` on something large.
//!
//! `cargo run --release --example many_cases -- target/many.db 10000 1`

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use mapcase_case::{Act, CaseNumber, Command, Opening, Value};
use mapcase_engine::{Casebook, Engine, Making, files};
use mapcase_examples::{Dice, Supplied, Verb, openable};
use mapcase_map::model::{Field, FieldType, Step, StepKind};
use mapcase_map::time::parse_when;
use mapcase_map::{CheckedAtlas, Machine};

/// Nobody does more than this in one case.
const MOST_ACTS: u32 = 25;

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut typed = std::env::args().skip(1);
    let path = PathBuf::from(typed.next().unwrap_or_else(|| "target/many.db".to_string()));
    let count: u64 = typed.next().map_or(Ok(10_000), |text| text.parse())?;
    let seed: u64 = typed.next().map_or(Ok(1), |text| text.parse())?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../processes");
    let checked = mapcase_map::check(&files::read_atlas_files(&folder)?);
    let atlas = Arc::new(checked.atlas.ok_or("the atlas has errors")?);
    let begin = parse_when("2021-01-04 09:00", atlas.zone())?;
    let book = Casebook::make(&path, Making { simulated: true, now: begin })?;
    let engine = Engine::new(book, Some(atlas.clone()), Some(begin))?;
    let mut many =
        Many { engine, atlas, dice: Dice::new(seed), known: 0, acts: BTreeMap::new(), queue: BinaryHeap::new() };
    let done = many.live(begin, count)?;
    println!("{}: {} cases, {done} commands", path.display(), many.known);
    Ok(())
}

struct Many {
    engine: Engine,
    atlas: Arc<CheckedAtlas>,
    dice: Dice,
    /// How many cases there are: they are numbered from 1.
    known: u64,
    acts: BTreeMap<u64, u32>,
    /// When somebody looks at which case next.
    queue: BinaryHeap<Reverse<(DateTime<Utc>, u64)>>,
}

impl Many {
    /// Opens cases over three years and acts on them, until there are so many.
    fn live(&mut self, begin: DateTime<Utc>, count: u64) -> Result<usize, Box<dyn Error>> {
        let maps = openable(&self.atlas);
        let between = TimeDelta::days(3 * 365) / i32::try_from(count.max(1))?;
        let (mut opens_at, mut ticks_at, mut done) = (begin, begin, 0);
        loop {
            let next = self.queue.peek().map(|Reverse((at, _))| *at);
            let opens = self.known < count;
            let at = match next {
                Some(next) if !opens || next < opens_at => next,
                _ if opens => opens_at,
                _ => return Ok(done),
            };
            self.engine.set_time(Some(at))?;
            if at >= ticks_at {
                self.engine.tick(|_, _| {})?;
                ticks_at = at + TimeDelta::days(7);
            }
            if Some(at) == next {
                if let Some(Reverse((_, case))) = self.queue.pop() {
                    done += usize::from(self.act(case, at)?);
                }
            } else {
                opens_at += between;
                done += usize::from(self.open(&maps, at));
            }
            self.meet_new_cases(at);
        }
    }

    fn meet_new_cases(&mut self, at: DateTime<Utc>) {
        while self.engine.view(CaseNumber(self.known + 1)).is_ok() {
            self.known += 1;
            self.look_again(self.known, at);
        }
    }

    fn look_again(&mut self, case: u64, at: DateTime<Utc>) {
        let hours = if self.dice.below(4) == 0 { 24 * 30 } else { 24 * 4 };
        let later = TimeDelta::minutes(1 + self.dice.below(hours * 60) as i64);
        self.queue.push(Reverse((at + later, case)));
    }

    fn open(&mut self, maps: &[(Arc<Machine>, Step)], at: DateTime<Utc>) -> bool {
        let Some((machine, start)) = self.dice.one(maps).cloned() else { return false };
        let record = start.needs.iter().filter_map(|name| Some((name.clone(), self.value(&machine, name, at)?)));
        let opening = Opening {
            map: machine.map().id.clone(),
            entry: Some(start.id.clone()),
            record: record.collect(),
            actor: "opener".to_string(),
            role: None,
            at: None,
        };
        self.engine.open(&opening, None).is_ok()
    }

    fn act(&mut self, case: u64, at: DateTime<Utc>) -> Result<bool, Box<dyn Error>> {
        let view = self.engine.view(CaseNumber(case))?;
        let acts = self.acts.entry(case).or_default();
        *acts += 1;
        if !view.state.is_open() || *acts > MOST_ACTS {
            return Ok(false);
        }
        self.look_again(case, at);
        let machine = view.machine.clone();
        let Some(step) = machine.step(&view.state.step) else { return Ok(false) };
        let supplied = Supplied::at(&machine, &view.state, step, &format!("REF-{case}"), |name| {
            let value = self.value(&machine, &name, at)?;
            Some((name, value))
        });
        let act = match &step.kind {
            StepKind::Start { .. } | StepKind::Step { .. } => supplied.act(Verb::Do),
            StepKind::Decision { on: Some(field), .. } => {
                let Some(value) = self.value(&machine, field, at) else { return Ok(false) };
                Act::Set([(field.clone(), value)].into())
            }
            StepKind::Decision { on: None, answers } => {
                let answers: Vec<&String> = answers.keys().collect();
                let Some(answer) = self.dice.one(&answers).map(|answer| (*answer).clone()) else { return Ok(false) };
                supplied.act(Verb::Answer(answer))
            }
            // Sometimes nothing comes.
            StepKind::WaitFor { .. } if self.dice.below(3) > 0 => supplied.act(Verb::Receive),
            _ => return Ok(false),
        };
        let actor = format!("person-{}", self.dice.below(5));
        let command = Command { act, actor, role: None, at: None, expect: None };
        Ok(self.engine.command(CaseNumber(case), &command, None).is_ok())
    }

    /// A value that a field can hold; nothing, where none is known that fits its pattern.
    fn value(&mut self, machine: &Machine, name: &str, at: DateTime<Utc>) -> Option<String> {
        let field: &Field = machine.map().record.get(name)?;
        let number = self.dice.below(900_000) + 100_000;
        let tries = match &field.kind {
            FieldType::Text { .. } => vec![number.to_string(), format!("A{number}"), format!("Text {number}")],
            FieldType::Number | FieldType::Money => vec![self.dice.below(5000).to_string()],
            FieldType::Date => vec![(at.date_naive() + TimeDelta::days(self.dice.below(200) as i64 - 150)).to_string()],
            FieldType::YesNo => vec![if self.dice.below(2) == 0 { "yes" } else { "no" }.to_string()],
            FieldType::Choice(choices) => self.dice.one(choices).cloned().into_iter().collect(),
        };
        tries.into_iter().find(|text| Value::parse(field, text).is_ok())
    }
}
