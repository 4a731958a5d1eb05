//! A year of a council: children with a payment and children who come, the people who act for them, and the clock.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::error::Error;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use mapcase_case::{Act, CaseNumber, Command, Opening};
use mapcase_engine::query::{CaseRow, View};
use mapcase_engine::{Casebook, Engine};
use mapcase_map::CheckedAtlas;
use mapcase_map::model::{Step, StepKind};

use crate::answers::Answers;
use crate::child::{Child, Filling};
use crate::deed::deed;
use crate::diary::Diary;
use crate::dice::Dice;
use crate::happenings::{Happening, happenings};
use crate::staff;

/// What year is lived.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many children.
    pub children: u64,
    /// The seed: the same one gives the same year.
    pub seed: u64,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

impl Plan {
    /// The financial year from April 2025 to March 2026.
    pub fn new(children: u64, seed: u64) -> Option<Plan> {
        let (first, last) = (NaiveDate::from_ymd_opt(2025, 4, 1)?, NaiveDate::from_ymd_opt(2026, 3, 31)?);
        Some(Plan { children, seed, first, last })
    }
}

/// A year that was lived.
#[derive(Debug)]
pub struct Lived {
    /// The casebook at its end.
    pub engine: Engine,
    /// Commands that were done.
    pub commands: usize,
    /// Timers that fired by themselves, at night.
    pub fired: usize,
    /// What could not be done, and why. There should be none.
    pub refused: Vec<String>,
    /// The children that a case is about, by the case.
    pub child_of: BTreeMap<u64, u64>,
}

/// Of a hundred children, this many have a payment when the year begins.
const STOCK: u64 = 85;

fn stock(plan: Plan) -> u64 {
    (plan.children * STOCK).div_ceil(100)
}

/// The children of a plan: the first that its dice are thrown for.
pub fn invent(plan: Plan, dice: &mut Dice) -> Vec<Child> {
    (0..plan.children).map(|number| Child::invent(number, plan.first, number < stock(plan), dice)).collect()
}

/// Lives a year, in memory.
pub fn live(atlas: &Arc<CheckedAtlas>, plan: Plan) -> Result<Lived, Box<dyn Error>> {
    let calendar = atlas.calendars().get(atlas.default_calendar()).ok_or("the atlas has no calendar")?;
    let diary = Diary::new(atlas.zone(), calendar.clone());
    let mut dice = Dice::new(plan.seed);
    let stock = stock(plan);
    let children = invent(plan, &mut dice);
    let all = happenings(plan.children, stock, plan.first, plan.last, &diary, &mut dice);
    let begin = diary.midnight(plan.first);
    let mut engine = Engine::new(Casebook::in_memory(begin)?, Some(atlas.clone()), Some(begin))?;
    // All of them: each child's cases come up again and again.
    engine.keep_up_to(usize::MAX);
    let answers = Answers::read()?;
    let lived = Lived { engine, commands: 0, fired: 0, refused: Vec::new(), child_of: BTreeMap::new() };
    let mut year = Year {
        lived,
        atlas: atlas.clone(),
        diary,
        answers,
        dice,
        children,
        paid: BTreeMap::new(),
        looks: BTreeMap::new(),
        queue: BinaryHeap::new(),
    };
    year.run(all, begin, plan)?;
    Ok(year.lived)
}

struct Year {
    lived: Lived,
    atlas: Arc<CheckedAtlas>,
    diary: Diary,
    answers: Answers,
    dice: Dice,
    children: Vec<Child>,
    /// Children whose payment is in force, or was when it was last seen, with that case.
    paid: BTreeMap<u64, CaseNumber>,
    /// For which stay of a case at a step somebody's look is planned.
    looks: BTreeMap<u64, (String, DateTime<Utc>)>,
    /// When somebody looks at which case.
    queue: BinaryHeap<Reverse<(DateTime<Utc>, u64)>>,
}

