//! `audit verify`: proves that no history was changed.

use mapcase_case::CaseNumber;
use mapcase_engine::verify::{Finding, Verification};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{ERROR, GOOD};
use crate::progress::with_bar;
use crate::session::Session;
use crate::text;

/// Verify that no event was changed, dropped or put in
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mapcase audit verify
  mapcase audit verify 17V
  mapcase audit verify --format json

What it cannot see: whoever can write the file can make a whole new history that
is sound in itself. Keep copies where they cannot.
Exit code 4 says that the casebook is not what it was.
JSON: {\"cases\",\"events\",\"erased\",\"findings\":[{\"case\",\"seq\",\"what\"}]}")]
pub struct Args {
    /// Only this case
    case: Option<CaseNumber>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Exit, CliError> {
    let session = Session::reading(context)?;
    let report = with_bar("verifying", |progress| session.engine.verify(args.case, progress))?;
    if context.is_json() {
        context.out.json(&json(&report))?;
    } else {
        say(&report, context);
    }
    Ok(if report.findings.is_empty() { Exit::Done } else { Exit::Damaged })
}

fn json(report: &Verification) -> Value {
    let entry = |finding: &Finding| json!({ "case": finding.case.map(|case| case.to_string()), "seq": finding.seq, "what": finding.what });
    json!({
        "cases": report.cases,
        "events": report.events,
        "erased": report.erased,
        "findings": report.findings.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn say(report: &Verification, context: &Context) {
    let out = &context.out;
    for finding in &report.findings {
        let place = match (finding.case, finding.seq) {
            (Some(case), Some(seq)) => format!("case {case}, event {seq}"),
            (Some(case), None) => format!("case {case}"),
            _ => "casebook".to_string(),
        };
        let lines = text::wrap(&finding.what, out.width().saturating_sub(4));
        out.line(format_args!("{ERROR}{place}{ERROR:#}"));
        lines.iter().for_each(|line| out.line(format_args!("    {line}")));
    }
    let counted = format!("{}, {}", text::count(report.cases, "case"), text::count(report.events, "event"));
    if report.findings.is_empty() {
        out.line(format_args!("{GOOD}verified{GOOD:#}: {counted}; nothing was changed, dropped or put in"));
    } else {
        out.line(format_args!(
            "{ERROR}not as it was recorded{ERROR:#}: {counted}; {}",
            text::count(report.findings.len(), "finding")
        ));
    }
    match report.erased {
        0 => {}
        1 => out.line("1 personal value was erased; its commitment stands"),
        erased => out.line(format!("{erased} personal values were erased; their commitments stand")),
    }
}
