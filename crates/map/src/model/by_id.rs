//! Steps are a list in the file's order and a group by id in the map's meaning.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serializer};

use super::Step;

pub fn serialize<S: Serializer>(steps: &[Step], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(steps.iter().map(|step| (&step.id, step)).collect::<BTreeMap<_, _>>())
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Step>, D::Error> {
    let steps = BTreeMap::<String, Step>::deserialize(deserializer)?;
    Ok(steps.into_iter().map(|(id, step)| Step { id, ..step }).collect())
}