impl Year {
    fn run(&mut self, all: Vec<Happening>, begin: DateTime<Utc>, plan: Plan) -> Result<(), Box<dyn Error>> {
        let end = self.diary.midnight(plan.last) + TimeDelta::hours(17);
        let mut all = all.into_iter().peekable();
        let mut night = begin;
        loop {
            let opens = all.peek().map(|happening| happening.at);
            let looks = self.queue.peek().map(|Reverse((at, _))| *at);
            let next = [opens, looks, Some(night)].into_iter().flatten().min().unwrap_or(end);
            if next > end {
                break;
            }
            self.lived.engine.set_time(Some(next))?;
            if next == night {
                self.tick()?;
                night = self.diary.midnight(self.diary.day(night + TimeDelta::hours(30)));
            } else if Some(next) == opens {
                if let Some(happening) = all.next() {
                    self.open(&happening)?;
                }
            } else if let Some(Reverse((_, case))) = self.queue.pop() {
                self.look(case, next)?;
            }
        }
        self.lived.engine.set_time(Some(end))?;
        self.tick()
    }

    /// What fires by itself, as at night.
    fn tick(&mut self) -> Result<(), Box<dyn Error>> {
        let report = self.lived.engine.tick(|_, _| {})?;
        self.lived.fired += report.fired.len();
        if let Some(fault) = report.faults.into_iter().next() {
            return Err(fault.into());
        }
        let mut cases: Vec<CaseNumber> = report.fired.iter().map(|fired| fired.case).collect();
        cases.sort();
        cases.dedup();
        cases.into_iter().try_for_each(|case| self.meet(case))
    }

    fn open(&mut self, happening: &Happening) -> Result<(), Box<dyn Error>> {
        let Some(machine) = self.atlas.machine(happening.map).cloned() else {
            return Err(format!("there is no map `{}`", happening.map).into());
        };
        let about_a_child = machine.map().record.contains_key("ics_number");
        let child = match happening.child {
            None if about_a_child => match self.somebody_paid()? {
                Some(child) => Some(child),
                None => return Ok(()),
            },
            child => child,
        };
        let start = match happening.entry {
            Some(entry) => machine.step(entry),
            None => machine.map().usual_start(),
        };
        let Some(start) = start else { return Err(format!("`{}` has no such start", happening.map).into()) };
        let filling = Filling {
            machine: &machine,
            state: None,
            child: child.and_then(|child| self.children.get(child as usize)),
            diary: &self.diary,
            answers: &self.answers,
            now: happening.at,
        };
        let record = match (happening.entry, filling.child) {
            (Some("in-force-already"), Some(child)) => child.in_force(),
            _ => {
                let mut fields = start.needs.clone();
                fields.extend(about_a_child.then(|| "ics_number".to_string()));
                let dice = &mut self.dice;
                fields.into_iter().filter_map(|name| Some((name.clone(), filling.value(&name, dice)?))).collect()
            }
        };
        let role = start.roles.first().cloned();
        let actor = staff::name(role.as_deref().unwrap_or("Admin"), child.unwrap_or(0));
        let opening =
            Opening { map: happening.map.to_string(), entry: Some(start.id.clone()), record, actor, role, at: None };
        match self.lived.engine.open(&opening, None) {
            Ok(answer) => {
                let case: CaseNumber = answer.case.parse().map_err(|_| format!("`{}` is no case", answer.case))?;
                self.lived.commands += 1;
                self.lived.child_of.extend(child.map(|child| (case.0, child)));
                self.meet(case)?;
            }
            Err(error) => self.lived.refused.push(format!("open {}: {error}", happening.map)),
        }
        Ok(())
    }

    /// A child whose payment is in force, if one comes to mind.
    fn somebody_paid(&mut self) -> Result<Option<u64>, Box<dyn Error>> {
        loop {
            let paid: Vec<(u64, CaseNumber)> = self.paid.iter().map(|(child, case)| (*child, *case)).collect();
            let Some((child, case)) = self.dice.one(&paid).copied() else { return Ok(None) };
            if self.lived.engine.view(case)?.state.is_open() {
                return Ok(Some(child));
            }
            self.paid.remove(&child);
        }
    }

    /// Plans when somebody looks at each case of a family that has come to another step.
    fn meet(&mut self, case: CaseNumber) -> Result<(), Box<dyn Error>> {
        let rows = self.lived.engine.family(case)?;
        let known = |case: &CaseNumber| self.lived.child_of.get(&case.0).copied();
        let child = known(&case).or_else(|| rows.iter().find_map(|row| known(&row.case)));
        if let Some(child) = child {
            self.lived.child_of.extend(rows.iter().map(|row| (row.case.0, child)));
            let in_force = rows.iter().find(|row| row.map == "direct-payment-in-force");
            self.paid.extend(in_force.map(|row| (child, row.case)));
        }
        rows.iter().for_each(|row| self.plan(row));
        Ok(())
    }

