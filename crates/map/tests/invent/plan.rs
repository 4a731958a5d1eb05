//! An atlas as it is invented: lines of keys and values that a fault can be put into before it is written as YAML.

#[path = "../support/numbers.rs"]
mod numbers;

use std::fmt::Write as _;

use mapcase_map::AtlasFile;
pub use numbers::Numbers;

impl Numbers {
    /// Whether, so many times of a hundred.
    pub fn of_100(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    /// One of a list.
    pub fn one<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() { None } else { list.get(self.below(list.len())) }
    }
}

/// A key and what stands behind it.
pub type Line = (String, String);

/// A group with an id: a step or a limit.
#[derive(Clone, Debug)]
pub struct Group {
    pub id: String,
    pub lines: Vec<Line>,
}

impl Group {
    pub fn new(id: &str, lines: &[(&str, &str)]) -> Self {
        let lines = lines.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string()));
        Self { id: id.to_string(), lines: lines.collect() }
    }

    pub fn get(&self, key: &str) -> Option<&str> {
        self.lines.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    pub fn set(&mut self, key: &str, value: &str) {
        match self.lines.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value.to_string(),
            None => self.lines.push((key.to_string(), value.to_string())),
        }
    }

    pub fn drop(&mut self, key: &str) {
        self.lines.retain(|(known, _)| known != key);
    }

    pub fn is(&self, kind: &str) -> bool {
        self.get("kind").unwrap_or("step") == kind
    }
}

/// A map.
#[derive(Clone, Debug)]
pub struct MapPlan {
    pub id: String,
    pub head: Vec<Line>,
    pub record: Vec<Line>,
    pub steps: Vec<Group>,
    pub limits: Vec<Group>,
}

impl MapPlan {
    pub fn file(&self) -> String {
        format!("{}.yaml", self.id)
    }

    pub fn text(&self) -> String {
        let mut text = format!("map: {}\n", self.id);
        let put = |text: &mut String, indent: usize, (key, value): &Line| {
            writeln!(text, "{:indent$}{key}: {value}", "").unwrap();
        };
        self.head.iter().for_each(|line| put(&mut text, 0, line));
        if !self.record.is_empty() {
            text.push_str("record:\n");
            self.record.iter().for_each(|line| put(&mut text, 2, line));
        }
        for (name, groups) in [("steps", &self.steps), ("limits", &self.limits)] {
            if !groups.is_empty() {
                writeln!(text, "{name}:").unwrap();
            }
            for group in groups {
                writeln!(text, "  {}:", group.id).unwrap();
                group.lines.iter().for_each(|line| put(&mut text, 4, line));
            }
        }
        text
    }

    /// The line, from 1, on which a group's id stands, or one of its keys.
    pub fn line_of(&self, group: &str, key: Option<&str>) -> Option<usize> {
        let text = self.text();
        let mut lines = text.lines().enumerate().skip_while(|(_, line)| *line != format!("  {group}:"));
        match key {
            None => lines.next().map(|(at, _)| at + 1),
            Some(key) => lines.find(|(_, line)| line.starts_with(&format!("    {key}:"))).map(|(at, _)| at + 1),
        }
    }

    pub fn is_transcribed(&self) -> bool {
        self.head.iter().any(|(_, value)| value.contains("reading: transcribed"))
    }

    pub fn step(&mut self, id: &str) -> &mut Group {
        self.steps.iter_mut().find(|step| step.id == id).expect("a step that was just found")
    }
}

/// An atlas.
#[derive(Clone, Debug)]
pub struct Plan {
    pub atlas: String,
    pub calendar: String,
    pub register: String,
    pub maps: Vec<MapPlan>,
}

impl Plan {
    pub fn files(&self) -> Vec<AtlasFile> {
        let mut files = vec![
            ("atlas.yaml".to_string(), self.atlas.clone()),
            ("calendar.yaml".to_string(), self.calendar.clone()),
            ("register.yaml".to_string(), self.register.clone()),
        ];
        files.extend(self.maps.iter().map(|map| (map.file(), map.text())));
        files.into_iter().map(|(path, text)| AtlasFile { path, bytes: text.into_bytes() }).collect()
    }

    pub fn text(&self) -> String {
        let file = |file: &AtlasFile| format!("# {}\n{}\n", file.path, String::from_utf8_lossy(&file.bytes));
        self.files().iter().map(file).collect()
    }
}
