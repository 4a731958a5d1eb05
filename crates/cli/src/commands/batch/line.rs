//! A line of a file of commands: what it asks for, in the words of the command line.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mapcase_case::{Act, Attachment, CaseNumber};
use mapcase_map::diagnostic::nearest;

use super::said::Said;
use crate::session::when;

/// A command of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What is to be done.
    pub deed: Deed,
    /// Who does it, where the line says so.
    pub actor: Option<String>,
    /// In which role, where the line says so.
    pub role: Option<String>,
    /// When it happened, where the line says so.
    pub at: Option<DateTime<Utc>>,
    /// The number of the last event that was seen.
    pub expect: Option<u64>,
    /// Its request id.
    pub request: Option<String>,
    /// What time it is to be, in a simulated casebook.
    pub now: Option<DateTime<Utc>>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A case is to be opened.
    Open {
        /// In which map.
        map: String,
        /// By which start.
        entry: Option<String>,
        /// With what.
        record: BTreeMap<String, String>,
    },
    /// Something is to be done with a case.
    Act(Whose, Act),
}

/// Which case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// That of a number.
    Case(CaseNumber),
    /// The one that a request of this file opened.
    Opened(String),
}

/// The commands that a line can give, with the keys of each.
const COMMANDS: [(&str, &[&str]); 10] = [
    ("open", &["map", "entry", "set"]),
    ("do", &["case", "step", "set", "check_off", "attach"]),
    ("answer", &["case", "step", "answer", "set", "check_off", "attach"]),
    ("receive", &["case", "step", "set", "attach"]),
    ("set", &["case", "set"]),
    ("check-off", &["case", "item"]),
    ("attach", &["case", "name", "reference", "sha256"]),
    ("note", &["case", "text"]),
    ("assign", &["case", "to"]),
    ("withdraw", &["case", "reason"]),
];

/// The keys that every command has.
const EVERYWHERE: [&str; 7] = ["command", "actor", "as", "at", "expect", "request", "now"];

/// Reads a line. The error says what is wrong with it and what to write.
pub fn read(text: &str, zone: Tz) -> Result<Asked, String> {
    let said: Said = serde_json::from_str(text).map_err(|error| {
        // The line is counted in the file; here only the column says something.
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default().to_string();
        format!("{what}, at column {}", error.column())
    })?;
    let Said::Object(keys) = said else {
        return Err(format!(
            "a command is an object, as in {{\"command\":\"do\",\"case\":\"1R\"}}, not {}",
            said.word()
        ));
    };
    let mut keys = Keys { keys: keys.into_iter().collect(), zone };
    let command = keys.must("command")?;
    let Some((name, own)) = COMMANDS.iter().find(|(name, _)| *name == command) else {
        let names = COMMANDS.map(|(name, _)| name);
        return Err(meant(&format!("there is no command `{command}` in a file of commands"), &command, &names));
    };
    let known: Vec<&str> = EVERYWHERE.iter().chain(own.iter()).copied().collect();
    if let Some(key) = keys.keys.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(meant(&format!("`{name}` has no key `{key}`"), key, &known));
    }
    Ok(Asked {
        deed: keys.deed(name)?,
        actor: keys.text("actor")?,
        role: keys.text("as")?,
        at: keys.time("at")?,
        expect: keys.number("expect")?,
        request: keys.text("request")?,
        now: keys.time("now")?,
    })
}

fn meant(message: &str, word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(best) => format!("{message}; did you mean `{best}`?"),
        None => format!("{message}; write one of: {}", known.join(", ")),
    }
}

/// The keys of a line that were not read yet.
struct Keys {
    keys: BTreeMap<String, Said>,
    zone: Tz,
}

impl Keys {
    fn text(&mut self, key: &str) -> Result<Option<String>, String> {
        match self.keys.remove(key) {
            None | Some(Said::Nothing) => Ok(None),
            Some(Said::Text(text)) => Ok(Some(text)),
            Some(other) => Err(format!("`{key}` is a text, not {}", other.word())),
        }
    }

