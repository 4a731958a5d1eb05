//! `attach`: attaches a reference to a document.

use std::path::PathBuf;

use mapcase_case::{Act, Attachment, CaseNumber};
use mapcase_engine::files::sha256_of;

use crate::cases;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::Acting;

/// Attach a reference to a document
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase attach 17V letter SP-2022-114
  mapcase attach 17V letter SP-2022-114 --file letter.pdf

The document itself is never kept: only where it is, and its SHA-256 if the file
is named, so that it can be recognised later.")]
pub struct Args {
    /// The case
    case: CaseNumber,
    /// What it is evidence of; `mapcase show CASE` names what is missing
    name: String,
    /// Where the document is kept
    reference: String,
    /// The document, to take its SHA-256
    #[arg(long, value_name = "FILE", conflicts_with = "sha256")]
    file: Option<PathBuf>,
    /// The document's SHA-256, where it is known already
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    #[command(flatten)]
    acting: Acting,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let of_file = args.file.as_deref().map(sha256_of).transpose();
    let of_file =
        of_file.map_err(|error| CliError::from(error).help("name the document's file, or leave --file out"))?;
    let attachment = Attachment {
        name: args.name.clone(),
        reference: args.reference.clone(),
        sha256: of_file.or_else(|| args.sha256.clone()),
    };
    cases::act(context, args.case, Act::Attach(attachment), &args.acting, "attached")
}
