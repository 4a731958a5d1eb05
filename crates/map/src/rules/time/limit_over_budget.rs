//! `limit-over-budget`: everybody keeps every deadline, and a limit around them is missed all the same.

use std::collections::HashMap;

use crate::bounds::{
    Bound, Called, Clock, Extreme, From, Gap, Goal, Leg, Part, Path, Plans, Search, USUAL_WORK, Why, paths,
};
use crate::check::{Atlas, MapView};
use crate::diagnostic::{Diagnostic, Severity};
use crate::read::LimitDraft;
use crate::rules::{self, Example, Family, Rule};
use crate::time::Unit;

/// The rule.
pub static RULE: Rule = Rule {
    id: "limit-over-budget",
    family: Family::Time,
    severity: Severity::Warning,
    about: "The deadlines inside a limit add up to more than the limit: everybody can be in time and the limit is missed all the same.",
    why: "Whoever looks at their own deadline sees nothing wrong until the limit has passed, and then nobody was late. Such a limit cannot be kept by keeping to the map.",
    bad: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: agree }
  agree: { role: ASW, title: Agree the day, due: 10 days, overdue: { tell: TM }, next: decide }
  decide: { role: TM, title: Decide, due: 5 working days, overdue: { tell: TM }, next: done }
  done: { kind: end, outcome: transferred }
limits:
  transfer:
    title: Decided within 15 days
    from: notified
    to: decide
    within: ⟦15 days⟧
    overdue: { tell: TM }
",
    )]),
    good: Example::of(&[(
        "transfer-out.yaml",
        r"map: transfer-out
title: Transfer out of the authority
revision: 1
theme: t
owner: TM
review_by: 2027-11-30
source: { document: d, reading: reconstructed }

steps:
  notified: { kind: start, title: ASW told that the family moves, next: agree }
  agree: { role: ASW, title: Agree the day, due: 3 days, overdue: { tell: TM }, next: decide }
  decide: { role: TM, title: Decide, due: 5 working days, overdue: { tell: TM }, next: done }
  done: { kind: end, outcome: transferred }
limits:
  transfer:
    title: Decided within 15 days
    from: notified
    to: decide
    within: 15 days
    overdue: { tell: TM }
",
    )]),
};

/// How many parts of a sum are written out.
const MOST_PARTS: usize = 8;

/// Runs the rule.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    if atlas.maps.iter().all(|map| map.draft.limits.is_empty()) {
        return;
    }
    let Some(plans) = atlas.plans() else { return };
    let mut called = Called::new();
    for (number, map) in atlas.maps.iter().enumerate().filter(|(_, map)| map.chart.whole) {
        let drafts: HashMap<&str, &LimitDraft> =
            map.draft.limits.iter().map(|limit| (limit.id.text.as_str(), limit)).collect();
        let plan = &plans.maps[number];
        let work = USUAL_WORK / plan.limits.len().max(1);
        let Some(search) = plan.calendar.map(|calendar| Search::new(plans, calendar, work)) else { continue };
        for (which, limit) in plan.limits.iter().enumerate().take(super::most_followed(plan.stages.len())) {
            let all = paths(plans, number, limit.from, Goal::Done(limit.to), Some(which), &mut called);
            let problems: Vec<_> = all.list.iter().map(|path| path.problem()).collect();
            let Some(worst) = search.missed(&problems, &limit.within) else { continue };
            let path = &all.list[worst.problem];
            let instants = problems[worst.problem].positions(&worst.at);
            let finding = Finding { atlas, map, plans, path, worst: &worst, within: &limit.within };
            if let Some(draft) = drafts.get(limit.id.as_str()) {
                out.extend(finding.report(draft, &path.parts(&instants), &plan.stages[limit.from].id));
            }
        }
    }
}

struct Finding<'f, 'a> {
    atlas: &'f Atlas<'a>,
    map: &'f MapView<'a>,
    plans: &'f Plans<'a>,
    path: &'f Path,
    worst: &'f Extreme,
    within: &'f Gap,
}

impl Finding<'_, '_> {
    fn report(&self, draft: &LimitDraft, parts: &[Part], from: &str) -> Option<Diagnostic> {
        let clock = self.plans.clock(self.within.calendar)?;
        let last = self.worst.at.last().copied()?;
        let due = clock.due(self.within, self.worst.start)?;
        let message = format!(
            "everybody can be in time and this limit of {} still be missed: {}",
            self.within.duration,
            self.sum(parts)?
        );
        let how_often = match (self.worst.late_days, self.worst.days) {
            (late, days) if late == days => "whatever the day on which it begins".to_string(),
            (late, days) => format!("on {late} of {days} days on which it can begin"),
        };
        let is_worst = self.worst.all_days && self.worst.least < self.worst.seconds;
        let help = format!(
            "give the limit more time, or the steps less; it is missed {how_often}, {} when `{from}` is done on {}: the steps \
             are in time until {}, the limit until {}",
            if is_worst { "at worst" } else { "for example" },
            self.time(clock, self.worst.start)?,
            self.time(clock, last)?,
            self.time(clock, due - 1)?,
        );
        let within = draft.within.as_ref()?;
        let mut finding = rules::finding(&RULE, self.map.place(within.word.span), message, help);
        for part in parts.iter().take(MOST_PARTS) {
            let (map, words) = (&self.atlas.maps[self.leg(part).map], self.words(part));
            if let Some(span) = self.span(part) {
                finding = finding.related(map.place(span), words);
            }
        }
        Some(finding)
    }

