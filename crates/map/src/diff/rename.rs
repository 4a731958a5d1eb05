//! Renames: a step, field or limit that has another id while all else of it is the same.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{
    Anchor, Deadline, FieldId, Flow, Limit, LinkMode, Map, Overdue, Round, Step, StepId, StepKind, Timeout,
};

/// Old ids and the new ones, of what was only renamed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Steps.
    pub steps: BTreeMap<StepId, StepId>,
    /// Fields of the record.
    pub fields: BTreeMap<FieldId, FieldId>,
    /// Limits.
    pub limits: BTreeMap<String, String>,
    /// What comes round.
    pub rounds: BTreeMap<String, String>,
}

/// What stands for every id that only one of two maps has, while it is not known which belong together.
const ONE_OF_THEM: &str = "?";

impl Renames {
    /// What was renamed from one map to another. Two things belong together if they are alike but for their ids, and no third
    /// thing is like them.
    pub fn between(before: &Map, after: &Map) -> Renames {
        let mut renames = Renames::default();
        let gone = before.record.iter().filter(|(id, _)| !after.record.contains_key(*id));
        let new = after.record.iter().filter(|(id, _)| !before.record.contains_key(*id));
        renames.fields = pairs(gone, new);
        renames.find_steps(before, after);
        let old = renames.apply(before);
        let gone = old.limits.iter().filter(|(id, _)| !after.limits.contains_key(*id));
        renames.limits = pairs(gone, after.limits.iter().filter(|(id, _)| !before.limits.contains_key(*id)));
        let gone = old.rounds.iter().filter(|(id, _)| !after.rounds.contains_key(*id));
        renames.rounds = pairs(gone, after.rounds.iter().filter(|(id, _)| !before.rounds.contains_key(*id)));
        renames
    }

    fn find_steps(&mut self, before: &Map, after: &Map) {
        let (old, new) = (by_id(before), by_id(after));
        let only = |of: &BTreeMap<&StepId, &Step>, other: &BTreeMap<&StepId, &Step>| -> BTreeMap<StepId, StepId> {
            of.keys().filter(|id| !other.contains_key(*id)).map(|id| ((*id).clone(), ONE_OF_THEM.to_string())).collect()
        };
        let (gone, come) = (only(&old, &new), only(&new, &old));
        if gone.is_empty() || come.is_empty() {
            return;
        }
        let masked = |steps: &BTreeMap<&StepId, &Step>, names: BTreeMap<StepId, StepId>, fields| {
            let hide = Renames { steps: names, fields, ..Renames::default() };
            let found = hide.steps.keys().filter_map(|id| Some((id.clone(), hide.step(steps.get(id)?))));
            found.collect::<Vec<_>>()
        };
        let (masked_old, masked_new) = (masked(&old, gone, self.fields.clone()), masked(&new, come, BTreeMap::new()));
        self.steps =
            pairs(masked_old.iter().map(|(id, step)| (id, step)), masked_new.iter().map(|(id, step)| (id, step)));
        // A pair holds only if it is alike also with the names that the pairs give; each that falls may take others along.
        loop {
            let fits = |(from, to): (&String, &String)| match (old.get(from), new.get(to)) {
                (Some(old), Some(new)) => meaning(&self.step(old)) == meaning(*new),
                _ => false,
            };
            let wrong: Vec<String> =
                self.steps.iter().filter(|pair| !fits(*pair)).map(|(from, _)| from.clone()).collect();
            if wrong.is_empty() {
                return;
            }
            wrong.iter().for_each(|from| drop(self.steps.remove(from)));
        }
    }

    /// The new id of a step.
    pub fn step_id(&self, id: &str) -> StepId {
        name(&self.steps, id)
    }

    /// The new id of a field.
    pub fn field_id(&self, id: &str) -> FieldId {
        name(&self.fields, id)
    }

    /// The map with the new names everywhere.
    pub fn apply(&self, map: &Map) -> Map {
        let mut map = map.clone();
        map.steps = map.steps.iter().map(|step| self.step(step)).collect();
        map.record = map.record.into_iter().map(|(id, field)| (self.field_id(&id), field)).collect();
        let limits = std::mem::take(&mut map.limits);
        map.limits = limits
            .into_iter()
            .map(|(id, limit)| {
                let (from, to) = (self.step_id(&limit.from), self.step_id(&limit.to));
                let overdue = self.overdue(&limit.overdue);
                (name(&self.limits, &id), Limit { from, to, overdue, ..limit })
            })
            .collect();
        let rounds = std::mem::take(&mut map.rounds);
        map.rounds = rounds.into_iter().map(|(id, round)| (name(&self.rounds, &id), self.round(round))).collect();
        map.subject = map.subject.as_ref().map(|field| self.field_id(field));
        map
    }

