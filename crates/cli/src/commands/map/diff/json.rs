//! The difference for programs.

use mapcase_engine::movable::Movable;
use mapcase_map::diff::{Change, MapDiff, State, What};
use serde_json::{Value, json};

use super::Found;

/// The whole answer.
pub fn answer(found: &Found) -> Value {
    json!({
        "before": found.before,
        "after": found.after,
        "same": found.is_same(),
        "shared": found.diff.shared.iter().map(change).collect::<Vec<_>>(),
        "maps": found.diff.maps.iter().map(map).collect::<Vec<_>>(),
        "stopped": found.diff.stopped,
        "cases": found.cases.as_ref().map(|cases| cases.iter().map(case).collect::<Vec<_>>()),
    })
}

fn map(map: &MapDiff) -> Value {
    let from = match &map.state {
        State::Renamed { from } => Some(from),
        _ => None,
    };
    json!({
        "map": map.id,
        "title": map.title,
        "change": map.state.word(),
        "from": from,
        "revisions": [map.revisions.0, map.revisions.1],
        "changes": map.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    let mut value = json!({
        "of": change.of.word(),
        "id": change.id,
        "title": change.title,
        "change": change.what.word(),
        "from": null,
        "aspect": null,
        "which": null,
        "before": [],
        "after": [],
        "weight": change.weight.word(),
        "says": change.says(),
    });
    match &change.what {
        What::Renamed { from } => value["from"] = json!(from),
        What::Changed { aspect, before, after } => {
            value["aspect"] = json!(aspect.word());
            value["which"] = json!(aspect.which());
            value["before"] = json!(before);
            value["after"] = json!(after);
        }
        What::Added | What::Removed => {}
    }
    value
}

fn case(case: &Movable) -> Value {
    json!({
        "case": case.case.to_string(),
        "map": case.map,
        "revision": case.revision,
        "step": case.step,
        "touched": case.touched,
        "movable": case.obstacles.is_empty(),
        "obstacles": case.obstacles,
    })
}
