//! The hash chain and the commitments to personal values. Each hash has a domain of its own, so that none can stand for
//! another, and the length of what it covers.

use mapcase_case::event::{Event, EventBody, Opened};
use mapcase_case::{CaseNumber, Kept, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::stamp;

/// What stands before the first event of a case.
pub const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// JSON in its canonical form (RFC 8785). Events hold strings, lists and integers far below 2^53, which all have one.
pub fn canonical<T: Serialize>(value: &T) -> String {
    serde_json_canonicalizer::to_string(value).unwrap_or_default()
}

/// The body of an event in that form. Its fields are declared in the order of their names and its texts are keys of sorted maps, so plain
/// JSON is the canonical one already, at a fraction of the cost; every test compares the two.
pub fn body(body: &EventBody) -> String {
    let plain = serde_json::to_string(body).unwrap_or_default();
    debug_assert_eq!(plain, canonical(body), "the fields of events are declared in the order of their names");
    plain
}

/// The hash of an event, over the hash before it in its case and all of its own content.
pub fn event(previous: &str, case: CaseNumber, event: &Event) -> String {
    let (body, occurred_at, recorded_at) =
        (body(&event.body), stamp::write(event.occurred_at), stamp::write(event.recorded_at));
    Written::of(event, &body, [&occurred_at, &recorded_at]).hash(previous, case, &mut Vec::new())
}

/// An event as it is written, its body in the canonical form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a> {
    pub seq: u64,
    pub step: Option<&'a str>,
    pub actor: Option<&'a str>,
    pub role: Option<&'a str>,
    pub occurred_at: &'a str,
    pub recorded_at: &'a str,
    pub body: &'a str,
}

impl<'a> Written<'a> {
    /// An event whose body and times are written already.
    pub fn of(event: &'a Event, body: &'a str, [occurred_at, recorded_at]: [&'a str; 2]) -> Self {
        let (step, actor, role) = (event.step.as_deref(), event.actor.as_deref(), event.role.as_deref());
        Self { seq: event.seq, step, actor, role, occurred_at, recorded_at, body }
    }

    /// Its hash. The content is put together in `room`, of which nothing is kept.
    pub fn hash(&self, previous: &str, case: CaseNumber, room: &mut Vec<u8>) -> String {
        room.clear();
        self.put(case, room);
        let mut hash = Sha256::new();
        hash.update(b"mapcase event 1\n");
        hash.update(previous);
        hash.update(format!("\n{}\n", room.len()));
        hash.update(&room);
        hex(&hash.finalize())
    }

    /// A case's number and the event as canonical JSON. Put together here, its keys in their order: each event is hashed when it is written
    /// and whenever it is read, and its body is most of it.
    fn put(&self, case: CaseNumber, room: &mut Vec<u8>) {
        let Written { seq, step, actor, role, occurred_at, recorded_at, body } = *self;
        put(room, &[r#"{"case":"#, &case.0.to_string(), r#","event":{"actor":"#]);
        quote(room, actor);
        put(room, &[r#","body":"#, body, r#","occurred_at":""#, occurred_at, r#"","recorded_at":""#, recorded_at]);
        put(room, &[r#"","role":"#]);
        quote(room, role);
        put(room, &[r#","seq":"#, &seq.to_string(), r#","step":"#]);
        quote(room, step);
        put(room, &["}}"]);
    }
}

fn put(room: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| room.extend_from_slice(part.as_bytes()));
}

/// A text, or none, as JSON.
fn quote(room: &mut Vec<u8>, text: Option<&str>) {
    // A vector takes all.
    let _ = serde_json::to_writer(room, &text);
}

/// The commitment to a personal value: nobody can tell the value from it without the salt, and nobody can find another
/// value for it.
pub fn commitment(salt: &str, value: &Value) -> String {
    let content = canonical(value);
    let mut hash = Sha256::new();
    hash.update(format!("mapcase personal 1\n{salt}\n{}\n", content.len()));
    hash.update(&content);
    hex(&hash.finalize())
}

/// A fresh salt, from the operating system.
pub fn salt() -> Result<String, crate::Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| crate::Error::NoRandom(error.to_string()))?;
    Ok(hex(&bytes))
}

/// The SHA-256 of a text, in hexadecimal.
pub fn text(domain: &str, text: &str) -> String {
    hex(&Sha256::new().chain_update(format!("mapcase {domain} 1\n{}\n", text.len())).chain_update(text).finalize())
}

/// Visits each value of a record that an event holds.
pub fn values(body: &mut EventBody) -> Vec<(&String, &mut Kept)> {
    match body {
        EventBody::CaseOpened(Opened { record, .. }) => record.iter_mut().collect(),
        EventBody::FieldsSet { fields } => {
            fields.iter_mut().filter_map(|(field, kept)| Some((field, kept.as_mut()?))).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use mapcase_case::event::Left;
    use proptest::prelude::*;

    use super::*;

    #[derive(Serialize)]
    struct Content<'a> {
        case: CaseNumber,
        event: &'a Event,
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_put_together_is_the_canonical_form(
            (case, seq) in (1u64..1 << 53, 1u64..1 << 53),
            texts in proptest::collection::vec(proptest::option::of(any::<String>()), 3),
            seconds in -2_208_988_800i64..7_289_654_400,
            note in any::<String>(),
        ) {
            let [step, actor, role] = [0, 1, 2].map(|at: usize| texts[at].clone());
            let occurred_at = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            let recorded_at = occurred_at + chrono::TimeDelta::seconds(90_000);
            for body in [EventBody::NoteAdded { text: note.clone() }, EventBody::StepDone(Left::default())] {
                let event = Event {
                    seq,
                    body,
                    step: step.clone(),
                    actor: actor.clone(),
                    role: role.clone(),
                    occurred_at,
                    recorded_at,
                };
                let case = CaseNumber(case);
                let [occurred_at, recorded_at] = [event.occurred_at, event.recorded_at].map(stamp::write);
                let (body, mut room) = (canonical(&event.body), Vec::new());
                Written::of(&event, &body, [&occurred_at, &recorded_at]).put(case, &mut room);
                prop_assert_eq!(String::from_utf8(room).unwrap(), canonical(&Content { case, event: &event }));
            }
        }
    }
}
