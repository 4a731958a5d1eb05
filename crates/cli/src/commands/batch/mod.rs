//! `batch`: gives the commands of a file, many in one transaction.

mod line;
mod said;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use mapcase_case::{CaseNumber, Command, Opening};
use mapcase_engine::files::read_lines;
use mapcase_engine::{Answer, Engine, Error};
use serde_json::{Value, json};

use self::line::{Asked, Deed, Whose};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::progress::with_bar;
use crate::session::Session;
use crate::text;

const HELP: &str = "\
Examples:
  mapcase batch commands.jsonl
  mapcase batch - --format json < commands.jsonl

The file has one command a line, as a JSON object; blank lines are passed over:
  {\"command\":\"open\",\"map\":\"move\",\"set\":{\"ola\":\"Northtown\"},\"request\":\"a1\"}
  {\"command\":\"do\",\"case\":\"@a1\",\"as\":\"ASW\",\"attach\":{\"letter\":\"SP-22-114\"}}
`@a1` is the case that the request `a1`, further up in the file, opened.

  open       map, entry, set          check-off  case, item
  do         case, step, set,         attach     case, name, reference, sha256
             check_off, attach        note       case, text
  answer     answer, and all of `do`  assign     case, to (null: nobody)
  receive    case, step, set, attach  withdraw   case, reason
  set        case, set
  all        actor, as, at, expect, request; now (in a simulated casebook)

The whole file is read first: where one line cannot be understood, none is done.
Then each command is done or refused as if it were given alone; 1,000 are
written to the disk together. With a request id on each line a file can be given
again: what was done is answered and not done twice.

JSON: {\"done\",\"answers\":[{\"line\",\"case\",\"map\",\"step\",\"status\",\"seq\"}],
\"refused\":[{\"line\", and all of an error}]}
Exit code 1 says that some were refused; the others were done.";

/// Give many commands from a file, fast
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// The file of commands, one a line in JSON; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// How many commands are written to the disk together: other programs wait for as long as that takes.
const TOGETHER: usize = 1_000;
/// How many states are kept between commands: those of a file are often about the same cases.
const KEPT: usize = 20_000;
/// A line is no longer: what a command says is far shorter.
const LONGEST_LINE: usize = 1024 * 1024;

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let mut session = Session::acting(context)?;
    let lines = read(args, &session)?;
    let actor = match lines.iter().all(|(_, asked)| asked.actor.is_some()) {
        true => String::new(),
        false => context.actor()?,
    };
    for role in
        lines.iter().filter_map(|(_, asked)| asked.role.as_deref()).chain(context.role()).collect::<BTreeSet<_>>()
    {
        session.known_role(Some(role))?;
    }
    let usual = Usual { actor, role: context.role().map(str::to_string) };
    let mut done = Done::default();
    session.engine.keep_up_to(KEPT);
    with_bar("giving commands", |progress| give(&lines, &usual, &mut session.engine, &mut done, progress))?;
    tell(&done, lines.len(), context)
}

/// A line's number, counted from 1, and what it asks for.
type Numbered = (usize, Asked);

/// Reads the whole file, and refuses all of it where a line cannot be understood.
fn read(args: &Args, session: &Session) -> Result<Vec<Numbered>, CliError> {
    let name = match args.file.to_str() {
        Some("-") => "standard input".to_string(),
        _ => args.file.display().to_string(),
    };
    let wrong = |number: usize, what: &str| {
        CliError::usage(format!("line {number} of {name}: {what}"))
            .help("no command of the file was given; `mapcase batch --help` shows what a line says")
            .detail("line", number)
    };
    let (mut lines, mut opens): (Vec<Numbered>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    for (at, bytes) in read_lines(&args.file)?.into_iter().enumerate() {
        let number = at + 1;
        if bytes.len() > LONGEST_LINE {
            return Err(wrong(number, "it is longer than 1 MiB"));
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| wrong(number, "it is not UTF-8"))?;
        let text = if at == 0 { text.trim_start_matches('\u{feff}') } else { text }.trim();
        if text.is_empty() {
            continue;
        }
        let asked = line::read(text, session.zone).map_err(|what| wrong(number, &what))?;
        match (&asked.deed, &asked.request) {
            (Deed::Open { .. }, Some(request)) => drop(opens.insert(request.clone())),
            (Deed::Act(Whose::Opened(request), _), _) if !opens.contains(request) => {
                return Err(wrong(number, &format!("no line above it opens a case with the request `{request}`")));
            }
            _ => {}
        }
        lines.push((number, asked));
    }
    Ok(lines)
}

/// What holds where a line does not say it.
struct Usual {
    actor: String,
    role: Option<String>,
}

/// What came of the commands.
#[derive(Default)]
struct Done {
    answers: Vec<(usize, Answer)>,
    refused: Vec<(usize, CliError)>,
    /// The cases that requests opened.
    opened: BTreeMap<String, CaseNumber>,
}

/// Gives the commands. What comes of them is told of those alone that are on the disk.
fn give(
    lines: &[Numbered],
    usual: &Usual,
    engine: &mut Engine,
    done: &mut Done,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(), CliError> {
    for (at, group) in lines.chunks(TOGETHER).enumerate() {
        progress(at * TOGETHER, lines.len());
        let mut stopped = 0;
        let given = engine.together(|engine| {
            let mut of_group = Done { opened: done.opened.clone(), ..Done::default() };
            for (number, asked) in group {
                stopped = *number;
                match one(asked, usual, engine, &of_group.opened)? {
                    Ok(answer) => {
                        if let (Deed::Open { .. }, Some(request), Ok(case)) =
                            (&asked.deed, &asked.request, answer.case.parse())
                        {
                            of_group.opened.insert(request.clone(), case);
                        }
                        of_group.answers.push((*number, answer));
                    }
                    Err(refused) => of_group.refused.push((*number, refused)),
                }
            }
            Ok(of_group)
        });
        let first = group.first().map_or(0, |(number, _)| *number);
        let mut of_group = given.map_err(|error| {
            CliError::from(error)
                .line(
                    "at",
                    &format!("line {stopped}; what stands above line {first} was done, and nothing from there on"),
                )
                .detail("line", stopped)
                .detail("first_not_done", first)
        })?;
        done.answers.append(&mut of_group.answers);
        done.refused.append(&mut of_group.refused);
        done.opened = of_group.opened;
    }
    progress(lines.len(), lines.len());
    Ok(())
}

/// Gives one command: what it came to, or why it was refused. An error that is not about this command stops all.
fn one(
    asked: &Asked,
    usual: &Usual,
    engine: &mut Engine,
    opened: &BTreeMap<String, CaseNumber>,
) -> Result<Result<Answer, CliError>, Error> {
    if asked.now.is_some()
        && let Err(error) = engine.set_time(asked.now)
    {
        return sort(Err(error));
    }
    let actor = asked.actor.clone().unwrap_or_else(|| usual.actor.clone());
    let role = asked.role.clone().or_else(|| usual.role.clone());
    let request = asked.request.as_deref();
    match &asked.deed {
        Deed::Open { map, entry, record } => {
            let (map, entry, record) = (map.clone(), entry.clone(), record.clone());
            sort(engine.open(&Opening { map, entry, record, actor, role, at: asked.at }, request))
        }
        Deed::Act(whose, act) => {
            let case = match whose {
                Whose::Case(case) => Some(*case),
                Whose::Opened(request) => opened.get(request).copied(),
            };
            let Some(case) = case else {
                let error = CliError::refused("the case was not opened: the line that should have was refused");
                return Ok(Err(error));
            };
            let command = Command { act: act.clone(), actor, role, at: asked.at, expect: asked.expect };
            sort(engine.command(case, &command, request))
        }
    }
}

/// Tells what is wrong with one command from what is wrong with the casebook or the machine.
fn sort(result: Result<Answer, Error>) -> Result<Result<Answer, CliError>, Error> {
    match result {
        Ok(answer) => Ok(Ok(answer)),
        Err(
            error
            @ (Error::Refused(_) | Error::NoCase(_) | Error::Clock(_) | Error::RequestReused(_) | Error::Fault(_)),
        ) => Ok(Err(error.into())),
        Err(error) => Err(error),
    }
}

fn tell(done: &Done, all: usize, context: &Context) -> Result<Exit, CliError> {
    let exit = if done.refused.is_empty() { Exit::Done } else { Exit::Refused };
    if context.is_json() {
        let answer = |(line, answer): &(usize, Answer)| {
            let Answer { case, map, step, status, seq } = answer;
            json!({ "line": line, "case": case, "map": map, "step": step, "status": status, "seq": seq })
        };
        let refused = |(line, error): &(usize, CliError)| {
            let mut said = serde_json::to_value(error.json()).unwrap_or_default();
            let mut entry = said.get_mut("error").map(Value::take).unwrap_or_default();
            entry["line"] = json!(line);
            entry
        };
        let answers: Vec<Value> = done.answers.iter().map(answer).collect();
        let refused: Vec<Value> = done.refused.iter().map(refused).collect();
        context.out.json(&json!({ "done": answers.len(), "answers": answers, "refused": refused }))?;
        return Ok(exit);
    }
    for (line, error) in &done.refused {
        let mut words = format!("refused: {}", error.message);
        let more = error.lines.iter().map(|(label, text)| format!("{label}: {text}"));
        more.chain(error.help.clone()).for_each(|more| words.push_str(&format!("; {more}")));
        let label = format!("line {line}");
        text::beside(0, &label, 12, &words, context.out.prose_width()).iter().for_each(|line| context.out.line(line));
    }
    if !done.refused.is_empty() {
        context.out.blank();
    }
    context.out.line(match done.refused.len() {
        0 => format!("{} done", text::count(all, "command")),
        refused => format!("{} of {} done, {refused} refused", done.answers.len(), text::count(all, "command")),
    });
    Ok(exit)
}
