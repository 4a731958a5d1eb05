//! The commands: one file each, with what may be typed and one function. To add one: write `NAME.rs` with `Args` (help and
//! examples on it) and `run`, add it to [`Command`] and its `match`, and put its name into a group in `help.rs`.

mod answer;
mod assign;
mod attach;
mod audit;
mod batch;
mod casebook;
mod check;
mod check_off;
mod completions;
mod controls;
mod deadline;
mod do_step;
mod due;
mod explain;
mod history;
mod init;
mod list;
mod map;
mod note;
mod open;
mod receive;
mod set;
mod show;
mod tick;
mod withdraw;
mod work;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Every command.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Answer(answer::Args),
    Assign(assign::Args),
    Attach(attach::Args),
    Audit(audit::Args),
    Batch(batch::Args),
    Casebook(casebook::Args),
    CheckOff(check_off::Args),
    Do(do_step::Args),
    Due(due::Args),
    History(history::Args),
    Init(init::Args),
    List(list::Args),
    Note(note::Args),
    Open(open::Args),
    Receive(receive::Args),
    Set(set::Args),
    Show(show::Args),
    Tick(tick::Args),
    Withdraw(withdraw::Args),
    Work(work::Args),
    Check(check::Args),
    Completions(completions::Args),
    Controls(controls::Args),
    Deadline(deadline::Args),
    Explain(explain::Args),
    Map(map::Args),
}

impl Command {
    /// Runs the command that was typed.
    ///
    /// # Errors
    ///
    /// Why it failed, with its exit code.
    pub fn run(self, context: &Context) -> Result<Exit, CliError> {
        match self {
            Command::Answer(args) => answer::run(&args, context),
            Command::Assign(args) => assign::run(&args, context),
            Command::Attach(args) => attach::run(&args, context),
            Command::Audit(args) => audit::run(&args, context),
            Command::Batch(args) => batch::run(&args, context),
            Command::Casebook(args) => casebook::run(&args, context),
            Command::CheckOff(args) => check_off::run(&args, context),
            Command::Do(args) => do_step::run(&args, context),
            Command::Due(args) => due::run(&args, context),
            Command::History(args) => history::run(&args, context),
            Command::Init(args) => init::run(&args, context),
            Command::List(args) => list::run(&args, context),
            Command::Note(args) => note::run(&args, context),
            Command::Open(args) => open::run(&args, context),
            Command::Receive(args) => receive::run(&args, context),
            Command::Set(args) => set::run(&args, context),
            Command::Show(args) => show::run(&args, context),
            Command::Tick(args) => tick::run(&args, context),
            Command::Withdraw(args) => withdraw::run(&args, context),
            Command::Work(args) => work::run(&args, context),
            Command::Check(args) => check::run(&args, context),
            Command::Completions(args) => completions::run(&args, context),
            Command::Controls(args) => controls::run(&args, context),
            Command::Deadline(args) => deadline::run(&args, context),
            Command::Explain(args) => explain::run(&args, context),
            Command::Map(args) => map::run(&args, context),
        }
    }
}
