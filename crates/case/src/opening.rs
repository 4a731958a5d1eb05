//! Opening cases: by a person, or because a link or a deadline of another case asks for one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mapcase_map::Machine;
use mapcase_map::model::{Step, StepKind};

use crate::command::{Fault, Opening, Refusal, RefusalKind, Stop};
use crate::decide::{field_of, kept, named_actor};
use crate::event::{Event, EventBody, Opened};
use crate::family::Family;
use crate::number::CaseNumber;
use crate::possible::missing;
use crate::state::CaseState;
use crate::turn::{Birth, By};

impl Family<'_> {
    /// Opens a case for a person: among the cases of the family, if it has any, and otherwise as the first of its own.
    pub fn open(&mut self, opening: &Opening) -> Result<CaseNumber, Stop> {
        self.settle()?;
        named_actor(&opening.actor)?;
        let at = self.occurred(opening.at)?;
        let machine = self.library.current(&opening.map).map_err(|why| {
            Refusal::new(
                RefusalKind::NoMap,
                format!("no case can be opened in `{}`: {why}", opening.map),
                "see `mapcase map list`",
            )
        })?;
        let case = CaseNumber(self.free);
        let root = self.states.values().next().map_or(case, |state| state.opened.root);
        let start = entry(&machine, opening)?;
        let by = opener(opening, start)?;
        let mut record = BTreeMap::new();
        for (name, text) in &opening.record {
            let field = field_of(&machine.map().record, name)?;
            record.insert(name.clone(), kept(field, name, text)?);
        }
        self.free += 1;
        let opened = Opened {
            case,
            map: opening.map.clone(),
            revision: machine.map().revision,
            digest: machine.digest().to_string(),
            root,
            origin: None,
            returns_to: None,
            simulated: self.library.is_simulated(),
            record,
        };
        self.begin(opened, &start.id, &by, at)?;
        let lacking = self.states.get(&case).map(|state| missing(&machine, state, start)).unwrap_or_default();
        if !lacking.is_empty() {
            let message = format!("a case of `{}` cannot be opened at `{}` yet", opening.map, start.id);
            let mut refusal = Refusal::new(RefusalKind::Missing, message, "give these when opening, as in field=value");
            refusal.missing = lacking.iter().map(|missing| format!("{} ({}=…)", missing.title, missing.id)).collect();
            refusal.may_act = start.roles.clone();
            return Err(refusal.into());
        }
        self.do_start(case, &by, at)?;
        self.settle()?;
        Ok(case)
    }

    /// Opens a case that a link or a deadline of another case asks for.
    pub(crate) fn bear(&mut self, birth: Birth) -> Result<(), Fault> {
        let from = birth.origin.case;
        let no_map = |why: String| Fault::Map { case: from, map: birth.map.clone(), why };
        let machine = self.library.current(&birth.map).map_err(no_map)?;
        let start = machine.map().entry_for(&birth.origin.map, birth.entry.as_deref());
        let start =
            start.cloned().ok_or_else(|| no_map(format!("it has no start for cases from `{}`", birth.origin.map)))?;
        let root = self.states.get(&from).map_or(from, |state| state.opened.root);
        let opened = Opened {
            case: birth.case,
            map: birth.map.clone(),
            revision: machine.map().revision,
            digest: machine.digest().to_string(),
            root,
            origin: Some(birth.origin),
            returns_to: birth.returns_to,
            simulated: self.library.is_simulated(),
            record: birth.record,
        };
        self.begin(opened, &start.id, &None, birth.at)?;
        let ready = self.states.get(&birth.case).is_some_and(|state| missing(&machine, state, &start).is_empty());
        // A start that needs more than was carried stands until somebody supplies it.
        if !ready {
            return Ok(());
        }
        self.do_start(birth.case, &None, birth.at)
    }

    fn begin(&mut self, opened: Opened, start: &str, by: &By, at: DateTime<Utc>) -> Result<(), Fault> {
        let case = opened.case;
        let event = Event {
            seq: 1,
            body: EventBody::CaseOpened(opened),
            step: Some(start.to_string()),
            actor: by.as_ref().map(|(actor, _)| actor.clone()),
            role: by.as_ref().and_then(|(_, role)| role.clone()),
            occurred_at: at,
            recorded_at: self.now,
        };
        let state = CaseState::open(&event).map_err(|source| Fault::Broken { case, source })?;
        self.states.insert(case, state.into());
        self.events.push((case, event));
        Ok(())
    }

    /// Does the start at which a case stands.
    fn do_start(&mut self, case: CaseNumber, by: &By, at: DateTime<Utc>) -> Result<(), Fault> {
        let mut turn = self.turn(case)?;
        let machine = turn.machine.clone();
        let start = turn.here(&machine)?;
        let StepKind::Start { next, .. } = &start.kind else { return Ok(()) };
        let left = turn.left(at, by)?;
        turn.emit(EventBody::StepDone(left), by, at)?;
        turn.enter(next, at)?;
        let effects = turn.effects;
        self.spread(effects)
    }
}

/// The start of an opening: the one that is named, or the one to which no map leads, or the only one.
fn entry<'m>(machine: &'m Machine, opening: &Opening) -> Result<&'m Step, Refusal> {
    let starts: Vec<_> = machine.map().starts().collect();
    let list = || starts.iter().map(|start| format!("--entry {}", start.id)).collect::<Vec<_>>().join(" or ");
    if let Some(entry) = &opening.entry {
        let found = starts.iter().find(|start| start.id == *entry).copied();
        return found.ok_or_else(|| {
            Refusal::new(
                RefusalKind::Unknown,
                format!("`{}` has no start `{entry}`", opening.map),
                format!("say {}", list()),
            )
        });
    }
    machine.map().usual_start().ok_or_else(|| {
        let message = format!("`{}` has several starts", opening.map);
        Refusal::new(RefusalKind::Unknown, message, format!("say which: {}", list()))
    })
}

fn opener(opening: &Opening, start: &Step) -> Result<By, Refusal> {
    match &opening.role {
        Some(role) if !start.roles.is_empty() && !start.roles.contains(role) => {
            let message = format!("{role} may not open a case at `{}` ({})", start.id, start.title);
            let help = format!("it is for {}", start.roles.join(" or "));
            let mut refusal = Refusal::new(RefusalKind::WrongRole, message, help);
            refusal.may_act = start.roles.clone();
            Err(refusal)
        }
        Some(role) => Ok(Some((opening.actor.clone(), Some(role.clone())))),
        None => Ok(Some((opening.actor.clone(), start.roles.first().cloned()))),
    }
}
