//! A loop of links in which nobody acts is an error, and not the end of the program. The checker lets no such maps run; a
//! casebook may still hold a revision that together with today's maps makes one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mapcase_case::{CaseNumber, Family, Fault, Library, Opening, Stop};
use mapcase_map::check::AtlasFile;
use mapcase_map::model::Role;
use mapcase_map::time::Calendar;
use mapcase_map::{Machine, Map};

const ATLAS: &str = "atlas: small
title: Small
time_zone: Europe/London
calendar: plain
supervisors: [Boss]
roles: { Boss: Boss }
themes: { t: Theme }
documents: { d: { title: Document, version: '1', date: '2022-11' } }
";
const CALENDAR: &str = "calendar: plain\ntitle: Plain\nweekend: [saturday, sunday]\ncovers: 2021..2023\nholidays: {}\n";
const HEAD: &str =
    "revision: 1\ntheme: t\nowner: Boss\nreview_by: 2099-01-01\nsource: { document: d, reading: reconstructed }\n";

struct Maps(BTreeMap<String, Arc<Machine>>, Arc<Calendar>);

impl Library for Maps {
    fn current(&self, map: &str) -> Result<Arc<Machine>, String> {
        self.0.get(map).cloned().ok_or_else(|| "no such map".to_string())
    }

    fn revision(&self, digest: &str) -> Result<Arc<Machine>, String> {
        self.0.values().find(|machine| machine.digest() == digest).cloned().ok_or_else(|| "gone".to_string())
    }

    fn calendar(&self, _: &str) -> Result<Arc<Calendar>, String> {
        Ok(self.1.clone())
    }

    fn is_simulated(&self) -> bool {
        true
    }

    fn supervisors(&self) -> &[Role] {
        &[]
    }
}

#[test]
fn a_loop_of_links_is_an_error() {
    let here = format!(
        "map: here\ntitle: Here\n{HEAD}steps:
  begun: {{ kind: start, title: Begun, next: to-there }}
  from-there: {{ kind: start, title: From there, from: there, next: to-there }}
  to-there: {{ kind: link, title: To there, to: there }}
"
    );
    let there = format!(
        "map: there\ntitle: There\n{HEAD}steps:
  begun: {{ kind: start, title: Begun, from: here, next: work }}
  work: {{ role: Boss, title: Work, next: to-here }}
  to-here: {{ kind: link, title: To here, to: here }}
"
    );
    let file = |path: &str, text: &str| AtlasFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let files =
        [file("atlas.yaml", ATLAS), file("plain.yaml", CALENDAR), file("here.yaml", &here), file("there.yaml", &there)];
    let checked = mapcase_map::check(&files);
    let Some(atlas) = checked.atlas else { panic!("{:#?}", checked.findings) };
    let mut machines = atlas.machines().clone();
    // The start of `there` leads straight back.
    let meaning = machines["there"].map().meaning().replace(r#""next":"work""#, r#""next":"to-here""#);
    machines.insert("there".to_string(), Arc::new(Machine::new(Map::from_meaning(&meaning).unwrap())));
    let library = Maps(machines, atlas.calendars()["plain"].clone());
    let now: DateTime<Utc> = "2022-05-02T09:00:00Z".parse().unwrap();
    let mut family = Family::new(&library, Vec::new(), 1, now);
    let (map, record, actor) = ("here".to_string(), BTreeMap::new(), "ann".to_string());
    let opening = Opening { map, entry: None, record, actor, role: None, at: None };
    let stop = family.open(&opening).unwrap_err();
    assert!(matches!(stop, Stop::Fault(Fault::Endless { case: CaseNumber(_) })), "{stop:?}");
}