    fn round(&self, round: Round) -> Round {
        let by = round.by.as_ref().map(|by| self.deadline(by));
        let (anchor, carries) = (self.anchor(&round.anchor), self.fields_of(&round.carries));
        Round { by, anchor, carries, sets: round.sets.as_ref().map(|field| self.field_id(field)), ..round }
    }

    fn deadline(&self, due: &Deadline) -> Deadline {
        Deadline { within: due.within.clone(), anchor: self.anchor(&due.anchor), overdue: self.overdue(&due.overdue) }
    }

    fn step(&self, step: &Step) -> Step {
        Step {
            id: self.step_id(&step.id),
            kind: self.kind(&step.kind),
            needs: self.fields_of(&step.needs),
            not_by: step.not_by.iter().map(|id| self.step_id(id)).collect(),
            due: step.due.as_ref().map(|due| self.deadline(due)),
            sends: self.flow(step.sends.as_ref()),
            receives: self.flow(step.receives.as_ref()),
            ..step.clone()
        }
    }

    fn kind(&self, kind: &StepKind) -> StepKind {
        let to = |id: &StepId| self.step_id(id);
        let all = |ways: &BTreeMap<String, StepId>| ways.iter().map(|(why, id)| (why.clone(), to(id))).collect();
        match kind {
            StepKind::Start { from, next } => StepKind::Start { from: from.clone(), next: to(next) },
            StepKind::Step { next } => StepKind::Step { next: to(next) },
            StepKind::Decision { on, answers } => {
                StepKind::Decision { on: on.as_ref().map(|field| self.field_id(field)), answers: all(answers) }
            }
            StepKind::WaitFor { what, timeout, comes_from, received } => StepKind::WaitFor {
                what: what.clone(),
                timeout: timeout.as_ref().map(|timeout| Timeout {
                    within: timeout.within.clone(),
                    anchor: self.anchor(&timeout.anchor),
                    lapsed: to(&timeout.lapsed),
                }),
                comes_from: comes_from.clone(),
                received: to(received),
            },
            StepKind::WaitUntil { after, anchor, next } => {
                StepKind::WaitUntil { after: after.clone(), anchor: self.anchor(anchor), next: to(next) }
            }
            StepKind::Link { to: map, carries, entry, mode } => StepKind::Link {
                to: map.clone(),
                carries: self.fields_of(carries),
                entry: entry.clone(),
                mode: match mode {
                    LinkMode::HandOver => LinkMode::HandOver,
                    LinkMode::Call { outcomes } => LinkMode::Call { outcomes: all(outcomes) },
                    LinkMode::Start { next } => LinkMode::Start { next: to(next) },
                },
            },
            StepKind::End { outcome } => StepKind::End { outcome: outcome.clone() },
        }
    }

    fn fields_of(&self, fields: &[FieldId]) -> Vec<FieldId> {
        fields.iter().map(|field| self.field_id(field)).collect()
    }

    fn anchor(&self, anchor: &Anchor) -> Anchor {
        match anchor {
            Anchor::Entering => Anchor::Entering,
            Anchor::Step(id) => Anchor::Step(self.step_id(id)),
            Anchor::Field(id) => Anchor::Field(self.field_id(id)),
        }
    }

    fn overdue(&self, overdue: &Overdue) -> Overdue {
        Overdue { go: overdue.go.as_ref().map(|id| self.step_id(id)), ..overdue.clone() }
    }

    fn flow(&self, flow: Option<&Flow>) -> Option<Flow> {
        flow.map(|flow| Flow { party: flow.party.clone(), what: self.fields_of(&flow.what) })
    }
}

fn name(names: &BTreeMap<String, String>, id: &str) -> String {
    names.get(id).map_or(id, String::as_str).to_string()
}

fn by_id(map: &Map) -> BTreeMap<&StepId, &Step> {
    map.steps.iter().map(|step| (&step.id, step)).collect()
}

/// What serde writes of a step, a field or a limit is its meaning without its id.
fn meaning(thing: &impl Serialize) -> String {
    serde_json::to_string(thing).unwrap_or_default()
}

/// The pairs that are alike and like no other.
fn pairs<'t, T: Serialize + 't>(
    gone: impl Iterator<Item = (&'t String, &'t T)>,
    new: impl Iterator<Item = (&'t String, &'t T)>,
) -> BTreeMap<String, String> {
    let mut alike: BTreeMap<String, (Vec<&String>, Vec<&String>)> = BTreeMap::new();
    gone.for_each(|(id, thing)| alike.entry(meaning(thing)).or_default().0.push(id));
    new.for_each(|(id, thing)| alike.entry(meaning(thing)).or_default().1.push(id));
    let pair = |ids: &(Vec<&String>, Vec<&String>)| match (&ids.0[..], &ids.1[..]) {
        ([from], [to]) => Some(((*from).clone(), (*to).clone())),
        _ => None,
    };
    alike.values().filter_map(pair).collect()
}
