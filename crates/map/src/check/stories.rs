//! Stories: what they name is looked up in the maps, and stories without a fault become scenarios that can be run. What is
//! misspelt is found by the rules that maps have too.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::build::{pairs, text, texts_of};
use super::report::Reporter;
use super::view::{Atlas, MapView};
use crate::diagnostic::Diagnostic;
use crate::model::TO_BE_CONFIRMED;
use crate::read::{ActDraft, EndsDraft, ExpectDraft, ItemDraft, KindWord, ScenariosDraft, StoryDraft, WhatDraft, Word};
use crate::rules::{names, text as rule};
use crate::scenarios::{Deed, Ends, Expect, How, Item, Scenarios, Story, Verb, What};
use crate::text::Source;
use crate::time::parse_when;

/// Looks up what every story names.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let zone = atlas.atlas.and_then(|top| top.zone);
    let roles = atlas.atlas.filter(|top| !top.is_lost("roles")).map(|top| &top.roles);
    let roles: Option<HashSet<&str>> = roles.map(|roles| roles.iter().map(|(role, _)| role.text.as_str()).collect());
    for scenarios in &atlas.scenarios {
        let map = scenarios.map.as_ref().and_then(|map| atlas.map(&map.text));
        let mut look = Look { atlas, zone, roles: roles.as_ref(), say: Reporter { source: &scenarios.source, out } };
        scenarios.cases.iter().for_each(|story| look.story(map, story));
    }
}

/// What looks words up in one file.
struct Look<'l, 'a> {
    atlas: &'l Atlas<'a>,
    zone: Option<Tz>,
    /// The roles of the atlas, where they are known.
    roles: Option<&'l HashSet<&'a str>>,
    say: Reporter<'l>,
}

type View<'l, 'a> = Option<&'l MapView<'a>>;

