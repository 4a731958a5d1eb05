//! `map draw`: a map, the way of a case, or the chart of all maps, as SVG or as text for Mermaid or Graphviz.

mod case;

use mapcase_case::CaseNumber;
use mapcase_map::draw;

use crate::args::{Format, formats};
use crate::atlas;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  mapcase map draw transfer-out > transfer-out.svg
  mapcase map draw --case 17V > 17V.svg
  mapcase map draw > atlas.svg
  mapcase map draw transfer-out --format mermaid

Without a map: the chart of all maps and the links between them.

Every browser shows and prints SVG. GitHub, GitLab and many wikis draw Mermaid
text as it stands; `dot -Tpdf` draws Graphviz text.";

/// Draw a map, the way of a case, or all maps with their links
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The map, such as transfer-out; all maps where none is named
    map: Option<String>,
    /// The case whose way is drawn on its map, with what is late (SVG only)
    #[arg(long, value_name = "CASE", conflicts_with = "map")]
    case: Option<CaseNumber>,
    /// What the drawing is for: browsers and paper, Mermaid or Graphviz
    #[arg(long, value_name = "FORMAT", default_value = "svg", value_parser = formats(&["svg", "mermaid", "dot"]))]
    format: Format,
}

/// Writes the drawing.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    if !matches!(args.format, Format::Svg | Format::Mermaid | Format::Dot) {
        return Err(CliError::usage("a drawing is written for `svg`, `mermaid` or `dot`")
            .help("write `mapcase map draw MAP --format svg`, or `mapcase map show MAP --format json`"));
    }
    let drawing = match (&args.map, args.case) {
        (_, Some(case)) => of_case(case, args.format, context)?,
        (Some(map), None) => of_map(map, args.format, context)?,
        (None, None) => of_atlas(args.format, context)?,
    };
    context.out.text(&drawing);
    Ok(Exit::Done)
}

fn of_map(map: &str, format: Format, context: &Context) -> Result<String, CliError> {
    let whole = context.atlas()?;
    let machine = atlas::machine(&whole, map, context.atlas_dir())?;
    Ok(match format {
        Format::Mermaid => draw::mermaid(machine, &whole),
        Format::Dot => draw::dot(machine, &whole),
        _ => draw::svg(machine, &whole, None),
    })
}

fn of_atlas(format: Format, context: &Context) -> Result<String, CliError> {
    let whole = context.atlas()?;
    Ok(match format {
        Format::Mermaid => draw::atlas_mermaid(&whole),
        Format::Dot => draw::atlas_dot(&whole),
        _ => draw::atlas_svg(&whole),
    })
}

/// The map is the one on which the case runs, of its own revision. Roles and themes are those of the atlas.
fn of_case(case: CaseNumber, format: Format, context: &Context) -> Result<String, CliError> {
    if format != Format::Svg {
        return Err(CliError::usage("the way of a case is drawn as `svg` only")
            .help(format!("write `mapcase map draw --case {case}`")));
    }
    let session = Session::acting(context)?;
    let (view, taken) = case::taken(&session, case)?;
    // A session that acts has an atlas.
    let atlas = session.engine.shelf().atlas().ok_or_else(|| CliError::refused("the atlas cannot be used"))?;
    Ok(draw::svg(&view.machine, atlas, Some(&taken)))
}
