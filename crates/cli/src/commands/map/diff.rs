//! `map diff`: what has changed in the meaning of maps, step by step, in words.

use std::sync::Arc;

use mapcase_engine::movable::Movable;
use mapcase_map::CheckedAtlas;
use mapcase_map::diff::{AtlasDiff, atlases, pair};

mod human;
mod json;
mod side;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Session;

use side::Side;

const EXAMPLES: &str = "\
Examples:
  mapcase map diff HEAD~1                the last commit, and the maps now
  mapcase map diff v1 v2                 two revisions of git
  mapcase map diff old.yaml processes/transfers/transfer-out.yaml
  mapcase map diff v1:processes/transfers/transfer-out.yaml
  mapcase map diff main --cases          with the open cases of the casebook

A and B are a folder (an atlas), a file (one map), a revision of git (the atlas
as it was then) or REVISION:PATH. A path that exists goes before a revision of
the same name; without B, A is compared with the atlas. A file that is in no
atlas is read in the place of the map of its name. Of two sides of which one is
one map, that map is compared. Nothing is written, in git neither.

Comments, layout, quotes and notes are no difference. With --cases: each open
case of the casebook that runs on another meaning than B has, and whether it
could be moved there.

Exit code 0 says that nothing differs, 1 that something does, as `diff` says it.
JSON: {\"before\",\"after\",\"same\",\"shared\":[CHANGE],\"maps\":[{\"map\",\"title\",
\"change\":\"added|removed|renamed|changed\",\"from\",\"revisions\":[BEFORE,AFTER],
\"changes\":[CHANGE]}],\"stopped\":[MAP],\"cases\":[{\"case\",\"map\",\"revision\",\"step\",
\"touched\",\"movable\",\"obstacles\":[TEXT]}] or null}
CHANGE: {\"of\",\"id\",\"title\",\"change\":\"added|removed|renamed|changed\",\"from\",
\"aspect\",\"which\",\"before\":[TEXT],\"after\":[TEXT],
\"weight\":\"runs|wording|about\",\"says\"}";

/// Tell how maps differ in meaning: files, folders, git revisions
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What it was: a folder, a file, a git revision, or REVISION:PATH
    #[arg(value_name = "A")]
    before: String,
    /// What it is [default: the atlas]
    #[arg(value_name = "B")]
    after: Option<String>,
    /// Also tell which open cases stand on what has changed, and which can be moved
    #[arg(long)]
    cases: bool,
}

/// What was found.
struct Found {
    before: String,
    after: String,
    diff: AtlasDiff,
    /// Maps that errors keep from being compared, each with the sides that have them.
    stopped: Vec<(String, Vec<String>)>,
    cases: Option<Vec<Movable>>,
}

impl Found {
    /// Whether nothing differs.
    fn is_same(&self) -> bool {
        self.diff.shared.is_empty() && self.diff.maps.is_empty() && self.diff.stopped.is_empty()
    }
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let (before, after) = side::both(&args.before, args.after.as_deref(), context)?;
    let after_atlas = Arc::new(after.atlas()?);
    let before_atlas = before.atlas()?;
    let (diff, only) = compare(&before, &before_atlas, &after, &after_atlas)?;
    let sides = [(&before.name, &before_atlas), (&after.name, &*after_atlas)];
    let with_errors = |map: &String| -> Vec<String> {
        let sides = sides.iter().filter(|(_, atlas)| atlas.stopped().contains_key(map));
        sides.map(|(name, _)| (*name).clone()).collect()
    };
    let stopped = diff.stopped.iter().map(|map| (map.clone(), with_errors(map))).collect();
    let cases = args.cases.then(|| -> Result<Vec<Movable>, CliError> {
        Ok(Session::looking(context, after_atlas.clone())?.engine.movable(only.as_deref())?)
    });
    let found = Found { before: before.name, after: after.name, diff, stopped, cases: cases.transpose()? };
    if context.is_json() {
        context.out.json(&json::answer(&found))?;
    } else {
        human::say(&found, &context.out);
    }
    Ok(if found.is_same() { Exit::Done } else { Exit::Refused })
}

/// The difference, and the map to which it is confined, where one side is one map.
fn compare(
    before: &Side,
    old: &CheckedAtlas,
    after: &Side,
    new: &CheckedAtlas,
) -> Result<(AtlasDiff, Option<String>), CliError> {
    let (from, to) = (before.only(old)?, after.only(new)?);
    let Some(to_id) = to.clone().or_else(|| from.clone()) else { return Ok((atlases(old, new), None)) };
    let from_id = from.unwrap_or_else(|| to_id.clone());
    let mut diff = AtlasDiff::default();
    let stopped = |atlas: &CheckedAtlas, id: &String| atlas.stopped().contains_key(id);
    if stopped(old, &from_id) || stopped(new, &to_id) {
        diff.stopped.push(to_id.clone());
        return Ok((diff, Some(to_id)));
    }
    let (old, new) = (old.machine(&from_id), new.machine(&to_id));
    diff.maps.extend(pair(old.map(|machine| machine.map()), new.map(|machine| machine.map())));
    Ok((diff, Some(to_id)))
}
