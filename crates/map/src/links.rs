//! The links of a checked map: every place from which it leads cases to another map.

use crate::model::{LinkMode, Map, MapId, StepKind};

/// A place in a map from which cases go to another map.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// The step, or the limit.
    pub at: &'a str,
    /// The other map.
    pub to: &'a MapId,
    /// What becomes of the case; none where a deadline that passed opens one beside it.
    pub mode: Option<&'a LinkMode>,
}

/// The links of a map: those of its steps, in the file's order, and then those of its limits.
pub fn links(map: &Map) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    for step in &map.steps {
        if let StepKind::Link { to, mode, .. } = &step.kind {
            links.push(Link { at: &step.id, to, mode: Some(mode) });
        }
        let beside = step.due.as_ref().and_then(|due| due.overdue.start.as_ref());
        links.extend(beside.map(|to| Link { at: &step.id, to, mode: None }));
    }
    let late = map.limits.iter().filter_map(|(id, limit)| Some((id, limit.overdue.start.as_ref()?)));
    links.extend(late.map(|(id, to)| Link { at: id, to, mode: None }));
    links
}
