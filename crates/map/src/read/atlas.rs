//! The files beside the maps: the atlas itself and calendars.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;

use super::fields::{Fields, Word};
use super::risk::{RiskDraft, read_risk};
use crate::rules::{names, text as rule};
use crate::text::{Kind, Source};
use crate::time::Calendar;

/// `atlas.yaml` as it was read.
#[derive(Debug)]
pub struct AtlasDraft {
    /// The file.
    pub source: Arc<Source>,
    /// The atlas's id.
    pub id: Option<Word>,
    /// Its title.
    pub title: Option<String>,
    /// The zone whose days the clock counts.
    pub zone: Option<Tz>,
    /// The calendar of every map that names none.
    pub calendar: Option<Word>,
    /// The field that ties the cases of one subject together.
    pub subject: Option<Word>,
    /// Roles that may do what a supervisor may.
    pub supervisors: Vec<Word>,
    /// Roles and their titles.
    pub roles: Vec<(Word, Word)>,
    /// Themes and their titles.
    pub themes: Vec<(Word, Word)>,
    /// Where times come from, each with its title.
    pub origins: Vec<(Word, Word)>,
    /// Documents that maps are taken from.
    pub documents: Vec<DocumentDraft>,
    /// The risk rule, entry by entry.
    pub risk: Vec<RiskDraft>,
    /// Which of its keys are missing or could not be read.
    pub lost: Vec<String>,
}

/// A document that maps are taken from.
#[derive(Debug)]
pub struct DocumentDraft {
    /// Its id.
    pub id: Word,
    /// Its title.
    pub title: Option<String>,
    /// Its version, in its own words.
    pub version: Option<String>,
    /// Its date: a year, a month or a day.
    pub date: Option<String>,
}

/// A calendar as it was read; `calendar` is missing where the text does not give a whole one.
#[derive(Debug)]
pub struct CalendarDraft {
    /// The file.
    pub source: Arc<Source>,
    /// Its id.
    pub id: Option<Word>,
    /// The calendar.
    pub calendar: Option<Calendar>,
}

const ATLAS_KEYS: [&str; 13] = [
    "atlas",
    "title",
    "time_zone",
    "calendar",
    "subject",
    "supervisors",
    "roles",
    "themes",
    "origins",
    "documents",
    "risk",
    "notes",
    "allow",
];

impl AtlasDraft {
    /// Whether a key is missing or could not be read, which was reported.
    pub fn is_lost(&self, key: &str) -> bool {
        self.lost.iter().any(|lost| lost == key)
    }
}

