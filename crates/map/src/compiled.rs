//! The compiled form of a checked atlas: bytes from which the next command has the atlas again without parsing or checking
//! its files. Its key is the SHA-256 of the files and of the checker's own code, so that nothing else is ever taken for it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::atlas::{CheckedAtlas, Made, Shared};
use crate::machine::Machine;
use crate::model::{About, Map, MapId, StepId, digest_of};

/// What every compiled form begins with: a mark, the SHA-256 of the head, and the length of the head. The head follows, and
/// then the parts of the maps, each with its SHA-256 in the head.
const MARK: &[u8; 16] = b"mapcase compiled";
const HASH: Range<usize> = 16..48;
const LENGTH: Range<usize> = 48..56;

/// The checker that is running: a name that its build gave to its code.
const CHECKER: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("MAPCASE_CHECKER"));

/// What the compiled form of an atlas is kept under: the SHA-256 of the paths and bytes of its files, in their order, and of
/// the checker that is running.
#[derive(Clone, Debug)]
pub struct Key(Sha256);

impl Default for Key {
    fn default() -> Self {
        Self::of_checker(CHECKER)
    }
}

impl Key {
    fn of_checker(checker: &str) -> Self {
        let mut key = Self(Sha256::new());
        key.put(checker.as_bytes());
        key
    }

    /// Adds the next file.
    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        self.put(path.as_bytes());
        self.put(bytes);
    }

    fn put(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// The key in hexadecimal.
    pub fn name(self) -> String {
        HEXLOWER.encode(&self.0.finalize())
    }
}

/// Where a compiled form is kept.
pub trait Keeper: Debug + Send + Sync {
    /// Some of its bytes.
    fn bytes(&self, range: Range<u64>) -> Option<Vec<u8>>;

    /// Called when what is kept turns out to be damaged, so that it is made anew.
    fn damaged(&self);

    /// The atlas, checked anew from its files: what is asked for is not in the compiled form, or is damaged there.
    fn again(&self) -> Option<CheckedAtlas>;
}

/// An atlas that was read back: its maps are read one by one, when they are asked for.
#[derive(Debug)]
pub(crate) struct Compiled {
    keeper: Box<dyn Keeper>,
    maps: BTreeMap<MapId, Parts>,
    /// Where the parts begin.
    begin: u64,
}

#[derive(Debug)]
struct Parts {
    kept: Kept,
    machine: OnceLock<Option<Arc<Machine>>>,
    text: OnceLock<Option<String>>,
}

/// What came of reading something of a map back.
pub(crate) enum Read<T> {
    /// This.
    Is(T),
    /// There is no such map.
    NoMap,
    /// The bytes are not what they should be.
    Unreadable,
}

#[derive(Serialize, Deserialize)]
struct Head {
    shared: Shared,
    maps: BTreeMap<MapId, Kept>,
}

/// Where a map's meaning, the rest of it and its YAML text stand behind the head.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    digest: String,
    meaning: Part,
    rest: Part,
    text: Part,
}

#[derive(Debug, Serialize, Deserialize)]
struct Part {
    at: Range<u64>,
    sha256: String,
}

/// What a map holds beside its meaning, and the order of its steps.
#[derive(Serialize, Deserialize)]
struct Rest {
    about: About,
    steps: Vec<(StepId, Aside)>,
    limits: BTreeMap<String, Aside>,
    rounds: BTreeMap<String, Aside>,
}

/// What readers want to know of a step, a limit or what comes round.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Aside {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    controls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inferred: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// The compiled form of an atlas that was just checked; none where it would not give the same atlas back.
pub fn write(atlas: &CheckedAtlas) -> Option<Vec<u8>> {
    let mut parts = Vec::new();
    let mut put = |text: &str| {
        let start = parts.len() as u64;
        parts.extend_from_slice(text.as_bytes());
        Part { at: start..parts.len() as u64, sha256: sha256(text.as_bytes()) }
    };
    let mut maps = BTreeMap::new();
    for (id, machine) in atlas.machines() {
        let (map, digest) = (machine.map(), machine.digest().to_string());
        let (meaning, rest) = (map.meaning(), serde_json::to_string(&Rest::of(map)).ok()?);
        if machine_of(&digest, &meaning, &rest)?.map() != map {
            return None;
        }
        let (meaning, rest, text) = (put(&meaning), put(&rest), put(atlas.text(id)?));
        maps.insert(id.clone(), Kept { digest, meaning, rest, text });
    }
    let head = serde_json::to_vec(&Head { shared: atlas.shared.clone(), maps }).ok()?;
    if serde_json::from_slice::<Head>(&head).ok()?.shared != atlas.shared {
        return None;
    }
    let length = (head.len() as u64).to_le_bytes();
    Some([MARK, &Sha256::digest(&head)[..], &length, &head, &parts].concat())
}

/// Reads what was kept under a key; nothing where its head is not whole.
pub fn read(keeper: Box<dyn Keeper>) -> Option<CheckedAtlas> {
    let begun = keeper.bytes(0..LENGTH.end as u64)?;
    let length = u64::from_le_bytes(begun.get(LENGTH)?.try_into().ok()?);
    let begin = length.checked_add(LENGTH.end as u64)?;
    let head = keeper.bytes(LENGTH.end as u64..begin)?;
    if !begun.starts_with(MARK) || Sha256::digest(&head)[..] != begun[HASH] {
        return None;
    }
    let Head { shared, maps } = serde_json::from_slice(&head).ok()?;
    let parts = |kept| Parts { kept, machine: OnceLock::new(), text: OnceLock::new() };
    let maps = maps.into_iter().map(|(id, kept)| (id, parts(kept))).collect();
    let compiled = Some(Compiled { keeper, maps, begin });
    Some(CheckedAtlas { shared, made: OnceLock::new(), compiled, all: OnceLock::new() })
}

