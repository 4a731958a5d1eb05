//! How a person does what a step asks for: with all that is missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use mapcase_case::possible::missing;
use mapcase_case::{Act, Attachment, CaseState};
use mapcase_map::model::{Step, StepKind};
use mapcase_map::{CheckedAtlas, Machine};

/// All that a step needs before it can be left.
#[derive(Clone, Debug)]
pub struct Supplied {
    set: BTreeMap<String, String>,
    check_off: Vec<String>,
    attach: Vec<Attachment>,
}

/// What a person does with it.
#[derive(Clone, Debug)]
pub enum Verb {
    /// The step.
    Do,
    /// Answers so.
    Answer(String),
    /// Records that it came.
    Receive,
}

impl Supplied {
    /// What is missing at a step: `value` says what a field is to hold, `reference` where a document is kept.
    pub fn at(
        machine: &Machine,
        state: &CaseState,
        step: &Step,
        reference: &str,
        value: impl FnMut(String) -> Option<(String, String)>,
    ) -> Supplied {
        let missing = missing(machine, state, step);
        let of = |kind: &'static str| {
            missing.iter().filter(move |missing| missing.kind == kind).map(|missing| missing.id.clone())
        };
        let attach = |name| Attachment { reference: reference.to_string(), sha256: None, name };
        Supplied {
            set: of("field").filter_map(value).collect(),
            check_off: of("item").collect(),
            attach: of("evidence").map(attach).collect(),
        }
    }

    /// The act by which all of it is supplied and the step is left.
    pub fn act(self, verb: Verb) -> Act {
        let Supplied { set, check_off, attach } = self;
        match verb {
            Verb::Do => Act::Do { step: None, set, check_off, attach },
            Verb::Answer(answer) => Act::Answer { step: None, answer, set, check_off, attach },
            Verb::Receive => Act::Receive { step: None, set, attach },
        }
    }
}

/// The starts at which a person opens a case.
pub fn openable(atlas: &CheckedAtlas) -> Vec<(Arc<Machine>, Step)> {
    let by_hand = |start: &&Step| matches!(&start.kind, StepKind::Start { from, .. } if from.is_empty());
    let starts = atlas.machines().values().flat_map(|machine| {
        machine.map().starts().filter(by_hand).map(|start| (machine.clone(), start.clone())).collect::<Vec<_>>()
    });
    starts.collect()
}