    /// A day and, where the limit is in hours, the time of day.
    fn time(&self, clock: &Clock, at: i64) -> Option<String> {
        let form = if self.within.seconds().is_some() { "%a %-d %b %Y, %H:%M" } else { "%a %-d %b %Y" };
        Some(clock.local(at)?.format(form).to_string())
    }

    fn leg(&self, part: &Part) -> &Leg {
        &self.path.legs[part.position - 1]
    }

    /// `` `agree` 10 days + `decide` 5 working days = up to 17 days ``.
    fn sum(&self, parts: &[Part]) -> Option<String> {
        let mut words: Vec<String> = parts.iter().take(MOST_PARTS).map(|part| self.words(part)).collect();
        if parts.len() > MOST_PARTS {
            words.push(format!("{} more", parts.len() - MOST_PARTS));
        }
        let gaps: Vec<&Gap> = parts.iter().filter_map(|part| self.gap(part)).collect();
        let total = match self.same_unit(parts, &gaps) {
            Some(total) => total,
            None => {
                let clock = self.plans.clock(self.within.calendar)?;
                let (start, last) = (self.worst.start, self.worst.at.last().copied()?);
                match self.within.seconds() {
                    Some(_) => format!("up to {} hours", (last - start + 3_599) / 3_600),
                    None => format!("up to {} days", (clock.date(last)? - clock.date(start)?).num_days()),
                }
            }
        };
        Some(format!("{} = {total}", words.join(" + ")))
    }

    /// The sum of durations that each have the same one unit, which is the same on every day.
    fn same_unit(&self, parts: &[Part], gaps: &[&Gap]) -> Option<String> {
        let one = |gap: &Gap| {
            let mut all = gap.duration.parts();
            all.next().filter(|_| all.next().is_none())
        };
        let all: Vec<(u32, Unit)> = gaps.iter().map(|gap| one(gap)).collect::<Option<_>>()?;
        let (_, unit) = *all.first()?;
        let in_a_row = parts.iter().all(|part| match &self.leg(part).bound {
            Bound::By(from, _) | Bound::At(from, _, false) => {
                part.limit.is_none() && self.counts_from_before(part, *from)
            }
            _ => false,
        });
        let adds_up = in_a_row && all.len() == parts.len() && all.iter().all(|(_, other)| *other == unit);
        // Months are of different lengths.
        let adds_up = adds_up && !matches!(unit, Unit::Months | Unit::Years);
        let amount = all.iter().fold(0u32, |sum, (amount, _)| sum.saturating_add(*amount));
        adds_up.then(|| format!("{amount} {}", unit.name(amount)))
    }

    /// Whether a part's time counts from the end of the part before it.
    fn counts_from_before(&self, part: &Part, from: usize) -> bool {
        let at = &self.path.legs;
        (from..part.position - 1).all(|between| matches!(at[between].bound, Bound::Nothing | Bound::Open(_)))
    }

    fn gap(&self, part: &Part) -> Option<&Gap> {
        if let Some((map, limit)) = part.limit {
            return self.plans.maps.get(map)?.limits.get(limit).map(|limit| &limit.within);
        }
        match &self.leg(part).bound {
            Bound::By(_, gap) | Bound::At(_, gap, _) => Some(gap),
            _ => None,
        }
    }

    /// The word that says the time of a part.
    fn span(&self, part: &Part) -> Option<crate::text::Span> {
        let leg = self.leg(part);
        let limit = |map: usize, limit: usize| {
            let id = &self.plans.maps[map].limits[limit].id;
            let draft = self.atlas.maps[map].draft.limits.iter().find(|limit| limit.id.text == *id)?;
            Some(draft.within.as_ref()?.word.span)
        };
        match (part.limit, leg.why) {
            (Some((map, number)), _) => limit(map, number),
            (None, Why::LimitGo(number)) => limit(leg.map, number),
            _ => super::time_span(&self.atlas.maps[leg.map].draft.steps[leg.stage]),
        }
    }

    /// `` `agree` 10 days ``.
    fn words(&self, part: &Part) -> String {
        let leg = self.leg(part);
        let plan = &self.plans.maps[leg.map];
        let stage = &plan.stages[leg.stage];
        let here = self.map.draft.id.text == plan.id;
        let name = if here { stage.id.clone() } else { format!("{}/{}", plan.id, stage.id) };
        let duration = self.gap(part).map(|gap| gap.duration.to_string()).unwrap_or_default();
        if let Some((map, limit)) = part.limit {
            return format!("limit `{}` {duration}", self.plans.maps[map].limits[limit].id);
        }
        let counts = match stage.timed().map(|timed| timed.from) {
            Some(From::Stage(from)) => format!(" of `{}`", plan.stages[from].id),
            _ => String::new(),
        };
        match leg.why {
            Why::LimitGo(limit) => format!("limit `{}` {duration}", plan.limits[limit].id),
            _ => format!("`{name}` {duration}{counts}"),
        }
    }
}
