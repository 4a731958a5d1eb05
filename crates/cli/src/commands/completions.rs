//! `completions`: what a shell needs to complete what is typed.

use clap_complete::Shell;

use crate::args::Colour;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::help;

const EXAMPLES: &str = "\
Examples:
  mapcase completions bash > ~/.local/share/bash-completion/completions/mapcase
  mapcase completions fish > ~/.config/fish/completions/mapcase.fish
  mapcase completions zsh > ~/.zfunc/_mapcase";

/// Print what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::command(Colour::Never), "mapcase", &mut script);
    context.out.text(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
