//! `map test --suggest`: the shortest stories that come to what no story comes to, as YAML.

use std::fmt::Write;
use std::sync::Arc;

use mapcase_engine::story::suggest::{Suggestion, suggest, yaml};
use mapcase_engine::story::{Coverage, words};
use mapcase_map::Machine;
use serde::Serialize;

use super::scope::Scope;
use crate::context::Context;
use crate::error::CliError;

/// The answer for programs.
#[derive(Debug, Serialize)]
struct Answer {
    suggestions: Vec<Entry>,
}

/// What is suggested for a map.
#[derive(Debug, Serialize)]
struct Entry {
    map: String,
    /// Where the stories belong.
    file: String,
    /// Whether that file is there.
    exists: bool,
    stories: Vec<String>,
    /// The stories, indented as they stand below `cases:`; of a new file, all of it.
    yaml: String,
    unreached: Vec<Unreached>,
}

#[derive(Debug, Serialize)]
struct Unreached {
    words: String,
    why: String,
}

/// Writes stories for every map in scope.
pub fn say(scope: &Scope, coverage: &Coverage, as_json: bool, context: &Context) -> Result<(), CliError> {
    let machines = scope.maps.iter().filter_map(|map| scope.atlas.machine(map));
    let suggestions: Vec<Entry> =
        machines.map(|machine| entry(scope, machine, &suggest(&scope.atlas, machine, coverage))).collect();
    if as_json {
        return context.out.json(&Answer { suggestions });
    }
    for (at, entry) in suggestions.iter().enumerate() {
        if at > 0 {
            context.out.blank();
        }
        context.out.text(&text(entry));
    }
    Ok(())
}

fn entry(scope: &Scope, machine: &Arc<Machine>, suggestion: &Suggestion) -> Entry {
    let map = machine.map();
    let known = scope.atlas.scenarios().iter().find(|scenarios| scenarios.map == map.id);
    let beside = || {
        let stem = map.about.file.strip_suffix(".yaml").or_else(|| map.about.file.strip_suffix(".yml"));
        format!("{}.scenarios.yaml", stem.unwrap_or(&map.about.file))
    };
    let stories: String = suggestion.stories.iter().map(|story| yaml::story(story, map.zone)).collect();
    let head = if known.is_none() { format!("scenarios: {}\ncases:\n", map.id) } else { String::new() };
    Entry {
        map: map.id.clone(),
        file: known.map_or_else(beside, |known| known.file.clone()),
        exists: known.is_some(),
        stories: suggestion.stories.iter().map(|story| story.id.clone()).collect(),
        yaml: if stories.is_empty() { String::new() } else { head + &stories },
        unreached: suggestion
            .unreached
            .iter()
            .map(|one| Unreached { words: words::element(&one.element, machine), why: one.why.clone() })
            .collect(),
    }
}

fn text(entry: &Entry) -> String {
    let (map, file) = (&entry.map, &entry.file);
    let mut text = match (entry.stories.is_empty(), entry.exists) {
        (true, _) if entry.unreached.is_empty() => format!("# {map}: its stories come to everything\n"),
        (true, _) => format!("# {map}: no further story was found\n"),
        (false, true) => format!("# {map}: add these below `cases:` in {file}\n"),
        (false, false) => format!("# {map}: a new file, {file}\n"),
    };
    text.push_str(&entry.yaml);
    for unreached in &entry.unreached {
        let _ = writeln!(text, "# no story comes to: {}\n#   {}", unreached.words, unreached.why);
    }
    text
}
