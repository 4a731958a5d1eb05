//! A checked atlas: the maps that may run, with what they share. Only the checker makes one.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::compiled::{Compiled, Read};
use crate::controls::{Control, Register};
use crate::machine::Machine;
use crate::model::{MapId, Role};
use crate::risk::Risk;
use crate::scenarios::Scenarios;
use crate::time::Calendar;

/// A checked atlas.
#[derive(Debug)]
pub struct CheckedAtlas {
    pub(crate) shared: Shared,
    /// All that a check makes; of a compiled atlas, only when it is asked for.
    pub(crate) made: OnceLock<Made>,
    pub(crate) compiled: Option<Compiled>,
    /// The machines of a compiled atlas, when all are asked for.
    pub(crate) all: OnceLock<BTreeMap<MapId, Arc<Machine>>>,
}

/// What the maps of an atlas share, and what is known of them without looking into them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shared {
    pub id: String,
    pub title: String,
    pub zone: Tz,
    pub calendar: String,
    pub calendars: BTreeMap<String, Arc<Calendar>>,
    pub supervisors: Vec<Role>,
    pub roles: BTreeMap<Role, String>,
    pub themes: BTreeMap<String, String>,
    pub theme_order: Vec<String>,
    pub origins: BTreeMap<String, String>,
    pub risk: Vec<Risk>,
    pub registers: Vec<Register>,
    pub controls: BTreeMap<String, Control>,
    pub documents: BTreeMap<String, String>,
    pub stopped: BTreeMap<MapId, String>,
    pub digests: BTreeMap<MapId, String>,
    pub subject_title: Option<String>,
}

/// The maps and stories themselves.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub machines: BTreeMap<MapId, Arc<Machine>>,
    pub texts: BTreeMap<MapId, String>,
    pub scenarios: Vec<Scenarios>,
    pub stopped_scenarios: Vec<(String, Option<MapId>)>,
}

impl CheckedAtlas {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.shared.id
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.shared.title
    }

    /// The zone whose days its clock counts.
    pub fn zone(&self) -> Tz {
        self.shared.zone
    }

    /// The calendar of every map that names none.
    pub fn default_calendar(&self) -> &str {
        &self.shared.calendar
    }

    /// The calendars by their ids.
    pub fn calendars(&self) -> &BTreeMap<String, Arc<Calendar>> {
        &self.shared.calendars
    }

    /// Roles that may do what a supervisor may.
    pub fn supervisors(&self) -> &[Role] {
        &self.shared.supervisors
    }

    /// Roles and their titles.
    pub fn roles(&self) -> &BTreeMap<Role, String> {
        &self.shared.roles
    }

    /// Themes and their titles.
    pub fn themes(&self) -> &BTreeMap<String, String> {
        &self.shared.themes
    }

    /// Where times come from, each with its title.
    pub fn origins(&self) -> &BTreeMap<String, String> {
        &self.shared.origins
    }

    /// The themes in the order of the atlas.
    pub fn theme_order(&self) -> &[String] {
        &self.shared.theme_order
    }

    /// The registers of controls.
    pub fn registers(&self) -> &[Register] {
        &self.shared.registers
    }

    /// What audits ask for, by reference.
    pub fn controls(&self) -> &BTreeMap<String, Control> {
        &self.shared.controls
    }

    /// Documents that maps are taken from, as people cite them: title, version, date.
    pub fn documents(&self) -> &BTreeMap<String, String> {
        &self.shared.documents
    }

    /// The machines of the maps that have no errors.
    pub fn machines(&self) -> &BTreeMap<MapId, Arc<Machine>> {
        if self.compiled.is_none() {
            return &self.made().machines;
        }
        self.all.get_or_init(|| {
            let machine = |id: &MapId| Some((id.clone(), self.machine(id)?.clone()));
            self.map_ids().filter_map(machine).collect()
        })
    }

    /// The machine of a map.
    pub fn machine(&self, map: &str) -> Option<&Arc<Machine>> {
        match self.compiled.as_ref().map(|compiled| compiled.machine(map)) {
            Some(Read::Is(machine)) => Some(machine),
            Some(Read::NoMap) => None,
            // Where it cannot be read back, the files still say what it is.
            Some(Read::Unreadable) | None => self.made().machines.get(map),
        }
    }

    /// The ids of the maps that have no errors.
    pub fn map_ids(&self) -> impl Iterator<Item = &MapId> {
        self.shared.digests.keys()
    }

    /// The digests of the meanings of those maps.
    pub fn digests(&self) -> &BTreeMap<MapId, String> {
        &self.shared.digests
    }

    /// What the field is called that says whom or what a case is about: the title that the first map gives it.
    pub fn subject_title(&self) -> Option<&str> {
        self.shared.subject_title.as_deref()
    }

    fn made(&self) -> &Made {
        self.made.get_or_init(|| self.compiled.as_ref().and_then(Compiled::make).unwrap_or_default())
    }

    /// The title of a map; its id where errors keep it from running.
    pub fn title_of<'a>(&'a self, map: &'a str) -> &'a str {
        self.machine(map).map_or(map, |machine| &machine.map().title)
    }

    /// Maps that errors keep from running, each with its file.
    pub fn stopped(&self) -> &BTreeMap<MapId, String> {
        &self.shared.stopped
    }

    /// The YAML text of a map.
    pub fn text(&self, map: &str) -> Option<&str> {
        match self.compiled.as_ref().map(|compiled| compiled.text(map)) {
            Some(Read::Is(text)) => Some(text),
            Some(Read::NoMap) => None,
            Some(Read::Unreadable) | None => self.made().texts.get(map).map(String::as_str),
        }
    }

    /// The stories that test the maps, file by file.
    pub fn scenarios(&self) -> &[Scenarios] {
        &self.made().scenarios
    }

    /// The scenarios files that errors keep from running, each with its map, where that could be read.
    pub fn stopped_scenarios(&self) -> &[(String, Option<MapId>)] {
        &self.made().stopped_scenarios
    }
}
