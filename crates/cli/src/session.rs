//! What the commands on cases share: opening the casebook with the atlas, reading times, and how a case is spoken of.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mapcase_case::possible::{Missing, Possible, missing, possible};
use mapcase_case::{Attachment, CaseNumber, Command};
use mapcase_engine::query::View;
pub use mapcase_engine::stamp::write as stamp;
use mapcase_engine::{Casebook, Engine, Error};
use mapcase_map::CheckedAtlas;
use mapcase_map::model::{Field, FieldType, TO_BE_CONFIRMED};
use mapcase_map::time::parse_when;

use crate::context::Context;
use crate::error::CliError;

/// An open casebook, for one command.
pub struct Session {
    /// The engine.
    pub engine: Engine,
    /// The zone in which times are told and read.
    pub zone: Tz,
}

impl Session {
    /// For a command that acts: it needs the atlas.
    pub fn acting(context: &Context) -> Result<Self, CliError> {
        Self::open(context, Some(Arc::new(context.atlas()?)), Casebook::open)
    }

    /// For a command that reads: it goes without the atlas where there is none, for histories outlive the maps.
    pub fn reading(context: &Context) -> Result<Self, CliError> {
        Self::open(context, context.atlas().ok().map(Arc::new), Casebook::open)
    }

    /// For a command that only looks, with an atlas of its own: nothing can be written through it.
    pub fn looking(context: &Context, atlas: Arc<CheckedAtlas>) -> Result<Self, CliError> {
        Self::open(context, Some(atlas), Casebook::open_to_look)
    }

    fn open(
        context: &Context,
        atlas: Option<Arc<CheckedAtlas>>,
        book: impl FnOnce(&Path) -> Result<Casebook, Error>,
    ) -> Result<Self, CliError> {
        let zone = atlas.as_ref().map_or(chrono_tz::UTC, |atlas| atlas.zone());
        let said = context.now().map(|text| when(text, zone)).transpose()?;
        let engine = Engine::new(book(context.casebook())?, atlas, said)?;
        Ok(Self { engine, zone })
    }

    /// The map of a case as its own revision has it, for messages.
    pub fn view(&self, case: CaseNumber) -> Result<View, CliError> {
        Ok(self.engine.view(case)?)
    }

    /// What the field is called that says whom or what a case is about.
    pub fn subject_title(&self) -> String {
        let title = self.engine.shelf().atlas().and_then(|atlas| atlas.subject_title());
        title.unwrap_or("subject").to_string()
    }

    /// Refuses a role that the atlas does not have: a misspelt one would have an empty worklist, or stand in a history for ever.
    pub fn known_role(&self, role: Option<&str>) -> Result<(), CliError> {
        let (Some(role), Some(atlas)) = (role, self.engine.shelf().atlas()) else { return Ok(()) };
        if role == TO_BE_CONFIRMED || atlas.roles().contains_key(role) {
            return Ok(());
        }
        let error = CliError::not_found(format!("there is no role `{role}` in the atlas"));
        Err(error.or_meant(role, atlas.roles().keys().map(String::as_str), "`atlas.yaml` names the roles"))
    }

    /// What a refused command on a case leaves possible.
    pub fn with_possible(&self, error: Error, case: CaseNumber) -> CliError {
        let is_refusal = matches!(error, Error::Refused(_));
        let error = CliError::from(error);
        match self.engine.view(case) {
            Ok(view) if is_refusal => {
                let commands = next(&view);
                error.possible(commands)
            }
            _ => error,
        }
    }
}

/// Reads a time that was typed, in the zone of the atlas.
pub fn when(text: &str, zone: Tz) -> Result<DateTime<Utc>, CliError> {
    Ok(parse_when(text, zone)?)
}

/// What is common to the commands that change a case.
#[derive(Clone, Debug, clap::Args)]
pub struct Acting {
    /// When it happened, if not now: 2022-10-14, "2022-10-14 10:00" or with an offset
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
    /// The number of the last event you have seen: refused if the case has moved since
    #[arg(long, value_name = "SEQ")]
    pub expect: Option<u64>,
    /// An id of your own: a command repeated with it is answered as the first was and does nothing
    #[arg(long, value_name = "ID")]
    pub request: Option<String>,
}

impl Acting {
    /// The command that a person gives.
    pub fn command(&self, act: mapcase_case::Act, context: &Context, zone: Tz) -> Result<Command, CliError> {
        Ok(Command {
            act,
            actor: context.actor()?,
            role: context.role().map(str::to_string),
            at: self.at.as_deref().map(|text| when(text, zone)).transpose()?,
            expect: self.expect,
        })
    }
}

/// Fields and evidence that go with a step.
#[derive(Clone, Debug, clap::Args)]
pub struct Supplies {
    /// Sets a field of the record first; may be repeated
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Attaches a reference first; may be repeated
    #[arg(long = "attach", value_name = "NAME=REFERENCE", value_parser = pair)]
    pub attach: Vec<(String, String)>,
}

impl Supplies {
    /// The fields.
    pub fn fields(&self) -> Result<BTreeMap<String, String>, CliError> {
        fields(&self.set)
    }

