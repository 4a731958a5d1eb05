//! From drafts without errors to the checked atlas.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use chrono_tz::Tz;

use super::view::{Atlas, MapView};
use super::{shared, stories};
use crate::atlas::{CheckedAtlas, Made, Shared};
use crate::diagnostic::{Diagnostic, Severity};
use crate::machine::Machine;
use crate::model::{
    About, Anchor, ComesFrom, Deadline, Field, FieldType, Flow, Limit, LinkMode, Map, Overdue, Reading, Round, Step,
    StepKind, TO_BE_CONFIRMED, Timeout,
};
use crate::read::{
    AtlasDraft, DocumentDraft, FieldDraft, FlowDraft, KindWord, LimitDraft, MapDraft, OverdueDraft, RoundDraft,
    StepDraft, UntilDraft, Word,
};
use crate::rules;
use crate::scenarios::Scenarios;

/// Builds the checked atlas of every map that has no error. A draft without a finding that is still not whole is a gap in
/// the checker; it is reported as one, and the map does not run.
pub(super) fn build(atlas: &Atlas<'_>, findings: &mut Vec<Diagnostic>) -> Option<CheckedAtlas> {
    let top = atlas.atlas?;
    let in_error: BTreeSet<String> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.place.file.to_string())
        .collect();
    if in_error.contains(&**top.source.path()) {
        return None;
    }
    let zone = top.zone?;
    let calendar = text(&top.calendar)?;
    let calendars: BTreeMap<String, _> = atlas
        .calendars
        .iter()
        .filter(|draft| !in_error.contains(&**draft.source.path()))
        .filter_map(|draft| draft.calendar.clone())
        .map(|calendar| (calendar.id.clone(), Arc::new(calendar)))
        .collect();
    if !calendars.contains_key(&calendar) {
        return None;
    }
    let mut machines: BTreeMap<String, Arc<Machine>> = BTreeMap::new();
    let mut stopped = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for view in &atlas.maps {
        let draft = view.draft;
        let file = draft.source.path().to_string();
        let map = if in_error.contains(&file) { None } else { build_map(view, top, zone, &calendar) };
        match map {
            // The calendar's own file has the errors.
            Some(map) if !calendars.contains_key(&map.calendar) => {
                stopped.insert(map.id, file);
            }
            Some(map) => {
                texts.insert(map.id.clone(), draft.source.text().to_string());
                machines.insert(map.id.clone(), Arc::new(Machine::new(map)));
            }
            None => {
                if !in_error.contains(&file) {
                    findings.push(incomplete(draft));
                }
                stopped.insert(draft.id.text.clone(), file);
            }
        }
    }
    let shared = Shared {
        id: text(&top.id)?,
        title: top.title.clone()?,
        zone,
        calendar,
        calendars,
        supervisors: texts_of(&top.supervisors),
        roles: pairs(&top.roles),
        themes: pairs(&top.themes),
        theme_order: top.themes.iter().map(|(id, _)| id.text.clone()).collect(),
        origins: pairs(&top.origins),
        risk: top.risk.iter().filter_map(shared::risk).collect(),
        registers: atlas.controls.iter().filter_map(|register| shared::register(register)).collect(),
        controls: shared::controls(atlas),
        documents: top.documents.iter().map(|document| (document.id.text.clone(), cited(document))).collect(),
        stopped,
        digests: machines.iter().map(|(id, machine)| (id.clone(), machine.digest().to_string())).collect(),
        subject_title: machines.values().find_map(|machine| subject_title(machine.map())),
    };
    let (scenarios, stopped_scenarios) = build_scenarios(atlas, zone, &in_error);
    let made = Made { machines, texts, scenarios, stopped_scenarios };
    Some(CheckedAtlas { shared, made: made.into(), compiled: None, all: OnceLock::new() })
}

fn subject_title(map: &Map) -> Option<String> {
    map.subject.as_ref().map(|field| map.field_title(field).to_string())
}

/// A scenarios file that errors stop, and its map.
type Stopped = (String, Option<String>);

/// The stories that can be run, and the files that errors keep from it.
fn build_scenarios(atlas: &Atlas<'_>, zone: Tz, in_error: &BTreeSet<String>) -> (Vec<Scenarios>, Vec<Stopped>) {
    let mut built = Vec::new();
    let mut stopped = Vec::new();
    for draft in &atlas.scenarios {
        let file = draft.source.path().to_string();
        match stories::build(draft, zone).filter(|_| !in_error.contains(&file)) {
            Some(scenarios) => built.push(scenarios),
            None => stopped.push((file, text(&draft.map))),
        }
    }
    (built, stopped)
}

