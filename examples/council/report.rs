//! What became of the year, and whether any case is stuck.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;

use mapcase_case::possible::possible;
use mapcase_case::{CaseNumber, TimerKind};
use mapcase_engine::Engine;
use mapcase_engine::query::{ListFilter, View};
use mapcase_map::model::StepKind;

use crate::staff;
use crate::year::Lived;

/// An open case that nobody may go on with and that nothing will move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The case.
    pub case: CaseNumber,
    /// Its map.
    pub map: String,
    /// The step at which it stands.
    pub step: String,
}

/// What became of a year.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Cases by map and by status.
    pub cases: BTreeMap<String, BTreeMap<String, usize>>,
    /// Open cases that are late.
    pub late: usize,
    /// Open cases at which somebody may act.
    pub may_act: usize,
    /// Open cases that only a timer will move.
    pub timed: usize,
    /// Open cases that wait for an open case that they called, or for the end of another.
    pub waiting: usize,
    /// Open cases that are exceptions to a control, by the control.
    pub exceptions: BTreeMap<String, BTreeSet<CaseNumber>>,
    /// Open cases that are stuck.
    pub stuck: Vec<Stuck>,
}

/// Why an open case is not stuck.
enum Goes {
    MayAct,
    Timed,
    Waits,
}

impl Report {
    /// Looks at every case of a year.
    pub fn of(lived: &Lived) -> Result<Report, Box<dyn Error>> {
        let engine = &lived.engine;
        let mut report = Report::default();
        let rows = engine.list(&ListFilter::default())?;
        for row in &rows {
            *report.cases.entry(row.map.clone()).or_default().entry(row.status.clone()).or_default() += 1;
        }
        let open: Vec<_> = rows.iter().filter(|row| row.status == "open").collect();
        report.late = open.iter().filter(|row| row.late).count();
        let views = open.iter().map(|row| engine.view(row.case)).collect::<Result<Vec<View>, _>>()?;
        let called: BTreeSet<CaseNumber> = views.iter().filter_map(|view| view.state.opened.returns_to).collect();
        let on_list: BTreeSet<CaseNumber> =
            engine.work(None, None)?.into_iter().filter(|row| row.why == "act").map(|row| row.case.case).collect();
        for view in views {
            let child = lived.child_of.get(&view.state.case.0).copied().unwrap_or(0);
            match goes_on(&view, on_list.contains(&view.state.case), &called, child) {
                Some(Goes::MayAct) => report.may_act += 1,
                Some(Goes::Timed) => report.timed += 1,
                Some(Goes::Waits) => report.waiting += 1,
                None => report.stuck.push(Stuck {
                    case: view.state.case,
                    map: view.state.opened.map.clone(),
                    step: view.state.step.clone(),
                }),
            }
        }
        report.exceptions = exceptions(engine)?;
        Ok(report)
    }

    /// How many cases there are.
    pub fn count(&self) -> usize {
        self.cases.values().flat_map(BTreeMap::values).sum()
    }
}

fn exceptions(engine: &Engine) -> Result<BTreeMap<String, BTreeSet<CaseNumber>>, Box<dyn Error>> {
    let atlas = engine.shelf().atlas().ok_or("the maps are gone")?;
    let counted = engine.count_controls()?;
    let of = |control: &String| -> BTreeSet<CaseNumber> {
        let found = atlas.carriers(control).into_iter().flat_map(|carrier| counted.exceptions(&carrier));
        found.map(|exception| exception.case).collect()
    };
    let all = atlas.controls().keys().map(|control| (control.clone(), of(control)));
    Ok(all.filter(|(_, cases)| !cases.is_empty()).collect())
}

fn goes_on(view: &View, is_on_list: bool, called: &BTreeSet<CaseNumber>, child: u64) -> Option<Goes> {
    let state = &view.state;
    let step = view.machine.step(&state.step)?;
    let may = !possible(&view.machine, state).is_empty() && staff::who(state, step, child).is_some();
    if let StepKind::WaitFor { comes_from: Some(_), .. } = &step.kind {
        return Some(Goes::Waits);
    }
    if is_on_list && may {
        return Some(Goes::MayAct);
    }
    let moves = |kind| matches!(kind, TimerKind::Timeout | TimerKind::Until);
    if state.timers.iter().any(|timer| moves(timer.kind) && !timer.passed) {
        return Some(Goes::Timed);
    }
    called.contains(&state.case).then_some(Goes::Waits)
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:<42} {:>6} {:>6} {:>11} {:>6}", "map", "open", "ended", "handed over", "all")?;
        let mut sums = [0; 4];
        for (map, by_status) in &self.cases {
            let of = |status: &str| by_status.get(status).copied().unwrap_or(0);
            let row = [of("open"), of("ended"), of("handed-over"), by_status.values().sum()];
            sums.iter_mut().zip(row).for_each(|(sum, one)| *sum += one);
            writeln!(out, "{map:<42} {:>6} {:>6} {:>11} {:>6}", row[0], row[1], row[2], row[3])?;
        }
        writeln!(out, "{:<42} {:>6} {:>6} {:>11} {:>6}", "all", sums[0], sums[1], sums[2], sums[3])?;
        writeln!(
            out,
            "open: {} that somebody may go on with, {} that wait for a time, {} for another case",
            self.may_act, self.timed, self.waiting
        )?;
        writeln!(out, "late: {}", self.late)?;
        let cases: BTreeSet<&CaseNumber> = self.exceptions.values().flatten().collect();
        writeln!(out, "exceptions: {} cases, to {} controls", cases.len(), self.exceptions.len())?;
        for stuck in &self.stuck {
            writeln!(out, "stuck: case {} ({}) at {}", stuck.case, stuck.map, stuck.step)?;
        }
        write!(out, "stuck: {}", self.stuck.len())
    }
}