    /// The references.
    pub fn attachments(&self) -> Vec<Attachment> {
        let attach = |(name, reference): &(String, String)| Attachment {
            name: name.clone(),
            reference: reference.clone(),
            sha256: None,
        };
        self.attach.iter().map(attach).collect()
    }
}

/// Reads `name=value`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_string(), value.to_string())),
        _ => Err("write it as name=value".to_string()),
    }
}

/// Pairs as fields; one that is given twice is refused.
pub fn fields(pairs: &[(String, String)]) -> Result<BTreeMap<String, String>, CliError> {
    let mut fields = BTreeMap::new();
    for (name, value) in pairs {
        if fields.insert(name.clone(), value.clone()).is_some() {
            return Err(CliError::usage(format!("`{name}` is given twice")).help("give each field once"));
        }
    }
    Ok(fields)
}

/// The exact commands that are possible now on a case. Where something is missing, the command that supplies it on the way.
pub fn next(view: &View) -> Vec<String> {
    let missing = view.machine.step(&view.state.step).map(|step| missing(&view.machine, &view.state, step));
    let missing = missing.unwrap_or_default();
    let list = possible(&view.machine, &view.state);
    list.iter().map(|possible| words(view, possible, &missing)).collect()
}

fn words(view: &View, possible: &Possible, missing: &[Missing]) -> String {
    let case = view.state.case;
    let value = |field: &str| placeholder(view.machine.map().record.get(field));
    let argument = match (possible.verb, possible.argument.as_deref()) {
        (_, None) => String::new(),
        ("set", Some(field)) => format!(" {field}={}", value(field)),
        ("attach", Some(name)) => format!(" {name} REFERENCE"),
        (_, Some(argument)) => format!(" {argument}"),
    };
    let role = match possible.roles.first() {
        Some(role) if possible.verb != "set" => format!(" --as {}", shell_word(role)),
        _ => String::new(),
    };
    let mut supplies = String::new();
    for missing in missing.iter().filter(|_| possible.missing) {
        match missing.kind {
            "field" => supplies.push_str(&format!(" --set {}={}", missing.id, value(&missing.id))),
            "evidence" => supplies.push_str(&format!(" --attach {}=REFERENCE", missing.id)),
            // A response takes no ticks along: they are commands of their own.
            _ if ["do", "answer"].contains(&possible.verb) => {
                supplies.push_str(&format!(" --check-off {}", missing.id))
            }
            _ => {}
        }
    }
    format!("mapcase {} {case}{argument}{role}{supplies}", possible.verb)
}

/// Longer lists of choices are not named inside a command.
const LONGEST_CHOICE: usize = 24;

/// What stands for a value that the user has to give: what it may be, where that can be said in a word.
fn placeholder(field: Option<&Field>) -> String {
    match field.map(|field| &field.kind) {
        Some(FieldType::Date) => "YEAR-MONTH-DAY".to_string(),
        Some(FieldType::YesNo) => "'yes|no'".to_string(),
        Some(FieldType::Choice(choices)) => match choices.join("|") {
            few if few.len() <= LONGEST_CHOICE => format!("'{few}'"),
            _ => "CHOICE".to_string(),
        },
        Some(FieldType::Money) => "POUNDS.PENCE".to_string(),
        Some(FieldType::Number) => "NUMBER".to_string(),
        Some(FieldType::Text { .. }) | None => "VALUE".to_string(),
    }
}

fn shell_word(word: &str) -> String {
    if word.contains(' ') { format!("'{word}'") } else { word.to_string() }
}

/// A span of time in its two largest units: `3 days 4 hours`.
pub fn span(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let unit = |number: i64, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    match (days, hours, minutes) {
        (0, 0, 0) => "less than a minute".to_string(),
        (0, 0, minutes) => unit(minutes, "minute"),
        (0, hours, 0) => unit(hours, "hour"),
        (0, hours, minutes) => format!("{} {}", unit(hours, "hour"), unit(minutes, "minute")),
        (days, 0, _) => unit(days, "day"),
        (days, hours, _) => format!("{} {}", unit(days, "day"), unit(hours, "hour")),
    }
}

/// The same in its largest unit, for columns.
pub fn brief(seconds: i64) -> String {
    match (seconds.max(0) / 3600, seconds.max(0) / 86_400) {
        (0, _) => span(seconds),
        (hours, 0) => span(hours * 3600),
        (_, days) => span(days * 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_two_units() {
        let told = [(59, "less than a minute"), (60, "1 minute"), (3600, "1 hour"), (5400, "1 hour 30 minutes")];
        for (seconds, text) in
            told.into_iter().chain([(86_400, "1 day"), (273_600, "3 days 4 hours"), (-5, "less than a minute")])
        {
            assert_eq!(span(seconds), text);
        }
        let brief_ones = [(59, "less than a minute"), (3599, "59 minutes"), (5400, "1 hour"), (273_600, "3 days")];
        brief_ones.into_iter().for_each(|(seconds, text)| assert_eq!(brief(seconds), text));
    }

    #[test]
    fn a_value_may_hold_an_equals_sign() {
        assert_eq!(pair("letter=https://x?a=b"), Ok(("letter".to_string(), "https://x?a=b".to_string())));
        assert!(pair("letter").is_err() && pair("=x").is_err());
    }
}
