//! `controls`: what carries each control of the registers, how it is enforced, and how often it held in this casebook.

mod human;
mod json;
mod words;

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use mapcase_case::CaseNumber;
use mapcase_engine::controls::{Counted, Why};
use mapcase_map::controls::{Carrier, Control, Register};
use mapcase_map::time::local_date;
use mapcase_map::written::day;
use mapcase_map::{CheckedAtlas, Map};

use crate::args::USUAL_CASEBOOK;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::session::{Session, stamp};

const EXAMPLES: &str = "\
Examples:
  mapcase controls                       every control of every register
  mapcase controls A3.6                  one of them, with every case
  mapcase controls --exceptions          which cases are an exception now

Without a casebook it shows what carries each control and how.
JSON: {\"casebook\" (true or false),\"registers\":[{\"register\",\"title\",
\"controls\":[{\"control\",\"title\",\"binds\",\"carried_by\":[{\"kind\" (map, step,
limit, starts or report),\"map\" (null of a report),\"id\",\"title\",
\"enforced\",\"held\" (null without a casebook)}]}]}]}
held: {\"done\" (of a map: its cases; of a report: the open cases it looks at),
\"opened\" (of starts),\"in_time\",\"late\" and \"passed_by\" (the cases),\"running\"}
JSON of --exceptions: {\"exceptions\":[{\"register\",\"control\",\"kind\",\"id\",\"map\",
\"case\", \"subject\" and \"step\" (null of a map that is to be read again),\"since\",
\"why\"}]}";

/// Show what carries each control, and how often it held
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only these controls, by their references
    #[arg(value_name = "CONTROL")]
    controls: Vec<String>,
    /// Only controls of this register
    #[arg(long, value_name = "REGISTER")]
    register: Option<String>,
    /// Only the cases that are an exception now: late ones, and those of reports
    #[arg(long)]
    exceptions: bool,
}

/// Everything that is shown.
struct Trace<'a> {
    atlas: &'a CheckedAtlas,
    rows: Vec<Row<'a>>,
    counted: Option<Counted>,
    /// The day in the atlas's zone, by the clock of the casebook.
    today: Option<NaiveDate>,
    /// Whether controls were asked for by name, so that nothing is left out of them.
    named: bool,
}

/// A control with what carries it.
struct Row<'a> {
    register: &'a Register,
    id: &'a str,
    control: &'a Control,
    carriers: Vec<Carrier<'a>>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let atlas = Arc::new(context.atlas()?);
    let rows = chosen(args, &atlas)?;
    let session = match has_casebook(context) || args.exceptions {
        true => Some(Session::looking(context, atlas.clone())?),
        false => None,
    };
    let counted = session.as_ref().map(|session| session.engine.count_controls()).transpose()?;
    let today = session.as_ref().and_then(|session| local_date(session.engine.now(), session.zone).ok());
    let trace = Trace { atlas: &atlas, rows, counted, today, named: !args.controls.is_empty() };
    match (args.exceptions, context.is_json()) {
        (true, true) => context.out.json(&json::exceptions(&trace))?,
        (true, false) => human::exceptions(&trace, context),
        (false, true) => context.out.json(&json::trace(&trace))?,
        (false, false) => human::trace(&trace, context),
    }
    Ok(Exit::Done)
}

/// Whether there is a casebook to look into. One that was named and is not there is a mistake that is told.
fn has_casebook(context: &Context) -> bool {
    context.casebook().exists() || context.casebook() != Path::new(USUAL_CASEBOOK)
}

fn chosen<'a>(args: &Args, atlas: &'a CheckedAtlas) -> Result<Vec<Row<'a>>, CliError> {
    if atlas.registers().is_empty() {
        let error = CliError::not_found("the atlas has no register of controls");
        return Err(error.help("a register is a file that begins with `controls:`"));
    }
    if let Some(register) = args.register.as_ref().filter(|id| atlas.registers().iter().all(|one| one.id != **id)) {
        let error = CliError::not_found(format!("there is no register `{register}` in the atlas"));
        let known = atlas.registers().iter().map(|register| register.id.as_str());
        return Err(error.or_meant(register, known, "`mapcase controls` names the registers"));
    }
    if let Some(control) = args.controls.iter().find(|id| !atlas.controls().contains_key(*id)) {
        let error = CliError::not_found(format!("there is no control `{control}` in any register"));
        let known = atlas.controls().keys().map(String::as_str);
        return Err(error.or_meant(control, known, "`mapcase controls` names the controls"));
    }
    let registers = atlas.registers().iter().filter(|one| args.register.as_ref().is_none_or(|id| one.id == *id));
    let all = registers.flat_map(|register| register.items.iter().map(move |id| (register, id)));
    let asked = all.filter(|(_, id)| args.controls.is_empty() || args.controls.contains(id));
    let row = |(register, id): (&'a Register, &'a String)| {
        let control = atlas.controls().get(id)?;
        Some(Row { register, id, control, carriers: atlas.carriers(id) })
    };
    Ok(asked.filter_map(row).collect())
}

impl Trace<'_> {
    /// Whether the day by which a map must be read again is past.
    fn is_overdue(&self, map: &Map) -> bool {
        self.today.zip(map.about.review_by).is_some_and(|(today, by)| today > by)
    }

    /// The exceptions of a control now.
    fn exceptions<'r>(&self, row: &'r Row<'_>) -> Vec<Found<'r>> {
        let mut found = Vec::new();
        for carrier in &row.carriers {
            if let Carrier::Map(map) = carrier
                && let Some(by) = map.about.review_by.filter(|_| self.is_overdue(map))
            {
                let why = vec![format!("it was to be read again by {}", day(by))];
                let on = by.succ_opt().unwrap_or(by);
                let (case, subject, stands, since) = (None, None, None, on.to_string());
                found.push(Found { carrier, case, subject, stands, map: map.id.clone(), since, on, why });
            }
            for exception in self.counted.iter().flat_map(|counted| counted.exceptions(carrier)) {
                let map = self.atlas.machine(&exception.map).map(|machine| machine.map());
                let stands = map.and_then(|map| map.step(&exception.step)).map(|step| step.title.clone());
                let stands = stands.filter(|_| !exception.why.iter().any(|why| is_of_step(why, &exception.step)));
                let why = exception.why.iter().map(|why| words::why(why, map, self.atlas)).collect();
                let on = local_date(exception.since, self.atlas.zone()).unwrap_or(exception.since.date_naive());
                let (case, since) = (Some((exception.case, exception.step)), stamp(exception.since));
                let (subject, map) = (exception.subject, exception.map);
                found.push(Found { carrier, case, subject, stands, map, since, on, why });
            }
        }
        found
    }
}

/// Whether that the step was not done in time is why.
fn is_of_step(why: &Why, step: &str) -> bool {
    matches!(why, Why::Late { kind, id, .. } if kind == "deadline" && id == step)
}

/// An exception to a control.
struct Found<'r> {
    carrier: &'r Carrier<'r>,
    /// The case and its step; none of a map that is to be read again.
    case: Option<(CaseNumber, String)>,
    /// Whom or what the case is about.
    subject: Option<String>,
    /// The title of the step at which it stands, where that is not what is late.
    stands: Option<String>,
    map: String,
    /// Since when, for programs: an instant, or of a map a day.
    since: String,
    /// The same as a day of the atlas's zone.
    on: NaiveDate,
    why: Vec<String>,
}
