//! Taking a timer back: something that occurred before the timer moved the case was recorded after it.

use chrono::{DateTime, Utc};
use mapcase_map::model::{Role, StepKind};

use crate::command::{Act, Command, Fault, Refusal, RefusalKind, Stop};
use crate::decide::too_early;
use crate::event::EventBody;
use crate::family::Family;
use crate::number::CaseNumber;
use crate::state::{Before, CaseState, Status};
use crate::turn::By;

impl Family<'_> {
    /// The timer that a command takes back, if it occurred before that timer moved the case and nobody has acted since.
    pub(crate) fn timer_to_take_back(
        &self,
        case: CaseNumber,
        command: &Command,
        at: DateTime<Utc>,
    ) -> Result<Option<u64>, Stop> {
        let (named, verb) = match &command.act {
            Act::Do { step, .. } => (step.as_deref(), "do"),
            Act::Answer { step, .. } => (step.as_deref(), "answer"),
            Act::Receive { step, .. } => (step.as_deref(), "receive"),
            _ => return Ok(None),
        };
        let state = self.shared(case)?;
        if state.is_open() && at >= state.entered_at {
            return Ok(None);
        }
        let machine = self.machine(case)?;
        let fits = |step: &str| {
            named.is_none_or(|named| named == step)
                && machine.step(step).is_some_and(|step| {
                    matches!(
                        (&step.kind, verb),
                        (StepKind::Step { .. }, "do")
                            | (StepKind::Decision { on: None, .. }, "answer")
                            | (StepKind::WaitFor { .. }, "receive")
                    )
                })
        };
        let before = state
            .before
            .iter()
            .rev()
            .find(|before| fits(&before.state.step) && before.state.entered_at <= at && at < before.fired_at);
        if let Some(before) = before {
            return match self.plan(case, before.seq) {
                Err(why) => Err(too_late(&before.state.step, &why, self.library.supervisors()).into()),
                Ok(_) => Ok(Some(before.seq)),
            };
        }
        if let Some((step, _)) = state.moved.iter().find(|(step, fired_at)| fits(step) && at < **fired_at) {
            return Err(too_late(step, "somebody has acted since", self.library.supervisors()).into());
        }
        if state.is_open() {
            return Err(too_early(&format!("the case came to `{}`", state.step), state.entered_at).into());
        }
        Ok(None)
    }

    /// Whether the timer of an event can be taken back.
    pub(crate) fn may_take_back(&self, case: CaseNumber, of_seq: u64) -> bool {
        self.plan(case, of_seq).is_ok()
    }

    /// The timer that moved a case away from a call after `at`, the time of the outcome, if it can be taken back.
    pub(crate) fn moved_from_call(&self, state: &CaseState, called: CaseNumber, at: DateTime<Utc>) -> Option<u64> {
        let waited = |before: &&Before| {
            before.state.waits_for == Some(called) && before.state.entered_at <= at && at < before.fired_at
        };
        let before = state.before.iter().rev().find(waited)?;
        self.plan(state.case, before.seq).is_ok().then_some(before.seq)
    }

    /// What is taken back together with the timer of an event; the error says why it cannot be: somebody has acted on a case
    /// that was opened because of it, or on one that has gone on with the outcome of such a case.
    fn plan(&self, case: CaseNumber, of_seq: u64) -> Result<Plan, String> {
        let mut plan = Plan { back: vec![(case, of_seq)], gone: Vec::new() };
        let mut at = 0;
        while let Some((case, of_seq)) = plan.back.get(at).copied() {
            at += 1;
            let Some(state) = self.states.get(&case) else { continue };
            let came = self.came_of(state, of_seq);
            let states = || came.iter().filter_map(|case| self.states.get(case));
            // One that was withdrawn is no more in the way.
            if let Some(acted) = states().find(|state| state.acted && state.status != Status::Withdrawn) {
                return Err(format!("somebody has acted on case {}, which it opened", acted.case));
            }
            for ended in states().chain([state]).filter(|state| matches!(state.status, Status::Ended { .. })) {
                let Some(caller) = ended.opened.returns_to.and_then(|caller| self.states.get(&caller)) else {
                    continue;
                };
                let called = self.called(ended.case);
                let went_on = caller.children.iter().any(|child| child.case == called && child.returned);
                let known = caller.case == case || came.contains(&caller.case) || caller.status == Status::Withdrawn;
                if !went_on || known {
                    continue;
                }
                let before = caller.before.iter().rev().find(|before| before.state.waits_for == Some(called));
                let Some(before) = before else {
                    return Err(format!(
                        "somebody has acted on case {}, which has gone on with its outcome",
                        caller.case
                    ));
                };
                plan.back.push((caller.case, before.seq));
            }
            plan.gone.extend(came);
        }
        Ok(plan)
    }

    /// The cases that were opened because a timer moved this one, at that event or since, and all that came from those. What
    /// a limit that passed without moving the case has started holds wherever the case stands, and is not among them.
    fn came_of(&self, state: &CaseState, of_seq: u64) -> Vec<CaseNumber> {
        let direct = state.children.iter().filter(|child| child.seq >= of_seq && !child.stays);
        let mut found: Vec<CaseNumber> = direct.map(|child| child.case).collect();
        let mut at = 0;
        while let Some(case) = found.get(at).copied() {
            let children = self.states.get(&case).into_iter().flat_map(|state| &state.children);
            found.extend(children.map(|child| child.case));
            at += 1;
        }
        found
    }

    /// Takes back the timer of an event, with the outcomes that came of it, and withdraws the cases that were opened because of
    /// it.
    pub(crate) fn take_back(&mut self, case: CaseNumber, of_seq: u64, by: &By) -> Result<(), Fault> {
        let now = self.now;
        let Ok(plan) = self.plan(case, of_seq) else { return Ok(()) };
        for (back, of_seq) in plan.back {
            let by = if back == case { by } else { &None };
            let before = &self.turn(back)?.state.before;
            let step = before.iter().find(|before| before.seq == of_seq).map(|before| before.state.step.clone());
            let mut turn = self.turn(back)?;
            turn.emit_about(EventBody::TimeoutRetracted { of_seq }, step, by, now)?;
            turn.reset_rounds(now)?;
        }
        for child in plan.gone {
            let mut turn = self.turn(child)?;
            if turn.state.is_open() {
                let reason = format!("the timeout of case {case} that led here was taken back");
                turn.emit(EventBody::CaseWithdrawn { reason }, &None, now)?;
            }
        }
        Ok(())
    }
}

/// What is taken back together: cases with the event of each, and the cases that were opened because of these.
struct Plan {
    back: Vec<(CaseNumber, u64)>,
    gone: Vec<CaseNumber>,
}

fn too_late(step: &str, why: &str, supervisors: &[Role]) -> Refusal {
    let mut refusal = Refusal::new(
        RefusalKind::TooLate,
        format!("the time of `{step}` ran out before this was recorded, and that cannot be taken back: {why}"),
        "the way out is that a supervisor rewinds the case, which this version cannot do yet: add a note that says what came when",
    );
    refusal.may_act = supervisors.to_vec();
    refusal
}
