//! A checked atlas: the maps that may run, with what they share. Only the checker makes one.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;

use crate::controls::{Control, Register};
use crate::machine::Machine;
use crate::model::{MapId, Role};
use crate::risk::Risk;
use crate::scenarios::Scenarios;
use crate::time::Calendar;

/// A checked atlas.
#[derive(Debug)]
pub struct CheckedAtlas {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) zone: Tz,
    pub(crate) calendar: String,
    pub(crate) calendars: BTreeMap<String, Arc<Calendar>>,
    pub(crate) supervisors: Vec<Role>,
    pub(crate) roles: BTreeMap<Role, String>,
    pub(crate) themes: BTreeMap<String, String>,
    pub(crate) theme_order: Vec<String>,
    pub(crate) origins: BTreeMap<String, String>,
    pub(crate) risk: Vec<Risk>,
    pub(crate) registers: Vec<Register>,
    pub(crate) controls: BTreeMap<String, Control>,
    pub(crate) documents: BTreeMap<String, String>,
    pub(crate) machines: BTreeMap<MapId, Arc<Machine>>,
    pub(crate) stopped: BTreeMap<MapId, String>,
    pub(crate) texts: BTreeMap<MapId, String>,
    pub(crate) scenarios: Vec<Scenarios>,
    pub(crate) stopped_scenarios: Vec<(String, Option<MapId>)>,
}

impl CheckedAtlas {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The zone whose days its clock counts.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The calendar of every map that names none.
    pub fn default_calendar(&self) -> &str {
        &self.calendar
    }

    /// The calendars by their ids.
    pub fn calendars(&self) -> &BTreeMap<String, Arc<Calendar>> {
        &self.calendars
    }

    /// Roles that may do what a supervisor may.
    pub fn supervisors(&self) -> &[Role] {
        &self.supervisors
    }

    /// Roles and their titles.
    pub fn roles(&self) -> &BTreeMap<Role, String> {
        &self.roles
    }

    /// Themes and their titles.
    pub fn themes(&self) -> &BTreeMap<String, String> {
        &self.themes
    }

    /// Where times come from, each with its title.
    pub fn origins(&self) -> &BTreeMap<String, String> {
        &self.origins
    }

    /// The themes in the order of the atlas.
    pub fn theme_order(&self) -> &[String] {
        &self.theme_order
    }

    /// The registers of controls.
    pub fn registers(&self) -> &[Register] {
        &self.registers
    }

    /// What audits ask for, by reference.
    pub fn controls(&self) -> &BTreeMap<String, Control> {
        &self.controls
    }

    /// Documents that maps are taken from, as people cite them: title, version, date.
    pub fn documents(&self) -> &BTreeMap<String, String> {
        &self.documents
    }

    /// The machines of the maps that have no errors.
    pub fn machines(&self) -> &BTreeMap<MapId, Arc<Machine>> {
        &self.machines
    }

    /// The machine of a map.
    pub fn machine(&self, map: &str) -> Option<&Arc<Machine>> {
        self.machines.get(map)
    }

    /// The title of a map; its id where errors keep it from running.
    pub fn title_of<'a>(&'a self, map: &'a str) -> &'a str {
        self.machine(map).map_or(map, |machine| &machine.map().title)
    }

    /// Maps that errors keep from running, each with its file.
    pub fn stopped(&self) -> &BTreeMap<MapId, String> {
        &self.stopped
    }

    /// The YAML text of a map.
    pub fn text(&self, map: &str) -> Option<&str> {
        self.texts.get(map).map(String::as_str)
    }

    /// The stories that test the maps, file by file.
    pub fn scenarios(&self) -> &[Scenarios] {
        &self.scenarios
    }

    /// The scenarios files that errors keep from running, each with its map, where that could be read.
    pub fn stopped_scenarios(&self) -> &[(String, Option<MapId>)] {
        &self.stopped_scenarios
    }
}