impl<'a> Look<'_, 'a> {
    fn story(&mut self, map: View<'_, 'a>, story: &StoryDraft) {
        story.starts.iter().for_each(|word| self.time(word));
        story.role.iter().for_each(|word| self.role(word));
        story.record.iter().for_each(|(field, _)| self.field(map, field));
        if let (Some(entry), Some(map)) = (&story.entry, map) {
            self.entry(map, entry);
        }
        for item in &story.items {
            item.at.iter().for_each(|word| self.time(word));
            self.item(map, item);
        }
        if let Some(ends) = &story.ends {
            self.ending(map, ends.outcome.as_ref(), ends.handed_over.as_ref());
        }
    }

    fn item(&mut self, map: View<'_, 'a>, item: &ItemDraft) {
        let map = match &item.inside {
            None => map,
            Some(word) => {
                self.map(word);
                let atlas = self.atlas;
                atlas.map(&word.text)
            }
        };
        match &item.what {
            WhatDraft::Act(act) | WhatDraft::Refuse(act, _) => self.act(map, act),
            WhatDraft::Expect(expect) => self.expect(map, expect),
            WhatDraft::Wait(_) | WhatDraft::Nothing => {}
        }
    }

    fn act(&mut self, map: View<'_, 'a>, act: &ActDraft) {
        act.step.iter().chain(&act.receive).for_each(|word| self.step(map, word));
        act.set.iter().for_each(|(field, _)| self.field(map, field));
        act.role.iter().for_each(|word| self.role(word));
        let (Some(map), Some(step), Some(answer)) = (map, &act.step, &act.answer) else { return };
        let Some(step) = map.chart.step(&step.text).map(|at| &map.draft.steps[at]) else { return };
        let known: Vec<&str> = step.answers.iter().map(|(answer, _)| answer.text.as_str()).collect();
        if step.kind_known && !step.is_lost("answers") && !known.contains(&answer.text.as_str()) {
            let id = &step.id.text;
            let (message, help) = match step.kind {
                KindWord::Decision => {
                    (format!("`{id}` has no answer `{}`", answer.text), one_of("its answers", &known))
                }
                kind => {
                    let help = "leave `answer` out: only a decision is answered".to_string();
                    (format!("`{id}` is {} and has no answers", kind.with_article()), help)
                }
            };
            self.say.report(&rule::wrong_type::RULE, answer, message, help, known);
        }
    }

    fn expect(&mut self, map: View<'_, 'a>, expect: &ExpectDraft) {
        expect.step.iter().chain(&expect.lapsed).for_each(|word| self.step(map, word));
        for word in expect.late.iter().flatten() {
            self.late(map, word);
        }
        self.ending(map, expect.outcome.as_ref(), expect.handed_over.as_ref());
    }

    fn ending(&mut self, map: View<'_, 'a>, outcome: Option<&Word>, handed_over: Option<&Word>) {
        handed_over.into_iter().for_each(|word| self.map(word));
        let (Some(map), Some(outcome)) = (map.filter(|map| map.draft.steps_whole), outcome) else { return };
        let ends = || map.of_kind(KindWord::End).map(|(_, end)| end);
        let known: Vec<&str> = ends().filter_map(|end| Some(end.outcome.as_ref()?.text.as_str())).collect();
        if !known.contains(&outcome.text.as_str()) && ends().all(|end| !end.is_lost("outcome")) {
            let message = format!("no end of `{}` has the outcome `{}`", map.draft.id.text, outcome.text);
            self.say.report(&rule::wrong_type::RULE, outcome, message, one_of("its outcomes", &known), known);
        }
    }

    fn step(&mut self, map: View<'_, 'a>, word: &Word) {
        let Some(map) = map.filter(|map| map.draft.steps_whole && map.chart.step(&word.text).is_none()) else { return };
        let message = format!("there is no step `{}` in the map `{}`", word.text, map.draft.id.text);
        self.say.report(&names::unknown_step::RULE, word, message, "name a step of that map", map.chart.ids());
    }

    /// A deadline is called after its step.
    fn late(&mut self, map: View<'_, 'a>, word: &Word) {
        let Some(map) = map.filter(|map| map.draft.steps_whole && map.chart.step(&word.text).is_none()) else { return };
        if !map.spanning().any(|id| id == word.text) {
            let known = map.spanning().chain(map.chart.ids());
            let message = format!("there is no step and no limit `{}` in the map `{}`", word.text, map.draft.id.text);
            self.say.report(
                &names::unknown_step::RULE,
                word,
                message,
                "name a step with a deadline, or a limit",
                known,
            );
        }
    }

    fn field(&mut self, map: View<'_, 'a>, word: &Word) {
        let Some(map) = map.filter(|map| map.draft.record_whole && map.field(&word.text).is_none()) else { return };
        let message = format!("there is no field `{}` in the record of the map `{}`", word.text, map.draft.id.text);
        let known = map.draft.record.iter().map(|field| field.id.text.as_str());
        self.say.report(&names::unknown_field::RULE, word, message, "name a field of that map's `record`", known);
    }

    fn entry(&mut self, map: &MapView<'a>, word: &Word) {
        let known: Vec<&str> = map.starts().map(|(_, start)| start.id.text.as_str()).collect();
        if map.draft.steps_whole && !known.contains(&word.text.as_str()) {
            let message = format!("the map `{}` has no start `{}`", map.draft.id.text, word.text);
            self.say.report(&names::unknown_entry::RULE, word, message, one_of("its starts", &known), known);
        }
    }

    fn map(&mut self, word: &Word) {
        if !self.atlas.may_exist(&word.text) {
            let (atlas, message) = (self.atlas, format!("there is no map `{}` in this atlas", word.text));
            self.say.report(&names::unknown_map::RULE, word, message, "name a map of the atlas", atlas.map_ids());
        }
    }

    fn role(&mut self, word: &Word) {
        let Some(known) = self.roles else { return };
        if word.text != TO_BE_CONFIRMED && !known.contains(word.text.as_str()) {
            let (message, known) = (format!("there is no role `{}` in the atlas", word.text), known.iter().copied());
            self.say.report(&names::unknown_role::RULE, word, message, "name a role of `atlas.yaml`", known);
        }
    }

    /// A time that cannot be read; where the atlas's zone is not known, that was reported and times are left alone.
    fn time(&mut self, word: &Word) {
        if let Some(Err(fault)) = self.zone.map(|zone| parse_when(&word.text, zone)) {
            let said = fault.to_string();
            let (message, help) = said.split_once(": ").unwrap_or((&said, "write it as in `2022-10-14 10:00`"));
            self.say.report(&rule::wrong_type::RULE, word, message.to_string(), help, []);
        }
    }
}

