//! Bugs that are planted behind the engine's back, well enough done that the casebook verifies: to see that the simulator finds them.

use mapcase_case::CaseNumber;
use mapcase_case::event::{Event, EventBody};
use mapcase_engine::{Casebook, Engine, hash, stamp};
use rusqlite::{Connection, params};

use super::world::{Kind, World};

/// What somebody does behind the engine's back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// A timer that has fired fires again.
    FireTwice,
    /// Two events change places.
    Swap,
    /// A command that was acknowledged is taken out.
    TakeOut,
    /// An event is put in that nobody was told of.
    PutIn,
    /// A row of a projection is not as the events say.
    Drift,
}

const TRIGGERS: &str = "SELECT group_concat(sql, ';' || char(10)) FROM sqlite_schema WHERE type = 'trigger'";
const DROP: &str = "PRAGMA foreign_keys = OFF;
    DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted; DROP TRIGGER event_is_appended;";

impl World {
    /// Does it, as soon as there is something to do it to; then everything is looked at.
    pub fn sabotage(&mut self, what: Sabotage) {
        let done = match what {
            Sabotage::Drift => self.drift(),
            Sabotage::FireTwice => self.forge(&|events| {
                let passed =
                    |event: &&Event| matches!(event.body, EventBody::DeadlinePassed { go: None, started: None, .. });
                let again = events.iter().find(passed)?.clone();
                events.push(Event { seq: events.len() as u64 + 1, recorded_at: events.last()?.recorded_at, ..again });
                Some(())
            }),
            Sabotage::PutIn => self.forge(&|events| {
                let last = events.last()?.clone();
                let body = EventBody::NoteAdded { text: "put in".to_string() };
                let step = None;
                events.push(Event {
                    seq: last.seq + 1,
                    body,
                    step,
                    actor: Some("eve".to_string()),
                    role: None,
                    ..last
                });
                Some(())
            }),
            Sabotage::TakeOut => self.forge(&|events| {
                matches!(events.last()?.body, EventBody::NoteAdded { .. }).then_some(())?;
                events.pop().map(drop)
            }),
            Sabotage::Swap => self.forge(&|events| {
                let beside =
                    |event: &Event| matches!(event.body, EventBody::NoteAdded { .. } | EventBody::CaseAssigned { .. });
                let mut places = (0..events.len()).filter(|at| beside(&events[*at]));
                let (one, other) = (places.next()?, places.next_back()?);
                (events[one].body != events[other].body || events[one].actor != events[other].actor).then_some(())?;
                events.swap(one, other);
                events.iter_mut().zip(1..).for_each(|(event, seq)| event.seq = seq);
                Some(())
            }),
        };
        if done {
            self.sabotaged = true;
            self.say(&format!("sabotage: {what:?}"));
            self.audit();
        }
    }

    fn drift(&mut self) -> bool {
        let sql = "DELETE FROM worklist WHERE (role, case_number, why, about) IN
            (SELECT role, case_number, why, about FROM worklist ORDER BY case_number DESC LIMIT 1)";
        self.look().execute(sql, []).unwrap() > 0
    }

    /// Changes the events of some case, makes its chain right again, and the projections.
    fn forge(&mut self, change: &dyn Fn(&mut Vec<Event>) -> Option<()>) -> bool {
        let cases: Vec<CaseNumber> = self.paper.states.keys().copied().collect();
        for case in cases {
            let db = self.look();
            let mut events = read(db, case);
            let before = events.len();
            if change(&mut events).is_none() {
                continue;
            }
            let triggers: String = db.query_row(TRIGGERS, [], |row| row.get(0)).unwrap();
            db.execute_batch(DROP).unwrap();
            write(db, case, &events, before);
            db.execute_batch(&triggers).unwrap();
            self.mirror();
            let atlas = self.ground.atlas.clone();
            let mut engine = Engine::new(Casebook::open(&self.path).unwrap(), Some(atlas), None).unwrap();
            if let Err(error) = engine.rebuild(|_, _| {}) {
                self.find(Kind::Projection, format!("{error}"));
            }
            return true;
        }
        false
    }
}

fn read(db: &Connection, case: CaseNumber) -> Vec<Event> {
    let sql = "SELECT seq, content, step, actor, role, occurred_at, recorded_at FROM event WHERE case_number = ?1 ORDER BY seq";
    let mut query = db.prepare(sql).unwrap();
    let rows = query.query_map([case.0 as i64], |row| {
        let text = |at: usize| row.get::<_, String>(at).unwrap();
        Ok(Event {
            seq: row.get::<_, i64>(0)?.unsigned_abs(),
            body: serde_json::from_str(&text(1)).unwrap(),
            step: row.get(2)?,
            actor: row.get(3)?,
            role: row.get(4)?,
            occurred_at: stamp::read(&text(5)).unwrap(),
            recorded_at: stamp::read(&text(6)).unwrap(),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Puts events in the place of those of a case, of which there were so many.
fn write(db: &Connection, case: CaseNumber, events: &[Event], before: usize) {
    let number = case.0 as i64;
    let mut previous = hash::FIRST.to_string();
    for event in events {
        let hash = hash::event(&previous, case, event);
        let sql = if event.seq as usize > before {
            "INSERT INTO event (name, step, actor, role, occurred_at, recorded_at, content, previous_hash, hash, case_number, seq)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        } else {
            "UPDATE event SET name = ?1, step = ?2, actor = ?3, role = ?4, occurred_at = ?5, recorded_at = ?6, content = ?7,
                previous_hash = ?8, hash = ?9 WHERE case_number = ?10 AND seq = ?11"
        };
        let (occurred, recorded) = (stamp::write(event.occurred_at), stamp::write(event.recorded_at));
        let values = params![
            event.body.name(),
            event.step,
            event.actor,
            event.role,
            occurred,
            recorded,
            hash::canonical(&event.body),
            previous,
            hash,
            number,
            event.seq as i64
        ];
        db.execute(sql, values).unwrap();
        previous = hash;
    }
    db.execute("DELETE FROM event WHERE case_number = ?1 AND seq > ?2", params![number, events.len() as i64]).unwrap();
    let sql = "UPDATE case_now SET hash = ?1, seq = ?2 WHERE number = ?3";
    db.execute(sql, params![previous, events.len() as i64, number]).unwrap();
}
