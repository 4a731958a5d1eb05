//! `map show`: what a map says, for people who do not read YAML.

use mapcase_map::links::links;
use mapcase_map::model::{Limit, Map, Step};
use mapcase_map::{CheckedAtlas, Machine, Transition};

mod human;
mod json;

use crate::atlas;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  mapcase map show transfer-out
  mapcase map show transfer-out --format json

Roles are shown by the abbreviations of the atlas; those that the map names
are explained at its end.";

/// Show what a map says: its steps, roles, deadlines, sources and links
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The map, such as transfer-out
    map: String,
}

/// Shows the map.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let whole = context.atlas()?;
    let machine = atlas::machine(&whole, &args.map, context.atlas_dir())?;
    if context.is_json() {
        context.out.json(&json::answer(machine, &whole))?;
    } else {
        human::say(machine, &whole, &context.out);
    }
    Ok(Exit::Done)
}

/// A place in another map from which cases come to this one.
#[derive(Debug)]
struct LedFrom<'a> {
    map: &'a str,
    /// The step, the limit, or what comes round.
    step: &'a str,
    /// `hand-over`, `call`, `start`, `overdue` for what a deadline starts, `starts` for what comes round.
    mode: &'static str,
}

/// Every place in the atlas from which cases come to a map.
fn led_from<'a>(map: &str, atlas: &'a CheckedAtlas) -> Vec<LedFrom<'a>> {
    let all = atlas.machines().values().flat_map(|machine| {
        let from = machine.map();
        links(from).into_iter().filter(|link| link.to == map).map(|link| LedFrom {
            map: &from.id,
            step: link.at,
            mode: link.why.word(),
        })
    });
    all.collect()
}

/// The ways out of a step, in the order in which the map names them.
fn ways<'a>(machine: &'a Machine, step: &Step) -> Vec<(&'a Transition, &'a Step)> {
    let mut ways: Vec<_> = machine.transitions(&step.id).collect();
    // petgraph gives the last edge first.
    ways.reverse();
    ways
}

/// The limits that this step starts or stops.
fn limits_at<'a>(map: &'a Map, step: &'a str) -> impl Iterator<Item = (&'a String, &'a Limit)> {
    map.limits.iter().filter(move |(_, limit)| limit.from == step || limit.to == step)
}