    fn plan(&mut self, row: &CaseRow) {
        let stay = (row.step.clone(), row.since);
        if self.looks.get(&row.case.0) == Some(&stay) {
            return;
        }
        self.looks.insert(row.case.0, stay);
        let Some(step) = self.atlas.machine(&row.map).and_then(|machine| machine.step(&row.step)) else { return };
        let now = self.lived.engine.now();
        let at = match &step.kind {
            StepKind::Link { .. } | StepKind::End { .. } => return,
            StepKind::WaitFor { comes_from: Some(_), .. } => return,
            StepKind::WaitFor { .. } => self.diary.comes(now, row.due_at, &mut self.dice),
            _ => self.diary.does(now, row.due_at.filter(|_| step.due.is_some()), &mut self.dice),
        };
        self.queue.push(Reverse((at, row.case.0)));
    }

    /// Somebody looks at a case, and does what can be done.
    fn look(&mut self, case: u64, now: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
        let Some(mut view) = self.standing(case)? else { return Ok(()) };
        if view.to_fire > 0 {
            self.tick()?;
            let Some(again) = self.standing(case)? else { return Ok(()) };
            view = again;
        }
        let Some(step) = view.machine.step(&view.state.step).cloned() else { return Ok(()) };
        if self.is_beyond_them(&view, &step, now) {
            self.queue.push(Reverse((self.diary.in_office(now + TimeDelta::days(45), &mut self.dice), case)));
            return Ok(());
        }
        let child = match self.lived.child_of.get(&case) {
            // Whoever goes on says which child it turns out to be about.
            None if step.needs.iter().any(|field| field == "ics_number") => {
                let child = self.somebody_paid()?;
                self.lived.child_of.extend(child.map(|child| (case, child)));
                child
            }
            known => known.copied(),
        };
        let Some((actor, role)) = staff::who(&view.state, &step, child.unwrap_or(0)) else {
            let what = format!("case {}: nobody may act at `{}`", view.state.case, step.id);
            self.lived.refused.push(what);
            return Ok(());
        };
        if let Some(act) = self.act(&view, &step, now)? {
            let command = Command { act, actor: actor.clone(), role: role.clone(), at: None, expect: None };
            match self.lived.engine.command(view.state.case, &command, None) {
                Ok(_) => self.lived.commands += 1,
                Err(error) => {
                    let what = format!("{} {} {}: {error}", view.state.case, view.state.opened.map, step.id);
                    self.lived.refused.push(what);
                }
            }
        }
        self.meet(view.state.case)
    }

    /// A case that stands where it stood when the look at it was planned.
    fn standing(&self, case: u64) -> Result<Option<View>, Box<dyn Error>> {
        let view = self.lived.engine.view(CaseNumber(case))?;
        let stay = (view.state.step.clone(), view.state.entered_at);
        Ok(Some(view).filter(|view| view.state.is_open() && self.looks.get(&case) == Some(&stay)))
    }

    /// Where a payment began before cases were kept, nobody may know when: it is found after some looking, or is not.
    fn is_beyond_them(&mut self, view: &View, step: &Step, now: DateTime<Utc>) -> bool {
        let child =
            self.lived.child_of.get(&view.state.case.0).and_then(|child| self.children.get_mut(*child as usize));
        let Some(child) = child.filter(|child| step.id == "supply-dates" && child.paid_since.is_none()) else {
            return false;
        };
        if self.dice.percent(8) {
            child.paid_since = Some(self.diary.day(now) - chrono::Months::new(14));
        }
        child.paid_since.is_none()
    }

    /// What is done at a step.
    fn act(&mut self, view: &View, step: &Step, now: DateTime<Utc>) -> Result<Option<Act>, Box<dyn Error>> {
        let child = self.lived.child_of.get(&view.state.case.0).and_then(|child| self.children.get(*child as usize));
        let (machine, state) = (&view.machine, Some(view.state.as_ref()));
        let filling = Filling { machine, state, child, diary: &self.diary, answers: &self.answers, now };
        Ok(deed(&self.lived.engine, view, step, &filling, &mut self.dice)?)
    }
}
