//! What a timer does when it fires. It occurred when it was due; it is recorded when it was noticed.

use mapcase_map::model::{Overdue, StepKind};

use crate::command::Fault;
use crate::event::EventBody;
use crate::number::CaseNumber;
use crate::timer::{Timer, TimerKind};
use crate::turn::Turn;

impl Turn<'_> {
    /// Fires a timer of the case. `already` is the open case for which none need be started, where one is due to start.
    pub fn fire(&mut self, timer: &Timer, already: Option<CaseNumber>) -> Result<(), Fault> {
        let at = timer.fires_at();
        match timer.kind {
            TimerKind::Deadline | TimerKind::Limit | TimerKind::By => self.pass_deadline(timer),
            TimerKind::Start => self.come_round(timer, already),
            TimerKind::Timeout | TimerKind::Until => {
                let machine = self.machine.clone();
                let step = self.here(&machine)?;
                match &step.kind {
                    StepKind::WaitFor { timeout: Some(timeout), .. } => {
                        let left = self.left(at, &None)?;
                        self.emit(EventBody::WaitLapsed(left), &None, at)?;
                        self.enter(&timeout.lapsed, at)
                    }
                    StepKind::WaitUntil { next, .. } => {
                        let left = self.left(at, &None)?;
                        self.emit(EventBody::WaitEnded(left), &None, at)?;
                        self.enter(next, at)
                    }
                    _ => Err(Fault::Inconsistent {
                        case: self.case(),
                        what: format!("a {} runs at `{}`, which is no such wait", timer.kind.word(), step.id),
                    }),
                }
            }
        }
    }

    fn pass_deadline(&mut self, timer: &Timer) -> Result<(), Fault> {
        let at = timer.fires_at();
        let machine = self.machine.clone();
        let overdue: Overdue = match timer.kind {
            TimerKind::Limit => machine.map().limits.get(&timer.id).map(|limit| limit.overdue.clone()),
            TimerKind::By => {
                machine.map().rounds.get(&timer.id).and_then(|round| round.by.as_ref()).map(|by| by.overdue.clone())
            }
            _ => machine.step(&timer.id).and_then(|step| step.due.as_ref()).map(|due| due.overdue.clone()),
        }
        .unwrap_or_default();
        let started = self.start_overdue(&overdue, &timer.id, at);
        let body = EventBody::DeadlinePassed {
            kind: timer.kind,
            id: timer.id.clone(),
            due_at: timer.due.due_at,
            tell: overdue.tell,
            started,
            go: overdue.go.clone(),
        };
        self.emit(body, &None, at)?;
        match overdue.go {
            Some(go) => self.enter(&go, at),
            None => Ok(()),
        }
    }
}