pub(super) fn read_atlas(mut fields: Fields<'_>) -> AtlasDraft {
    fields.allow("an atlas", &ATLAS_KEYS, |_| None);
    fields.require("an atlas", &["title", "time_zone", "calendar", "roles", "themes"]);
    fields.texts("notes");
    let id = fields.word("atlas");
    if let Some(id) = &id {
        fields.check_id(id, '-', "an atlas");
    }
    let zone = fields.word("time_zone").and_then(|word| match word.text.parse::<Tz>() {
        Ok(zone) => Some(zone),
        Err(_) => {
            let finding = crate::rules::finding(
                &names::unknown_time_zone::RULE,
                fields.place(word.span),
                format!("there is no time zone `{}`", word.text),
                "write a name of the time zone database, as in `Europe/London`",
            );
            let finding = finding.suggest(&word.text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
            fields.findings.push(finding);
            None
        }
    });
    let roles = fields.titles("roles", "a group of roles, each with its title");
    for (role, _) in &roles {
        let good = role.text.starts_with(|first: char| first.is_ascii_alphabetic())
            && role.text.chars().all(|letter| letter.is_ascii_alphanumeric() || " _-".contains(letter));
        if !good || role.text == "TBC" {
            let message = format!("`{}` cannot be a role", role.text);
            fields.report(&rule::bad_id::RULE, role.span, message, "use letters, digits, spaces and dashes, beginning with a letter; `TBC` is kept for roles that are not settled");
        }
    }
    let themes = fields.titles("themes", "a group of themes, each with its title");
    for (theme, _) in &themes {
        fields.check_id(theme, '-', "a theme");
    }
    let origins = fields.titles("origins", "a group of origins, each with its title");
    let (title, calendar, subject) = (fields.text("title"), fields.word("calendar"), fields.word("subject"));
    let (supervisors, documents) = (fields.words("supervisors"), read_documents(&mut fields));
    let risk = read_risk(&mut fields);
    let (source, lost) = (fields.source.clone(), fields.lost().to_vec());
    AtlasDraft {
        source,
        id,
        title,
        zone,
        calendar,
        subject,
        supervisors,
        roles,
        themes,
        origins,
        documents,
        risk,
        lost,
    }
}

fn read_documents(fields: &mut Fields<'_>) -> Vec<DocumentDraft> {
    let Some(entry) = fields.entry("documents") else { return Vec::new() };
    let Some(mut group) = fields.group(entry) else { return Vec::new() };
    let mut documents = Vec::new();
    for entry in group.node.entries() {
        let id = Word { text: entry.key.clone(), span: entry.key_span };
        group.check_id(&id, '-', "a document");
        let Some(mut document) = group.group(entry) else {
            // Its id is kept, so that those who name it are not reported too.
            documents.push(DocumentDraft { id, title: None, version: None, date: None });
            continue;
        };
        document.allow("a document", &["title", "version", "date", "allow"], |_| None);
        document.require("a document", &["title"]);
        documents.push(DocumentDraft {
            id,
            title: document.text("title"),
            version: document.text("version"),
            date: document.text("date"),
        });
    }
    documents
}

pub(super) fn read_calendar(mut fields: Fields<'_>) -> CalendarDraft {
    fields.allow("a calendar", &["calendar", "title", "weekend", "covers", "holidays", "notes", "allow"], |_| None);
    fields.require("a calendar", &["title", "weekend", "covers", "holidays"]);
    fields.texts("notes");
    let id = fields.word("calendar");
    if let Some(id) = &id {
        fields.check_id(id, '-', "a calendar");
    }
    let title = fields.text("title");
    let weekend = read_weekend(&mut fields);
    let covers = read_covers(&mut fields);
    let holidays = read_holidays(&mut fields, covers);
    let calendar = match (&id, title, weekend, covers, holidays) {
        (Some(id), Some(title), Some(weekend), Some((first_year, last_year)), Some(holidays)) => {
            Some(Calendar { id: id.text.clone(), title, weekend, first_year, last_year, holidays })
        }
        _ => None,
    };
    CalendarDraft { source: fields.source.clone(), id, calendar }
}

fn read_weekend(fields: &mut Fields<'_>) -> Option<Vec<Weekday>> {
    fields.entry("weekend")?;
    let words = fields.words("weekend");
    if fields.is_lost("weekend") {
        return None;
    }
    let mut days = Vec::new();
    for word in words {
        match word.text.parse::<Weekday>() {
            Ok(day) if !days.contains(&day) => days.push(day),
            Ok(_) => {}
            Err(_) => {
                let message = format!("`{}` is not a day of the week", word.text);
                fields.report(&rule::wrong_type::RULE, word.span, message, "write `monday` to `sunday`");
                return None;
            }
        }
    }
    if days.len() == 7 {
        let span = fields.node.get("weekend").map_or(fields.head, |node| node.span);
        fields.report(
            &rule::wrong_type::RULE,
            span,
            "a week needs a working day",
            "leave out the days on which work is done",
        );
        return None;
    }
    Some(days)
}

fn read_covers(fields: &mut Fields<'_>) -> Option<(i32, i32)> {
    let word = fields.word("covers")?;
    let years = word.text.split_once("..").and_then(|(first, last)| {
        let year = |text: &str| text.trim().parse::<i32>().ok().filter(|year| (1900..=2200).contains(year));
        Some((year(first)?, year(last)?))
    });
    match years {
        Some((first, last)) if first <= last => Some((first, last)),
        _ => {
            let message = format!("`{}` is not a span of years", word.text);
            fields.report(
                &rule::wrong_type::RULE,
                word.span,
                message,
                "write the first and the last year, as in `2015..2027`",
            );
            None
        }
    }
}

fn read_holidays(fields: &mut Fields<'_>, covers: Option<(i32, i32)>) -> Option<BTreeMap<NaiveDate, String>> {
    let entry = fields.entry("holidays")?;
    if matches!(entry.value.kind, Kind::Null) {
        return Some(BTreeMap::new());
    }
    let mut days = BTreeMap::new();
    let named =
        fields.word_map("holidays", "a group of dates, each with the holiday's name", "followed by the holiday's name");
    let mut sound = !fields.is_lost("holidays");
    for (date, name) in named {
        let parsed = date.text.parse::<NaiveDate>();
        let (message, help) = match (parsed, covers) {
            (Err(_), _) => (format!("`{}` is not a date", date.text), "write it as year-month-day, as in `2022-06-03`"),
            (Ok(day), Some((first, last))) if !(first..=last).contains(&day.year()) => (
                format!("{day} lies outside `covers: {first}..{last}`"),
                "widen `covers`, if every holiday of that year is listed",
            ),
            (Ok(day), _) => {
                days.insert(day, name.text);
                continue;
            }
        };
        fields.report(&rule::wrong_type::RULE, date.span, message, help);
        sound = false;
    }
    sound.then_some(days)
}
