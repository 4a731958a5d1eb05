//! `map what-if`: past and open cases on other maps: which would have gone another way.

use std::sync::Arc;

use mapcase_case::what_if::{Judged, Late, Verdict};
use mapcase_map::time::local;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{BOLD, ERROR, GOOD, Output, WARNING};
use crate::progress::with_bar;
use crate::session::{Session, stamp};
use crate::text;

const EXAMPLES: &str = "\
Examples:
  mapcase map what-if --atlas edited --casebook casebook.db
  mapcase map what-if --format json > what-if.json

What people did in the cases of the casebook, past and open, is done again on
the maps of the atlas as they are now, at the times at which it was recorded,
and timers fire in between. The casebook is only read. Each case goes the same
way or another, or something that was done would be refused; deadlines pass that
did not, or pass no longer. A case is followed as far as that can be known: to
the first thing that is refused, or that depends on a case that went otherwise.
Names that were only renamed are followed. Texts that were erased are taken as
given; a case whose map looks at an erased value is `unknown`.

Exit code 0 says that all cases go the same way and nothing else is late, 1 that
some do not. JSON: {\"casebook\",\"atlas\",\"cases\",\"same\",\"other_way\",\"refused\",
\"not_opened\",\"unknown\",\"newly_late\",\"no_longer_late\",\"list\":[{\"case\",\"map\",
\"verdict\":\"same|other-way|refused|not-opened|unknown\",\"at\",\"step\",\"was\",
\"was_at\",\"is\",\"is_at\",\"act\",\"reason\",\"why\",\"missing\":[TEXT],\"newly_late\":[LATE],
\"no_longer_late\":[LATE],\"opens\":[MAP]}]}; the list leaves out what stays the
same. LATE: {\"kind\",\"id\",\"due_at\",\"passed_at\"}";

/// Replay past cases on edited maps: what would have changed
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {}

/// The cases in numbers, and those of which there is something to say.
#[derive(Default)]
struct Sum {
    cases: usize,
    same: usize,
    other_way: usize,
    refused: usize,
    not_opened: usize,
    unknown: usize,
    newly_late: usize,
    no_longer_late: usize,
    list: Vec<Judged>,
}

impl Sum {
    fn add(&mut self, judged: Judged) {
        self.cases += 1;
        *match judged.verdict {
            Verdict::Same => &mut self.same,
            Verdict::OtherWay(_) => &mut self.other_way,
            Verdict::Refused { .. } => &mut self.refused,
            Verdict::NotOpened => &mut self.not_opened,
            Verdict::Unknown { .. } => &mut self.unknown,
        } += 1;
        self.newly_late += usize::from(!judged.newly_late.is_empty());
        self.no_longer_late += usize::from(!judged.no_longer_late.is_empty());
        let quiet = judged.newly_late.is_empty() && judged.no_longer_late.is_empty() && judged.opens.is_empty();
        if !quiet || !matches!(judged.verdict, Verdict::Same) {
            self.list.push(judged);
        }
    }
}

/// Runs the command.
pub fn run(_: &Args, context: &Context) -> Result<Exit, CliError> {
    let atlas = Arc::new(context.atlas()?);
    let session = Session::looking(context, atlas)?;
    let mut sum = Sum::default();
    with_bar("replaying families", |progress| session.engine.what_if(progress, |judged| sum.add(judged)))?;
    let exit = if sum.list.is_empty() { Exit::Done } else { Exit::Refused };
    if context.is_json() {
        context.out.json(&answer(&sum, context))?;
    } else {
        say(&sum, &session, context);
    }
    Ok(exit)
}

fn answer(sum: &Sum, context: &Context) -> Value {
    json!({
        "casebook": context.casebook().display().to_string(),
        "atlas": context.atlas_dir().display().to_string(),
        "cases": sum.cases,
        "same": sum.same,
        "other_way": sum.other_way,
        "refused": sum.refused,
        "not_opened": sum.not_opened,
        "unknown": sum.unknown,
        "newly_late": sum.newly_late,
        "no_longer_late": sum.no_longer_late,
        "list": sum.list.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn entry(judged: &Judged) -> Value {
    let late = |list: &[Late]| -> Vec<Value> {
        let one = |late: &Late| json!({ "kind": late.kind.word(), "id": late.id, "due_at": stamp(late.due_at), "passed_at": stamp(late.passed_at) });
        list.iter().map(one).collect()
    };
    let mut entry = json!({
        "case": judged.case.to_string(),
        "map": judged.map,
        "verdict": judged.verdict.word(),
        "at": null, "step": null, "was": null, "was_at": null, "is": null, "is_at": null, "act": null, "reason": null, "why": null,
        "missing": [],
        "newly_late": late(&judged.newly_late),
        "no_longer_late": late(&judged.no_longer_late),
        "opens": judged.opens,
    });
    match &judged.verdict {
        Verdict::OtherWay(parting) => {
            entry["at"] = json!(stamp(parting.at));
            entry["step"] = json!(parting.step);
            for (name, time, found) in [("was", "was_at", &parting.was), ("is", "is_at", &parting.is)] {
                entry[name] = json!(found.as_ref().map(|(found, _)| found.words()));
                entry[time] = json!(found.as_ref().map(|(_, at)| stamp(*at)));
            }
        }
        Verdict::Refused { at, act, refusal } => {
            entry["at"] = json!(stamp(*at));
            entry["act"] = json!(act);
            entry["reason"] = json!(refusal.kind.word());
            entry["why"] = json!(refusal.message);
            entry["missing"] = json!(refusal.missing);
        }
        Verdict::Unknown { at, why } => {
            entry["at"] = json!(stamp(*at));
            entry["why"] = json!(why);
        }
        Verdict::Same | Verdict::NotOpened => {}
    }
    entry
}

fn say(sum: &Sum, session: &Session, context: &Context) {
    let out = &context.out;
    let from = format!(
        "{} of {} on the maps of {}",
        text::count(sum.cases, "case"),
        context.casebook().display(),
        context.atlas_dir().display()
    );
    text::wrap(&from, out.prose_width()).iter().for_each(|line| out.line(line));
    out.blank();
    let columns = sum.cases.to_string().len();
    let row = |number: usize, what: &str| {
        if number > 0 {
            out.line(format!("  {number:>columns$}  {what}"));
        }
    };
    row(sum.same, "would have gone the same way");
    row(sum.other_way, "would have gone another way");
    row(sum.refused, "would have been refused something that was done");
    row(sum.not_opened, "would not have been opened");
    row(sum.unknown, "went the same way as far as can be known");
    row(sum.newly_late, "would have been late with something that was in time");
    row(sum.no_longer_late, "would have been in time with something that was late");
    for judged in &sum.list {
        one(judged, session, out);
    }
    if sum.list.is_empty() && sum.cases > 0 {
        out.blank();
        out.line(format_args!("{GOOD}Nothing would have been otherwise.{GOOD:#}"));
    }
}

fn one(judged: &Judged, session: &Session, out: &Output) {
    let when = |at| local(at, session.zone);
    out.blank();
    let heading = match judged.verdict {
        Verdict::Same => "same way".to_string(),
        Verdict::OtherWay(_) => format!("{WARNING}another way{WARNING:#}"),
        Verdict::Refused { .. } => format!("{ERROR}refused{ERROR:#}"),
        Verdict::NotOpened => format!("{WARNING}not opened{WARNING:#}"),
        Verdict::Unknown { .. } => "not known to its end".to_string(),
    };
    out.line(format_args!("{BOLD}{}{BOLD:#}  {}  {heading}", judged.case, judged.map));
    let tell = |words: &str| {
        text::wrap(words, out.prose_width().saturating_sub(2))
            .iter()
            .for_each(|line| out.line(format_args!("  {line}")));
    };
    match &judged.verdict {
        Verdict::OtherWay(parting) => {
            tell(&format!("from `{}` on:", parting.step));
            for (label, found) in [("in fact", &parting.was), ("on these maps", &parting.is)] {
                let words = match found {
                    Some((found, at)) => format!("{}, {}", found.words(), when(*at)),
                    None => "stands there".to_string(),
                };
                text::beside(4, label, 15, &words, out.width()).iter().for_each(|line| out.line(line));
            }
        }
        Verdict::Refused { at, act, refusal } => {
            tell(&format!("{act}, recorded {}: {}", when(*at), refusal.message));
            refusal.missing.iter().for_each(|missing| tell(&format!("missing: {missing}")));
        }
        Verdict::Unknown { at, why } => tell(&format!("from {}: {why}", when(*at))),
        Verdict::Same | Verdict::NotOpened => {}
    }
    for (list, words) in [(&judged.newly_late, "would be late"), (&judged.no_longer_late, "would no longer be late")] {
        for late in list {
            tell(&format!("{words}: {} `{}`, due {}", late.kind.word(), late.id, when(late.due_at)));
        }
    }
    judged.opens.iter().for_each(|map| tell(&format!("would open a case of `{map}`")));
}
