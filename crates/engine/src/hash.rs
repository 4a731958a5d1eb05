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
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
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
    written_event(previous, case, event, &body(&event.body))
}

/// The hash of an event whose body is written already, in its canonical form.
pub(crate) fn written_event(previous: &str, case: CaseNumber, event: &Event, body: &str) -> String {
    let content = content(case, event, body);
    let mut hash = Sha256::new();
    hash.update(format!("mapcase event 1\n{previous}\n{}\n", content.len()));
    hash.update(&content);
    hex(&hash.finalize())
}

/// A case's number and an event as canonical JSON. Put together here, its keys in their order: each event is hashed when it is written
/// and when it is verified, and its body is most of it.
fn content(case: CaseNumber, event: &Event, body: &str) -> String {
    let Event { seq, body: _, step, actor, role, occurred_at, recorded_at } = event;
    let text = |text: &Option<String>| serde_json::to_string(text).unwrap_or_default();
    let (step, actor, role) = (text(step), text(actor), text(role));
    let (case, occurred_at, recorded_at) = (case.0, stamp::write(*occurred_at), stamp::write(*recorded_at));
    format!(
        r#"{{"case":{case},"event":{{"actor":{actor},"body":{body},"occurred_at":"{occurred_at}","recorded_at":"{recorded_at}","role":{role},"seq":{seq},"step":{step}}}}}"#
    )
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
                prop_assert_eq!(
                    content(case, &event, &canonical(&event.body)),
                    canonical(&Content { case, event: &event })
                );
            }
        }
    }
}
