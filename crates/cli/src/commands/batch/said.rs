//! A line of JSON as it was written: a key that stands twice is an error, for one of the two values would be lost.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// `null`.
    Nothing,
    /// A text; a number as it is written; `yes` or `no`.
    Text(String),
    /// A list.
    List(Vec<Said>),
    /// An object, in the order in which it was written.
    Object(Vec<(String, Said)>),
}

impl Said {
    /// What it is, for messages.
    pub fn word(&self) -> &'static str {
        match self {
            Said::Nothing => "null",
            Said::Text(_) => "a text",
            Said::List(_) => "a list",
            Said::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Said;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Said, E> {
        Ok(Said::Nothing)
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Said, E> {
        Ok(Said::Text(if yes { "yes" } else { "no" }.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Said, E> {
        Ok(Said::Text(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Said, E> {
        Ok(Said::Text(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Said, E> {
        // 12.50 is not 12.5 to whoever wrote pounds and pence, and a long one would be rounded.
        Err(E::custom(format!("write {number} as a text, in quotation marks, so that it stays as it is written")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Said, E> {
        Ok(Said::Text(text.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Said, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(Said::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said, A::Error> {
        let (mut all, mut known): (Vec<(String, Said)>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
        while let Some((key, value)) = map.next_entry::<String, Said>()? {
            if !known.insert(key.clone()) {
                return Err(A::Error::custom(format!("`{key}` stands there twice")));
            }
            all.push((key, value));
        }
        Ok(Said::Object(all))
    }
}
