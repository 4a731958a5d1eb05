//! From drafts to what the maps of an atlas share: registers of controls, the risk rule.

use std::collections::BTreeMap;

use super::build::{text, texts_of};
use super::view::Atlas;
use crate::controls::{Control, LateOf, Register, Report};
use crate::read::{ControlsDraft, ExceptionDraft, LateDraft, RiskDraft};
use crate::risk::Risk;

/// A register, with the references of its controls; none where it has no id.
pub(super) fn register(draft: &ControlsDraft) -> Option<Register> {
    let id = text(&draft.id)?;
    let items = draft.items.iter().map(|item| item.id.text.clone()).collect();
    Some(Register { title: draft.title.clone().unwrap_or_else(|| id.clone()), id, items })
}

/// The controls of every register by their references.
pub(super) fn controls(atlas: &Atlas<'_>) -> BTreeMap<String, Control> {
    let items = atlas.controls.iter().flat_map(|register| &register.items);
    let control = items.map(|item| {
        let reports = item.exceptions.iter().map(report).collect();
        (item.id.text.clone(), Control { title: item.title.clone(), binds: texts_of(&item.binds), reports })
    });
    control.collect()
}

fn report(draft: &ExceptionDraft) -> Report {
    Report {
        id: draft.id.text.clone(),
        title: draft.title.clone().unwrap_or_else(|| draft.id.text.clone()),
        cases: texts_of(&draft.cases),
        without: texts_of(&draft.without),
        late: match &draft.late {
            LateDraft::Unasked => LateOf::Nothing,
            LateDraft::Any => LateOf::Anything,
            LateDraft::These(these) => LateOf::These(texts_of(these)),
        },
    }
}

/// An entry of the risk rule.
pub(super) fn risk(draft: &RiskDraft) -> Option<Risk> {
    Some(Risk {
        title: draft.title.clone()?,
        maps: texts_of(&draft.maps),
        themes: texts_of(&draft.themes),
        fields: draft.fields.iter().map(|(field, values)| (field.text.clone(), texts_of(values))).collect(),
        late: draft.late,
    })
}
