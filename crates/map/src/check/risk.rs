//! What the risk rule names: maps, themes, fields and their values. It has no rules of its own; what it misspells is found
//! under the rules of names.

use std::collections::BTreeSet;

use super::report::Reporter;
use super::view::{Atlas, MapView};
use crate::diagnostic::Diagnostic;
use crate::read::{AtlasDraft, FieldDraft, RiskDraft, Word};
use crate::rules::{names, text::wrong_type};

/// Holds every entry of the risk rule against the maps.
pub(crate) fn check(atlas: &Atlas<'_>, out: &mut Vec<Diagnostic>) {
    let Some(top) = atlas.atlas else { return };
    let mut seen = Look { atlas, top, say: Reporter { source: &top.source, out } };
    top.risk.iter().for_each(|entry| seen.entry(entry));
}

struct Look<'l, 'a> {
    atlas: &'l Atlas<'a>,
    top: &'a AtlasDraft,
    say: Reporter<'l>,
}

impl Look<'_, '_> {
    fn entry(&mut self, entry: &RiskDraft) {
        let (atlas, top) = (self.atlas, self.top);
        for word in entry.maps.iter().filter(|word| !atlas.may_exist(&word.text)) {
            let message = format!("there is no map `{}` in this atlas", word.text);
            self.say.report(&names::unknown_map::RULE, word, message, "name a map of the atlas", atlas.map_ids());
        }
        let themes = || top.themes.iter().map(|(theme, _)| theme.text.as_str());
        let is_theme = |word: &&Word| top.is_lost("themes") || themes().any(|theme| theme == word.text);
        for word in entry.themes.iter().filter(|word| !is_theme(word)) {
            let message = format!("there is no theme `{}` in the atlas", word.text);
            self.say.report(&names::unknown_theme::RULE, word, message, "name a theme of the atlas", themes());
        }
        // Nobody knows what a map that cannot be read, or that does not exist, would have in its record.
        let is_known = |map: &MapView<'_>| map.draft.record_whole;
        if atlas.has_unread_file() || !entry.maps.iter().all(|word| atlas.map(&word.text).is_some_and(is_known)) {
            return;
        }
        let named = |map: &&MapView<'_>| entry.maps.is_empty() || entry.maps.iter().any(|word| atlas.means(word, map));
        let themed = |map: &&MapView<'_>| {
            let theme = map.draft.theme.as_ref().map(|theme| theme.text.as_str());
            entry.themes.is_empty() || entry.themes.iter().any(|word| Some(word.text.as_str()) == theme)
        };
        let maps: Vec<&MapView<'_>> = atlas.maps.iter().filter(named).filter(themed).collect();
        if maps.is_empty() || !maps.iter().all(|map| is_known(map)) {
            return;
        }
        for (field, values) in &entry.fields {
            self.field(&maps, field, values);
        }
    }

    fn field(&mut self, maps: &[&MapView<'_>], word: &Word, values: &[Word]) {
        let fields: Vec<&FieldDraft> = maps.iter().filter_map(|map| map.field(&word.text)).collect();
        if fields.is_empty() {
            let message = format!("no map that this entry ranks has a field `{}` in its record", word.text);
            let known: BTreeSet<&str> =
                maps.iter().flat_map(|map| &map.draft.record).map(|field| field.id.text.as_str()).collect();
            let help = "name a field of the record of such a map";
            return self.say.report(&names::unknown_field::RULE, word, message, help, known);
        }
        if fields.iter().any(|field| field.kind.is_none()) {
            return;
        }
        let is = |field: &FieldDraft, kind: &str| field.kind.as_ref().is_some_and(|known| known.text == kind);
        let fit = |field: &&&FieldDraft| !field.personal && (is(field, "yes-no") || is(field, "choice"));
        let mut known = BTreeSet::new();
        for field in fields.iter().filter(fit) {
            known.extend(field.choices.iter().map(|choice| choice.text.as_str()));
            known.extend(["yes", "no"].into_iter().filter(|_| is(field, "yes-no")));
        }
        if fields.iter().filter(fit).count() == 0 {
            let personal = fields.iter().all(|field| field.personal);
            let (why, help) = match personal {
                true => ("is personal and kept apart from lists", "name a field that is not personal"),
                false => ("is neither a yes-no nor a choice", "name a field that is a yes-no or a choice"),
            };
            return self.say.report(
                &wrong_type::RULE,
                word,
                format!("a case cannot be ranked by `{}`: it {why}", word.text),
                help,
                [],
            );
        }
        for value in values.iter().filter(|value| !known.contains(value.text.as_str())) {
            let list = known.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
            let message = format!("`{}` cannot be `{}`", word.text, value.text);
            let help = format!("its values are {list}");
            self.say.report(&wrong_type::RULE, value, message, &help, known.iter().copied());
        }
    }
}
