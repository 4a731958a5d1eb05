//! The hash chain and the commitments to personal values. Each hash has a domain of its own, so that none can stand for
//! another, and the length of what it covers.

use mapcase_case::event::{Event, EventBody, Opened};
use mapcase_case::{CaseNumber, Kept, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What stands before the first event of a case.
pub const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[derive(Serialize)]
struct Content<'a> {
    case: CaseNumber,
    event: &'a Event,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// JSON in its canonical form (RFC 8785). Events hold strings, lists and integers far below 2^53, which all have one.
pub fn canonical<T: Serialize>(value: &T) -> String {
    serde_json_canonicalizer::to_string(value).unwrap_or_default()
}

/// The hash of an event, over the hash before it in its case and all of its own content.
pub fn event(previous: &str, case: CaseNumber, event: &Event) -> String {
    let content = canonical(&Content { case, event });
    let mut hash = Sha256::new();
    hash.update(format!("mapcase event 1\n{previous}\n{}\n", content.len()));
    hash.update(&content);
    hex(&hash.finalize())
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