impl Compiled {
    /// The machine of a map.
    pub fn machine(&self, map: &str) -> Read<&Arc<Machine>> {
        let Some(Parts { kept, machine, .. }) = self.maps.get(map) else { return Read::NoMap };
        let read = || {
            let (meaning, rest) = (self.part(&kept.meaning)?, self.part(&kept.rest)?);
            machine_of(&kept.digest, &meaning, &rest).map(Arc::new)
        };
        machine.get_or_init(read).as_ref().map_or(Read::Unreadable, Read::Is)
    }

    /// The YAML text of a map.
    pub fn text(&self, map: &str) -> Read<&str> {
        let Some(Parts { kept, text, .. }) = self.maps.get(map) else { return Read::NoMap };
        text.get_or_init(|| self.part(&kept.text)).as_deref().map_or(Read::Unreadable, Read::Is)
    }

    fn part(&self, part: &Part) -> Option<String> {
        let at = self.begin.checked_add(part.at.start)?..self.begin.checked_add(part.at.end)?;
        let text = self.keeper.bytes(at).and_then(|bytes| String::from_utf8(bytes).ok());
        let text = text.filter(|text| sha256(text.as_bytes()) == part.sha256);
        if text.is_none() {
            self.keeper.damaged();
        }
        text
    }

    /// All that a check of the files makes: what is not in the compiled form, such as stories, comes from there.
    pub fn make(&self) -> Option<Made> {
        self.keeper.again()?.made.into_inner()
    }
}

fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The machine of a map whose meaning has this digest.
fn machine_of(digest: &str, meaning: &str, rest: &str) -> Option<Machine> {
    if digest_of(meaning) != digest {
        return None;
    }
    let mut map = Map::from_meaning(meaning).ok()?;
    serde_json::from_str::<Rest>(rest).ok()?.put_into(&mut map)?;
    Some(Machine::of_digest(map, digest.to_string()))
}

impl Rest {
    fn of(map: &Map) -> Self {
        let step = map.steps.iter().map(|step| {
            let aside = Aside {
                controls: step.controls.clone(),
                origin: step.origin.clone(),
                quote: step.quote.clone(),
                inferred: step.inferred.clone(),
                note: step.note.clone(),
            };
            (step.id.clone(), aside)
        });
        let limit = map.limits.iter().map(|(id, limit)| {
            let (controls, origin, quote) = (limit.controls.clone(), limit.origin.clone(), limit.quote.clone());
            (id.clone(), Aside { controls, origin, quote, ..Aside::default() })
        });
        let round = map.rounds.iter().map(|(id, round)| {
            let (controls, origin, quote) = (round.controls.clone(), round.origin.clone(), round.quote.clone());
            (id.clone(), Aside { controls, origin, quote, note: round.note.clone(), ..Aside::default() })
        });
        Self { about: map.about.clone(), steps: step.collect(), limits: limit.collect(), rounds: round.collect() }
    }

    /// Puts it back; nothing where it is not of this map.
    fn put_into(self, map: &mut Map) -> Option<()> {
        map.about = self.about;
        let mut steps: BTreeMap<StepId, _> =
            std::mem::take(&mut map.steps).into_iter().map(|step| (step.id.clone(), step)).collect();
        for (id, aside) in self.steps {
            let mut step = steps.remove(&id)?;
            (step.controls, step.origin, step.quote) = (aside.controls, aside.origin, aside.quote);
            (step.inferred, step.note) = (aside.inferred, aside.note);
            map.steps.push(step);
        }
        for (id, aside) in self.limits {
            let limit = map.limits.get_mut(&id)?;
            (limit.controls, limit.origin, limit.quote) = (aside.controls, aside.origin, aside.quote);
        }
        for (id, aside) in self.rounds {
            let round = map.rounds.get_mut(&id)?;
            (round.controls, round.origin, round.quote) = (aside.controls, aside.origin, aside.quote);
            round.note = aside.note;
        }
        steps.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    fn key(checker: &str, files: &[(&str, &str)]) -> String {
        let mut key = Key::of_checker(checker);
        files.iter().for_each(|(path, text)| key.add(path, text.as_bytes()));
        key.name()
    }

    #[test]
    fn another_checker_another_name_or_another_byte_is_another_key() {
        let one = key("1.0 a", &[("a.yaml", "x"), ("b.yaml", "y")]);
        assert_eq!(one, key("1.0 a", &[("a.yaml", "x"), ("b.yaml", "y")]));
        for (checker, files) in [
            ("1.1 a", [("a.yaml", "x"), ("b.yaml", "y")]),
            ("1.0 b", [("a.yaml", "x"), ("b.yaml", "y")]),
            ("1.0 a", [("a.yaml", "x"), ("b.yaml", "z")]),
            ("1.0 a", [("a.yaml", "x"), ("c.yaml", "y")]),
            ("1.0 a", [("a.yaml", "xb.yaml"), ("", "y")]),
        ] {
            assert_ne!(one, key(checker, &files));
        }
        assert_ne!(one, key("1.0 a", &[("a.yaml", "x")]));
    }
}