/// A document as people cite it: title, version, date.
fn cited(document: &DocumentDraft) -> String {
    let title = document.title.clone().unwrap_or_else(|| document.id.text.clone());
    let parts = [Some(title), document.version.clone(), document.date.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn incomplete(draft: &MapDraft) -> Diagnostic {
    let place = draft.source.place(draft.id.span);
    let help = "nothing else was found: please report this as a fault of mapcase";
    rules::finding(&rules::text::missing_key::RULE, place, "this map is not whole and cannot run", help)
}

pub(super) fn text(word: &Option<Word>) -> Option<String> {
    word.as_ref().map(|word| word.text.clone())
}

pub(super) fn texts_of(words: &[Word]) -> Vec<String> {
    words.iter().map(|word| word.text.clone()).collect()
}

pub(super) fn pairs<C: FromIterator<(String, String)>>(pairs: &[(Word, Word)]) -> C {
    pairs.iter().map(|(key, value)| (key.text.clone(), value.text.clone())).collect()
}

fn build_map(view: &MapView<'_>, top: &AtlasDraft, zone: Tz, calendar: &str) -> Option<Map> {
    let draft = view.draft;
    let mut limits = BTreeMap::new();
    for limit in &draft.limits {
        limits.insert(limit.id.text.clone(), build_limit(limit)?);
    }
    let mut rounds = BTreeMap::new();
    for round in &draft.rounds {
        rounds.insert(round.id.text.clone(), build_round(view, round)?);
    }
    let mut record = BTreeMap::new();
    for field in &draft.record {
        record.insert(field.id.text.clone(), build_field(field)?);
    }
    let subject = text(&top.subject).filter(|subject| record.get(subject).is_some_and(Field::can_be_subject));
    Some(Map {
        id: draft.id.text.clone(),
        title: draft.title.clone()?,
        revision: draft.revision?,
        owner: text(&draft.owner)?,
        zone,
        calendar: text(&draft.calendar).unwrap_or_else(|| calendar.to_string()),
        record,
        steps: draft.steps.iter().map(|step| build_step(view, step)).collect::<Option<Vec<_>>>()?,
        limits,
        rounds,
        subject,
        about: About {
            theme: text(&draft.theme)?,
            review_by: Some(draft.review_by?.0),
            document: text(&draft.document)?,
            reading: match draft.reading.as_ref()?.text.as_str() {
                "transcribed" => Reading::Transcribed,
                "reconstructed" => Reading::Reconstructed,
                _ => Reading::Placeholder,
            },
            notes: draft.notes.clone(),
            controls: texts_of(&draft.controls),
            file: draft.source.path().to_string(),
        },
    })
}

fn build_field(draft: &FieldDraft) -> Option<Field> {
    let kind = match draft.kind.as_ref()?.text.as_str() {
        "text" => FieldType::Text { pattern: text(&draft.pattern) },
        "number" => FieldType::Number,
        "money" => FieldType::Money,
        "date" => FieldType::Date,
        "yes-no" => FieldType::YesNo,
        _ => FieldType::Choice(texts_of(&draft.choices)),
    };
    Some(Field { kind, title: draft.title.clone()?, personal: draft.personal })
}

fn build_limit(draft: &LimitDraft) -> Option<Limit> {
    Some(Limit {
        title: draft.title.clone()?,
        from: text(&draft.from)?,
        to: text(&draft.to)?,
        within: draft.within.as_ref()?.duration.clone(),
        overdue: build_overdue(draft.overdue.as_ref()),
        origin: text(&draft.origin),
        quote: draft.quote.clone(),
        controls: texts_of(&draft.controls),
    })
}

fn build_round(map: &MapView<'_>, draft: &RoundDraft) -> Option<Round> {
    let (other, at) = (text(&draft.map)?, draft.at.as_ref()?);
    Some(Round {
        title: draft.title.clone()?,
        after: at.duration.clone(),
        anchor: anchor(map, at.anchor.as_ref()),
        entry: text(&draft.entry),
        carries: texts_of(&draft.carries),
        done: text(&draft.done).unwrap_or_else(|| other.clone()),
        map: other,
        done_when: texts_of(&draft.done_when),
        sets: text(&draft.sets),
        by: draft.by.as_ref().map(|by| Deadline {
            within: by.duration.clone(),
            anchor: anchor(map, by.anchor.as_ref()),
            overdue: build_overdue(draft.overdue.as_ref()),
        }),
        origin: text(&draft.origin),
        quote: draft.quote.clone(),
        note: draft.note.clone(),
        controls: texts_of(&draft.controls),
    })
}

fn build_overdue(draft: Option<&OverdueDraft>) -> Overdue {
    draft.map_or(Overdue::default(), |draft| Overdue {
        tell: texts_of(&draft.tell),
        start: text(&draft.start),
        go: text(&draft.go),
    })
}

fn anchor(map: &MapView<'_>, word: Option<&Word>) -> Anchor {
    match word {
        None => Anchor::Entering,
        Some(word) if map.chart.step(&word.text).is_some() => Anchor::Step(word.text.clone()),
        Some(word) => Anchor::Field(word.text.clone()),
    }
}

fn flow(draft: Option<&FlowDraft>) -> Option<Flow> {
    draft.and_then(|flow| Some(Flow { party: flow.party.clone()?, what: texts_of(&flow.what) }))
}

fn build_step(map: &MapView<'_>, draft: &StepDraft) -> Option<Step> {
    let kind = build_kind(map, draft)?;
    let default_title = match &kind {
        StepKind::Link { to, .. } => format!("Go to {to}"),
        StepKind::End { outcome } => format!("End: {outcome}"),
        StepKind::WaitFor { what, .. } => what.clone(),
        StepKind::WaitUntil { .. } => {
            format!("Wait until {}", draft.until.as_ref().map_or("", |until| until.word.text.as_str()))
        }
        _ => draft.id.text.clone(),
    };
    let due = draft.due.as_ref().map(|due| Deadline {
        within: due.duration.clone(),
        anchor: anchor(map, due.anchor.as_ref()),
        overdue: build_overdue(draft.overdue.as_ref()),
    });
    // A role that is not settled leaves the step to anyone.
    let roles = texts_of(&draft.role).into_iter().filter(|role| role != TO_BE_CONFIRMED).collect();
    Some(Step {
        id: draft.id.text.clone(),
        title: draft.title.clone().unwrap_or(default_title),
        kind,
        roles,
        needs: texts_of(&draft.needs),
        evidence: texts_of(&draft.evidence),
        checklist: pairs(&draft.checklist),
        not_by: texts_of(&draft.not_by),
        due,
        sends: flow(draft.sends.as_ref()),
        receives: flow(draft.receives.as_ref()),
        controls: texts_of(&draft.controls),
        origin: text(&draft.origin),
        quote: draft.quote.clone(),
        inferred: draft.inferred.clone(),
        note: draft.note.clone(),
    })
}

fn build_kind(map: &MapView<'_>, draft: &StepDraft) -> Option<StepKind> {
    Some(match draft.kind {
        KindWord::Start => StepKind::Start { from: texts_of(&draft.from), next: text(&draft.next)? },
        KindWord::Step => StepKind::Step { next: text(&draft.next)? },
        KindWord::Decision => StepKind::Decision { on: text(&draft.on), answers: pairs(&draft.answers) },
        KindWord::Wait => match (&draft.wait_for, &draft.until) {
            (Some(what), _) => StepKind::WaitFor {
                what: what.clone(),
                timeout: match (&draft.within, text(&draft.lapsed)) {
                    (Some(within), Some(lapsed)) => Some(Timeout {
                        within: within.duration.clone(),
                        anchor: anchor(map, within.anchor.as_ref()),
                        lapsed,
                    }),
                    _ => None,
                },
                comes_from: draft
                    .comes_from
                    .as_ref()
                    .and_then(|from| Some(ComesFrom { map: text(&from.map)?, outcomes: texts_of(&from.outcomes) })),
                received: text(&draft.received)?,
            },
            (None, Some(until)) => build_until(map, until, draft)?,
            (None, None) => return None,
        },
        KindWord::Link => build_link(draft)?,
        KindWord::End => StepKind::End { outcome: text(&draft.outcome)? },
    })
}

fn build_until(map: &MapView<'_>, until: &UntilDraft, draft: &StepDraft) -> Option<StepKind> {
    Some(StepKind::WaitUntil {
        after: until.duration.clone(),
        anchor: anchor(map, until.anchor.as_ref()),
        next: text(&draft.next)?,
    })
}

fn build_link(draft: &StepDraft) -> Option<StepKind> {
    let mode = match draft.mode.as_ref().map(|mode| mode.text.as_str()) {
        Some("call") => LinkMode::Call { outcomes: pairs(&draft.outcomes) },
        Some("start") => LinkMode::Start { next: text(&draft.next)? },
        _ => LinkMode::HandOver,
    };
    Some(StepKind::Link { to: text(&draft.to)?, carries: texts_of(&draft.carries), entry: text(&draft.entry), mode })
}
