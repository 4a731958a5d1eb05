//! What people type: values, names, notes and references, through the engine into a casebook in memory and out again.

use std::collections::BTreeMap;

use mapcase_case::{Act, Attachment, CaseNumber, Command, Opening};
use mapcase_engine::describe::describe;
use mapcase_engine::query::ListFilter;
use mapcase_engine::{Casebook, Engine};
use mapcase_map::time::parse_when;

use crate::{Bytes, scene};

const FIELDS: [&str; 8] = ["number", "child", "met_on", "sum", "hours", "sort", "urgent", "nothing"];

/// Opens a case and gives it commands with hostile words, then reads all that the casebook says of it.
pub fn record(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let zone = chrono_tz::Europe::London;
    let now = parse_when("2022-10-14 10:00", zone).unwrap();
    let mut engine = Engine::new(Casebook::in_memory(now).unwrap(), Some(scene::atlas()), Some(now)).unwrap();
    let actor = |bytes: &mut Bytes<'_>| if bytes.byte() & 3 == 0 { bytes.text() } else { "ann".to_string() };
    let opening = Opening {
        map: "review".to_string(),
        entry: None,
        record: set(&mut bytes),
        actor: actor(&mut bytes),
        role: None,
        at: None,
    };
    let _ = engine.open(&opening, None);
    let plain = Opening { record: BTreeMap::new(), actor: "ann".to_string(), ..opening };
    let _ = engine.open(&plain, Some(&bytes.text()));
    for _ in 0..12 {
        if bytes.0.is_empty() {
            break;
        }
        let case = CaseNumber(1 + bytes.byte() as u64 % 3);
        let act = act(&mut bytes);
        let role = (bytes.byte() & 7 == 0).then(|| bytes.text());
        let request = (bytes.byte() & 7 == 0).then(|| bytes.text());
        let command = Command { act, actor: actor(&mut bytes), role, at: None, expect: None };
        let _ = engine.command(case, &command, request.as_deref());
    }
    assert_reads(&engine);
}

/// All that the casebook says can be read, and verifies.
fn assert_reads(engine: &Engine) {
    let found = engine.verify(None, |_, _| {}).unwrap().findings;
    assert!(found.is_empty(), "{found:?}");
    for case in engine.cases().unwrap() {
        let view = engine.view(case).unwrap();
        for row in engine.history(case).unwrap() {
            let _ = describe(&row.event, Some(&view.machine), chrono_tz::Europe::London);
        }
        let replay = engine.replay(case, None).unwrap();
        assert_eq!(replay.state, *view.state, "replay differs from what is live");
        assert!(replay.rows.iter().all(|row| row.fault.is_none()));
    }
    assert_eq!(engine.list(&ListFilter::default()).unwrap().len(), engine.cases().unwrap().len());
    engine.work(None, None).unwrap();
    engine.due(None, None).unwrap();
    engine.count_controls().unwrap();
}

fn set(bytes: &mut Bytes<'_>) -> BTreeMap<String, String> {
    let count = bytes.byte() % 3;
    (0..count).map(|_| (FIELDS[bytes.below(FIELDS.len())].to_string(), bytes.text())).collect()
}

fn attach(bytes: &mut Bytes<'_>) -> Vec<Attachment> {
    let count = bytes.byte() % 3;
    let name = |bytes: &mut Bytes<'_>| if bytes.byte() & 1 == 0 { "letter".to_string() } else { bytes.text() };
    (0..count)
        .map(|_| {
            let (name, reference) = (name(bytes), bytes.text());
            Attachment { name, reference, sha256: (bytes.byte() & 7 == 0).then(|| bytes.text()) }
        })
        .collect()
}

fn act(bytes: &mut Bytes<'_>) -> Act {
    let ticks = |bytes: &mut Bytes<'_>| if bytes.byte() & 1 == 0 { vec!["signed".to_string()] } else { Vec::new() };
    match bytes.byte() % 10 {
        0 | 1 => Act::Do { step: None, set: set(bytes), check_off: ticks(bytes), attach: attach(bytes) },
        2 => {
            let answer = if bytes.byte() & 1 == 0 { "yes".to_string() } else { bytes.text() };
            Act::Answer { step: None, answer, set: set(bytes), check_off: Vec::new(), attach: attach(bytes) }
        }
        3 => Act::Receive { step: None, set: set(bytes), attach: attach(bytes) },
        4 => Act::Set(set(bytes)),
        5 => Act::CheckOff(bytes.text()),
        6 => Act::Attach(Attachment { name: bytes.text(), reference: bytes.text(), sha256: None }),
        7 => Act::Note(bytes.text()),
        8 => Act::Assign((bytes.byte() & 1 == 0).then(|| bytes.text())),
        _ => Act::Withdraw { reason: bytes.text() },
    }
}
