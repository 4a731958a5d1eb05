//! The ids of the places in the book: no two are the same, and each can stand in a link as it is.

/// The page of a map.
pub(super) fn map(id: &str) -> String {
    format!("map/{}", safe(id))
}

/// A part of a map's page.
pub(super) fn part(map: &str, part: &str) -> String {
    format!("{}/{part}", self::map(map))
}

/// A step of a map.
pub(super) fn step(map: &str, step: &str) -> String {
    part(map, &format!("step/{}", safe(step)))
}

/// A limit of a map.
pub(super) fn limit(map: &str, limit: &str) -> String {
    part(map, &format!("limit/{}", safe(limit)))
}

/// What comes round in a map.
pub(super) fn round(map: &str, round: &str) -> String {
    part(map, &format!("starts/{}", safe(round)))
}

/// A note of a map, by its number.
pub(super) fn note(map: &str, number: usize) -> String {
    part(map, &format!("note/{number}"))
}

/// A role, a theme, a document, a calendar, a control.
pub(super) fn of(kind: &str, id: &str) -> String {
    format!("{kind}/{}", safe(id))
}

/// A name with nothing in it that a link would have to write otherwise; two names never become one.
fn safe(name: &str) -> String {
    let mut safe = String::new();
    for letter in name.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' => safe.push(letter),
            other => safe.push_str(&format!("~{:x}~", other as u32)),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{of, step};

    #[test]
    fn names_stay_apart() {
        assert_eq!(step("transfer-out", "agree"), "map/transfer-out/step/agree");
        assert_eq!(of("role", "DPT Admin"), "role/DPT~20~Admin");
        assert_ne!(of("role", "a~20~b"), of("role", "a b"));
    }
}
