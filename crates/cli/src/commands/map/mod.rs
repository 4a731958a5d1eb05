//! `map`: look at the maps.

mod book;
mod diff;
mod draw;
mod list;
mod schema;
mod show;
mod test;
mod times;
mod what_if;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// List, show, draw, time, test, compare maps; try edits on cases
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Draw(draw::Args),
    Book(book::Args),
    Test(test::Args),
    Diff(diff::Args),
    WhatIf(what_if::Args),
    Schema(schema::Args),
    Times(times::Args),
}

/// Runs the command on maps that was typed.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    match &args.command {
        Command::List(args) => list::run(args, context),
        Command::Show(args) => show::run(args, context),
        Command::Draw(args) => draw::run(args, context),
        Command::Book(args) => book::run(args, context),
        Command::Test(args) => test::run(args, context),
        Command::Diff(args) => diff::run(args, context),
        Command::WhatIf(args) => what_if::run(args, context),
        Command::Schema(args) => schema::run(args, context),
        Command::Times(args) => times::run(args, context),
    }
}
