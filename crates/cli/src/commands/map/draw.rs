//! `map draw`: a map, the way of a case, or the chart of all maps, as SVG or as text for Mermaid, Graphviz or BPMN tools.

mod case;

use std::sync::Arc;

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
  mapcase map draw transfer-out --format bpmn > transfer-out.bpmn

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
    /// What the drawing is for: browsers and paper, Mermaid, Graphviz, or BPMN tools (one map only)
    #[arg(long, value_name = "FORMAT", default_value = "svg",
          value_parser = formats(&["svg", "mermaid", "dot", "bpmn"]))]
    format: Format,
}

/// Writes the drawing.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    if !matches!(args.format, Format::Svg | Format::Mermaid | Format::Dot | Format::Bpmn) {
        return Err(CliError::usage("a drawing is written for `svg`, `mermaid`, `dot` or `bpmn`")
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
        Format::Bpmn => draw::bpmn(machine, &whole),
        _ => draw::svg(machine, &whole, None),
    })
}

fn of_atlas(format: Format, context: &Context) -> Result<String, CliError> {
    let whole = context.atlas()?;
    Ok(match format {
        Format::Mermaid => draw::atlas_mermaid(&whole),
        Format::Dot => draw::atlas_dot(&whole),
        Format::Bpmn => {
            return Err(CliError::usage("BPMN is written of one map")
                .help("write `mapcase map draw MAP --format bpmn`, or `mapcase map draw > atlas.svg`"));
        }
        _ => draw::atlas_svg(&whole),
    })
}

/// The map is the one on which the case runs, of its own revision. Roles and themes are those of the atlas.
fn of_case(case: CaseNumber, format: Format, context: &Context) -> Result<String, CliError> {
    if format != Format::Svg {
        return Err(CliError::usage("the way of a case is drawn as `svg` only")
            .help(format!("write `mapcase map draw --case {case}`")));
    }
    let whole = Arc::new(context.atlas()?);
    let session = Session::looking(context, whole.clone())?;
    let (view, taken) = case::taken(&session, case)?;
    Ok(draw::svg(&view.machine, &whole, Some(&taken)))
}
