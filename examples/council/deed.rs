//! What somebody who looks at a case does at its step.

use mapcase_case::Act;
use mapcase_case::possible::awaited_field;
use mapcase_engine::Engine;
use mapcase_engine::query::View;
use mapcase_map::model::{Step, StepKind};

use crate::child::Filling;
use crate::dice::Dice;
use crate::hands::{Supplied, Verb};

/// What is done at a step; nothing, where nothing can be.
pub fn deed(
    engine: &Engine,
    view: &View,
    step: &Step,
    filling: &Filling<'_>,
    dice: &mut Dice,
) -> Result<Option<Act>, mapcase_engine::Error> {
    let (state, machine) = (&view.state, &view.machine);
    if let Some(field) = awaited_field(state, step) {
        let value = filling.value(field, dice);
        return Ok(value.map(|value| Act::Set([(field.to_string(), value)].into())));
    }
    let reference = format!("SP-{}-{}", filling.child.map_or(0, |child| child.number), state.seq);
    let supplied = Supplied::at(machine, state, step, &reference, |name| {
        let value = filling.value(&name, dice)?;
        Some((name, value))
    });
    Ok(match &step.kind {
        StepKind::Start { .. } | StepKind::Step { .. } => Some(supplied.act(Verb::Do)),
        StepKind::WaitFor { .. } => Some(supplied.act(Verb::Receive)),
        StepKind::Decision { on: None, answers } => {
            let beside = engine.family(state.case)?;
            let open: Vec<&str> =
                beside.iter().filter(|row| row.case != state.case).map(|row| row.map.as_str()).collect();
            let answer = filling.answers.decide(state, step, answers, &open, dice);
            answer.map(|answer| supplied.act(Verb::Answer(answer)))
        }
        _ => None,
    })
}
