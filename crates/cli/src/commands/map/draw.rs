//! `map draw`: one map as a flow chart, for Mermaid or Graphviz.

use mapcase_map::draw;

use crate::args::{Format, formats};
use crate::atlas;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  mapcase map draw transfer-out > transfer-out.mmd
  mapcase map draw transfer-out --format dot | dot -Tsvg > transfer-out.svg

GitHub, GitLab and many wikis draw Mermaid text as it stands.";

/// Draw a map as a flow chart
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The map, such as transfer-out
    map: String,
    /// What the drawing is for: Mermaid or Graphviz
    #[arg(long, value_name = "FORMAT", default_value = "mermaid", value_parser = formats(&["svg", "mermaid", "dot"]))]
    format: Format,
}

/// Writes the drawing.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let whole = context.atlas()?;
    let machine = atlas::machine(&whole, &args.map, context.atlas_dir())?;
    let drawing = match args.format {
        Format::Svg => draw::svg(machine, &whole, None),
        Format::Mermaid => draw::mermaid(machine, &whole),
        Format::Dot => draw::dot(machine, &whole),
        Format::Human | Format::Json | Format::Markdown => {
            return Err(CliError::usage("a drawing is written for `mermaid` or `dot`")
                .help("write `mapcase map draw MAP --format mermaid`, or `mapcase map show MAP --format json`"));
        }
    };
    context.out.text(&drawing);
    Ok(Exit::Done)
}
