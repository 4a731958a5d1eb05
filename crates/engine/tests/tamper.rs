//! Whoever changes, drops or slips in an event with plain SQL is found out, and `verify` names the case and the event.
//!
//! What it cannot see, because nothing inside the file can: somebody who rewrites a case's events from one on, recomputes every
//! later hash *and* writes the case's row (and every row beside it) to match; or who puts back an older copy of the whole file.
//! The last tests here show the line. A seal, signed and kept elsewhere, is for that.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeSet;

use mapcase_case::event::{Event, EventBody};
use mapcase_case::{CaseNumber, Kept};
use mapcase_engine::{Engine, hash};
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use support::*;

const NOW: &str = "2022-10-20 09:00";

/// A casebook with cases in every state, and a way past its guards.
struct Scene {
    bench: Bench,
    engine: Engine,
    rogue: Connection,
}

impl Scene {
    fn new() -> Self {
        let bench = Bench::new();
        populate(&bench);
        let engine = bench.at(NOW);
        assert_sound(&engine);
        let rogue = bench.rogue();
        rogue
            .execute_batch(
                "PRAGMA foreign_keys = OFF; DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted;
                DROP TRIGGER event_is_appended;",
            )
            .unwrap();
        Self { bench, engine, rogue }
    }

    /// Tampers, verifies, and puts everything back. Gives back the places named, without the missing triggers.
    #[track_caller]
    fn tamper(&self, act: impl FnOnce(&Connection)) -> BTreeSet<(i64, i64)> {
        let before = dump(&self.bench.path());
        let backup = self.bench.folder.path().join("backup.db");
        self.rogue.execute("VACUUM INTO ?1", [backup.to_str().unwrap()]).unwrap();
        act(&self.rogue);
        assert!(before != dump(&self.bench.path()), "nothing was tampered with");
        let places = self.places();
        self.rogue.execute("ATTACH ?1 AS backup", [backup.to_str().unwrap()]).unwrap();
        self.rogue.execute_batch("PRAGMA ignore_check_constraints = ON; BEGIN").unwrap();
        for table in TABLES {
            self.rogue
                .execute_batch(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM backup.{table};"))
                .unwrap();
        }
        self.rogue.execute_batch("COMMIT; PRAGMA ignore_check_constraints = OFF; DETACH backup").unwrap();
        std::fs::remove_file(backup).unwrap();
        places
    }

    /// The cases and events that are named; 0 where a finding names none.
    fn places(&self) -> BTreeSet<(i64, i64)> {
        self.places_in(None)
    }

    /// The same, of one case only.
    fn places_in(&self, only: Option<CaseNumber>) -> BTreeSet<(i64, i64)> {
        let found = self.engine.verify(only, |_, _| {}).unwrap().findings.into_iter();
        let found = found.filter(|finding| !finding.what.starts_with("the trigger `event_is_"));
        found.map(|finding| (finding.case.map_or(0, |case| plain(case.0)), plain(finding.seq.unwrap_or(0)))).collect()
    }

    fn events(&self) -> Vec<(i64, i64)> {
        let mut query = self.rogue.prepare("SELECT case_number, seq FROM event ORDER BY 1, 2").unwrap();
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    fn last(&self, case: i64) -> i64 {
        self.events().into_iter().filter(|(of, _)| *of == case).map(|(_, seq)| seq).max().unwrap()
    }

    fn event(&self, case: i64, seq: i64) -> Event {
        let rows = self.engine.history(numbered(case)).unwrap();
        rows.into_iter().map(|row| row.event).find(|event| plain(event.seq) == seq).unwrap()
    }

    fn hash_of(&self, case: i64, seq: i64) -> String {
        if seq == 0 {
            return hash::FIRST.to_string();
        }
        let sql = "SELECT hash FROM event WHERE case_number = ?1 AND seq = ?2";
        self.rogue.query_row(sql, [case, seq], |row| row.get(0)).unwrap()
    }
}

/// SQLite counts with a sign, and the casebook without.
fn plain(number: u64) -> i64 {
    i64::try_from(number).unwrap()
}

fn numbered(number: i64) -> CaseNumber {
    CaseNumber(u64::try_from(number).unwrap())
}

/// Writes an event as the casebook would, with the hash that belongs to it.
fn forge(db: &Connection, case: i64, event: &Event, previous: &str) -> String {
    let hash = hash::event(previous, numbered(case), event);
    let sql = "INSERT OR REPLACE INTO event
        (case_number, seq, name, step, actor, role, occurred_at, recorded_at, content, previous_hash, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let stamp = mapcase_engine::stamp::write;
    db.execute(
        sql,
        params![
            case,
            plain(event.seq),
            event.body.name(),
            event.step,
            event.actor,
            event.role,
            stamp(event.occurred_at),
            stamp(event.recorded_at),
            hash::canonical(&event.body),
            previous,
            hash
        ],
    )
    .unwrap();
    hash
}

fn note(text: &str, like: &Event) -> Event {
    Event { body: EventBody::NoteAdded { text: text.to_string() }, actor: Some("eve".to_string()), ..like.clone() }
}

#[test]
fn the_guards_keep_events_from_being_changed_or_deleted() {
    let bench = Bench::new();
    populate(&bench);
    let before = dump(&bench.path());
    let rogue = bench.rogue();
    for sql in [
        "UPDATE event SET actor = 'eve'",
        "UPDATE event SET seq = seq + 100 WHERE case_number = 1 AND seq = 3",
        "DELETE FROM event",
        "DELETE FROM event WHERE case_number = 8 AND seq = (SELECT max(seq) FROM event WHERE case_number = 8)",
        "INSERT INTO event SELECT * FROM event WHERE case_number = 1 AND seq = 2",
        "INSERT INTO event SELECT * FROM event WHERE case_number = 1 AND seq = 2 ON CONFLICT DO UPDATE SET actor = 'eve'",
        // This one deletes without asking the trigger for deletions.
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE case_number = 1 AND seq = 2",
        "REPLACE INTO event SELECT * FROM event WHERE case_number = 1",
        // And no number is left out.
        "INSERT INTO event SELECT case_number, 99, name, step, actor, role, occurred_at, recorded_at, content, previous_hash,
            hash FROM event WHERE case_number = 1 AND seq = 2",
        "INSERT INTO event SELECT 99, 2, name, step, actor, role, occurred_at, recorded_at, content, previous_hash, hash
            FROM event WHERE case_number = 1 AND seq = 2",
    ] {
        assert!(rogue.execute(sql, []).is_err(), "{sql}");
    }
    drop(rogue);
    assert_eq!(before, dump(&bench.path()));
    assert_sound(&bench.at(NOW));
}

#[test]
fn every_change_to_every_column_of_every_event_is_named() {
    let scene = Scene::new();
    let changes: [(&str, &str); 18] = [
        ("name", "'note-added-by-hand'"),
        ("step", "'elsewhere'"),
        ("step", "NULL"),
        ("actor", "'eve'"),
        ("actor", "NULL"),
        ("role", "'MGR'"),
        ("role", "NULL"),
        ("occurred_at", "'2021-01-01T00:00:00Z'"),
        ("occurred_at", "replace(occurred_at, 'T', ' ')"),
        ("recorded_at", "'2021-01-01T00:00:00Z'"),
        ("recorded_at", "'1 January in 2021 :)'"),
        ("content", "'{\"note-added\":{\"text\":\"nothing happened\"}}'"),
        ("content", "' ' || content"),
        ("content", "json_set(content, '$.' || name || '.by_hand', 1)"),
        ("content", "'{\"of-a-newer-mapcase\":{}}'"),
        ("content", "'5'"),
        ("previous_hash", "replace(hash, 'a', 'b')"),
        ("hash", "replace(previous_hash, 'c', 'd')"),
    ];
    let mut changed = 0;
    for (case, seq) in scene.events() {
        for (column, value) in &changes {
            let place = "case_number = ?1 AND seq = ?2";
            let same: bool = scene
                .rogue
                .query_row(&format!("SELECT {column} IS {value} FROM event WHERE {place}"), [case, seq], |row| {
                    row.get(0)
                })
                .unwrap();
            if same {
                continue;
            }
            let sql = format!("UPDATE event SET {column} = {value} WHERE {place}");
            let old: Value = scene
                .rogue
                .query_row(&format!("SELECT {column} FROM event WHERE {place}"), [case, seq], |row| row.get(0))
                .unwrap();
            assert_eq!(scene.rogue.execute(&sql, [case, seq]).unwrap(), 1);
            let places = scene.places_in(Some(numbered(case)));
            assert_eq!(places, BTreeSet::from([(case, seq)]), "{sql} of case {case}, event {seq}");
            let back = format!("UPDATE event SET {column} = ?3 WHERE {place}");
            assert_eq!(scene.rogue.execute(&back, params![case, seq, old]).unwrap(), 1);
            changed += 1;
        }
    }
    assert!(changed > 700, "{changed}");
    assert!(scene.places().is_empty());
}

#[test]
fn every_dropped_event_is_named() {
    let scene = Scene::new();
    for (case, seq) in scene.events() {
        let places = scene.tamper(|db| {
            db.execute("DELETE FROM event WHERE case_number = ?1 AND seq = ?2", [case, seq]).unwrap();
        });
        // A personal value that is left behind belongs to no event any more, which is named too.
        let named: BTreeSet<_> = places.into_iter().filter(|place| *place != (0, 0)).collect();
        assert_eq!(named, BTreeSet::from([(case, seq)]), "case {case}, event {seq}");
    }
}

#[test]
fn an_event_moved_to_another_number_or_case_is_named() {
    let scene = Scene::new();
    for (case, seq) in scene.events() {
        let places = scene.tamper(|db| {
            db.execute("UPDATE event SET seq = 900 WHERE case_number = ?1 AND seq = ?2", [case, seq]).unwrap();
        });
        assert!(places.is_superset(&BTreeSet::from([(case, seq), (case, 900)])), "{case}, {seq}: {places:?}");
    }
    let places = scene.tamper(|db| {
        db.execute("UPDATE event SET case_number = 8, seq = 70 WHERE case_number = 1 AND seq = 4", []).unwrap();
    });
    assert!(places.is_superset(&BTreeSet::from([(1, 4), (8, 70)])), "{places:?}");
}

#[test]
fn every_event_replaced_by_a_forgery_with_a_hash_of_its_own_is_named() {
    let scene = Scene::new();
    for (case, seq) in scene.events() {
        let forgery = note("nothing happened here", &scene.event(case, seq));
        let places = scene.tamper(|db| {
            forge(db, case, &forgery, &scene.hash_of(case, seq - 1));
        });
        // A personal value of the event that is gone is named at the same event.
        assert_eq!(places, BTreeSet::from([(case, seq)]), "case {case}, event {seq}");
    }
}

#[test]
fn every_forged_event_at_the_end_of_a_case_is_named() {
    let scene = Scene::new();
    for case in 1..=8 {
        let last = scene.last(case);
        let like = scene.event(case, last);
        let forgery = Event { seq: numbered(last + 1).0, ..note("slipped in", &like) };
        let fits = scene.tamper(|db| {
            forge(db, case, &forgery, &scene.hash_of(case, last));
        });
        assert_eq!(fits, BTreeSet::from([(case, last + 1)]), "a forgery that follows");
        let broken = scene.tamper(|db| {
            forge(db, case, &forgery, &scene.hash_of(case, last - 1));
        });
        assert_eq!(broken, BTreeSet::from([(case, last + 1)]), "a forgery that does not follow");
        let far = Event { seq: numbered(last + 5).0, ..forgery };
        let far = scene.tamper(|db| {
            forge(db, case, &far, &scene.hash_of(case, last));
        });
        assert_eq!(far, BTreeSet::from([(case, last + 1), (case, last + 5)]), "a forgery further on");
    }
}

#[test]
fn two_events_with_their_contents_swapped_are_both_named() {
    let scene = Scene::new();
    for case in 1..=8 {
        for seq in 1..scene.last(case) {
            let (one, other) = (scene.event(case, seq), scene.event(case, seq + 1));
            let places = scene.tamper(|db| {
                let sql = "UPDATE event SET name = ?3, content = ?4, step = ?5, actor = ?6, role = ?7
                    WHERE case_number = ?1 AND seq = ?2";
                for (seq, event) in [(seq, &other), (seq + 1, &one)] {
                    let content = hash::canonical(&event.body);
                    let name = event.body.name();
                    db.execute(sql, params![case, seq, name, content, event.step, event.actor, event.role]).unwrap();
                }
            });
            assert_eq!(places, BTreeSet::from([(case, seq), (case, seq + 1)]), "case {case}, event {seq}");
            // And whole rows, each with its own hash, under the other's number.
            let places = scene.tamper(|db| {
                let sql = "UPDATE event SET seq = ?3 WHERE case_number = ?1 AND seq = ?2";
                for (from, to) in [(seq, 900), (seq + 1, seq), (900, seq + 1)] {
                    db.execute(sql, [case, from, to]).unwrap();
                }
            });
            assert_eq!(places, BTreeSet::from([(case, seq), (case, seq + 1)]), "rows of case {case}, event {seq}");
        }
    }
}

#[test]
fn a_chain_recomputed_from_a_forgery_on_does_not_lead_to_the_head() {
    let scene = Scene::new();
    for case in 1..=8 {
        let last = scene.last(case);
        for seq in 1..=last {
            let mut events: Vec<Event> = (seq..=last).map(|seq| scene.event(case, seq)).collect();
            events[0].actor = Some("mallory".to_string());
            let places = scene.tamper(|db| {
                let mut previous = scene.hash_of(case, seq - 1);
                for event in &events {
                    previous = forge(db, case, event, &previous);
                }
            });
            // Which of them was changed nobody can tell from the casebook: the last is the one that is not as recorded.
            assert_eq!(places, BTreeSet::from([(case, last)]), "case {case} from event {seq}");
        }
    }
}

#[test]
fn a_history_that_was_cut_off_is_named_at_the_first_event_that_is_missing() {
    let scene = Scene::new();
    for case in 1..=8 {
        for keep in 0..scene.last(case) {
            let places = scene.tamper(|db| {
                db.execute("DELETE FROM event WHERE case_number = ?1 AND seq > ?2", [case, keep]).unwrap();
                db.execute("DELETE FROM personal_value WHERE case_number = ?1 AND seq > ?2", [case, keep]).unwrap();
            });
            assert!(places.contains(&(case, keep + 1)), "case {case} after {keep}: {places:?}");
            assert!(places.iter().all(|(of, _)| *of == case), "case {case} after {keep}: {places:?}");
        }
    }
}

fn delete_case(db: &Connection, case: i64) {
    for (table, column) in [
        ("worklist", "case_number"),
        ("timer", "case_number"),
        ("case_now", "number"),
        ("personal_value", "case_number"),
        ("event", "case_number"),
    ] {
        db.execute(&format!("DELETE FROM {table} WHERE {column} = ?1"), [case]).unwrap();
    }
}

#[test]
fn a_case_that_was_taken_out_is_named() {
    let scene = Scene::new();
    // Each but the last is found by its number; those that were linked also by the event that says so.
    for (case, also) in
        [(1, vec![(4, 1)]), (2, vec![(5, 1)]), (3, vec![(7, 1)]), (4, vec![]), (5, vec![]), (6, vec![]), (7, vec![])]
    {
        let places = scene.tamper(|db| delete_case(db, case));
        assert!(places.contains(&(case, 0)), "case {case}: {places:?}");
        assert!(also.iter().all(|place| places.contains(place)), "case {case}: {places:?}");
        let by_parent = places.iter().any(|(of, seq)| [1, 2, 3].contains(of) && *seq > 1);
        assert_eq!(by_parent, [4, 5, 7].contains(&case), "case {case}: {places:?}");
    }
    // Several at once.
    let places = scene.tamper(|db| [2, 5, 6].into_iter().for_each(|case| delete_case(db, case)));
    assert_eq!(places, BTreeSet::from([(2, 0), (5, 0)]));
}

#[test]
fn a_case_that_was_slipped_in_is_named() {
    let scene = Scene::new();
    // A copy of case 8 as case 9, chained anew.
    let mut events: Vec<Event> = (1..=scene.last(8)).map(|seq| scene.event(8, seq)).collect();
    if let EventBody::CaseOpened(opened) = &mut events[0].body {
        opened.case = numbered(9);
        opened.root = numbered(9);
    }
    let copy = |db: &Connection, case: i64| {
        let mut previous = hash::FIRST.to_string();
        for event in &events {
            previous = forge(db, case, event, &previous);
        }
    };
    let places = scene.tamper(|db| copy(db, 9));
    assert!(places.contains(&(9, 1)), "{places:?}");
    // A number out of all order must not keep verify from coming to an end.
    let far = i64::MAX;
    let places = scene.tamper(|db| copy(db, far));
    assert!(places.is_superset(&BTreeSet::from([(9, 0), (far, 1)])), "{places:?}");
}

#[test]
fn personal_values_changed_removed_or_added_are_named_and_erased_ones_counted() {
    let scene = Scene::new();
    let mut query = scene.rogue.prepare("SELECT case_number, seq, field FROM personal_value").unwrap();
    let values: Vec<(i64, i64, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect();
    drop(query);
    assert!(values.len() >= 8, "{values:?}");
    let place = "WHERE case_number = ?1 AND seq = ?2 AND field = ?3";
    for (case, seq, field) in &values {
        for change in [
            "UPDATE personal_value SET value = '{\"text\":\"Someone Else\"}'",
            "UPDATE personal_value SET value = '5'",
            "UPDATE personal_value SET salt = '00000000000000000000000000000000'",
            "UPDATE personal_value SET field = 'other'",
            "DELETE FROM personal_value",
        ] {
            let places = scene.tamper(|db| {
                db.execute(&format!("{change} {place}"), params![case, seq, field]).unwrap();
            });
            assert_eq!(places, BTreeSet::from([(*case, *seq)]), "{change} of case {case}, event {seq}, {field}");
        }
    }
    let salt = "0".repeat(32);
    let places = scene.tamper(|db| {
        let sql = "INSERT INTO personal_value (case_number, seq, field, salt, value) VALUES (3, 2, 'child', ?1, '{\"text\":\"x\"}')";
        db.execute(sql, [&salt]).unwrap();
    });
    assert_eq!(places, BTreeSet::from([(3, 2)]));
    // A value goes together with its salt: with the salt, names could be tried until one fits.
    let half = scene.rogue.execute("UPDATE personal_value SET value = NULL", []);
    assert!(half.unwrap_err().to_string().contains("CHECK"));
    for (done, (case, seq, field)) in values.iter().enumerate() {
        let sql = format!("UPDATE personal_value SET value = NULL, salt = NULL {place}");
        scene.rogue.execute(&sql, params![case, seq, field]).unwrap();
        let report = scene.engine.verify(None, |_, _| {}).unwrap();
        assert_eq!(report.erased, done + 1);
        assert!(scene.places().is_empty(), "{:?}", scene.places());
        let event = scene.event(*case, *seq).body;
        let kept = match &event {
            EventBody::CaseOpened(opened) => opened.record.get(field).cloned(),
            EventBody::FieldsSet { fields } => fields.get(field).cloned().flatten(),
            _ => None,
        };
        assert!(matches!(kept, Some(Kept::Personal { value: None, .. })), "{event:?}");
    }
}

#[test]
fn a_changed_map_revision_is_named() {
    let scene = Scene::new();
    for (change, about) in [
        ("UPDATE map_revision SET meaning = replace(meaning, 'Prepare', 'Prepared') WHERE map = 'review'", "review"),
        ("UPDATE map_revision SET meaning = meaning || ' ' WHERE map = 'check'", "check"),
        ("UPDATE map_revision SET meaning = '' WHERE map = 'check'", "check"),
        ("UPDATE map_revision SET revision = 7 WHERE map = 'after'", "after"),
        ("UPDATE map_revision SET map = 'other' WHERE map = 'after'", "other"),
    ] {
        let old = dump(&scene.bench.path())["map_revision"].clone();
        scene.rogue.execute_batch(&format!("SAVEPOINT x; {change}; RELEASE x")).unwrap();
        assert_ne!(old, dump(&scene.bench.path())["map_revision"]);
        // A fresh engine, and one without an atlas: it has only the kept revision to go by.
        for atlas in [Some(scene.bench.atlas.clone()), None] {
            let book = mapcase_engine::Casebook::open(&scene.bench.path()).unwrap();
            let engine = Engine::new(book, atlas, Some(at(NOW))).unwrap();
            let found = findings(&engine);
            assert!(
                found.iter().any(|it| it.what.contains(&format!("of the map `{about}` was changed"))),
                "{found:#?}"
            );
        }
        // Put back by hand: the meaning is the atlas's.
        for map in ["review", "check", "after", "alarm"] {
            let machine = scene.bench.atlas.machine(map).unwrap();
            let sql = "UPDATE map_revision SET meaning = ?1, map = ?2, revision = 1 WHERE digest = ?3";
            scene.rogue.execute(sql, params![machine.map().meaning(), map, machine.digest()]).unwrap();
        }
        assert!(scene.places().is_empty());
    }
    let digest = scene.bench.atlas.machine("after").unwrap().digest().to_string();
    let places = scene.tamper(|db| {
        db.execute("DELETE FROM map_revision WHERE digest = ?1", [&digest]).unwrap();
    });
    assert!(places.contains(&(0, 0)), "{places:?}");
}

#[test]
fn changed_projections_are_named_and_mended_by_a_rebuild() {
    let scene = Scene::new();
    let right = dump(&scene.bench.path());
    let changes = [
        ("UPDATE case_now SET status = 'ended' WHERE number = 8", Some(8)),
        ("UPDATE case_now SET step = 'reply' WHERE number = 8", Some(8)),
        ("UPDATE case_now SET step_title = 'Nothing' WHERE number = 8", Some(8)),
        ("UPDATE case_now SET since = '2021-01-01T00:00:00Z' WHERE number = 3", Some(3)),
        ("UPDATE case_now SET outcome = 'fine' WHERE number = 1", Some(1)),
        ("UPDATE case_now SET map = 'check' WHERE number = 1", Some(1)),
        ("UPDATE case_now SET revision = 2 WHERE number = 1", Some(1)),
        ("UPDATE case_now SET reference = '1X' WHERE number = 1", Some(1)),
        ("UPDATE case_now SET root = 5 WHERE number = 3", Some(3)),
        ("UPDATE case_now SET came_from = NULL WHERE number = 4", Some(4)),
        ("UPDATE case_now SET opened_at = '2021-01-01T00:00:00Z' WHERE number = 4", Some(4)),
        ("UPDATE case_now SET assigned = NULL WHERE number = 6", Some(6)),
        (
            "UPDATE case_now SET digest = (SELECT digest FROM map_revision WHERE map = 'check') WHERE number = 8",
            Some(8),
        ),
        ("DELETE FROM case_now WHERE number = 8", Some(8)),
        ("DELETE FROM case_now", Some(1)),
        ("UPDATE timer SET due_at = '2030-01-01T00:00:00Z' WHERE case_number = 8", Some(8)),
        ("UPDATE timer SET due_on = '2030-01-01' WHERE case_number = 8", Some(8)),
        ("UPDATE timer SET fires_at = '2030-01-01T00:00:00Z' WHERE case_number = 8", Some(8)),
        ("UPDATE timer SET rule = 'whenever' WHERE case_number = 8", Some(8)),
        ("UPDATE timer SET passed = 1 - passed WHERE case_number = 8", Some(8)),
        ("DELETE FROM timer WHERE case_number = 3", Some(3)),
        (
            "INSERT INTO timer SELECT 1, kind, id, rule, due_at, due_on, fires_at, passed FROM timer WHERE case_number = 8",
            Some(1),
        ),
        ("UPDATE worklist SET role = 'CW' WHERE case_number = 7 AND why = 'told'", Some(7)),
        ("UPDATE worklist SET about = 'nothing' WHERE case_number = 8", Some(8)),
        ("DELETE FROM worklist", Some(8)),
        ("INSERT INTO worklist VALUES ('CW', 1, 'act', 'prepare')", Some(1)),
        ("INSERT INTO worklist VALUES ('CW', 77, 'act', 'prepare')", None),
    ];
    for (change, case) in changes {
        scene.rogue.execute_batch(change).unwrap();
        let places = scene.places();
        let named = places.iter().any(|(of, _)| *of == case.unwrap_or(0));
        assert!(named, "{change}: {places:?}");
        bench_rebuild(&scene);
        let mended = dump(&scene.bench.path());
        assert!(right == mended, "{change}\n{}", difference(&right, &mended));
        assert!(scene.places().is_empty());
    }
}

fn bench_rebuild(scene: &Scene) {
    assert_eq!(scene.bench.at(NOW).rebuild(|_, _| {}).unwrap(), 8);
}

#[test]
fn a_rebuild_does_not_hide_what_was_done_to_the_events() {
    let scene = Scene::new();
    let changes = [
        ("UPDATE event SET actor = 'eve' WHERE case_number = 3 AND seq = 4", "case 3A, event 4"),
        ("DELETE FROM event WHERE case_number = 2 AND seq = 5", "case 2W, event 5"),
        ("DELETE FROM event WHERE case_number = 8 AND seq > 3", "case 8P, event 4"),
        ("DELETE FROM event WHERE case_number = 8", "case 8P, event 1"),
        ("UPDATE case_now SET hash = substr(hash, 2) || substr(hash, 1, 1) WHERE number = 5", "case 5M, event"),
        ("UPDATE case_now SET seq = seq + 1 WHERE number = 5", "case 5M, event"),
    ];
    for (change, named) in changes {
        scene.tamper(|db| {
            db.execute_batch(change).unwrap();
            let before = dump(&scene.bench.path());
            let error = scene.bench.at(NOW).rebuild(|_, _| {}).unwrap_err().to_string();
            assert!(error.contains(named) && error.contains("rebuilding would hide that"), "{change}: {error}");
            assert_eq!(before, dump(&scene.bench.path()));
        });
    }
}

#[test]
fn a_guard_taken_out_changed_or_added_is_named() {
    let bench = Bench::new();
    populate(&bench);
    let rogue = bench.rogue();
    let engine = bench.at(NOW);
    let mut query = rogue.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name LIKE 'event_is%'").unwrap();
    let guards: Vec<(String, String, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect();
    drop(query);
    assert_eq!(guards.len(), 3);
    let whats = || findings(&engine).into_iter().map(|finding| finding.what).collect::<Vec<_>>();
    for (_, name, sql) in &guards {
        rogue.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        assert_eq!(whats(), [format!("the trigger `{name}` was taken out of the schema")]);
        let toothless = sql.split("BEGIN").next().unwrap();
        rogue.execute_batch(&format!("{toothless} BEGIN SELECT 1; END")).unwrap();
        assert_eq!(whats(), [format!("the trigger `{name}` was changed")]);
        rogue.execute_batch(&format!("DROP TRIGGER {name}; {sql}")).unwrap();
        assert!(whats().is_empty());
    }
    rogue
        .execute_batch(
            "CREATE TRIGGER quietly AFTER INSERT ON event BEGIN DELETE FROM worklist; END; DROP VIEW history",
        )
        .unwrap();
    assert_eq!(
        whats(),
        ["the view `history` was taken out of the schema", "the trigger `quietly` was added to the schema"]
    );
    // An auditor's own index and table beside are nobody's tampering.
    let sql = &dump_view();
    rogue.execute_batch(sql).unwrap();
    rogue
        .execute_batch(
            "DROP TRIGGER quietly; CREATE INDEX mine ON event (actor); CREATE TABLE findings (what TEXT); ANALYZE",
        )
        .unwrap();
    assert!(whats().is_empty(), "{:?}", whats());
}

/// The statement of the view, from a fresh casebook.
fn dump_view() -> String {
    let fresh = Bench::new();
    let sql = "SELECT sql FROM sqlite_schema WHERE name = 'history'";
    fresh.rogue().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The line: no hash inside the file stands against somebody who writes all of it anew. This is what a seal is for; when there
/// are seals, this test says the opposite.
#[test]
fn a_tail_cut_off_together_with_every_trace_of_it_goes_unseen() {
    let bench = Bench::new();
    populate(&bench);
    let rogue = bench.rogue();
    let sql = "SELECT seq, hash FROM event WHERE case_number = 2 ORDER BY seq DESC LIMIT 1 OFFSET 1";
    let (seq, hash): (i64, String) = rogue.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let guard: String = rogue
        .query_row("SELECT sql FROM sqlite_schema WHERE name = 'event_is_never_deleted'", [], |row| row.get(0))
        .unwrap();
    rogue.execute_batch("DROP TRIGGER event_is_never_deleted").unwrap();
    rogue.execute("DELETE FROM event WHERE case_number = 2 AND seq > ?1", [seq]).unwrap();
    rogue.execute("UPDATE case_now SET seq = ?1, hash = ?2 WHERE number = 2", params![seq, hash]).unwrap();
    rogue.execute_batch(&guard).unwrap();
    assert_sound(&bench.at(NOW));
}
