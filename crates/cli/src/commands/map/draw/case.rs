//! The way of a case, in the words of a drawing.

use chrono::{DateTime, Utc};
use mapcase_case::visits::{self, Leaving, walk};
use mapcase_case::{CaseNumber, TimerKind};
use mapcase_engine::query::View;
use mapcase_map::draw::{Left, Taken, Visit};
use mapcase_map::time::local;

use crate::cases::status_words;
use crate::error::CliError;
use crate::session::Session;

/// A case as it stands, and its way.
pub fn taken(session: &Session, case: CaseNumber) -> Result<(View, Taken), CliError> {
    let view = session.view(case)?;
    let rows = session.engine.history(case)?;
    let walk = walk(rows.iter().map(|row| &row.event));
    let zone = view.machine.map().zone;
    let when = |at: DateTime<Utc>| local(at, zone);
    let now = session.engine.now();
    let mut taken = Taken { case: case.to_string(), ..Taken::default() };
    taken.visits = walk.visits.iter().map(|visit| said(visit, &when)).collect();
    taken.here = view.state.is_open().then(|| view.state.step.clone());
    for late in &walk.late {
        let since = format!("it was due by {}", when(late.due_at));
        let all = if late.kind == TimerKind::Limit { &mut taken.late_limits } else { &mut taken.late };
        all.insert(late.id.clone(), since);
    }
    // What is late already and has not been marked by `tick`.
    for timer in view.state.deadlines().filter(|timer| timer.is_late(now)) {
        let since = format!("it was due by {}", when(timer.due.due_at));
        let all = if timer.kind == TimerKind::Limit { &mut taken.late_limits } else { &mut taken.late };
        all.entry(timer.id.clone()).or_insert(since);
    }
    taken.standing = standing(&view, &taken, &when(now));
    Ok((view, taken))
}

fn said(visit: &visits::Visit, when: &impl Fn(DateTime<Utc>) -> String) -> Visit {
    let (at, left) = match visit.left {
        None => (visit.came_at, Left::Not),
        Some((at, Leaving::Done)) => (at, Left::Done),
        Some((at, Leaving::Lapsed)) => (at, Left::Lapsed),
        Some((at, Leaving::Overdue)) => (at, Left::Overdue),
    };
    Visit { step: visit.step.clone(), when: when(at), left }
}

fn standing(view: &View, taken: &Taken, now: &str) -> Vec<String> {
    let mut first = status_words(&view.state.status);
    if view.state.is_open() {
        let step = view.machine.step(&view.state.step).map_or("", |step| step.title.as_str());
        first = format!("it stands at \u{201c}{step}\u{201d}");
    }
    let mut lines = vec![format!("{first} \u{b7} as of {now}")];
    let map = view.machine.map();
    let steps = taken.late.keys().filter_map(|id| map.step(id)).map(|step| step.title.as_str());
    let limits = taken.late_limits.keys().filter_map(|id| map.limits.get(id)).map(|limit| limit.title.as_str());
    let late: Vec<String> = steps.chain(limits).map(|title| format!("\u{201c}{title}\u{201d}")).collect();
    if !late.is_empty() {
        lines.push(format!("Late: {}", late.join(", ")));
    }
    if view.to_fire > 0 {
        lines.push("Time has passed that is not recorded yet: run `mapcase tick`".to_string());
    }
    lines
}
