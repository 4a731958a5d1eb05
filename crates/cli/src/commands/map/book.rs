//! `map book`: the whole atlas as one HTML file, to read, print and sign.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use mapcase_engine::export;
use mapcase_map::{CheckedAtlas, book, time};
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::when;
use crate::text;

const EXAMPLES: &str = "\
Examples:
  mapcase map book                         writes atlas-book.html
  mapcase map book --output ~/book.html
  mapcase map book --now 2026-11-23        says as of which day it is
  mapcase map book --output - | wc -c

The book is one HTML file that needs no network: open it in any browser, print
it there. Each map has a page with its drawing, its steps, its links both ways,
room for the owner's answers and a signature.

The same atlas gives the same bytes; with --now, the day stands on its front,
and a map whose review is overdue by then says so.

JSON: {book, maps, stopped, bytes}; `stopped` counts maps left out for errors.
With `--output -` the book itself is written, whatever the format.";

/// Write the atlas as one HTML file, to read, print and sign
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The file; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "atlas-book.html")]
    output: PathBuf,
}

/// Writes the book.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let atlas = context.atlas()?;
    let html = book::book(&atlas, today(&atlas, context)?);
    if args.output == Path::new("-") {
        context.out.text(&html);
        return Ok(Exit::Done);
    }
    export::write(&args.output, book::BEGINNING, &html)?;
    let (path, maps, stopped) = (args.output.display().to_string(), atlas.machines().len(), atlas.stopped().len());
    if context.is_json() {
        context.out.json(&json!({ "book": path, "maps": maps, "stopped": stopped, "bytes": html.len() }))?;
        return Ok(Exit::Done);
    }
    context.out.line(format_args!("wrote {path}: {}", text::count(maps, "map")));
    if stopped > 0 {
        let left_out = format!("{} left out for errors", text::count(stopped, "map"));
        context.out.aside("note", &left_out);
    }
    Ok(Exit::Done)
}

/// The day that was said; without one the book knows of none.
fn today(atlas: &CheckedAtlas, context: &Context) -> Result<Option<NaiveDate>, CliError> {
    let Some(said) = context.now() else { return Ok(None) };
    Ok(Some(time::local_date(when(said, atlas.zone())?, atlas.zone())?))
}
