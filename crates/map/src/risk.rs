//! The risk rule of an atlas: by what the worklist is ordered before time. It is written in `atlas.yaml`, never in code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::atlas::CheckedAtlas;
use crate::model::{FieldId, MapId};

/// An entry of the risk rule. It ranks a case of which everything holds that it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// Its title. Entries of one title are one rank.
    pub title: String,
    /// The case's map is one of these; any, where there is none.
    pub maps: Vec<MapId>,
    /// The theme of the case's map is one of these; any, where there is none.
    pub themes: Vec<String>,
    /// Each of these fields has one of the values that stand by it.
    pub fields: BTreeMap<FieldId, Vec<String>>,
    /// A deadline or a limit of the case has passed and is not met.
    pub late: bool,
}

impl Risk {
    fn holds(&self, map: &str, theme: &str, late: bool, field: impl Fn(&str) -> Option<String>) -> bool {
        let is_in = |list: &[String], word: &str| list.is_empty() || list.iter().any(|one| one == word);
        let has = |(id, values): (&String, &Vec<String>)| field(id).is_some_and(|value| values.contains(&value));
        is_in(&self.maps, map) && is_in(&self.themes, theme) && (late || !self.late) && self.fields.iter().all(has)
    }
}

impl CheckedAtlas {
    /// The risk rule, entry by entry; nothing, where the atlas has none.
    pub fn risk(&self) -> &[Risk] {
        &self.shared.risk
    }

    /// The rank of a case and its title: the first entry that holds of it, and of entries with one title the first. What is
    /// ranked lower comes first; a case that no entry ranks comes last. `field` gives the values of yes-no and choice fields.
    pub fn rank(&self, map: &str, late: bool, field: impl Fn(&str) -> Option<String>) -> Option<(usize, &str)> {
        let theme = self.machine(map).map_or("", |machine| machine.map().about.theme.as_str());
        let found = self.shared.risk.iter().find(|risk| risk.holds(map, theme, late, &field))?;
        let rank = self.shared.risk.iter().position(|risk| risk.title == found.title)?;
        Some((rank, &found.title))
    }
}

#[cfg(test)]
mod tests {
    use crate::check;
    use crate::check::AtlasFile;

    const ATLAS: &str = "atlas: a
title: A
time_zone: Europe/London
calendar: c
roles: { TM: Team manager }
themes: { t: T, u: U }
risk:
  - { title: Closing, map: [m] , late: true }
  - { title: Closing, where: { kind: [closing, one-off] } }
  - { title: Elsewhere, theme: u }
  - { title: Managed by nobody, map: m, where: { kind: annual, managed: no } }
";
    const CALENDAR: &str = "calendar: c\ntitle: C\nweekend: [sunday]\ncovers: 2020..2027\nholidays:\n";

    fn map(id: &str, theme: &str) -> AtlasFile {
        let text = format!(
            "map: {id}
title: A map
revision: 1
theme: {theme}
owner: TM
review_by: 2027-11-30
source: {{ document: d, reading: reconstructed }}
record:
  kind: {{ type: choice, title: Kind, choices: [annual, closing, one-off] }}
  managed: {{ type: yes-no, title: Managed }}
steps:
  begun: {{ kind: start, title: Begun, needs: [kind, managed], next: done }}
  done: {{ kind: end, outcome: done }}
"
        );
        AtlasFile { path: format!("{id}.yaml"), bytes: text.into_bytes() }
    }

    #[test]
    fn the_first_entry_that_holds_ranks_a_case_and_one_title_is_one_rank() {
        let file = |path: &str, text: &str| AtlasFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
        let atlas = format!("{ATLAS}documents: {{ d: {{ title: D }} }}\n");
        let files = [file("atlas.yaml", &atlas), file("c.yaml", CALENDAR), map("m", "t"), map("n", "u")];
        let checked = check(&files);
        let atlas = checked.atlas.unwrap_or_else(|| panic!("{:#?}", checked.findings));
        let rank = |map: &str, late: bool, record: &[(&str, &str)]| {
            let field = |id: &str| record.iter().find(|(known, _)| *known == id).map(|(_, value)| value.to_string());
            atlas.rank(map, late, field).map(|(rank, title)| (rank, title.to_string()))
        };
        let ranked = |rank: usize, title: &str| Some((rank, title.to_string()));
        assert_eq!(rank("m", true, &[]), ranked(0, "Closing"));
        assert_eq!(rank("m", false, &[("kind", "one-off")]), ranked(0, "Closing"), "the second entry of that title");
        assert_eq!(rank("n", true, &[("kind", "annual")]), ranked(2, "Elsewhere"), "late counts in `m` alone");
        assert_eq!(rank("m", false, &[("kind", "annual"), ("managed", "no")]), ranked(3, "Managed by nobody"));
        assert_eq!(rank("m", false, &[("kind", "annual")]), None, "a field that is not set has no value");
        assert_eq!(rank("gone", false, &[]), None, "a map that the atlas no longer has");
    }
}