    fn must(&mut self, key: &str) -> Result<String, String> {
        self.text(key)?.filter(|text| !text.is_empty()).ok_or_else(|| format!("it needs the key `{key}`"))
    }

    fn number(&mut self, key: &str) -> Result<Option<u64>, String> {
        let text = self.text(key)?;
        text.map(|text| text.parse().map_err(|_| format!("`{key}` is a whole number, not `{text}`"))).transpose()
    }

    fn time(&mut self, key: &str) -> Result<Option<DateTime<Utc>>, String> {
        let text = self.text(key)?;
        text.map(|text| when(&text, self.zone).map_err(|error| format!("`{key}`: {}", error.message))).transpose()
    }

    fn texts(&mut self, key: &str) -> Result<Vec<String>, String> {
        let wrong = |what: &Said| format!("`{key}` is a list of texts, not {}", what.word());
        match self.keys.remove(key) {
            None | Some(Said::Nothing) => Ok(Vec::new()),
            Some(Said::Text(one)) => Ok(vec![one]),
            Some(Said::List(list)) => {
                let one = |said| if let Said::Text(text) = said { Ok(text) } else { Err(wrong(&said)) };
                list.into_iter().map(one).collect()
            }
            Some(other) => Err(wrong(&other)),
        }
    }

    fn pairs(&mut self, key: &str) -> Result<Vec<(String, String)>, String> {
        match self.keys.remove(key) {
            None | Some(Said::Nothing) => Ok(Vec::new()),
            Some(Said::Object(pairs)) => pairs
                .into_iter()
                .map(|(name, said)| match said {
                    Said::Text(text) => Ok((name, text)),
                    other => Err(format!("`{name}` in `{key}` is a text, not {}", other.word())),
                })
                .collect(),
            Some(other) => Err(format!("`{key}` is an object, as in {{\"NAME\":\"VALUE\"}}, not {}", other.word())),
        }
    }

    fn set(&mut self) -> Result<BTreeMap<String, String>, String> {
        Ok(self.pairs("set")?.into_iter().collect())
    }

    fn attach(&mut self) -> Result<Vec<Attachment>, String> {
        let one = |(name, reference)| Attachment { name, reference, sha256: None };
        Ok(self.pairs("attach")?.into_iter().map(one).collect())
    }

    fn deed(&mut self, command: &str) -> Result<Deed, String> {
        if command == "open" {
            return Ok(Deed::Open { map: self.must("map")?, entry: self.text("entry")?, record: self.set()? });
        }
        let case = self.must("case")?;
        let whose = match case.strip_prefix('@') {
            Some(request) => Whose::Opened(request.to_string()),
            None => Whose::Case(case.parse().map_err(|fault| format!("{fault}"))?),
        };
        let act = match command {
            "do" => Act::Do {
                step: self.text("step")?,
                set: self.set()?,
                check_off: self.texts("check_off")?,
                attach: self.attach()?,
            },
            "answer" => Act::Answer {
                step: self.text("step")?,
                answer: self.must("answer")?,
                set: self.set()?,
                check_off: self.texts("check_off")?,
                attach: self.attach()?,
            },
            "receive" => Act::Receive { step: self.text("step")?, set: self.set()?, attach: self.attach()? },
            "set" => match self.set()? {
                set if set.is_empty() => return Err("it needs the key `set` with fields and their values".to_string()),
                set => Act::Set(set),
            },
            "check-off" => Act::CheckOff(self.must("item")?),
            "attach" => Act::Attach(Attachment {
                name: self.must("name")?,
                reference: self.must("reference")?,
                sha256: self.text("sha256")?,
            }),
            "note" => Act::Note(self.must("text")?),
            "assign" if !self.keys.contains_key("to") => {
                return Err("it needs the key `to`: a login, or null for nobody".to_string());
            }
            "assign" => Act::Assign(self.text("to")?),
            _ => Act::Withdraw { reason: self.must("reason")? },
        };
        Ok(Deed::Act(whose, act))
    }
}
