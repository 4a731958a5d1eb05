//! `map list`: every map of the atlas, by theme.

use std::collections::BTreeMap;
use std::path::Path;

use mapcase_map::model::Reading;
use mapcase_map::{CheckedAtlas, Machine};
use serde::Serialize;

use crate::atlas::check_command;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{BOLD, DIM, ERROR};
use crate::text::{self, pad};

const EXAMPLES: &str = "\
Examples:
  mapcase map list
  mapcase map list --atlas ~/atlas --format json

A reading says how a map came about. transcribed: from the source's charts;
reconstructed: drafted, and not yet confirmed by its owner; placeholder: not
drawn yet.";

/// List the maps: id, title, theme, reading, revision, steps
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

/// Lists the maps.
pub fn run(_: &Args, context: &Context) -> Result<Exit, CliError> {
    let atlas = context.atlas()?;
    if context.is_json() {
        context.out.json(&answer(&atlas))?;
    } else {
        say(&atlas, context);
    }
    Ok(Exit::Done)
}

/// A map for programs.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    map: &'a str,
    title: &'a str,
    theme: &'a str,
    owner: &'a str,
    reading: &'static str,
    revision: u32,
    steps: usize,
    file: &'a str,
    digest: &'a str,
}

/// A map that errors keep from running, for programs.
#[derive(Debug, Serialize)]
struct Stopped<'a> {
    map: &'a str,
    file: &'a str,
}

/// The answer for programs.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    atlas: &'a str,
    maps: Vec<Entry<'a>>,
    stopped: Vec<Stopped<'a>>,
}

fn answer(atlas: &CheckedAtlas) -> Answer<'_> {
    let maps = atlas.machines().values().map(|machine| entry(machine)).collect();
    let stopped = atlas.stopped().iter().map(|(map, file)| Stopped { map, file }).collect();
    Answer { atlas: atlas.id(), maps, stopped }
}

fn entry(machine: &Machine) -> Entry<'_> {
    let map = machine.map();
    Entry {
        map: &map.id,
        title: &map.title,
        theme: &map.about.theme,
        owner: &map.owner,
        reading: map.about.reading.word(),
        revision: map.revision,
        steps: map.steps.len(),
        file: &map.about.file,
        digest: machine.digest(),
    }
}

fn say(atlas: &CheckedAtlas, context: &Context) {
    let out = &context.out;
    out.line(format_args!(
        "{BOLD}{}{BOLD:#}: {}",
        text::clean(atlas.title()),
        text::count(atlas.machines().len(), "map")
    ));
    let mut themes: BTreeMap<&str, Vec<&Machine>> = BTreeMap::new();
    for machine in atlas.machines().values() {
        themes.entry(&machine.map().about.theme).or_default().push(machine);
    }
    let widest = atlas.machines().keys().map(|id| text::width(id)).max().unwrap_or(0);
    for (theme, machines) in themes {
        let title = atlas.themes().get(theme).map_or(theme, String::as_str);
        out.blank();
        out.line(format_args!("{BOLD}{}{BOLD:#} {DIM}({theme}){DIM:#}", text::clean(title)));
        for machine in machines {
            let map = machine.map();
            let steps = text::count(map.steps.len(), "step");
            let (reading, revision) = (reading(map.about.reading), map.revision);
            out.line(format_args!("  {BOLD}{}{BOLD:#}  {reading}  revision {revision}, {steps}", pad(&map.id, widest)));
            let width = out.prose_width().saturating_sub(4);
            text::wrap(&map.title, width).iter().for_each(|line| out.line(format_args!("    {line}")));
        }
    }
    if !atlas.stopped().is_empty() {
        out.blank();
        out.line(format_args!("{ERROR}Stopped by errors{ERROR:#}"));
        for (map, file) in atlas.stopped() {
            out.line(format_args!("  {BOLD}{map}{BOLD:#}"));
            out.line(format_args!("    {}", check_command(Path::new(file))));
        }
    }
}

fn reading(reading: Reading) -> String {
    const WIDEST: usize = 13;
    pad(reading.word(), WIDEST)
}