fn one_of(what: &str, known: &[&str]) -> String {
    let list = known.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
    if list.is_empty() { format!("{what}: there are none") } else { format!("{what} are {list}") }
}

/// Makes scenarios of a draft without findings.
pub(super) fn build(draft: &ScenariosDraft, zone: Tz) -> Option<Scenarios> {
    let build = Build { source: &draft.source, zone };
    Some(Scenarios {
        map: draft.map.as_ref()?.text.clone(),
        file: draft.source.path().to_string(),
        stories: draft.cases.iter().map(|story| build.story(story)).collect::<Option<Vec<_>>>()?,
    })
}

struct Build<'b> {
    source: &'b Source,
    zone: Tz,
}

impl Build<'_> {
    fn story(&self, draft: &StoryDraft) -> Option<Story> {
        Some(Story {
            id: draft.id.text.clone(),
            place: Some(self.source.place(draft.id.span)),
            starts: self.time(draft.starts.as_ref()?)?,
            entry: text(&draft.entry),
            role: text(&draft.role),
            by: text(&draft.by),
            record: pairs(&draft.record),
            items: draft.items.iter().map(|item| self.item(item)).collect::<Option<Vec<_>>>()?,
            ends: match &draft.ends {
                Some(ends) => Some(self.ends(ends)?),
                None => None,
            },
        })
    }

    fn time(&self, word: &Word) -> Option<DateTime<Utc>> {
        parse_when(&word.text, self.zone).ok()
    }

    fn ends(&self, draft: &EndsDraft) -> Option<Ends> {
        let how = how(&draft.outcome, &draft.handed_over)?;
        Some(Ends { place: Some(self.source.place(draft.span)), how })
    }

    fn item(&self, draft: &ItemDraft) -> Option<Item> {
        let what = match &draft.what {
            WhatDraft::Nothing => What::Clock,
            WhatDraft::Wait(duration) => What::Wait(duration.clone()?),
            WhatDraft::Act(act) => What::Act(deed(act)),
            WhatDraft::Refuse(act, because) => What::Refuse { deed: deed(act), because: text(because) },
            WhatDraft::Expect(expect) => What::Expect(Expect {
                step: text(&expect.step),
                late: expect.late.as_ref().map(|late| texts_of(late)),
                lapsed: texts_of(&expect.lapsed),
                ended: how(&expect.outcome, &expect.handed_over),
            }),
        };
        let at = match &draft.at {
            Some(word) => Some(self.time(word)?),
            None => None,
        };
        Some(Item { place: Some(self.source.place(draft.span)), at, inside: text(&draft.inside), what })
    }
}

fn deed(draft: &ActDraft) -> Deed {
    let verb = match (&draft.step, &draft.answer, &draft.receive) {
        (Some(step), Some(answer), _) => Verb::Answer(step.text.clone(), answer.text.clone()),
        (Some(step), None, _) => Verb::Do(step.text.clone()),
        (None, _, Some(wait)) => Verb::Receive(wait.text.clone()),
        (None, _, None) => Verb::Supply,
    };
    Deed {
        verb,
        set: pairs(&draft.set),
        attach: pairs(&draft.attach),
        check_off: texts_of(&draft.check_off),
        role: text(&draft.role),
        by: text(&draft.by),
    }
}

fn how(outcome: &Option<Word>, handed_over: &Option<Word>) -> Option<How> {
    let outcome = outcome.as_ref().map(|outcome| How::Outcome(outcome.text.clone()));
    outcome.or_else(|| handed_over.as_ref().map(|map| How::HandedOver(map.text.clone())))
}
