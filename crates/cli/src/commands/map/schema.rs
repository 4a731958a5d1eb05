//! `map schema`: the map language as JSON Schema, for editors.

use clap::builder::PossibleValuesParser;
use mapcase_map::schema;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  mapcase map schema > mapcase.json        every kind of file
  mapcase map schema map > map.json        maps alone

With an editor that runs yaml-language-server, this line at the top of a file
is enough:
  # yaml-language-server: $schema=mapcase.json

The schema of every kind of file looks at the file's first key. docs/editors.md
says how to set an editor up.";

/// The map language as JSON Schema, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The kind of file, by its first key [default: all of them]
    #[arg(value_parser = PossibleValuesParser::new(schema::KINDS))]
    kind: Option<String>,
}

/// Writes the schema, draft 07.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let schema = args.kind.as_deref().and_then(schema::of_kind).unwrap_or_else(schema::of_all);
    context.out.json(&schema)?;
    Ok(Exit::Done)
}
